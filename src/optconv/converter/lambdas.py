"""Writes a lambda of the tables as source text, with the user's arguments in it.

A literal is written where its name stands. Anything else might have another value when the lambda is called,
so it is bound as a default (``lambda epoch, gamma=args.gamma: gamma ** epoch``): a default is evaluated when
the lambda is made, once, which is when the source framework would have read the argument.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optconv.mappings.expressions import UNKNOWN, parse_expression

if TYPE_CHECKING:
    from optconv.converter.compose import Piece

_LONGEST_FOLDED = 12  # a computed number with more characters than this says less than its expression
_Replacement = tuple[int, int, str]
_WRITTEN_OUT = (  # numbers and displays of them, also ``1.0 / 3``
    ast.Constant,
    ast.List,
    ast.Tuple,
    ast.UnaryOp,
    ast.unaryop,
    ast.BinOp,
    ast.operator,
    ast.expr_context,
)


def compose_lambda(text: str, tree: ast.Lambda, pieces: Mapping[str, Piece]) -> str:
    """Return the text of a lambda with its names replaced or bound.

    Args:
        text: the lambda as the tables have it.
        tree: the same, parsed.
        pieces: what each name stands for.
    """
    used = {node.id for node in ast.walk(tree.body) if isinstance(node, ast.Name) and node.id in pieces}
    bound = _names_bound_inside(tree)
    inner = bound | used
    inlined = {name for name in used if _may_be_inlined(pieces[name], inner - ({name} - bound))}
    values = {
        name: parse_expression(ast.unparse(_node(pieces[name]))).evaluate({})
        for name in inlined
        if not isinstance(_node(pieces[name]), ast.Lambda)
    }
    body = _written(text, tree.body, _Filling(text, pieces, inlined, values, _enclosed(tree)))
    parameters = [argument.arg for argument in tree.args.args]
    parameters += [f"{name}={_bound(tree, name, pieces[name])}" for name in _in_order(used - inlined, pieces)]
    return f"lambda {', '.join(parameters)}: {body}"


@dataclass(frozen=True)
class _Filling:
    """What the names of a lambda of the tables are replaced by."""

    text: str  # of the lambda
    pieces: Mapping[str, Piece]
    inlined: set[str]  # the names that are replaced where they stand
    values: Mapping[str, Any]  # what is known of them
    enclosed: set[ast.AST]  # parts of the body that nothing can tear apart


def _written(text: str, part: ast.expr, filling: _Filling) -> str:
    """Return the text of a part of the lambda's body with its names replaced."""
    offset = part.col_offset
    written = text[offset : part.end_col_offset]
    for start, end, replacement in sorted(_replacements(part, filling), reverse=True):
        start, end = _with_parentheses(text, start, end)
        if replacement.startswith("(-") and text[start - 2 : start] == "+ " and text[end : end + 3] != " **":
            start, replacement = start - 2, f"- {replacement[2:-1]}"
        start = max(start, offset)
        written = written[: start - offset] + replacement + written[end - offset :]
    return written


def is_bound_by(tree: ast.expr, name: str) -> bool:
    """Return whether ``tree`` is a lambda that reads ``name``: what it stands for is then evaluated once."""
    return isinstance(tree, ast.Lambda) and any(
        isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree.body)
    )


def _node(piece: Piece) -> ast.expr:
    return piece.node if piece.node is not None else ast.parse(f"({piece.text}\n)", mode="eval").body


