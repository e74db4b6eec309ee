"""Runs a torch script and its counterpart on the same problems and measures how far they come apart.

Where the counterpart comes from is not known here: `measure` converts, tests write pairs by hand.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optconv.parity.compare import CLOSENESSES, Closeness, Deviation, compare
from optconv.parity.workers import FrameworkWorker, Run, ScriptFailure, WorkerDiedError, WorkerTimeoutError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from optconv.parity.problem import Problem


Rates = tuple[float, ...]


@dataclass(frozen=True)
class ProblemResult:
    """What came out on one problem: a deviation, or the reason why there is none."""

    problem: str
    steps: int
    deviation: Deviation | None
    failure: str = ""
    rates: tuple[Rates, Rates] = ((), ())  # the learning rate behind each step, in torch and in the target


@dataclass(frozen=True)
class Measurement:
    """One script and its counterpart, measured on several problems."""

    torch_text: str
    target_text: str
    results: tuple[ProblemResult, ...]
    diagnostics: tuple[str, ...] = ()  # the codes that the conversion gave, in the order of the source
    warned: bool = True  # whether one of them is a warning or an error, so nothing changed in silence

    @property
    def failures(self) -> tuple[str, ...]:
        """Return why there is no deviation, for each problem where there is none."""
        return tuple(f"{result.problem}: {result.failure}" for result in self.results if result.failure)

    @property
    def worst(self) -> ProblemResult | None:
        """Return the result with the largest deviation; None when no problem could be measured."""
        measured = [result for result in self.results if result.deviation is not None]
        return max(measured, key=_largest_deviation, default=None)

    @property
    def closeness(self) -> Closeness | None:
        """Return the worst classification of any problem; None when no problem could be measured."""
        classes = [result.deviation.closeness for result in self.results if result.deviation is not None]
        return max(classes, key=CLOSENESSES.index, default=None)

    @property
    def moved(self) -> bool:
        """Return whether anything moved in torch on some problem. If not, nothing has been proven."""
        return any(result.deviation is not None and result.deviation.distance > 0 for result in self.results)


class WorkerPair:
    """A worker for torch and one for the target. A context manager: leaving it ends both."""

    def __init__(self, torch: FrameworkWorker, target: FrameworkWorker) -> None:
        self.torch = torch
        self.target = target

    def __enter__(self) -> WorkerPair:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End both processes."""
        self.torch.close()
        self.target.close()


def worker_pair(target: str) -> WorkerPair:
    """Return workers for torch and for a target framework, ``paddle``. Neither is started yet."""
    return WorkerPair(FrameworkWorker("torch"), FrameworkWorker(target))


def measure_scripts(
    torch_text: str, target_text: str, problems: Sequence[Problem], workers: WorkerPair
) -> Measurement:
    """Run both scripts on every problem, the frameworks at the same time, and compare the trajectories.

    Raises:
        FrameworkMissingError: One of the frameworks cannot be imported.
    """
    with ThreadPoolExecutor(max_workers=2) as threads:
        torch_runs = threads.submit(_run_all, workers.torch, torch_text, problems)
        target_runs = threads.submit(_run_all, workers.target, target_text, problems)
    runs = zip(problems, torch_runs.result(), target_runs.result(), strict=True)
    target = workers.target.framework
    results = tuple(_result(problem, ours, theirs, target) for problem, ours, theirs in runs)
    return Measurement(torch_text, target_text, results)


def _run_all(worker: FrameworkWorker, script: str, problems: Sequence[Problem]) -> list[Run | ScriptFailure]:
    return [_run_one(worker, script, problem) for problem in problems]


def _run_one(worker: FrameworkWorker, script: str, problem: Problem) -> Run | ScriptFailure:
    """Run one script; one that takes the process down or hangs is a result too, not the end."""
    try:
        return worker.run(script, problem)
    except (WorkerDiedError, WorkerTimeoutError) as error:
        return ScriptFailure(type(error).__name__, str(error), 0, "")


def _result(
    problem: Problem, ours: Run | ScriptFailure, theirs: Run | ScriptFailure, target: str
) -> ProblemResult:
    if isinstance(ours, ScriptFailure):
        return ProblemResult(problem.name, problem.steps, None, f"torch: {ours}")
    if isinstance(theirs, ScriptFailure):
        return ProblemResult(problem.name, problem.steps, None, f"{target}: {theirs}")
    rates = ours.rates, theirs.rates
    return ProblemResult(problem.name, len(ours.trajectory), compare(ours, theirs, problem), rates=rates)


def _largest_deviation(result: ProblemResult) -> float:
    return result.deviation.largest if result.deviation is not None else 0.0
