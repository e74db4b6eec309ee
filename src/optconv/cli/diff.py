"""Unified differences that ``patch -p0`` and ``git apply -p0`` take, byte for byte."""

from __future__ import annotations

import difflib
import re

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")  # only LF: a CR belongs to the line for these programs
_NO_NEWLINE = b"\n\\ No newline at end of file\n"


def unified_diff(name: str, before: bytes, after: bytes) -> bytes:
    """Return the difference between two contents of the file ``name``; empty when there is none."""
    # A tab ends the name, which otherwise would end at its first space.
    label = (f"{name}\t" if " " in name else name).encode("utf-8", "backslashreplace")
    lines = difflib.diff_bytes(
        difflib.unified_diff, _LINE.findall(before), _LINE.findall(after), label, label, lineterm=b"\n"
    )
    return b"".join(line if line.endswith(b"\n") else line + _NO_NEWLINE for line in lines)
