"""What an expression of the tables evaluates to, and what is left unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from optconv.mappings import TableError
from optconv.mappings.expressions import UNKNOWN, Typed, parse_expression, read_expression
from optconv.mappings.yaml_reader import Located

from .conftest import without_path

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION = Typed("function")


def evaluate(text: str, **values: Any) -> Any:
    return parse_expression(text).evaluate(values)


def holds(text: str, **values: Any) -> bool | None:
    return parse_expression(text).holds(values)


def test_unknown_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(UNKNOWN)
    assert repr(UNKNOWN) == "UNKNOWN"


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (True, None, None, True),
        (False, True, False, True),
        (False, False, False, False),
        (False, None, False, None),
        (None, True, None, True),
        (None, False, False, None),
        (None, None, None, None),
    ],
)
@pytest.mark.parametrize("unknown", [UNKNOWN, FUNCTION])
def test_and_and_or_are_three_valued(
    left: bool | None, right: bool | None, both: bool | None, either: bool | None, unknown: object
) -> None:
    values = {"x": unknown if left is None else left, "y": unknown if right is None else right}
    assert holds("x and y", **values) is both
    assert holds("x or y", **values) is either
    assert holds("not (x and y)", **values) is (None if both is None else not both)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("1 if x and False else 2", 2, id="a condition that one operand decides"),
        pytest.param("not (x and False)", True, id="not of what one operand decides"),
        pytest.param("True or x", True, id="an operand that decides before the unknown one"),
        pytest.param("0 or 0.9", 0.9, id="or gives its last operand"),
        pytest.param("0.5 or x", 0.5, id="or gives the operand that decides"),
        pytest.param("0 and x", 0, id="and gives the operand that decides"),
        pytest.param("2 and 3", 3, id="and gives its last operand"),
        pytest.param("1 > 2 > x", False, id="a link of a chain that fails"),
        pytest.param("x < 1 > 2", False, id="a link that fails behind one that is unknown"),
        pytest.param("[x, 1][1]", 1, id="a known entry beside an unknown one"),
        pytest.param("len([x, 1])", 2, id="the length of a list with unknown entries"),
        pytest.param("[x] is None", False, id="a list with unknown entries is not None"),
        pytest.param("[x] is not None", True, id="and says so"),
        pytest.param("type_of([x])", "list", id="the type of a list with unknown entries"),
        pytest.param("type_of(1.0)", "float", id="the type of a literal"),
        pytest.param("type_of((*x, 1))", "tuple", id="the type of a tuple of unknown length"),
        pytest.param("increasing((1, 2, 3))", True, id="every entry is larger than the one before it"),
        pytest.param("increasing([1, 2, 2])", False, id="two entries are equal"),
        pytest.param("+True", 1, id="plus makes a number of a bool"),
    ],
)
def test_an_unknown_that_does_not_matter_does_not(text: str, value: object) -> None:
    result = evaluate(text)
    assert (type(result), result) == (type(value), value)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x", id="a name without a value"),
        pytest.param("x and False", id="which false value it is"),
        pytest.param("x or True", id="which true value it is"),
        pytest.param("not x", id="not of an unknown value"),
        pytest.param("-x", id="minus an unknown value"),
        pytest.param("~5", id="an operator that the language does not have"),
        pytest.param("1 | 2", id="an operator of two that the language does not have"),
        pytest.param("1 if x else 1", id="a choice by an unknown condition"),
        pytest.param("x == x", id="an unknown value and itself"),
        pytest.param("1 < 2 < x", id="a chain with an unknown link"),
        pytest.param("[x] == [x]", id="lists with unknown entries"),
        pytest.param("1 in [x]", id="membership in what is unknown"),
        pytest.param("sorted([x, 1])", id="the order of unknown entries"),
        pytest.param("increasing([1, x])", id="whether unknown entries increase"),
        pytest.param("[1, 2][x]", id="an unknown index"),
        pytest.param("[1, 2][0:1]", id="a slice"),
        pytest.param("x[0]", id="an entry of an unknown list"),
        pytest.param("len([*x, 1])", id="the length of a list with a star"),
        pytest.param("[*x, 1][1]", id="an entry behind a star"),
        pytest.param("len(x)", id="the length of an unknown list"),
        pytest.param("type_of(x)", id="the type of an unknown value"),
        pytest.param("sorted([2, 1], reverse=True)", id="a keyword in a call"),
        pytest.param("sum([1, 2])", id="a function that is only written, not computed"),
        pytest.param("max([1, 2])", id="a function that the language does not have"),
        pytest.param("len()", id="a call without arguments"),
        pytest.param("x.lr()", id="a call of a method"),
        pytest.param("lambda e: e", id="a lambda"),
        pytest.param("'a' * 10 ** 9", id="a text that would be long"),
        pytest.param("[0] * 3", id="a list that would be long"),
        pytest.param("1 / 0", id="a division by zero"),
        pytest.param("1e300 ** 2", id="a number that is too large"),
        pytest.param("[1][2]", id="an index behind the end"),
        pytest.param("'a' < 1", id="things that cannot be compared"),
        pytest.param("float('a')", id="a text that is no number"),
        pytest.param("-'a'", id="minus a text"),
        pytest.param("+".join(["1"] * 1500), id="more operators than the stack is deep"),
    ],
)
def test_what_cannot_be_known_is_unknown(text: str) -> None:
    assert evaluate(text) is UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("10 ** 10 ** 10", id="a tower"),
        pytest.param("((((10 ** 60) ** 60) ** 60) ** 60) ** 60", id="powers of powers"),
        pytest.param("2 ** 65", id="an exponent of more than 64"),
        pytest.param("2 ** -65", id="an exponent below -64"),
        pytest.param("2 ** 1e9", id="an exponent that is a float"),
    ],
)
def test_a_huge_power_is_not_computed(text: str) -> None:
    assert evaluate(text) is UNKNOWN


@pytest.mark.parametrize(("text", "value"), [("2 ** 64", 2**64), ("0.5 ** 64", 0.5**64), ("10 ** -3", 0.001)])
def test_a_power_that_is_not_huge_is_computed(text: str, value: float) -> None:
    assert evaluate(text) == value


OF_A_FUNCTION = {
    "type_of(f)": "function",
    "f is None": False,
    "f is not None": True,
    "None is not f": True,
    "f": FUNCTION,
    "f == f": UNKNOWN,
    "f is f": UNKNOWN,
    "[f] == [f]": UNKNOWN,
    "(1, f) in [(1, f)]": UNKNOWN,
    "f in [f, None]": UNKNOWN,
    "f == None": UNKNOWN,
    "f or 1": UNKNOWN,
    "not f": UNKNOWN,
    "1 if f else 2": UNKNOWN,
    "f[0]": UNKNOWN,
    "[1, 2][f]": UNKNOWN,
    "len(f)": UNKNOWN,
    "list(f)": UNKNOWN,
    "sorted([f])": UNKNOWN,
    "-f": UNKNOWN,
    "f + 1": UNKNOWN,
    "[f, 1][1]": 1,
    "len([f, 1])": 2,
}


@pytest.mark.parametrize("text", OF_A_FUNCTION)
def test_of_a_function_nothing_but_the_type_is_known(text: str) -> None:
    result, expected = evaluate(text, f=FUNCTION), OF_A_FUNCTION[text]
    assert (type(result), repr(result)) == (type(expected), repr(expected))


def test_a_value_of_which_only_the_type_is_known_may_be_false() -> None:
    assert holds("x", x=Typed("list")) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("epochs * steps_per_epoch", {"epochs", "steps_per_epoch"}),
        ("betas[0]", {"betas"}),
        ("type_of(x) in ('list', 'tuple') and len(sorted(list(x))) > float(sum(x))", {"x"}),
        ("lambda epoch: gamma ** epoch", {"gamma"}),
        ("lambda *a, b=c, **k: a[b] + k[d]", {"c", "d"}),
        ("sum(epoch >= m for m in milestones)", {"epoch", "milestones"}),
        ("[a + b for a, b in pairs]", {"pairs"}),
        ("lambda e: gamma ** sum(e >= m for m in milestones)", {"gamma", "milestones"}),
        ("self.get_lr()", {"self"}),
        ("(y := x) + y", {"x"}),
        ("1e-3", set()),
    ],
)
def test_the_names_are_the_parameters_and_not_what_the_expression_binds(text: str, names: set[str]) -> None:
    assert parse_expression(text).names == names


def test_equal_texts_are_equal_expressions() -> None:
    assert parse_expression(" lr ") == parse_expression("lr")
    assert parse_expression("lr").text == "lr"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("lr +", id="unfinished"),
        pytest.param("lr = 1", id="a statement"),
        pytest.param("lr\nlr", id="two lines"),
        pytest.param("lr\0", id="a null character"),
        pytest.param("-" * 50_000 + "1", id="too deep for Python's parser"),
    ],
)
def test_what_is_no_expression_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is not a Python expression"):
        parse_expression(text)
    with pytest.raises(TableError) as caught:
        read_expression(Located(text, tmp_path, 7, "with.lr"), frozenset())
    assert str(caught.value).startswith(f"{tmp_path}:7: with.lr: ")


def test_a_name_that_is_not_allowed_is_refused(tmp_path: Path) -> None:
    located = Located("lr * rho / eps", tmp_path, 7, "with.lr")
    with pytest.raises(TableError) as caught:
        read_expression(located, frozenset({"lr", "betas"}))
    assert without_path(caught.value, tmp_path) == (
        "7: with.lr: eps, rho: not a parameter here; expected betas, lr"
    )
    assert read_expression(located, frozenset({"lr", "rho", "eps"})).names == {"lr", "rho", "eps"}


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        pytest.param("a if fact else b", {"fact": True}, "a", id="true"),
        pytest.param("a if fact else b", {"fact": False}, "b", id="false"),
        pytest.param("a if fact else b", {}, "b", id="unknown counts as false"),
        pytest.param("a if not fact else b", {}, "b", id="its negation, too"),
        pytest.param("a if fact or x == 0 else b", {"x": 0}, "a", id="a parameter decides"),
        pytest.param("f(a if fact else b)", {"fact": True}, "f(a)", id="inside a call"),
        pytest.param("a if (x if fact else y) else b", {"fact": True}, "a if x else b", id="inside another"),
        pytest.param("a if x else b", {"x": 1}, "a if x else b", id="one that can be written down stays"),
        pytest.param(
            "[a if s < fact else b for s in range(n)]",
            {"fact": 3},
            "[a if s < fact else b for s in range(n)]",
            id="one that asks for a loop variable stays",
        ),
    ],
)
def test_a_conditional_that_asks_for_a_fact_is_decided(
    text: str, values: dict[str, object], expected: str
) -> None:
    assert parse_expression(text).decided(values, {"fact"}).text == expected


def test_loop_variables_get_other_names_where_theirs_are_taken() -> None:
    expression = parse_expression("[step * rate for step in range(n)]")
    assert expression.with_other_variables({"rate", "x"}) is expression
    assert expression.with_other_variables({"step"}).text == "[step_ * rate for step_ in range(n)]"
    assert expression.with_other_variables({"step", "step_"}).text == "[step__ * rate for step__ in range(n)]"
