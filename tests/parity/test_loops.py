"""Whole training loops as people write them, converted and run: exact, or declined for the reason that is named.

The scripts stand in `loops`. Each says in its first line what it shows. A line ``# mindspore: OC308`` under it names
the warnings and errors that the conversion to that target must give, in the order of the source, each once. Without
one the conversion must be complete and exact. What was converted is run, with warnings, too.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from optconv.converter import Conversion, Severity, convert_source
from optconv.mappings import Tables, load_tables
from optconv.parity.measure import problems_on
from optconv.parity.run import WorkerPair, measure_scripts

SCRIPTS = sorted((Path(__file__).parent / "loops").glob("*.py"))
TARGETS = ("paddle", "mindspore")

# What is not about optimizers is no business of the converter's, and is done by hand here.
BY_HAND: dict[str, dict[str, str]] = {
    "paddle": {
        r"torch\.no_grad\(\)": "paddle.no_grad()",
        r"torch\.autograd\.grad\(": "paddle.grad(",
        r"(\w+)\.clone\(\)\.requires_grad_\(True\)": r"paddle.to_tensor(\1, stop_gradient=False)",
    },
    "mindspore": {
        r"with torch\.no_grad\(\):": "if True:",
        r"(\w+)\.detach\(\)": r"mindspore.ops.stop_gradient(\1)",
        r"\.hidden\.parameters\(\)": ".hidden.get_parameters()",
        r"\b(\w+)\.train\(\)": r"\1.set_train()",
        r"\b(\w+)\.eval\(\)": r"\1.set_train(False)",
    },
}


def expected_codes(script: str, target: str) -> list[str]:
    """Return the codes that a script names for a target."""
    found = re.search(rf"^# {target}: (.*)$", script, re.MULTILINE)
    return found.group(1).split() if found else []


def given_codes(conversion: Conversion) -> list[str]:
    """Return the codes of the warnings and errors of a conversion, each once, as they come."""
    said = [d.code for d in conversion.diagnostics if d.severity is not Severity.INFO]
    return list(dict.fromkeys(said))


def finished(conversion: Conversion, target: str) -> str:
    """Return the converted text with the rest done by hand."""
    text = conversion.source.decode()
    for pattern, replacement in BY_HAND[target].items():
        text = re.sub(pattern, replacement, text)
    if not re.search(r"\btorch\.", text):
        text = re.sub(r"^import torch\n", "", text, flags=re.MULTILINE)
    return text if re.search(rf"^import {target}$", text, re.MULTILINE) else f"import {target}\n{text}"


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_loop_is_converted_exactly_or_declined_for_the_reason_named(
    pairs: dict[str, WorkerPair], path: Path, target: str
) -> None:
    script = path.read_text(encoding="utf-8")
    tables = load_tables(target)
    conversion = convert_source(script.encode(), tables)
    assert given_codes(conversion) == expected_codes(script, target)
    if any(diagnostic.severity is Severity.ERROR for diagnostic in conversion.diagnostics):
        return
    problems = problems_on(tables, script)[:1]  # a loop is right or wrong on all of them
    measurement = measure_scripts(script, finished(conversion, target), problems, pairs[target])
    assert measurement.failures == ()
    if not expected_codes(script, target):  # a warning is about other numbers
        assert measurement.closeness == "exact", measurement.worst
    assert measurement.moved


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_loop_says_what_it_shows(path: Path) -> None:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert text is not None
    assert text.endswith(".")
    assert "\n" not in text


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_second_run_changes_nothing(path: Path, target: str) -> None:
    tables: Tables = load_tables(target)
    once = convert_source(path.read_bytes(), tables).source
    assert convert_source(once, tables).source == once
