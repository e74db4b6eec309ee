"""``--format github``: workflow commands, which GitHub shows as annotations of lines.

GitHub shows at most 10 errors, 10 warnings and 10 notices of a step, so the most urgent ones come first.
With a baseline only what is new is said. The lines must reach the log of the step as they are: standard
output, or a file that is printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from optconv.cli.reading import STANDARD_INPUT
from optconv.cli.report.entries import Entry, entries_of, most_urgent_first
from optconv.cli.report.model import CollectedReport
from optconv.cli.terminal import escape
from optconv.converter.result import Severity
from optconv.mappings import message

if TYPE_CHECKING:
    from optconv.cli.outputs import Output
    from optconv.cli.report.model import MigrationReport
    from optconv.cli.settings import Settings
    from optconv.cli.tally import Report
    from optconv.mappings import Tables

_COMMANDS = {Severity.INFO: "notice", Severity.WARNING: "warning", Severity.ERROR: "error"}
_MOST = 10  # annotations of each kind that a step can have


def open_report(settings: Settings, tables: Tables, output: Output) -> Report:
    """Return the report of this format."""
    return CollectedReport(settings, tables, _write, output.write)


def _write(report: MigrationReport) -> Iterator[str]:
    entries = [
        entry
        for file in report.files
        for entry in entries_of(file, (found for found in file.findings if found.new), report.language)
    ]
    for entry in most_urgent_first(entries):
        yield f"{_command(entry)}\n"
    counts = Counter(entry.diagnostic.severity for entry in entries)
    if any(count > _MOST for count in counts.values()):
        errors, warnings, notes = (
            str(counts[severity]) for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)
        )
        more = message("github.more", most=str(_MOST), errors=errors, warnings=warnings, notes=notes)
        yield f"{more.in_language(report.language)}\n"


def _command(entry: Entry) -> str:
    said = entry.diagnostic
    properties = {**_place(entry), "title": f"{said.code} {said.name}"}
    written = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[said.severity]} {written}::{_escape(entry.message)}"


def _place(entry: Entry) -> dict[str, str]:
    if entry.path == STANDARD_INPUT:
        return {}
    region = entry.region
    if region is None:
        return {"file": entry.path}
    place = {"file": entry.path, "line": str(region.line), "endLine": str(region.end_line)}
    if region.column is not None and region.line == region.end_line:  # else GitHub refuses columns
        place |= {"col": str(region.column), "endColumn": str(region.end_column)}
    return place


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    """Return a value of a property. The log shows it: a name that could drive a terminal finds no file."""
    return escape(_escape(text)).replace(":", "%3A").replace(",", "%2C")
