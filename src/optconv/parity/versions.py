"""Measures a row on an older version of the target: what the newest version promises, does it hold there?

The conversion is asked for code for that version, so a call may be declined (OC305); that keeps the promise,
too.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optconv.converter import Options, convert_source
from optconv.mappings.signatures import version_key
from optconv.parity.case_text import expand_case
from optconv.parity.compare import CLOSENESSES
from optconv.parity.measure import measure, measure_workaround
from optconv.parity.verdict import find_failures
from optconv.parity.workers import WorkerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optconv.mappings import Tables
    from optconv.mappings.schema import ParityCase, Row
    from optconv.parity.evidence import ApiEvidence
    from optconv.parity.run import Measurement, WorkerPair

TOO_OLD = "OC305"


class WrongVersionError(WorkerError):
    """The worker's framework is not of the version that was asked for."""


@dataclass(frozen=True)
class VersionResult:
    """How many cases of a row ended on an older version as same, better, worse, declined, newer or fails."""

    api: str
    endings: Mapping[str, int]
    faults: tuple[str, ...]


def require_version(workers: WorkerPair, version: str) -> None:
    """Start the target's worker and see that it has the version.

    Raises:
        WrongVersionError: It has another. The message says how to name the right interpreter.
        FrameworkMissingError: It cannot be imported.
    """
    found, name = workers.target.version, workers.target.framework
    if version_key(found) != version_key(version):
        raise WrongVersionError(
            f"{workers.target.python} has {name} {found}, not {version}; name an interpreter that has it in "
            f"OPTCONV_PYTHON_{name.upper()}."
        )


def measure_row_on(
    version: str, row: Row, tables: Tables, workers: WorkerPair, newest: ApiEvidence | None
) -> VersionResult:
    """Measure a row's cases and workarounds on an older version, against what was recorded for the newest."""
    recorded = {case.key: case.closeness for case in newest.cases} if newest is not None else {}
    endings: Counter[str] = Counter()
    faults: list[str] = []
    for case in row.parity:
        key = f"{case.code}  step({case.step_argument})" if case.step_argument else case.code
        if _is_later(case.since, version) or _is_declined(case, tables, version):
            endings["declined" if case.since is None else "newer"] += 1
            continue
        options = Options(target_version=version)
        measurement = measure(case.code, tables, workers, step_argument=case.step_argument, options=options)
        ending, fault = _ending(measurement, recorded.get(key, case.expected), measurement.warned)
        endings[ending] += 1
        faults += [f"{key}: {fault}"] if fault else []
    for workaround in row.workarounds:
        if _is_later(workaround.since, version) or _uses_newer(workaround.rewritten, tables, version):
            endings["declined"] += 1
            continue
        ending, fault = _ending(measure_workaround(workaround, tables, workers), "exact", said=False)
        endings[ending] += 1
        faults += [f"{workaround.title.en}: {fault}"] if fault else []
    return VersionResult(row.api, dict(sorted(endings.items())), tuple(faults))


def _is_declined(case: ParityCase, tables: Tables, version: str) -> bool:
    script = expand_case(case.code, case.step_argument).encode()
    diagnostics = convert_source(script, tables, Options(target_version=version)).diagnostics
    return any(diagnostic.code == TOO_OLD for diagnostic in diagnostics)


def _uses_newer(script: str, tables: Tables, version: str) -> bool:
    """Return whether a script names a class that came later than the version: it is not for that one."""
    named = (tables.target_api(name) for name in set(re.findall(r"[A-Za-z_]\w*(?:\.\w+)+", script)))
    return any(api is not None and _is_later(api.since, version) for api in named)


def _is_later(since: str | None, version: str) -> bool:
    return since is not None and version_key(version) < version_key(since)


def _ending(measurement: Measurement, newest: str, said: bool) -> tuple[str, str]:
    """Return how a case ended against its class on the newest version, and what is wrong with that."""
    failures = find_failures(measurement)
    if failures:
        return "fails", failures[0]
    closeness, worst = measurement.closeness, measurement.worst
    assert closeness is not None
    assert worst is not None
    assert worst.deviation is not None
    difference = CLOSENESSES.index(closeness) - CLOSENESSES.index(newest)
    size = f"{worst.deviation.largest:.1e} on {worst.problem}"
    if difference > 0:
        return "worse", "" if said else f"is {newest} on the newest version and measures {closeness}: {size}"
    return ("better" if difference < 0 else "same"), ""
