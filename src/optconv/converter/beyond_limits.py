"""What a valid file can hold that is more than Python's own limits allow to work on, and where it stands."""

from __future__ import annotations

import ast

from optconv.converter.result import Position
from optconv.converter.source import ParseError, SourceText, UndecodableError, decode, parse
from optconv.mappings import Text, message

_START = Position(1, 1)


def beyond_limits(source: bytes, error: Exception) -> tuple[Position, Text] | None:
    """Return where and why an exception is no defect of ours; None where it is one.

    Args:
        source: the file, which could be parsed before.
        error: what converting it raised.
    """
    if not isinstance(error, (RecursionError, ValueError)):
        return None
    try:
        text = decode(source)
        tree = parse(text.text)
    except (UndecodableError, ParseError):
        return (_START, message("source.nested_too_deeply")) if isinstance(error, RecursionError) else None
    if isinstance(error, RecursionError):
        return _place(text, _deepest(tree)), message("source.nested_too_deeply")
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    number = next((node for node in constants if _has_too_many_digits(node)), None)
    return None if number is None else (_place(text, number), message("source.number_too_long"))


def _deepest(tree: ast.Module) -> ast.expr | ast.stmt | None:
    """Return the statement or expression that most others stand around."""
    found: tuple[int, ast.expr | ast.stmt | None] = (0, None)
    stack: list[tuple[ast.AST, int]] = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        if isinstance(node, (ast.expr, ast.stmt)) and depth > found[0]:
            found = depth, node
        stack += [(child, depth + 1) for child in ast.iter_child_nodes(node)]
    return found[1]


def _has_too_many_digits(node: ast.Constant) -> bool:
    """Return whether a node is a whole number that Python reads, in hexadecimal, but does not write."""
    try:
        str(node.value if isinstance(node.value, int) else 0)
    except ValueError:
        return True
    return False


def _place(text: SourceText, node: ast.expr | ast.stmt | None) -> Position:
    return _START if node is None else text.position(text.span(node).start)
