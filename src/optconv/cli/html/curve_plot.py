"""Draws the learning rate of one schedule before and after its conversion, as the parts of an SVG picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

WIDTH, HEIGHT = 420, 210
LEFT, RIGHT, TOP, BOTTOM = 68, 10, 10, 28  # margins for the labels of the axes
_TICKS = 4
_LARGEST, _SMALLEST = 1e100, 1e-100  # what has no place on an axis of floating-point numbers


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class CurvePlot:
    """What the picture is made of; places count in units of a box of `WIDTH` by `HEIGHT`."""

    before: str  # the data of an SVG path
    after: str  # "" where there is no conversion
    horizontal: tuple[Tick, ...]  # steps
    vertical: tuple[Tick, ...]  # rates
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def plot(steps: Sequence[int], before: Sequence[float], after: Sequence[float] | None) -> CurvePlot:
    """Return the picture of the learning rate over the steps.

    Args:
        steps: at which the rates are given, two or more, in order.
        before: the rate at each step, of the source; what is no finite number, or beyond all measure, leaves
            a gap.
        after: the same of the target; None where the schedule was not converted.
    """
    rates = [rate for rate in (*before, *(after or ())) if _can_be_drawn(rate)]
    low, high = min([0.0, *rates]), max([0.0, *rates])
    high = high if high - low > _SMALLEST else low + 1.0
    marks = _round_marks(low, high)
    high = max(high, marks[-1])
    last = steps[-1]

    def y(rate: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (rate - low) / (high - low), 2)

    def path(values: Sequence[float]) -> str:
        places = zip(steps, values, strict=True)
        runs = groupby(places, lambda place: _can_be_drawn(place[1]))
        return "".join(
            "M" + "L".join(f"{x_of(step, last)} {y(rate)}" for step, rate in run)
            for is_drawn, run in runs
            if is_drawn
        )

    return CurvePlot(
        path(before),
        path(after) if after else "",
        step_ticks(last),
        tuple(Tick(y(rate), _label(rate)) for rate in marks if low <= rate <= high),
    )


def _can_be_drawn(rate: float) -> bool:
    return math.isfinite(rate) and abs(rate) < _LARGEST


def x_of(step: float, last: float, margin: int = RIGHT) -> float:
    """Return where a step is; the axis goes from 0 to the last step, at the margin on the right."""
    return round(LEFT + (WIDTH - LEFT - margin) * step / last, 2)


def step_ticks(last: int, margin: int = RIGHT) -> tuple[Tick, ...]:
    """Return the marks on the axis of the steps."""
    marks = (step for step in _round_marks(0, last) if step <= last)
    return tuple(Tick(x_of(step, last, margin), f"{step:g}") for step in marks)


def largest_difference(before: Sequence[float], after: Sequence[float]) -> tuple[float, int]:
    """Return the largest difference between two curves, as a share of the highest rate, and its step."""
    highest = max(map(abs, (*before, *after)), default=0.0) or 1.0
    differences = [abs(a - b) / highest for a, b in zip(before, after, strict=True)]
    worst = max(range(len(differences)), key=differences.__getitem__, default=0)
    return (differences[worst] if differences else 0.0), worst


def _round_marks(low: float, high: float) -> list[float]:
    """Return round numbers from ``low`` to ``high`` or a little above it."""
    size = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(size))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= size * 0.999)
    first = math.floor(low / step)
    count = math.ceil((high - first * step) / step - 1e-9)
    return [(first + i) * step for i in range(count + 1)]


def _label(rate: float) -> str:
    if rate == 0:
        return "0"
    return f"{rate:.3g}" if 1e-3 <= abs(rate) < 1e4 else f"{rate:.2g}"
