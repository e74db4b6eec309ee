"""What is decided about one entry of a configuration file, as values."""

from __future__ import annotations

from dataclasses import dataclass

from optconv.converter.call_plan import Remark
from optconv.converter.source import Span
from optconv.converter.yaml_entries import Pair


@dataclass(frozen=True)
class Written:
    """One argument as it is to be written."""

    name: str
    value: str | None  # None: as it stands
    pair: Pair | None  # in whose place; None: it is added


@dataclass(frozen=True)
class Placed:
    """Something to be said, and about which place."""

    remark: Remark
    place: Span


@dataclass(frozen=True)
class EntryPlan:
    """What becomes of an entry. ``to`` is empty when it stays as it is."""

    to: str = ""
    arguments: tuple[Written, ...] = ()
    said: tuple[Placed, ...] = ()
