"""A run over files: reads, converts and, unless it only looks, writes them, and reports in their order."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from optconv.cli.collecting import collect_seldom
from optconv.cli.findings import convertible, find
from optconv.cli.plan import Task, plan_tasks
from optconv.cli.problems import UNREADABLE, FileError, internal_error
from optconv.cli.project import Projects
from optconv.cli.reading import STANDARD_INPUT, read_file, read_standard_input
from optconv.cli.reports import Reports
from optconv.cli.tally import FileResult, Tally
from optconv.cli.terminal import send, shown_path
from optconv.cli.writing import replace_file, write_file
from optconv.converter import Conversion, Options, convert_content
from optconv.mappings import TableError, Tables

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from optconv.cli.baseline import Baseline
    from optconv.cli.settings import Settings


def run(paths: Sequence[str], tables: Tables, settings: Settings) -> int:
    """Convert everything that ``paths`` stands for, or see what would become of it; return the exit status.

    Only a few files at a time are in memory. What is wrong with one file is reported, and the rest is done.

    Raises:
        click.UsageError: a path does not exist, or the output and the input do not go together.
        BaselineError: the baseline cannot be used.
        TableError: a table is broken.
        LostProcessError: one of several processes died.
    """
    baseline = None
    if settings.baseline is not None:
        from optconv.cli.baseline import read_baseline  # most runs have none

        baseline = read_baseline(settings.baseline, settings)
    tasks = plan_tasks(paths, settings)
    reports = Reports(settings, tables, baseline)
    tally = Tally()
    collect_seldom()
    with closing(_results(tasks, tables, settings)) as results:
        for result in results:
            found = _with_findings(result, settings, baseline)
            tally.add(found)
            reports.add(found)
    return reports.close(tally)


def _results(tasks: Sequence[Task], tables: Tables, settings: Settings) -> Generator[FileResult, None, None]:
    """Yield what came of each file; where it is to be written, it is by then."""
    jobs = settings.jobs
    if jobs is None and len(tasks) > 1:
        from optconv.cli.processes import processes_for  # a run over one file needs no other process

        jobs = processes_for(len(tasks))
    results: Iterator[FileResult]
    if jobs is None or min(jobs, len(tasks)) < 2:
        projects = Projects(tables, settings.project_root, settings.output)
        results = (computed(task, tables, settings, projects) for task in tasks)
    else:
        from optconv.cli.processes import computed_in_processes

        results = computed_in_processes(tasks, tables, settings, jobs)
    if settings.writes and settings.output is None and len(tasks) > 1:
        from optconv.cli.spool import all_at_once

        # The files are read as they were before the run, and a run that ends early has changed none of them.
        results = all_at_once(results, TableError)
    yield from map(partial(written, settings=settings), tasks, results)


def _with_findings(result: FileResult, settings: Settings, baseline: Baseline | None) -> FileResult:
    said = list(result.diagnostics)
    if settings.command == "check" and result.says_convertible:
        said = [convertible(result.references), *said]
    return replace(result, findings=find(result.name, result.before, said, baseline))


def computed(task: Task, tables: Tables, settings: Settings, projects: Projects) -> FileResult:
    """Return what comes of one file, without writing anything.

    Raises:
        TableError: a table is broken.
    """
    name = STANDARD_INPUT if task.source is None else shown_path(task.source.path)
    try:
        before = _read(task)
    except FileError as error:
        return FileResult(name, diagnostics=(error.diagnostic,), failed=True, unread=True)
    ignored = settings.selection.ignored_in(None if task.source is None else task.source.path)
    conversion = _convert(task, name, before, tables, settings, projects, ignored)
    return FileResult(
        name,
        before,
        before if conversion.failed else conversion.source,
        conversion.diagnostics,
        conversion.references,
        conversion.failed,
        conversion.remaining,
        ignored=conversion.ignored,
        skipped=conversion.skipped,
        would_change=conversion.would_change,
        schedules=conversion.schedules,
        ignored_codes=ignored,
    )


def written(task: Task, result: FileResult, *, settings: Settings) -> FileResult:
    """Write what came of a file, unless the run writes nothing; return it, or what went wrong."""
    if result.unread or not settings.writes:
        return result
    try:
        _write(task, result.before, result.after)
    except FileError as error:
        said = (*result.diagnostics, error.diagnostic)
        return FileResult(result.name, result.before, result.before, said, failed=True)
    return result


def _read(task: Task) -> bytes:
    if task.source is None:
        return read_standard_input()
    if task.source.problem:
        raise FileError(UNREADABLE, path=shown_path(task.source.path), reason=task.source.problem)
    return read_file(task.source.path)


def _convert(
    task: Task,
    name: str,
    before: bytes,
    tables: Tables,
    settings: Settings,
    projects: Projects,
    ignored: frozenset[str],
) -> Conversion:
    """Convert one file; one that was named is read in any case, even if it mentions nothing of ours."""
    file = task.source
    options = Options(
        annotate=settings.marks,
        target_version=settings.target_version,
        write=settings.makes_text,
        skim=file is not None and file.root is not None,
        language=settings.language,
        ignored=ignored,
        module=None if file is None else partial(projects.module_of, file),
    )
    try:
        return convert_content(name, before, tables, options)
    except TableError:
        raise  # every other file would fail for the same reason
    except Exception as error:  # a fault of this tool in one file must not cost the others
        return Conversion(before, (internal_error(error),), failed=True)


def _write(task: Task, before: bytes, after: bytes) -> None:
    """Put the result where it goes. Elsewhere an unchanged file is written, too: the output is complete."""
    if task.destination is None:
        send(after)
    elif task.source is None:
        write_file(task.destination, after)
    elif not task.in_place:
        write_file(task.destination, after, model=task.source.path)
    elif before != after:
        replace_file(task.destination, before, after, root=task.source.root)
