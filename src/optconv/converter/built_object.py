"""Optimizers and schedulers that a file builds, with the values of their arguments, to be measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from optconv.converter.result import Outcome, Position
from optconv.converter.static_values.evaluate import UsedValue
from optconv.mappings import Text


@dataclass(frozen=True)
class BuiltArgument:
    """One argument of a call, or one option of a parameter group."""

    parameter: str
    template: str
    """Its text, with new names in the place of what a conversion of the file cannot know."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """What those names stand for: numbers, strings, lists, and functions of one number."""


@dataclass(frozen=True)
class WrittenObject:
    """The call that is written instead."""

    api: str  # of the target
    arguments: Mapping[str, str]  # text by parameter
    in_front: bool = False  # a scheduler that is built before its optimizer, and passed to it


@dataclass(frozen=True)
class BuiltObject:
    """A call that builds an optimizer or a scheduler."""

    api: str  # "torch.optim.SGD"
    kind: str  # "optimizer" or "scheduler"
    start: Position
    outcome: Outcome
    codes: tuple[str, ...]  # of the diagnostics about it, ignored ones too
    arguments: tuple[BuiltArgument, ...] = ()  # but for parameters, the optimizer, and parts
    groups: tuple[
        tuple[BuiltArgument, ...], ...
    ] = ()  # the options of each parameter group; empty: one without
    by_model: bool = False  # the parameters come from a method of a model
    optimizer: Position | None = None  # where the optimizer of a scheduler is built; None: not in this file
    beside: tuple[Position, ...] = ()  # the other schedulers that act on that optimizer in one run
    parts: tuple[BuiltObject, ...] = ()  # the schedulers that it is made of
    parts_parameter: str = ""  # the parameter that is the list of them
    written: WrittenObject | None = None  # None: it was left as it was
    used: tuple[UsedValue, ...] = ()  # what was looked up for its arguments
    missing: tuple[str, ...] = ()  # what would have to be known to measure it
    obstacle: Text | None = None  # why it cannot be built by itself

    @property
    def named_values(self) -> dict[str, Any]:
        """Return what the names in the templates of all its arguments stand for."""
        options = (option for group in self.groups for option in group)
        own = {
            name: value for argument in (*self.arguments, *options) for name, value in argument.values.items()
        }
        return own | {name: value for part in self.parts for name, value in part.named_values.items()}
