"""Tables, configurations and baselines that somebody hostile wrote: nothing is run, and one line says what is wrong."""

from __future__ import annotations

import copy
import json
import random
import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result

from .conftest import Run, write

SOURCE = b"import torch\nfrom acme.optim import Lamb\no = Lamb(m.parameters(), lr=0.1)\n"
TABLE = """
version: 1
source:
  acme.optim.Lamb:
    kind: optimizer
    base: torch.optim.Optimizer
    aliases: [acme.Lamb]
    signature: "(params, lr=1e-3, betas=(0.9, 0.999), clamp=10.0)"
    members: {step: {signature: "(closure=None)"}}
paddle:
  signatures:
    acme_paddle.Lamb: {signature: "(learning_rate=0.001, parameters=None, beta1=0.9)", types: {learning_rate: float}}
  rows:
    - api: acme.optim.Lamb
      summary: Our Lamb.
      annotation: acme_paddle.Lamb
      cases:
        - when: betas[0] == 0.9
          to: acme_paddle.Lamb
          with: {learning_rate: lr, parameters: params}
          drop: [betas]
        - to: acme_paddle.Lamb
          with: {learning_rate: lr, parameters: params, beta1: "betas[0]"}
      groups: {learning_rate: lr / base_lr}
      lossy: {clamp: it clamps at 10}
      workarounds:
        - {for: clamp, title: Without, original: "o = Lamb(params, clamp=5)", rewritten: "o = Lamb(params)"}
      parity: {exact: ["acme.optim.Lamb(params)"]}
"""
SECONDS = 20  # far more than any of them takes


def refused(run_real: Run, table: bytes, *, line: int | None = None) -> str:
    """Run with a table and return the one line that refuses it."""
    write(Path(), {"evil.yaml": table, "a.py": SOURCE})
    return _checked(run_real("a.py", "--diff", "--mappings", "evil.yaml"), line)


def _checked(result: Result, line: int | None = None) -> str:
    assert (result.exit_code, result.stdout) == (2, "")
    assert re.match(rf"Error: evil\.yaml:{line or '[0-9]+'}: .+\n\Z", result.stderr)
    assert len(result.stderr) < 1_200
    assert result.stderr[:-1].isprintable()
    assert not Path("pwned").exists()
    return result.stderr


def _laughs(count: int) -> str:
    lines = ["a0: &a0 [ha, ha]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, count))]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("table", "line"),
    [
        pytest.param("version: 1\nx: !!python/object/apply:os.system ['touch pwned']\n", 2, id="a Python object"),
        pytest.param("!!python/name:os.system : 1\n", 1, id="a Python name as a key"),
        pytest.param(_laughs(60), 1, id="a billion laughs"),
        pytest.param("&a [*a]\n", 1, id="a list that holds itself"),
        pytest.param("version: 1\nx: &x {a: 1}\n<<: *x\n", 2, id="a merge"),
        pytest.param("[" * 100_000, 1, id="a hundred thousand brackets"),
        pytest.param("{a: " * 100_000, 1, id="a hundred thousand braces"),
        pytest.param("- " * 100_000, 1, id="a hundred thousand dashes"),
        pytest.param("\n".join(" " * n + "a:" for n in range(500)), 41, id="a staircase"),
        pytest.param("version: " + "a" * 5_000_000, 1, id="five megabytes"),
        pytest.param("version: !" + "a" * 500_000 + " 1", 1, id="a tag of half a megabyte"),
        pytest.param("version: 1\n" + "a" * 1_000 + ": 1", 2, id="a key of a thousand characters"),
        pytest.param("version: 1\0\n", 1, id="a null character"),
        pytest.param('version: "\\x1b[2J\\u202e"\n', 1, id="an escape sequence as a value"),
        pytest.param('version: 1\n"\\x1b[2J\\n::error::": 1\n', 2, id="an escape sequence as a key"),
        pytest.param('version: 1\nsource: {"\\ud800.x": {}}\n', 2, id="half a character"),
        pytest.param("version: 1\nversion: 1\n", 2, id="a key that stands twice"),
        pytest.param("version: 1\n---\nversion: 1\n", 2, id="two documents"),
    ],
)  # fmt: skip
def test_a_document_is_refused(run_real: Run, table: str, line: int) -> None:
    refused(run_real, table.encode(), line=line)


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(TABLE.encode("utf-16"), id="UTF-16"),
        pytest.param(b"\x7fELF\x02\x01\x01" + bytes(1_000), id="a program"),
        pytest.param(b"version: \xff\n", id="no text"),
    ],
)
def test_bytes_are_refused(run_real: Run, table: bytes) -> None:
    refused(run_real, table, line=1)


