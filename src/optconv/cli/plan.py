"""What is read and where it goes, settled and checked before the first file is touched."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optconv.cli.files import FoundFile, find_files, is_directory
from optconv.cli.language import said
from optconv.cli.terminal import escape, shown_path
from optconv.mappings import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optconv.cli.settings import Settings


@dataclass(frozen=True)
class Task:
    """One file to convert."""

    source: FoundFile | None  # None: standard input
    destination: Path | None  # None: standard output

    @property
    def in_place(self) -> bool:
        """Return whether the result replaces the input."""
        return self.source is not None and self.source.path == self.destination


def plan_tasks(paths: Sequence[str], settings: Settings) -> list[Task]:
    """Return a task for every file that ``paths`` stands for.

    Raises:
        click.UsageError: a path does not exist, or the output and the input do not go together.
    """
    return [task for task in _plan(paths, settings) if not _left_out(task, settings)]


def _left_out(task: Task, settings: Settings) -> bool:
    """Return whether a file is excluded; one that was named is only where this is asked for."""
    file = task.source
    if file is None or (file.root is None and not settings.force_exclude):
        return False
    return settings.selection.excludes(file.path)


def _plan(paths: Sequence[str], settings: Settings) -> list[Task]:
    output = settings.output
    if output is not None and not settings.writes:
        raise click.UsageError(said(message("usage.output_unwritten")))
    if "-" in paths:
        return [_standard_input_task(paths, settings)]
    named = [Path(path) for path in paths]
    for path in named:
        if not _exists(path):
            raise click.UsageError(said(message("usage.no_path", path=_name(path))))
    if output is None:
        return [Task(file, file.path) for file in find_files(named, resolve_links=True)]
    return _tasks_with_output(named, output)


def _standard_input_task(paths: Sequence[str], settings: Settings) -> Task:
    if len(paths) > 1:
        raise click.UsageError(said(message("usage.standard_input_alone")))
    if settings.output is None:
        format_ = next((o.format for o in settings.outputs if o.path is None), "text")
        if format_ != "text" and settings.writes:
            raise click.UsageError(said(message("usage.standard_output_taken", format=format_)))
        return Task(None, None)
    if _names_directory(settings.output):
        raise click.UsageError(said(message("usage.standard_input_to_directory")))
    return Task(None, Path(settings.output))


def _tasks_with_output(named: Sequence[Path], output: str) -> list[Task]:
    _check_output_directory(named, output)
    found = find_files(named, resolve_links=False, skip=Path(output))
    tasks = [Task(file, _destination(file, output, alone=len(named) == 1)) for file in found]
    _check_nothing_is_overwritten(tasks)
    return tasks


def _check_output_directory(named: Sequence[Path], output: str) -> None:
    if output == "-":
        raise click.UsageError(said(message("usage.output_dash")))
    wants_directory = len(named) > 1 or is_directory(named[0])
    if wants_directory and os.path.lexists(output) and not is_directory(Path(output)):
        raise click.UsageError(said(message("usage.output_no_directory", output=_name(output))))
    for path in named:
        if is_directory(path) and os.path.realpath(path) == os.path.realpath(output):
            raise click.UsageError(said(message("usage.output_is_input", output=_name(output))))


def _destination(file: FoundFile, output: str, *, alone: bool) -> Path:
    """Return where the converted ``file`` goes: as ``cp -r`` would place it in a new directory."""
    if file.root is None:
        return Path(output, file.path.name) if _names_directory(output) or not alone else Path(output)
    # A single directory becomes the output directory; of several, each keeps its name inside it.
    base = Path(output) if alone else Path(output, file.root.resolve().name)
    return base / file.path.relative_to(file.root)


def _check_nothing_is_overwritten(tasks: Sequence[Task]) -> None:
    inputs = {os.path.realpath(file.path) for file in _sources(tasks)}
    outputs: dict[str, Path] = {}
    for task in tasks:
        assert task.source is not None
        assert task.destination is not None
        real = os.path.realpath(task.destination)
        if real in inputs:
            raise click.UsageError(said(message("usage.output_over_input", path=_name(task.destination))))
        if real in outputs:
            one, other = _name(outputs[real]), _name(task.source.path)
            twice = message("usage.output_twice", one=one, other=other, output=_name(task.destination))
            raise click.UsageError(said(twice))
        outputs[real] = task.source.path


def _sources(tasks: Sequence[Task]) -> Iterator[FoundFile]:
    return (task.source for task in tasks if task.source is not None)


def _names_directory(output: str) -> bool:
    separators = tuple(filter(None, (os.sep, os.altsep)))
    return output.endswith(separators) or is_directory(Path(output))


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True  # reading it will say what is wrong
    return True


def _name(path: str | Path) -> str:
    return escape(shown_path(path))
