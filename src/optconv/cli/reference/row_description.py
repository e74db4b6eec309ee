"""What the tables and the record say about one API, as values: no layout, no file, no terminal.

`describe_row` is what ``optconv show`` and the generated pages have in common.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optconv.cli.reference.form_description import Form, describe_forms
from optconv.cli.reference.further_notes import find_notes
from optconv.cli.reference.member_description import MemberLine, describe_members
from optconv.cli.reference.workaround_code import without_harness
from optconv.parity.compare import CLOSENESSES
from optconv.parity.evidence import ApiEvidence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optconv.mappings import Tables, Text
    from optconv.mappings.schema import Row, SourceApi, Workaround
    from optconv.parity.evidence import CaseEvidence

SOURCE_TITLE = "PyTorch"


@dataclass(frozen=True)
class ClassEvidence:
    """The measured cases of one class (exact, close or lossy) together."""

    closeness: str
    cases: int
    worst: str  # the largest relative deviation, as it is recorded


@dataclass(frozen=True)
class ShownWorkaround:
    """What a person can write instead, without the words of the parity harness."""

    title: Text
    parameter: str  # "" where it is about the API as a whole
    original: str
    rewritten: str
    dense: bool
    since: str | None
    worst: str | None  # the deviation that was measured; None where nothing is recorded


@dataclass(frozen=True)
class RowDescription:
    """Everything that a person can look up about one API and one target."""

    api: str
    page: str  # what its page is called
    source_module: str  # "torch", or the package of a team
    source_title: str
    target: str  # "paddle", "mindspore/nn": its pages lie below a folder of this name
    target_title: Text
    attach: tuple[str, str] | None  # of a scheduler: the optimizer's argument that takes it, and what sets it
    summary: Text
    reference: str
    forms: tuple[Form, ...]
    members: tuple[MemberLine, ...]
    member_pages: tuple[tuple[str, str], ...]  # base classes whose members hold, too: API and page
    unconvertible: Text | None
    notes: tuple[tuple[str, Text], ...]  # every note of the row, with its place in the table
    workarounds: tuple[ShownWorkaround, ...]
    versions: Mapping[str, str]  # of the frameworks, when it was measured
    cases: tuple[CaseEvidence, ...]  # what was measured, workarounds left out
    target_versions: tuple[str, ...]  # known, oldest first
    origin: str = ""  # of a row of a team's own: its file and line; optconv has measured nothing of it

    @property
    def since(self) -> Mapping[str, str]:
        """Return the first version of the target for each class that the API becomes."""
        return {form.to: form.since for form in self.forms}

    @property
    def classes(self) -> tuple[ClassEvidence, ...]:
        """Return what was measured, by class, best first."""
        found = []
        for closeness in CLOSENESSES:
            worst = [case.worst for case in self.cases if case.closeness == closeness]
            if worst:
                found.append(ClassEvidence(closeness, len(worst), max(worst, key=float)))
        return tuple(found)


def describe_row(row: Row, tables: Tables, evidence: ApiEvidence | None, page: str = "") -> RowDescription:
    """Return what the tables and the record say about the API of ``row``.

    Args:
        row: of ``tables``.
        tables: of the target.
        evidence: what is recorded for the API, if anything is.
        page: what its page is called; by default its short name.
    """
    source = tables.source_apis[row.api]
    measured = evidence or ApiEvidence({}, ())
    pages = page_names(tables)
    bases = [a.name for a in tables.ancestry(source) if a is not source and _has_members(tables, a.name)]
    return RowDescription(
        api=row.api,
        page=page or source.short_name,
        source_module=row.api.partition(".")[0],
        source_title=SOURCE_TITLE,
        target=tables.label,
        target_title=tables.target.title,
        attach=_attach(source, tables),
        summary=row.summary,
        reference=row.reference,
        forms=describe_forms(row, source, tables),
        members=describe_members(row, source, tables),
        member_pages=tuple((base, pages[base]) for base in bases if base in pages),
        unconvertible=row.unconvertible,
        notes=tuple(find_notes(row)),
        workarounds=tuple(_workaround(entry, measured) for entry in row.workarounds),
        versions=measured.versions,
        cases=tuple(case for case in measured.cases if not case.workaround),
        target_versions=tables.target.versions,
        origin=row.origin,
    )


def page_names(tables: Tables) -> dict[str, str]:
    """Return what the page of each row is called: the short name, or more of it where two have the same."""
    names = [row.api for row in tables.rows()]
    short = [name.rpartition(".")[2] for name in names]
    return {
        name: last if short.count(last) == 1 else name.partition(".")[2]
        for name, last in zip(names, short, strict=True)
    }


def _attach(source: SourceApi, tables: Tables) -> tuple[str, str] | None:
    attach = tables.attach if source.kind == "scheduler" else None
    return (attach.argument, attach.set.text if attach.set else "") if attach else None


def _has_members(tables: Tables, api: str) -> bool:
    row = tables.row(api)
    return row is not None and bool(row.members)


def _workaround(entry: Workaround, evidence: ApiEvidence) -> ShownWorkaround:
    measured = (case.worst for case in evidence.cases if case.workaround and case.case == entry.title.en)
    return ShownWorkaround(
        title=entry.title,
        parameter=entry.parameter,
        original=without_harness(entry.original),
        rewritten=without_harness(entry.rewritten),
        dense=entry.dense,
        since=entry.since,
        worst=next(measured, None),
    )
