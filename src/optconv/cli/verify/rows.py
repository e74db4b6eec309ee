"""Measures a row of the tables when its API is named in the place of a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from optconv.cli.reference.find_api import find_apis
from optconv.cli.terminal import one_line, say
from optconv.cli.verify.report import NOT_PROVEN, PROVEN
from optconv.cli.verify.words import number
from optconv.mappings import message
from optconv.parity.rows import measure_row

if TYPE_CHECKING:
    from optconv.mappings import Tables
    from optconv.mappings.schema import Row
    from optconv.parity.rows import MeasuredCase
    from optconv.parity.run import WorkerPair


def named_row(paths: Sequence[str], tables: Tables) -> Row | None:
    """Return the row that is named in the place of a file; None where a file is, or nothing that is known."""
    if len(paths) != 1 or paths[0] == "-" or Path(paths[0]).exists():
        return None
    found = find_apis(tables, paths[0])
    return tables.row(found[0]) if len(found) == 1 else None


def measured_row(row: Row, tables: Tables, workers: WorkerPair, language: str) -> int:
    """Measure every case of a row, show each, and return the exit status. Raises `FrameworkMissingError`."""
    measured = measure_row(row, tables, workers)
    for case in measured.cases:
        say(_case_line(case, language))
        for fault in case.faults:
            say(f"    {one_line(fault)}")
    whole = message(
        "verify.row_fails" if measured.faults else "verify.row_holds",
        api=row.api,
        count=str(len(measured.cases)),
    )
    say(one_line(whole.in_language(language)), err=True)
    return NOT_PROVEN if measured.faults else PROVEN


def _case_line(case: MeasuredCase, language: str) -> str:
    worst, closeness = case.measurement.worst, case.measurement.closeness
    share = number(worst.deviation.largest) if worst is not None and worst.deviation is not None else "-"
    called = message(f"reference.closeness.{closeness}") if closeness else message("verify.failed")
    code = "; ".join(part.strip() for part in case.case.code.strip().splitlines())
    return f"{called.in_language(language)}  {share:>8}  {one_line(code)}"
