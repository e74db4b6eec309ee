"""Finds the cells of a notebook in the text of its JSON, and where exactly the code of each stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from optconv.converter.result import Position
from optconv.converter.source import Span
from optconv.mappings import Text, message

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)  # no number is looked at, however long it is
_PYTHON = re.compile(r"i?python[\d.]*", re.IGNORECASE)
_FORMAT = "4"
_NOWHERE = Span(0, 0)


class NotebookError(ValueError):
    """A file is no notebook that can be read; ``position`` is where that was seen."""

    def __init__(self, reason: Text, position: Position) -> None:
        super().__init__(reason.en)
        self.reason = reason
        self.position = position


@dataclass
class Cell:
    """One cell, as it stands in the JSON."""

    number: int  # from 1, among all cells of the notebook
    kind: str = ""  # "code", "markdown", "raw"
    language: str | None = None  # where the cell says that it has one of its own
    source: Span = _NOWHERE  # of its text: a string, or a list of strings
    strings: list[Span] = field(default_factory=list)  # of these strings, with their quotes
    entries: list[str] = field(default_factory=list)  # what they say

    @property
    def text(self) -> str:
        """Return the text of the cell."""
        return "".join(self.entries)


@dataclass
class Notebook:
    """The cells of a notebook and what it says of itself."""

    cells: list[Cell] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)  # what its metadata call its language

    @property
    def code_cells(self) -> list[Cell]:
        """Return the cells with Python code."""
        if not all(map(_is_python, self.languages)):
            return []
        return [c for c in self.cells if c.kind == "code" and (not c.language or _is_python(c.language))]


def scan(text: str) -> Notebook:
    """Read a notebook.

    Raises:
        NotebookError: it is no JSON, no notebook, or one of another format.
    """
    scanner = _Scanner(text)
    found: dict[str, Any] = {}
    cells: list[Cell] | None = None
    for key in scanner.members():
        if key == "cells":
            cells = [_cell(scanner, number) for number, _ in enumerate(scanner.entries(), 1)]
        else:
            found[key] = scanner.value()
    scanner.finish()
    version = found.get("nbformat")
    if not isinstance(version, str):
        raise NotebookError(message("notebook.no_format"), Position(1, 1))
    if version != _FORMAT:
        raise NotebookError(message("notebook.other_format", version=version), Position(1, 1))
    if cells is None:
        raise NotebookError(message("notebook.no_cells"), Position(1, 1))
    return Notebook(cells, _languages(found.get("metadata")))


def _cell(scanner: _Scanner, number: int) -> Cell:
    cell = Cell(number)
    for key in scanner.members():
        if key == "source":
            _read_source(scanner, cell)
            continue
        value = scanner.value()
        if key == "cell_type":
            cell.kind = str(value)
        elif key == "metadata":
            language = _inside(value, "vscode", "languageId")
            cell.language = language if isinstance(language, str) else None
    return cell


def _read_source(scanner: _Scanner, cell: Cell) -> None:
    cell.strings, cell.entries = [], []  # of a key that comes twice the last one counts
    start = scanner.at
    for _ in scanner.entries() if scanner.peek() == "[" else (None,):
        begin = scanner.at
        value = scanner.value()
        if not isinstance(value, str) or scanner.text[begin] != '"':
            reason = message("notebook.no_source_text", cell=str(cell.number))
            raise NotebookError(reason, scanner.position(begin))
        cell.strings.append(Span(begin, scanner.at))
        cell.entries.append(value)
    cell.source = Span(start, scanner.at)


def _languages(metadata: Any) -> list[str]:
    named = (_inside(metadata, "language_info", "name"), _inside(metadata, "kernelspec", "language"))
    return [name for name in named if isinstance(name, str)]


def _inside(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _is_python(language: str) -> bool:
    return _PYTHON.fullmatch(language) is not None


class _Scanner:
    """Goes through JSON. Only the objects and lists that are asked for are entered; the rest is skipped."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def position(self, offset: int) -> Position:
        """Return line and column of a character."""
        before = self.text[:offset]
        return Position(before.count("\n") + 1, offset - before.rfind("\n"))

    def peek(self) -> str:
        """Go to what comes next, and return its first character; none at the end."""
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.text[self.at : self.at + 1]

    def value(self) -> Any:
        """Read the value that comes next, whatever it is."""
        self.peek()
        try:
            value, self.at = _DECODER.raw_decode(self.text, self.at)
        except json.JSONDecodeError as error:
            reason = message("notebook.invalid_json", problem=error.msg)
            raise NotebookError(reason, self.position(error.pos)) from error
        except (RecursionError, MemoryError) as error:
            raise NotebookError(message("notebook.too_deep"), self.position(self.at)) from error
        return value

    def members(self) -> Iterator[str]:
        """Enter an object: yield each key when its value comes next."""
        for _ in self._inside("{", "}"):
            if self.peek() != '"':
                self._expected('"')
            key = self.value()
            self._take(":")
            self.peek()
            yield key

    def entries(self) -> Iterator[None]:
        """Enter a list: yield when an entry comes next."""
        yield from self._inside("[", "]")

    def finish(self) -> None:
        """Refuse what stands behind the document."""
        if self.peek():
            reason = message("notebook.invalid_json", problem="Extra data")
            raise NotebookError(reason, self.position(self.at))

    def _inside(self, opening: str, closing: str) -> Iterator[None]:
        self._take(opening)
        if self.peek() == closing:
            self.at += 1
            return
        while True:
            yield
            if self.peek() != ",":
                break
            self.at += 1
            self.peek()
        self._take(closing)

    def _take(self, wanted: str) -> None:
        if self.peek() != wanted:
            self._expected(wanted)
        self.at += 1

    def _expected(self, wanted: str) -> None:
        raise NotebookError(message("notebook.expected_character", wanted=wanted), self.position(self.at))
