"""Writes a migration report as one HTML page: it fills the template with what the report says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optconv import __version__
from optconv.cli.html.curves import view_curves
from optconv.cli.html.file_view import view_file
from optconv.cli.html.frame import keys, render
from optconv.cli.html.overview import view_overview
from optconv.cli.html.tables import view_tables
from optconv.cli.html.view import Anchors, View
from optconv.cli.reference.row_description import SOURCE_TITLE
from optconv.cli.report.sentences import compared_with
from optconv.cli.terminal import escape
from optconv.mappings import message

if TYPE_CHECKING:
    from optconv.cli.baseline import KnownFinding
    from optconv.cli.report.model import MigrationReport
    from optconv.cli.tally import FileResult
    from optconv.mappings import Text


def render_page(report: MigrationReport) -> str:
    """Return the page."""
    title = message("report.title", source=SOURCE_TITLE, target=report.tables.target.title)
    return render("report.html.jinja", title, report.language, _values(report))


def _values(report: MigrationReport) -> dict[str, Any]:
    """Return what the template needs."""
    view = View(report, Anchors(report.files))
    curves = view_curves(view)
    return {
        "say": _words(),
        "keys": keys(message("html.key.next"), message("html.key.previous"), message("html.key.open")),
        "contents": _contents(view, has_curves=bool(curves["curves"])),
        **view_overview(view),
        **view_tables(view),
        "compared": _compared(view),
        **curves,
        "files": [view_file(file, view) for file in sorted(report.files, key=_urgency)],
    }


def _words() -> dict[str, Text]:
    """Return the words that stand in the template itself, beside those of the frame."""
    return {
        "to_do": message("report.to_do"),
        "topic": message("html.topic"),
        "new": message("html.new"),
        "code": message("report.code"),
        "api": message("report.api"),
        "places": message("report.places"),
        "files": message("report.in_files"),
        "where": message("html.where"),
        "nothing_to_do": message("report.nothing_to_do"),
        "compared": message("report.compared"),
        "gone": message("report.gone"),
        "schedules": message("html.schedules"),
        "schedules_note": message("html.schedules_note"),
        "apis": message("report.apis"),
        "becomes": message("report.becomes"),
        "references": message("report.references"),
        "no_references": message("html.no_references"),
        "others": message("html.others"),
        "files_head": message("report.files"),
        "footer": message("html.footer", version=__version__),
    }


def _contents(view: View, *, has_curves: bool) -> list[tuple[str, str]]:
    report = view.report
    entries = (
        ("to-do", message("report.to_do"), True),
        ("compared", message("report.compared"), report.baseline is not None),
        ("schedules", message("html.schedules"), has_curves),
        ("apis-head", message("report.apis"), True),
        ("others", message("html.notes"), bool(report.about("dropped", "note"))),
        ("files-head", message("report.files"), True),
    )
    return [(anchor, view.say(name)) for anchor, name, is_there in entries if is_there]


def _compared(view: View) -> dict[str, Any] | None:
    report, baseline = view.report, view.report.baseline
    if baseline is None:
        return None
    sentence = compared_with(baseline.name, report, baseline)
    return {"sentence": escape(view.say(sentence)), "gone": [_view_gone(known) for known in baseline.gone]}


def _view_gone(known: KnownFinding) -> dict[str, str]:
    return {
        "place": escape(f"{known.path}:{known.line}"),
        "code": escape(known.code),
        "message": escape(known.message),
    }


def _urgency(file: FileResult) -> tuple[int, str]:
    """Return what files are sorted by: the worst that is said of them."""
    worst = max((found.diagnostic.severity.rank for found in file.findings), default=0)
    return -worst, file.name
