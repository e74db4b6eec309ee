"""How far two trajectories are apart, and what that is called."""

from __future__ import annotations

from math import inf, nan
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optconv.parity.compare import Deviation, classify, compare
from optconv.parity.problem import Parameter, Problem
from optconv.parity.workers import Run


def problem_with(
    start: tuple[float, ...],
    steps: int,
    dtype: Literal["float32", "float64"] = "float64",
    reads_rate: bool = False,
) -> Problem:
    """A problem with one parameter; compare looks only at where it starts."""
    parameters = (Parameter((len(start),), start),)
    return Problem("one", parameters, ((None,),) * steps, (0.0,) * steps, dtype, (0.0,), reads_rate)


def run_of(*values: float, observed: tuple[float, ...] = ()) -> Run:
    """A run of one parameter with one element."""
    return Run(tuple(((value,),) for value in values), observed)


def deviation_of(
    ours: Run,
    theirs: Run,
    start: float = 0.0,
    dtype: Literal["float32", "float64"] = "float64",
    reads_rate: bool = False,
) -> Deviation:
    return compare(ours, theirs, problem_with((start,), len(ours.trajectory), dtype, reads_rate))


# A difference counts in shares of the way, not of the parameter.


def test_equal_runs_do_not_deviate() -> None:
    deviation = deviation_of(run_of(1.0, 2.0), run_of(1.0, 2.0))
    assert (deviation.worst, deviation.worst_absolute, deviation.distance) == (0.0, 0.0, 2.0)
    assert deviation.closeness == "exact"


def test_a_small_step_of_a_large_parameter_that_is_half_as_long_is_off_by_half() -> None:
    deviation = deviation_of(run_of(1000.002), run_of(1000.001), start=1000.0)
    assert deviation.worst == pytest.approx(0.5, rel=1e-6)
    assert deviation.worst_absolute == pytest.approx(0.001, rel=1e-6)


def test_the_way_is_the_farthest_from_the_start_not_the_last() -> None:
    assert deviation_of(run_of(10.0, 0.0), run_of(10.0, 1.0)).worst == pytest.approx(0.1)


def test_a_difference_in_one_step_is_seen_and_located() -> None:
    deviation = deviation_of(run_of(1.0, 2.0, 3.0, 4.0), run_of(1.0, 2.0, 3.4, 4.0))
    assert (deviation.step, deviation.parameter) == (2, 0)
    assert deviation.worst == pytest.approx(0.1)
    assert deviation.closeness == "lossy"


def test_a_difference_in_one_element_of_one_parameter_is_seen_and_located() -> None:
    start = (Parameter((1,), (0.0,)), Parameter((3,), (0.0, 0.0, 0.0)))
    problem = Problem("two", start, ((None, None),), (0.0,))
    ours, theirs = Run((((1.0,), (1.0, 2.0, 4.0)),)), Run((((1.0,), (1.0, 2.1, 4.0)),))
    deviation = compare(ours, theirs, problem)
    assert deviation.parameter == 1
    assert deviation.worst == pytest.approx(0.1 / 4)


def test_each_parameter_is_measured_by_its_own_way() -> None:
    start = (Parameter((1,), (0.0,)), Parameter((1,), (0.0,)))
    problem = Problem("two", start, ((None, None),), (0.0,))
    deviation = compare(Run((((100.0,), (0.1,)),)), Run((((100.0,), (0.2,)),)), problem)
    assert deviation.worst == pytest.approx(1.0)


# Where torch does not move, nothing may.


def test_both_stand_still() -> None:
    deviation = deviation_of(run_of(1.0, 1.0), run_of(1.0, 1.0), start=1.0)
    assert (deviation.closeness, deviation.distance) == ("exact", 0.0)


def test_the_slightest_movement_is_lossy() -> None:
    deviation = deviation_of(run_of(1.0, 1.0), run_of(1.0, 1.0 + 1e-15), start=1.0)
    assert deviation.worst == inf
    assert deviation.closeness == "lossy"


def test_rounding_excuses_nothing_there() -> None:
    deviation = deviation_of(run_of(1.0), run_of(1.0 + 2**-23), start=1.0, dtype="float32")
    assert deviation.closeness == "lossy"


# NaN and infinity are equal to themselves and infinitely far from anything else.


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_the_same_in_the_same_place_is_equal(value: float) -> None:
    assert deviation_of(run_of(1.0, value), run_of(1.0, value)).closeness == "exact"


@pytest.mark.parametrize(
    ("ours", "theirs"), [(nan, 1.0), (1.0, nan), (inf, 1.0), (1.0, inf), (inf, -inf), (nan, inf)]
)
def test_anything_else_is_infinitely_far(ours: float, theirs: float) -> None:
    deviation = deviation_of(run_of(1.0, ours), run_of(1.0, theirs))
    assert (deviation.worst, deviation.step, deviation.closeness) == (inf, 1, "lossy")