def _replaced(value: str, *place: str | int) -> bytes:
    document: Any = yaml.load(TABLE, yaml.BaseLoader)  # noqa: S506 - it makes texts only
    node = document
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = value
    return yaml.safe_dump(document).encode()


RUNNING = [
    "__import__('os').system('touch pwned')",
    "open('pwned', 'w')",
    "().__class__.__bases__[0].__subclasses__()",
    "(lambda: __import__('os').system('touch pwned'))()",
    "[__import__('os').system('touch pwned') for _ in [0]]",
    "(x := open('pwned', 'w'))",
    "f\"{open('pwned', 'w')}\"",
]
ENDLESS = [
    "9 ** 9 ** 9 ** 9 == lr",
    "lr == 'a' * 10 ** 10",
    "[0] * 10 ** 10 == lr",
    "len(range(10 ** 18)) == lr",
    "sorted(range(10 ** 12)) == lr",
    "sum([e for e in range(10 ** 12)]) == lr",
    "f'{lr:>1000000000}' == lr",
    "'%1000000000d' % 1 == lr",
    f"{'9' * 4_000} * {'9' * 4_000} == lr",
    f"{'(' * 150}lr{')' * 150} == 1",
    " + ".join(["lr"] * 2_000) + " == 1",
]
CASE = ("paddle", "rows", 0, "cases", 0)


@pytest.mark.parametrize("expression", RUNNING)
@pytest.mark.parametrize("place", [(*CASE, "when"), (*CASE, "with", "learning_rate")], ids=["when", "with"])
def test_an_expression_that_would_run_something_is_refused(
    run_real: Run, expression: str, place: tuple[str | int, ...]
) -> None:
    table = _replaced(expression, *place)
    write(Path(), {"evil.yaml": table, "a.py": SOURCE})
    result = run_real("a.py", "--diff", "--mappings", "evil.yaml")
    assert not Path("pwned").exists()
    if "()." not in expression:  # attributes of literals can be written, and are never evaluated
        _checked(result)


@pytest.mark.parametrize("expression", ENDLESS)
def test_an_expression_that_would_never_end_is_unknown_or_refused(run_real: Run, expression: str) -> None:
    write(Path(), {"evil.yaml": _replaced(expression, *CASE, "when"), "a.py": SOURCE})
    began = time.monotonic()
    result = run_real("a.py", "--diff", "--mappings", "evil.yaml")
    assert time.monotonic() - began < SECONDS
    assert "OC905" not in result.stderr
    if result.exit_code == 2:
        _checked(result)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        pytest.param("a b", ("paddle", "rows", 0, "annotation"), id="an annotation that is no name"),
        pytest.param("x = (", ("paddle", "rows", 0, "workarounds", 0, "rewritten"), id="a workaround that is no Python"),
        pytest.param(f"x = {'-' * 9_000}1", ("paddle", "rows", 0, "workarounds", 0, "original"), id="a workaround that is nested deeply"),
        pytest.param(f"(params, lr={'(' * 9_000}1)", ("source", "acme.optim.Lamb", "signature"), id="a signature that is nested deeply"),
        pytest.param(f"{'lr.a' * 9_000} =", (*CASE, "when"), id="a condition that is long and wrong"),
        pytest.param("x" * 100_000, (*CASE, "to"), id="a class of a hundred thousand letters"),
    ],
)  # fmt: skip
def test_a_value_is_refused(run_real: Run, value: str, place: tuple[str | int, ...]) -> None:
    refused(run_real, _replaced(value, *place))


ODD = [
    "",
    "null",
    "true",
    "-1",
    "1e999",
    "9" * 5_000,
    "(",
    "lambda: 0",
    "*lr",
    "{}{0}{x.__class__}",
    "%s",
    "\x1b[2J\u202e\n",
]


