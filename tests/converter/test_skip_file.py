"""Files that say in a comment that they are to be left alone."""

from __future__ import annotations

import json

import pytest

from optconv.converter import Options

from .helpers import notebook, of_bytes

SKIP = "# optconv: skip-file"

# skip-file

SGD = "import torch\nopt = torch.optim.SGD(p, 0.1)\n"
SKIPPED = {
    "the first line": f"{SKIP}\n{SGD}".encode(),
    "the last line": f"{SGD}{SKIP}".encode(),
    "an indented line": f"{SGD}if x:\n    {SKIP}\n    pass\n".encode(),
    "with a reason": f"{SKIP} generated from the table\n{SGD}".encode(),
    "without spaces": f"#optconv:skip-file\n{SGD}".encode(),
    "CR LF": f"{SGD}{SKIP}\n".replace("\n", "\r\n").encode(),
    "CR": f"{SGD}{SKIP}\n".replace("\n", "\r").encode(),
    "behind a byte-order mark": b"\xef\xbb\xbf" + f"{SKIP}\n{SGD}".encode(),
    "no valid Python": f"{SKIP}\n{SGD}x = = 1\n".encode(),
    "no end of a string": f"{SGD}{SKIP}\nx = '''\n".encode(),
    "no end of a string in front of it": f"{SGD}x = '''\n{SKIP}\n".encode(),
    "an indentation that does not fit": f"{SGD}if x:\n        y\n    z\n{SKIP}\n".encode(),
    "bytes that are not UTF-8": f"{SGD}{SKIP}\n".encode() + b"'\xff'\n",
    "Latin-1": f"# coding: latin-1\n{SKIP} \u00e9\n{SGD}".encode("latin-1"),
}


@pytest.mark.parametrize("source", [pytest.param(source, id=name) for name, source in SKIPPED.items()])
def test_a_file_that_asks_for_it_is_skipped(source: bytes) -> None:
    for skim in (True, False):
        conversion = of_bytes(source, options=Options(skim=skim))
        assert (conversion.skipped, conversion.failed) == (True, False)
        assert (conversion.source, conversion.diagnostics, conversion.references) == (source, (), ())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"x = '''\n{SKIP}\n'''\n", id="in a string"),
        pytest.param(f'"""Say\n{SKIP}\nin a file."""\n', id="in a docstring"),
        pytest.param("x = 1  # optconv: skip-file\n", id="behind code"),
        pytest.param("# see optconv: skip-file\n", id="in a sentence"),
        pytest.param("# optconv: skip-files\n", id="a longer word"),
    ],
)
def test_a_file_that_does_not_ask_for_it_is_converted(text: str) -> None:
    conversion = of_bytes(f"{text}{SGD}".encode())
    assert not conversion.skipped
    assert b"paddle.optimizer.SGD" in conversion.source


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param((SGD, SKIP), id="a cell for itself"),
        pytest.param((f"x = 1\n{SKIP}\n", SGD), id="among code"),
        pytest.param((SGD, f"{SKIP}\nx = = 1"), id="a cell that is not valid Python"),
        pytest.param((SGD, f"%matplotlib inline\n{SKIP}\n!ls"), id="among magics"),
    ],
)
def test_a_notebook_that_asks_for_it_is_skipped(cells: tuple[str, ...]) -> None:
    source = notebook(*cells)
    conversion = of_bytes(source, "a.ipynb")
    assert (conversion.skipped, conversion.source, conversion.diagnostics) == (True, source, ())


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param(f"x = '''\n{SKIP}\n'''", id="in a string"),
        pytest.param(f"%%writefile a.py\n{SKIP}\n", id="in a file that a magic writes"),
        pytest.param(f"%%bash\n{SKIP}\n", id="in another language"),
    ],
)
def test_a_notebook_that_does_not_ask_for_it_is_converted(cell: str) -> None:
    conversion = of_bytes(notebook(SGD, cell), "a.ipynb")
    assert not conversion.skipped
    assert b"paddle.optimizer.SGD" in conversion.source


def test_a_comment_in_a_cell_with_text_asks_for_nothing() -> None:
    text = json.loads(notebook(SKIP, kind="markdown"))
    text["cells"] += json.loads(notebook(SGD))["cells"]
    assert not of_bytes(json.dumps(text).encode(), "a.ipynb").skipped


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f"{SKIP}\na:\n  _target_: torch.optim.SGD\n".encode(), id="the first line"),
        pytest.param(
            f"a:\n  {SKIP} of another tool\n  _target_: torch.optim.SGD\n".encode(), id="with a reason"
        ),
        pytest.param(f"a: [\n{SKIP}\n _target_: torch.optim.SGD\n".encode(), id="no valid YAML"),
        pytest.param(f"{SKIP}\na:\n  _target_: torch.optim.SGD\n".encode() + b"b: \xff\n", id="no UTF-8"),
    ],
)
def test_a_configuration_that_asks_for_it_is_skipped(source: bytes) -> None:
    conversion = of_bytes(source, "a.yaml")
    assert (conversion.skipped, conversion.source, conversion.diagnostics) == (True, source, ())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"b: |\n  {SKIP}\na:\n  _target_: torch.optim.SGD\n", id="in a block of text"),
        pytest.param(f"b: 'x\n  {SKIP}'\na:\n  _target_: torch.optim.SGD\n", id="in quotes"),
    ],
)
def test_a_configuration_that_does_not_ask_for_it_is_converted(text: str) -> None:
    conversion = of_bytes(text.encode(), "a.yaml")
    assert not conversion.skipped
    assert b"paddle.optimizer.SGD" in conversion.source
