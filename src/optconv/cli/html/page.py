"""Writes a migration report as one HTML page: it fills the template with what the report says."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from datetime import datetime, timezone
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from markupsafe import escape as escape_html

from optconv import __version__
from optconv.cli.html.curves import view_curves
from optconv.cli.html.file_view import view_file
from optconv.cli.html.overview import view_overview
from optconv.cli.html.tables import view_tables
from optconv.cli.html.view import Anchors, View
from optconv.cli.reference.row_description import SOURCE_TITLE
from optconv.cli.report.sentences import compared_with
from optconv.cli.terminal import escape
from optconv.mappings import message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optconv.cli.report.model import MigrationReport
    from optconv.cli.tally import FileResult
    from optconv.mappings import Text

_LANGUAGE_TAGS = {"en": "en", "zh": "zh-CN"}


def render_page(report: MigrationReport) -> str:
    """Return the page."""
    environment = Environment(
        loader=PackageLoader("optconv.cli.html", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inline"] = _inline
    environment.filters["dotted"] = _dotted
    return environment.get_template("report.html.jinja").render(_values(report))


_CODE = re.compile(r"`([^`]+)`")


def _inline(text: str) -> Markup:
    """Return a message with its code between backticks set as code; everything else is escaped."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape_html(text))))  # noqa: S704 - escaped


def _dotted(name: str) -> Markup:
    """Return a dotted name that may be broken behind its dots."""
    return Markup(str(escape_html(name)).replace(".", ".<wbr>"))  # noqa: S704 - escaped


@cache
def _resource(name: str) -> str:
    return (files("optconv.cli.html") / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return what a Content-Security-Policy calls a text that may run: nothing else in the page may."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _date() -> str:
    """Return the date, or that of SOURCE_DATE_EPOCH, which makes a build reproducible."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = (
        datetime.fromtimestamp(int(epoch), timezone.utc) if epoch.isdecimal() else datetime.now(timezone.utc)
    )
    return now.strftime("%Y-%m-%d %H:%M UTC")


def _values(report: MigrationReport) -> dict[str, Any]:
    """Return what the template needs."""
    view = View(report, Anchors(report.files))
    style, script = _resource("report.css"), _resource("report.js")
    title = message("report.title", source=SOURCE_TITLE, target=report.tables.target.title)
    curves = view_curves(view)
    return {
        "language_tag": _LANGUAGE_TAGS.get(report.language, report.language),
        "version": __version__,
        "title": view.say(title),
        "made": f"{_date()} · optconv {__version__}",
        "style": Markup(style),  # noqa: S704 - our own file
        "script": Markup(script),  # noqa: S704 - our own file
        "style_hash": _hash(style),
        "script_hash": _hash(script),
        "say": {key: view.say(text) for key, text in _words().items()},
        "keys": [(key, view.say(text)) for key, text in _keys()],
        "contents": _contents(view, has_curves=bool(curves["curves"])),
        **view_overview(view),
        **view_tables(view),
        "compared": _compared(view),
        **curves,
        "files": [view_file(file, view) for file in sorted(report.files, key=_urgency)],
    }


def _words() -> dict[str, Text]:
    """Return the words that stand in the template itself, by the names that it has for them."""
    return {
        "skip": message("html.skip"),
        "contents": message("html.contents"),
        "keyboard": message("html.keyboard"),
        "theme": message("html.theme"),
        "summary": message("html.summary"),
        "filter": message("html.filter"),
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
        "before": message("html.before"),
        "after": message("html.after"),
        "apis": message("report.apis"),
        "becomes": message("report.becomes"),
        "references": message("report.references"),
        "no_references": message("html.no_references"),
        "others": message("html.others"),
        "files_head": message("report.files"),
        "open_all": message("html.open_all"),
        "codes": message("html.codes"),
        "footer": message("html.footer", version=__version__),
        "close": message("html.close"),
    }


def _keys() -> Iterator[tuple[str, Text]]:
    yield "/", message("html.key.filter")
    yield "n", message("html.key.next")
    yield "p", message("html.key.previous")
    yield "e", message("html.key.open")
    yield "t", message("html.key.theme")
    yield "?", message("html.key.keys")


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
    return {"sentence": escape(view.say(sentence)), "gone": baseline.gone}


def _urgency(file: FileResult) -> tuple[int, str]:
    """Return what files are sorted by: the worst that is said of them."""
    worst = max((found.diagnostic.severity.rank for found in file.findings), default=0)
    return -worst, file.name
