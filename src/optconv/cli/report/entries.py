"""Findings as other programs take them: a relative path, a place in the file on disk, one line of text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optconv.cli.findings import CONVERTIBLE
from optconv.cli.report.model import urgency
from optconv.cli.report_paths import report_path
from optconv.cli.terminal import one_line
from optconv.converter import file_lines_of_cells
from optconv.mappings import diagnostic_kinds, message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optconv.cli.findings import Finding
    from optconv.cli.tally import FileResult
    from optconv.converter.result import Diagnostic


@dataclass(frozen=True)
class Region:
    """A part of a file: whole lines where the columns are None. The end column is the one behind the last."""

    line: int
    end_line: int
    column: int | None = None
    end_column: int | None = None


@dataclass(frozen=True)
class Entry:
    """One finding."""

    path: str  # as seen from the current folder
    finding: Finding
    message: str  # one line; what might drive a display is escaped
    region: Region | None  # None: it is about the file as a whole

    @property
    def diagnostic(self) -> Diagnostic:
        """Return what was found."""
        return self.finding.diagnostic

    @property
    def topic(self) -> str:
        """Return the topic of its code."""
        return diagnostic_kinds()[self.diagnostic.code].topic


def entries_of(file: FileResult, findings: Iterable[Finding], language: str) -> list[Entry]:
    """Return findings of one file as entries.

    A place in a notebook is a line of a cell, which no other program knows. So the region is the lines of
    the JSON that it stands in, and the message begins with the cell and its line.

    Args:
        file: the file.
        findings: those of its findings that are wanted.
        language: "en" or "zh".
    """
    wanted = list(findings)
    path = report_path(file.name) if wanted else ""
    in_cells = any(found.diagnostic.start.cell is not None for found in wanted)
    lines = (file_lines_of_cells(file.name, file.before) or {}) if in_cells else {}
    return [
        Entry(path, found, _message(found.diagnostic, language), _region(found.diagnostic, lines))
        for found in wanted
    ]


def most_urgent_first(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries by severity; of the notes, first those that make a check fail."""
    return sorted(
        entries,
        key=lambda entry: (
            -entry.diagnostic.severity.rank,
            entry.diagnostic.code != CONVERTIBLE,
            urgency(entry.topic),
            entry.path,
            entry.diagnostic.start.order,
        ),
    )


def _message(said: Diagnostic, language: str) -> str:
    line = one_line(said.message.in_language(language))
    if said.start.cell is None:
        return line
    cell, number = str(said.start.cell), str(said.start.line)
    return message("report.in_cell", cell=cell, line=number, message=line).in_language(language)


def _region(said: Diagnostic, cell_lines: Mapping[int, Sequence[int]]) -> Region | None:
    start, end = said.start, said.end
    if start == end:  # no part of a file is that: it could not be read, for instance
        return None
    if start.cell is None:
        return Region(start.line, end.line, start.column, end.column)
    lines = cell_lines.get(start.cell, ())
    if not 1 <= start.line <= end.line <= len(lines):
        return None
    return Region(lines[start.line - 1], lines[end.line - 1])
