"""The top of the HTML page: how far the migration is, in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optconv.cli.report.sentences import percent, remark_sentences
from optconv.converter.result import Outcome
from optconv.mappings import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optconv.cli.html.view import View
    from optconv.mappings import Text


def view_overview(view: View) -> dict[str, Any]:
    """Return what the template needs for the summary."""
    tally = view.report.tally
    legend = [
        {
            "key": outcome.value,
            "label": view.say(message(f"report.outcome.{outcome.value}")),
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
        "facts": [{"label": view.say(label), "value": value} for label, value in _facts(view)],
        "remarks": [view.say(text) for text in remark_sentences(view.report)],
    }


def _rate(view: View) -> str:
    tally, source = view.report.tally, f"{view.report.tables.source_module}.optim"
    if not tally.references:
        return view.say(message("report.no_references", source=source))
    converted, total = str(tally.converted), str(tally.references)
    return view.say(message("html.of_references", source=source, converted=converted, total=total))


def _facts(view: View) -> Iterator[tuple[Text, int]]:
    report = view.report
    yield message("html.fact.places"), report.places_to_do
    yield message("html.fact.causes"), len(report.to_do)
    yield message("html.fact.files_to_do"), report.files_to_do
    yield message("html.fact.convertible"), report.tally.changed
    yield message("html.fact.seen"), report.tally.files
    if report.tally.failed:
        yield message("html.fact.failed"), report.tally.failed
    if report.baseline is not None:
        yield message("html.fact.new"), report.new


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
