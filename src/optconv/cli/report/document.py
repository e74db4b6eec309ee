"""Lays a migration report out as a document, for text and Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from optconv.cli.reference.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Paragraph,
    Table,
    code,
    joined,
    same,
)
from optconv.cli.reference.row_description import SOURCE_TITLE
from optconv.cli.report.model import ACTIONS, Cause
from optconv.cli.report.sentences import compared_with, percent, summary_sentences
from optconv.converter.result import Outcome
from optconv.mappings import Text, diagnostic_kinds, message

if TYPE_CHECKING:
    from optconv.cli.report.model import ApiSummary, MigrationReport
    from optconv.cli.tally import FileResult

_Entry = TypeVar("_Entry")
_LONGEST = 300  # characters of a message in a table


def lay_out_report(report: MigrationReport, most: int | None) -> Document:
    """Return the report as a document.

    Args:
        report: what to say.
        most: how many lines a table may have; the rest is counted. None: as many as there are.
    """
    target = report.tables.target.title
    title = message("report.title", source=SOURCE_TITLE, target=target)
    blocks = (
        Heading(1, title),
        *_how_far(report),
        *_to_do(report, most),
        *_compared(report, most),
        *_dropped(report, most),
        *_files(report, most),
        *_apis(report, most),
    )
    return Document(tuple(blocks))


def _how_far(report: MigrationReport) -> Iterator[Block]:
    yield Bullets(tuple(summary_sentences(report)))
    tally = report.tally
    if not tally.references:
        return
    rows = [
        (
            message(f"report.outcome.{outcome.value}"),
            tally.outcomes[outcome],
            percent(tally.outcomes[outcome], tally.references),
        )
        for outcome in Outcome
    ]
    lines = tuple((name, same(str(count)), same(f"{share} %")) for name, count, share in rows)
    yield Heading(2, message("report.how_far"))
    yield Table((message("report.outcome"), message("report.references"), message("report.share")), lines)


def _to_do(report: MigrationReport, most: int | None) -> Iterator[Block]:
    if not report.to_do:
        return
    yield Heading(2, message("report.to_do"))
    for topic in ACTIONS:
        causes = report.about(topic)
        if causes:
            yield Heading(3, message(f"report.topic.{topic}"))
            yield _causes(causes, report, most)


def _causes(causes: Sequence[Cause], report: MigrationReport, most: int | None) -> Table:
    head = (
        message("report.code"),
        message("report.api"),
        message("report.places"),
        message("report.in_files"),
        message("report.first"),
        message("report.message"),
    )
    source = f"{report.tables.source_module}."
    return Table(head, _limited(causes, most, lambda cause: _cause_line(cause, source)))


def _cause_line(cause: Cause, source: str) -> tuple[Text, ...]:
    return (
        code_link(cause.code),
        code((cause.api or "").removeprefix(source)),
        same(str(len(cause.places))),
        same(str(cause.files)),
        code(cause.places[0].text),
        _message(cause),
    )


def _message(cause: Cause) -> Text:
    """Return what is said at the first place, and how much else at the others."""
    first = _shortened(cause.message)
    if cause.messages == 1:
        return first
    return message("report.and_others", message=first, count=str(cause.messages - 1))


def code_link(name: str) -> Text:
    """Return a code as a link to its page."""
    return same(f"[{name}](diagnostics/{name}.md)") if name in diagnostic_kinds() else same(name)


def _compared(report: MigrationReport, most: int | None) -> Iterator[Block]:
    baseline = report.baseline
    if baseline is None:
        return
    yield Heading(2, message("report.compared"))
    yield Paragraph(compared_with(code(baseline.name).en, report, baseline))
    fresh = [
        (file.name, finding)
        for file in report.files
        for finding in file.findings
        if finding.new and finding.diagnostic.severity.rank > 1
    ]
    head = (message("report.place"), message("report.code"), message("report.message"))
    if fresh:
        yield Heading(3, message("report.new"))
        yield Table(
            head,
            _limited(
                fresh,
                most,
                lambda entry: (
                    code(f"{entry[0]}:{entry[1].diagnostic.start.line}"),
                    code_link(entry[1].diagnostic.code),
                    _shortened(entry[1].diagnostic.message),
                ),
            ),
        )
    if baseline.gone:
        yield Heading(3, message("report.gone"))
        yield Table(
            head,
            _limited(
                baseline.gone,
                most,
                lambda known: (
                    code(f"{known.path}:{known.line}"),
                    code_link(known.code),
                    _shortened(same(known.message)),
                ),
            ),
        )


def _dropped(report: MigrationReport, most: int | None) -> Iterator[Block]:
    causes = report.about("dropped")
    if causes:
        yield Heading(2, message("report.dropped"))
        yield _causes(causes, report, most)


def _files(report: MigrationReport, most: int | None) -> Iterator[Block]:
    files = sorted(report.files, key=lambda file: (-to_do_in(file), file.name))
    if not files:
        return
    yield Heading(2, message("report.files"))
    done = message("report.converted" if report.settings.writes else "report.would_be_converted")
    head = (message("report.file"), message("report.references"), done, message("report.left_to_do"))
    yield Table(head, _limited(files, most, _file_line))


def _file_line(file: FileResult) -> tuple[Text, ...]:
    return (
        code(file.name),
        same(str(len(file.references))),
        same(str(file.converted)),
        same(str(to_do_in(file))),
    )


def to_do_in(file: FileResult) -> int:
    """Return how many findings of a file ask for something of a person."""
    return sum(diagnostic_kinds()[f.diagnostic.code].topic in ACTIONS for f in file.findings)


def _apis(report: MigrationReport, most: int | None) -> Iterator[Block]:
    if not report.apis:
        return
    yield Heading(2, message("report.apis"))
    outcomes = tuple(message(f"report.outcome.{outcome.value}") for outcome in Outcome)
    head = (
        message("report.api"),
        message("report.becomes"),
        message("report.references"),
        *outcomes,
        message("report.in_files"),
    )
    yield Table(head, _limited(report.apis, most, lambda api: _api_line(api, report)))


def _api_line(api: ApiSummary, report: MigrationReport) -> tuple[Text, ...]:
    source, target = f"{report.tables.source_module}.", f"{report.tables.target.module}."
    counts = (same(str(api.outcomes[outcome] or "")) for outcome in Outcome)
    becomes = joined([code(name.removeprefix(target)) for name in api.becomes], ", ")
    return (code(api.api.removeprefix(source)), becomes, same(str(api.total)), *counts, same(str(api.files)))


def _limited(
    entries: Sequence[_Entry], most: int | None, line: Callable[[_Entry], tuple[Text, ...]]
) -> tuple[tuple[Text, ...], ...]:
    """Return the lines of a table, the last of which counts those that are left out."""
    lines = [line(entry) for entry in entries[:most]]
    if most is not None and len(entries) > most:
        more = message("report.more", count=str(len(entries) - most))
        lines.append((more, *(same("") for _ in lines[0][1:])))
    return tuple(lines)


def _shortened(text: Text) -> Text:
    return Text(*(_one_line(version) for version in (text.en, text.zh)))


def _one_line(text: str) -> str:
    line = " ".join(text.split()).replace("[", "(").replace("]", ")")  # no links come from a source file
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
