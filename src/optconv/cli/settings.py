"""What a person chose on the command line."""

from __future__ import annotations

from dataclasses import dataclass

from optconv.converter.result import Severity


@dataclass(frozen=True)
class Settings:
    """The choices for one run of ``optconv convert``."""

    target: str
    flavor: str | None = None  # a second family of the target's classes
    output: str | None = None  # as typed: a trailing slash says that it is a directory
    diff: bool = False
    check: bool = False
    format: str = "text"
    fail_on: Severity | None = Severity.ERROR  # None: never
    annotate: bool = True
    target_version: str | None = None
    language: str = "en"
    project_root: str | None = None  # None: found for each file
    verbose: bool = False
    quiet: bool = False

    @property
    def writes(self) -> bool:
        """Return whether the run may write files."""
        return not (self.diff or self.check)

    @property
    def least_shown(self) -> Severity:
        """Return the least severity of the diagnostics that are shown as text."""
        if self.quiet:
            return Severity.ERROR
        return Severity.INFO if self.verbose else Severity.WARNING
