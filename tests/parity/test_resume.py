"""Training that is saved in one process and resumed in another goes on as in PyTorch, or the tables say not.

Every optimizer and scheduler that a row is measured with trains 20 steps; its state is saved; a fresh process
builds everything again in the same order, loads the state and trains 20 more.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from optconv.converter import Outcome, convert_source
from optconv.mappings import load_tables
from optconv.mappings.schema import Row
from optconv.parity.compare import Deviation, compare
from optconv.parity.problem import Parameter, plain_problem
from optconv.parity.run import worker_pair
from optconv.parity.workers import FrameworkWorker, Run

from .fake_framework import succeed

TABLES = load_tables("paddle")
PROBLEM = plain_problem("resume")
HALF = PROBLEM.steps // 2
SCRIPT = """\
import torch
{optimizer}
{scheduler}
if {start}:
    optimizer.load_state_dict(torch.load({path!r} + "/{name}.optimizer"))
    {load}
for step in range({start}, {start} + {half}):
    optimizer.zero_grad()
    backward(step)
    optimizer.step()
    {step}
    record()
torch.save(optimizer.state_dict(), {path!r} + "/{name}.optimizer")
{save}
"""
LOAD = 'scheduler.load_state_dict(torch.load({path!r} + "/{name}.scheduler"))'
SAVE = 'torch.save(scheduler.state_dict(), {path!r} + "/{name}.scheduler")'
_LEFT = (Outcome.DECLINED, Outcome.NOT_UNDERSTOOD)


@dataclass(frozen=True)
class Case:
    """One call of a row."""

    api: str
    call: str
    expected: str  # how it ends without being interrupted
    step_argument: str = ""

    @property
    def is_scheduler(self) -> bool:
        """Return whether it is about a scheduler."""
        return "(optimizer" in self.call

    def script(self, start: int, path: Path, number: int) -> str:
        """Return the whole script of one half."""
        names = {"path": str(path), "name": str(number)}
        with_scheduler = self.is_scheduler
        return SCRIPT.format(
            optimizer="optimizer = torch.optim.Adam(params, lr=0.1)"
            if with_scheduler
            else f"optimizer = {self.call}",
            scheduler=f"scheduler = {self.call}" if with_scheduler else "",
            load=LOAD.format(**names) if with_scheduler else "pass",
            save=SAVE.format(**names) if with_scheduler else "",
            step=f"scheduler.step({self.step_argument})" if with_scheduler else "",
            start=start,
            half=HALF,
            **names,
        )


def is_call(code: str) -> bool:
    try:
        return isinstance(ast.parse(code.strip(), mode="eval").body, ast.Call)
    except SyntaxError:
        return False


def cases_of(row: Row) -> list[Case]:
    codes = [case for case in row.parity if is_call(case.code)]
    return [Case(row.api, case.code.strip(), case.expected, case.step_argument) for case in codes]


def is_declined(case: Case) -> bool:
    """Return whether the converter leaves some of it: then it has said so, and there is nothing to run."""
    script = case.script(HALF, Path(), 0)
    return any(reference.outcome in _LEFT for reference in convert_source(script.encode(), TABLES).references)


CASES = [case for row in TABLES.rows() for case in cases_of(row) if not is_declined(case)]


def converted(script: str) -> str:
    """Return the script for paddle. Where a file is read or written by torch still, paddle takes its place."""
    conversion = convert_source(script.encode(), TABLES)
    text = conversion.source.decode().replace("import torch\n", "")
    return text.replace("torch.save(", "paddle.save(").replace("torch.load(", "paddle.load(")


def train_half(worker: FrameworkWorker, scripts: list[str], starts: list[tuple[Parameter, ...]]) -> list[Run]:
    """Run one half of all cases in a fresh process, in order: state is found by names that are counted up."""
    problems = [replace(PROBLEM, parameters=parameters) for parameters in starts]
    runs = [worker.run(script, problem) for script, problem in zip(scripts, problems, strict=True)]
    worker.close()
    return [succeed(run) for run in runs]


def reached(run: Run) -> tuple[Parameter, ...]:
    shapes = [parameter.shape for parameter in PROBLEM.parameters]
    return tuple(Parameter(shape, values) for shape, values in zip(shapes, run.trajectory[-1], strict=True))


@pytest.fixture(scope="module")
def deviations(tmp_path_factory: pytest.TempPathFactory) -> dict[Case, Deviation]:
    # The second half starts in both where torch has come to: a difference of the first half is no matter here.
    folders = {name: tmp_path_factory.mktemp(name) for name in ("torch", "paddle")}
    resumed: dict[str, list[Run]] = {}
    halfway: list[tuple[Parameter, ...]] = []
    with worker_pair("paddle") as workers:
        for worker in (workers.torch, workers.target):
            name = worker.framework
            for start in (0, HALF):
                scripts = [case.script(start, folders[name], i) for i, case in enumerate(CASES)]
                scripts = scripts if name == "torch" else [converted(script) for script in scripts]
                runs = train_half(worker, scripts, halfway if start else [PROBLEM.parameters] * len(CASES))
                halfway = halfway or [reached(run) for run in runs]
            resumed[name] = runs
    problems = [replace(PROBLEM, parameters=parameters) for parameters in halfway]
    pairs = zip(CASES, resumed["torch"], resumed["paddle"], problems, strict=True)
    return {case: compare(ours, theirs, problem) for case, ours, theirs, problem in pairs}


def is_warned_of(api: str) -> bool:
    """Return whether the class's own row says that loading its state differs; the base's is about other things."""
    row = TABLES.row(api)
    member = row.members.get("load_state_dict") if row is not None else None
    return member is not None and any(case.differs or case.lossy for case in member.cases)


def test_resumed_training_goes_on_as_in_torch_or_the_row_says_that_it_does_not(
    deviations: dict[Case, Deviation],
) -> None:
    silent = [
        f"{case.call}: {deviation.largest:.1e} at step {deviation.step}"
        for case, deviation in deviations.items()
        if case.expected == "exact" and deviation.closeness != "exact" and not is_warned_of(case.api)
    ]
    assert silent == []


def test_no_row_warns_of_a_difference_that_is_not_there(deviations: dict[Case, Deviation]) -> None:
    for api in {case.api for case in deviations if is_warned_of(case.api)}:
        measured = [deviation for case, deviation in deviations.items() if case.api == api]
        assert any(deviation.closeness != "exact" for deviation in measured), api


def test_every_row_that_is_converted_is_resumed(deviations: dict[Case, Deviation]) -> None:
    """Rows of which every case is a script of its own (LBFGS with its closure) are not."""
    assert {case.api for case in deviations} == {case.api for case in CASES}
    assert len(deviations) >= 60
