"""Comments that ignore diagnostics in notebooks and in configuration files."""

from __future__ import annotations

import pytest

from optconv.converter import Conversion, Options

from .helpers import ignored, kept, notebook, of_bytes

NO = "torch.optim.Adafactor(p)"  # has no counterpart: OC307
IGNORE = "# optconv: ignore[OC307]"
MARKS = Options()
SGD = "import torch\nopt = torch.optim.SGD(p, 0.1)\n"

# Notebooks


def in_cells(conversion: Conversion) -> tuple[list[str], list[str]]:
    """Return what is said and what is ignored, as ``cell:line:code``."""
    kept, ignored = (
        [f"{found.start.cell}:{found.start.line}:{found.code}" for found in part]
        for part in (conversion.diagnostics, conversion.ignored)
    )
    return kept, ignored


def test_comments_in_cells_concern_their_cell() -> None:
    source = notebook("import torch", f"x = 1\n{IGNORE}", NO, f"{NO}  {IGNORE}", f"{IGNORE}\n\n{NO}")
    assert in_cells(of_bytes(source, "a.ipynb")) == (["2:2:OC210", "3:1:OC307"], ["4:1:OC307", "5:3:OC307"])


def test_an_error_that_is_ignored_in_a_cell_is_not_marked() -> None:
    source = notebook("import torch", f"{IGNORE}\n{NO}")
    assert of_bytes(source, "a.ipynb", MARKS).source == source


def test_a_comment_above_a_magic_ignores_what_is_said_of_its_code() -> None:
    source = notebook(SGD, "# optconv: ignore[OC204]\n%timeit opt.zero_grad()", "%timeit opt.zero_grad()")
    assert in_cells(of_bytes(source, "a.ipynb")) == (["1:2:OC203", "3:1:OC204"], ["2:2:OC204"])


def test_what_is_said_of_a_magic_is_ignored_by_its_code_and_counted() -> None:
    source = notebook(SGD, "%timeit opt.zero_grad()")
    options = Options(annotate=False, ignored=frozenset({"OC204"}))
    assert in_cells(of_bytes(source, "a.ipynb", options)) == (["1:2:OC203"], ["2:1:OC204"])


def test_a_cell_that_is_not_valid_python_cannot_be_ignored() -> None:
    source = notebook(SGD, "# optconv: ignore[OC901]\nopt.zero_grad() = = 1")
    kept, ignored = in_cells(of_bytes(source, "a.ipynb"))
    assert (kept[0], [k.rpartition(":")[2] for k in kept[1:]], ignored) == ("1:2:OC203", ["OC901"], [])


# Configuration files

YAML_CONCERNED = {
    "behind the class": f"a:\n  _target_: torch.optim.Adafactor  {IGNORE}\n  lr: 1\n",
    "above the class": f"a:\n  {IGNORE}\n  _target_: torch.optim.Adafactor\n  lr: 1\n",
    "above the class with a blank line": f"a:\n  {IGNORE}\n\n  # why\n  _target_: torch.optim.Adafactor\n",
    "behind an argument": f"a:\n  _target_: torch.optim.Adafactor\n  lr: 1  {IGNORE}\n",
    "behind an argument in front": f"a:\n  lr: 1  {IGNORE}\n  _target_: torch.optim.Adafactor\n",
    "behind the key": f"a:  {IGNORE}\n  _target_: torch.optim.Adafactor\n",
    "above the key": f"{IGNORE}\n\na:\n  _target_: torch.optim.Adafactor\n",
    "in a list": f"a:\n  - lr: 1\n    {IGNORE}\n    _target_: torch.optim.Adafactor\n",
    "above an entry of a list": f"a:\n  {IGNORE}\n  - _target_: torch.optim.Adafactor\n",
    "in brackets": f"a: {{lr: 1,  {IGNORE}\n  _target_: torch.optim.Adafactor}}\n",
    "behind brackets": f"a: {{lr: 1,\n  _target_: torch.optim.Adafactor}}  {IGNORE}\n",
    "behind a tag": f"a: !new:torch.optim.Adafactor  {IGNORE}\n  lr: 1\n",
    "in another document": f"x: 1\n---\na:\n  _target_: torch.optim.Adafactor  {IGNORE}\n",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in YAML_CONCERNED.items()])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CR LF", "CR"])
def test_a_comment_in_yaml_concerns_its_entry(text: str, newline: str) -> None:
    source = text.replace("\n", newline).encode()
    conversion = of_bytes(source, "a.yaml", MARKS)
    assert conversion.diagnostics == ()
    assert [found.code for found in conversion.ignored] == ["OC307"]
    assert conversion.source == source


YAML_UNCONCERNED = {
    "another entry": (f"b: 1  {IGNORE}\na:\n  _target_: torch.optim.Adafactor\n", ["1:OC210", "3:OC307"]),
    "the mapping around it": (f"b:  {IGNORE}\n  a:\n    _target_: torch.optim.Adafactor\n", ["1:OC210", "3:OC307"]),
    "the entry around it": (
        f"b:\n  _target_: torch.nn.Module  {IGNORE}\n  a:\n    _target_: torch.optim.Adafactor\n",
        ["2:OC210", "4:OC307"],
    ),
    "in quotes": (f'b: "{IGNORE}"\na:\n  _target_: torch.optim.Adafactor\n', ["3:OC307"]),
    "in quotes over lines": (f"b: 'x\n  {IGNORE}'\na:\n  _target_: torch.optim.Adafactor\n", ["4:OC307"]),
    "in a block of text": (f"b: |\n  {IGNORE}\na:\n  _target_: torch.optim.Adafactor\n", ["4:OC307"]),
    "without a space before it": ("b: x#optconv:hello\na:\n  _target_: torch.optim.Adafactor\n", ["3:OC307"]),
    "behind the end": (f"a:\n  _target_: torch.optim.Adafactor\n{IGNORE}\n", ["2:OC307", "3:OC210"]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "codes"), [pytest.param(*pair, id=name) for name, pair in YAML_UNCONCERNED.items()]
)
def test_a_comment_in_yaml_says_nothing_of(text: str, codes: list[str]) -> None:
    conversion = of_bytes(text.encode(), "a.yaml")
    assert (kept(conversion), ignored(conversion)) == (codes, [])


def test_further_line_ends_of_yaml_count_as_python_counts_them() -> None:
    text = "x: 'a\u2028b'\na:\n  _target_: torch.optim.Adafactor  # optconv: ignore[OC204]\n"
    conversion = of_bytes(text.encode(), "a.yaml")
    assert (kept(conversion), ignored(conversion)) == ([], ["3:OC204"])
