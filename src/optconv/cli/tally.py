"""What came of each file, and the counts over all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from optconv.cli.findings import CONVERTIBLE, Finding
from optconv.converter.result import Diagnostic, Outcome, Reference, Severity

if TYPE_CHECKING:
    from optconv.cli.baseline import Baseline
    from optconv.cli.settings import Settings
    from optconv.converter import Schedule

MOST_NAMES = 20  # a run over a hundred thousand files keeps no more names than a person would read


@dataclass(frozen=True)
class FileResult:
    """What came of one file. A file that failed is left as it was, and its references are not counted."""

    name: str
    before: bytes = b""
    after: bytes = b""
    diagnostics: tuple[Diagnostic, ...] = ()
    references: tuple[Reference, ...] = ()
    failed: bool = False
    remaining: int = 0  # names of the source framework that are left in it, where it was converted
    ignored: tuple[Diagnostic, ...] = ()  # what somebody chose not to be told
    schedules: tuple[Schedule, ...] = ()  # the schedulers that are built in it
    skipped: bool = False  # the file says that it is to be left alone
    would_change: bool = False  # where the converted text was not asked for: whether it is another
    ignored_codes: frozenset[str] = frozenset()  # what the configuration ignores in it; the rest comments do
    unread: bool = False  # it failed because it could not even be read
    findings: tuple[Finding, ...] = ()  # its diagnostics, as reports speak of them

    @property
    def says_convertible(self) -> bool:
        """Return whether it has something to convert, and somebody wants to be told so.

        A file that would only get a comment above a statement that stays has nothing.
        """
        return self.changed and self.converted > 0 and CONVERTIBLE not in self.ignored_codes

    @property
    def converted(self) -> int:
        """Return how many of its references are converted."""
        return sum(found.outcome.is_converted for found in self.references)

    @property
    def changed(self) -> bool:
        """Return whether the file was converted, or would be."""
        return not self.failed and (self.would_change or self.before != self.after)


@dataclass
class Tally:
    """Counts over the files of a run."""

    files: int = 0
    changed: int = 0
    failed: int = 0
    remaining: int = 0  # names of the source framework in the files that were converted
    failed_names: list[str] = field(default_factory=list)  # the first MOST_NAMES of them
    skipped: int = 0
    ignored: int = 0  # diagnostics that somebody chose not to be told
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    severities: Counter[Severity] = field(default_factory=Counter)
    new: Counter[Severity] = field(default_factory=Counter)  # those of them that no baseline knows
    convertible: int = 0  # files that are new among those with something to convert

    def add(self, result: FileResult) -> None:
        """Count one file."""
        self.files += 1
        self.changed += result.changed
        self.remaining += result.remaining
        self.outcomes.update(reference.outcome for reference in result.references)
        self.skipped += result.skipped
        self.ignored += len(result.ignored)
        self.severities.update(found.diagnostic.severity for found in result.findings)
        self.new.update(found.diagnostic.severity for found in result.findings if found.new)
        self.convertible += sum(
            found.new and found.diagnostic.code == CONVERTIBLE for found in result.findings
        )
        if result.failed:
            self.failed += 1
            if len(self.failed_names) < MOST_NAMES:
                self.failed_names.append(result.name)

    @property
    def references(self) -> int:
        """Return how many references were found: what was declined or not understood counts, too."""
        return sum(self.outcomes.values())

    @property
    def converted(self) -> int:
        """Return how many references were converted, exactly or with a warning."""
        return sum(count for outcome, count in self.outcomes.items() if outcome.is_converted)

    def exit_status(self, settings: Settings) -> int:
        """Return 2 when a file failed, else 1 for findings that are new, else 0.

        What would be converted counts as one for ``check``, whatever its severity, unless nothing is to fail.
        With ``convert --check`` a file that would change is enough.
        """
        if self.failed:
            return 2
        least = settings.fail_on
        severe = least is not None and any(found.rank >= least.rank for found in +self.new)
        convertible = least is not None and self.convertible > 0
        return int(severe or convertible or (settings.check and self.changed > 0))


class Report(Protocol):
    """What a run tells an output format (see `optconv.cli.formats`)."""

    def add(self, result: FileResult) -> None:
        """Show what came of one file."""

    def close(self, tally: Tally, exit_status: int, baseline: Baseline | None) -> None:
        """Show the summary."""
