"""The text of a source file, for showing it: never fails, whatever the bytes are."""

from __future__ import annotations

import io
import tokenize
from functools import cached_property
from typing import TYPE_CHECKING

from optconv.converter import cells_of

if TYPE_CHECKING:
    from collections.abc import Sequence


def decode(source: bytes, like: bytes | None = None) -> str:
    """Return ``source`` as text in the encoding it declares.

    Args:
        source: the bytes of a file or of a part of one.
        like: the whole file, when ``source`` is only a part.
    """
    return source.decode(_encoding(source if like is None else like), "backslashreplace")


def lines_of(source: bytes) -> list[str]:
    """Return the lines of a file as Python counts them: only LF, CR LF and CR end one."""
    return _lines(decode(source))


class FileLines:
    """The lines of a file and, if it is a notebook, of each of its cells; split when asked for."""

    def __init__(self, name: str, source: bytes) -> None:
        self._name = name
        self._source = source

    def of(self, cell: int | None) -> Sequence[str]:
        """Return the lines of a cell, or those of the whole file."""
        return self._lines if cell is None else _lines(self._cells.get(cell, ""))

    @cached_property
    def _lines(self) -> list[str]:
        return lines_of(self._source)

    @cached_property
    def _cells(self) -> dict[int, str]:
        return dict(cells_of(self._name, self._source) or {})


def _lines(text: str) -> list[str]:
    return io.StringIO(text, newline=None).read().split("\n")  # None: translate all three to LF


def _encoding(source: bytes) -> str:
    try:
        return tokenize.detect_encoding(io.BytesIO(source).readline)[0]
    except SyntaxError:  # an unknown encoding, or bytes that are not in the one declared
        return "utf-8"
