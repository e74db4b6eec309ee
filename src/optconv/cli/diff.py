"""Unified differences. ``patch -p0`` and ``git apply -p0`` take those of Python files, byte for byte."""

from __future__ import annotations

import difflib
import re

from optconv.converter import cells_of

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")  # only LF: a CR belongs to the line for these programs
_NO_NEWLINE = b"\n\\ No newline at end of file\n"


def unified_diff(name: str, before: bytes, after: bytes) -> bytes:
    """Return the difference between two contents of the file ``name``; empty when there is none.

    That of a notebook is for people: the code of each cell that changed, and not the JSON it is written in.
    """
    cells = cells_of(name, before)
    if cells is None:
        # A tab ends the name, which otherwise would end at its first space.
        return _difference(f"{name}\t" if " " in name else name, before, after)
    new = cells_of(name, after) or {}
    return b"".join(
        _difference(f"{name}:cell {cell}", _as_lines(text), _as_lines(new.get(cell, "")))
        for cell, text in cells.items()
    )


def _as_lines(text: str) -> bytes:
    """Return the text of a cell with the line end that the last line of a cell has not."""
    ended = f"{text}\n" if text and not text.endswith("\n") else text
    return ended.encode("utf-8", "backslashreplace")


def _difference(name: str, before: bytes, after: bytes) -> bytes:
    label = name.encode("utf-8", "backslashreplace")
    lines = difflib.diff_bytes(
        difflib.unified_diff, _LINE.findall(before), _LINE.findall(after), label, label, lineterm=b"\n"
    )
    return b"".join(line if line.endswith(b"\n") else line + _NO_NEWLINE for line in lines)
