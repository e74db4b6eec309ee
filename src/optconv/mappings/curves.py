"""What the catalogues say of learning-rate curves: the rate of a schedule after a number of steps.

The rate is an expression over the parameters of the class, ``epoch`` (how many steps were made) and
``base_lr`` (the rate of the optimizer). How it is computed stands in `rates`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from optconv.mappings.expressions import Expression, read_expression
from optconv.mappings.yaml_reader import Located

EPOCH = "epoch"
BASE_RATE = "base_lr"
FIRST = "first"
PREVIOUS = "previous"
_KEYS = frozenset({"rate", "when", "where", "span", "last", "sequence", "chained"})
MULTIPLIES, SETS = "multiplies", "sets"
_COMBINED_KEYS = frozenset({"by", "schedulers", "milestones"})


@dataclass(frozen=True)
class Curve:
    """The rate of a schedule, and for how long it is worth looking at."""

    rate: Expression
    when: Expression | None = None  # where it does not hold, the rate is not known
    where: Mapping[str, Expression] = field(
        default_factory=dict
    )  # names for parts, each over those before it
    span: Expression | None = None  # how many steps show what the schedule does
    last: Expression | None = None  # the last epoch that has a rate; the framework raises an error behind it
    sequence: Expression | None = None  # whether it begins anew as a part of a sequence, over ``first``
    chained: Expression | str | None = None
    """What it makes of the rate that it finds, where several act in turn: it multiplies or sets it, or a rate
    over ``previous``. None: it is not known."""


@dataclass(frozen=True)
class CombinedCurve:
    """Of a schedule made of others: how their rates come together."""

    role: str  # "sequence" or "product"
    schedulers: str  # the parameter that holds them
    milestones: str | None = None  # the parameter that says when the next one takes over


@dataclass(frozen=True)
class CurveEntry:
    """The value of ``curve`` in a catalogue. It is read when it is asked for: few runs want curves."""

    located: Located = field(repr=False)
    parameters: frozenset[str]  # of the class

    @cached_property
    def curve(self) -> Curve | CombinedCurve:
        """Return what the entry says. Raises `TableError` where it is broken."""
        return _load(self.located, self.parameters)


def _load(located: Located, parameters: frozenset[str]) -> Curve | CombinedCurve:
    if "by" in located.mapping():
        return _load_combined(located, parameters)
    mapping = located.mapping(allowed=_KEYS)
    known = parameters | {BASE_RATE}
    where: dict[str, Expression] = {}
    for name, value in mapping.get("where", Located({}, located.path, located.line, located.key)):
        where[name] = read_expression(value, known | {EPOCH})
        known |= {name}

    def read(key: str, *more: str) -> Expression | None:
        return read_expression(mapping[key], known | set(more)) if key in mapping else None

    chained = mapping["chained"].text() if "chained" in mapping else None
    return Curve(
        rate=read_expression(located.required("rate"), known | {EPOCH}),
        when=read("when"),
        where=where,
        span=read("span"),
        last=read("last"),
        sequence=read("sequence", FIRST),
        chained=chained if chained in (MULTIPLIES, SETS) else read("chained", EPOCH, PREVIOUS),
    )


def _load_combined(located: Located, parameters: frozenset[str]) -> CombinedCurve:
    mapping = located.mapping(allowed=_COMBINED_KEYS)
    for key in ("schedulers", "milestones"):
        if key in mapping and mapping[key].text() not in parameters:
            raise mapping[key].error(f"expected one of {', '.join(sorted(parameters))}")
    return CombinedCurve(
        role=mapping["by"].one_of("sequence", "product"),
        schedulers=located.required("schedulers").text(),
        milestones=mapping["milestones"].text() if "milestones" in mapping else None,
    )
