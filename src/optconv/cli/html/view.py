"""What all parts of the HTML page need: the report, its language, and where in the page things are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from optconv.cli.report.model import MigrationReport
    from optconv.cli.tally import FileResult
    from optconv.converter.result import Position
    from optconv.mappings import Text


class Anchors:
    """Names for the places of the page: names of files say too much, and may hold anything."""

    def __init__(self, files: Iterable[FileResult]) -> None:
        self._numbers = {file.name: number for number, file in enumerate(files, start=1)}

    def file(self, name: str) -> str:
        """Return the anchor of a file."""
        return f"file-{self._numbers[name]}"

    def line(self, name: str, place: Position) -> str:
        """Return the anchor of a line of a file."""
        cell = "" if place.cell is None else f"-c{place.cell}"
        return f"{self.file(name)}{cell}-L{place.line}"


@dataclass(frozen=True)
class View:
    """A report on its way into the page."""

    report: MigrationReport
    anchors: Anchors

    def say(self, text: Text) -> str:
        """Return a text in the language of the report."""
        return text.in_language(self.report.language)

    def short(self, api: str | None) -> str:
        """Return the name of an API without the module that all of them are in."""
        return (api or "").removeprefix(f"{self.report.tables.source_module}.")
