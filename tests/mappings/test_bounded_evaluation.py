"""What bounded expressions evaluate to, which are refused, and that none takes long."""

from __future__ import annotations

import ast
import math
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optconv.mappings.bounded_evaluation import UNBOUND, CannotEvaluateError, Evaluator, Work
from optconv.mappings.expressions import UNKNOWN, Typed

from .test_expressions_against_python import lists, numbers, python_value, truths

WORK = 100_000


def evaluate(text: str, **values: Any) -> Any:
    evaluator = Evaluator(lambda name: values.get(name, UNBOUND), Work(WORK))
    return evaluator.evaluate(ast.parse(text, mode="eval").body)


@settings(deadline=None, max_examples=300)
@given(
    numbers(3) | truths(3) | lists(3),
    st.fixed_dictionaries(dict.fromkeys("abc", st.integers(-3, 9) | st.sampled_from([0.0, 0.1, -2.5, 1e-8]))),
)
def test_an_expression_is_what_python_says(text: str, values: dict[str, Any]) -> None:
    value = python_value(text, values)
    ours = evaluate(text, **values)
    assert (type(ours), repr(ours)) == (type(value), repr(value))


@pytest.mark.parametrize(
    "text",
    [
        "(lambda a, b=2, /, c=3: a + b * c)(1, 5)",
        "(lambda x: (lambda y: x - y)(1))(3)",
        "[i * j for i in range(3) for j in [i, i + 1] if i != j]",
        "[a + b for a, (b, c) in [(1, (2, 3))]]",
        "sum(i % 2 == 0 for i in range(1, 9))",
        "max((i, 2 * i) for i in range(4) if i < 3)",
        "min(3, 1, 2) + max([4, 5]) + abs(-2) + round(2.567, 2) + round(2.5)",
        "sorted({3, 1, 2} and [3, 1, 2]) + [0] * 0 if False else list((1, 2)) * 2",
        "tuple(range(3)), list(range(2)), bool([]), int('7'), len('abc')",
        "{1: 'a', 2: 'b'}.get(3, 'c'), {1: 'a'}[1], {1: 2}.get(1)",
        "5 in {5, 6}, 5.0 in range(9), 5.5 in range(9), 5.5 not in range(9), 1 in (1, 2)",
        "math.prod(i + 1 for i in range(5)), math.floor(-1.5), math.inf > 1, math.sqrt(2)",
        "range(3, 9)[2], (7).bit_length(), -True, +1.5, not 0, 1 if [] else 2",
        "1 < 2 < 3, 1 < 2 > 3, 'a' != 'b', None is None, [1] is not None",
        "any([0, 1]), all([0, 1]), 0 or 0.5, 2 and 3, 0 and 1, 1 or 2",
        "2 ** 0.5, 10 ** -3, 2.0 ** 1000, 7 // 2, -7 % 3, 0.95 ** 100_000",
    ],
)
def test_the_language_is_pythons(text: str) -> None:
    value = eval(text, {"math": math})  # noqa: S307
    ours = evaluate(text)
    assert repr(ours) == repr(value)


