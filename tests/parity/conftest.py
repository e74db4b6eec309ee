"""Processes that tests share, and the made-up framework that gives each test a process of its own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from optconv.mappings import target_names
from optconv.parity import workers as workers_module
from optconv.parity.run import WorkerPair, worker_pair
from optconv.parity.workers import FrameworkWorker

from .fake_framework import FAKE_FRAMEWORK, StartFake

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def workers() -> Iterator[WorkerPair]:
    """Torch and paddle, imported once a session. Neither starts before a test runs a script on it."""
    with worker_pair("paddle") as pair:
        yield pair


@pytest.fixture(scope="session")
def pairs(workers: WorkerPair) -> Iterator[dict[str, WorkerPair]]:
    """Torch with every target there are tables for, by the name of the target; torch runs once."""
    found = {"paddle": workers}
    for name in target_names():
        if name not in found:
            found[name] = WorkerPair(workers.torch, FrameworkWorker(name))
    yield found
    for pair in found.values():
        pair.target.close()


@pytest.fixture
def start_fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StartFake]:
    """Give a function that makes a worker for a framework called fake; all of them are closed afterwards."""
    shutil.copy(Path(workers_module.__file__).parent / "worker" / "serve.py", tmp_path)
    (tmp_path / "framework_other.py").write_text("VERSION = '0'\n")
    monkeypatch.setattr(workers_module, "_SERVE", tmp_path / "serve.py")
    started: list[FrameworkWorker] = []

    def start(source: str = FAKE_FRAMEWORK, python: str | None = None, **seconds: float) -> FrameworkWorker:
        (tmp_path / "framework_fake.py").write_text(source)
        started.append(FrameworkWorker("fake", python, **seconds))
        return started[-1]

    yield start
    for worker in started:
        worker.close()
