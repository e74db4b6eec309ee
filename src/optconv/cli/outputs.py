"""Where the reports of a run go: to standard output, or to files that are written when they are whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from optconv.cli.formats import format_names, format_of_file
from optconv.cli.language import said
from optconv.cli.terminal import escape, send
from optconv.cli.writing import write_file
from optconv.mappings import message

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class OutputChoice:
    """One report to write."""

    format: str
    path: str | None = None  # None: standard output


class Output(Protocol):
    """What a format writes its text to."""

    def write(self, text: str) -> None:
        """Write some text; a lone surrogate, which is no text, is written as an escape."""

    def close(self) -> None:
        """Say that the text is whole.

        Raises:
            FileError: the file could not be written (OC906).
        """


class StandardOutput:
    """Sends text as soon as it is written."""

    def write(self, text: str) -> None:
        """Send some text."""
        send(_encoded(text))

    def close(self) -> None:
        """Do nothing: all has been sent."""


class FileOutput:
    """Keeps the text until it is whole, so that a run that is interrupted leaves no half of a report."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._pieces: list[bytes] = []

    def write(self, text: str) -> None:
        """Keep some text."""
        self._pieces.append(_encoded(text))

    def close(self) -> None:
        """Write the file. Raises `FileError`."""
        write_file(self._path, b"".join(self._pieces))


def open_output(choice: OutputChoice) -> Output:
    """Return what the text of a report is written to."""
    return StandardOutput() if choice.path is None else FileOutput(choice.path)


def output_choices(
    wanted: str | None, files: Sequence[str], *, beside: bool = False
) -> tuple[OutputChoice, ...]:
    """Return the reports to write.

    Args:
        wanted: the format that was chosen; None: none was.
        files: the files that were named, each as ``FILE`` or ``FORMAT=FILE``.
        beside: whether they are written beside what goes to standard output, and not in its place.

    Raises:
        click.UsageError: the format of a file cannot be told, or two reports go to one place.
    """
    if not files:
        return (OutputChoice(wanted or "text"),)
    choices = [_choice(wanted, name) for name in files]
    if wanted is not None and (beside or all(choice.format != wanted for choice in choices)):
        choices.insert(0, OutputChoice(wanted))
    paths = [choice.path for choice in choices]
    for path in paths:
        if paths.count(path) > 1:
            raise click.UsageError(said(message("usage.two_reports", path=escape(path or "-"))))
    return tuple(choices)


def _choice(wanted: str | None, name: str) -> OutputChoice:
    given, separator, path = name.partition("=")
    if separator and given in format_names():
        return OutputChoice(given, None if path == "-" else path)
    if name == "-":
        return OutputChoice(wanted or "text")
    found = format_of_file(name) or wanted
    if found is None:
        known = ", ".join(format_names())
        raise click.UsageError(said(message("usage.unknown_format", path=escape(name), formats=known)))
    return OutputChoice(found, name)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
