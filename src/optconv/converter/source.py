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
class SourceText:
    """The characters of a file and how they were encoded."""

    text: str
    encoding: str
    bom: bytes = b""

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


def parse(text: str) -> ast.Module:
    """Parse a file.

    Raises:
        SyntaxError: it is no Python.
        ValueError: there is a null character in it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "\d" in somebody's string is not ours to complain about
        return ast.parse(text)


def shortened(text: str) -> str:
    """Return ``text`` on one line and not too long, to be shown inside a message."""
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _LONGEST_SHOWN else f"{one_line[: _LONGEST_SHOWN - 3]}..."
