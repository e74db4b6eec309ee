"""How many steps show what a schedule does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optconv.converter.schedule import Schedule, SourceSchedule
from optconv.converter.schedule_curves import curves_of
from optconv.parity.verify.script import literal

if TYPE_CHECKING:
    from optconv.converter.built_object import BuiltObject
    from optconv.mappings import Tables

MOST_STEPS = 1000
_UNKNOWN = 100  # where the catalogue has no curve


def steps_to_see(built: BuiltObject, tables: Tables) -> int:
    """Return how many steps of a scheduler show all that happens, at most `MOST_STEPS`."""
    values = built.named_values.items()
    names = {name: None if callable(value) else literal(value) for name, value in values}
    curves = curves_of(Schedule(built.api, built.start, _source(built), None, None, names), tables)
    return min(curves.epochs[-1] + 1, MOST_STEPS) if curves is not None else _UNKNOWN


def _source(built: BuiltObject) -> SourceSchedule:
    arguments = {argument.parameter: argument.template for argument in built.arguments}
    return SourceSchedule(built.api, arguments, tuple(map(_source, built.parts)))
