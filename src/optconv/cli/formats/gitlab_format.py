"""``--format gitlab``: a Code Quality report of GitLab.

GitLab compares the report of a merge request with that of the branch it goes to, by fingerprints. So a
baseline takes nothing out: what would be missing here would be shown as resolved there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from optconv.cli.report.entries import Entry, entries_of
from optconv.cli.report.model import CollectedReport
from optconv.converter.result import Severity

if TYPE_CHECKING:
    from optconv.cli.outputs import Output
    from optconv.cli.report.model import MigrationReport
    from optconv.cli.settings import Settings
    from optconv.cli.tally import Report
    from optconv.mappings import Tables

SUFFIXES = ("gl-code-quality-report.json",)

# An error is code that stays in the source framework: it must be written by hand, and shows itself when it
# runs. A warning is about code that is converted. Of a file that could not be handled nothing is known.
_SEVERITIES = {Severity.INFO: "info", Severity.WARNING: "minor", Severity.ERROR: "major"}
_FAILED = "blocker"


def open_report(settings: Settings, tables: Tables, output: Output) -> Report:
    """Return the report of this format."""
    return CollectedReport(settings, tables, _write, output.write)


def _write(report: MigrationReport) -> Iterator[str]:
    violations = [
        _violation(entry)
        for file in report.files
        for entry in entries_of(file, file.findings, report.language)
    ]
    yield json.dumps(violations, indent=2) + "\n"


def _violation(entry: Entry) -> dict[str, Any]:
    said = entry.diagnostic
    return {
        "description": f"{said.code} {said.name}: {entry.message}",
        "check_name": said.code,
        "fingerprint": entry.finding.fingerprint,
        "severity": _FAILED if entry.topic == "failed" else _SEVERITIES[said.severity],
        "location": {
            "path": entry.path,
            "lines": {"begin": entry.region.line if entry.region is not None else 1},  # a line is required
        },
    }
