"""Arguments are bound to the parameters of the newest signature that a call fits."""

from __future__ import annotations

import ast

import pytest

from optconv.converter.binding import BoundCall, CannotBindError, bind
from optconv.mappings.signatures import SignatureVersion, parse_signature

NEW = SignatureVersion("2.0", parse_signature("(params, lr=1e-3, *, fused=None)"))
OLD = SignatureVersion("1.8", parse_signature("(params, lr, verbose=False)"))


def _call(text: str) -> ast.Call:
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call)
    return call


def _bound(text: str, *versions: SignatureVersion) -> BoundCall:
    return bind(_call(text), versions)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("f(p)", {"params": ("p", 0)}, id="a positional argument"),
        pytest.param("f(p, 1)", {"params": ("p", 0), "lr": ("1", 1)}, id="two positional arguments"),
        pytest.param("f(p, lr=1)", {"params": ("p", 0), "lr": ("1", 1)}, id="a keyword"),
        pytest.param("f(fused=x, lr=1, params=p)", {"fused": ("x", 0), "lr": ("1", 1), "params": ("p", 2)}, id="keywords in another order"),
        pytest.param("f(\n  p,\n  fused=(x),\n)", {"params": ("p", 0), "fused": ("x", 1)}, id="arguments on lines of their own"),
    ],
)  # fmt: skip
def test_arguments_and_their_places(text: str, expected: dict[str, tuple[str, int]]) -> None:
    bound = _bound(text, NEW)
    assert {name: (ast.unparse(a.node), a.index) for name, a in bound.arguments.items()} == expected


def test_the_newest_signature_that_fits_is_taken() -> None:
    assert _bound("f(p, 1)", NEW, OLD).signature is NEW.signature
    assert _bound("f(p, 1, verbose=True)", NEW, OLD).signature is OLD.signature


def test_an_argument_that_was_not_given_has_the_default_of_the_signature() -> None:
    bound = _bound("f(p)", NEW)
    assert bound.default("lr") == "0.001"
    assert bound.default("params") is None
    assert bound.default("no_such_parameter") is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            "f(p, 1, 2, 3, 4)", "called with 5 positional arguments", id="too many positional arguments"
        ),
        pytest.param("f(p, rate=1)", "no parameter rate", id="a keyword that no version has"),
        pytest.param("f(p, 1, lr=2)", "lr is given twice", id="an argument given twice"),
        pytest.param("f()", "params is missing", id="a required argument that is missing"),
        pytest.param("f(*p)", r"`\*p`, which cannot be seen into", id="unpacked positional arguments"),
        pytest.param("f(p, **k)", r"`\*\*k`, which cannot be seen into", id="unpacked keywords"),
    ],
)
def test_a_call_that_cannot_be_bound_says_why(text: str, reason: str) -> None:
    with pytest.raises(CannotBindError, match=reason) as error:
        _bound(text, NEW, OLD)
    assert error.value.reason.zh


def test_positional_arguments_that_mean_other_parameters_in_other_versions_are_refused() -> None:
    other = SignatureVersion("1.8", parse_signature("(params, weight, lr=1)"))
    with pytest.raises(CannotBindError, match="other parameters in other versions"):
        _bound("f(p, 1)", NEW, other)
    assert _bound("f(p)", NEW, other).signature is NEW.signature


def test_an_api_without_signatures_takes_nothing() -> None:
    with pytest.raises(CannotBindError, match="no parameter"):
        _bound("f()")
