"""The page about ``optconv verify`` is what happens: its example is run, and the keys of the JSON are explained.

``pytest tests/parity/test_verify_page.py --rewrite-cases`` writes the example.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from walkthrough.blocks import read_blocks, write_blocks

from optconv.converter.result import Outcome
from optconv.converter.static_values.places import Origin
from optconv.parity.compare import CLOSE, EXACT
from optconv.parity.verify.result import Verdict

PAGE = Path(__file__).parents[2] / "docs" / "verify.md"
# What rounding comes to, and so the numbers and the heights of bars, is not the same on every machine.
_ROUNDING = re.compile(r"\d\.\de-\d\d|[\u2581-\u2588]+|\(step \d+, parameter \d+, [^)]+\)")


@dataclass(frozen=True)
class Done:
    """What the command of the example printed and wrote."""

    printed: dict[str, str]
    document: dict[str, Any]
    html: str


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    folder = tmp_path_factory.mktemp("example")
    blocks = read_blocks(PAGE)
    (file,) = (block for block in blocks if block.what == "file")
    (folder / file.name).write_text(file.text, encoding="utf-8")
    (command,) = (
        b.text
        for b in blocks
        if b.text.startswith("optconv ") and b.text.count("\n") == 1 and "--python" not in b.text
    )
    words = [*command.split(), "--lang", "en", "--isolated", "-o", "verify.json", "-o", "verify.html"]
    ran = subprocess.run([sys.executable, "-m", *words], cwd=folder, capture_output=True, check=False)
    assert ran.returncode == 1  # one could not be measured
    return Done(
        {"stdout": ran.stdout.decode(), "stderr": ran.stderr.decode()},
        json.loads((folder / "verify.json").read_text(encoding="utf-8")),
        (folder / "verify.html").read_text(encoding="utf-8"),
    )


def test_the_example_is_what_is_shown(done: Done, request: pytest.FixtureRequest) -> None:
    expected = {block: done.printed[block.what] for block in read_blocks(PAGE) if block.what in done.printed}
    assert len(expected) == 2
    if request.config.getoption("--rewrite-cases"):
        write_blocks(PAGE, expected)
    else:
        for block, text in expected.items():
            assert _ROUNDING.sub("#", block.text) == _ROUNDING.sub("#", text)


def keys_of(value: Any) -> set[str]:
    """Return every key of a JSON value."""
    if isinstance(value, list):
        return {key for entry in value for key in keys_of(entry)}
    if isinstance(value, dict):
        return {*value, *(key for entry in value.values() for key in keys_of(entry))}
    return set()


def test_every_key_and_every_word_of_the_document_is_explained(done: Done) -> None:
    explained = PAGE.read_text(encoding="utf-8").partition("\n## JSON\n")[2].partition("\n## ")[0]
    words = keys_of(done.document) - set(done.document["frameworks"])
    words |= (
        {verdict.value for verdict in Verdict} | {outcome.value for outcome in Outcome} | {*get_args(Origin)}
    )
    assert {word for word in words if f"`{word}`" not in explained} == set()
    assert set(re.findall(r"`([a-z]+)`", explained)) - words <= {"close", "lossy", "code"}


def test_the_limits_are_those_that_are_measured_with() -> None:
    table = dict(re.findall(r"^\| up to (\S+) \| (\w+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert {name: float(limit) for limit, name in table.items()} == {"exact": EXACT, "close": CLOSE}


def test_the_page_in_html_is_about_the_same(done: Done) -> None:
    (file,) = done.document["files"]
    for construction in file["constructions"]:
        assert f"train.py:{construction['line']}:{construction['column']}" in done.html
    assert "--set config.critic_lr=VALUE" in done.html
    versions = done.document["frameworks"]
    assert f"torch {versions['torch']}, paddle {versions['paddle']}" in done.html
