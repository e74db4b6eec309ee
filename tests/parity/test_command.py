"""``python -m optconv.parity``: what it prints and writes, and how it ends. Measurements are made up."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from optconv.mappings import Text
from optconv.mappings.errors import TableError
from optconv.mappings.schema import ParityCase, Row
from optconv.parity import __main__ as command
from optconv.parity.compare import Deviation
from optconv.parity.evidence import ApiEvidence, case_evidence, read_evidence
from optconv.parity.random_calls import campaign
from optconv.parity.rows import MeasuredCase, MeasuredRow
from optconv.parity.run import Measurement, ProblemResult
from optconv.parity.verdict import find_faults
from optconv.parity.versions import VersionResult, WrongVersionError
from optconv.parity.workers import FrameworkMissingError

if TYPE_CHECKING:
    from pathlib import Path


def row(name: str, *cases: ParityCase) -> Row:
    return Row(name, Text("", ""), "", cases=(), members={}, parity=cases)


SGD = row("torch.optim.SGD", ParityCase("torch.optim.SGD(params)", "exact"))
ADAM = row(
    "torch.optim.Adam", ParityCase("x = 1\nfor step in range(steps):\n    " + "record();" * 20, "exact")
)
BARE = row("torch.optim.Bare")


class Tables:
    """Tables with some rows."""

    def __init__(self, folder: Path, *rows: Row) -> None:
        self.folder = folder
        self.target = SimpleNamespace(name="paddle")
        self._rows = {row.api: row for row in rows}

    def rows(self) -> list[Row]:
        """Return all of them."""
        return list(self._rows.values())

    def row(self, api: str) -> Row | None:
        """Return one of them."""
        return self._rows.get(api)


class Bench:
    """The command with made-up tables and deviations."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = folder / "evidence.json"
        self.rows = [SGD, ADAM]
        self.deviation = {"torch.optim.SGD": 1e-7, "torch.optim.Adam": 2.345e-6}
        self.error: Exception | None = None
        monkeypatch.setattr(command, "load_tables", lambda *_, **__: Tables(folder, *self.rows))
        monkeypatch.setattr(command, "measure_row", self.measure)
        monkeypatch.setattr(command, "row_evidence", self.evidence)

    def evidence(self, row: MeasuredRow, _: object) -> ApiEvidence:
        """Return the evidence without asking frameworks for their versions."""
        cases = tuple(case_evidence(item.case.code, item.measurement) for item in row.cases)
        return ApiEvidence({"torch": "2.13.0", "paddle": "3.3.1"}, cases)

    def measure(self, measured_row: Row, *_: object) -> MeasuredRow:
        """Return a row that was not measured."""
        if self.error:
            raise self.error
        cases = []
        for case in measured_row.parity:
            deviation = Deviation(self.deviation[measured_row.api], 3, 1, 0.0, distance=1.0)
            measurement = Measurement("", "", (ProblemResult("float64", 40, deviation),))
            cases.append(MeasuredCase(case, measurement, find_faults(measurement, case.expected)))
        return MeasuredRow(measured_row.api, tuple(cases))

    def run(self, *arguments: str) -> int:
        """Run the command."""
        return command.main(["--to", "paddle", *arguments])

    @property
    def recorded(self) -> list[str]:
        """Return the recorded APIs."""
        return sorted(read_evidence(self.path))


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch)


