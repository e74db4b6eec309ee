"""Draws the learning rate of one schedule before and after its conversion, as the parts of an SVG picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 420, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 68, 10, 10, 28  # margins for the labels of the axes
_TICKS = 4


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
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = HEIGHT - _BOTTOM


def plot(steps: Sequence[int], before: Sequence[float], after: Sequence[float] | None) -> CurvePlot:
    """Return the picture of the learning rate over the steps.

    Args:
        steps: at which the rates are given, two or more, in order.
        before: the rate at each step, of the source.
        after: the same of the target; None where the schedule was not converted.
    """
    rates = [*before, *(after or ())]
    low, high = min(0.0, *rates), max(rates)
    high = high if high > low else low + 1.0
    marks = _round_marks(low, high)
    high = max(high, marks[-1])
    last = steps[-1]

    def x(step: float) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * step / last, 2)

    def y(rate: float) -> float:
        return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * (rate - low) / (high - low), 2)

    def path(values: Sequence[float]) -> str:
        return "M" + "L".join(f"{x(step)} {y(rate)}" for step, rate in zip(steps, values, strict=True))

    return CurvePlot(
        path(before),
        path(after) if after else "",
        tuple(Tick(x(step), f"{step:g}") for step in _round_marks(0, last) if step <= last),
        tuple(Tick(y(rate), _label(rate)) for rate in marks if low <= rate <= high),
    )


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
