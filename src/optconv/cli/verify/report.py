"""What a run of ``optconv verify`` found, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from optconv.converter.result import Diagnostic
from optconv.mappings import Tables
from optconv.parity.verify.result import Verdict, Verification

PROVEN, NOT_PROVEN, FAILED = 0, 1, 2
"""The exit status: everything that is converted is as the conversion says; something is not, or could not be
measured; a file could not be read."""


@dataclass(frozen=True)
class VerifiedFile:
    """One file, and what was measured of what it builds."""

    name: str
    source: bytes = b""
    verifications: tuple[Verification, ...] = ()
    problem: Diagnostic | None = None  # why it could not be read or parsed

    @property
    def status(self) -> int:
        """Return the exit status for this file."""
        if self.problem is not None:
            return FAILED
        converted = (v for v in self.verifications if v.verdict is not Verdict.NOT_CONVERTED)
        return PROVEN if all(v.verdict.is_proof for v in converted) else NOT_PROVEN


@dataclass(frozen=True)
class VerificationReport:
    """All files of a run."""

    tables: Tables
    language: str
    files: tuple[VerifiedFile, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)  # of the frameworks that ran
    target_version: str | None = None  # that the files are converted to; None: the newest

    @property
    def status(self) -> int:
        """Return the exit status of the run."""
        return max((file.status for file in self.files), default=PROVEN)

    @property
    def verifications(self) -> tuple[Verification, ...]:
        """Return what was measured, of all files."""
        return tuple(found for file in self.files for found in file.verifications)

    def count(self, *verdicts: Verdict) -> int:
        """Return how many constructions have one of some verdicts."""
        return sum(found.verdict in verdicts for found in self.verifications)
