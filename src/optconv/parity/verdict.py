"""What a measurement says about a table row: does the row keep its promise, and does it cry wolf?

A promise is checked from both sides. A row that calls exact what is not breaks the tool's word; a row that
warns of a difference that is not there teaches people to ignore warnings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optconv.parity.compare import CLOSENESSES, EXACT

if TYPE_CHECKING:
    from optconv.parity.run import Measurement


def find_faults(measurement: Measurement, expected: str) -> tuple[str, ...]:
    """Return what is wrong with a case that a row calls ``expected`` (exact, close or lossy).

    Each fault is a sentence for the person who edits the row; a case without faults gives none.
    """
    failed = find_failures(measurement)
    if failed:
        return failed
    worst, closeness = measurement.worst, measurement.closeness
    if worst is None or worst.deviation is None or closeness is None:
        return ("was measured on no problem",)
    faults = []
    size = f"{worst.deviation.largest:.1e} on {worst.problem}"
    place = f"step {worst.deviation.step}, parameter {worst.deviation.parameter}"
    if not measurement.moved:
        faults.append("proves nothing: no parameter moves in torch")
    if expected not in CLOSENESSES:
        faults.append(f"expects {expected!r}; known are {', '.join(CLOSENESSES)}")
    elif CLOSENESSES.index(closeness) > CLOSENESSES.index(expected):
        faults.append(f"is called {expected} and measures {closeness}: {size} ({place})")
    elif closeness == "exact" and expected != "exact":
        faults.append(f"is called {expected} and measures exact: {size}, at most {EXACT:g}; over-warning")
    if closeness != "exact" and not measurement.warned:
        faults.append(f"changes the numbers in silence: {size}, and no warning")
    return tuple(faults)


def find_failures(measurement: Measurement) -> tuple[str, ...]:
    """Return why there are no numbers; a script that fails the same way everywhere is one fault."""
    problems: dict[str, list[str]] = {}
    for result in measurement.results:
        if result.failure:
            problems.setdefault(result.failure, []).append(result.problem)
    return tuple(f"did not run on {', '.join(names)}: {failure}" for failure, names in problems.items())
