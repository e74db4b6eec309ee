"""A scheduler as it is built and as it is written: what its two learning-rate curves are computed from.

All of it is text of the source or of the output; nothing is computed until somebody asks (`schedule_curves`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from optconv.converter.result import Position


@dataclass(frozen=True)
class SourceSchedule:
    """A call that builds a scheduler."""

    api: str  # "torch.optim.lr_scheduler.StepLR"
    arguments: Mapping[str, str]  # text by parameter, of those that are given
    parts: tuple[SourceSchedule, ...] = ()  # what it is made of, in order


@dataclass(frozen=True)
class WrittenSchedule:
    """What stands in the output instead."""

    api: str  # the class of the target; "" for an expression that is a list of rates
    arguments: Mapping[str, str]  # text by parameter; that of an expression under ""
    inner: Mapping[str, WrittenSchedule] = field(
        default_factory=dict
    )  # schedules that are arguments, by text


@dataclass(frozen=True)
class Schedule:
    """One construction of a scheduler that was converted or left. Its parts have no entry of their own."""

    api: str
    start: Position
    source: SourceSchedule | None  # None: its arguments cannot be seen
    rate: str | None  # what the optimizer is given as its rate; None: it cannot be seen
    written: WrittenSchedule | None  # None: it was left as it was
    names: Mapping[str, str | None]  # names of the file -> the only value they have, None: unknown
    functions: Mapping[str, str] = field(default_factory=dict)  # names that are functions in the output only
    meanings: Mapping[str, str] = field(default_factory=dict)
    """Parts of what is written -> what they mean, over ``base_lr``, the rate of the optimizer."""
    updates: str | None = (
        None  # how often the optimizer is updated between two steps, where schedules count that
    )
    total_updates: str | None = None  # and in the whole run
    shared: bool = False  # another scheduler acts on the optimizer, so its rate is not this curve alone
