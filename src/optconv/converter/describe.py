"""Says the conditions of the tables to people: Python text, and words for the names only tables have."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from optconv.mappings import Text, message
from optconv.mappings.expressions import Expression, parse_expression

IN_WORDS = frozenset(  # reserved names that are true or false: `describe.holds` and `describe.fails`
    {"own_rates", "single_group", "scheduled", "whole_list", "subscripted", "optimizer_restored", "grouped"}
    | {"repeatable", "fraction", "fractions", "shared_rate", "compared", "rate_changes", "one_pass"}
    | {"in_step", "several_optimizers"}
)
_CLASSES = frozenset({"made_from", "made_into"})  # the class that an optimizer was of, and that it is of now
_OPPOSITES: dict[type[ast.cmpop], str] = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: ">=",
    ast.GtE: "<",
    ast.Gt: "<=",
    ast.LtE: ">",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}


def describe(condition: Expression) -> Text:
    """Return a condition for people: ``momentum == 0`` in backticks."""
    return _describe(condition.tree)


def describe_negation(condition: Expression, *alternatives: Mapping[str, Any]) -> Text:
    """Return the opposite of a condition for people, without the parts that are known for all values."""
    tree = condition.tree
    if isinstance(tree, ast.BoolOp):
        parts = [(part, parse_expression(ast.unparse(part))) for part in tree.values]
        unknown = [p for p, e in parts if any(e.holds(values) is None for values in alternatives)]
        if len(unknown) == 1:
            return _negation(unknown[0])
    return _negation(tree)


def _describe(tree: ast.expr) -> Text:
    match tree:
        case ast.Name(id=name) if name in IN_WORDS:
            return message(f"describe.holds.{name}")
        case ast.UnaryOp(op=ast.Not(), operand=operand) if not isinstance(operand, ast.Name):
            return _negation(operand)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)) if name in IN_WORDS:
            return message(f"describe.fails.{name}")
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="type_of"), args=[value]), ops=[op], comparators=[types]
        ):
            return _type_in_words(value, types, positive=isinstance(op, (ast.In, ast.Eq)))
        case ast.Compare(left=ast.Constant(value=name), ops=[op], comparators=[ast.Name(id="regions")]):
            return _region_in_words(name, isinstance(op, ast.In))
        case ast.Compare(left=ast.Name(id=made), ops=[op], comparators=[ast.Constant(value=str(name))]) if (
            made in _CLASSES
        ):
            return _class_in_words(made, name, isinstance(op, ast.Eq))
        case ast.BoolOp(op=op, values=values) if _mentions_reserved(tree):
            return _joined([_describe(value) for value in values], isinstance(op, ast.And))
    return _code(ast.unparse(tree))


def _negation(tree: ast.expr) -> Text:
    match tree:
        case ast.Name(id=name) if name in IN_WORDS:
            return message(f"describe.fails.{name}")
        case ast.Name(id=name):
            return _code(f"not {name}")
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _describe(operand)
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="type_of"), args=[value]), ops=[op], comparators=[types]
        ):
            return _type_in_words(value, types, positive=not isinstance(op, (ast.In, ast.Eq)))
        case ast.Compare(left=ast.Constant(value=name), ops=[op], comparators=[ast.Name(id="regions")]):
            return _region_in_words(name, not isinstance(op, ast.In))
        case ast.Compare(left=ast.Name(id=made), ops=[op], comparators=[ast.Constant(value=str(name))]) if (
            made in _CLASSES
        ):
            return _class_in_words(made, name, not isinstance(op, ast.Eq))
        case ast.BoolOp(op=op, values=values):
            return _joined([_negation(value) for value in values], isinstance(op, ast.Or))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _code(f"{ast.unparse(left)} {_OPPOSITES[type(op)]} {ast.unparse(right)}")
    return _code(f"not ({ast.unparse(tree)})")


def _region_in_words(precision: Any, positive: bool) -> Text:
    return message(
        "describe.with_region" if positive else "describe.without_region", precision=str(precision)
    )


def _class_in_words(made: str, name: str, positive: bool) -> Text:
    if made == "made_from":
        return message("describe.made_from" if positive else "describe.not_made_from", name=name)
    return message("describe.made_into" if positive else "describe.not_made_into", name=name)


def _type_in_words(value: ast.expr, types: ast.expr, *, positive: bool) -> Text:
    """Say ``type_of(x) not in ("list", "tuple")`` as "`x` is not a list or tuple"."""
    names = ast.literal_eval(types)
    kinds = [names] if isinstance(names, str) else list(names)
    return message(
        "describe.is_of_type" if positive else "describe.is_not_of_type",
        value=ast.unparse(value),
        types=message("describe.or").join(map(Text.same, kinds)),
    )


def _code(text: str) -> Text:
    return Text.same(f"`{text}`")


def _joined(parts: list[Text], both: bool) -> Text:
    return message("describe.and" if both else "describe.or").join(parts)


def _mentions_reserved(tree: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id in {*IN_WORDS, *_CLASSES, "regions"} for node in ast.walk(tree)
    )
