"""Converting the files of a run in several processes: they compute, and this one writes and reports.

The results come in the order of the files, so what a run writes and says does not depend on the number of
processes. Each of them reads the project by itself.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import TYPE_CHECKING

import click

from optconv.cli.collecting import collect_seldom
from optconv.cli.convert import computed
from optconv.cli.language import said
from optconv.cli.project import Projects
from optconv.mappings import TableError, message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.context import BaseContext

    from optconv.cli.plan import Task
    from optconv.cli.settings import Settings
    from optconv.cli.tally import FileResult
    from optconv.mappings import Tables

_LEAST_CHUNK, _LARGEST_CHUNK = 16, 256  # files that a process takes at once: neighbours need the same others
_CHUNKS_EACH = 8  # for each process, where there are files enough: then all are done at about the same time
_AHEAD = 4  # chunks for each process that may be computed before they are asked for
_FILES_PER_PROCESS = 200  # of small files; fewer do not pay for starting a process
_own: _Worker | None = None  # of a process that was started here

Answer = tuple["list[FileResult]", TableError | None]


class LostProcessError(click.ClickException):
    """A process ended before it gave its results: it was killed, or ran out of memory."""

    exit_code = 2

    def __init__(self) -> None:
        super().__init__(said(message("usage.lost_process")))


class _Worker:
    """What a process needs to convert files."""

    def __init__(self, tables: Tables, settings: Settings) -> None:
        self._tables = tables
        self._settings = settings
        self._projects = Projects(tables, settings.project_root, settings.output)

    def convert(self, tasks: Sequence[Task]) -> Answer:
        """Return what comes of some files, up to the one for which a table is broken."""
        results: list[FileResult] = []
        for task in tasks:
            try:
                result = computed(task, self._tables, self._settings, self._projects)
            except TableError as error:
                return results, error
            results.append(result)
        return results, None


def processes_for(files: int) -> int:
    """Return how many processes are best for a run over so many files on this machine."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(available, files // _FILES_PER_PROCESS))


def computed_in_processes(
    tasks: Sequence[Task], tables: Tables, settings: Settings, jobs: int
) -> Iterator[FileResult]:
    """Yield what comes of each file, in their order.

    Args:
        tasks: the files.
        tables: what is known of the target.
        settings: those of the run.
        jobs: how many processes.

    Raises:
        LostProcessError: a process died.
        TableError: a table is broken; all files before the one that needs it were yielded.
    """
    size = max(_LEAST_CHUNK, min(_LARGEST_CHUNK, len(tasks) // (jobs * _CHUNKS_EACH)))
    chunks = iter([tasks[i : i + size] for i in range(0, len(tasks), size)])
    pool = ProcessPoolExecutor(jobs, _context(), _prepare, (tables, settings))
    try:
        waiting: deque[Future[Answer]] = deque()
        waiting.extend(pool.submit(_convert, chunk) for chunk in islice(chunks, jobs * _AHEAD))
        while waiting:
            results, broken = waiting.popleft().result()
            waiting.extend(pool.submit(_convert, chunk) for chunk in islice(chunks, 1))
            yield from results
            if broken is not None:
                raise broken
    except BrokenProcessPool as error:
        raise LostProcessError() from error
    finally:  # also when the person interrupts: what has begun is finished, and nothing more is begun
        pool.shutdown(cancel_futures=True)


def _context() -> BaseContext:
    """Return how processes are started: where it is safe, as copies of this one, which has all they need."""
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _prepare(tables: Tables, settings: Settings) -> None:
    """Make a process ready: it leaves interrupts to the one that started it, and ends when that one does."""
    global _own
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    collect_seldom()
    _own = _Worker(tables, settings)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _convert(tasks: Sequence[Task]) -> Answer:
    assert _own is not None
    return _own.convert(tasks)
