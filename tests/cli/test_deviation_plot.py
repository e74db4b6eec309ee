"""The picture of the deviations: a logarithmic axis, with places for what has no logarithm."""

from __future__ import annotations

import math
import re

from hypothesis import given
from hypothesis import strategies as st

from optconv.cli.html.curve_plot import plot
from optconv.cli.verify.deviation_plot import DeviationPlot, plot_deviations


def places(picture: DeviationPlot) -> list[tuple[float, float]]:
    """Return the places of the steps in the picture."""
    return [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", picture.line)]


def label_at(picture: DeviationPlot, y: float) -> str:
    (label,) = (tick.label for tick in picture.vertical if tick.at == y)
    return label


def test_a_power_of_ten_stands_at_its_mark() -> None:
    picture = plot_deviations([1e-8, 1e-6, 1e-4, 1.0], [])
    assert [label_at(picture, y) for _, y in places(picture)] == ["1e-8", "1e-6", "1e-4", "1"]
    assert picture.line.count("M") == 1


def test_limits_stand_between_the_decades_that_they_are_of() -> None:
    picture = plot_deviations([1e-7], [1e-3, 2e-5])
    marks = {tick.label: tick.at for tick in picture.vertical}
    close, exact = picture.limits
    assert marks["1e-2"] < close < marks["1e-4"] < exact < marks["1e-6"]


def test_zeros_and_infinities_stand_on_lines_of_their_own() -> None:
    picture = plot_deviations([0.0, 0.0, 1e-8, 1e-5, math.inf, 0.0], [])
    labels = [tick.label for tick in picture.vertical]
    assert labels[-2:] == ["0", "\u221e"]
    found = [y for _, y in places(picture)]
    assert found[0] == found[1] == found[5] == picture.bottom
    assert found[4] == picture.top
    assert picture.top < found[3] < found[2] < picture.bottom
    assert picture.line.count("M") == 4  # nothing is drawn from one of them to the next
    assert picture.line.count("h0") == 2  # a step alone is a dot


def test_only_zeros_are_a_line_at_the_bottom() -> None:
    picture = plot_deviations([0.0] * 3, [1e-3])
    assert {y for _, y in places(picture)} == {picture.bottom}


def test_what_is_finite_and_beyond_the_axis_is_not_called_infinite() -> None:
    assert [tick.label for tick in plot_deviations([1e9, 1.0], []).vertical][-1] == ">1e4"


@given(st.lists(st.floats(min_value=0.0, allow_nan=False), min_size=1, max_size=60))
def test_every_step_stands_in_the_box_in_the_order_of_the_deviations(deviations: list[float]) -> None:
    picture = plot_deviations(deviations, [1e-3, 2e-5])
    found = places(picture)
    assert len(found) == len(deviations)
    assert [x for x, _ in found] == sorted(x for x, _ in found)
    for (_, y), value in zip(found, deviations, strict=True):
        assert picture.top <= y <= picture.bottom
        for (_, other_y), other in zip(found, deviations, strict=True):
            assert value >= other or y >= other_y
    for limit in picture.limits:
        assert picture.top < limit < picture.bottom


@given(st.lists(st.floats(), min_size=2, max_size=30))
def test_rates_of_any_kind_can_be_drawn(rates: list[float]) -> None:
    picture = plot(range(1, len(rates) + 1), rates, rates)
    assert not re.search("nan|inf", picture.before)
    drawn = [float(y) for y in re.findall(r" ([^ML]+)", picture.before)]
    assert len(drawn) == sum(math.isfinite(rate) and abs(rate) < 1e100 for rate in rates)
    assert all(picture.top <= y <= picture.bottom for y in drawn)
