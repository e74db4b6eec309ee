"""A series of numbers as one line of characters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

_BARS = "▁▂▃▄▅▆▇█"
_ASCII = "_.-=+*#@"
_NONE = "·"


def sparkline(values: Sequence[float], most: int = 40, *, unicode: bool = True) -> str:
    """Return a line with one character for each value, or for each group of neighbours where there are many.

    The lowest bar is 0 or the smallest value, if that is negative; the highest bar is the largest value. Of a
    group the largest is shown. What is no finite number is a dot.

    Args:
        values: in order.
        most: how many characters there may be.
        unicode: whether the terminal has block characters.
    """
    shown = _largest_of_groups(values, most)
    finite = [value for value in shown if math.isfinite(value)]
    low, high = min([0.0, *finite]), max([0.0, *finite])
    bars = _BARS if unicode else _ASCII
    return "".join(_bar(value, low, high, bars) for value in shown)


def _bar(value: float, low: float, high: float, bars: str) -> str:
    if not math.isfinite(value):
        return _NONE if bars is _BARS else "!"
    if high == low:
        return bars[0]
    return bars[round((len(bars) - 1) * (value - low) / (high - low))]


def _largest_of_groups(values: Sequence[float], most: int) -> list[float]:
    if len(values) <= most:
        return list(values)
    bounds = [round(len(values) * i / most) for i in range(most + 1)]
    return [_largest(values[start:end]) for start, end in pairwise(bounds)]


def _largest(values: Sequence[float]) -> float:
    return next((value for value in values if not math.isfinite(value)), max(values))
