"""The learning-rate curves of the HTML page: one picture for each schedule whose arguments are known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from optconv.cli.html.curve_plot import HEIGHT, WIDTH, largest_difference, plot
from optconv.cli.report.model import place_text
from optconv.cli.terminal import escape
from optconv.converter.schedule_curves import curves_of
from optconv.mappings import Text, message

if TYPE_CHECKING:
    from optconv.cli.html.view import View
    from optconv.converter import Schedule
    from optconv.converter.schedule_curves import Curves

_MOST = 60  # pictures of a page
_ORDER = ("apart", "alone", "equal")


def view_curves(view: View) -> dict[str, Any]:
    """Return the pictures, those with a difference first, and how many schedules have none.

    Raises:
        TableError: what a table says of a curve is broken.
    """
    drawn, undrawn = [], 0
    for name, schedule in _schedules(view):
        curves = curves_of(schedule, view.report.tables)
        if curves is None or len(curves.epochs) < 2:
            undrawn += 1
        else:
            drawn.append(_view(view, name, schedule, curves))
    drawn.sort(key=lambda each: _ORDER.index(each["kind"]))
    remarks = []
    if len(drawn) > _MOST:
        remarks.append(message("html.curve.more", count=str(len(drawn) - _MOST)))
    if undrawn:
        remarks.append(message("html.curve.undrawn", count=str(undrawn)))
    return {"curves": drawn[:_MOST], "curve_remarks": [view.say(remark) for remark in remarks]}


def _schedules(view: View) -> Iterator[tuple[str, Schedule]]:
    for file in view.report.files:
        yield from ((file.name, schedule) for schedule in file.schedules)


def _view(view: View, name: str, schedule: Schedule, curves: Curves) -> dict[str, Any]:
    kind = {True: "equal", False: "apart", None: "alone"}[curves.same]
    picture = plot(curves.epochs, curves.before, curves.after)
    verdict = view.say(_verdict(curves))
    if curves.relative:
        verdict = f"{verdict}; {view.say(message('html.curve.relative'))}"
    label = message(
        "html.curve.label", api=view.short(schedule.api), steps=str(curves.epochs[-1]), verdict=verdict
    )
    data = {
        "steps": curves.epochs,
        "before": curves.before,
        "after": curves.after,
        "left": picture.left,
        "right": picture.right,
        "step": view.say(message("html.curve.step")),
    }
    return {
        "kind": kind,
        "api": view.short(schedule.api),
        "place": escape(place_text(name, schedule.start)),
        "anchor": view.anchors.line(name, schedule.start),
        "plot": picture,
        "width": WIDTH,
        "height": HEIGHT,
        "verdict": verdict,
        "label": view.say(label),
        "data": json.dumps(data, separators=(",", ":")),
    }


def _verdict(curves: Curves) -> Text:
    if curves.after is None:
        return message("html.curve.alone")
    if curves.same:
        return message("html.curve.alike")
    share, index = largest_difference(curves.before, curves.after)
    return message("html.curve.apart", percent=f"{100 * share:.2g}", step=str(curves.epochs[index]))
