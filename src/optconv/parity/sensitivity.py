"""Whether torch itself has no more digits than a target differs by.

Centered RMSprop subtracts two moments that are almost the same when its gradients are, and divides by the
root of what is left: in float32 that is rounding. Two right implementations come apart there, and a deviation
says nothing about either of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from optconv.parity.compare import EXACT, compare
from optconv.parity.problem import Parameter, Problem, Values
from optconv.parity.workers import ScriptFailure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optconv.parity.run import Measurement
    from optconv.parity.workers import FrameworkWorker

_SHARE = 0.1  # of a deviation: rounding in torch that is as large as this explains it
_FACTORS = {"float32": 1 + 2.0**-22, "float64": 1 + 2.0**-50}  # the last digits of every number


def is_sensitive(measurement: Measurement, problems: Sequence[Problem], torch: FrameworkWorker) -> bool:
    """Return whether torch's own numbers come apart by as much as a target's, on every problem that tells.

    Torch is run once more on each problem that is not exact: from numbers that differ in their last digits
    and, where the problem is in float32, in float64.

    Args:
        measurement: on which at least one problem came out other than exact.
        problems: those that were measured.
        torch: the worker of torch.

    Raises:
        FrameworkMissingError: torch cannot be imported.
    """
    deviations = {
        result.problem: result.deviation.largest
        for result in measurement.results
        if result.deviation is not None and result.deviation.largest > EXACT
    }
    told = [problem for problem in problems if problem.name in deviations]
    return bool(told) and all(
        _own_deviation(measurement.torch_text, problem, torch) > _SHARE * deviations[problem.name]
        for problem in told
    )


def _own_deviation(script: str, problem: Problem, torch: FrameworkWorker) -> float:
    """Return how far torch is from itself, relative to the way travelled."""
    first = torch.run(script, problem)
    if isinstance(first, ScriptFailure):
        return 0.0
    others = [_nudged(problem)]
    if problem.dtype == "float32":
        others.append(replace(problem, dtype="float64"))
    runs = [torch.run(script, other) for other in others]
    return max(
        compare(first, run, problem).largest if not isinstance(run, ScriptFailure) else 0.0 for run in runs
    )


def _nudged(problem: Problem) -> Problem:
    """Return the problem with other last digits in its parameters and gradients."""
    factor = _FACTORS[problem.dtype]

    def nudge(values: Values) -> Values:
        return tuple(value * factor for value in values)

    return replace(
        problem,
        parameters=tuple(Parameter(p.shape, nudge(p.values)) for p in problem.parameters),
        gradients=tuple(
            tuple(None if values is None else nudge(values) for values in step) for step in problem.gradients
        ),
    )
