"""Findings as other programs take them."""

from __future__ import annotations

import pytest

from optconv.cli.findings import find
from optconv.cli.report.entries import Region, entries_of, most_urgent_first
from optconv.cli.tally import FileResult
from optconv.converter import Position
from optconv.converter.result import diagnostic

from .conftest import notebook


@pytest.mark.parametrize(
    ("start", "end", "lines"),
    [
        (Position(1, 1, 2), Position(2, 3, 2), (1, 2)),
        (Position(2, 1, 2), Position(2, 3, 2), (2, 2)),
        (Position(2, 1, 2), Position(9, 1, 2), None),
        (Position(1, 1, 1), Position(1, 2, 1), None),
        (Position(1, 1, 9), Position(1, 2, 9), None),
    ],
    ids=["two lines", "one line", "a line that is not there", "a cell with text", "a cell that is not there"],
)
def test_a_place_in_a_notebook_is_lines_of_the_file_where_it_has_them(
    start: Position, end: Position, lines: tuple[int, int] | None
) -> None:
    code = ["import torch\n", "import paddle"]
    content = notebook("# text", "".join(code))
    shown = content.decode().splitlines()
    file = FileResult("lab.ipynb", content)
    said = diagnostic("OC204", start, end, None, reason="so")
    (entry,) = entries_of(file, find(file.name, content, [said], None), "en")
    if lines is None:
        assert entry.region is None
    else:
        first, last = (code[line - 1].strip() for line in lines)
        assert entry.region is not None
        assert first in shown[entry.region.line - 1]
        assert last in shown[entry.region.end_line - 1]
    assert entry.message == f"cell {start.cell}, line {start.line}: not converted: so"


def test_a_place_in_a_module_is_itself_and_the_most_urgent_comes_first() -> None:
    here = Position(3, 5), Position(4, 2)
    said = [diagnostic("OC101", *here, argument="x"), diagnostic("OC306", *here, reason="so")]
    file = FileResult("a.py", b"\n" * 9)
    entries = entries_of(file, find(file.name, file.before, said, None), "en")
    assert [entry.region for entry in entries] == [Region(3, 4, 5, 2)] * 2
    assert [entry.topic for entry in most_urgent_first(entries)] == ["declined", "dropped"]
