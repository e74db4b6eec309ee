"""Draws how far the parameters are apart at each step, on a logarithmic axis, as the parts of an SVG picture.

There is no logarithm of 0: steps without a deviation stand on a line of their own below the axis, and those
beyond all measure, infinite ones among them, on one above it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from optconv.cli.html.curve_plot import BOTTOM, HEIGHT, LEFT, TOP, WIDTH, Tick, step_ticks, x_of

LOWEST, HIGHEST = -18, 4  # decades that the axis may have
_USUAL = (-8, 0)  # those that it has at least, so that the limits stand in the picture
_MOST_TICKS = 6
_RIGHT = 78  # a margin for the names of the limits
_ROW = 20  # the height of the line for 0, and of that for what is beyond the axis


@dataclass(frozen=True)
class DeviationPlot:
    """What the picture is made of; places count in units of a box of `WIDTH` by `HEIGHT`."""

    line: str  # the data of an SVG path
    horizontal: tuple[Tick, ...]  # steps
    vertical: tuple[Tick, ...]  # powers of ten; 0 and infinity where something stands there
    limits: tuple[float, ...]  # where those that were asked for are
    left: int = LEFT
    right: int = WIDTH - _RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def plot_deviations(deviations: Sequence[float], limits: Sequence[float]) -> DeviationPlot:
    """Return the picture of the deviations over the steps.

    Args:
        deviations: of each step, from the first one; one or more, none negative.
        limits: values to mark, positive ones.
    """
    axis = _axis(deviations)
    last = len(deviations)
    places = [(x_of(step, last, _RIGHT), value) for step, value in enumerate(deviations, start=1)]
    runs = ([*run] for _, run in groupby(places, lambda place: axis.part(place[1])))
    line = "".join(_run([(x, axis.y(value)) for x, value in run]) for run in runs)
    marks = tuple(axis.y(limit) for limit in limits)
    return DeviationPlot(line, step_ticks(last, _RIGHT), tuple(axis.ticks()), marks)


@dataclass(frozen=True)
class _Axis:
    low: int  # decades
    high: int
    apart: int  # decades from one mark to the next; there is one at either end
    has_zero: bool
    beyond: str  # what is written at the line above the axis; empty: there is none

    def part(self, value: float) -> str:
        """Return where a value stands: on the axis, below or above it."""
        if value < 10.0**LOWEST:
            return "zero"
        return "axis" if value <= 10.0**self.high else "beyond"

    def y(self, value: float) -> float:
        part = self.part(value)
        if part == "zero":
            return HEIGHT - BOTTOM
        if part == "beyond":
            return TOP
        top = TOP + (_ROW if self.beyond else 0)
        bottom = HEIGHT - BOTTOM - (_ROW if self.has_zero else 0)
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return round(bottom - (bottom - top) * share, 2)

    def ticks(self) -> Iterator[Tick]:
        for decade in range(self.high, self.low - 1, -self.apart):
            yield Tick(self.y(10.0**decade), f"1e{decade}" if decade else "1")
        if self.has_zero:
            yield Tick(self.y(0.0), "0")
        if self.beyond:
            yield Tick(self.y(math.inf), self.beyond)


def _axis(deviations: Sequence[float]) -> _Axis:
    most = 10.0**HIGHEST
    shown = [math.log10(value) for value in deviations if 10.0**LOWEST <= value <= most]
    low = min([_USUAL[0], *map(math.floor, shown)])
    high = max([_USUAL[1], *map(math.ceil, shown)])
    outside = [value for value in deviations if not value <= most]
    beyond = "" if not outside else "\u221e" if not all(map(math.isfinite, outside)) else f">1e{HIGHEST}"
    apart = math.ceil((high - low) / (_MOST_TICKS - 1))
    low = high - apart * math.ceil((high - low) / apart)
    return _Axis(low, high, apart, any(value < 10.0**LOWEST for value in deviations), beyond)


def _run(places: Sequence[tuple[float, float]]) -> str:
    """Return a part of the path; a single place is a line without a length, whose round ends are a dot."""
    drawn = "M" + "L".join(f"{x} {y}" for x, y in places)
    return f"{drawn}h0" if len(places) == 1 else drawn
