"""Replaces parts of one expression's text, wherever they stand in it: over several lines, among comments."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

Part = ast.expr | ast.arg
_NEVER_BARE = (ast.NamedExpr, ast.Yield, ast.YieldFrom)  # the parentheses around it are no part of a node
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # `str.splitlines` knows more ends than the parser


def parsed(text: str) -> ast.expr:
    """Return an expression as a tree whose positions are those that `segment` and `spliced` understand."""
    return ast.parse(f"({text}\n)", mode="eval").body


def segment(text: str, part: Part) -> str:
    """Return the text of a part of ``parsed(text)``, such that it can stand elsewhere."""
    start, end = _range(text, part)
    return standing_alone(text[start:end], part)


def standing_alone(text: str, node: Part) -> str:
    """Return the text of a node with the parentheses without which Python allows it hardly anywhere."""
    return f"({text})" if isinstance(node, _NEVER_BARE) else text


def spliced(text: str, replacements: Iterable[tuple[Part, str]]) -> str:
    """Return ``text`` with parts of ``parsed(text)`` replaced, none of which is inside another."""
    places = [(*_range(text, part), new) for part, new in replacements if new != segment(text, part)]
    for start, end, new in sorted(places, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _range(text: str, part: Part) -> tuple[int, int]:
    lines = _LINE.findall(f"({text}\n)")
    places = ((part.lineno, part.col_offset), (part.end_lineno or 0, part.end_col_offset or 0))
    start, end = (
        sum(map(len, lines[: row - 1])) + len(lines[row - 1].encode()[:column].decode()) - 1
        for row, column in places
    )
    return start, end
