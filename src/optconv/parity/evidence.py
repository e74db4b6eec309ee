"""The checked-in record of what was measured: ``evidence.json`` in the folder of a target or a flavour.

The file is generated, sorted and rounded, so that measuring again on the same versions changes nothing but,
at most, digits of deviations. Nothing is measured here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from optconv.mappings.signatures import version_key

if TYPE_CHECKING:
    from pathlib import Path

    from optconv.parity.compare import Closeness, Deviation
    from optconv.parity.run import Measurement


@dataclass(frozen=True)
class CaseEvidence:
    """What was measured for one case of a row."""

    case: str  # the text of the case as the row has it
    closeness: Closeness
    worst: str  # the largest relative deviation with two digits, "1.2e-07" or "inf": JSON has no infinity
    problem: str  # on which it was measured
    steps: int
    diagnostics: tuple[str, ...] = ()  # the codes that the conversion gave
    step_argument: str = ""  # what the scheduler's step is called with, as the row has it
    workaround: bool = False  # ``case`` is the title of a workaround, which was run as it stands in the row

    @property
    def key(self) -> str:
        """Return what tells this case from the others of its row."""
        return f"{self.case}  step({self.step_argument})" if self.step_argument else self.case


@dataclass(frozen=True)
class ApiEvidence:
    """What was measured for one API, and on which versions of the frameworks."""

    versions: Mapping[str, str]  # {"torch": "2.13.0", "paddle": "3.3.1"}
    cases: tuple[CaseEvidence, ...]
    # older version of the target -> how many cases ended how there: {"2.6.2": {"same": 7, "declined": 1}}
    other_versions: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


Evidence = Mapping[str, ApiEvidence]  # by the name of the API


def case_evidence(case_text: str, measurement: Measurement, step_argument: str = "") -> CaseEvidence:
    """Return what to write down about a measured case.

    Raises:
        ValueError: Nothing was measured: there is no evidence to write down.
    """
    worst, closeness = measurement.worst, measurement.closeness
    if worst is None or worst.deviation is None or closeness is None:
        raise ValueError(f"no evidence for {case_text!r}: {'; '.join(measurement.failures)}")
    digits = rounded(worst.deviation)
    codes = tuple(sorted(set(measurement.diagnostics)))
    return CaseEvidence(case_text, closeness, digits, worst.problem, worst.steps, codes, step_argument)


def rounded(deviation: Deviation) -> str:
    """Return the largest relative deviation with two significant digits."""
    return f"{deviation.largest:.1e}"


def evidence_path(folder: Path) -> Path:
    """Return where the evidence lies, given the folder of the tables."""
    return folder / "evidence.json"


def read_evidence(path: Path) -> dict[str, ApiEvidence]:
    """Return the evidence by API; none when there is no such file."""
    if not path.exists():
        return {}
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return {api: _read_api(entry) for api, entry in document["apis"].items()}


def write_evidence(path: Path, evidence: Evidence) -> None:
    """Write the evidence, sorted by API and by case."""
    apis = {
        api: {
            "versions": dict(sorted(evidence[api].versions.items())),
            "other_versions": {
                version: dict(sorted(endings.items())) for version, endings in _by_version(evidence[api])
            },
            "cases": [_written(case) for case in sorted(evidence[api].cases, key=_key)],
        }
        for api in sorted(evidence)
    }
    path.write_text(json.dumps({"apis": apis}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _by_version(evidence: ApiEvidence) -> list[tuple[str, Mapping[str, int]]]:
    return sorted(evidence.other_versions.items(), key=lambda item: version_key(item[0]))


def _written(case: CaseEvidence) -> dict[str, Any]:
    return {name: value for name, value in asdict(case).items() if name != "workaround" or value}


def find_staleness(recorded: Evidence, measured: Evidence, complete: bool = False) -> tuple[str, ...]:
    """Return in what the record differs from what was measured, one sentence each.

    Digits of deviations may differ, classifications may not. What is recorded of an API that was not
    measured is stale only when the measurement was ``complete``.
    """
    stale = [
        f"{api}: {difference}"
        for api in sorted(measured)
        for difference in _api_staleness(recorded.get(api), measured[api])
    ]
    if complete:
        unmeasured = sorted(recorded.keys() - measured.keys())
        stale += [f"{api}: is recorded and was not measured" for api in unmeasured]
    return tuple(stale)


def _api_staleness(recorded: ApiEvidence | None, measured: ApiEvidence) -> list[str]:
    if recorded is None:
        return ["is not recorded"]
    stale = []
    if dict(recorded.versions) != dict(measured.versions):
        stale.append(f"recorded on {_versions(recorded)}, measured on {_versions(measured)}")
    old = {case.key: case for case in recorded.cases}
    new = {case.key: case for case in measured.cases}
    stale += [f"case is not recorded: {text}" for text in sorted(new.keys() - old.keys())]
    stale += [f"recorded case is not in the row: {text}" for text in sorted(old.keys() - new.keys())]
    for text in sorted(old.keys() & new.keys()):
        if old[text].closeness != new[text].closeness:
            stale.append(f"recorded {old[text].closeness}, measured {new[text].closeness}: {text}")
        if old[text].diagnostics != new[text].diagnostics:
            stale.append(f"recorded diagnostics differ from those given now: {text}")
    return stale


def _read_api(entry: dict[str, Any]) -> ApiEvidence:
    cases = (CaseEvidence(**{**case, "diagnostics": tuple(case["diagnostics"])}) for case in entry["cases"])
    return ApiEvidence(entry["versions"], tuple(cases), entry.get("other_versions", {}))


def _key(case: CaseEvidence) -> str:
    return case.key


def _versions(evidence: ApiEvidence) -> str:
    return ", ".join(f"{name} {version}" for name, version in sorted(evidence.versions.items()))
