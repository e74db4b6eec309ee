"""Signatures as text, the calls that fit them, and versions."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optconv.mappings.signatures import BindingError, Parameter, Signature, parse_signature, version_key

SGD = parse_signature("(params, lr=1e-3, momentum=0, *, foreach=None, fused)")
NAMES = ["params", "lr", "betas", "eps", "foreach", "fused"]


def test_parameters_have_name_default_and_kind_in_order() -> None:
    assert SGD.parameters == (
        Parameter("params", None, keyword_only=False),
        Parameter("lr", "0.001", keyword_only=False),
        Parameter("momentum", "0", keyword_only=False),
        Parameter("foreach", "None", keyword_only=True),
        Parameter("fused", None, keyword_only=True),
    )
    assert SGD.names == ("params", "lr", "momentum", "foreach", "fused")


def test_a_parameter_is_found_by_its_name() -> None:
    assert SGD.parameter("lr") == Parameter("lr", "0.001", keyword_only=False)
    assert SGD.parameter("betas") is None


def test_white_space_around_a_signature_does_not_matter() -> None:
    assert parse_signature(" () \n") == Signature(())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("params", id="no parentheses"),
        pytest.param("(params", id="a parenthesis that is not closed"),
        pytest.param("(lr=1, params)", id="a required parameter behind one with a default"),
        pytest.param("(lr, lr=)", id="a default that is missing"),
        pytest.param("(lr)\0", id="a null character"),
        pytest.param("(lr): ...\ndef g()", id="two functions"),
        pytest.param("oo(lr)", id="a name before the parenthesis"),
        pytest.param("(lr, /)", id="a parameter that cannot be given by name"),
    ],
)
def test_what_is_no_signature_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a signature"):
        parse_signature(text)


@pytest.mark.parametrize(
    ("positional", "keywords", "bound"),
    [
        pytest.param(1, ["fused"], ("params", "fused"), id="what is required is enough"),
        pytest.param(0, ["fused", "params"], ("fused", "params"), id="keywords keep their order"),
        pytest.param(
            3,
            ["fused", "foreach"],
            ("params", "lr", "momentum", "fused", "foreach"),
            id="everything is given",
        ),
    ],
)
def test_arguments_are_bound_in_the_order_of_the_call(
    positional: int, keywords: list[str], bound: tuple[str, ...]
) -> None:
    assert SGD.bind(positional, keywords) == bound


@pytest.mark.parametrize(
    ("positional", "keywords", "reason", "argument"),
    [
        pytest.param(4, ["fused"], "too-many", "4", id="a keyword-only parameter is given by place"),
        pytest.param(1, ["fused", "nesterov"], "unknown", "nesterov", id="no parameter has this name"),
        pytest.param(2, ["fused", "lr"], "twice", "lr", id="by place and by name"),
        pytest.param(1, ["fused", "lr", "lr"], "twice", "lr", id="twice by name"),
        pytest.param(0, ["fused"], "missing", "params", id="a required parameter is not given"),
        pytest.param(1, [], "missing", "fused", id="a required keyword is not given"),
    ],
)
def test_a_call_that_does_not_fit_is_refused_with_the_reason(
    positional: int, keywords: list[str], reason: str, argument: str
) -> None:
    with pytest.raises(BindingError, match=f"{reason}: {argument}") as caught:
        SGD.bind(positional, keywords)
    assert (caught.value.reason, caught.value.argument) == (reason, argument)


@st.composite
def signatures(draw: st.DrawFn) -> str:
    """Return the text of a signature over some of ``NAMES``."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True))
    by_place = draw(st.integers(0, len(names)))
    required = draw(st.integers(0, by_place))
    parts = names[:required] + [f"{name}=0" for name in names[required:by_place]]
    keyword_only = [f"{name}{draw(st.sampled_from(['', '=0']))}" for name in names[by_place:]]
    return f"({', '.join([*parts, *(['*', *keyword_only] if keyword_only else [])])})"


@settings(deadline=None)
@given(signatures(), st.integers(0, 7), st.lists(st.sampled_from([*NAMES, "other"]), unique=True))
def test_a_call_is_bound_as_python_binds_it(text: str, positional: int, keywords: list[str]) -> None:
    namespace: dict[str, Any] = {}
    exec(f"def function{text}: ...", namespace)
    values = list(range(positional + len(keywords)))
    named = dict(zip(keywords, values[positional:], strict=True))
    try:
        expected = inspect.signature(namespace["function"]).bind(*values[:positional], **named).arguments
    except TypeError:
        with pytest.raises(BindingError):
            parse_signature(text).bind(positional, keywords)
    else:
        bound = parse_signature(text).bind(positional, keywords)
        assert dict(zip(bound, values, strict=True)) == expected


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        pytest.param("2.9", "2.10", id="parts are numbers"),
        pytest.param("2.13", "3.0.0", id="the first part decides"),
        pytest.param("3.0", "3.0.1", id="a missing part is zero"),
        pytest.param("2.9.1", "2.10.0rc1", id="a candidate counts as its release"),
    ],
)
def test_a_newer_version_has_a_larger_key(older: str, newer: str) -> None:
    assert version_key(older) < version_key(newer)


@pytest.mark.parametrize("version", ["3", "3.0", "3.0.0", " 3.0.0 ", "3.0.0+cu118", "3.0.0rc1", "3.0.dev1"])
def test_spellings_of_one_release_have_one_key(version: str) -> None:
    assert version_key(version) == (3,)


def test_what_is_no_version_is_older_than_every_version() -> None:
    assert version_key("develop") < version_key("0.1")
