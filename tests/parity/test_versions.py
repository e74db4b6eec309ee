"""Rows on older versions of the target: what is measured there, and that the record knows every row."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from optconv.mappings import Text, load_labelled, load_tables, table_labels
from optconv.mappings.schema import ParityCase, Row, Workaround
from optconv.parity.evidence import ApiEvidence, CaseEvidence, evidence_path, read_evidence
from optconv.parity.run import WorkerPair
from optconv.parity.versions import WrongVersionError, measure_row_on, require_version
from optconv.parity.workers import FrameworkWorker

TABLES = load_tables("paddle")
PLAIN = "torch.optim.Adam(params, lr=0.01)"
AMSGRAD = "torch.optim.Adam(params, lr=0.01, amsgrad=True)"
ROW_NAME = "torch.optim.Adam"


def row_of(*cases: str, workarounds: tuple[Workaround, ...] = ()) -> Row:
    row = TABLES.row(ROW_NAME)
    assert row is not None
    return replace(row, parity=tuple(ParityCase(case, "exact") for case in cases), workarounds=workarounds)


def test_what_an_old_version_lacks_is_declined_and_the_rest_is_measured(workers: WorkerPair) -> None:
    result = measure_row_on("2.6.2", row_of(PLAIN, AMSGRAD), TABLES, workers, None)
    assert result.endings == {"declined": 1, "same": 1}
    assert result.faults == ()


def test_a_case_that_is_worse_and_of_which_nothing_is_said_is_a_fault(workers: WorkerPair) -> None:
    lossy = "torch.optim.SGD(params, lr=0.1, momentum=0.9, dampening=0.5)"
    newest = ApiEvidence({}, (CaseEvidence(lossy, "close", "5.0e-04", "float64", 40),))
    said = measure_row_on("3.0.0", row_of(lossy), TABLES, workers, newest)
    assert (said.endings, said.faults) == ({"worse": 1}, ())
    better = replace(newest, cases=(replace(newest.cases[0], case=PLAIN),))
    assert measure_row_on("3.0.0", row_of(PLAIN), TABLES, workers, better).endings == {"better": 1}


def test_a_case_that_does_not_run_is_a_fault(workers: WorkerPair) -> None:
    broken = "optimizer = torch.optim.SGD(params, lr=0.1)\nraise ValueError('no')"
    result = measure_row_on("3.0.0", row_of(broken), TABLES, workers, None)
    assert result.endings == {"fails": 1}
    assert "ValueError: no" in result.faults[0]


def test_the_worker_must_have_the_version() -> None:
    class Installed:
        """Stands for a worker."""

        framework, python, version = "paddle", "python3", "3.0"

    pair = WorkerPair(cast("FrameworkWorker", None), cast("FrameworkWorker", Installed()))
    require_version(pair, "3.0.0")
    with pytest.raises(
        WrongVersionError, match=r"python3 has paddle 3\.0, not 2\.6\.2; .* OPTCONV_PYTHON_PADDLE"
    ):
        require_version(pair, "2.6.2")


@pytest.mark.parametrize("label", table_labels())
def test_the_record_knows_every_row_on_every_older_version(label: str) -> None:
    """A row that is new or has other cases: ``--target-version V --write`` for each version that is listed."""
    tables = load_labelled(label)
    evidence = read_evidence(evidence_path(tables.folder))
    older = tables.target.versions[:-1]
    missing = [
        f"{row.api} on {version}"
        for row in tables.rows()
        for version in older
        if sum(evidence[row.api].other_versions.get(version, {}).values())
        != len(row.parity) + len(row.workarounds)
    ]
    assert missing == []


@pytest.mark.parametrize("label", table_labels())
def test_nothing_fails_on_an_older_version_or_is_worse(label: str) -> None:
    evidence = read_evidence(evidence_path(load_labelled(label).folder))
    endings = {
        ending for api in evidence.values() for counts in api.other_versions.values() for ending in counts
    }
    assert endings <= {"same", "better", "declined", "newer"}


def test_a_workaround_that_needs_a_later_version_is_for_that_one(workers: WorkerPair) -> None:
    shared = "optimizer = {name}(params, lr=0.1)\nfor step in range(steps):\n    record()\n"
    by_hand = Workaround("", Text("By hand", "手写"), shared, "raise ValueError\n", since="3.0.0")
    by_class = replace(by_hand, since=None, rewritten="paddle.optimizer.NAdam(0.1, parameters=params)\n")
    result = measure_row_on("2.6.2", row_of(workarounds=(by_hand, by_class)), TABLES, workers, None)
    assert (result.endings, result.faults) == ({"declined": 2}, ())


def test_a_case_whose_own_code_needs_a_later_version_is_not_run_before(workers: WorkerPair) -> None:
    later = replace(row_of(), parity=(ParityCase("raise ValueError", "exact", since="3.3.0"),))
    assert measure_row_on("3.2.2", later, TABLES, workers, None).endings == {"newer": 1}
