"""The text of one file: decoded, with its line ends and its byte-order mark, and positions in it.

``ast`` counts columns in UTF-8 bytes and knows three line ends; everything else here counts characters from
the start of the text, so that edits can be spliced into it.
"""

from __future__ import annotations

import ast
import codecs
import io
import re
import tokenize
import warnings
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from optconv.converter.result import Position
from optconv.mappings import Text, message

_LONGEST_SHOWN = 40
_LINE_END = re.compile(r"\r\n|\r|\n")


class UndecodableError(ValueError):
    """The bytes do not fit the encoding they declare."""


@dataclass(frozen=True)
class Span:
    """A half-open range of characters of the text."""

    start: int
    end: int


@dataclass(frozen=True)
class CellLine:
    """Where a line of the text stands in a notebook."""

    cell: int
    line: int  # from 1; 0: a line between two cells


@dataclass(frozen=True)
class SourceText:
    """The characters of a file and how they were encoded."""

    text: str
    encoding: str
    bom: bytes = b""
    cell_lines: tuple[CellLine, ...] = ()  # for each line, where the text is put together from cells

    @cached_property
    def _line_starts(self) -> list[int]:
        if "\r" in self.text:
            return [0, *(match.end() for match in _LINE_END.finditer(self.text))]
        lengths = map(len, self.text.split("\n"))
        return [start + i for i, start in enumerate(accumulate(lengths, initial=0))][:-1]

    @cached_property
    def newline(self) -> str:
        """Return the line end that the file uses (the first one in it)."""
        match = _LINE_END.search(self.text)
        return match.group() if match else "\n"

    def encode(self, text: str) -> bytes:
        """Return ``text`` in the file's encoding; `UnicodeEncodeError` when it has no such character."""
        return self.bom + text.encode(self.encoding)

    def line_start(self, line: int) -> int:
        """Return where line ``line`` (from 1) begins."""
        return self._line_starts[line - 1]

    def offset(self, line: int, byte_column: int) -> int:
        """Return the character offset of an ``ast`` position."""
        start = self._line_starts[line - 1]
        piece = self.text[start : start + byte_column]
        if piece.isascii():
            return start + byte_column
        return start + len(piece.encode()[:byte_column].decode())

    def span(self, node: ast.stmt | ast.expr | ast.keyword | ast.alias | ast.arg) -> Span:
        """Return the range of characters of a node."""
        end_line, end_column = node.end_lineno, node.end_col_offset
        if end_line is None or end_column is None:  # only in trees that were not parsed from text
            raise ValueError("the node has no end position")
        return Span(self.offset(node.lineno, node.col_offset), self.offset(end_line, end_column))

    def of(self, node: ast.stmt | ast.expr | ast.keyword | ast.alias | ast.arg) -> str:
        """Return the text of a node."""
        span = self.span(node)
        return self.text[span.start : span.end]

    def line_of(self, offset: int) -> int:
        """Return the line (from 1) that the character at ``offset`` stands on."""
        return bisect_right(self._line_starts, offset)

    def position(self, offset: int) -> Position:
        """Return line and column (both from 1, in characters) of ``offset``."""
        line = self.line_of(offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def line_name(self, line: int) -> str | Text:
        """Return what a line is called in messages, behind the word "line"."""
        if not self.cell_lines:
            return str(line)
        place = self.cell_lines[line - 1]
        return message("source.line_of_cell", line=str(place.line), cell=str(place.cell))

    def is_between_cells(self, line: int) -> bool:
        """Return whether a line separates two cells: what stands below it begins a cell."""
        return bool(self.cell_lines) and self.cell_lines[line - 1].line == 0

    def in_one_cell(self, first: ast.stmt, last: ast.stmt) -> bool:
        """Return whether two statements stand in one cell; those of a file without cells do."""
        lines = self.cell_lines
        return not lines or lines[first.lineno - 1].cell == lines[last.lineno - 1].cell

    def line_end(self, offset: int) -> int:
        """Return where the line of ``offset`` ends, before its line end."""
        match = _LINE_END.search(self.text, offset)
        return match.start() if match else len(self.text)


def decode(source: bytes) -> SourceText:
    """Decode ``source`` as Python would: a byte-order mark or a coding comment, else UTF-8.

    Raises:
        UndecodableError: an unknown encoding, or bytes that are not in it.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        bom = codecs.BOM_UTF8 if encoding == "utf-8-sig" else b""
        encoding = "utf-8" if bom else encoding
        text = source[len(bom) :].decode(encoding)
        if text.encode(encoding) != source[len(bom) :]:
            raise UndecodableError(f"decoding as {encoding} and encoding again gives other bytes")
    except UnicodeDecodeError as error:
        raise UndecodableError(f"byte {error.start} is not {error.encoding}") from error
    except (SyntaxError, LookupError, UnicodeError) as error:
        raise UndecodableError(str(error)) from error
    return SourceText(text, encoding, bom)


class ParseError(ValueError):
    """A text that Python's parser refuses, for whatever reason."""

    def __init__(self, reason: str, position: Position | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position or Position(1, 1)


def parse(text: str) -> ast.Module:
    """Parse Python source.

    Raises:
        ParseError: it is not valid Python, or nothing that the parser can take.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" in somebody's string is not ours to complain about
            return ast.parse(text)
    except SyntaxError as error:
        position = Position(error.lineno or 1, max(error.offset or 1, 1))
        raise ParseError(str(error.msg), position) from error
    except (RecursionError, MemoryError) as error:
        raise ParseError("nested too deeply for Python's parser") from error
    except ValueError as error:
        raise ParseError(str(error)) from error


def decode_utf8(source: bytes) -> SourceText:
    """Decode ``source`` as UTF-8, whatever its first lines say: a coding comment is Python's alone.

    Raises:
        UndecodableError: the bytes are not UTF-8.
    """
    bom = codecs.BOM_UTF8 if source.startswith(codecs.BOM_UTF8) else b""
    try:
        return SourceText(source[len(bom) :].decode("utf-8"), "utf-8", bom)
    except UnicodeDecodeError as error:
        raise UndecodableError(f"byte {error.start + len(bom)} is not utf-8") from error


def shortened(text: str) -> str:
    """Return ``text`` on one line and not too long, to be shown inside a message."""
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _LONGEST_SHOWN else f"{one_line[: _LONGEST_SHOWN - 3]}..."
