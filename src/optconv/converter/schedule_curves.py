"""The two learning-rate curves of a schedule: as it is built, and as it is written instead.

Each side is computed from its own text through what the catalogue of its own framework says, so a row that
writes the wrong thing shows as a difference. The arithmetic is that of Python's floats: what a target loses
because it computes in float32 does not show.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from optconv.converter.schedule import Schedule, SourceSchedule, WrittenSchedule
from optconv.converter.schedule_texts import ScheduleTexts
from optconv.mappings import Tables
from optconv.mappings.bounded_evaluation import Work
from optconv.mappings.curves import CombinedCurve, Curve
from optconv.mappings.expressions import UNKNOWN
from optconv.mappings.rates import (
    DEFAULT_SPAN,
    Rates,
    bind_curve,
    curve_work,
    in_product,
    in_sequence,
    sample,
)
from optconv.mappings.signatures import Signature

_MOST_POINTS = 400  # that are computed for one curve; a longer one is sampled
_UNIT, _OTHER = 1.0, 3.0  # the rates of an optimizer whose own is not known
_SAME = 1e-9  # of each rate
_ROUNDING = 1e-14  # of the largest rate


@dataclass(frozen=True)
class Curves:
    """The rates before and after the conversion, at the same epochs.

    An epoch is a number of steps of the scheduler: the rate at 0 is that of the first update.
    """

    epochs: tuple[int, ...]  # each one up to the last, or a sample of them where there are many
    before: tuple[float, ...]
    after: tuple[float, ...] | None  # None: it was left as it was, or what is written cannot be computed
    relative: bool  # the rates are multiples of the optimizer's, which cannot be read from the source

    @property
    def same(self) -> bool | None:
        """Return whether the rates agree within 1e-9 of each; None where there are none to compare."""
        if self.after is None:
            return None
        largest = max(map(abs, self.before))
        return all(
            math.isclose(one, other, rel_tol=_SAME, abs_tol=_ROUNDING * largest)
            for one, other in zip(self.before, self.after, strict=True)
        )


def curves_of(schedule: Schedule, tables: Tables) -> Curves | None:
    """Return the curves of a schedule, or None where that of the source cannot be computed.

    None, too, where another scheduler acts on the same optimizer: its rate is neither curve then.

    Args:
        schedule: of a conversion with these tables.
        tables: what is known of the target.

    Raises:
        TableError: what a catalogue says of a curve is broken.
    """
    if schedule.shared:
        return None
    rate = _known_rate(schedule)
    drawn = _draw(schedule, tables, _UNIT if rate is None else rate)
    if drawn is None or rate is not None:
        return drawn
    other = _draw(schedule, tables, _OTHER)
    if other is None:
        return None
    relative = _is_relative(drawn.before, other.before)
    if relative is None:
        return None
    after = drawn.after
    if after is not None and (other.after is None or _is_relative(after, other.after) is not relative):
        after = None
    return Curves(drawn.epochs, drawn.before, after, relative)


def _is_relative(rates: Sequence[float], others: Sequence[float]) -> bool | None:
    """Return whether rates are multiples of the optimizer's; False where they do not depend on it at all."""
    if len(rates) != len(others):
        return None
    for relative, factor in ((False, 1.0), (True, _OTHER / _UNIT)):
        pairs = zip(rates, others, strict=True)
        if all(math.isclose(one * factor, other, rel_tol=_SAME, abs_tol=1e-300) for one, other in pairs):
            return relative
    return None


def _known_rate(schedule: Schedule) -> float | None:
    if schedule.rate is None:
        return None
    texts = ScheduleTexts(schedule.names, {}, curve_work())
    value = texts.value(schedule.rate)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _draw(schedule: Schedule, tables: Tables, rate: float) -> Curves | None:
    """Return the curves for an optimizer with a certain rate."""
    given = {schedule.rate: rate} if schedule.rate is not None else {}
    work = curve_work()
    texts = ScheduleTexts(schedule.names, given, work)
    rates = _source_rates(schedule.source, tables, texts, rate, work) if schedule.source is not None else None
    if rates is None:
        return None
    epochs = _epochs(rates)
    before = sample(rates, epochs)
    if before is None:
        return None
    meanings = {text: _over_rate(meaning, rate) for text, meaning in schedule.meanings.items()}
    after = _written_rates(schedule, tables, {**meanings, **given}, rate, epochs[: len(before)])
    drawn = len(before if after is None else after)
    return Curves(epochs[:drawn], before[:drawn], after, relative=False)


