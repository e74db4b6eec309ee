"""What conditions may ask of the arguments of a scheduler, beside their values."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from optconv.converter.binding import BoundCall
from optconv.converter.combinations import OPTIMIZER_PARAMETER
from optconv.converter.file_context import FileContext
from optconv.converter.repeatable_functions import is_repeatable
from optconv.converter.values import known_value
from optconv.mappings.expressions import UNKNOWN


def schedule_facts(context: FileContext, bound: BoundCall) -> Mapping[str, Any]:
    """Return the values of the reserved names about one scheduler's own arguments."""
    given = [a.node for name, a in bound.arguments.items() if name != OPTIMIZER_PARAMETER]
    repeatable = all(is_repeatable(context, node) is True for node in given)
    return {"repeatable": True if repeatable else UNKNOWN, "fractions": _fractions(context, bound)}


def _fractions(context: FileContext, bound: BoundCall) -> Any:
    """Return whether a list that a scheduler is given has an entry with a fraction; a variable is none."""
    displays = [a.node for a in bound.arguments.values() if isinstance(a.node, (ast.List, ast.Tuple))]
    return have_fractions(context, [entry for display in displays for entry in display.elts])


def have_fractions(context: FileContext, entries: Sequence[ast.expr]) -> Any:
    """Return whether one of some numbers has a fraction; `UNKNOWN` where it may, a variable is none."""
    known = [known_value(entry, context.scopes) for entry in entries]
    if any(isinstance(value, float) and value % 1 for value in known):
        return True
    pairs = zip(entries, known, strict=True)
    return UNKNOWN if any(v is UNKNOWN and _may_have_fraction(e) for e, v in pairs) else False


def _may_have_fraction(node: ast.expr) -> bool:
    """``epochs * 0.5`` and ``epochs / 3`` may."""
    if not isinstance(node, ast.BinOp):
        return isinstance(node, ast.Constant) and isinstance(node.value, float)
    divides = isinstance(node.op, ast.Div)
    return divides or _may_have_fraction(node.left) or _may_have_fraction(node.right)
