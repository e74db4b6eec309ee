r"""``--format json``: one JSON document on standard output, and nothing else there.

The document is described by ``convert.schema.json`` beside this module. ``version`` is raised when a key
changes its meaning or goes; a key that is added does not raise it. The document is written file by file: a
run that was interrupted leaves one that does not parse, and so cannot be taken for a whole one. A file name
that is not text has ``\xff`` in the place of each byte that could not be decoded.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from optconv import __version__
from optconv.cli.diff import unified_diff
from optconv.cli.source_text import decode
from optconv.cli.terminal import send
from optconv.converter.result import Diagnostic, Outcome, Reference, Severity

if TYPE_CHECKING:
    from optconv.cli.settings import Settings
    from optconv.cli.tally import FileResult, Report, Tally

VERSION = 1


class JsonReport:
    """Writes the document piece by piece, so that a large project is never held in memory."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._separator = "\n"
        head = {
            "version": VERSION,
            "tool": {"name": "optconv", "version": __version__},
            "target": settings.target,
            "flavor": settings.flavor,
        }
        _write(json.dumps(head)[:-1] + ', "files": [')

    def add(self, result: FileResult) -> None:
        """Write what came of one file."""
        _write(self._separator + json.dumps(_file(result, self._settings)))
        self._separator = ",\n"

    def close(self, tally: Tally, exit_status: int) -> None:
        """Write the summary and end the document."""
        _write('\n], "summary": ' + json.dumps(_summary(tally, exit_status)) + "}\n")


def open_report(settings: Settings) -> Report:
    """Return the report of this format."""
    return JsonReport(settings)


def _write(text: str) -> None:
    send(text.encode("ascii"))  # json.dumps escapes everything else


def _file(result: FileResult, settings: Settings) -> dict[str, Any]:
    file: dict[str, Any] = {
        "path": result.name,
        "changed": result.changed,
        "failed": result.failed,
        "diagnostics": [_diagnostic(found, settings.language) for found in result.diagnostics],
        "references": [_reference(found) for found in result.references],
        "remaining": result.remaining,
    }
    if settings.diff:
        difference = unified_diff(result.name, result.before, result.after) if result.changed else b""
        file["diff"] = decode(difference, like=result.before)
    return file


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
        "references": {
            "total": tally.references,
            **{outcome.value: tally.outcomes[outcome] for outcome in Outcome},
        },
        "remaining": tally.remaining,
        "conversion_rate": tally.converted / tally.references if tally.references else None,
        "diagnostics": {severity.value: tally.severities[severity] for severity in Severity},
        "exit_status": exit_status,
    }
