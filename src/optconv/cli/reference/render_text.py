"""Renders a document as text for a terminal: wrapped to a width, tables in columns, headings in colour."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from optconv.cli.reference.document import Block, Bullets, Code, Document, Heading, Paragraph, Table
from optconv.cli.reference.render_markdown import INLINE
from optconv.cli.terminal import escape, paint, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_GAP = 2  # between columns
_NARROWEST = 12  # a column is not made narrower than this
# A line may be broken at a space, and before a wide character unless that is punctuation.
_WORDS = re.compile(r"[^\s\u2e80-\uffef]+|[\u2e80-\uffef][，。；：、）”]?|\s+")


def render_text(document: Document, language: str, columns: int) -> list[str]:
    """Return the document as lines, none wider than ``columns`` unless a single word is."""
    lines: list[str] = []
    for block in document.blocks:
        if lines:
            lines.append("")
        lines += _render(block, language, columns)
    return lines


def _render(block: Block, language: str, columns: int) -> list[str]:
    match block:
        case Heading(text=text):
            return [
                paint(line, "white", err=False) for line in wrap(_plain(text.in_language(language)), columns)
            ]
        case Paragraph(text=text):
            return wrap(_plain(text.in_language(language)), columns)
        case Bullets(items=items):
            return [line for item in items for line in _bullet(_plain(item.in_language(language)), columns)]
        case Code(text=text):
            return [f"    {escape(line)}" for line in text.rstrip().splitlines()]
        case Table(head=head, rows=rows):
            cells = [[_cell(_plain(cell.in_language(language))) for cell in row] for row in (head, *rows)]
            return _table(cells, columns)


def wrap(text: str, columns: int) -> list[str]:
    """Break text into lines of at most ``columns`` cells; East Asian text may be broken anywhere."""
    lines, line = [], ""
    for word in _pieces(text, columns):
        if line and width(line) + width(word.rstrip()) > columns:
            lines.append(line.rstrip())
            line = ""
        line += word if line or not word.isspace() else ""
    return [*lines, line.rstrip()] if line or not lines else lines


def _pieces(text: str, columns: int) -> Iterator[str]:
    """Return the words of a text; one that is wider than a line is cut."""
    for word in _WORDS.findall(text):
        yield from (word[i : i + columns] for i in range(0, len(word), columns))


def _bullet(text: str, columns: int) -> list[str]:
    first, *others = wrap(text, columns - 2)
    return [f"- {first}", *(f"  {line}" for line in others)]


def _table(cells: Sequence[Sequence[str]], columns: int) -> list[str]:
    widths = _widths(cells, columns)
    right = [_is_numeric(row[i] for row in cells[1:]) for i in range(len(widths))]
    rule = (" " * _GAP).join("-" * w for w in widths)
    head, *rows = [_row(row, widths, right) for row in cells]
    return [*head, rule, *(line for row in rows for line in row)]


def _widths(cells: Sequence[Sequence[str]], columns: int) -> list[int]:
    """Return how wide each column is: the widest ones give way, as far as they can without cutting a word."""
    by_column = [[row[i] for row in cells] for i in range(len(cells[0]))]
    widths = [max(map(width, column)) for column in by_column]
    words = [max(width(word) for cell in column for word in _WORDS.findall(cell)) for column in by_column]
    for least in (words, [_NARROWEST] * len(widths)):
        while sum(widths) + _GAP * (len(widths) - 1) > columns:
            wide = [i for i, w in enumerate(widths) if w > least[i]]
            if not wide:
                break
            widths[max(wide, key=lambda i: widths[i])] -= 1
    return widths


def _is_numeric(cells: Iterable[str]) -> bool:
    """Return whether a column holds whole numbers or shares, which stand at its right side."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(re.fullmatch(r"\d+( %)?", cell) for cell in filled)


def _row(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> list[str]:
    wrapped = [wrap(cell, w) for cell, w in zip(row, widths, strict=True)]
    lines = []
    for number in range(max(len(cell) for cell in wrapped)):
        parts = (cell[number] if number < len(cell) else "" for cell in wrapped)
        padded = (_padded(*column) for column in zip(parts, widths, right, strict=True))
        lines.append((" " * _GAP).join(padded).rstrip())
    return lines


def _padded(part: str, columns: int, right: bool) -> str:
    space = " " * (columns - width(part))
    return f"{space}{part}" if right else f"{part}{space}"


def _plain(text: str) -> str:
    """Return text as it is shown: of links only the words."""
    return escape(INLINE.sub(lambda found: found["code"] or found["words"], text))


def _cell(text: str) -> str:
    """Return a cell as it is shown: where there is nothing but code, it needs no marks around it."""
    return text.replace("`", "") if re.fullmatch(r"`[^`]+`(, `[^`]+`)*", text) else text
