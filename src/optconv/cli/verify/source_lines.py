"""The lines of a file that a construction stands in."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from optconv.cli.source_text import FileLines
from optconv.cli.terminal import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optconv.converter.result import Position

MOST_LINES = 20
_LONGEST = 400  # characters of a line
_TAB_STOP = 4


class SourceLines:
    """The lines of one file, which is parsed when they are asked for."""

    def __init__(self, name: str, source: bytes) -> None:
        self._lines = FileLines(name, source)
        self._ends: dict[int | None, dict[tuple[int, int], int]] = {}

    def of_call(self, start: Position) -> list[tuple[int, str]]:
        """Return the number and the text of each line of the call that begins somewhere.

        Nothing in the text can hide. Of a call that is too long the first `MOST_LINES` are returned; of what
        cannot be parsed by itself, such as a cell with magics, the line of its beginning.
        """
        lines = self._lines.of(start.cell)
        end = self._end(start, lines)
        numbers = range(start.line, min(end, start.line + MOST_LINES - 1) + 1)
        return [(number, _visible(lines[number - 1])) for number in numbers if number <= len(lines)]

    def _end(self, start: Position, lines: Sequence[str]) -> int:
        if start.cell not in self._ends:
            self._ends[start.cell] = _ends_of_calls(lines)
        return self._ends[start.cell].get((start.line, start.column), start.line)


def _ends_of_calls(lines: Sequence[str]) -> dict[tuple[int, int], int]:
    """Return the last line of each call by the line and the column where it begins, both counted from 1."""
    try:
        module = ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    ends: dict[tuple[int, int], int] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and node.end_lineno is not None:
            before = lines[node.lineno - 1].encode()[: node.col_offset]
            place = (node.lineno, len(before.decode(errors="replace")) + 1)
            ends[place] = max(ends.get(place, 0), node.end_lineno)
    return ends


def _visible(line: str) -> str:
    line = line.expandtabs(_TAB_STOP)
    return escape(line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…")
