"""The tables of the HTML page: causes, APIs, and what the codes mean."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from optconv.cli.report.model import ACTIONS, urgency
from optconv.cli.terminal import escape
from optconv.converter.result import Outcome, Severity
from optconv.mappings import diagnostic_kinds, message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from optconv.cli.html.view import View
    from optconv.cli.report.model import ApiSummary, Cause


def view_tables(view: View) -> dict[str, Any]:
    """Return what the template needs for the tables."""
    report = view.report
    what = [
        _column(view.say(message("html.topic"))),
        _column(view.say(message("report.code"))),
        _column(view.say(message("report.api"))),
    ]
    says = _column(view.say(message("report.message")))
    places = _column(view.say(message("report.places")), number=True)
    files = _column(view.say(message("report.in_files")), number=True)
    return {
        "causes": [_view_cause(view, cause) for cause in report.to_do],
        "topics": _topics(view),
        "cause_columns": [*what, places, files, says],
        "others": [_view_cause(view, cause) for cause in report.about("dropped", "note")],
        "other_columns": [*what, places, says],
        "apis": [_view_api(view, api) for api in report.apis],
        "api_columns": [*_api_columns(view), files],
        "file_topics": _severities(view),
        "codes": view_codes({cause.code for cause in report.causes}, report.language),
    }


def _api_columns(view: View) -> list[dict[str, Any]]:
    outcomes = [message(f"report.outcome.{outcome.value}") for outcome in Outcome]
    return [
        _column(view.say(message("report.api"))),
        _column(view.say(message("report.becomes"))),
        *(_column(view.say(name), number=True) for name in (message("report.references"), *outcomes)),
    ]


def _column(name: str, *, number: bool = False) -> dict[str, Any]:
    return {"name": name, "number": number}


def _topics(view: View) -> list[dict[str, Any]]:
    """Return what the causes can be filtered by."""
    places = {topic: sum(len(cause.places) for cause in view.report.about(topic)) for topic in ACTIONS}
    return [
        {"key": topic, "label": view.say(message(f"report.topic.{topic}")), "count": count}
        for topic, count in places.items()
        if count
    ]


def _severities(view: View) -> list[dict[str, Any]]:
    """Return what the files can be filtered by."""
    found = Counter(
        severity
        for file in view.report.files
        for severity in {finding.diagnostic.severity for finding in file.findings}
    )
    return [
        {
            "key": severity.value,
            "label": view.say(message(f"html.severity.{severity.value}")),
            "count": found[severity],
        }
        for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)
        if found[severity]
    ]


def _view_cause(view: View, cause: Cause) -> dict[str, Any]:
    return {
        "topic": cause.topic,
        "topic_label": view.say(message(f"report.topic.{cause.topic}")),
        "order": f"{urgency(cause.topic):02}",
        "code": cause.code,
        "page": f"#code-{cause.code}",
        "severity": cause.severity.value,
        "api": view.short(cause.api),
        "message": escape(view.say(cause.message)),
        "action": view.say(diagnostic_kinds()[cause.code].action),
        "new": cause.new if view.report.baseline is not None else 0,
        "files": cause.files,
        "places": [
            {
                "anchor": view.anchors.line(place.path, place.position),
                "text": escape(place.text),
                "message": escape(view.say(place.message)) if cause.messages > 1 else "",
            }
            for place in cause.places
        ],
    }


def _view_api(view: View, api: ApiSummary) -> dict[str, Any]:
    target = f"{view.report.tables.target.module}."
    return {
        "name": view.short(api.api),
        "becomes": [name.removeprefix(target) for name in api.becomes],
        "total": api.total,
        "counts": [
            {"label": view.say(message(f"report.outcome.{outcome.value}")), "value": api.outcomes[outcome]}
            for outcome in Outcome
        ],
        "files": api.files,
    }


def view_codes(codes: Iterable[str], language: str) -> list[dict[str, str]]:
    """Return what the template needs to explain codes, in the order of the codes."""
    kinds = diagnostic_kinds()
    return [
        {
            "code": code,
            "name": kinds[code].name,
            "severity": kinds[code].severity,
            "meaning": kinds[code].meaning.in_language(language),
            "action": kinds[code].action.in_language(language),
        }
        for code in sorted(set(codes))
    ]
