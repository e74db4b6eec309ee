"""Writes an expression of the tables as source text, with the user's own arguments in it."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from optconv.converter.edits import Render
from optconv.converter.lambdas import compose_lambda, is_bound_by, short_number
from optconv.converter.source import SourceText
from optconv.converter.splice import segment, standing_alone
from optconv.converter.values import is_harmless, is_literal, is_pure
from optconv.mappings.expressions import UNKNOWN, Expression, parse_expression

_ATOMS = (
    ast.Name,
    ast.Constant,
    ast.Attribute,
    ast.Call,
    ast.Subscript,
    ast.List,
    ast.Tuple,
    ast.Dict,
    ast.Set,
    ast.ListComp,
)


@dataclass(frozen=True)
class Piece:
    """What stands for one name of a table's expression."""

    text: str
    node: ast.expr | None = None  # where it is the user's own expression
    anchor: int | None = None  # the place of the user's argument whose place it takes
    stable: bool = False  # a name that keeps its value, so that a lambda may read it later
    around: Expression | None = None  # a list with a ``function`` for each group, of whose loop the text is
    optimizer: ast.expr | None = None  # whose groups these are


def piece_of(source: SourceText, node: ast.expr, anchor: int | None = None) -> Piece:
    """Return a piece that is the user's own expression."""
    return Piece(standing_alone(source.of(node), node), node, anchor)


def render_pieces(pieces: Mapping[str, Piece], source: SourceText, render: Render) -> dict[str, Piece]:
    """Return the pieces with the user's expressions as they are after all edits inside them."""
    return {
        name: piece
        if piece.node is None
        else replace(piece, text=standing_alone(render(source.span(piece.node)), piece.node))
        for name, piece in pieces.items()
    }


class CannotComposeError(Exception):
    """An argument would have to be evaluated more than once, or a name that is needed is taken."""

    def __init__(self, name: str, *, taken: bool = False) -> None:
        super().__init__(name)
        self.name = name
        self.taken = taken


