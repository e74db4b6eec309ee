"""The table of all targets: what ``optconv targets`` prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optconv.cli.reference.document import Document, Heading, Paragraph, Table, code, same
from optconv.mappings import Text, message
from optconv.parity.evidence import evidence_path, read_evidence

if TYPE_CHECKING:
    from optconv.mappings import Tables


@dataclass(frozen=True)
class TargetDescription:
    """What there is for one target, or for one of its flavours."""

    name: str
    flavor: str | None
    title: Text
    package: str
    versions: tuple[str, ...]  # oldest first
    rows: int  # the flavour's own, where it is one
    cases: int  # that are on record


def describe_target(tables: Tables) -> TargetDescription:
    """Return what there is for one target or flavour. Raises `TableError`."""
    evidence = read_evidence(evidence_path(tables.folder))
    target = tables.target
    return TargetDescription(
        target.name,
        tables.flavor.name if tables.flavor is not None else None,
        tables.flavor.title if tables.flavor is not None else target.title,
        target.package,
        target.versions,
        sum(1 for _ in tables.rows()),
        sum(len(api.cases) for api in evidence.values()),
    )


def lay_out_targets(targets: Sequence[TargetDescription]) -> Document:
    """Return the document that lists the targets."""
    lines = tuple(
        (
            code(target.name),
            code(target.flavor or ""),
            _with_link(target),
            code(target.package),
            same(", ".join(target.versions)),
            same(str(target.rows)),
            same(str(target.cases)),
        )
        for target in targets
    )
    head = (
        same("--to"),
        same("--flavor"),
        message("targets.framework"),
        message("targets.package"),
        message("targets.versions"),
        message("targets.rows"),
        message("targets.cases"),
    )
    return Document((Table(head, lines),))


def lay_out_targets_page(targets: Sequence[TargetDescription]) -> Document:
    """Return the page that leads to the mappings of every target."""
    head = Heading(1, message("targets.title")), Paragraph(message("targets.introduction"))
    return Document((*head, *lay_out_targets(targets).blocks))


def _with_link(target: TargetDescription) -> Text:
    """Return the name of a target as a link to the index of its mappings."""
    label = f"{target.name}/{target.flavor}" if target.flavor else target.name
    return Text.same("[{title}]({page})").format(title=target.title, page=f"mappings/{label}/README.md")
