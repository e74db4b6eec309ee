"""Lays a migration report out as a document, for text and Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
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
from optconv.cli.report import words
from optconv.cli.report.model import ACTIONS, Cause
from optconv.converter.result import Outcome
from optconv.mappings import Text, diagnostic_kinds

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
    title = words.TITLE.format(source="PyTorch", target=target)
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


def percent(part: int, whole: int) -> str:
    """Return a share in whole percent, never rounded up."""
    return str(Fraction(100 * part, whole).__floor__()) if whole else "-"


def summary_sentences(report: MigrationReport) -> list[Text]:
    """Return what a migration owner asks first, in sentences."""
    tally = report.tally
    source = f"{report.tables.source_module}.optim"
    said = [
        words.FILES_SEEN.format(
            files=words.counted(tally.files, "file"),
            changed=str(tally.changed),
            failed=str(tally.failed),
            skipped=str(tally.skipped),
        )
    ]
    if tally.references:
        share = percent(tally.converted, tally.references)
        said.append(
            words.RATE.format(
                converted=str(tally.converted),
                total=words.counted(tally.references, "reference"),
                source=source,
                percent=share,
            )
        )
    else:
        said.append(words.NO_REFERENCES.format(source=source))
    if report.to_do:
        said.append(
            words.WORK.format(
                places=words.counted(report.places_to_do, "place"),
                files=words.counted(report.files_to_do, "file"),
                causes=words.counted(len(report.to_do), "cause"),
            )
        )
    else:
        said.append(words.NOTHING_TO_DO)
    if tally.ignored:
        said.append(words.IGNORED.format(count=words.counted(tally.ignored, "diagnostic")))
    if tally.remaining:
        module = report.tables.source_module
        said.append(words.REMAINING.format(count=words.counted(tally.remaining, "other use"), module=module))
    return said


def _how_far(report: MigrationReport) -> Iterator[Block]:
    yield Bullets(tuple(summary_sentences(report)))
    tally = report.tally
    if not tally.references:
        return
    rows = [
        (words.OUTCOMES[outcome], tally.outcomes[outcome], percent(tally.outcomes[outcome], tally.references))
        for outcome in Outcome
    ]
    lines = tuple((name, same(str(count)), same(f"{share} %")) for name, count, share in rows)
    yield Heading(2, words.HOW_FAR)
    yield Table((words.OUTCOME, words.REFERENCES, words.SHARE), lines)


def _to_do(report: MigrationReport, most: int | None) -> Iterator[Block]:
    if not report.to_do:
        return
    yield Heading(2, words.TO_DO)
    for topic in ACTIONS:
        causes = report.about(topic)
        if causes:
            yield Heading(3, words.TOPICS[topic])
            yield _causes(causes, report, most)


def _causes(causes: Sequence[Cause], report: MigrationReport, most: int | None) -> Table:
    head = (words.CODE, words.API, words.PLACES, words.IN_FILES, words.FIRST, words.MESSAGE)
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
    message = _shortened(cause.message)
    if cause.messages == 1:
        return message
    return words.AND_OTHERS.format(message=message, count=str(cause.messages - 1))


def code_link(name: str) -> Text:
    """Return a code as a link to its page."""
    return same(f"[{name}](diagnostics/{name}.md)") if name in diagnostic_kinds() else same(name)


def _compared(report: MigrationReport, most: int | None) -> Iterator[Block]:
    baseline = report.baseline
    if baseline is None:
        return
    yield Heading(2, words.COMPARED)
    counts = {"new": report.new, "known": len(baseline.seen), "gone": len(baseline.gone)}
    numbers = {name: str(count) for name, count in counts.items()}
    yield Paragraph(words.BASELINE.format(report=f"`{baseline.name}`", **numbers))
    fresh = [
        (file.name, finding)
        for file in report.files
        for finding in file.findings
        if finding.new and finding.diagnostic.severity.rank > 1
    ]
    head = (words.PLACE, words.CODE, words.MESSAGE)
    if fresh:
        yield Heading(3, words.NEW)
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
        yield Heading(3, words.GONE)
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
        yield Heading(2, words.DROPPED)
        yield _causes(causes, report, most)


def _files(report: MigrationReport, most: int | None) -> Iterator[Block]:
    files = sorted(report.files, key=lambda file: (-to_do_in(file), file.name))
    if not files:
        return
    yield Heading(2, words.FILES)
    done = words.CONVERTED if report.settings.writes else words.WOULD_BE_CONVERTED
    head = (words.FILE, words.REFERENCES, done, words.LEFT_TO_DO)
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
    yield Heading(2, words.APIS)
    outcomes = tuple(words.OUTCOMES[outcome] for outcome in Outcome)
    head = (words.API, words.BECOMES, words.REFERENCES, *outcomes, words.IN_FILES)
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
        more = words.MORE.format(count=str(len(entries) - most))
        lines.append((more, *(same("") for _ in lines[0][1:])))
    return tuple(lines)


def _shortened(text: Text) -> Text:
    return Text(*(_one_line(version) for version in (text.en, text.zh)))


def _one_line(text: str) -> str:
    line = " ".join(text.split()).replace("[", "(").replace("]", ")")  # no links come from a source file
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
