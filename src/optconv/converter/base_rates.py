"""What a schedule starts from, as text of the output: the rate that its optimizer has."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from optconv.converter.compose import Piece, compose, piece_of
from optconv.converter.file_context import Construction, FileContext
from optconv.converter.neighbours import Neighbours
from optconv.converter.rate_changes import writes_rate
from optconv.converter.values import is_literal
from optconv.mappings.expressions import UNKNOWN
from optconv.mappings.schema import Case

_OPTIMIZER = "optimizer"  # what tables call it
SHARED_RATE = "shared_rate"  # what they call it that something else changes the rate, too
BASE_RATE = "base_lr"  # what the rows call the rate that a schedule starts from


def base_rate(
    context: FileContext,
    optimizer: ast.expr,
    built: list[Construction],
    facts: dict[str, Any],
    neighbours: Neighbours | None,
    place: int,
) -> Piece | None:
    """Return what stands for the base rate in the rows.

    Args:
        context: the file.
        optimizer: the optimizer, as the scheduler names it.
        built: what it can be.
        facts: what is known of its groups and of other changes of its rate.
        neighbours: the two statements, where they change places.
        place: the place of the scheduler's argument that the rate takes.
    """
    attach, each = context.tables.attach, context.tables.group_functions
    if attach is not None:
        if neighbours is not None:
            return Piece(neighbours.optimizer.rate_text, neighbours.optimizer.rate, place)
        pieces = {_OPTIMIZER: piece_of(context.source, optimizer)}
        return Piece(compose(attach.read, pieces), anchor=place)
    rates = {construction.rate_text for construction in built}
    own = facts["own_rates"] is False and facts[SHARED_RATE] is False
    known = "None" not in rates and all(c.rate is None or is_literal(c.rate) for c in built)
    if own and known and len(rates) == 1:
        return Piece(rates.pop(), built[0].rate)
    if each is None:
        return None
    rate = each.rate if facts[SHARED_RATE] is False else each.initial
    return Piece(rate.text, around=each.each, optimizer=optimizer)


def asks_for_shared_rate(cases: Sequence[Case]) -> bool:
    """Return whether it matters to rows what else changes the rate: other files are searched for that."""
    return any(SHARED_RATE in case.condition_names for case in cases)


def shared_rate(
    context: FileContext, optimizer: ast.expr, rival: ast.Call | None, *, doubts_elsewhere: bool = True
) -> Any:
    """Return whether something beside one scheduler changes the rate of an optimizer; `UNKNOWN` if unseen.

    Args:
        context: the file.
        optimizer: what the scheduler acts on.
        rival: another scheduler that acts on it, too.
        doubts_elsewhere: whether that is unseen of an optimizer that comes from elsewhere; else only what
            this file does to it counts.
    """
    calls = context.kinds.values(optimizer).calls
    if rival is not None or any(writes_rate(context, call) for call in calls):
        return True
    if doubts_elsewhere and comes_from_elsewhere(context, optimizer):
        return UNKNOWN
    return UNKNOWN if any(map(context.kinds.rate_changes_elsewhere, calls)) else False


def comes_from_elsewhere(context: FileContext, optimizer: ast.expr) -> bool:
    """Return whether the optimizer was built where other schedulers may have been built for it."""
    values = context.kinds.values(optimizer)
    return values.unknown or any(instance.construction is None for instance in values.instances)
