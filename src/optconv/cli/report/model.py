"""The content of a migration report: how far the move is, what differs, and where a person must act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from optconv.converter.result import Outcome, Position, Severity
from optconv.mappings import Text, diagnostic_kinds

if TYPE_CHECKING:
    from optconv.cli.baseline import Baseline
    from optconv.cli.findings import Finding
    from optconv.cli.settings import Settings
    from optconv.cli.tally import FileResult, Tally
    from optconv.mappings import Tables

ACTIONS = ("failed", "declined", "unclear", "differs", "depends", "around", "directive")
"""The topics of diagnostics that ask for something of a person, the most urgent one first."""


@dataclass(frozen=True)
class Place:
    """Where something stands."""

    path: str
    position: Position
    message: Text  # what is said there

    @property
    def text(self) -> str:
        """Return the place as a person reads it, ``train.py:12`` or ``lab.ipynb:cell 3:12``."""
        return place_text(self.path, self.position)


def place_text(path: str, position: Position) -> str:
    """Return a place as a person reads it, ``train.py:12`` or ``lab.ipynb:cell 3:12``."""
    cell = "" if position.cell is None else f"cell {position.cell}:"
    return f"{path}:{cell}{position.line}"


@dataclass(frozen=True)
class ApiSummary:
    """What became of every reference to one API."""

    api: str
    outcomes: Counter[Outcome]
    files: int
    becomes: tuple[str, ...]  # what the tables have for it; empty for methods, and where there is nothing

    @property
    def total(self) -> int:
        """Return how many references there are."""
        return sum(self.outcomes.values())


@dataclass(frozen=True)
class Cause:
    """Findings that have one cause: the same code about the same API, which a person decides about once."""

    code: str
    api: str | None
    topic: str
    severity: Severity
    places: tuple[Place, ...]
    new: int  # how many of them no baseline knows

    @property
    def message(self) -> Text:
        """Return what is said at the first place."""
        return self.places[0].message

    @property
    def messages(self) -> int:
        """Return how many different things are said."""
        return len({place.message for place in self.places})

    @property
    def files(self) -> int:
        """Return in how many files they are."""
        return len({place.path for place in self.places})


@dataclass(frozen=True)
class MigrationReport:
    """Everything that a report can say."""

    settings: Settings
    tables: Tables
    files: tuple[FileResult, ...]  # those of which there is something to say
    tally: Tally
    exit_status: int
    baseline: Baseline | None

    @property
    def language(self) -> str:
        """Return "en" or "zh"."""
        return self.settings.language

    @cached_property
    def apis(self) -> tuple[ApiSummary, ...]:
        """Return the APIs that were found, those with most references first."""
        outcomes: dict[str, Counter[Outcome]] = {}
        files: dict[str, set[str]] = {}
        for file in self.files:
            for reference in file.references:
                outcomes.setdefault(reference.api, Counter())[reference.outcome] += 1
                files.setdefault(reference.api, set()).add(file.name)
        found = [
            ApiSummary(api, counts, len(files[api]), self._becomes(api)) for api, counts in outcomes.items()
        ]
        return tuple(sorted(found, key=lambda each: (-each.total, each.api)))

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """Return all findings by their causes, the most urgent topic first, then those with most places."""
        grouped: dict[tuple[str, str | None], list[tuple[Finding, Place]]] = {}
        for file in self.files:
            for finding in file.findings:
                said = finding.diagnostic
                entry = finding, Place(file.name, said.start, said.message)
                grouped.setdefault((said.code, said.api), []).append(entry)
        causes = [_cause(code, api, found) for (code, api), found in grouped.items()]
        return tuple(sorted(causes, key=lambda c: (urgency(c.topic), -len(c.places), c.code, c.api or "")))

    @property
    def to_do(self) -> tuple[Cause, ...]:
        """Return the causes that ask for something of a person."""
        return tuple(cause for cause in self.causes if cause.topic in ACTIONS)

    def about(self, *topics: str) -> tuple[Cause, ...]:
        """Return the causes of some topics."""
        return tuple(cause for cause in self.causes if cause.topic in topics)

    @property
    def places_to_do(self) -> int:
        """Return at how many places a person must act."""
        return sum(len(cause.places) for cause in self.to_do)

    @property
    def files_to_do(self) -> int:
        """Return in how many files a person must act."""
        return len({place.path for cause in self.to_do for place in cause.places})

    @property
    def new(self) -> int:
        """Return how many findings are not in the baseline."""
        return sum(self.tally.new.values())

    def _becomes(self, api: str) -> tuple[str, ...]:
        row = self.tables.row(api)
        return tuple(dict.fromkeys(case.to for case in row.cases if case.to)) if row is not None else ()


def _cause(code: str, api: str | None, found: Sequence[tuple[Finding, Place]]) -> Cause:
    first = found[0][0].diagnostic
    return Cause(
        code,
        api,
        diagnostic_kinds()[code].topic,
        first.severity,
        tuple(place for _, place in found),
        sum(finding.new for finding, _ in found),
    )


def urgency(topic: str) -> int:
    """Return by what number topics are sorted, the most urgent one first."""
    return ACTIONS.index(topic) if topic in ACTIONS else len(ACTIONS)


class CollectedReport:
    """A report of a format that is written when everything is known: it keeps what there is to say."""

    def __init__(
        self,
        settings: Settings,
        tables: Tables,
        write: Callable[[MigrationReport], Iterable[str]],
        output: Callable[[str], None],
    ) -> None:
        """Prepare to collect.

        Args:
            settings: the choices of the run.
            tables: those of the target.
            write: makes the pieces of the text.
            output: what each piece is given to.
        """
        self._settings = settings
        self._tables = tables
        self._write = write
        self._output = output
        self._files: list[FileResult] = []

    def add(self, result: FileResult) -> None:
        """Keep what came of one file, if anything is to be said of it."""
        if result.references or result.findings or result.ignored or result.skipped or result.failed:
            self._files.append(result)

    def close(self, tally: Tally, exit_status: int, baseline: Baseline | None) -> None:
        """Write the text."""
        report = MigrationReport(
            self._settings, self._tables, tuple(self._files), tally, exit_status, baseline
        )
        for piece in self._write(report):
            self._output(piece)
