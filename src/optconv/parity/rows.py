"""Measures every case of a table row and turns it into evidence. Files and terminals are not known here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from optconv.mappings.schema import ParityCase
from optconv.parity.evidence import ApiEvidence, case_evidence
from optconv.parity.measure import measure, measure_workaround
from optconv.parity.verdict import find_faults

if TYPE_CHECKING:
    from optconv.mappings import Tables
    from optconv.mappings.schema import Row, Workaround
    from optconv.parity.run import Measurement, WorkerPair


@dataclass(frozen=True)
class MeasuredCase:
    """A case of a row, what was measured, and what is wrong with it."""

    case: ParityCase
    measurement: Measurement
    faults: tuple[str, ...]
    workaround: bool = False  # written by hand in the row; the code of the case is its title


@dataclass(frozen=True)
class MeasuredRow:
    """A row with all its cases measured."""

    api: str
    cases: tuple[MeasuredCase, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        """Return what is wrong with the row: the faults of its cases, or that it has none."""
        if not self.cases:
            return ("the row names no case, so nothing is known about it",)
        return tuple(fault for case in self.cases for fault in case.faults)


def measure_row(row: Row, tables: Tables, workers: WorkerPair) -> MeasuredRow:
    """Measure all cases and all workarounds of a row.

    Raises:
        FrameworkMissingError: One of the frameworks cannot be imported.
    """
    cases = [_measure_case(case, tables, workers) for case in row.parity]
    cases += [_measure_workaround(workaround, tables, workers) for workaround in row.workarounds]
    return MeasuredRow(row.api, tuple(cases))


def row_evidence(row: MeasuredRow, workers: WorkerPair) -> ApiEvidence:
    """Return what to write down about a row that has no faults."""
    versions = {worker.framework: worker.version for worker in (workers.torch, workers.target)}
    cases = (
        replace(
            case_evidence(item.case.code, item.measurement, item.case.step_argument),
            workaround=item.workaround,
        )
        for item in row.cases
    )
    return ApiEvidence(versions, tuple(cases))


def _measure_case(case: ParityCase, tables: Tables, workers: WorkerPair) -> MeasuredCase:
    measurement = measure(case.code, tables, workers, step_argument=case.step_argument)
    return MeasuredCase(case, measurement, find_faults(measurement, case.expected))


def _measure_workaround(workaround: Workaround, tables: Tables, workers: WorkerPair) -> MeasuredCase:
    """Measure code that a person is told to write; what is not exact is no workaround."""
    measurement = measure_workaround(workaround, tables, workers)
    case = ParityCase(workaround.title.en, "exact")
    return MeasuredCase(case, measurement, find_faults(measurement, case.expected), workaround=True)