def _places(node: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    keys = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    return [at, *(place for key in keys for place in _places(node[key], (*at, key)))][not at :]


def test_whatever_stands_at_any_place_nothing_raises(run_real: Run) -> None:
    """Every place of the table once, with one of the values; other runs take others."""
    document = yaml.load(TABLE, yaml.BaseLoader)  # noqa: S506 - it makes texts only
    values: list[Any] = [*ODD, [], {}, [[]], {"a": "b"}, ["a"], {"en": "x"}]
    places = _places(document)
    for place in random.sample(places, 20):
        broken = copy.deepcopy(document)
        node = broken
        for key in place[:-1]:
            node = node[key]
        node[place[-1]] = random.choice(values)  # noqa: S311 - not for secrets
        write(Path(), {"evil.yaml": yaml.safe_dump(broken, allow_unicode=True).encode(), "a.py": SOURCE})
        result = run_real("a.py", "--diff", "-v", "--mappings", "evil.yaml")
        assert "OC905" not in result.stderr, (place, node[place[-1]])
        if result.exit_code == 2:
            _checked(result)
        assert all(line.isprintable() for line in result.stderr.splitlines())


@pytest.mark.parametrize(
    "configuration",
    [
        pytest.param('mappings = ["\\u0000"]', id="a null character in a path"),
        pytest.param(f'target-version = "{"1" * 5_000}"', id="a version of five thousand digits"),
        pytest.param(f'lang = "{"a" * 50_000}"', id="a text of fifty thousand letters"),
        pytest.param(f'exclude = ["{"a*" * 60}b"]', id="a pattern that takes for ever"),
        pytest.param(f'exclude = ["{"**/a/" * 60}b"]', id="a pattern that goes through all folders"),
        pytest.param('per-file-ignores = {"*a*a*a*a*b" = ["OC2"]}', id="such a pattern as a key"),
        pytest.param('select = ["\\u001b[2J\\u202e"]', id="an escape sequence"),
        pytest.param('"\\u001b[2J\\n::error::" = 1', id="an escape sequence as a key"),
        pytest.param(f"select = {'[' * 50_000}", id="fifty thousand brackets"),
        pytest.param(f"flavor = 1{'0' * 5_000}", id="a number of five thousand digits"),
        pytest.param("exclude = [nan]", id="a value of no kind"),
    ],
)
def test_a_hostile_configuration_is_one_line(run_real: Run, configuration: str) -> None:
    text = f"[tool.optconv]\ntarget = 'paddle'\n{configuration}\n"
    write(Path(), {"pyproject.toml": text.encode(), f"{'a' * 100}.py": SOURCE})
    began = time.monotonic()
    result = run_real(".", "--diff")
    assert time.monotonic() - began < SECONDS
    assert (result.exit_code, result.stdout) == (2, "")
    assert re.match(r"Error: pyproject\.toml(:\d+)?: .+\n\Z", result.stderr)
    assert len(result.stderr) < 1_200
    assert result.stderr[:-1].isprintable()


def test_a_text_in_a_configuration_that_looks_like_a_header_costs_no_time(run_real: Run) -> None:
    text = f'[tool.optconv]\nlang = "en"\n[tool.other]\nx = """\n[{" " * 100_000}\n"""\n'
    write(Path(), {"pyproject.toml": text.encode(), "a.py": b"x = 1\n"})
    assert run_real("a.py", "--diff").exit_code == 0


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 100_000, id="a hundred thousand brackets"),
        pytest.param('{"a":' * 100_000, id="a hundred thousand braces"),
        pytest.param("1" * 100_000, id="a long number"),
        pytest.param("[]", id="a list"),
        pytest.param("\0", id="a null character"),
        pytest.param('{"version": 1, "tool": 1}', id="something else"),
    ],
)
def test_a_hostile_baseline_is_one_line(run_real: Run, text: str) -> None:
    write(Path(), {"base.json": text.encode(), "a.py": SOURCE})
    result = run_real("a.py", "--baseline", "base.json", command="check")
    assert (result.exit_code, result.stdout) == (2, "")
    assert re.match(r"Error: base\.json.+\n\Z", result.stderr)


@pytest.mark.parametrize(
    "format_", ["text", "markdown", "json", "sarif", "github", "gitlab", "junit", "html"]
)
def test_what_a_baseline_says_is_shown_escaped(run_real: Run, format_: str) -> None:
    write(Path(), {"a.py": b"import torch\no = torch.optim.SGD(p, maximize=True)\n"})
    report = json.loads(run_real("a.py", "--format", "json", command="check").stdout)
    for key in ("message", "api"):
        report["files"][0]["diagnostics"][0][key] = "\x1b[2J\u202e\n::error::x`|<b>" + " " * 200_000 + "."
    report["files"][0]["path"] = "\x1b[2J\n::error::x`|<b>\0.py"
    write(Path(), {"base.json": json.dumps(report).encode(), "a.py": b"x = 1\n"})
    began = time.monotonic()
    result = run_real("a.py", "--baseline", "base.json", "--format", format_, command="report")
    assert time.monotonic() - began < SECONDS
    assert result.exit_code == 0
    assert not re.search("[\x00\x1b\u202e]|^::error", result.output, re.MULTILINE)
