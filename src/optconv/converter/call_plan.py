"""What is decided about one call: the values that planning returns and emitting reads."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from optconv.converter.edits import Render
from optconv.mappings import Text
from optconv.mappings.schema import Case


@dataclass(frozen=True)
class Remark:
    """Something to be said about a call: a diagnostic without its place."""

    code: str
    fields: Mapping[str, str | Text]
    message: Text | None = None  # instead of the message that the code has


@dataclass(frozen=True)
class PlannedArgument:
    """One argument of the converted call."""

    keyword: str
    text: str
    anchor: int | None  # the place of the user's argument that it stands for; None: added
    verbatim: bool = False  # the user's own value, unchanged
    make: Callable[[Render], str] | None = None  # writes the text with the edits inside its parts
    modules: frozenset[str] = frozenset()  # of the standard library, that the text names
    place: str = ""  # the target's parameter that it is, where it stands without a keyword
    star: str = ""  # ``**`` in front of a dictionary that is unpacked, as it was

    @property
    def parameter(self) -> str:
        """Return the target's parameter that the argument is."""
        return self.keyword or self.place

    def written(self, render: Render) -> PlannedArgument:
        """Return the argument with its text as it is after all edits inside it."""
        return self if self.make is None else replace(self, text=self.make(render))


@dataclass(frozen=True)
class CallPlan:
    """What a call becomes. ``case`` is None when it stays as it is; a remark then says why."""

    case: Case | None
    arguments: tuple[PlannedArgument, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def modules(self) -> frozenset[str]:
        """Return the modules of the standard library that the arguments name."""
        return frozenset().union(*(argument.modules for argument in self.arguments))

    @property
    def declined(self) -> bool:
        """Return whether the call stays in the source framework."""
        return self.case is None


def kept_positional(
    node: ast.Call, arguments: tuple[PlannedArgument, ...], names: tuple[str, ...]
) -> tuple[PlannedArgument, ...]:
    """Leave arguments without a keyword that have none now and stand in their place in the target.

    Args:
        node: the call as it is.
        arguments: what is planned for it.
        names: the parameters of the target, in order.
    """
    planned = list(arguments)
    for i, argument in enumerate(planned):
        if not argument.keyword:
            continue  # left so already
        if argument.anchor != i or i >= len(node.args) or names[i : i + 1] != (argument.keyword,):
            break
        planned[i] = replace(argument, keyword="", place=argument.keyword)
    return tuple(planned)
