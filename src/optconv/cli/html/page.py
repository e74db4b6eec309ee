"""Writes a migration report as one HTML page: it fills the template with what the report says."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from markupsafe import escape as escape_html

from optconv import __version__
from optconv.cli.html.curves import curves_of_report
from optconv.cli.html.file_view import Anchors, view_file
from optconv.cli.report import words
from optconv.cli.report.document import percent, summary_sentences
from optconv.cli.report.model import ACTIONS, Cause, MigrationReport
from optconv.cli.terminal import escape
from optconv.converter.result import Outcome, Severity
from optconv.mappings import Text, diagnostic_kinds

if TYPE_CHECKING:
    from optconv.cli.report.model import ApiSummary

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
    return environment.get_template("report.html.jinja").render(_Page(report).values())


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


class _Page:
    """Says everything in one language."""

    def __init__(self, report: MigrationReport) -> None:
        self._report = report
        self._anchors = Anchors(report.files)

    def values(self) -> dict[str, Any]:
        """Return what the template needs."""
        from markupsafe import Markup

        style, script = _resource("report.css"), _resource("report.js")
        report = self._report
        title = words.TITLE.format(source="PyTorch", target=report.tables.target.title)
        return {
            "language_tag": _LANGUAGE_TAGS.get(report.language, report.language),
            "version": __version__,
            "title": self._in(title),
            "made": self._in(words.MADE.format(date=_date(), version=__version__)),
            "style": Markup(style),  # noqa: S704 - our own file
            "script": Markup(script),  # noqa: S704 - our own file
            "style_hash": _hash(style),
            "script_hash": _hash(script),
            "say": {key: self._in(text) for key, text in words.HTML.items()}
            | {"footer": self._in(words.HTML["footer"].format(version=__version__))},
            "keys": [(key, self._in(text)) for key, text in words.KEYS],
            "contents": self._contents(),
            **self._summary(),
            **self._tables(),
            "compared": self._compared(),
            "curves": self._curves(),
            "files": [view_file(file, self._anchors, report.language) for file in self._shown_files()],
            "file_topics": self._file_topics(),
            "codes": self._codes(),
        }

    def _in(self, text: Text) -> str:
        return text.in_language(self._report.language)

    def _contents(self) -> list[tuple[str, str]]:
        report = self._report
        entries = [("to-do", words.TO_DO, True), ("compared", words.COMPARED, report.baseline is not None)]
        entries += [("schedules", words.SCHEDULES, bool(self._curves()))]
        entries += [("apis-head", words.APIS, True), ("others", words.DROPPED, bool(self._others()))]
        entries += [("files-head", words.FILES, True)]
        return [(anchor, self._in(name)) for anchor, name, there in entries if there]

    def _summary(self) -> dict[str, Any]:
        report, tally = self._report, self._report.tally
        sentences = [self._in(text) for text in summary_sentences(report)]
        share = percent(tally.converted, tally.references)
        counts = [(outcome, tally.outcomes[outcome]) for outcome in Outcome]
        legend = [
            {
                "key": outcome.value,
                "label": self._in(words.OUTCOMES[outcome]),
                "count": count,
                "percent": f"{percent(count, tally.references)} %",
            }
            for outcome, count in counts
        ]
        facts = {
            "places": report.places_to_do,
            "causes": len(report.to_do),
            "files_to_do": report.files_to_do,
            "convertible": tally.changed,
            "seen": tally.files,
            **({"failed": tally.failed} if tally.failed else {}),
            **({"new": report.new} if report.baseline is not None else {}),
        }
        return {
            "percent": f"{share} %",
            "rate": self._rate(),
            "share_label": "; ".join(f"{bar['label']}: {bar['count']}" for bar in legend),
            "bars": list(_bars(legend, tally.references)),
            "legend": legend,
            "facts": [{"label": self._in(words.FACTS[key]), "value": value} for key, value in facts.items()],
            "remarks": sentences[3:],
        }

    def _rate(self) -> str:
        tally, source = self._report.tally, f"{self._report.tables.source_module}.optim"
        if not tally.references:
            return self._in(words.NO_REFERENCES.format(source=source))
        counts = {"converted": str(tally.converted), "total": str(tally.references)}
        return self._in(words.OF_REFERENCES.format(source=source, **counts))

    def _tables(self) -> dict[str, Any]:
        say = {key: self._in(text) for key, text in words.HTML.items()}
        report = self._report
        causes = [self._cause(cause) for cause in report.to_do]
        topics = [
            {
                "key": topic,
                "label": self._in(words.TOPICS[topic]),
                "count": sum(len(cause.places) for cause in report.about(topic)),
            }
            for topic in ACTIONS
            if report.about(topic)
        ]
        what = [_column(say[key]) for key in ("topic", "code", "api")]
        places, in_files = (_column(say[key], number=True) for key in ("places", "files"))
        outcomes = [_column(self._in(words.OUTCOMES[outcome]), number=True) for outcome in Outcome]
        references = _column(say["references"], number=True)
        return {
            "causes": causes,
            "topics": topics,
            "cause_columns": [*what, places, in_files, _column(say["message"])],
            "others": self._others(),
            "other_columns": [*what, places, _column(say["message"])],
            "apis": [self._api(api) for api in report.apis],
            "api_columns": [what[2], _column(say["becomes"]), references, *outcomes, in_files],
        }

    def _others(self) -> list[dict[str, Any]]:
        return [self._cause(cause) for cause in self._report.about("dropped", "note")]

    def _cause(self, cause: Cause) -> dict[str, Any]:
        kind = diagnostic_kinds()[cause.code]
        order = ACTIONS.index(cause.topic) if cause.topic in ACTIONS else len(ACTIONS)
        return {
            "topic": cause.topic,
            "topic_label": self._in(words.TOPICS[cause.topic]),
            "order": f"{order:02}",
            "code": cause.code,
            "page": f"#code-{cause.code}",
            "severity": cause.severity.value,
            "api": self._without_module(cause.api or ""),
            "message": escape(self._in(cause.message)),
            "action": self._in(kind.action),
            "new": cause.new if self._report.baseline is not None else 0,
            "files": cause.files,
            "places": [
                {
                    "anchor": self._anchors.line(place.path, place.position),
                    "text": escape(place.text),
                    "message": escape(self._in(place.message)) if cause.messages > 1 else "",
                }
                for place in cause.places
            ],
        }

    def _api(self, api: ApiSummary) -> dict[str, Any]:
        target = f"{self._report.tables.target.module}."
        return {
            "name": self._without_module(api.api),
            "becomes": [name.removeprefix(target) for name in api.becomes],
            "total": api.total,
            "counts": [
                {"label": self._in(words.OUTCOMES[outcome]), "value": api.outcomes[outcome]}
                for outcome in Outcome
            ],
            "files": api.files,
        }

    def _without_module(self, api: str) -> str:
        return api.removeprefix(f"{self._report.tables.source_module}.")

    def _compared(self) -> dict[str, Any] | None:
        report, baseline = self._report, self._report.baseline
        if baseline is None:
            return None
        gone = baseline.gone
        counts = {"new": str(report.new), "known": str(len(baseline.seen)), "gone": str(len(gone))}
        sentence = words.BASELINE.format(report=baseline.name, **counts)
        return {"sentence": escape(self._in(sentence)), "gone": gone}

    def _curves(self) -> list[dict[str, Any]]:
        return curves_of_report(self._report, self._anchors)

    def _shown_files(self) -> list[Any]:
        def order(file: Any) -> tuple[int, str]:
            worst = max((f.diagnostic.severity.rank for f in file.findings), default=0)
            return -worst, file.name

        return sorted(self._report.files, key=order)

    def _file_topics(self) -> list[dict[str, Any]]:
        counted = [
            (
                severity,
                sum(
                    any(f.diagnostic.severity is severity for f in file.findings)
                    for file in self._report.files
                ),
            )
            for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)
        ]
        return [
            {"key": severity.value, "label": self._in(words.SEVERITIES[severity.value]), "count": count}
            for severity, count in counted
            if count
        ]

    def _codes(self) -> list[dict[str, str]]:
        kinds = diagnostic_kinds()
        found = sorted({cause.code for cause in self._report.causes})
        return [
            {
                "code": code,
                "name": kinds[code].name,
                "severity": kinds[code].severity,
                "meaning": self._in(kinds[code].meaning),
                "action": self._in(kinds[code].action),
            }
            for code in found
        ]


def _column(name: str, *, number: bool = False) -> dict[str, Any]:
    return {"name": name, "number": number}


def _bars(legend: Sequence[dict[str, Any]], total: int) -> Iterator[dict[str, Any]]:
    """Yield the parts of the bar of outcomes; together they are 100 wide."""
    if not total:
        yield {"key": "none", "label": "", "count": 0, "x": 0, "width": 100}
    x = 0.0
    for part in legend:
        width = 100 * part["count"] / total if total else 0
        if width:
            yield {**part, "x": round(x, 3), "width": round(width, 3)}
        x += width
