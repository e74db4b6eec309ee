"""Converts a case with the tables and measures what comes out of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from optconv.converter import Options, Severity, convert_source
from optconv.parity.case_text import expand_case
from optconv.parity.problem import Problem, problems_for
from optconv.parity.run import Measurement, WorkerPair, measure_scripts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optconv.mappings import Tables
    from optconv.mappings.schema import Workaround


def measure(
    case_text: str,
    tables: Tables,
    workers: WorkerPair,
    problems: Sequence[Problem] | None = None,
    step_argument: str = "",
    options: Options | None = None,
) -> Measurement:
    """Convert a case to the tables' target, run both on every problem and return how far they come apart.

    Args:
        case_text: A torch script, or only the call it is about (see `expand_case`).
        tables: Of the target framework.
        workers: For torch and the same target.
        problems: What to run on; by default what `problems_on` gives.
        step_argument: What ``scheduler.step`` is called with, when the case is only a scheduler's call.
        options: For the conversion.

    Raises:
        FrameworkMissingError: One of the frameworks cannot be imported.
    """
    script = expand_case(case_text, step_argument, tables.extra_kinds)
    conversion = convert_source(script.encode(), tables, options or Options())
    target_text = conversion.source.decode()
    measurement = measure_scripts(script, target_text, problems or problems_on(tables, script), workers)
    return replace(
        measurement,
        diagnostics=tuple(diagnostic.code for diagnostic in conversion.diagnostics),
        warned=any(diagnostic.severity is not Severity.INFO for diagnostic in conversion.diagnostics),
    )


def problems_on(tables: Tables, script: str) -> tuple[Problem, ...]:
    """Return the problems that a script is measured on against the target of the tables."""
    return problems_for(script, tables.target.precision, dense=tables.target.dense)


def measure_workaround(workaround: Workaround, tables: Tables, workers: WorkerPair) -> Measurement:
    """Run both texts of a workaround as they stand in the row, and return how far they come apart.

    Raises:
        FrameworkMissingError: One of the frameworks cannot be imported.
    """
    original = expand_case(workaround.original)
    rewritten = f"import {tables.target.module}\n{workaround.rewritten}"
    problems = [p for p in problems_on(tables, original) if p.dense or not workaround.dense]
    return measure_scripts(original, rewritten, problems, workers)
