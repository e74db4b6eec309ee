"""Diagnostics of files as a report speaks of them: recognisable in the next run, and known or new."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optconv.cli.report_paths import report_path
from optconv.cli.source_text import FileLines
from optconv.converter.result import Diagnostic, Position, Reference, diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from optconv.cli.baseline import Baseline

CONVERTIBLE = "OC107"
_DIGITS = 32  # of a fingerprint: 128 bits


@dataclass(frozen=True)
class Finding:
    """One diagnostic of a file."""

    diagnostic: Diagnostic
    fingerprint: str  # the same in the next run, also when lines above it come or go
    new: bool = True  # it is not in the baseline; without one, everything is new


def find(
    name: str, source: bytes, diagnostics: Sequence[Diagnostic], baseline: Baseline | None
) -> tuple[Finding, ...]:
    """Return the findings of a file.

    Args:
        name: the file's name, as it is shown.
        source: its bytes before the conversion.
        diagnostics: what was said of it.
        baseline: the findings of an earlier report.
    """
    if not diagnostics:
        return ()
    lines = FileLines(name, source)
    path = report_path(name)  # the same whether a file was named from here or by its whole path
    seen: Counter[str] = Counter()
    found = []
    for said in diagnostics:
        text = _line(lines, said)
        alike = f"{said.code} {said.api} {text}"
        seen[alike] += 1
        fingerprint = _fingerprint(path, said, text, seen[alike])
        found.append(Finding(said, fingerprint, baseline is None or not baseline.knows(fingerprint)))
    return tuple(found)


def fingerprint_of_convertible(path: str) -> str:
    """Return the fingerprint that OC107 has in a file."""
    return _digest((path, CONVERTIBLE, "1"))


def convertible(references: Iterable[Reference]) -> Diagnostic:
    """Return the diagnostic that says that a file has something to convert."""
    every = list(references)
    converted = [found for found in every if found.outcome.is_converted]
    start = min((found.start for found in converted), key=lambda place: place.order, default=Position(1, 1))
    end = Position(start.line, start.column + 1, start.cell)
    return diagnostic(CONVERTIBLE, start, end, count=str(len(converted)), total=str(len(every)))


def _fingerprint(path: str, said: Diagnostic, line: str, occurrence: int) -> str:
    if said.code == CONVERTIBLE:  # one that a file has once at most must not change with its lines
        return fingerprint_of_convertible(path)
    return _digest((path, said.code, said.api or "", line, str(occurrence)))


def _digest(parts: Iterable[str]) -> str:
    content = "\0".join(parts)
    return hashlib.sha256(content.encode("utf-8", "backslashreplace")).hexdigest()[:_DIGITS]


def _line(lines: FileLines, said: Diagnostic) -> str:
    """Return the code that a diagnostic is about, without the spaces around it."""
    code = lines.of(said.start.cell)
    number = said.start.line
    return " ".join(code[number - 1].split()) if 1 <= number <= len(code) else ""
