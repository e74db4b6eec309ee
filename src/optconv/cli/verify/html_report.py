"""What ``optconv verify`` measures, as one HTML page: it fills the template with what the report says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optconv import __version__
from optconv.cli.html.frame import keys, render
from optconv.cli.html.tables import view_codes
from optconv.cli.reference.row_description import SOURCE_TITLE
from optconv.cli.report.sentences import percent
from optconv.cli.terminal import escape, one_line
from optconv.cli.verify.html_construction import GROUPS, Entry, group_of, view_construction
from optconv.cli.verify.source_lines import SourceLines
from optconv.cli.verify.words import defect, short_number
from optconv.mappings import message
from optconv.parity.compare import CLOSE, EXACT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optconv.cli.verify.report import VerificationReport
    from optconv.mappings import Text

_BARS = {"proven": "exact", "defect": "declined", "unmeasured": "warned", "left": "not-understood"}


def render_html(report: VerificationReport) -> str:
    """Return the page."""
    title = message("verify.page.title", source=SOURCE_TITLE, target=report.tables.target.title)
    return render(
        "verify.html.jinja", title, report.language, _values(report), "optconv.cli.verify", "verify.css"
    )


def _values(report: VerificationReport) -> dict[str, Any]:
    """Return what the template needs."""
    entries = sorted(_entries(report), key=lambda entry: not entry.found.verdict.is_defect)
    language = report.language
    constructions = [
        view_construction(entry, f"construction-{count}", language) for count, entry in enumerate(entries, 1)
    ]
    defects = [each for each in constructions if each["group"] == "defect"]
    unreadable = list(_unreadable(report))
    contents = _contents(
        defects=bool(defects), unreadable=bool(unreadable), constructions=bool(constructions)
    )
    return {
        "say": _words(),
        "keys": keys(
            message("verify.page.key.next"),
            message("verify.page.key.previous"),
            message("verify.page.key.open"),
        ),
        "contents": [(anchor, name.in_language(language)) for anchor, name in contents],
        **_summary(report),
        "columns": [
            {"name": name.in_language(language), "number": is_number} for name, is_number in _columns()
        ],
        "topics": _topics(report),
        "constructions": constructions,
        "defects": defects,
        "what_to_do": _what_to_do(report),
        "unreadable": unreadable,
        "codes": view_codes(_codes(report), language),
    }


def _entries(report: VerificationReport) -> Iterator[Entry]:
    for file in report.files:
        lines = SourceLines(file.name, file.source)
        by_place = {found.built.start: found for found in file.verifications}
        for found in file.verifications:
            yield Entry(file.name, found, by_place, lines)


def _words() -> dict[str, Text]:
    """Return the words that stand in the template itself, beside those of the frame."""
    return {
        "all": message("verify.page.all"),
        "defects": message("verify.page.defects"),
        "each": message("verify.page.each"),
        "unreadable": message("verify.page.unreadable"),
        "nothing": message("verify.nothing_built"),
        "about": message("verify.page.about"),
        "becomes": message("verify.page.becomes"),
        "place": message("report.place"),
        "claimed": message("verify.label.claimed"),
        "measured": message("verify.label.measured"),
        "worst": message("verify.page.worst"),
        "step": message("html.curve.step"),
        "verdict": message("verify.page.verdict"),
        "used": message("verify.page.values"),
        "missing": message("verify.page.missing"),
        "scripts": message("verify.page.scripts"),
        "original": message("verify.label.original"),
        "converted": message("verify.label.converted"),
        "deviation": message("verify.page.deviation"),
        "rate": message("verify.page.rate"),
        "footer": message("verify.page.footer", version=__version__),
        "source": message("verify.page.source"),
    }


def _summary(report: VerificationReport) -> dict[str, Any]:
    """Return what the template needs for the cards at the top."""
    counts, total, language = _counts(report), len(report.verifications), report.language
    converted = total - counts["left"]
    legend = [
        {
            "key": _BARS[group],
            "label": message(f"verify.page.group.{group}").in_language(language),
            "count": counts[group],
            "percent": f"{percent(counts[group], total)} %",
        }
        for group in GROUPS
    ]
    said = message("verify.page.proven", proofs=str(counts["proven"]), total=str(converted))
    if not total:
        said = message("verify.nothing_built")
    return {
        "percent": f"{percent(counts['proven'], converted)} %" if converted else "-",
        "rate": said.in_language(language),
        "share_label": "; ".join(f"{part['label']}: {part['count']}" for part in legend),
        "bars": list(_bars(legend, total)),
        "legend": legend,
        "remarks": [text.in_language(language) for text in _remarks(report)],
    }


def _counts(report: VerificationReport) -> dict[str, int]:
    groups = [group_of(found.verdict) for found in report.verifications]
    return {group: groups.count(group) for group in GROUPS}


def _bars(legend: Sequence[dict[str, Any]], total: int) -> Iterator[dict[str, Any]]:
    """Yield the parts of the bar; together they are 100 wide."""
    if not total:
        yield {"key": "none", "label": "", "count": 0, "x": 0, "width": 100}
    x = 0.0
    for part in legend:
        width = 100 * part["count"] / max(total, 1)
        if width:
            yield {**part, "x": round(x, 3), "width": round(width, 3)}
        x += width


def _remarks(report: VerificationReport) -> Iterator[Text]:
    """Yield what a reader has to know before the numbers."""
    if report.versions:
        versions = ", ".join(f"{name} {version}" for name, version in report.versions.items())
        yield message("verify.page.measured_on", versions=versions, version=__version__)
    yield message("verify.page.nothing_run")
    yield message("verify.page.share", exact=short_number(EXACT), close=short_number(CLOSE))


def _topics(report: VerificationReport) -> list[dict[str, Any]]:
    """Return what the constructions can be filtered by."""
    return [
        {
            "key": group,
            "label": message(f"verify.page.group.{group}").in_language(report.language),
            "count": count,
        }
        for group, count in _counts(report).items()
        if count
    ]


def _columns() -> Iterator[tuple[Text, bool]]:
    """Yield the heads of the table, and whether a column is of numbers."""
    yield message("report.place"), False
    yield message("verify.page.becomes"), False
    yield message("verify.label.claimed"), False
    yield message("verify.label.measured"), False
    yield message("verify.page.worst"), True
    yield message("html.curve.step"), True
    yield message("verify.page.verdict"), False


def _contents(*, defects: bool, unreadable: bool, constructions: bool) -> Iterator[tuple[str, Text]]:
    """Yield the sections that there are."""
    if defects:
        yield "defects", message("verify.page.defects")
    yield "all", message("verify.page.all")
    if unreadable:
        yield "unreadable", message("verify.page.unreadable")
    if constructions:
        yield "each", message("verify.page.each")


def _what_to_do(report: VerificationReport) -> list[str]:
    """Return what a person shall do about the defects, once for each API."""
    texts = (defect(found) for found in report.verifications if found.verdict.is_defect)
    return list(dict.fromkeys(one_line(text.in_language(report.language)) for text in texts))


def _unreadable(report: VerificationReport) -> Iterator[dict[str, str]]:
    for file in report.files:
        if file.problem is not None:
            said = one_line(file.problem.message.in_language(report.language))
            yield {"name": escape(file.name), "code": file.problem.code, "message": said}


def _codes(report: VerificationReport) -> set[str]:
    problems = {file.problem.code for file in report.files if file.problem is not None}
    return problems | {code for found in report.verifications for code in found.built.codes}