def _over_rate(meaning: str, rate: float) -> Any:
    return [rate] if meaning.startswith("[") else rate


def _epochs(rates: Rates) -> tuple[int, ...]:
    span = rates.span if rates.last is None else min(rates.span, rates.last)
    if span <= _MOST_POINTS:
        return tuple(range(span + 1))
    return tuple(round(span * point / _MOST_POINTS) for point in range(_MOST_POINTS + 1))


def _source_rates(
    source: SourceSchedule, tables: Tables, texts: ScheduleTexts, rate: float, work: Work
) -> Rates | None:
    api = tables.source_apis[source.api]
    curve = api.curve
    if isinstance(curve, CombinedCurve):
        parts = [_source_rates(part, tables, texts, rate, work) for part in source.parts]
        known = [part for part in parts if part is not None]
        if not parts or len(known) != len(parts):
            return None
        if curve.milestones is None:
            return in_product(known, rate)
        milestones = texts.value(source.arguments.get(curve.milestones, ""))
        return in_sequence(known, milestones) if _are_whole(milestones) else None
    if curve is None:
        return None
    bound = _bound(curve, api.signatures[0].signature, source.arguments, texts, rate, work)
    if bound is None or curve.span is not None:
        return bound
    span = max(DEFAULT_SPAN, round(1.3 * texts.largest_number(source.arguments.values())))
    return replace(bound, span=span)


def _are_whole(milestones: Any) -> bool:
    return isinstance(milestones, (list, tuple)) and all(isinstance(m, int) for m in milestones)


def _bound(
    curve: Curve,
    signature: Signature,
    arguments: Mapping[str, str],
    texts: ScheduleTexts,
    rate: float,
    work: Work,
    inner: Mapping[str, Any] | None = None,
) -> Rates | None:
    """Return the rates of a class with arguments that are text."""
    values = {
        name: inner[text] if inner is not None and text in inner else texts.value(text)
        for name, text in arguments.items()
        if signature.parameter(name) is not None
    }
    return bind_curve(curve, signature, values, rate, work)


def _written_rates(
    schedule: Schedule, tables: Tables, meanings: Mapping[str, Any], rate: float, epochs: Sequence[int]
) -> tuple[float, ...] | None:
    """Return the rates of what is written, up to the first epoch that has none."""
    written = schedule.written
    if written is None:
        return None
    work = curve_work()
    counts = ScheduleTexts(schedule.names, {}, work)
    every = counts.value(schedule.updates) if schedule.updates is not None else 1
    total = counts.value(schedule.total_updates) if schedule.total_updates is not None else UNKNOWN
    if not isinstance(every, int):  # it does not matter how many updates there are between two steps
        every, meanings = 1, {**meanings, str(schedule.updates): 1}
    if not isinstance(total, int) and schedule.total_updates is not None:
        meanings = {**meanings, schedule.total_updates: (epochs[-1] + 1) * every}
    texts = ScheduleTexts({**schedule.names, **schedule.functions}, meanings, work)
    updates = [epoch * every for epoch in epochs]
    if not written.api:
        return texts.entries(written.arguments[""], updates)
    rates = _target_rates(written, tables, texts, rate, work)
    return sample(rates, updates) if rates is not None else None


def _target_rates(
    written: WrittenSchedule, tables: Tables, texts: ScheduleTexts, rate: float, work: Work
) -> Rates | None:
    api = tables.target_api(written.api)
    curve = api.curve if api is not None else None
    if api is None or not isinstance(curve, Curve):
        return None
    inner = {}
    for text, schedule in written.inner.items():
        rates = _target_rates(schedule, tables, texts, rate, work)
        inner[text] = rates.at if rates is not None else UNKNOWN
    return _bound(curve, api.signature, written.arguments, texts, rate, work, inner)
