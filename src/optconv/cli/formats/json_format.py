r"""``--format json``: one JSON document.

The document is described by ``report.schema.json`` in the folder above. ``version`` is raised when a key
changes its meaning or goes; a key that is added does not raise it. The document is written file by file: a
run that was interrupted leaves one that does not parse, and so cannot be taken for a whole one. A file name
that is not text has ``\xff`` in the place of each byte that could not be decoded.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from optconv import __version__
from optconv.cli.baseline import REPORT_VERSION
from optconv.cli.diff import unified_diff
from optconv.cli.source_text import decode
from optconv.cli.terminal import shown_path
from optconv.converter.result import Diagnostic, Outcome, Reference, Severity

if TYPE_CHECKING:
    from optconv.cli.baseline import Baseline
    from optconv.cli.findings import Finding
    from optconv.cli.outputs import Output
    from optconv.cli.settings import Settings
    from optconv.cli.tally import FileResult, Report, Tally
    from optconv.mappings import Tables

SUFFIXES = (".json",)


class JsonReport:
    """Writes the document piece by piece, so that a large project is never held in memory."""

    def __init__(self, settings: Settings, output: Output) -> None:
        self._settings = settings
        self._output = output
        self._separator = "\n"
        head = {
            "version": REPORT_VERSION,
            "tool": {"name": "optconv", "version": __version__},
            "command": settings.command,
            "target": settings.target,
            "flavor": settings.flavor,
        }
        self._output.write(json.dumps(head)[:-1] + ', "files": [')

    def add(self, result: FileResult) -> None:
        """Write what came of one file."""
        self._output.write(self._separator + json.dumps(_file(result, self._settings)))
        self._separator = ",\n"

    def close(self, tally: Tally, exit_status: int, baseline: Baseline | None) -> None:
        """Write the summary and end the document."""
        compared = json.dumps(None if baseline is None else _baseline(tally, baseline))
        summary = json.dumps(_summary(tally, exit_status))
        self._output.write(f'\n], "baseline": {compared}, "summary": {summary}}}\n')


def open_report(settings: Settings, tables: Tables, output: Output) -> Report:  # noqa: ARG001
    """Return the report of this format."""
    return JsonReport(settings, output)


def _file(result: FileResult, settings: Settings) -> dict[str, Any]:
    file: dict[str, Any] = {
        "path": result.name,
        "changed": result.changed,
        "failed": result.failed,
        "skipped": result.skipped,
        "diagnostics": [_finding(found, settings.language) for found in result.findings],
        "ignored": [_diagnostic(found, settings.language) for found in result.ignored],
        "references": [_reference(found) for found in result.references],
        "remaining": result.remaining,
    }
    if settings.diff:
        difference = unified_diff(result.name, result.before, result.after) if result.changed else b""
        file["diff"] = decode(difference, like=result.before)
    return file


def _finding(found: Finding, language: str) -> dict[str, Any]:
    return {**_diagnostic(found.diagnostic, language), "fingerprint": found.fingerprint, "new": found.new}


def _diagnostic(found: Diagnostic, language: str) -> dict[str, Any]:
    message = found.message.in_language(language)
    return {
        "code": found.code,
        "name": found.name,
        "severity": found.severity.value,
        # A lone surrogate, from a string literal of the source, is no text and would be no valid JSON.
        "message": message.encode("utf-8", "backslashreplace").decode("utf-8"),
        "api": found.api,
        "cell": found.start.cell,
        "line": found.start.line,
        "column": found.start.column,
        "end_line": found.end.line,
        "end_column": found.end.column,
    }


def _reference(found: Reference) -> dict[str, Any]:
    return {
        "api": found.api,
        "cell": found.start.cell,
        "line": found.start.line,
        "column": found.start.column,
        "outcome": found.outcome.value,
    }


def _summary(tally: Tally, exit_status: int) -> dict[str, Any]:
    return {
        "files": tally.files,
        "changed": tally.changed,
        "failed": tally.failed,
        "skipped": tally.skipped,
        "references": {
            "total": tally.references,
            **{outcome.value: tally.outcomes[outcome] for outcome in Outcome},
        },
        "remaining": tally.remaining,
        "conversion_rate": tally.converted / tally.references if tally.references else None,
        "diagnostics": {severity.value: tally.severities[severity] for severity in Severity},
        "ignored": tally.ignored,
        "exit_status": exit_status,
    }


def _baseline(tally: Tally, baseline: Baseline) -> dict[str, Any]:
    return {
        "report": shown_path(baseline.name),
        "new": sum(tally.new.values()),
        "known": len(baseline.seen),
        "gone": [asdict(found) for found in baseline.gone],
    }
