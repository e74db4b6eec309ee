"""What can be wrong with one file, as a diagnostic. Such a file never ends the run."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from optconv.converter.result import Diagnostic, Position, diagnostic

if TYPE_CHECKING:
    from optconv.mappings import Text

UNREADABLE = "OC903"
TOO_LARGE = "OC904"
INTERNAL = "OC905"
NOT_WRITTEN = "OC906"

_START = Position(1, 1)
_LONGEST_REASON = 300


class FileError(Exception):
    """A file could not be read or written; ``diagnostic`` says why."""

    def __init__(self, code: str, **fields: str | Text) -> None:
        super().__init__(code)
        self.diagnostic = diagnostic(code, _START, _START, None, **fields)


def operating_system_reason(error: OSError) -> str:
    """Return what the operating system says, without the number and the file name."""
    return error.strerror or str(error) or type(error).__name__


def internal_error(error: Exception) -> Diagnostic:
    """Return the diagnostic for an exception that the converter should not have raised."""
    reason = f"{type(error).__name__}: {error}"
    if len(reason) > _LONGEST_REASON:
        reason = reason[:_LONGEST_REASON] + "..."
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return diagnostic(INTERNAL, _START, _START, reason=f"{reason} ({place})")
