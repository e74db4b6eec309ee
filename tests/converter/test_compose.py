"""Expressions of the tables, written with the user's own arguments in them."""

from __future__ import annotations

import ast

import pytest

from optconv.converter.compose import CannotComposeError, Piece, compose
from optconv.converter.scopes import ScopeTree
from optconv.converter.values import known_value
from optconv.mappings.expressions import UNKNOWN, parse_expression

_EMPTY = ScopeTree(ast.parse(""))


def _piece(text: str) -> Piece:
    return Piece(text, ast.parse(f"({text}\n)", mode="eval").body)


def _composed(expression: str, **arguments: str) -> str:
    pieces = {name: _piece(text) for name, text in arguments.items()}
    parsed = parse_expression(expression)
    values = {name: known_value(piece.node, _EMPTY) for name, piece in pieces.items() if piece.node}
    return compose(parsed, pieces, parsed.evaluate(values))


@pytest.mark.parametrize(
    ("expression", "arguments", "expected"),
    [
        pytest.param("lr", {"lr": "args . lr"}, "args . lr", id="a name is the user's own text"),
        pytest.param("betas[0]", {"betas": "(0.90, b)"}, "0.90", id="an entry of a tuple is cut out of it"),
        pytest.param("betas[1]", {"betas": "[a, f( x )]"}, "f( x )", id="an entry of a list is cut out of it"),
        pytest.param("betas[1]", {"betas": "(a,  # one\n b)"}, "b", id="an entry on another line"),
        pytest.param("betas[1]", {"betas": "é, 学"}, "学", id="an entry behind letters of several bytes"),
        pytest.param("betas[0]", {"betas": "args.betas"}, "args.betas[0]", id="an entry of something else is subscribed"),
        pytest.param("betas[0]", {"betas": "(*b, 1)"}, "(*b, 1)[0]", id="an entry of an unpacked display is subscribed"),
        pytest.param("betas[2]", {"betas": "(1, 2)"}, "(1, 2)[2]", id="an entry that is not there is subscribed"),
        pytest.param("betas[0]", {"betas": "a if c else b"}, "(a if c else b)[0]", id="what is subscribed is put in parentheses"),
        pytest.param("eps ** 2", {"eps": "1e-8"}, "1e-16", id="a short number is computed"),
        pytest.param("eps ** 2", {"eps": "1.2345678"}, "1.2345678 ** 2", id="a long number is not computed"),
        pytest.param("eps ** 2", {"eps": "-e"}, "(-e) ** 2", id="a sign is put in parentheses"),
        pytest.param("eps ** 2", {"eps": "a + b"}, "(a + b) ** 2", id="a sum is put in parentheses"),
        pytest.param("eps ** 2", {"eps": "a.b[c](d)"}, "a.b[c](d) ** 2", id="a call needs no parentheses"),
        pytest.param("epochs * steps", {"epochs": "3", "steps": "len(x)"}, "3 * len(x)", id="a product of a number and a call"),
        pytest.param("epochs * steps", {"epochs": "3", "steps": "4"}, "12", id="a product of two numbers is computed"),
        pytest.param("not flag", {"flag": "True"}, "False", id="a truth value is computed"),
        pytest.param("lr / base", {"lr": "1", "base": "0"}, "1 / 0", id="what cannot be computed is written"),
        pytest.param("x * 2", {"x": "1e308"}, "1e308 * 2", id="what is infinite is written"),
        pytest.param("[x, y]", {"x": "1", "y": "2"}, "[1, 2]", id="a list of numbers is computed"),
        pytest.param("[x, y]", {"x": "1", "y": "z"}, "[1, z]", id="a list with a name is written"),
        pytest.param("lambda e: gamma ** e", {"gamma": "0.9"}, "lambda e: 0.9 ** e", id="a number in a lambda"),
        pytest.param("lambda e: x ** e", {"x": "rate"}, "lambda e, x=rate: x ** e", id="a name is bound when the lambda is made"),
        pytest.param("lambda e: x ** e", {"x": "f()"}, "lambda e, x=f(): x ** e", id="a call is made once, when the lambda is made"),
        pytest.param("lambda e: x + x * e", {"x": "a + b"}, "lambda e, x=a + b: x + x * e", id="what is read twice is bound once"),
        pytest.param("lambda e: y + x * e", {"x": "a.x", "y": "b.y"}, "lambda e, x=a.x, y=b.y: y + x * e", id="two names are bound"),
        pytest.param("lambda e: x ** e", {"x": "-1"}, "lambda e: (-1) ** e", id="a sign in a lambda is put in parentheses"),
        pytest.param("lambda e: x + (y - x) * e / n", {"x": "0.1", "y": "1.0", "n": "5"}, "lambda e: 0.1 + 0.9 * e / 5", id="what is known in a lambda is computed"),
        pytest.param("lambda e: x + (y - x) * e", {"x": "1.0", "y": "0.5"}, "lambda e: 1.0 - 0.5 * e", id="a computed sign becomes a minus"),
        pytest.param("lambda e: sum(e >= m for m in ms)", {"ms": "args.ms"}, "lambda e, ms=list(args.ms): sum(e >= m for m in ms)", id="what may be an iterator is copied"),
        pytest.param("lambda e: sum(e >= m for m in ms)", {"ms": "[1, a]"}, "lambda e, ms=[1, a]: sum(e >= m for m in ms)", id="a list with a name is bound"),
        pytest.param("lambda e: f(e)", {"f": "lambda i: 0.9 ** i"}, "lambda e: 0.9 ** e", id="a lambda is applied"),
        pytest.param("lambda e: 2 * f(e - n)", {"f": "lambda i: 1 + i", "n": "5"}, "lambda e: 2 * (1 + (e - 5))", id="a lambda is applied within a product"),
        pytest.param("lambda e: f(e)", {"f": "lambda i, k=2: k ** i"}, "lambda e: (lambda i, k=2: k ** i)(e)", id="a lambda with a default is called"),
        pytest.param("lambda e: f(e)", {"f": "lambda i: e ** i"}, "lambda e, f=(lambda i: e ** i): f(e)", id="a lambda that reads a name of ours is bound"),
        pytest.param("lambda e: f(e)", {"f": "warmup"}, "lambda e, f=warmup: f(e)", id="a function is bound"),
    ],
)  # fmt: skip
def test_what_is_written(expression: str, arguments: dict[str, str], expected: str) -> None:
    assert _composed(expression, **arguments) == expected


@pytest.mark.parametrize(
    ("expression", "arguments"),
    [
        pytest.param("x + x", {"x": "f()"}, id="a call would be made twice"),
        pytest.param("x + x", {"x": "(yield)"}, id="a yield would be reached twice"),
        pytest.param("x + x", {"x": "(y := 1)"}, id="a name would be assigned twice"),
    ],
)
def test_what_would_be_evaluated_more_than_once_is_refused(
    expression: str, arguments: dict[str, str]
) -> None:
    with pytest.raises(CannotComposeError) as error:
        _composed(expression, **arguments)
    assert error.value.name == "x"


def test_a_pure_argument_may_be_written_twice() -> None:
    assert _composed("x + x", x="a.b[0]") == "a.b[0] + a.b[0]"


def test_a_default_of_the_tables_is_written_like_an_argument() -> None:
    assert compose(parse_expression("betas[1]"), {"betas": Piece("(0.9, 0.999)")}) == "0.999"
    assert compose(parse_expression("x * 2"), {"x": Piece("a + b")}) == "(a + b) * 2"
    assert compose(parse_expression("x * 2"), {"x": Piece("0.5")}, UNKNOWN) == "0.5 * 2"
