"""Which line of the JSON each line of a cell stands in, for programs that know only lines of files."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left
from collections.abc import Iterator

from optconv.converter.notebook.scan import Cell, NotebookError, scan

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # as Python counts the lines of a cell


def cell_file_lines(source: bytes) -> dict[int, list[int]]:
    """Return for each code cell, by its number, the lines of the file that its lines stand in.

    Several lines of a cell stand in one line of the file where the JSON has them in one string. Of what is
    no notebook there are none.
    """
    try:
        text = source.removeprefix(codecs.BOM_UTF8).decode()
        cells = scan(text).code_cells
    except (UnicodeDecodeError, NotebookError):
        return {}
    breaks = [found.start() for found in re.finditer("\n", text)]
    return {cell.number: list(_lines(cell, breaks)) for cell in cells}


def _lines(cell: Cell, breaks: list[int]) -> Iterator[int]:
    line = _line_of(cell.source.start, breaks)  # an empty cell stands where its list of strings begins
    begins = True  # whether the next character of the cell is the first one of a line
    for string, entry in zip(cell.strings, cell.entries, strict=True):
        line = _line_of(string.start, breaks)
        for piece in _LINE.findall(entry):
            if begins:
                yield line
            begins = piece.endswith(("\r", "\n"))
    if begins:
        yield line


def _line_of(offset: int, breaks: list[int]) -> int:
    return bisect_left(breaks, offset) + 1
