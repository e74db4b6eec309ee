"""What the HTML page of ``optconv verify`` shows of one construction."""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optconv.cli.html.curve_plot import HEIGHT, WIDTH, CurvePlot, largest_difference, plot
from optconv.cli.terminal import escape, one_line
from optconv.cli.verify.deviation_plot import DeviationPlot, plot_deviations
from optconv.cli.verify.words import measured, number, origin, place, short_number
from optconv.mappings import diagnostic_kinds, message
from optconv.parity.compare import CLOSE, EXACT, classify
from optconv.parity.verify.result import Verdict

if TYPE_CHECKING:
    from optconv.cli.verify.source_lines import SourceLines
    from optconv.converter.result import Position
    from optconv.converter.static_values.evaluate import UsedValue
    from optconv.mappings import Text
    from optconv.parity.verify.result import Verification

GROUPS = ("proven", "defect", "unmeasured", "left")
_MOST_CHARACTERS = 400  # of a value
_LIMITS = (("close", CLOSE), ("exact", EXACT))


@dataclass(frozen=True)
class Entry:
    """A construction on its way into the page."""

    file: str
    found: Verification
    beside: Mapping[Position, Verification]  # everything that the file builds
    lines: SourceLines


def group_of(verdict: Verdict) -> str:
    """Return the one of `GROUPS` that a verdict is counted in."""
    if verdict.is_defect:
        return "defect"
    if verdict is Verdict.NOT_CONVERTED:
        return "left"
    return "proven" if verdict.is_proof else "unmeasured"


def view_construction(entry: Entry, anchor: str, language: str) -> dict[str, Any]:
    """Return what the template shows of a construction, in the table and in its section."""
    found, built = entry.found, entry.found.built
    group = group_of(found.verdict)
    kinds = diagnostic_kinds()
    verdict = message(f"verify.page.verdict.{found.verdict.value}")
    api = built.written.api if built.written is not None else ""
    return {
        "anchor": anchor,
        "group": group,
        "order": GROUPS.index(group),
        "place": place(entry.file, built.start),
        "api": built.api,
        "becomes": api,
        "outcome": message(f"report.outcome.{built.outcome.value}").in_language(language),
        "claimed": message(f"verify.claimed.{built.outcome.value}").in_language(language),
        "codes": [{"code": code, "severity": kinds[code].severity} for code in built.codes],
        "closeness": _closeness(found, language),
        "worst": "" if found.worst is None else number(found.worst.share),
        "worst_value": -1 if found.worst is None else _javascript(found.worst.share),
        "step": "" if found.worst is None else found.worst.step + 1,
        "verdict": verdict.in_language(language),
        "source": [{"number": line, "text": text} for line, text in entry.lines.of_call(built.start)],
        "used": [_value(used, language) for used in _used(entry)],
        **_measured(entry, language),
        "plots": [*_deviation(found, language), *_rate(found, language)],
        "scripts": [
            {"key": key, "text": "\n".join(map(escape, script.rstrip("\n").split("\n")))}
            for key, script in (("original", found.original), ("converted", found.converted))
            if script
        ],
    }


def _closeness(found: Verification, language: str) -> str:
    if found.verdict is Verdict.SILENT_FAILURE or (found.worst is None and found.verdict.is_proof):
        return message("verify.failed").in_language(language)
    if found.closeness is None:
        return ""
    return message(f"reference.closeness.{found.closeness}").in_language(language)


def _javascript(value: float) -> str:
    """Return a number as the script of the page reads it, to sort by it."""
    return repr(value) if math.isfinite(value) else "Infinity"


def _involved(entry: Entry) -> list[Verification]:
    """Return what is measured together: the construction, its optimizer, and the schedulers beside it."""
    built = entry.found.built
    places = [*([built.optimizer] if built.optimizer is not None else []), *built.beside]
    return [entry.found, *(entry.beside[place] for place in places if place in entry.beside)]


def _used(entry: Entry) -> list[UsedValue]:
    """Return the values that went into a measurement, those of the optimizer of a scheduler, too."""
    involved = _involved(entry) if entry.found.original else [entry.found]
    return list({(used.text, used.line): used for found in involved for used in found.built.used}.values())