def compose(expression: Expression, pieces: Mapping[str, Piece], value: Any = UNKNOWN) -> str:
    """Return the text of ``expression`` with its names replaced.

    Args:
        expression: over the names in ``pieces``.
        pieces: what each name stands for.
        value: what the expression evaluates to, if that is known; a short number is written instead.

    Raises:
        CannotComposeError: a name that stands for a call or the like is used more than once.
    """
    tree = expression.tree
    if isinstance(tree, ast.Name):
        return pieces[tree.id].text
    if isinstance(tree, ast.Lambda):
        return _for_each_group(compose_lambda(expression.text, tree, pieces), expression, pieces)
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div) and _is_one(tree.right, pieces):
        return compose(parse_expression(ast.unparse(tree.left)), pieces)
    element = _element(tree, pieces)
    if element is not None:
        return element
    folded = _fold(expression, pieces, value)
    if folded is not None:
        return folded
    _check_evaluated_once(tree, pieces)
    enclosed = _enclosed_names(tree)
    replacements = [
        (
            node.col_offset,
            node.end_col_offset or 0,
            pieces[node.id].text if node in enclosed else _wrapped(pieces[node.id]),
        )
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id in pieces
    ]
    text = expression.text
    for start, end, replacement in sorted(replacements, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def _for_each_group(text: str, expression: Expression, pieces: Mapping[str, Piece]) -> str:
    """Write a function of the epoch once for each group, where it needs the rate of the group.

    What it is written from is evaluated for each group then.
    """
    used = {name: pieces[name] for name in expression.names if name in pieces}
    looping = next((piece for piece in used.values() if piece.around is not None), None)
    if looping is None or looping.around is None:
        return text
    if not isinstance(looping.optimizer, (ast.Name, ast.Attribute)):
        raise CannotComposeError("optimizer")
    nodes = {name: piece.node for name, piece in used.items() if piece.node is not None}
    for name, node in nodes.items():
        if not is_harmless(node):
            raise CannotComposeError(name)
    loop = {n.id for n in ast.walk(looping.around.tree) if isinstance(n, ast.Name) and _is_bound(n)}
    read = {n.id for node in nodes.values() for n in ast.walk(node) if isinstance(n, ast.Name)}
    if loop & read:
        raise CannotComposeError(min(loop & read), taken=True)
    optimizer = Piece(ast.unparse(looping.optimizer), looping.optimizer)
    return compose(looping.around, {"function": Piece(text), "optimizer": optimizer})


def _is_bound(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _is_one(node: ast.expr, pieces: Mapping[str, Piece]) -> bool:
    """Return whether a name stands for 1.0: dividing by it changes no number."""
    return isinstance(node, ast.Name) and node.id in pieces and pieces[node.id].text == "1.0"


def _enclosed_names(tree: ast.expr) -> set[ast.AST]:
    """Return the names that stand between brackets or commas anyway and need no parentheses."""
    enclosed: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            enclosed.update(node.args)
        elif isinstance(node, (ast.List, ast.Tuple)):
            enclosed.update(node.elts)
        elif isinstance(node, ast.ListComp):
            enclosed.add(node.elt)
        elif isinstance(node, ast.Subscript):
            enclosed.add(node.slice)
    return enclosed


def count_evaluations(expression: Expression, name: str, piece: Piece) -> int:
    """Return how often writing ``expression`` writes out the argument that ``name`` stands for."""
    if _is_element_of(expression.tree, name) and _element(expression.tree, {name: piece}) is not None:
        return 0  # an entry of a display is cut out of it; the display itself is not evaluated
    if is_bound_by(expression.tree, name):
        return 1
    return sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(expression.tree))


def _is_element_of(tree: ast.expr, name: str) -> bool:
    return isinstance(tree, ast.Subscript) and isinstance(tree.value, ast.Name) and tree.value.id == name


def _element(tree: ast.expr, pieces: Mapping[str, Piece]) -> str | None:
    """Return the text of one entry of a display: ``betas[0]`` of ``(0.9, 0.99)`` is ``0.9``."""
    if not (isinstance(tree, ast.Subscript) and isinstance(tree.value, ast.Name)):
        return None
    piece, index = pieces[tree.value.id], tree.slice
    node = piece.node if piece.node is not None else _parsed(piece.text)
    if not (isinstance(node, (ast.Tuple, ast.List)) and isinstance(index, ast.Constant)):
        return None
    place = index.value
    if not isinstance(place, int) or any(isinstance(entry, ast.Starred) for entry in node.elts):
        return None
    if not 0 <= place < len(node.elts):
        return None
    return _unparsed(node.elts[place]) if piece.node is None else _slice(piece, node.elts[place])


def _slice(piece: Piece, entry: ast.expr) -> str:
    """Cut the text of ``entry`` out of the text of the display that it stands in."""
    assert piece.node is not None
    parsed = _parsed(piece.text)
    if isinstance(parsed, (ast.Tuple, ast.List)) and isinstance(piece.node, (ast.Tuple, ast.List)):
        twin = parsed.elts[piece.node.elts.index(entry)]
        return segment(piece.text, twin)
    return _unparsed(entry)


def _unparsed(entry: ast.expr) -> str:
    return standing_alone(ast.unparse(entry), entry)


def _parsed(text: str) -> ast.expr:
    return ast.parse(f"({text}\n)", mode="eval").body


def _fold(expression: Expression, pieces: Mapping[str, Piece], value: Any) -> str | None:
    """Return the value as text, when everything in it is written out and the result is short."""
    nodes = [pieces[name].node for name in expression.names if name in pieces]
    if value is UNKNOWN or not all(node is None or is_literal(node) for node in nodes):
        return None
    if isinstance(value, (bool, int)):
        return repr(value)
    if isinstance(value, float):
        return short_number(value)
    if isinstance(value, (list, tuple)) and UNKNOWN not in value:
        entries = [short_number(v) if isinstance(v, float) else repr(v) for v in value]
        written = ", ".join(entry for entry in entries if entry is not None)
        if None not in entries:
            return f"[{written}]" if isinstance(value, list) else repr(value)
    return None


def _check_evaluated_once(tree: ast.expr, pieces: Mapping[str, Piece]) -> None:
    """Refuse to write an argument with effects twice."""
    uses = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    for name, count in uses.items():
        argument = pieces[name].node if name in pieces else None
        if argument is not None and count > 1 and not is_pure(argument):
            raise CannotComposeError(name)


def _wrapped(piece: Piece) -> str:
    """Put parentheses around what would otherwise be torn apart by the operators around it."""
    node = piece.node if piece.node is not None else _parsed(piece.text)
    return piece.text if isinstance(node, _ATOMS) else f"({piece.text})"
