"""A file before and after its conversion, line beside line, with the findings under their lines."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from optconv.cli.source_text import lines_of
from optconv.cli.terminal import escape
from optconv.converter import cells_of

if TYPE_CHECKING:
    from optconv.cli.findings import Finding
    from optconv.cli.tally import FileResult

CONTEXT = 3  # unchanged lines that are shown around what is to be seen
_LONGEST = 400  # characters of a line
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_LONG = 5_000  # lines; of longer files the comparison takes a short cut
_MOST_PAIRS = 10_000  # comparisons of lines in one change
_ALIKE = 0.35  # lines that have less in common than this are no versions of one line

Kind = Literal["same", "changed", "removed", "added", "gap"]


@dataclass(frozen=True)
class Piece:
    """A part of a line; ``marked`` where the other side differs."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class Side:
    """One line of one side."""

    number: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Row:
    """Two lines that stand beside each other, or how many are left out."""

    kind: Kind
    left: Side | None = None
    right: Side | None = None
    findings: tuple[Finding, ...] = ()  # about the line on the left
    left_out: int = 0


@dataclass(frozen=True)
class Section:
    """A file, or one cell of a notebook."""

    cell: int | None
    rows: tuple[Row, ...]


def sections_of(file: FileResult) -> tuple[Section, ...]:
    """Return what there is to see of a file: its changes, its findings, and the lines around them."""
    by_cell: dict[int | None, list[Finding]] = {}
    for finding in file.findings:
        by_cell.setdefault(finding.diagnostic.start.cell, []).append(finding)
    before = cells_of(file.name, file.before)
    after = cells_of(file.name, file.after if file.changed else file.before)
    if before is None:
        new = lines_of(file.after) if file.changed else lines_of(file.before)
        return _sections([(None, lines_of(file.before), new)], by_cell)
    cells = [
        (cell, text.split("\n"), (after or {}).get(cell, text).split("\n")) for cell, text in before.items()
    ]
    return _sections(cells, by_cell)


def _sections(
    texts: Sequence[tuple[int | None, list[str], list[str]]], findings: Mapping[int | None, Sequence[Finding]]
) -> tuple[Section, ...]:
    found = (
        Section(cell, tuple(_shown(list(_rows(old, new, findings.get(cell, ()))))))
        for cell, old, new in texts
    )
    return tuple(section for section in found if section.rows)


def _rows(old: list[str], new: list[str], findings: Sequence[Finding]) -> Iterator[Row]:
    at_line: dict[int, list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: f.diagnostic.start.order):
        line = min(finding.diagnostic.start.line, max(len(old), 1))
        at_line.setdefault(line, []).append(finding)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=len(old) > _LONG)
    for tag, first, last, new_first, new_last in matcher.get_opcodes():
        pairs = (
            [(i, new_first + i - first) for i in range(first, last)]
            if tag == "equal"
            else _paired(old, new, range(first, last), range(new_first, new_last))
        )
        for left, right in pairs:
            yield _row(old, new, left, right, tuple(at_line.get(left + 1, ())) if left is not None else ())


def _paired(old: list[str], new: list[str], left: range, right: range) -> list[tuple[int | None, int | None]]:
    """Return which changed lines stand beside each other: those that are alike, in order."""
    if len(left) * len(right) > _MOST_PAIRS:
        return [*((line, None) for line in left), *((None, line) for line in right)]
    pairs: list[tuple[int | None, int | None]] = []
    position = right.start
    for line in left:
        match = next((other for other in range(position, right.stop) if _alike(old[line], new[other])), None)
        if match is None:
            pairs.append((line, None))
            continue
        pairs += [(None, other) for other in range(position, match)]
        pairs.append((line, match))
        position = match + 1
    return [*pairs, *((None, other) for other in range(position, right.stop))]


def _alike(old: str, new: str) -> bool:
    matcher = difflib.SequenceMatcher(None, old.strip(), new.strip(), autojunk=False)
    return matcher.quick_ratio() > _ALIKE and matcher.ratio() > _ALIKE


def _row(
    old: list[str], new: list[str], left: int | None, right: int | None, findings: tuple[Finding, ...]
) -> Row:
    if left is None and right is not None:
        return Row("added", right=Side(right + 1, _plain(new[right])))
    assert left is not None
    if right is None:
        return Row("removed", Side(left + 1, _plain(old[left])), findings=findings)
    if old[left] == new[right]:
        same = _plain(old[left])
        return Row("same", Side(left + 1, same), Side(right + 1, same), findings)
    before, after = _marked(_cut(old[left]), _cut(new[right]))
    return Row("changed", Side(left + 1, before), Side(right + 1, after), findings)


def _marked(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return the two versions of a line in pieces: what both have, and what only one of them has."""
    words, others = _WORD.findall(old), _WORD.findall(new)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        for side, part in ((left, words[a:b]), (right, others[c:d])):
            if part:
                side.append(Piece(_visible("".join(part)), tag != "equal"))
    return tuple(left), tuple(right)


def _plain(line: str) -> tuple[Piece, ...]:
    return (Piece(_visible(_cut(line))),)


def _cut(line: str) -> str:
    line = line.expandtabs(4)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _visible(text: str) -> str:
    """Return text in which nothing can hide, such as characters that turn the direction of a line."""
    return escape(text) if not text.isprintable() else text


def _shown(rows: list[Row]) -> Iterator[Row]:
    """Yield the rows that are to be seen with those around them, and a gap for every run that is left out."""
    wanted = {
        near
        for index, row in enumerate(rows)
        if row.kind != "same" or row.findings
        for near in range(index - CONTEXT, index + CONTEXT + 1)
    }
    left_out = 0
    for index, row in enumerate(rows):
        if index not in wanted:
            left_out += 1
            continue
        if left_out:
            yield Row("gap", left_out=left_out)
            left_out = 0
        yield row
    if left_out and wanted:
        yield Row("gap", left_out=left_out)
