"""What is read and where it goes, settled and checked before the first file is touched."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optconv.cli.files import FoundFile, find_files, is_directory
from optconv.cli.terminal import escape, shown_path

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
        raise click.UsageError("--diff and --check write nothing, so --output has no meaning with them.")
    if "-" in paths:
        return [_standard_input_task(paths, settings)]
    named = [Path(path) for path in paths]
    for path in named:
        if not _exists(path):
            raise click.UsageError(f"Path '{_name(path)}' does not exist.")
    if output is None:
        return [Task(file, file.path) for file in find_files(named, resolve_links=True)]
    return _tasks_with_output(named, output)


def _standard_input_task(paths: Sequence[str], settings: Settings) -> Task:
    if len(paths) > 1:
        raise click.UsageError("'-' (standard input) cannot be combined with other paths.")
    if settings.output is None:
        format_ = next((o.format for o in settings.outputs if o.path is None), "text")
        if format_ != "text" and settings.writes:
            raise click.UsageError(
                f"With --format {format_}, standard output carries the report:"
                " say with --output where the converted source goes."
            )
        return Task(None, None)
    if _names_directory(settings.output):
        raise click.UsageError("With '-' (standard input), --output must be a file.")
    return Task(None, Path(settings.output))


def _tasks_with_output(named: Sequence[Path], output: str) -> list[Task]:
    _check_output_directory(named, output)
    found = find_files(named, resolve_links=False, skip=Path(output))
    tasks = [Task(file, _destination(file, output, alone=len(named) == 1)) for file in found]
    _check_nothing_is_overwritten(tasks)
    return tasks


def _check_output_directory(named: Sequence[Path], output: str) -> None:
    if output == "-":
        raise click.UsageError("--output is a file or a directory; '-' as PATH converts to standard output.")
    wants_directory = len(named) > 1 or is_directory(named[0])
    if wants_directory and os.path.lexists(output) and not is_directory(Path(output)):
        raise click.UsageError(f"--output '{_name(output)}' is not a directory.")
    for path in named:
        if is_directory(path) and os.path.realpath(path) == os.path.realpath(output):
            raise click.UsageError(f"--output '{_name(output)}' is the input itself.")


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
            raise click.UsageError(f"--output would write over the input '{_name(task.destination)}'.")
        if real in outputs:
            raise click.UsageError(
                f"'{_name(outputs[real])}' and '{_name(task.source.path)}' would both be written to"
                f" '{_name(task.destination)}'."
            )
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
