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
from optconv.cli.report import words
from optconv.cli.terminal import escape

if TYPE_CHECKING:
    from optconv.cli.report.model import MigrationReport
    from optconv.cli.tally import FileResult

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
    title = words.TITLE.format(source="PyTorch", target=report.tables.target.title)
    footer = words.HTML["footer"].format(version=__version__)
    curves = view_curves(view)
    return {
        "language_tag": _LANGUAGE_TAGS.get(report.language, report.language),
        "version": __version__,
        "title": view.say(title),
        "made": view.say(words.MADE.format(date=_date(), version=__version__)),
        "style": Markup(style),  # noqa: S704 - our own file
        "script": Markup(script),  # noqa: S704 - our own file
        "style_hash": _hash(style),
        "script_hash": _hash(script),
        "say": {key: view.say(text) for key, text in {**words.HTML, "footer": footer}.items()},
        "keys": [(key, view.say(text)) for key, text in words.KEYS],
        "contents": _contents(view, has_curves=bool(curves["curves"])),
        **view_overview(view),
        **view_tables(view),
        "compared": _compared(view),
        **curves,
        "files": [view_file(file, view) for file in sorted(report.files, key=_urgency)],
    }


def _contents(view: View, *, has_curves: bool) -> list[tuple[str, str]]:
    report = view.report
    entries = (
        ("to-do", words.TO_DO, True),
        ("compared", words.COMPARED, report.baseline is not None),
        ("schedules", words.SCHEDULES, has_curves),
        ("apis-head", words.APIS, True),
        ("others", words.NOTES, bool(report.about("dropped", "note"))),
        ("files-head", words.FILES, True),
    )
    return [(anchor, view.say(name)) for anchor, name, is_there in entries if is_there]


def _compared(view: View) -> dict[str, Any] | None:
    report, baseline = view.report, view.report.baseline
    if baseline is None:
        return None
    gone = baseline.gone
    counts = {"new": str(report.new), "known": str(len(baseline.seen)), "gone": str(len(gone))}
    sentence = words.BASELINE.format(report=baseline.name, **counts)
    return {"sentence": escape(view.say(sentence)), "gone": gone}


def _urgency(file: FileResult) -> tuple[int, str]:
    """Return what files are sorted by: the worst that is said of them."""
    worst = max((found.diagnostic.severity.rank for found in file.findings), default=0)
    return -worst, file.name
