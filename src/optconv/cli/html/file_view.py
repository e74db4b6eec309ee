"""What the HTML page shows of one file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from optconv.cli.html.side_by_side import Row, sections_of
from optconv.cli.report.counted import Noun, counted
from optconv.cli.terminal import escape
from optconv.converter.result import Position, Severity
from optconv.mappings import diagnostic_kinds, message

if TYPE_CHECKING:
    from optconv.cli.findings import Finding
    from optconv.cli.html.view import View
    from optconv.cli.tally import FileResult
    from optconv.mappings import Text

_COUNTED: tuple[tuple[Severity, Noun], ...] = ((Severity.ERROR, "error"), (Severity.WARNING, "warning"))


def view_file(file: FileResult, view: View) -> dict[str, Any]:
    """Return what the template shows of a file."""
    total, converted = str(len(file.references)), str(file.converted)
    counts = message("html.references_of", total=total, converted=converted)
    severities = {found.diagnostic.severity for found in file.findings}
    return {
        "name": escape(file.name),
        "anchor": view.anchors.file(file.name),
        "topics": " ".join(sorted(severity.value for severity in severities)),
        "counts": view.say(counts),
        "badges": [{"kind": kind, "text": view.say(text)} for kind, text in _badges(file)],
        "sections": [
            {
                "title": _title(section.cell, view),
                "rows": [_view_row(row, section.cell, file, view) for row in section.rows],
            }
            for section in sections_of(file)
        ],
    }


def _title(cell: int | None, view: View) -> str:
    return "" if cell is None else view.say(message("html.cell", cell=str(cell)))


def _badges(file: FileResult) -> Iterable[tuple[str, Text]]:
    if file.failed:
        yield "error", message("html.failed")
    if file.skipped:
        yield "info", message("html.skipped")
    for severity, noun in _COUNTED:
        count = sum(found.diagnostic.severity is severity for found in file.findings)
        if count:
            yield severity.value, counted(count, noun)


def _view_row(row: Row, cell: int | None, file: FileResult, view: View) -> dict[str, Any]:
    if row.kind == "gap":
        text = message("html.unchanged", count=str(row.left_out))
        return {"kind": "gap", "text": view.say(text)}
    place = None if row.left is None else Position(row.left.number, 1, cell)
    anchor = None if place is None else view.anchors.line(file.name, place)
    return {
        "kind": row.kind,
        "anchor": anchor,
        "left": row.left,
        "right": row.right,
        "findings": [
            _view_finding(found, f"{anchor}-{number}", view)
            for number, found in enumerate(row.findings, start=1)
        ],
    }


def _view_finding(finding: Finding, anchor: str, view: View) -> dict[str, Any]:
    said = finding.diagnostic
    return {
        "anchor": anchor,
        "severity": said.severity.value,
        "code": said.code,
        "page": f"#code-{said.code}",
        "name": said.name,
        "new": finding.new and view.report.baseline is not None,
        "message": escape(view.say(said.message)),
        "action": view.say(diagnostic_kinds()[said.code].action),
    }
