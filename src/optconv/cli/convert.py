"""A run of ``optconv convert``: reads, converts and writes one file after the other."""

from __future__ import annotations

import importlib
import pkgutil
from functools import partial
from typing import TYPE_CHECKING

from optconv import cli
from optconv.cli.plan import Task, plan_tasks
from optconv.cli.problems import UNREADABLE, FileError, internal_error
from optconv.cli.project import Projects
from optconv.cli.reading import STANDARD_INPUT, read_file, read_standard_input
from optconv.cli.tally import FileResult, Report, Tally
from optconv.cli.terminal import send, shown_path
from optconv.cli.writing import replace_file, write_file
from optconv.converter import Conversion, Options, convert_content
from optconv.mappings import TableError, Tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optconv.cli.settings import Settings

_FORMAT_SUFFIX = "_format"


def format_names() -> list[str]:
    """Return the names of the output formats."""
    names = (module.name for module in pkgutil.iter_modules(cli.__path__))
    return sorted(name.removesuffix(_FORMAT_SUFFIX) for name in names if name.endswith(_FORMAT_SUFFIX))


def run(paths: Sequence[str], tables: Tables, settings: Settings) -> int:
    """Convert everything that ``paths`` stands for and return the exit status.

    Only one file at a time is in memory. What is wrong with one file is reported, and the rest is done.

    Raises:
        click.UsageError: a path does not exist, or the output and the input do not go together.
        TableError: a table is broken.
    """
    tasks = plan_tasks(paths, settings)
    report = _open_report(settings)
    tally = Tally()
    projects = Projects(tables, settings.project_root)
    for task in tasks:
        result = convert_file(task, tables, settings, projects)
        tally.add(result)
        report.add(result)
    status = tally.exit_status(settings)
    report.close(tally, status)
    return status


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
    conversion = _convert(task, name, before, tables, settings, projects)
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
        name, before, after, diagnostics, conversion.references, conversion.failed, conversion.remaining
    )


def _open_report(settings: Settings) -> Report:
    module = importlib.import_module(f"{cli.__name__}.{settings.format}{_FORMAT_SUFFIX}")
    report: Report = module.open_report(settings)
    return report


def _read(task: Task) -> bytes:
    if task.source is None:
        return read_standard_input()
    if task.source.problem:
        raise FileError(UNREADABLE, path=shown_path(task.source.path), reason=task.source.problem)
    return read_file(task.source.path)


def _convert(
    task: Task, name: str, before: bytes, tables: Tables, settings: Settings, projects: Projects
) -> Conversion:
    """Convert one file; one that was named is read in any case, even if it mentions nothing of ours."""
    file = task.source
    options = Options(
        annotate=settings.annotate,
        target_version=settings.target_version,
        skim=file is not None and file.root is not None,
        language=settings.language,
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
