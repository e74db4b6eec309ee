"""What is known of a value without running the program."""

from __future__ import annotations

from typing import Any

import pytest

from optconv.converter.values import is_literal, is_pure, known_value
from optconv.mappings.expressions import UNKNOWN, Typed

from .helpers import becomes, expression_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("look(0.1)", 0.1, id="a number"),
        pytest.param("look('sum')", "sum", id="a string"),
        pytest.param("look(None)", None, id="None"),
        pytest.param("look(-1e-3)", -1e-3, id="a sign"),
        pytest.param("look(+2)", 2, id="a sign that changes nothing"),
        pytest.param("look(not x)", UNKNOWN, id="the opposite of something unknown"),
        pytest.param("look(not 0)", True, id="the opposite of a number"),
        pytest.param("look(~1)", UNKNOWN, id="an operator that the tables do not have"),
        pytest.param("look(1 / 4 + 2 * 3 - 2 ** 3 // 3)", 4.25, id="arithmetic"),
        pytest.param("look(5 % 3)", UNKNOWN, id="arithmetic that the tables do not have"),
        pytest.param("look(1 / 0)", UNKNOWN, id="arithmetic that fails"),
        pytest.param("look((0.9, b))", (0.9, UNKNOWN), id="a tuple with an unknown entry"),
        pytest.param("look([1, 2])", [1, 2], id="a list"),
        pytest.param("look([*a, 1])", Typed("list"), id="a list with an unpacked entry"),
        pytest.param("look((*a, 1))", Typed("tuple"), id="a tuple with an unpacked entry"),
        pytest.param("look({1, 2})", Typed("set"), id="a set"),
        pytest.param("look({'a': 1})", Typed("dict"), id="a dictionary"),
        pytest.param("look([x for x in y])", Typed("list"), id="a list comprehension"),
        pytest.param("look(lambda e: e)", Typed("function"), id="a lambda"),
        pytest.param("look(f'{x}')", Typed("str"), id="an f-string"),
        pytest.param("look(f(x))", UNKNOWN, id="a call"),
        pytest.param("x = 0.1\nlook(x)", 0.1, id="a name with one value"),
        pytest.param("x = y = 0.1\nlook(y)", 0.1, id="a name of a chained assignment"),
        pytest.param("x: float = 0.1\nlook(x)", 0.1, id="a name of an annotated assignment"),
        pytest.param("x = 0.1\ny = x * 2\nlook(y)", 0.2, id="a name computed from another"),
        pytest.param("x = 1\ndef f(): look(x)", 1, id="a name of the module in a function"),
        pytest.param("x = 1\ndef f(x): look(x)", UNKNOWN, id="a parameter"),
        pytest.param("x = 1\nx = 2\nlook(x)", UNKNOWN, id="a name with two values"),
        pytest.param("x = 1\nx += 1\nlook(x)", UNKNOWN, id="a name that is counted up"),
        pytest.param("x = 1\ndef f():\n    global x\n    x = 2\nlook(x)", UNKNOWN, id="a name that a function assigns, too"),
        pytest.param("x, y = 1, 2\nlook(x)", UNKNOWN, id="a name that is unpacked"),
        pytest.param("for x in y: look(x)", UNKNOWN, id="a loop variable"),
        pytest.param("from a import x\nlook(x)", UNKNOWN, id="an imported name"),
        pytest.param("look(x)", UNKNOWN, id="a name that nothing binds"),
        pytest.param("def f(): ...\nlook(f)", Typed("function"), id="a function of the file"),
        pytest.param("class f: ...\nlook(f)", UNKNOWN, id="a class of the file"),
        pytest.param("x = [1]\nlook(x)", Typed("list"), id="a list that may have been changed since"),
        pytest.param("x = x\nlook(x)", UNKNOWN, id="a name defined through itself"),
        pytest.param("x = 0\nfrom config import *\nlook(x)", UNKNOWN, id="a name that a star import may have bound again"),
        pytest.param("x = 0\ndef f():\n    look(x)\nfrom config import *\n", UNKNOWN, id="a name that a star import may bind again before the call"),
        pytest.param("from config import *\nx = 0\nlook(x)", 0, id="a name bound behind a star import"),
    ],
)  # fmt: skip
def test_what_is_known(text: str, expected: Any) -> None:
    node, scopes = expression_in(text)
    assert known_value(node, scopes) == expected


def test_a_long_chain_of_names_is_given_up() -> None:
    chain = "".join(f"x{i + 1} = x{i}\n" for i in range(40))
    node, scopes = expression_in(f"x0 = 1\n{chain}look(x40)")
    assert known_value(node, scopes) is UNKNOWN


@pytest.mark.parametrize("text", ["1", "-1", "(1, [2, 'a'])", "not None"])
def test_what_is_written_out_in_full(text: str) -> None:
    assert is_literal(expression_in(f"look({text})")[0])


@pytest.mark.parametrize("text", ["x", "(1, x)", "1 + 1", "f()", "{1: 2}"])
def test_what_is_not_written_out_in_full(text: str) -> None:
    assert not is_literal(expression_in(f"look({text})")[0])


@pytest.mark.parametrize("text", ["x", "a.b[c]", "a + b if c else -d", "lambda: 1", "[x for x in y]"])
def test_what_may_be_evaluated_again(text: str) -> None:
    assert is_pure(expression_in(f"look({text})")[0])


@pytest.mark.parametrize("text", ["f()", "a[f()]", "(x := 1)", "[f() for x in y]"])
def test_what_may_not_be_evaluated_again(text: str) -> None:
    assert not is_pure(expression_in(f"look({text})")[0])


def test_a_momentum_that_a_star_import_may_have_changed_keeps_its_class() -> None:
    becomes(
        "import torch\nmomentum = 0\nfrom config import *\no = torch.optim.SGD(m.parameters(), lr=0.1, momentum=momentum)\n",
        "import paddle\nmomentum = 0\nfrom config import *\no = paddle.optimizer.Momentum(parameters=m.parameters(), learning_rate=0.1, momentum=momentum)\n",
    )  # fmt: skip
