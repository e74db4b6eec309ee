"""The small expression language of the tables: Python expressions over the parameters of the source API.

An expression says how an argument of the target is computed (``eps ** 2``, ``betas[0]``); a condition says
when a case or a warning holds (``momentum == 0 and not nesterov``). Both are Python text restricted to what
can be evaluated safely. Evaluation has three outcomes, because most values in real source are not literals:
a value, or `UNKNOWN`.
"""

from __future__ import annotations

import ast
import copy
import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any, Final

from optconv.mappings.yaml_reader import Located


class _Unknown:
    """The type of `UNKNOWN`."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false")


UNKNOWN: Final = _Unknown()
"""A value that cannot be known without running the user's program."""


@dataclass(frozen=True)
class Typed:
    """A value of which only the type is known: ``lambda e: …`` is a ``function``."""

    type_name: str


BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
_FUNCTIONS: Final = frozenset(
    {"len", "sorted", "list", "float", "int", "sum", "min", "max", "range", "increasing", "type_of"}
)

MODULES: Final = frozenset({"math"})
"""Modules of the standard library whose functions an expression may name; the output imports them."""


def increasing(values: Any) -> bool:
    """Return whether every value is larger than the one before it."""
    return all(left < right for left, right in pairwise(values))


_COMPUTED: Mapping[str, Callable[[Any], Any]] = {
    "len": len,
    "sorted": sorted,
    "list": list,
    "float": float,
    "int": int,
    "increasing": increasing,
}
_COMPARING: Final = frozenset({"sorted", "increasing"})  # functions that look at the entries
_LARGEST_EXPONENT = 64  # 10 ** 10 ** 10 in a source file must not keep the converter busy,
_LARGEST_POWER = 4096  # bits; nor must (((10 ** 60) ** 60) ** 60) ** 60


@dataclass(frozen=True)
class Expression:
    """A parsed expression of a table. ``names`` are the parameters it reads."""

    text: str
    tree: ast.expr = field(compare=False, repr=False)
    names: frozenset[str] = field(compare=False, repr=False)

    @property
    def modules(self) -> frozenset[str]:
        """Return the modules of the standard library that the expression reads."""
        found = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)}
        return MODULES & found

    @property
    def functions(self) -> frozenset[str]:
        """Return the builtin functions that the expression calls."""
        found = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)}
        return _FUNCTIONS & found

    @property
    def variables(self) -> frozenset[str]:
        """Return the loop variables of the comprehensions in the expression."""
        names = (node for node in ast.walk(self.tree) if isinstance(node, ast.Name))
        return frozenset(name.id for name in names if isinstance(name.ctx, ast.Store))

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """Return the value for the given parameter values, or `UNKNOWN`.

        A name that is missing from ``values``, or is `UNKNOWN` there, makes the result unknown unless it
        does not matter (``True or x`` is true).
        """
        return _evaluate(self.tree, values)

    def with_other_variables(self, taken: Collection[str]) -> Expression:
        """Return the expression with its own loop variables under names that are not among ``taken``."""
        text = self.text
        for variable in sorted(self.variables & set(taken)):
            other = f"{variable}_"
            while other in taken or other in self.variables:
                other += "_"
            text = re.sub(rf"\b{variable}\b", other, text)
        return parse_expression(text) if text != self.text else self

    def decided(self, values: Mapping[str, Any], facts: Collection[str]) -> Expression:
        """Return the expression with every conditional that asks for one of ``facts`` replaced by one branch.

        Facts cannot be written down. The first branch is taken only where its condition certainly holds.
        """
        if not self.names & set(facts):
            return self
        tree = _Decider(values, frozenset(facts), self.variables).visit(copy.deepcopy(self.tree))
        return parse_expression(ast.unparse(tree))

    def holds(self, values: Mapping[str, Any]) -> bool | None:
        """Return whether a condition is true, false, or (None) unknown.

        An operand of ``and`` or ``or`` that decides, decides, wherever it stands: ``x and False`` is false.
        (Its value is not known, though: it may be any ``x`` that counts as false.)
        """
        return _truth(self.tree, values)


class _Decider(ast.NodeTransformer):
    """Puts the branch that is taken in place of each conditional that asks for a fact."""

    def __init__(self, values: Mapping[str, Any], facts: frozenset[str], own: frozenset[str]) -> None:
        self.values = values
        self.facts = facts
        self.own = own  # loop variables of the expression: what is asked of them is asked in every round

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """Decide one conditional, after those inside it."""
        self.generic_visit(node)
        asked = {part.id for part in ast.walk(node.test) if isinstance(part, ast.Name)}
        if not asked & self.facts or asked & self.own:
            return node
        return node.body if _truth(node.test, self.values) is True else node.orelse


def read_expression(located: Located, allowed_names: frozenset[str]) -> Expression:
    """Parse the expression at ``located``; `TableError` when it is none or reads a name not allowed."""
    text = located.text()
    try:
        expression = parse_expression(text)
    except ValueError as error:
        raise located.error(str(error)) from error
    unknown = expression.names - allowed_names
    if unknown:
        raise located.error(
            f"{', '.join(sorted(unknown))}: not a parameter here; expected {', '.join(sorted(allowed_names))}"
        )
    return expression


