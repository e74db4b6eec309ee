"""Writes the text of a cell as JSON, in the form and with the escapes that the notebook has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cached_property

from optconv.converter.notebook.scan import Cell

_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")
_LINE = re.compile(r"(?:[^\\]|\\[^n])*\\n|(?:[^\\]|\\[^n])+")  # of a string as JSON writes it
_LINE_OF_TEXT = re.compile(r"[^\n]*\n|[^\n]+")
_NEWLINE = r"\n"


class Literals:
    """How one notebook writes strings."""

    def __init__(self, text: str, cells: list[Cell]) -> None:
        self._text = text
        self._cells = cells

    def written(self, cell: Cell, new: str) -> str:
        """Return the JSON of another text in the place of what a cell has now."""
        text = self._text
        if text[cell.source.start] != "[":
            return f'"{self._escaped(new)}"'
        entries = [f'"{self._escaped(entry)}"' for entry in _divided(cell, new)]
        if not entries or not cell.strings:
            return "[]"
        opening = text[cell.source.start : cell.strings[0].start]
        closing = text[cell.strings[-1].end : cell.source.end]
        return f"{opening}{self._separator(cell, opening).join(entries)}{closing}"

    def _separator(self, cell: Cell, opening: str) -> str:
        """Return what stands between two strings of the list of a cell."""
        if len(cell.strings) > 1:
            return self._between(cell)
        if "\n" in opening:
            return f",{opening[1:]}"
        others = (self._between(other) for other in self._cells if len(other.strings) > 1)
        return next((between for between in others if "\n" not in between), ", ")

    def _between(self, cell: Cell) -> str:
        return self._text[cell.strings[0].end : cell.strings[1].start]

    def _escaped(self, text: str) -> str:
        """Return what stands between the quotes; a line that was there before is written as it was."""
        return "".join(map(self._escaped_line, _LINE_OF_TEXT.findall(text)))

    def _escaped_line(self, line: str) -> str:
        body = line.removesuffix("\n")
        known = self._known_lines.get(body)
        written = "".join(map(self._escaped_character, body)) if known is None else known
        return f"{written}{_NEWLINE}" if body != line else written

    def _escaped_character(self, character: str) -> str:
        known = self._known_escapes.get(character)
        if known is not None:
            return known
        half = "\ud800" <= character <= "\udfff"  # of a character, which UTF-8 does not have
        return json.dumps(character, ensure_ascii=half or self._only_ascii)[1:-1]

    def _raw_strings(self) -> Iterator[str]:
        """Yield what stands between the quotes of the strings that the cells have now."""
        for cell in self._cells:
            for span in cell.strings:
                yield self._text[span.start + 1 : span.end - 1]

    @cached_property
    def _known_lines(self) -> dict[str, str]:
        """Return how the lines that are there are written, without their ends."""
        lines = (line.removesuffix(_NEWLINE) for raw in self._raw_strings() for line in _LINE.findall(raw))
        return {_said(line): line for line in lines}

    @cached_property
    def _known_escapes(self) -> dict[str, str]:
        """Return how characters are written that never stand for themselves: some escape ``<``, too."""
        escapes: dict[str, str] = {}
        plain: set[str] = set()
        for raw in self._raw_strings():
            plain.update(_ESCAPE.sub("", raw))
            escapes |= {_said(escape): escape for escape in _ESCAPE.findall(raw)}
        return {said: escape for said, escape in escapes.items() if said not in plain}

    @cached_property
    def _only_ascii(self) -> bool:
        """Return whether everything outside of ASCII is escaped."""
        return self._text.isascii() and any(not said.isascii() for said in self._known_escapes)


def _said(raw: str) -> str:
    """Return what a piece of a string says."""
    return str(json.loads(f'"{raw}"'))


def _divided(cell: Cell, new: str) -> list[str]:
    """Return the entries of the list: lines, as `nbformat` or an editor divides them."""
    by_newline = _LINE_OF_TEXT.findall(cell.text)
    if cell.entries == by_newline != cell.text.splitlines(keepends=True):
        return _LINE_OF_TEXT.findall(new)
    return new.splitlines(keepends=True)