def test_what_is_not_finite_does_not_lengthen_the_way() -> None:
    deviation = deviation_of(run_of(1.0, inf), run_of(1.5, inf))
    assert deviation.worst == pytest.approx(0.5)
    assert deviation.distance == 1.0


def test_a_run_of_nothing_but_nan_has_not_moved() -> None:
    assert deviation_of(run_of(nan, nan), run_of(nan, nan)).distance == 0.0


# Single precision is allowed a unit in the last place for each step.


def test_float32_may_differ_by_one_unit_in_the_last_place_a_step() -> None:
    ours, theirs = run_of(1.0, 1.0, 1.001), run_of(1.0, 1.0, 1.001 + 3 * 2**-23)
    assert deviation_of(ours, theirs, start=1.0, dtype="float32").worst == 0.0


def test_but_not_in_the_first_step_by_what_three_may() -> None:
    ours, theirs = run_of(1.001), run_of(1.001 + 3 * 2**-23)
    assert deviation_of(ours, theirs, start=1.0, dtype="float32").closeness == "close"


def test_float64_is_allowed_nothing() -> None:
    ours, theirs = run_of(1.0, 1.0, 1.001), run_of(1.0, 1.0, 1.001 + 3 * 2**-23)
    assert deviation_of(ours, theirs, start=1.0).closeness == "close"


# On a rate problem the movement of a step is the rate of that step.


def test_rates_are_relative_to_the_highest() -> None:
    deviation = deviation_of(run_of(-1.0, -1.5, -1.6), run_of(-1.0, -1.5, -1.65), reads_rate=True)
    assert deviation.worst_rate == pytest.approx(0.05)


def test_a_rate_that_is_made_up_for_later_is_still_wrong() -> None:
    ours, theirs = run_of(-1.0, -2.0, -100.0), run_of(-1.5, -2.0, -100.0)
    deviation = deviation_of(ours, theirs, reads_rate=True)
    assert deviation.worst_rate == pytest.approx(0.5 / 98)
    assert deviation.closeness == "lossy"


def test_other_problems_have_no_rates() -> None:
    assert deviation_of(run_of(1.0), run_of(2.0)).worst_rate is None


# Numbers that a script reads count as much as parameters.


def test_a_difference_shows() -> None:
    ours, theirs = run_of(1.0, observed=(0.1, 0.05)), run_of(1.0, observed=(0.1, 0.06))
    deviation = deviation_of(ours, theirs)
    assert deviation.worst_observed == pytest.approx(0.1)
    assert (deviation.worst, deviation.closeness) == (0.0, "lossy")


def test_another_count_is_infinitely_far() -> None:
    assert deviation_of(run_of(1.0, observed=(1.0,)), run_of(1.0)).largest == inf


def test_anything_but_zero_is_infinitely_far_from_zero() -> None:
    assert deviation_of(run_of(1.0, observed=(0.0,)), run_of(1.0, observed=(1e-9,))).largest == inf


def test_another_number_of_records_is_infinitely_far() -> None:
    deviation = deviation_of(run_of(1.0, 2.0), run_of(1.0))
    assert (deviation.worst, deviation.step, deviation.closeness) == (inf, 1, "lossy")


@pytest.mark.parametrize(
    ("relative", "expected"),
    [(0.0, "exact"), (2e-5, "exact"), (2.1e-5, "close"), (1e-3, "close"), (1.1e-3, "lossy"), (inf, "lossy")],
)
def test_bounds(relative: float, expected: str) -> None:
    assert classify(relative) == expected


FINITE = st.floats(-1e6, 1e6, allow_subnormal=False)


@given(st.lists(FINITE, min_size=1, max_size=6), st.integers(0, 5), st.floats(1e-2, 1e3))
def test_a_change_of_any_step_by_a_share_of_the_way_is_that_share(
    path: list[float], place: int, share: float
) -> None:
    distance = max(abs(value) for value in path)
    changed = list(path)
    place %= len(path)
    changed[place] += share * (distance or 1.0)
    worst = deviation_of(run_of(*path), run_of(*changed)).worst
    assert worst == (pytest.approx(share, rel=1e-6) if distance else inf)


def test_a_trajectory_that_leaves_the_numbers_is_marked() -> None:
    problem = Problem("one", (Parameter((1,), (0.0,)),), (((1.0,),),), (0.0,))
    assert compare(Run((((inf,),),)), Run((((inf,),),)), problem).diverged
    assert not compare(Run((((1.0,),),)), Run((((inf,),),)), problem).diverged


def test_a_way_that_is_only_a_rounding_is_no_way() -> None:
    """A schedule ends at 1e-17 in one framework and at 0 in the other: that moves nothing."""
    problem = Problem("one", (Parameter((1,), (1.0,)),), (((1.0,),),), (0.0,))
    deviation = compare(Run((((1.0 + 2.0**-52,),),)), Run((((1.0,),),)), problem)
    assert deviation.worst < 1e-10
