"""Processes that convert files and are ended when one takes too long; a dead one costs its file only."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from .limited_conversion import Found, Limits, Task, serve

_SPAWN = multiprocessing.get_context("spawn")


@dataclass
class _Worker:
    """A process, and what it is doing."""

    process: SpawnProcess
    connection: Connection
    number: int = 0  # of its task
    deadline: float = 0.0


def run_limited(tasks: Sequence[Task], limits: Limits, jobs: int) -> list[Found]:
    """Return what came of each task, in their order; one that breaks its limits is told of, too.

    Args:
        tasks: files and targets.
        limits: what each may use.
        jobs: how many processes there are.
    """
    results: dict[int, Found] = {}
    waiting = iter(range(len(tasks)))
    workers = [w for w in (_started(limits) for _ in range(jobs)) if _give(w, waiting, tasks, limits)]
    with suppress(KeyboardInterrupt):  # what is done until then is told
        while workers:
            ready = wait([worker.connection for worker in workers], timeout=1.0)
            for worker in list(workers):
                task = tasks[worker.number]
                if worker.connection in ready:
                    found, alive = _answer(worker, task)
                elif time.monotonic() > worker.deadline:
                    worker.process.kill()
                    found, alive = Found(task, broken=(("time", f"more than {limits.seconds:g} s"),)), False
                else:
                    continue
                results[worker.number] = found
                if not alive:
                    workers[workers.index(worker)] = worker = _started(limits)
                if not _give(worker, waiting, tasks, limits):
                    worker.connection.send(None)
                    worker.process.join()
                    workers.remove(worker)
    return [results[number] for number in sorted(results)]


def _started(limits: Limits) -> _Worker:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=serve, args=(theirs, limits.megabytes), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _give(worker: _Worker, waiting: Iterator[int], tasks: Sequence[Task], limits: Limits) -> bool:
    """Hand the next task to a process; return whether there was one."""
    number = next(waiting, None)
    if number is None:
        return False
    worker.number, worker.deadline = number, time.monotonic() + limits.seconds
    worker.connection.send(tasks[number])
    return True


def _answer(worker: _Worker, task: Task) -> tuple[Found, bool]:
    """Return what a process says, and whether it can go on."""
    try:
        answer: Found = worker.connection.recv()
    except (EOFError, ConnectionError):
        worker.process.join()
        return Found(task, broken=(("crash", f"the process ended with {worker.process.exitcode}"),)), False
    return answer, True