@cache
def parse_expression(text: str) -> Expression:
    """Parse ``text``; `ValueError` when it is not an expression of the tables' language."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ValueError(f"{text!r} is not a Python expression") from error
    bound = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    bound |= {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    names = found - bound - _FUNCTIONS - MODULES
    return Expression(text.strip(), tree, frozenset(names))


def _evaluate(node: ast.expr, values: Mapping[str, Any]) -> Any:
    """Evaluate one node; every failure (a type error, a division by zero) is an unknown value."""
    try:
        return _evaluate_unsafe(node, values)
    except (ArithmeticError, TypeError, ValueError, LookupError, AttributeError, RecursionError):
        return UNKNOWN


def _evaluate_unsafe(node: ast.expr, values: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return values.get(node.id, UNKNOWN)
        case ast.BoolOp():
            return _evaluate_boolean(node, values)
        case ast.UnaryOp():
            return _evaluate_unary(node, values)
        case ast.BinOp():
            return _evaluate_binary(node, values)
        case ast.Compare():
            return _evaluate_comparison(node, values)
        case ast.Subscript():
            container, index = _evaluate(node.value, values), _evaluate(node.slice, values)
            return UNKNOWN if _is_vague(index) or isinstance(container, Typed) else container[index]
        case ast.List() | ast.Tuple():
            if any(isinstance(entry, ast.Starred) for entry in node.elts):
                return Typed("list" if isinstance(node, ast.List) else "tuple")  # of unknown length
            entries = [_evaluate(entry, values) for entry in node.elts]
            return entries if isinstance(node, ast.List) else tuple(entries)
        case ast.IfExp():
            return _evaluate_conditional(node, values)
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]):
            return _evaluate_call(name, _evaluate(argument, values))
    return UNKNOWN


def _evaluate_conditional(node: ast.IfExp, values: Mapping[str, Any]) -> Any:
    test = _truth(node.test, values)
    if test is None:
        return UNKNOWN
    return _evaluate(node.body if test else node.orelse, values)


def _truth(node: ast.expr, values: Mapping[str, Any]) -> bool | None:
    """Return whether a node counts as true, by Kleene's three-valued ``and``, ``or`` and ``not``."""
    if isinstance(node, ast.BoolOp):
        deciding = isinstance(node.op, ast.Or)
        truths = {_truth(operand, values) for operand in node.values}
        if deciding in truths:
            return deciding
        return None if None in truths else not deciding
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        truth = _truth(node.operand, values)
        return None if truth is None else not truth
    value = _evaluate(node, values)
    return None if value is UNKNOWN or isinstance(value, Typed) else bool(value)


def _evaluate_boolean(node: ast.BoolOp, values: Mapping[str, Any]) -> Any:
    """Return the first operand that decides, or the last one, as Python does: ``0 or 0.9`` is 0.9."""
    deciding = isinstance(node.op, ast.Or)
    for operand in node.values[:-1]:
        value = _evaluate(operand, values)
        if value is UNKNOWN or isinstance(value, Typed):
            return UNKNOWN
        if bool(value) is deciding:
            return value
    return _evaluate(node.values[-1], values)


def _evaluate_unary(node: ast.UnaryOp, values: Mapping[str, Any]) -> Any:
    if isinstance(node.op, ast.Not):
        truth = _truth(node, values)
        return UNKNOWN if truth is None else truth
    compute = UNARY.get(type(node.op))
    return UNKNOWN if compute is None else compute(_evaluate(node.operand, values))


def _evaluate_binary(node: ast.BinOp, values: Mapping[str, Any]) -> Any:
    left, right = _evaluate(node.left, values), _evaluate(node.right, values)
    # Only numbers: "x" * 10 ** 9 in somebody's source is not ours to compute.
    if not (isinstance(left, (int, float)) and isinstance(right, (int, float))):
        return UNKNOWN
    if isinstance(node.op, ast.Pow) and _is_huge_power(left, right):
        return UNKNOWN
    compute = BINARY.get(type(node.op))
    value = UNKNOWN if compute is None else compute(left, right)
    return UNKNOWN if isinstance(value, int) and value.bit_length() > _LARGEST_POWER else value


def _is_huge_power(base: float, exponent: float) -> bool:
    if abs(exponent) > _LARGEST_EXPONENT:
        return True
    return isinstance(base, int) and base.bit_length() * abs(exponent) > _LARGEST_POWER


def _evaluate_comparison(node: ast.Compare, values: Mapping[str, Any]) -> Any:
    left = _evaluate(node.left, values)
    unknown = False
    for op, comparator in zip(node.ops, node.comparators, strict=True):
        right = _evaluate(comparator, values)
        result = _compare(op, left, right)
        if result is UNKNOWN:
            unknown = True
        elif not result:
            return False
        left = right
    return UNKNOWN if unknown else True


def _compare(op: ast.cmpop, left: Any, right: Any) -> Any:
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if isinstance(op, (ast.Is, ast.IsNot)) and (left is None or right is None):
        # Of a function, or of a list with unknown entries, we know at least that it is not None.
        return (left is right) is isinstance(op, ast.Is)
    if _is_vague(left) or _is_vague(right):
        return UNKNOWN
    return COMPARE[type(op)](left, right)


def _evaluate_call(name: str, argument: Any) -> Any:
    if name == "type_of":
        return argument.type_name if isinstance(argument, Typed) else _type_name(argument)
    if argument is UNKNOWN or isinstance(argument, Typed) or (name in _COMPARING and _is_vague(argument)):
        return UNKNOWN
    compute = _COMPUTED.get(name)
    return UNKNOWN if compute is None else compute(argument)


def _is_vague(value: Any) -> bool:
    """Return whether two such values that look the same may still be different."""
    if isinstance(value, (list, tuple)):
        return any(_is_vague(entry) for entry in value)
    return value is UNKNOWN or isinstance(value, Typed)


def _type_name(value: Any) -> Any:
    return UNKNOWN if value is UNKNOWN else type(value).__name__
