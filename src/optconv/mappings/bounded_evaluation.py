"""Evaluates expressions in which everything must be known: what a rate is in an epoch.

The language is that of `expressions`, with lambdas, comprehensions, and what `bounded_functions` has: what
tables say of rates, what the converter writes for them, and functions of the epoch that a user wrote. It
differs from `Expression.evaluate` in that nothing may be unknown. Nothing is handed to Python to be run: each
node is evaluated here, or refused, and a count of the nodes bounds the work.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optconv.mappings.bounded_functions import (
    BUILTINS,
    MATH,
    METHODS,
    UNBOUND,
    Builtin,
    CannotEvaluateError,
    Work,
    check_size,
)
from optconv.mappings.expressions import BINARY, COMPARE, UNARY, UNKNOWN, Typed

__all__ = ["UNBOUND", "CannotEvaluateError", "Evaluator", "Function", "Work"]

_HUGE = 10_000  # bits: more than a whole number may have
_DEEPEST = 40  # calls of functions within each other


@dataclass(frozen=True)
class Function:
    """A lambda, with what the names mean that it does not bind itself."""

    parameters: tuple[str, ...]
    defaults: Mapping[str, Any]
    body: ast.expr
    local: Mapping[str, Any]
    evaluator: Evaluator

    def __call__(self, *arguments: Any) -> Any:
        """Return the value for some arguments. Raises as `Evaluator.evaluate` does."""
        if len(arguments) > len(self.parameters):
            raise TypeError("too many arguments")
        given = {**self.defaults, **dict(zip(self.parameters, arguments, strict=False))}
        if any(name not in given for name in self.parameters):
            raise TypeError("an argument is missing")
        work = self.evaluator.work
        work.depth += 1
        try:
            if work.depth > _DEEPEST:
                raise CannotEvaluateError("functions within functions")
            return self.evaluator.evaluate(self.body, {**self.local, **given})
        finally:
            work.depth -= 1


@dataclass
class Evaluator:
    """Evaluates expressions over one set of names.

    ``meaning`` gives what a name stands for that an expression does not bind itself, `UNKNOWN` where that
    cannot be known, and `UNBOUND` for a name that may be a function of the language.
    """

    meaning: Callable[[str], Any]
    work: Work

    def evaluate(self, node: ast.expr, local: Mapping[str, Any] | None = None) -> Any:
        """Return the value of an expression.

        Args:
            node: the expression.
            local: what lambdas and comprehensions around it bind.

        Raises:
            CannotEvaluateError: it cannot be evaluated here.
            ArithmeticError, TypeError, ValueError, LookupError: it has no value; Python raises this, too.
        """
        self.work.spend()
        evaluate = _NODES.get(type(node))
        if evaluate is None:
            raise CannotEvaluateError(f"not of this language: {type(node).__name__}")
        return evaluate(self, node, local or {})

    def elements(
        self,
        node: ast.ListComp | ast.GeneratorExp,
        local: Mapping[str, Any],
        chosen: Sequence[int] | None = None,
    ) -> list[Any]:
        """Return the entries of a comprehension.

        Args:
            node: the comprehension.
            local: what is bound around it.
            chosen: instead of what its first loop over a range goes through: the numbers of the entries that
                are asked for, where each round of that loop gives one entry.
        """
        loops = [i for i, generator in enumerate(node.generators) if _is_over_range(generator)]
        counting = loops[0] if loops and chosen is not None else None
        found: list[Any] = []

        def go_on(index: int, bound: dict[str, Any]) -> None:
            if index == len(node.generators):
                found.append(self.evaluate(node.elt, bound))
                return
            generator = node.generators[index]
            values = self.evaluate(generator.iter, bound)
            if index == counting:
                assert chosen is not None
                values = [values[number] for number in chosen if number < len(values)]
            for value in self.work.items(values):
                inner = {**bound, **_unpacked(generator.target, value)}
                if all(self.evaluate(condition, inner) for condition in generator.ifs):
                    go_on(index + 1, inner)

        go_on(0, dict(local))
        return found


def _is_over_range(generator: ast.comprehension) -> bool:
    match generator.iter:
        case ast.Call(func=ast.Name(id="range"), args=[_]):
            return True
    return False


def _unpacked(target: ast.expr, value: Any) -> dict[str, Any]:
    """Return what the targets of a loop are bound to."""
    if isinstance(target, ast.Name):
        return {target.id: value}
    if not isinstance(target, (ast.Tuple, ast.List)):
        raise CannotEvaluateError("not a name")
    if not isinstance(value, (list, tuple)):
        raise TypeError("cannot be unpacked")
    pairs = [_unpacked(part, entry) for part, entry in zip(target.elts, value, strict=True)]
    return {name: entry for pair in pairs for name, entry in pair.items()}


def _constant(_: Evaluator, node: ast.Constant, __: Mapping[str, Any]) -> Any:
    if node.value is not None and not isinstance(node.value, (bool, int, float, str)):
        raise CannotEvaluateError("not a number")
    return node.value


def _name(evaluator: Evaluator, node: ast.Name, local: Mapping[str, Any]) -> Any:
    if node.id in local:
        return local[node.id]
    value = evaluator.meaning(node.id)
    if value is UNBOUND:
        value = BUILTINS.get(node.id, UNKNOWN)
    if value is UNKNOWN or isinstance(value, Typed):
        raise CannotEvaluateError(f"unknown: {node.id}")
    return value


def _boolean(evaluator: Evaluator, node: ast.BoolOp, local: Mapping[str, Any]) -> Any:
    deciding = isinstance(node.op, ast.Or)
    for operand in node.values[:-1]:
        value = evaluator.evaluate(operand, local)
        if bool(value) is deciding:
            return value
    return evaluator.evaluate(node.values[-1], local)


def _unary(evaluator: Evaluator, node: ast.UnaryOp, local: Mapping[str, Any]) -> Any:
    value = evaluator.evaluate(node.operand, local)
    if isinstance(node.op, ast.Not):
        return not value
    compute = UNARY.get(type(node.op))
    if compute is None:
        raise CannotEvaluateError("not an operator of this language")
    return compute(value)


def _binary(evaluator: Evaluator, node: ast.BinOp, local: Mapping[str, Any]) -> Any:
    left, right = evaluator.evaluate(node.left, local), evaluator.evaluate(node.right, local)
    if isinstance(left, (list, tuple)) or isinstance(right, (list, tuple)):
        return _repeated(evaluator.work, node.op, left, right)
    if not (isinstance(left, (int, float)) and isinstance(right, (int, float))):
        raise CannotEvaluateError("not numbers")
    if isinstance(node.op, ast.Pow) and isinstance(left, int) and isinstance(right, int):
        check_size(1 << min(left.bit_length() * max(right, 0), _HUGE))
    compute = BINARY.get(type(node.op))
    if compute is None:
        raise CannotEvaluateError("not an operator of this language")
    value = check_size(compute(left, right))
    if not isinstance(value, (int, float)):
        raise CannotEvaluateError("not a real number")  # (-1) ** 0.5
    return value


def _repeated(work: Work, op: ast.operator, left: Any, right: Any) -> list[Any]:
    """``[rate] * 3`` is the only arithmetic with lists."""
    if not (isinstance(op, ast.Mult) and isinstance(left, list) and isinstance(right, int)):
        raise CannotEvaluateError("not numbers")
    work.spend(len(left) * max(right, 0))
    return left * right


def _comparison(evaluator: Evaluator, node: ast.Compare, local: Mapping[str, Any]) -> bool:
    left = evaluator.evaluate(node.left, local)
    for op, comparator in zip(node.ops, node.comparators, strict=True):
        right = evaluator.evaluate(comparator, local)
        if isinstance(op, (ast.In, ast.NotIn)) and isinstance(right, range):
            right = [left] if _is_in_range(left, right) else []
        if not isinstance(op, (ast.Is, ast.IsNot)):
            evaluator.work.weigh(left)
            evaluator.work.weigh(right)
        if not COMPARE[type(op)](left, right):
            return False
        left = right
    return True


def _is_in_range(value: Any, values: range) -> bool:
    """Return whether a range has a value; Python goes through it for anything but a whole number."""
    if isinstance(value, float):
        return value.is_integer() and int(value) in values
    return isinstance(value, int) and value in values


def _subscript(evaluator: Evaluator, node: ast.Subscript, local: Mapping[str, Any]) -> Any:
    container, index = evaluator.evaluate(node.value, local), evaluator.evaluate(node.slice, local)
    if not isinstance(container, (list, tuple, range, dict)):
        raise CannotEvaluateError("not a list")
    return container[evaluator.work.weigh(index)]


def _display(evaluator: Evaluator, node: ast.List | ast.Tuple, local: Mapping[str, Any]) -> Any:
    entries = [evaluator.evaluate(entry, local) for entry in node.elts]
    return entries if isinstance(node, ast.List) else tuple(entries)


def _set(evaluator: Evaluator, node: ast.Set, local: Mapping[str, Any]) -> frozenset[Any]:
    return frozenset(evaluator.work.weigh(evaluator.evaluate(entry, local)) for entry in node.elts)


def _dictionary(evaluator: Evaluator, node: ast.Dict, local: Mapping[str, Any]) -> dict[Any, Any]:
    if None in node.keys:
        raise CannotEvaluateError("a dictionary within a dictionary")
    keys = [evaluator.work.weigh(evaluator.evaluate(key, local)) for key in node.keys if key is not None]
    return dict(zip(keys, (evaluator.evaluate(value, local) for value in node.values), strict=True))


def _conditional(evaluator: Evaluator, node: ast.IfExp, local: Mapping[str, Any]) -> Any:
    return evaluator.evaluate(node.body if evaluator.evaluate(node.test, local) else node.orelse, local)


def _comprehension(
    evaluator: Evaluator, node: ast.ListComp | ast.GeneratorExp, local: Mapping[str, Any]
) -> list[Any]:
    return evaluator.elements(node, local)


def _lambda(evaluator: Evaluator, node: ast.Lambda, local: Mapping[str, Any]) -> Function:
    own = node.args
    if own.vararg or own.kwarg or own.kwonlyargs:
        raise CannotEvaluateError("arguments of any number")
    names = [argument.arg for argument in (*own.posonlyargs, *own.args)]
    with_default = names[len(names) - len(own.defaults) :]
    defaults = {
        name: evaluator.evaluate(default, local)
        for name, default in zip(with_default, own.defaults, strict=True)
    }
    return Function(tuple(names), defaults, node.body, local, evaluator)


def _attribute(evaluator: Evaluator, node: ast.Attribute, local: Mapping[str, Any]) -> Any:
    """Return what is taken from `math`; nothing else has attributes here."""
    if (
        isinstance(node.value, ast.Name)
        and evaluator.evaluate(node.value, local) is MATH
        and node.attr in MATH
    ):
        return MATH[node.attr]
    raise CannotEvaluateError(f"an attribute: {node.attr}")


def _call(evaluator: Evaluator, node: ast.Call, local: Mapping[str, Any]) -> Any:
    if node.keywords:
        raise CannotEvaluateError("an argument with a name")
    arguments = [evaluator.evaluate(argument, local) for argument in node.args]
    if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
        kind, apply = METHODS[node.func.attr]
        value = evaluator.evaluate(node.func.value, local)
        if not isinstance(value, kind):
            raise CannotEvaluateError(f"a method: {node.func.attr}")
        return apply(value, *map(evaluator.work.weigh, arguments))
    function = evaluator.evaluate(node.func, local)
    if isinstance(function, Builtin):
        return function.apply(evaluator.work, *arguments)
    if not callable(function):
        raise TypeError("not a function")
    return function(*arguments)


_NODES: Mapping[type[ast.expr], Callable[[Evaluator, Any, Mapping[str, Any]], Any]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Compare: _comparison,
    ast.Subscript: _subscript,
    ast.List: _display,
    ast.Tuple: _display,
    ast.Set: _set,
    ast.Dict: _dictionary,
    ast.IfExp: _conditional,
    ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.Lambda: _lambda,
    ast.Attribute: _attribute,
    ast.Call: _call,
}
