"""The source line that a diagnostic is about, with carets under the place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optconv.cli.terminal import escape, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optconv.converter.result import Position

TAB_STOP = 4
LONGEST = 160  # characters of a line that are shown; the rest is cut off
_CONTEXT = 40  # of them before the place, when the line is longer
_CUT = "..."


@dataclass(frozen=True)
class Excerpt:
    """The lines to show, without colour."""

    gutter: str  # the line number
    code: str
    indent: int  # terminal cells before the first caret
    carets: str


def excerpt(lines: Sequence[str], start: Position, end: Position) -> Excerpt | None:
    """Return the line at ``start``, marked up to ``end`` or the end of the line; None when there is none."""
    if not 1 <= start.line <= len(lines) or not lines[start.line - 1].strip():
        return None
    line = lines[start.line - 1]
    first = min(max(start.column - 1, 0), len(line))
    last = min(end.column - 1, len(line)) if end.line == start.line else len(line)
    line, first, last = _cut(line, first, max(last, first))
    cells = _cell_offsets(line)
    carets = "^" * max(cells[last] - cells[first], 1)
    return Excerpt(str(start.line), _render(line), cells[first], carets)


def _cut(line: str, first: int, last: int) -> tuple[str, int, int]:
    """Return a part of a long line around ``first``, and where the place is in it."""
    if len(line) <= LONGEST:
        return line, first, last
    begin = max(first - _CONTEXT, 0)
    head = _CUT if begin else ""
    part = line[begin : begin + LONGEST]
    tail = _CUT if begin + LONGEST < len(line) else ""
    shift = len(head) - begin
    return head + part + tail, first + shift, min(last + shift, len(head) + len(part))


def _render(line: str) -> str:
    return "".join(_pieces(line))


def _cell_offsets(line: str) -> list[int]:
    """Return at which terminal cell each character of ``line``, and its end, is shown."""
    offsets = [0]
    for piece in _pieces(line):
        offsets.append(offsets[-1] + width(piece))
    return offsets


def _pieces(line: str) -> list[str]:
    """Return how each character is shown: tabs as spaces, what a terminal might obey as an escape."""
    pieces = []
    cell = 0
    for character in line:
        piece = " " * (TAB_STOP - cell % TAB_STOP) if character == "\t" else escape(character)
        cell += width(piece)
        pieces.append(piece)
    return pieces