def _value(used: UsedValue, language: str) -> dict[str, str]:
    value = str(used.value) if used.is_function else repr(used.value)
    if len(value) > _MOST_CHARACTERS:
        value = f"{value[:_MOST_CHARACTERS]}…"
    return {"text": escape(f"{used.text} = {value}"), "origin": origin(used).in_language(language)}


def _measured(entry: Entry, language: str) -> dict[str, Any]:
    """Return what was measured in words, or what is missing for it, as options to give."""
    found = entry.found
    involved = [each.built for each in _involved(entry)]
    missing = list(dict.fromkeys(text for built in involved for text in built.missing))
    if found.verdict is Verdict.NOT_MEASURED and missing and not any(built.obstacle for built in involved):
        words = message("verify.verdict.not-measured")
        options = [escape(f"--set {shlex.quote(f'{text}=VALUE')}") for text in missing]
    else:
        words, options = measured(found), []
    said = "" if found.verdict is Verdict.NOT_CONVERTED else one_line(words.in_language(language))
    return {
        "measured": said,
        "missing": [escape(text) for text in missing] if options else [],
        "options": options,
    }


def _deviation(found: Verification, language: str) -> Iterator[dict[str, Any]]:
    """Yield the picture of the deviations, if there are any."""
    deviations = found.deviations
    if not deviations:
        return
    picture = plot_deviations(deviations, [limit for _, limit in _LIMITS])
    worst = max(range(len(deviations)), key=deviations.__getitem__)
    largest = deviations[worst]
    verdict = message("verify.page.deviation.none")
    if largest:
        verdict = message("verify.page.deviation.most", share=number(largest), step=str(worst + 1))
    label = message(
        "verify.page.deviation.label",
        api=found.built.api,
        steps=str(len(deviations)),
        verdict=verdict,
        exact=short_number(EXACT),
        close=short_number(CLOSE),
    )
    yield {
        "kind": "deviation",
        "plot": picture,
        "limits": list(_limits(picture, language)),
        **_figure(label, verdict, language),
        "data": _data(picture, deviations, None, language),
    }


def _limits(picture: DeviationPlot, language: str) -> Iterator[dict[str, Any]]:
    for at, (name, limit) in zip(picture.limits, _LIMITS, strict=True):
        called = message(f"reference.closeness.{name}").in_language(language)
        yield {"at": at, "name": name, "label": f"{called} {short_number(limit)}"}


def _rate(found: Verification, language: str) -> Iterator[dict[str, Any]]:
    """Yield the picture of the learning rates, if there are at least two."""
    steps = min(map(len, found.rates))
    if steps < 2:
        return
    before, after = (rates[:steps] for rates in found.rates)
    picture = plot(range(1, steps + 1), before, after)
    verdict, kind = _compared(before, after)
    label = message("html.curve.label", api=found.built.api, steps=str(steps), verdict=verdict)
    yield {
        "kind": f"rate {kind}",
        "plot": picture,
        "limits": [],
        **_figure(label, verdict, language),
        "data": _data(picture, before, after, language),
    }


def _compared(before: Sequence[float], after: Sequence[float]) -> tuple[Text, str]:
    """Return how two learning rates compare, and what such a picture is called."""
    finite = [(a, b) for a, b in zip(before, after, strict=True) if math.isfinite(a) and math.isfinite(b)]
    if len(finite) < len(before):
        return message("verify.page.rate.not_finite"), "apart"
    share, index = largest_difference(before, after)
    if classify(share) == "exact":
        return message("html.curve.alike"), "equal"
    return message("html.curve.apart", percent=f"{100 * share:.2g}", step=str(index + 1)), "apart"


def _figure(label: Text, verdict: Text, language: str) -> dict[str, Any]:
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "label": label.in_language(language),
        "verdict": verdict.in_language(language),
    }


def _data(
    picture: CurvePlot | DeviationPlot, before: Sequence[float], after: Sequence[float] | None, language: str
) -> str:
    """Return the numbers that are read out under the pointer; nothing where JSON cannot say one of them."""
    if len(before) < 2 or not all(map(math.isfinite, (*before, *(after or ())))):
        return ""
    said = {
        "steps": list(range(1, len(before) + 1)),
        "before": [float(f"{value:.6g}") for value in before],
        "after": None if after is None else [float(f"{value:.6g}") for value in after],
        "left": picture.left,
        "right": picture.right,
        "step": message("html.curve.step").in_language(language),
    }
    return json.dumps(said, separators=(",", ":"))
