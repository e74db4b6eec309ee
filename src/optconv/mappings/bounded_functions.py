"""The functions that bounded expressions can call, some of `math` among them, and the count of their work."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from optconv.mappings.expressions import increasing

_LARGEST = 4096  # bits of a whole number
_MOST_DIGITS = 30  # that a number is rounded to


UNBOUND: Final = object()
"""What a name means that nobody has given a value: a function of the language, or nothing."""


class CannotEvaluateError(Exception):
    """Something is not known, is not of this language, or would take too long."""


@dataclass
class Work:
    """How much may still be evaluated; shared by all that is evaluated for one purpose."""

    left: int
    depth: int = 0

    def spend(self, amount: int = 1) -> None:
        """Take from what is left. Raises `CannotEvaluateError` when it is used up."""
        self.left -= amount
        if self.left < 0:
            raise CannotEvaluateError("too much to compute")

    def weigh(self, value: Any) -> Any:
        """Return a value, after taking from what is left as much as comparing or hashing it costs.

        A list that holds one list many times takes no room, but Python goes through all of it.
        """
        values = [value]
        while values:
            entry = values.pop()
            if isinstance(entry, dict):
                entry = [*entry.keys(), *entry.values()]
            if isinstance(entry, (list, tuple, frozenset)):
                self.spend(len(entry))
                values.extend(entry)
        return value

    def items(self, values: Iterable[Any]) -> Iterable[Any]:
        """Iterate over values, each of which is work."""
        if not isinstance(values, (list, tuple, range)):
            raise CannotEvaluateError("not a list")
        for value in values:
            self.spend()
            yield value


@dataclass(frozen=True)
class Builtin:
    """A function of the language. It is told of the work that it may do."""

    apply: Callable[..., Any]  # the work, then the arguments


def _plain(function: Callable[..., Any]) -> Builtin:
    return Builtin(lambda _, *arguments: function(*arguments))


def _of_list(function: Callable[..., Any]) -> Builtin:
    return Builtin(lambda work, values: function([work.weigh(value) for value in work.items(values)]))


def _of_some(function: Callable[..., Any]) -> Builtin:
    """Let a function have its arguments as a list, or one list of them."""

    def apply(work: Work, *arguments: Any) -> Any:
        values = work.items(arguments[0] if len(arguments) == 1 else arguments)
        return function([work.weigh(value) for value in values])

    return Builtin(apply)


def check_size(value: Any) -> Any:
    """Return a number, unless it is a whole one that is too large: then `CannotEvaluateError` is raised."""
    if isinstance(value, int) and value.bit_length() > _LARGEST:
        raise CannotEvaluateError("a number that is too large")
    return value


def _product(values: Iterable[Any]) -> Any:
    result: Any = 1
    for value in values:
        if not isinstance(value, (int, float)):
            raise TypeError("not a number")
        result = check_size(result * value)
    return result


def _round(number: float, digits: int | None = None) -> float:
    if digits is not None and abs(digits) > _MOST_DIGITS:
        raise CannotEvaluateError("more digits than a number has")
    return round(number, digits)


def _type_of(value: Any) -> str:
    return "function" if callable(value) or isinstance(value, Builtin) else type(value).__name__


_OF_MATH: Final = (
    *("acos", "asin", "atan", "ceil", "copysign", "cos", "cosh", "degrees", "exp", "expm1", "fabs", "floor"),
    *("fmod", "hypot", "isclose", "isfinite", "isinf", "isnan", "log", "log10", "log1p", "log2", "pow"),
    *("radians", "sin", "sinh", "sqrt", "tan", "tanh", "trunc"),
)
MATH: Mapping[str, Any] = MappingProxyType(  # no dictionary of the language
    {
        **{name: _plain(getattr(math, name)) for name in _OF_MATH},
        **{name: getattr(math, name) for name in ("e", "inf", "pi", "tau")},
        "prod": _of_list(_product),
    }
)
BUILTINS: Mapping[str, Any] = {
    **{function.__name__: _plain(function) for function in (abs, bool, float, int, len, range)},
    **{function.__name__: _of_list(function) for function in (all, any, list, sorted, sum, tuple)},
    **{function.__name__: _of_some(function) for function in (max, min)},
    "increasing": _of_list(increasing),
    "math": MATH,
    "round": _plain(_round),
    "type_of": _plain(_type_of),
}


METHODS: Mapping[str, tuple[type, Callable[..., Any]]] = {
    "bit_length": (int, int.bit_length),
    "get": (dict, dict.get),
}
