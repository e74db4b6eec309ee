"""Frameworks, each in a process of its own: MindSpore cannot share one with torch or paddle.

A `FrameworkWorker` imports its framework once (that costs seconds) and then runs many scripts. What is
compared with what is not known here.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from optconv.parity.worker_process import (
    WorkerDiedError,
    WorkerError,
    WorkerProcess,
    WorkerTimeoutError,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from optconv.parity.problem import Problem

__all__ = [
    "FrameworkMissingError",
    "FrameworkWorker",
    "Run",
    "ScriptFailure",
    "WorkerDiedError",
    "WorkerError",
    "WorkerTimeoutError",
]

START_SECONDS = 180.0
JOB_SECONDS = 60.0

_SERVE = Path(__file__).parent / "worker" / "serve.py"
_REQUIREMENTS = {  # as in pyproject.toml
    "torch": "torch==2.13.0",
    "paddle": "paddlepaddle>=3.3,<3.4",
    "mindspore": "mindspore>=2.10,<2.11",
}

_Result = TypeVar("_Result")


class FrameworkMissingError(WorkerError):
    """The framework cannot be imported. The message has the command that installs it.

    Attributes:
        framework: its name.
        python: the interpreter that was tried.
        reason: what the import raised.
        requirement: what is to be installed.
    """

    def __init__(self, framework: str, python: str, reason: str) -> None:
        self.framework = framework
        self.python = python
        self.reason = reason
        self.requirement = _REQUIREMENTS.get(framework, framework)
        super().__init__(
            f"{framework} cannot be imported by {python}: {reason}\n"
            f"Install it:  {python} -m pip install '{self.requirement}'\n"
            f"or name an interpreter that has it in OPTCONV_PYTHON_{framework.upper()}."
        )


@dataclass(frozen=True)
class Run:
    """What a script did on one problem."""

    trajectory: tuple[tuple[tuple[float, ...], ...], ...]  # [record][parameter][element, row-major]
    observed: tuple[float, ...] = ()
    warnings: tuple[str, ...] = ()
    rates: tuple[
        float, ...
    ] = ()  # of the first parameter group, behind each step; only where they are recorded


@dataclass(frozen=True)
class ScriptFailure:
    """An exception that a script raised."""

    type: str
    message: str
    line_number: int  # in the script, counted from 1; 0 when no line of the script took part
    line: str

    def __str__(self) -> str:
        place = f" (line {self.line_number}: {self.line})" if self.line_number else ""
        return f"{self.type}: {self.message}{place}"


class FrameworkWorker:
    """Runs scripts under one framework. The process starts with the first script, or the first question.

    The interpreter is ``python``, else the environment variable ``OPTCONV_PYTHON_TORCH`` (``_PADDLE``, ...),
    else this one. A process that died or was stopped is replaced when the next script comes.
    """

    def __init__(
        self,
        framework: str,
        python: str | None = None,
        start_seconds: float = START_SECONDS,
        job_seconds: float = JOB_SECONDS,
    ) -> None:
        self.framework = framework
        variable = f"OPTCONV_PYTHON_{framework.upper()}"
        self.python = python or os.environ.get(variable) or sys.executable
        self._start_seconds = start_seconds
        self._job_seconds = job_seconds
        self._process: WorkerProcess | None = None
        self._version: str | None = None
        self._is_spoiled_by_errors = False

    def __enter__(self) -> FrameworkWorker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def version(self) -> str:
        """Return the framework's version, without the build (``2.13.0``, not ``2.13.0+cpu``).

        Raises:
            FrameworkMissingError: The framework cannot be imported.
        """
        if self._version is None:
            self._running()
        assert self._version is not None
        return self._version

    @property
    def has_run(self) -> bool:
        """Return whether the framework was imported."""
        return self._version is not None

    def run(self, script: str, problem: Problem) -> Run | ScriptFailure:
        """Run a script on a problem, and return what it did or how it failed.

        Raises:
            FrameworkMissingError: The framework cannot be imported.
            WorkerDiedError: The script took the whole process down.
            WorkerTimeoutError: The script did not end in time.
        """
        process = self._running()

        def ask() -> dict[str, Any]:
            process.send({"script": script, "problem": problem.message()})
            return process.receive(self._job_seconds)

        answer = _read_answer(self._or_forget(ask))
        if isinstance(answer, ScriptFailure) and self._is_spoiled_by_errors:
            self.close()
        return answer

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.close()
            self._process = None

    def _running(self) -> WorkerProcess:
        if self._process is None:
            self._process = process = WorkerProcess([self.python, str(_SERVE), self.framework])
            greeting = self._or_forget(lambda: process.receive(self._start_seconds))
            if "missing" in greeting:
                self.close()
                raise FrameworkMissingError(self.framework, self.python, greeting["missing"])
            self._version = greeting["version"]
            self._is_spoiled_by_errors = greeting.get("spoiled_by_errors", False)
        return self._process

    def _or_forget(self, ask: Callable[[], _Result]) -> _Result:
        """Ask the process; when it fails to answer, or we are interrupted, the next script gets a new one."""
        try:
            return ask()
        except BaseException:
            self.close()
            raise


def _read_answer(answer: dict[str, Any]) -> Run | ScriptFailure:
    if "error" in answer:
        return ScriptFailure(**answer["error"])
    trajectory = tuple(tuple(tuple(values) for values in step) for step in answer["trajectory"])
    rates = tuple(answer["rates"])
    return Run(trajectory, tuple(answer["observed"]), tuple(answer["warnings"]), rates)
