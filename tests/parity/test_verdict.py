"""A row's promise is checked from both sides."""

from __future__ import annotations

from math import inf

import pytest

from optconv.parity.compare import Deviation
from optconv.parity.run import Measurement, ProblemResult
from optconv.parity.verdict import find_faults


def measured(*worst: float, warned: bool = True, distance: float = 1.0) -> Measurement:
    """A measurement with these deviations on problems called a, b, ..."""
    results = tuple(
        ProblemResult("abc"[number], 40, Deviation(share, 7, 2, share, distance=distance))
        for number, share in enumerate(worst)
    )
    return Measurement("", "", results, warned=warned)


@pytest.mark.parametrize(
    ("expected", "worst"), [("exact", 1e-6), ("close", 1e-4), ("lossy", 0.5), ("lossy", inf)]
)
def test_a_row_that_says_what_is_so_has_no_faults(expected: str, worst: float) -> None:
    assert find_faults(measured(1e-7, worst), expected) == ()


def test_a_row_that_calls_lossy_what_is_close_here_errs_on_the_safe_side() -> None:
    assert find_faults(measured(1e-4), "lossy") == ()


@pytest.mark.parametrize(
    ("expected", "worst", "fault"),
    [
        ("exact", 1e-4, "is called exact and measures close: 1.0e-04 on b (step 7, parameter 2)"),
        ("exact", 0.5, "is called exact and measures lossy: 5.0e-01 on b (step 7, parameter 2)"),
        ("close", inf, "is called close and measures lossy: inf on b (step 7, parameter 2)"),
        ("lossy", 1e-5, "is called lossy and measures exact: 1.0e-05 on b, at most 2e-05; over-warning"),
        ("close", 1e-5, "is called close and measures exact: 1.0e-05 on b, at most 2e-05; over-warning"),
        ("good", 1e-5, "expects 'good'; known are exact, close, lossy"),
    ],
)
def test_a_row_that_says_what_is_not_so_is_told(expected: str, worst: float, fault: str) -> None:
    assert find_faults(measured(1e-7, worst), expected) == (fault,)


def test_other_numbers_without_a_warning_break_the_promise() -> None:
    faults = find_faults(measured(0.5, warned=False), "lossy")
    assert faults == ("changes the numbers in silence: 5.0e-01 on a, and no warning",)


def test_the_same_numbers_need_no_warning() -> None:
    assert find_faults(measured(0.0, warned=False), "exact") == ()


def test_a_case_in_which_nothing_moves_proves_nothing() -> None:
    faults = find_faults(measured(0.0, 0.0, distance=0.0), "exact")
    assert faults == ("proves nothing: no parameter moves in torch",)


def test_a_script_that_fails_the_same_way_everywhere_is_one_fault() -> None:
    failed = tuple(ProblemResult(name, 40, None, "paddle: TypeError: no") for name in "ab")
    other = ProblemResult("c", 40, None, "paddle: ValueError: no")
    faults = find_faults(Measurement("", "", (*failed, other)), "exact")
    assert faults == (
        "did not run on a, b: paddle: TypeError: no",
        "did not run on c: paddle: ValueError: no",
    )


def test_no_problems_are_no_proof() -> None:
    assert find_faults(Measurement("", "", ()), "exact") == ("was measured on no problem",)
