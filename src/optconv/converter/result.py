"""What a conversion returns: the new source, the diagnostics, and what became of every reference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from optconv.mappings import Text, diagnostic_kinds

if TYPE_CHECKING:
    from optconv.converter.built_object import BuiltObject
    from optconv.converter.schedule import Schedule


class Severity(Enum):
    """How much a diagnostic matters. The first digit of a diagnostic's code says which one it has."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """Return 1 for info, 2 for warning, 3 for error, so that severities can be compared."""
        return {"info": 1, "warning": 2, "error": 3}[self.value]


class Outcome(Enum):
    """What became of one reference to an API of the source framework."""

    EXACT = "exact"  # converted (or right as it stands), the same numbers
    WARNED = "warned"  # converted, other numbers or numbers that depend on something; said in a warning
    DECLINED = "declined"  # left as it was; the reason is said in an error
    NOT_UNDERSTOOD = "not-understood"  # left as it was; what could not be resolved is said in a warning

    @property
    def is_converted(self) -> bool:
        """Return whether the reference was converted, exactly or with a warning."""
        return self in (Outcome.EXACT, Outcome.WARNED)


def outcome_of(said: Iterable[Severity], *, converted: bool) -> Outcome:
    """Return what became of a reference of which things of some severities were said."""
    worst = max(said, key=lambda severity: severity.rank, default=Severity.INFO)
    if converted:
        return Outcome.EXACT if worst is Severity.INFO else Outcome.WARNED
    return Outcome.NOT_UNDERSTOOD if worst is Severity.WARNING else Outcome.DECLINED


@dataclass(frozen=True)
class Position:
    """A place in the input: line and column count from 1, columns count characters (not bytes)."""

    line: int
    column: int
    cell: int | None = None  # of a notebook: from 1, among all its cells; the line is then one of the cell

    @property
    def order(self) -> tuple[int, int, int]:
        """Return what places of one file are sorted by."""
        return self.cell or 0, self.line, self.column


@dataclass(frozen=True)
class Diagnostic:
    """One thing said about one place of the input."""

    code: str  # "OC302"; described in mappings/diagnostics.yaml
    name: str  # "unsupported-argument"
    severity: Severity
    message: Text
    start: Position
    end: Position
    api: str | None = None  # the qualified name that this is about, "torch.optim.SGD"


@dataclass(frozen=True)
class Reference:
    """One place of the input that refers to an API the tool knows, and what became of it."""

    api: str  # "torch.optim.SGD", "torch.optim.Optimizer.zero_grad"
    start: Position
    outcome: Outcome


@dataclass(frozen=True)
class Conversion:
    """The result for one file. ``source`` is the input itself when nothing was to be changed, or written."""

    source: bytes
    diagnostics: tuple[Diagnostic, ...] = ()
    references: tuple[Reference, ...] = ()
    failed: bool = False  # the input could not be read: the one diagnostic is an OC9xx
    remaining: int = 0  # names of the source framework that a converted file has beside the references
    ignored: tuple[Diagnostic, ...] = ()  # what would have been said, had nobody ignored it
    skipped: bool = False  # the file says that it is to be left alone
    would_change: bool = False  # of what was not written: whether the text would be another
    schedules: tuple[Schedule, ...] = ()  # those that are built; their curves are computed from these
    built: tuple[
        BuiltObject, ...
    ] = ()  # optimizers and schedulers with the values of their arguments, when asked for

    def count(self, outcome: Outcome) -> int:
        """Return how many references had ``outcome``."""
        return sum(reference.outcome is outcome for reference in self.references)


def diagnostic(
    code: str,
    start: Position,
    end: Position,
    api: str | None = None,
    message: Text | None = None,
    /,
    **fields: str | Text,
) -> Diagnostic:
    """Build a diagnostic from the message file.

    Args:
        code: the diagnostic's code; it must be in ``mappings/diagnostics.yaml``.
        start: where it begins.
        end: where it ends (the column behind the last character).
        api: the qualified name that it is about.
        message: instead of the message that the code has.
        fields: what is filled into the ``{fields}`` of the message.
    """
    kind = diagnostic_kinds()[code]
    text = kind.message.format(**fields) if message is None else message
    return Diagnostic(code, kind.name, Severity(kind.severity), text, start, end, api)


def failed(source: bytes, code: str, position: Position, reason: str | Text) -> Conversion:
    """Return the input as it was, with one diagnostic that says why."""
    end = replace(position, column=position.column + 1)
    return Conversion(source, (diagnostic(code, position, end, reason=reason),), failed=True)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of one file as they are shown: from its beginning to its end."""
    return tuple(sorted(diagnostics, key=lambda found: (found.start.order, found.code)))
