"""Binds the arguments of a call to the parameters of a signature that changed from version to version."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from optconv.converter.tree_index import arguments_of
from optconv.mappings import Text, message
from optconv.mappings.signatures import BindingError, Signature, SignatureVersion


@dataclass(frozen=True)
class Argument:
    """One argument of a call: its value, and its place among the call's arguments."""

    node: ast.expr
    index: int


@dataclass(frozen=True)
class BoundCall:
    """A call whose arguments are known by parameter name."""

    node: ast.Call
    signature: Signature
    arguments: Mapping[str, Argument]
    unpacked: tuple[tuple[ast.expr, frozenset[str]], ...] = ()  # ``**name`` and the keys it can have

    def default(self, name: str) -> str | None:
        """Return the text of the default of a parameter, None when it is required or unknown."""
        parameter = self.signature.parameter(name)
        return parameter.default if parameter else None


class CannotBindError(Exception):
    """A call cannot be bound; the reason is a text for people."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


Keys = Callable[[ast.expr], "frozenset[str] | None"]


def bind(node: ast.Call, versions: Sequence[SignatureVersion], keys_of: Keys | None = None) -> BoundCall:
    """Bind a call to the newest signature that it fits.

    Args:
        node: the call.
        versions: the signatures of the API, newest first.
        keys_of: which keys an unpacked dictionary can have, None when that cannot be seen.

    Raises:
        CannotBindError: ``*args`` or ``**kwargs``, or a call that fits no version.
    """
    unpacked = _unpacked(node, keys_of)
    keywords = [keyword.arg for keyword in node.keywords if keyword.arg is not None]
    fitting: list[tuple[Signature, tuple[str, ...]]] = []
    first_problem: tuple[str, str] | None = None  # not the error, whose trace holds on to the whole file
    for version in versions:
        try:
            fitting.append((version.signature, version.signature.bind(len(node.args), keywords)))
        except BindingError as error:
            first_problem = first_problem or (error.reason, error.argument)
    if not fitting:
        reason, argument = first_problem or ("unknown", "")
        raise CannotBindError(message(f"binding.reason.{reason}", argument=argument))
    if len({names[: len(node.args)] for _, names in fitting}) > 1:
        raise CannotBindError(message("binding.ambiguous_positions"))
    signature, names = fitting[0]
    values = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg is not None)]
    order = source_order(node)
    arguments = {name: Argument(value, order[value]) for name, value in zip(names, values, strict=True)}
    return BoundCall(node, signature, arguments, unpacked)


def _unpacked(node: ast.Call, keys_of: Keys | None) -> tuple[tuple[ast.expr, frozenset[str]], ...]:
    """Return the unpacked dictionaries with their keys; `CannotBindError` for what cannot be seen into."""
    for value in node.args:
        if isinstance(value, ast.Starred):
            raise CannotBindError(message("binding.unpacked", argument=ast.unparse(value)))
    found = []
    for keyword in node.keywords:
        if keyword.arg is None:
            keys = keys_of(keyword.value) if keys_of else None
            if keys is None:
                raise CannotBindError(message("binding.unpacked", argument=f"**{ast.unparse(keyword.value)}"))
            found.append((keyword.value, keys))
    return tuple(found)


def source_order(node: ast.Call) -> dict[ast.expr, int]:
    """Return the place of each argument in the source."""
    values = arguments_of(node)
    return {value: i for i, value in enumerate(sorted(values, key=lambda v: (v.lineno, v.col_offset)))}
