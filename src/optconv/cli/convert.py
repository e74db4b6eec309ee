"""A run over files: reads, converts and, unless it only looks, writes one file after the other."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from optconv.cli.collecting import collecting_seldom
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
    from collections.abc import Sequence

    from optconv.cli.baseline import Baseline
    from optconv.cli.settings import Settings


def run(paths: Sequence[str], tables: Tables, settings: Settings) -> int:
    """Convert everything that ``paths`` stands for, or see what would become of it; return the exit status.

    Only one file at a time is in memory. What is wrong with one file is reported, and the rest is done.

    Raises:
        click.UsageError: a path does not exist, or the output and the input do not go together.
        BaselineError: the baseline cannot be used.
        TableError: a table is broken.
    """
    baseline = None
    if settings.baseline is not None:
        from optconv.cli.baseline import read_baseline  # most runs have none

        baseline = read_baseline(settings.baseline, settings)
    tasks = plan_tasks(paths, settings)
    reports = Reports(settings, tables, baseline)
    tally = Tally()
    projects = Projects(tables, settings.project_root)
    with collecting_seldom():
        for task in tasks:
            result = _with_findings(convert_file(task, tables, settings, projects), settings, baseline)
            tally.add(result)
            reports.add(result)
    return reports.close(tally)


def _with_findings(result: FileResult, settings: Settings, baseline: Baseline | None) -> FileResult:
    said = list(result.diagnostics)
    if settings.command == "check" and result.says_convertible:
        said = [convertible(result.references), *said]
    return replace(result, findings=find(result.name, result.before, said, baseline))


def convert_file(task: Task, tables: Tables, settings: Settings, projects: Projects) -> FileResult:
    """Convert one file, write the result unless the run writes nothing, and return what came of it.

    Raises:
        TableError: a table is broken.
    """
    name = STANDARD_INPUT if task.source is None else shown_path(task.source.path)
    try:
        before = _read(task)
    except FileError as error:
        return FileResult(name, diagnostics=(error.diagnostic,), failed=True)
    ignored = settings.selection.ignored_in(None if task.source is None else task.source.path)
    conversion = _convert(task, name, before, tables, settings, projects, ignored)
    after = before if conversion.failed else conversion.source
    diagnostics = conversion.diagnostics
    try:
        if settings.writes:
            if task.source is not None and task.in_place and before != after:
                projects.remember(task.source.path, before)
            _write(task, before, after)
    except FileError as error:
        return FileResult(name, before, before, (*diagnostics, error.diagnostic), failed=True)
    return FileResult(
        name,
        before,
        after,
        diagnostics,
        conversion.references,
        conversion.failed,
        conversion.remaining,
        ignored=conversion.ignored,
        skipped=conversion.skipped,
        schedules=conversion.schedules,
        ignored_codes=ignored,
    )


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
