"""The record of what was measured: sorted, rounded, and told when it is stale."""

from __future__ import annotations

import json
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

import pytest

from optconv.parity.compare import Deviation
from optconv.parity.evidence import (
    ApiEvidence,
    CaseEvidence,
    case_evidence,
    evidence_path,
    find_staleness,
    read_evidence,
    write_evidence,
)
from optconv.parity.run import Measurement, ProblemResult

if TYPE_CHECKING:
    from pathlib import Path

VERSIONS = {"torch": "2.13.0", "paddle": "3.3.1"}
SGD = CaseEvidence("torch.optim.SGD(params)", "exact", "1.2e-07", "float64", 40)
MOMENTUM = CaseEvidence("torch.optim.SGD(params, momentum=0.9)", "lossy", "inf", "rate", 40, ("OC201",))
RECORD = {"torch.optim.SGD": ApiEvidence(VERSIONS, (SGD, MOMENTUM))}


def test_a_measured_case_is_recorded_by_its_worst_problem() -> None:
    results = (
        ProblemResult("float64", 40, Deviation(1.234e-7, 0, 0, 0.0)),
        ProblemResult("rate", 30, Deviation(0.0, 0, 0, 0.0, worst_rate=5.678e-3)),
    )
    measurement = Measurement("", "", results, diagnostics=("OC204", "OC201", "OC204"))
    evidence = case_evidence("the case", measurement, "metric(step)")
    assert evidence == CaseEvidence(
        "the case", "lossy", "5.7e-03", "rate", 30, ("OC201", "OC204"), "metric(step)"
    )


def test_an_infinite_deviation_is_recorded_as_text() -> None:
    result = ProblemResult("float64", 40, Deviation(inf, 0, 0, inf))
    assert case_evidence("the case", Measurement("", "", (result,))).worst == "inf"


def test_what_did_not_run_is_no_evidence() -> None:
    failed = ProblemResult("float64", 40, None, "paddle: TypeError: no")
    with pytest.raises(ValueError, match="no evidence for 'the case': float64: paddle: TypeError"):
        case_evidence("the case", Measurement("", "", (failed,)))


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    write_evidence(evidence_path(tmp_path), RECORD)
    assert read_evidence(tmp_path / "evidence.json") == RECORD


def test_the_file_is_strict_json_that_ends_in_a_newline(tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    write_evidence(path, RECORD)
    text = path.read_text(encoding="utf-8")
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert text.endswith("}\n")


def test_the_order_of_measuring_does_not_matter(tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    other = ApiEvidence(VERSIONS, (SGD,))
    write_evidence(first, {"b": RECORD["torch.optim.SGD"], "a": other})
    turned = ApiEvidence(dict(reversed(VERSIONS.items())), (MOMENTUM, SGD))
    write_evidence(second, {"a": other, "b": turned})
    assert first.read_bytes() == second.read_bytes()


def test_no_file_is_no_evidence(tmp_path: Path) -> None:
    assert read_evidence(tmp_path / "evidence.json") == {}


# When the record is stale.


def changed(case: CaseEvidence, *others: CaseEvidence) -> dict[str, ApiEvidence]:
    return {"torch.optim.SGD": ApiEvidence(VERSIONS, (case, *others))}


@pytest.mark.parametrize(
    "measured",
    [
        pytest.param(RECORD, id="the same"),
        pytest.param(changed(replace(SGD, worst="1.9e-07", problem="rate"), MOMENTUM), id="other digits"),
        pytest.param({}, id="only other APIs were measured"),
    ],
)
def test_the_record_is_fresh(measured: dict[str, ApiEvidence]) -> None:
    assert find_staleness(RECORD, measured) == ()


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        pytest.param(
            changed(replace(SGD, closeness="close"), MOMENTUM),
            "recorded exact, measured close: torch.optim.SGD(params)",
            id="another class",
        ),
        pytest.param(
            changed(replace(SGD, diagnostics=("OC201",)), MOMENTUM),
            "recorded diagnostics differ from those given now: torch.optim.SGD(params)",
            id="other diagnostics",
        ),
        pytest.param(
            changed(SGD),
            "recorded case is not in the row: torch.optim.SGD(params, momentum=0.9)",
            id="a case is gone",
        ),
        pytest.param(
            changed(SGD, MOMENTUM, replace(SGD, step_argument="1")),
            "case is not recorded: torch.optim.SGD(params)  step(1)",
            id="a case is new, if only by its step argument",
        ),
        pytest.param(
            {"torch.optim.SGD": ApiEvidence({"torch": "2.14.0"}, (SGD, MOMENTUM))},
            "recorded on paddle 3.3.1, torch 2.13.0, measured on torch 2.14.0",
            id="other versions",
        ),
    ],
)
def test_the_record_is_stale(measured: dict[str, ApiEvidence], expected: str) -> None:
    assert find_staleness(RECORD, measured) == (f"torch.optim.SGD: {expected}",)


def test_an_api_that_is_not_recorded_is_stale() -> None:
    assert find_staleness({}, RECORD) == ("torch.optim.SGD: is not recorded",)


def test_an_api_that_is_recorded_but_gone_is_stale_when_everything_was_measured() -> None:
    assert find_staleness(RECORD, {}, complete=True) == ("torch.optim.SGD: is recorded and was not measured",)