def test_what_only_the_tables_have() -> None:
    assert evaluate("increasing([1, 2, 3]) and not increasing((2, 2))") is True
    assert evaluate("[type_of(f), type_of(1.0), type_of(lambda e: e), type_of(max)]", f=math.cos) == [
        "function",
        "float",
        "function",
        "function",
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x", id="a name without a value"),
        pytest.param("u", id="an unknown value"),
        pytest.param("t", id="a value of which only the type is known"),
        pytest.param("(lambda: x)()", id="a name without a value in a lambda"),
        pytest.param("[x for i in range(2)]", id="a name without a value in a comprehension"),
        pytest.param("max([1], default=0)", id="an argument with a name"),
        pytest.param("a.real", id="an attribute"),
        pytest.param("(1).real", id="an attribute of a number"),
        pytest.param("math.factorial(5)", id="a function of math that is not bounded"),
        pytest.param("math.__name__", id="an attribute of the module"),
        pytest.param("math['pi']", id="an entry of the module"),
        pytest.param("'abc'.upper()", id="a method"),
        pytest.param("[1].get(0)", id="a method of another type"),
        pytest.param("().__class__", id="a way out"),
        pytest.param("(lambda *a: 1)()", id="arguments of any number"),
        pytest.param("lambda *, a=1: a", id="arguments with a name only"),
        pytest.param("lambda **k: 1", id="unpacked arguments"),
        pytest.param("max(*[1, 2])", id="arguments that are unpacked"),
        pytest.param("[*[1]]", id="a list that is unpacked"),
        pytest.param("{**{}}", id="a dictionary in a dictionary"),
        pytest.param("{i for i in range(3)}", id="another comprehension"),
        pytest.param("(y := 1)", id="a walrus"),
        pytest.param("f'{1}'", id="an f-string"),
        pytest.param("b'a'", id="bytes"),
        pytest.param("1j", id="a complex number"),
        pytest.param("(-1) ** 0.5", id="a result that is complex"),
        pytest.param("~1", id="an operator of one"),
        pytest.param("1 << 2", id="an operator of two"),
        pytest.param("'a' * 3", id="a text that is repeated"),
        pytest.param("[1] + [2]", id="lists that are joined"),
        pytest.param("3 * [1]", id="a list on the right"),
        pytest.param("[1] * 1.0", id="a list times a fraction"),
        pytest.param("'abc'[0]", id="a letter of a text"),
        pytest.param("[1, 2][0:1]", id="a slice"),
        pytest.param("sum('abc')", id="the letters of a text"),
        pytest.param("[i for i.x in [1]]", id="a loop over an attribute"),
        pytest.param("eval('1')", id="a function that runs code"),
        pytest.param("open('x')", id="a function that does something"),
        pytest.param("__import__('os')", id="an import"),
    ],
)
def test_what_is_not_of_the_language_is_refused(text: str) -> None:
    with pytest.raises(CannotEvaluateError):
        evaluate(text, u=UNKNOWN, t=Typed("list"), a=1)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("1 / 0", ZeroDivisionError),
        ("[1][2]", IndexError),
        ("{1: 2}[3]", KeyError),
        ("1 < 'a'", TypeError),
        ("(lambda f: f(2))(1)", TypeError),
        ("(lambda a: a)()", TypeError),
        ("(lambda a: a)(1, 2)", TypeError),
        ("[a for a, b in [1]]", TypeError),
        ("[a for a, b in [(1,)]]", ValueError),
        ("float('x')", ValueError),
        ("min([])", ValueError),
        ("math.log(0)", ValueError),
        ("math.exp(1000)", OverflowError),
        ("math.prod([None])", TypeError),
        ("10 ** 400.0", OverflowError),
    ],
)
def test_where_python_raises_an_error_so_do_we(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        eval(text, {"math": math})  # noqa: S307
    with pytest.raises(error):
        evaluate(text)


@pytest.mark.parametrize(
    "text",
    [
        "10 ** 10 ** 10",
        "((10 ** 600) ** 2) ** 2",
        "math.prod(range(1, 100_000))",
        "math.prod([2 ** 2000] * 50_000)",
        "(2 ** 4000) * (2 ** 4000)",
        "sum(i for i in range(10 ** 12))",
        "list(range(10 ** 12))",
        "[[0] * 1000] * 10 ** 9",
        "[0 for i in range(1000) for j in range(1000)]",
        "[i for i in range(10 ** 9) if i < 0]",
        "max(range(10 ** 12))",
        "round(5, -(10 ** 9))",
        "(lambda f: f(f))(lambda f: f(f))",
        "(lambda f: f(f, 100))(lambda f, n: f(f, n - 1) + f(f, n - 2))",
    ],
)
def test_the_work_has_a_bound(text: str) -> None:
    begin = time.perf_counter()
    with pytest.raises(CannotEvaluateError):
        evaluate(text)
    assert time.perf_counter() - begin < 5


NESTED = "[" * 6 + "0" + "] * 99" * 6  # takes the room of 600 entries, and stands for 10 ** 12
TUPLES = "tuple([" * 6 + "0" + "] * 99)" * 6
GIVEN = "(lambda a: [a for i in range(99)])(" * 6 + "0" + ")" * 6


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{NESTED} == {NESTED}", id="compared"),
        pytest.param(f"{GIVEN} < {GIVEN}", id="compared, made with lambdas"),
        pytest.param(f"{NESTED} in [{NESTED}]", id="looked for in a list"),
        pytest.param(f"{{1: {NESTED}}} == {{1: {NESTED}}}", id="in dictionaries"),
        pytest.param(f"sorted([{NESTED}, {NESTED}])", id="sorted"),
        pytest.param(f"max({NESTED}, {NESTED})", id="the larger one"),
        pytest.param(f"increasing([{NESTED}, {NESTED}])", id="in order"),
        pytest.param(f"{{{TUPLES}: 1}}", id="a key"),
        pytest.param(f"{{{TUPLES}}}", id="an entry of a set"),
        pytest.param(f"{{1: 2}}[{TUPLES}]", id="looked up"),
        pytest.param(f"{{1: 2}}.get({TUPLES})", id="looked up by a method"),
    ],
)
def test_a_list_that_holds_one_list_many_times_is_as_large_as_it_looks(text: str) -> None:
    with pytest.raises(CannotEvaluateError, match="too much to compute"):
        evaluate(text)


def test_a_fraction_is_looked_for_in_a_long_range_at_once() -> None:
    assert evaluate("5.5 in range(10 ** 12)") is False
    assert evaluate("5.0 in range(10 ** 12)") is True


def test_a_name_that_is_given_comes_before_a_function_of_the_language() -> None:
    assert evaluate("max + 1", max=2) == 3
    with pytest.raises(CannotEvaluateError):
        evaluate("math.pi", math=UNKNOWN)
    with pytest.raises(CannotEvaluateError):
        evaluate("(lambda math: math.pi)(1)")


def test_chosen_entries_of_a_list_are_those_of_the_whole_list() -> None:
    text = "[a * step + x for a in [3] for step in range(n) for x in [step % 4]]"
    tree = ast.parse(text, mode="eval").body
    assert isinstance(tree, ast.ListComp)
    evaluator = Evaluator(lambda name: 10**9 if name == "n" else UNBOUND, Work(WORK))
    chosen = [0, 7, 5000]
    assert evaluator.elements(tree, {}, chosen) == [3 * step + step % 4 for step in chosen]
    short = Evaluator(lambda name: 6 if name == "n" else UNBOUND, Work(WORK))
    assert short.elements(tree, {}, chosen) == [0]
