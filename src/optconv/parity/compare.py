"""How far two trajectories are apart, and what that is called.

Distances are relative to the way a parameter has travelled, not to its size: an optimizer that moves a
parameter from 1.0 to 1.001 instead of 1.002 is wrong by half, though the parameters agree to three digits.
No script is run here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, isfinite, isnan
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from optconv.parity.problem import Problem
    from optconv.parity.workers import Run

Closeness = Literal["exact", "close", "lossy"]
CLOSENESSES: tuple[Closeness, ...] = ("exact", "close", "lossy")  # from best to worst

EXACT = 2e-5  # of the distance travelled; paddle keeps hyper-parameters as float32, so it cannot be sharper
CLOSE = 1e-3  # of the distance travelled
# Per step and unit of parameter. Every step rounds the parameter in both frameworks, half a unit in the last
# place each, and the error can go the same way every time: AdamW with a weight decay of lr * wd = 1e-6 in
# float32 does. In float64 it matters where a schedule should end at 0 and ends at a rounding of it.
ROUNDING = {"float32": 2.0**-23, "float64": 2.0**-52}


@dataclass(frozen=True)
class Deviation:
    """How far a trajectory is from torch's.

    Attributes:
        worst: The largest of (max|a - b| - rounding) / distance over all steps and parameters, where
            distance is max over all steps of max|p_t - p_0| for that parameter in torch, and rounding is
            ``ROUNDING`` * max|p| * steps so far. Infinite when a parameter moves that stands still in
            torch, when only one of two numbers is finite, or when one script records more steps.
        step: Where that is, counted from 0.
        parameter: Where that is, counted from 0.
        worst_absolute: The largest max|a - b|, in units of the parameters.
        worst_rate: The largest difference in how far a parameter moves in one step, relative to the
            largest movement in torch; only of a problem from which rates can be read.
        worst_observed: The largest difference of observed values, relative to the largest in torch.
        distance: The longest way a parameter travelled in torch; 0.0 when nothing moved.
        diverged: Whether a parameter became infinite or NaN in torch.
        by_step: What ``worst`` is the largest of, for each step: the largest of any parameter.
    """

    worst: float
    step: int
    parameter: int
    worst_absolute: float
    worst_rate: float | None = None
    worst_observed: float = 0.0
    distance: float = 0.0
    diverged: bool = False
    by_step: tuple[float, ...] = field(default=(), repr=False)

    @property
    def largest(self) -> float:
        """Return the largest of the relative deviations; the classification is about this number."""
        return max(self.worst, self.worst_rate or 0.0, self.worst_observed)

    @property
    def closeness(self) -> Closeness:
        """Return exact (at most 2e-5), close (at most 1e-3) or lossy."""
        return classify(self.largest)


def classify(relative: float) -> Closeness:
    """Return what a relative deviation is called."""
    if relative <= EXACT:
        return "exact"
    return "close" if relative <= CLOSE else "lossy"


def compare(torch_run: Run, target_run: Run, problem: Problem) -> Deviation:
    """Return how far the target's run is from torch's on the same problem."""
    ours, theirs = torch_run.trajectory, target_run.trajectory
    worst = (0.0, 0, 0)
    worst_absolute = longest = 0.0
    by_step = [0.0] * min(len(ours), len(theirs))
    for index, parameter in enumerate(problem.parameters):
        path = [step[index] for step in ours]
        ways = (_difference(values, parameter.values, finite_only=True) for values in path)
        distance = max(ways, default=0.0)
        size = _largest(value for values in (parameter.values, *path) for value in values)
        longest = max(longest, distance)
        for step, (our_values, their_step) in enumerate(zip(path, theirs, strict=False)):
            absolute = _difference(our_values, their_step[index])
            worst_absolute = max(worst_absolute, absolute)
            rounding = ROUNDING[problem.dtype] * size * (step + 1)
            share = _share(absolute, distance, rounding)
            by_step[step] = max(by_step[step], share)
            worst = max(worst, (share, step, index), key=_first)
    if len(ours) != len(theirs):  # the scripts did not even record the same number of steps
        worst = (inf, min(len(ours), len(theirs)), 0)
    rate = _rate_deviation(ours, theirs, problem) if problem.reads_rate else None
    observed = _relative(torch_run.observed, target_run.observed)
    diverged = not all(isfinite(value) for step in ours for values in step for value in values)
    return Deviation(*worst, worst_absolute, rate, observed, longest, diverged, tuple(by_step))


def _first(place: tuple[float, int, int]) -> float:
    return place[0]


def _share(absolute: float, distance: float, rounding: float) -> float:
    """Return which share of the distance a difference is, beyond what rounding explains."""
    if distance == 0.0:  # nothing may move here, not even by a rounding
        return inf if absolute > 0.0 else 0.0
    return max(0.0, absolute - rounding) / distance


def _rate_deviation(
    ours: Sequence[Sequence[Sequence[float]]], theirs: Sequence[Sequence[Sequence[float]]], problem: Problem
) -> float:
    """Return max over steps of |movement - torch's movement| / max over steps of |torch's movement|."""
    start = tuple(parameter.values for parameter in problem.parameters)
    return _relative(_movements(start, ours), _movements(start, theirs))


def _movements(
    start: Sequence[Sequence[float]], path: Sequence[Sequence[Sequence[float]]]
) -> tuple[float, ...]:
    """Return by how much each element moves in each step."""
    return tuple(
        new - old
        for before, after in zip((start, *path), path, strict=False)
        for old_values, new_values in zip(before, after, strict=True)
        for old, new in zip(old_values, new_values, strict=True)
    )


def _relative(reference: Sequence[float], candidate: Sequence[float]) -> float:
    """Return max|a - b| / max|a|; infinite when the lengths differ or only ``a`` is all zero."""
    if len(reference) != len(candidate):
        return inf
    return _share(_difference(reference, candidate), _largest(reference), 0.0)


def _difference(left: Sequence[float], right: Sequence[float], finite_only: bool = False) -> float:
    """Return max|a - b|. Two NaN or equal infinities are equal; one of them alone is infinitely far.

    With ``finite_only``, elements of which one is not finite are left out.
    """
    worst = 0.0
    for a, b in zip(left, right, strict=True):
        if a == b or (isnan(a) and isnan(b)):
            continue
        if isfinite(a) and isfinite(b):
            worst = max(worst, abs(a - b))
        elif not finite_only:
            return inf
    return worst


def _largest(values: Iterable[float]) -> float:
    """Return max|a| over the finite values."""
    return max((abs(value) for value in values if isfinite(value)), default=0.0)