def _names_bound_inside(tree: ast.Lambda) -> set[str]:
    """Return the names that the lambda itself binds: its parameters and those of comprehensions."""
    bound = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return bound | {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _may_be_inlined(piece: Piece, inner: set[str]) -> bool:
    """Return whether the text of a piece means inside the lambda what it means outside of it.

    A lambda reads its free names when it is called, here as there, unless one of them is bound in between.
    """
    node = _node(piece)
    if piece.stable:
        return not {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} & inner
    if isinstance(node, ast.Lambda):
        defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
        if not all(isinstance(part, _WRITTEN_OUT) for d in defaults for part in ast.walk(d)):
            return False  # they are evaluated when the user's lambda is made
        own = _names_bound_inside(node)
        return not ({part.id for part in ast.walk(node) if isinstance(part, ast.Name)} - own) & inner
    return all(isinstance(part, _WRITTEN_OUT) for part in ast.walk(node))


def _replacements(node: ast.AST, filling: _Filling) -> Iterator[_Replacement]:
    """Return what is to be put where in the text of the body."""
    start, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", 0)
    if isinstance(node, (ast.BinOp, ast.Call)):
        number = _folded(node, filling.values)
        if number is not None:
            yield start, end, f"({number})" if number.startswith("-") else number
            return
    match node:
        case ast.Name(id=name) if name in filling.inlined:
            yield start, end, _in_parentheses(filling.pieces[name])
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if (
            name in filling.inlined and isinstance(_node(filling.pieces[name]), ast.Lambda)
        ):
            text = _written(filling.text, argument, filling)
            yield start, end, _applied(filling.pieces[name], text, bare=node in filling.enclosed)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _replacements(child, filling)


def _with_parentheses(text: str, start: int, end: int) -> tuple[int, int]:
    """Take in the parentheses around a part of the tables' text; what is put there has its own."""
    opens = text[start - 1] == "(" and (text[start - 2].isspace() or text[start - 2] == "(")
    return (start - 1, end + 1) if opens and text[end : end + 1] == ")" else (start, end)


def _folded(node: ast.expr, values: Mapping[str, Any]) -> str | None:
    """Return a part of the body as a number, when all of it is written out and the number is short."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    known = {name for name in names if name in values}
    if not known or names - known - {"int"}:
        return None
    value = parse_expression(ast.unparse(node)).evaluate(values)
    if value is UNKNOWN or isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return short_number(value)


def short_number(value: float) -> str | None:
    """Return a number as text, or None when its text says less than the expression it comes from.

    Fifteen digits are what decimal arithmetic on paper gives: ``1e-8 ** 2`` is written ``1e-16``.
    """
    if isinstance(value, int):
        return repr(value)
    if value != value or abs(value) == float("inf"):
        return None
    text = min(repr(value), repr(float(f"{value:.15g}")), key=len)
    return text if len(text) <= _LONGEST_FOLDED else None


def _in_parentheses(piece: Piece) -> str:
    node = _node(piece)
    plain = isinstance(node, (ast.Constant, ast.List, ast.Tuple, ast.Name))
    return piece.text if plain else f"({piece.text})"


def _enclosed(tree: ast.Lambda) -> set[ast.AST]:
    """Return the whole body, the branches of conditions in it, and the arguments of its calls."""
    enclosed: set[ast.AST] = {tree.body}
    for node in ast.walk(tree.body):
        if isinstance(node, ast.IfExp):
            enclosed |= {node.body, node.orelse}
        elif isinstance(node, ast.Call):
            enclosed.update(node.args)
    return enclosed


def _applied(piece: Piece, argument: str, *, bare: bool) -> str:
    """Return the user's lambda called with ``argument``: its body, where nothing but that name changes."""
    parsed = ast.parse(f"({piece.text}\n)", mode="eval").body
    assert isinstance(parsed, ast.Lambda)
    own = parsed.args.args
    binds = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.NamedExpr)
    simple = (
        len(own) == 1
        and ast.unparse(parsed.args) == own[0].arg
        and not any(isinstance(part, binds) for part in ast.walk(parsed.body))
        and "\n" not in piece.text
        and piece.text.isascii()
    )
    if not simple:
        return f"({piece.text})({argument})"
    body = ast.get_source_segment(f"({piece.text}\n)", parsed.body) or ""
    offset = parsed.body.col_offset
    for part in sorted(
        (p for p in ast.walk(parsed.body) if isinstance(p, ast.Name) and p.id == own[0].arg),
        key=lambda p: -p.col_offset,
    ):
        place = part.col_offset - offset
        written = argument if argument.isidentifier() else f"({argument})"
        body = body[:place] + written + body[place + len(part.id) :]
    whole = isinstance(parsed.body, (ast.Call, ast.Name, ast.Constant))
    return body if whole or (bare and not isinstance(parsed.body, ast.IfExp)) else f"({body})"


def _in_order(names: set[str], pieces: Mapping[str, Piece]) -> list[str]:
    """Return the names in the order in which the user's source evaluates what they stand for."""

    def place(name: str) -> tuple[int, int, str]:
        node = pieces[name].node
        return (node.lineno, node.col_offset, name) if node is not None else (0, 0, name)

    return sorted(names, key=place)


def _bound(tree: ast.Lambda, name: str, piece: Piece) -> str:
    """Return what a default is bound to: what the lambda goes through is copied, it may be an iterator."""
    node = _node(piece)
    iterated = any(
        isinstance(part, ast.comprehension) and isinstance(part.iter, ast.Name) and part.iter.id == name
        for part in ast.walk(tree)
    )
    if iterated and not isinstance(node, (ast.List, ast.Tuple, ast.ListComp)):
        return f"list({piece.text})"
    return (
        f"({piece.text})"
        if isinstance(node, (ast.Lambda, ast.NamedExpr, ast.Yield, ast.YieldFrom))
        else piece.text
    )
