"""The text of a source file, for showing it: never fails, whatever the bytes are."""

from __future__ import annotations

import io
import tokenize


def decode(source: bytes, like: bytes | None = None) -> str:
    """Return ``source`` as text in the encoding it declares.

    Args:
        source: the bytes of a file or of a part of one.
        like: the whole file, when ``source`` is only a part.
    """
    return source.decode(_encoding(source if like is None else like), "backslashreplace")


def lines_of(source: bytes) -> list[str]:
    """Return the lines of a file as Python counts them: only LF, CR LF and CR end one."""
    return io.StringIO(decode(source), newline=None).read().split("\n")  # None: translate all three to LF


def _encoding(source: bytes) -> str:
    try:
        return tokenize.detect_encoding(io.BytesIO(source).readline)[0]
    except SyntaxError:  # an unknown encoding, or bytes that are not in the one declared
        return "utf-8"
