"""Notebooks on the command line, with the real converter: what is shown is about cells, not about JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from optconv.cli.diff import unified_diff
from optconv.cli.files import find_files
from optconv.cli.main import main

from .conftest import tree, write
from .test_json_format import document

if TYPE_CHECKING:
    from pathlib import Path

CELLS = [
    ["import torch"],
    "# torch.optim",
    ["%matplotlib inline\n", "opt = torch.optim.SGD(p, 0.1)\n", "opt.zero_grad()"],
    ["中 = torch.optim.SGD(\n", "    p, 0.1, maximize=True)"],
]


def notebook() -> bytes:
    """Return a notebook; the cell that is a string is Markdown."""
    cells: list[object] = [
        {"cell_type": "code" if isinstance(cell, list) else "markdown", "metadata": {}, "source": cell}
        for cell in CELLS
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 2}, indent=1).encode()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"my nb.ipynb": notebook()})
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["convert", *arguments, "--to", "paddle"])


@pytest.mark.usefixtures("here")
def test_a_diagnostic_names_the_cell_and_shows_a_line_of_it() -> None:
    result = run("my nb.ipynb", "--diff")
    assert result.exit_code == 1
    assert "my nb.ipynb:cell 4:1:5: OC302 [error] unsupported-argument: maximize=True" in result.stderr
    assert "\n  |\n1 | 中 = torch.optim.SGD(\n  |      ^^^^^^^^^^^^^^^^\n  |\n" in result.stderr


def test_the_difference_is_that_of_the_code(here: Path) -> None:
    assert run("my nb.ipynb", "--diff", "--no-annotate").stdout == (
        "--- my nb.ipynb:cell 1\n+++ my nb.ipynb:cell 1\n@@ -1 +1,2 @@\n+import paddle\n import torch\n"
        "--- my nb.ipynb:cell 3\n+++ my nb.ipynb:cell 3\n@@ -1,3 +1,3 @@\n %matplotlib inline\n"
        "-opt = torch.optim.SGD(p, 0.1)\n-opt.zero_grad()\n"
        "+opt = paddle.optimizer.SGD(parameters=p, learning_rate=0.1)\n"
        "+opt.clear_grad(set_to_zero=False)\n"
    )
    assert tree(here) == {"my nb.ipynb": notebook()}


@pytest.mark.usefixtures("here")
def test_the_document_names_the_cell() -> None:
    (file,) = document(run(".", "--format", "json", "--diff").stdout)["files"]
    said = file["diagnostics"][-1]
    assert [said[key] for key in ("code", "cell", "line", "column", "end_line")] == ["OC302", 4, 1, 5, 2]
    assert [(found["cell"], found["line"]) for found in file["references"]] == [(3, 2), (3, 3), (4, 1)]
    assert file["diff"].startswith("--- my nb.ipynb:cell 1\n")


def test_it_is_converted_in_place(here: Path) -> None:
    write(here, {"other.ipynb": notebook(), "a.py": b"import torch.optim\n"})
    result = run(".", "--no-annotate")
    assert "3 files seen, 2 converted, 0 failed" in result.stderr
    files = tree(here)
    assert files["other.ipynb"] == files["my nb.ipynb"]
    sources = [cell["source"] for cell in json.loads(files["other.ipynb"])["cells"]]
    assert sources[0] == ["import paddle\n", "import torch"]
    assert [sources[1], sources[3]] == [CELLS[1], CELLS[3]]


def test_what_is_no_notebook_is_shown_with_its_own_line(here: Path) -> None:
    write(
        here, {"bad.ipynb": b'{"cells": [],\n "metadata": tru}\n', "r.ipynb": b'{"cells": [], "nbformat": 4}'}
    )
    result = run("bad.ipynb", "r.ipynb")
    assert result.exit_code == 2
    assert result.stderr.startswith(
        "bad.ipynb:2:14: OC907 [error] not-a-notebook: no notebook that can be read"
    )
    assert '2 |  "metadata": tru}\n  |              ^\n' in result.stderr


def test_copies_that_jupyter_keeps_are_not_searched_for(here: Path) -> None:
    write(here, {".ipynb_checkpoints/my nb-checkpoint.ipynb": notebook()})
    assert [str(file.path) for file in find_files([here], resolve_links=True)] == [str(here / "my nb.ipynb")]


def test_cells_without_a_last_line_end_differ_in_their_lines_only() -> None:
    before = notebook()
    after = before.replace(b"import torch", b"x = '\\ud800'\\n")
    assert unified_diff("a.ipynb", before, after).splitlines()[3:] == [b"-import torch", b"+x = '\\ud800'"]
    assert unified_diff("a.ipynb", before, b"{}").count(b"+++") == 3
    assert unified_diff("a.ipynb", before, before) == b""
