"""The top of the HTML page: how far the migration is, in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optconv.cli.report import words
from optconv.cli.report.document import percent, summary_sentences
from optconv.converter.result import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optconv.cli.html.view import View


def view_overview(view: View) -> dict[str, Any]:
    """Return what the template needs for the summary."""
    tally = view.report.tally
    legend = [
        {
            "key": outcome.value,
            "label": view.say(words.OUTCOMES[outcome]),
            "count": tally.outcomes[outcome],
            "percent": f"{percent(tally.outcomes[outcome], tally.references)} %",
        }
        for outcome in Outcome
    ]
    return {
        "percent": f"{percent(tally.converted, tally.references)} %",
        "rate": _rate(view),
        "share_label": "; ".join(f"{bar['label']}: {bar['count']}" for bar in legend),
        "bars": list(_bars(legend, tally.references)),
        "legend": legend,
        "facts": [{"label": view.say(words.FACTS[key]), "value": value} for key, value in _facts(view)],
        "remarks": [view.say(text) for text in summary_sentences(view.report)[3:]],
    }


def _rate(view: View) -> str:
    tally, source = view.report.tally, f"{view.report.tables.source_module}.optim"
    if not tally.references:
        return view.say(words.NO_REFERENCES.format(source=source))
    counts = {"converted": str(tally.converted), "total": str(tally.references)}
    return view.say(words.OF_REFERENCES.format(source=source, **counts))


def _facts(view: View) -> Iterator[tuple[str, int]]:
    report = view.report
    yield "places", report.places_to_do
    yield "causes", len(report.to_do)
    yield "files_to_do", report.files_to_do
    yield "convertible", report.tally.changed
    yield "seen", report.tally.files
    if report.tally.failed:
        yield "failed", report.tally.failed
    if report.baseline is not None:
        yield "new", report.new


def _bars(legend: Sequence[dict[str, Any]], total: int) -> Iterator[dict[str, Any]]:
    """Yield the parts of the bar of outcomes; together they are 100 wide."""
    if not total:
        yield {"key": "none", "label": "", "count": 0, "x": 0, "width": 100}
        return
    x = 0.0
    for part in legend:
        width = 100 * part["count"] / total
        if width:
            yield {**part, "x": round(x, 3), "width": round(width, 3)}
        x += width