def test_each_case_is_a_line_with_its_class_and_deviation(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.run() == 0
    output = capsys.readouterr().out
    assert output.startswith("torch.optim.SGD\n  exact    1.0e-07  torch.optim.SGD(params)\n")
    assert output.endswith("2 rows keep their promise, 0 findings\n")
    assert "exact    2.3e-06  x = 1; for step in range(steps):; record();" in output
    assert max(len(line) for line in output.splitlines()) < 130
    assert not bench.path.exists()


def test_a_fault_is_shown_below_its_case_and_in_the_end(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.deviation["torch.optim.Adam"] = 0.5
    assert bench.run() == 1
    output = capsys.readouterr().out
    assert "    FAULT: is called exact and measures lossy: 5.0e-01 on float64" in output
    assert "\n1 rows keep their promise, 1 findings\n  torch.optim.Adam: is called exact" in output


def test_a_row_without_cases_is_a_finding(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.rows.append(BARE)
    assert bench.run() == 1
    assert "torch.optim.Bare\n    FAULT: the row names no case" in capsys.readouterr().out


def test_one_row_can_be_asked_for(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.run("--api", "torch.optim.Adam") == 0
    assert "torch.optim.SGD" not in capsys.readouterr().out


@pytest.mark.parametrize("with_it", ["--write", "--check", "--random=3", "--target-version=3.0.0"])
def test_the_record_is_not_of_rows_of_a_team(
    bench: Bench, capsys: pytest.CaptureFixture[str], with_it: str
) -> None:
    assert bench.run("--mappings", "acme.yaml", with_it) == 2
    assert capsys.readouterr().err == "--mappings measures your own rows; the record is of optconv's own\n"
    assert not bench.path.exists()


def test_a_row_that_does_not_exist_is_an_error(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.run("--api", "torch.optim.Nonesuch") == 2
    assert capsys.readouterr().err == "no row for: torch.optim.Nonesuch\n"


@pytest.mark.parametrize(
    "error", [FrameworkMissingError("paddle", "python", "ImportError"), TableError("SGD.yaml:3: key: wrong")]
)
def test_what_cannot_be_measured_is_an_error(
    bench: Bench, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    bench.error = error
    assert bench.run() == 2
    assert capsys.readouterr().err == f"{error}\n"


def test_written_evidence_is_fresh(bench: Bench) -> None:
    assert bench.run("--write") == 0
    assert bench.recorded == ["torch.optim.Adam", "torch.optim.SGD"]
    assert bench.run("--check") == 0


def test_writing_one_row_keeps_the_others(bench: Bench) -> None:
    bench.run("--write")
    bench.deviation["torch.optim.Adam"] = 3e-6
    assert bench.run("--write", "--api", "torch.optim.Adam") == 0
    assert read_evidence(bench.path)["torch.optim.Adam"].cases[0].worst == "3.0e-06"
    assert bench.recorded == ["torch.optim.Adam", "torch.optim.SGD"]


def test_writing_all_rows_forgets_those_that_are_gone(bench: Bench) -> None:
    bench.run("--write")
    bench.rows.remove(ADAM)
    assert bench.run("--write") == 0
    assert bench.recorded == ["torch.optim.SGD"]


@pytest.mark.parametrize("arguments", [("--write",), ("--write", "--api", "torch.optim.Adam")])
def test_a_row_with_faults_gets_no_evidence(bench: Bench, arguments: tuple[str, ...]) -> None:
    bench.run("--write")
    bench.deviation["torch.optim.Adam"] = 0.5
    assert bench.run(*arguments) == 1
    assert bench.recorded == ["torch.optim.SGD"]


def test_a_check_of_everything_finds_what_is_no_longer_there(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.run("--write")
    bench.rows.remove(ADAM)
    assert bench.run("--check") == 1
    assert "stale: torch.optim.Adam: is recorded and was not measured" in capsys.readouterr().out


def test_a_check_of_one_row_looks_at_that_row_only(bench: Bench) -> None:
    bench.run("--write", "--api", "torch.optim.SGD")
    assert bench.run("--check", "--api", "torch.optim.SGD") == 0
    assert bench.run("--check", "--api", "torch.optim.Adam") == 1


def test_writing_and_checking_at_once_is_a_usage_error(bench: Bench) -> None:
    with pytest.raises(SystemExit) as caught:
        bench.run("--write", "--check")
    assert caught.value.code == 2


@pytest.mark.parametrize(("faults", "status"), [((), 0), (("a fault",), 1)])
def test_random_calls_are_judged_instead_of_rows(
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    faults: tuple[str, ...],
    status: int,
) -> None:
    asked: list[object] = []

    def run(*arguments: object) -> SimpleNamespace:
        asked.extend(arguments[2:5])
        return SimpleNamespace(table=lambda: "the table", calls=5, faults=faults)

    monkeypatch.setattr(campaign, "run_campaign", run)
    assert bench.run("--random", "5", "--seed", "7", "--api", "torch.optim.SGD") == status
    assert asked == [5, 7, ("torch.optim.SGD",)]
    assert capsys.readouterr().out == f"the table\n5 calls, {len(faults)} faults\n"


def test_random_calls_without_hypothesis_are_an_error(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "optconv.parity.random_calls.campaign", None)
    assert bench.run("--random", "5") == 2
    assert "-m pip install hypothesis" in capsys.readouterr().err


def test_an_older_version_is_recorded_beside_the_newest(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    faults: dict[str, tuple[str, ...]] = {"torch.optim.Adam": (), "torch.optim.SGD": ()}

    def measure(version: str, row: Row, *_: object) -> VersionResult:
        assert version == "2.6.2"
        return VersionResult(row.api, {"same": 1}, faults[row.api])

    monkeypatch.setattr(command, "measure_row_on", measure)
    monkeypatch.setattr(command, "require_version", lambda *_: None)
    bench.run("--write")
    assert bench.run("--target-version", "2.6.2", "--write") == 0
    assert "torch.optim.Adam: 1 same\n" in capsys.readouterr().out
    bench.run("--write", "--api", "torch.optim.Adam")  # measuring the newest again keeps it
    assert read_evidence(bench.path)["torch.optim.Adam"].other_versions == {"2.6.2": {"same": 1}}
    faults["torch.optim.SGD"] = ("fails there",)
    assert bench.run("--target-version", "2.6.2") == 1
    assert "FAULT: torch.optim.SGD: fails there" in capsys.readouterr().out


def test_an_older_version_that_is_not_installed_is_an_error(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise WrongVersionError("paddle is another")

    monkeypatch.setattr(command, "require_version", refuse)
    assert bench.run("--target-version", "2.6.2") == 2
    assert bench.run("--target-version", "2.6.2", "--random", "5") == 2
    assert capsys.readouterr().err == "paddle is another\n" * 2
