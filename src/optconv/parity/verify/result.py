"""What was found out about one construction of a file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from optconv.mappings import Text

if TYPE_CHECKING:
    from optconv.converter.built_object import BuiltObject
    from optconv.parity.compare import Closeness
    from optconv.parity.run import Rates


class Verdict(Enum):
    """How what was measured fits what the conversion says."""

    AS_SAID = "as-said"  # the same numbers where nothing is said, other numbers where that is said
    SAME_WITH_VALUES = "same-with-these-values"  # a warning is given, and with these values nothing differs
    SILENT_DIFFERENCE = "silent-difference"  # other numbers, and no warning: a defect of the tables
    SILENT_FAILURE = "silent-failure"  # what is written raises an error, and no warning: likewise
    SENSITIVE = "sensitive"  # the numbers of torch itself depend on the last digit with these values
    DIVERGED = "diverged"  # torch itself comes to infinity or NaN with these values
    REFUSED = "refused"  # torch itself raises an error with these values
    NOT_CONVERTED = "not-converted"  # there is nothing to measure
    NOT_MEASURED = "not-measured"

    @property
    def is_defect(self) -> bool:
        """Return whether the tables of the tool are wrong."""
        return self in (Verdict.SILENT_DIFFERENCE, Verdict.SILENT_FAILURE)

    @property
    def is_proof(self) -> bool:
        """Return whether the construction was measured, and is as the conversion says."""
        return self in (Verdict.AS_SAID, Verdict.SAME_WITH_VALUES)


@dataclass(frozen=True)
class Worst:
    """The largest deviation: a share of the way that a parameter travels in torch, or of the highest rate."""

    share: float
    step: int  # from 0
    parameter: int | None  # from 0; None: of the learning rate
    problem: str


@dataclass(frozen=True)
class Verification:
    """One construction, and what was measured."""

    built: BuiltObject
    verdict: Verdict
    reason: Text | None = None  # why it could not be measured, or how it failed
    closeness: Closeness | None = None
    worst: Worst | None = None
    steps: int = 0  # of the problem with the largest deviation
    deviations: tuple[float, ...] = ()  # the largest of any parameter and problem, by step
    rates: tuple[Rates, Rates] = ((), ())  # behind each step, in torch and in the target
    original: str = ""  # the script that was run in torch
    converted: str = ""  # and in the target
