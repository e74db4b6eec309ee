"""Signatures as text: parsed into parameters, and arguments of a call bound to them.

No framework is imported, so a signature is the text that the catalogue holds.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Parameter:
    """One parameter of a signature; ``default`` is Python text, or None when it is required."""

    name: str
    default: str | None
    keyword_only: bool


@dataclass(frozen=True)
class Signature:
    """The parameters of a call, in order, without ``self``."""

    parameters: tuple[Parameter, ...]

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter called ``name``, if there is one."""
        return next((p for p in self.parameters if p.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names in order."""
        return tuple(p.name for p in self.parameters)

    def bind(self, positional: int, keywords: Sequence[str]) -> tuple[str, ...]:
        """Return the parameter names that ``positional`` arguments and then ``keywords`` bind to.

        Raises:
            BindingError: the call does not fit, as Python itself would say at run time.
        """
        places = [p.name for p in self.parameters if not p.keyword_only]
        if positional > len(places):
            raise BindingError("too-many", str(positional))
        bound = [*places[:positional]]
        for keyword in keywords:
            if self.parameter(keyword) is None:
                raise BindingError("unknown", keyword)
            if keyword in bound:
                raise BindingError("twice", keyword)
            bound.append(keyword)
        for parameter in self.parameters:
            if parameter.default is None and parameter.name not in bound:
                raise BindingError("missing", parameter.name)
        return tuple(bound)


@dataclass(frozen=True)
class SignatureVersion:
    """A signature and the first version of the framework that has exactly it."""

    since: str
    signature: Signature


class BindingError(ValueError):
    """A call does not fit a signature; ``reason`` is too-many, unknown, twice or missing."""

    def __init__(self, reason: str, argument: str) -> None:
        super().__init__(f"{reason}: {argument}")
        self.reason = reason
        self.argument = argument


@cache
def parse_signature(text: str) -> Signature:
    """Parse ``(params, lr=1e-3, *, foreach=None)``; `ValueError` when it is no signature."""
    arguments = _parse_arguments(text)
    plain = arguments.args
    defaults: list[ast.expr | None] = [None] * (len(plain) - len(arguments.defaults))
    defaults += arguments.defaults
    parameters = [
        Parameter(argument.arg, None if default is None else ast.unparse(default), keyword_only=False)
        for argument, default in zip(plain, defaults, strict=True)
    ]
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        text_of_default = None if default is None else ast.unparse(default)
        parameters.append(Parameter(argument.arg, text_of_default, keyword_only=True))
    return Signature(tuple(parameters))


def _parse_arguments(text: str) -> ast.arguments:
    try:
        body = ast.parse(f"def f{text.strip()}: ...").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ValueError(f"{text!r} is not a signature") from error
    match body:
        case [ast.FunctionDef(name="f", args=ast.arguments(posonlyargs=[]) as arguments)]:
            return arguments
    raise ValueError(f"{text!r} is not a signature")


def version_key(version: str) -> tuple[int, ...]:
    """Return a version as numbers, so that "2.10" is newer than "2.9", and "3.0" is "3.0.0+cu118"."""
    release = re.split(r"[^0-9.]", version.strip())[0]
    numbers = [int(part) for part in release.split(".") if part]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
