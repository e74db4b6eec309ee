"""Expressions of the tables against Python's own evaluation of the same text."""

from __future__ import annotations

import warnings
from functools import cache
from itertools import pairwise
from typing import Any

from hypothesis import given, reject, settings
from hypothesis import strategies as st

from optconv.mappings.expressions import UNKNOWN, Typed, parse_expression

Texts = st.SearchStrategy[str]
FUNCTIONS: dict[str, Any] = {
    "__builtins__": {},
    "len": len,
    "sorted": sorted,
    "list": list,
    "float": float,
    "increasing": lambda values: all(left < right for left, right in pairwise(values)),
    "type_of": lambda value: type(value).__name__,
}


def python_value(text: str, values: dict[str, Any]) -> Any:
    """Return what Python makes of ``text``; a test case in which it raises an error is not considered."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SyntaxWarning: 'int' object is not subscriptable
        try:
            return eval(text, dict(FUNCTIONS), values)  # noqa: S307
        except (ArithmeticError, TypeError, ValueError, LookupError):
            reject()


def agrees(ours: Any, value: Any) -> bool:
    """Return whether what we say of a value is true of it; of `UNKNOWN` anything is."""
    if ours is UNKNOWN:
        return True
    if isinstance(ours, Typed):
        return type(value).__name__ == ours.type_name
    if type(ours) is not type(value):
        return False
    if isinstance(ours, (list, tuple)):
        return len(ours) == len(value) and all(map(agrees, ours, value))
    return repr(ours) == repr(value)


@cache
def numbers(depth: int) -> Texts:
    """Return expressions that are numbers, where ``a``, ``b`` and ``c`` are."""
    plain = st.sampled_from(["a", "b", "c", "0", "1", "7", "0.5", "1e-3", "True", "False"])
    if depth == 0:
        return plain
    inner, truth, many = numbers(depth - 1), truths(depth - 1), lists(depth - 1)
    return st.one_of(
        plain,
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/", "//", "%"]), inner),
        st.builds("({} ** {})".format, inner, st.integers(0, 3)),
        st.builds("({}{})".format, st.sampled_from(["-", "+"]), inner),
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("({} if {} else {})".format, inner, truth, inner),
        st.builds("{}[{}]".format, many, st.integers(-2, 1)),
        st.builds("len({})".format, many),
        st.builds("float({})".format, inner),
    )


@cache
def truths(depth: int) -> Texts:
    """Return expressions that are true or false."""
    plain = st.sampled_from(["True", "False", "a is None", "b is not True", "type_of(c) == 'int'"])
    if depth == 0:
        return plain
    inner, number = truths(depth - 1), numbers(depth - 1)
    compared = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    return st.one_of(
        plain,
        st.builds("({} {} {})".format, number, compared, number),
        st.builds("({} {} {} {} {})".format, number, compared, number, compared, number),
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("(not {})".format, inner),
        st.builds("({} {} {})".format, number, st.sampled_from(["in", "not in"]), lists(depth - 1)),
    )


@cache
def lists(depth: int) -> Texts:
    """Return expressions that are lists or tuples of two numbers."""
    number = numbers(max(depth - 1, 0))
    return st.one_of(
        st.builds("[{}, {}]".format, number, number),
        st.builds("({}, {})".format, number, number),
        st.builds("sorted([{}, {}])".format, number, number),
        st.builds("list(({}, {}))".format, number, number),
    )


@cache
def anything(depth: int) -> Texts:
    """Return expressions over ``x``, ``y`` and ``z``, most of which have a value only for some of theirs."""
    plain = st.sampled_from(["x", "y", "z", "None", "True", "0", "1", "2.5", "'ab'", "[]"])
    if depth == 0:
        return plain
    inner = anything(depth - 1)
    operator = st.sampled_from(["+", "-", "*", "==", "!=", "<", ">=", "in", "not in", "and", "or"])
    constant = st.sampled_from(["None", "not None", "True", "False"])
    function = st.sampled_from(["len", "sorted", "list", "float", "increasing", "type_of"])
    return st.one_of(
        plain,
        st.builds("({} {} {})".format, inner, operator, inner),
        st.builds("({} < {} == {})".format, inner, inner, inner),
        st.builds("({} is {})".format, inner, constant),
        st.builds("(not {})".format, inner),
        st.builds("(-{})".format, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("[*{}, {}]".format, inner, inner),
        st.builds("({},)".format, inner),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}({})".format, function, inner),
    )


def _function(epoch: int) -> int:
    return epoch


ATOMS = st.sampled_from([None, True, False, 0, 1, 2, -1, 0.0, 2.5, "", "ab", _function])
VALUES = st.recursive(
    ATOMS,
    lambda inner: st.lists(inner, max_size=2) | st.tuples(inner) | st.tuples(inner, inner),
    max_leaves=4,
)


@st.composite
def partly_known(draw: st.DrawFn, value: Any) -> Any:
    """Return what may be known of ``value``: all of it, its type, some of its entries, nothing."""
    kind = draw(st.sampled_from(["whole", "parts", "type", "nothing"]))
    if kind == "nothing":
        return UNKNOWN
    if kind == "type" or value is _function:
        return Typed(type(value).__name__)
    if kind == "parts" and isinstance(value, (list, tuple)):
        return type(value)(draw(partly_known(entry)) for entry in value)
    return value


@settings(deadline=None, max_examples=300)
@given(
    numbers(3) | truths(3) | lists(3),
    st.fixed_dictionaries(dict.fromkeys("abc", st.integers(-3, 9) | st.sampled_from([0.0, 0.1, -2.5, 1e-8]))),
)
def test_an_expression_over_known_values_is_what_python_says(text: str, values: dict[str, Any]) -> None:
    value = python_value(text, values)
    ours = parse_expression(text).evaluate(values)
    assert (type(ours), repr(ours)) == (type(value), repr(value))
    assert parse_expression(text).holds(values) is bool(value)


@settings(deadline=None, max_examples=600)
@given(st.data(), anything(3), st.fixed_dictionaries(dict.fromkeys("xyz", VALUES)))
def test_what_is_said_of_unknown_values_is_true_of_all_of_them(
    data: st.DataObject, text: str, values: dict[str, Any]
) -> None:
    value = python_value(text, values)
    known = {name: data.draw(partly_known(whole), label=name) for name, whole in values.items()}
    expression = parse_expression(text)
    ours = expression.evaluate(known)
    assert agrees(ours, value), f"{text} of {known}: {ours!r}; Python: {value!r}"
    assert expression.holds(known) in (None, bool(value))


@settings(deadline=None)
@given(anything(2), st.fixed_dictionaries(dict.fromkeys("xyz", VALUES)))
def test_a_name_without_a_value_is_unknown(text: str, values: dict[str, Any]) -> None:
    missing = {"x": values["x"]}
    explicit = {**missing, "y": UNKNOWN, "z": UNKNOWN}
    expression = parse_expression(text)
    assert repr(expression.evaluate(missing)) == repr(expression.evaluate(explicit))
