"""Every row of every target keeps its promise on the real frameworks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optconv.mappings import load_labelled, table_labels
from optconv.parity.evidence import evidence_path, find_staleness, read_evidence
from optconv.parity.rows import measure_row, row_evidence
from optconv.parity.run import WorkerPair

ROWS = [(target, row.api) for target in table_labels() for row in load_labelled(target).rows()]


@pytest.mark.parametrize(("target", "api"), ROWS, ids=[f"{api} to {target}" for target, api in ROWS])
def test_the_conversion_has_the_numbers_that_its_row_promises_and_the_record_says(
    target: str, api: str, pairs: dict[str, WorkerPair]
) -> None:
    tables = load_labelled(target)
    workers = pairs[tables.target.name]
    row = tables.row(api)
    assert row is not None
    measured = measure_row(row, tables, workers)
    assert measured.faults == ()
    recorded = read_evidence(evidence_path(tables.folder))
    assert api in recorded, "record it: python -m optconv.parity --write"
    # Which versions are installed here is not what the record and the row could disagree about.
    evidence = replace(row_evidence(measured, workers), versions=recorded[api].versions)
    assert find_staleness(recorded, {api: evidence}) == ()


@pytest.mark.parametrize("target", table_labels())
def test_the_checked_in_evidence_is_about_the_cases_that_the_rows_have(target: str) -> None:
    tables = load_labelled(target)
    evidence = read_evidence(evidence_path(tables.folder))
    cases = {(row.api, case.code, case.step_argument) for row in tables.rows() for case in row.parity}
    cases |= {(row.api, workaround.title.en, "") for row in tables.rows() for workaround in row.workarounds}
    assert {(api, c.case, c.step_argument) for api, e in evidence.items() for c in e.cases} == cases


@pytest.mark.parametrize("target", table_labels())
def test_every_workaround_was_measured_exact(target: str) -> None:
    evidence = read_evidence(evidence_path(load_labelled(target).folder))
    found = [case for api in evidence.values() for case in api.cases if case.workaround]
    assert found
    assert {case.closeness for case in found} == {"exact"}


def test_every_case_that_is_called_exact_was_measured_exact() -> None:
    for target in table_labels():
        tables = load_labelled(target)
        measured = {
            (api, c.case, c.step_argument): c.closeness
            for api, e in read_evidence(evidence_path(tables.folder)).items()
            for c in e.cases
        }
        for row in tables.rows():
            for case in row.parity:
                if case.expected == "exact":
                    assert measured[row.api, case.code, case.step_argument] == "exact"
