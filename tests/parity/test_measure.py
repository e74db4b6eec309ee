"""Converting a case and measuring what came out, and the rows' cases one after the other.

The conversion is made up here: what is tested is what becomes of its text and its diagnostics.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from optconv.converter import Conversion, Diagnostic, Options, Position, Severity
from optconv.mappings import Tables, Text
from optconv.mappings.schema import ParityCase, Row
from optconv.parity import measure as measure_module
from optconv.parity.measure import measure
from optconv.parity.problem import rate_problem
from optconv.parity.rows import measure_row, row_evidence

if TYPE_CHECKING:
    from optconv.parity.run import WorkerPair

# Only what the target is measured in is looked at; the rest is handed on to the conversion.
TARGET = SimpleNamespace(precision="float64", dense=False)
NO_TABLES = cast("Tables", SimpleNamespace(target=TARGET, extra_kinds={}))
PROBLEMS = (rate_problem("rate", steps=3),)
EMPTY = Text("", "")


def diagnostic(severity: Severity, code: str) -> Diagnostic:
    return Diagnostic(code, "a-name", severity, EMPTY, Position(1, 1), Position(1, 2))


@pytest.fixture
def conversion(monkeypatch: pytest.MonkeyPatch) -> list[Diagnostic]:
    """Convert plain SGD by replacing text, at ten times the rate when it was 1; say what is in the list."""
    diagnostics: list[Diagnostic] = []

    def convert(source: bytes, tables: Tables, options: Options) -> Conversion:
        assert tables is NO_TABLES
        assert options == Options()
        text = source.replace(b"import torch\n", b"import paddle\n").replace(b"zero_grad()", b"clear_grad()")
        text = text.replace(b"torch.optim.SGD(params, lr=1.0)", b"torch.optim.SGD(params, lr=10.0)")
        text = text.replace(
            b"torch.optim.SGD(params, lr=", b"paddle.optimizer.SGD(parameters=params, learning_rate="
        )
        return Conversion(text, tuple(diagnostics))

    monkeypatch.setattr(measure_module, "convert_source", convert)
    return diagnostics


def test_a_case_is_expanded_converted_and_measured(workers: WorkerPair, conversion: list[Diagnostic]) -> None:
    conversion.append(diagnostic(Severity.INFO, "OC101"))
    measurement = measure("torch.optim.SGD(params, lr=0.1)", NO_TABLES, workers, PROBLEMS)
    assert "paddle.optimizer.SGD(parameters=params, learning_rate=0.1)" in measurement.target_text
    assert "torch.optim.SGD(params, lr=0.1)" in measurement.torch_text
    assert measurement.closeness == "exact"
    assert [result.problem for result in measurement.results] == ["rate"]
    assert measurement.diagnostics == ("OC101",)


def test_without_problems_it_is_measured_on_the_standard_ones(
    workers: WorkerPair, conversion: list[Diagnostic]
) -> None:
    assert not conversion
    assert len(measure("torch.optim.SGD(params, lr=0.1)", NO_TABLES, workers).results) == 5


@pytest.mark.parametrize(
    ("severity", "warned"), [(Severity.INFO, False), (Severity.WARNING, True), (Severity.ERROR, True)]
)
def test_a_note_is_no_warning(
    workers: WorkerPair, conversion: list[Diagnostic], severity: Severity, warned: bool
) -> None:
    conversion.append(diagnostic(severity, "OC001"))
    assert measure("torch.optim.SGD(params, lr=0.1)", NO_TABLES, workers, PROBLEMS).warned is warned


def row(**changes: Any) -> Row:
    nothing = Row("torch.optim.SGD", EMPTY, "", cases=(), members={}, parity=())
    return replace(nothing, **changes)


def test_a_row_is_measured_case_by_case(workers: WorkerPair, conversion: list[Diagnostic]) -> None:
    assert not conversion
    right = ParityCase("torch.optim.SGD(params, lr=0.1)", "exact")
    wrong = ParityCase("torch.optim.SGD(params, lr=1.0)", "exact")
    measured = measure_row(row(parity=(right, wrong)), NO_TABLES, workers)
    assert measured.api == "torch.optim.SGD"
    assert measured.cases[0].faults == ()
    assert [fault.partition(":")[0] for fault in measured.faults] == [
        "is called exact and measures lossy",
        "changes the numbers in silence",
    ]


def test_a_row_without_cases_is_at_fault(workers: WorkerPair) -> None:
    assert measure_row(row(), NO_TABLES, workers).faults == (
        "the row names no case, so nothing is known about it",
    )


def test_evidence_has_the_versions_and_every_case(workers: WorkerPair, conversion: list[Diagnostic]) -> None:
    assert not conversion
    cases = (ParityCase("torch.optim.SGD(params, lr=0.1)", "exact"),)
    evidence = row_evidence(measure_row(row(parity=cases), NO_TABLES, workers), workers)
    assert evidence.versions == {"torch": workers.torch.version, "paddle": workers.target.version}
    assert [(case.case, case.closeness) for case in evidence.cases] == [(cases[0].code, "exact")]
