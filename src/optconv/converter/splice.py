"""Replaces parts of one expression's text, wherever they stand in it: over several lines, among comments."""

from __future__ import annotations

import ast
from collections.abc import Iterable

Part = ast.expr | ast.arg


def parsed(text: str) -> ast.expr:
    """Return an expression as a tree whose positions are those that `segment` and `spliced` understand."""
    return ast.parse(f"({text}\n)", mode="eval").body


def segment(text: str, part: Part) -> str:
    """Return the text of a part of ``parsed(text)``."""
    start, end = _range(text, part)
    return text[start:end]


def spliced(text: str, replacements: Iterable[tuple[Part, str]]) -> str:
    """Return ``text`` with parts of ``parsed(text)`` replaced, none of which is inside another."""
    places = [(*_range(text, part), new) for part, new in replacements]
    for start, end, new in sorted(places, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _range(text: str, part: Part) -> tuple[int, int]:
    lines = f"({text}\n)".splitlines(keepends=True)
    places = ((part.lineno, part.col_offset), (part.end_lineno or 0, part.end_col_offset or 0))
    start, end = (
        sum(map(len, lines[: row - 1])) + len(lines[row - 1].encode()[:column].decode()) - 1
        for row, column in places
    )
    return start, end
