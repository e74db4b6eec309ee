"""What the row of a base class says for its subclasses, and what a row says of an API without counterpart."""

from __future__ import annotations

import pytest

from optconv.mappings import TableError, Text
from optconv.mappings.expressions import parse_expression
from optconv.mappings.schema import ArgumentRule, Counted, GroupEntries, Row, Workaround

from .conftest import CASE, HEAD, Folder

NOTE = Text("A note.", "说明。")
BASE = """\
api: torch.optim.Optimizer
summary: {en: A sentence., zh: 一句话。}
reference: https://example.org/Optimizer
members: {step: {to: toy.SGD.step, drop: [closure]}}
inherited:
"""
BARE = "to: toy.SGD\nwith: {learning_rate: lr, parameters: params, momentum: momentum}\n"


def row_under(folder: Folder, inherited: str, body: str) -> Row:
    folder.write("toy/optimizers/Optimizer.yaml", BASE + inherited)
    return folder.row(HEAD + body)


def test_a_parameter_that_no_case_mentions_is_dropped_or_refused_as_the_base_says(folder: Folder) -> None:
    rules = "  drop: [foreach, unheard_of]\n  refuse: {nesterov: {en: A note., zh: 说明。}}\n"
    (case,) = row_under(folder, rules, BARE).cases
    assert case.drop == {"foreach"}
    assert case.refuse == (
        ArgumentRule("nesterov", parse_expression("nesterov is False"), NOTE, inherited=True),
    )


def test_what_the_row_itself_says_wins(folder: Folder) -> None:
    rules = "  drop: [momentum]\n  refuse: {nesterov: {en: A note., zh: 说明。}}\n"
    (case,) = row_under(folder, rules, CASE).cases
    assert case.drop == {"nesterov", "foreach"}
    assert case.refuse == ()


def test_a_parameter_that_is_written_is_still_lossy_when_the_base_says_so(folder: Folder) -> None:
    rules = "  lossy: {momentum: {en: A note., zh: 说明。}}\n"
    (case,) = row_under(folder, rules, CASE).cases
    assert case.lossy == (ArgumentRule("momentum", parse_expression("momentum == 0"), NOTE, inherited=True),)


def test_an_unknown_key_of_the_inherited_part_is_an_error(folder: Folder) -> None:
    with pytest.raises(TableError, match=r"Optimizer.yaml:6: inherited.differs: unknown key 'differs'"):
        row_under(folder, "  differs: []\n", CASE)


def test_an_api_can_be_said_to_have_no_counterpart(folder: Folder) -> None:
    row = folder.row(HEAD + "unconvertible: {en: A note., zh: 说明。}\n")
    assert row.unconvertible == NOTE
    assert row.cases == ()


def test_no_counterpart_beside_a_counterpart_is_an_error(folder: Folder) -> None:
    complaint = folder.complaint(HEAD + CASE + "unconvertible: {en: A note., zh: 说明。}\n")
    assert complaint == "7: unconvertible: stands beside a way to write it; a row has one or the other"


def test_a_workaround_stands_in_for_a_parameter_or_for_the_api(folder: Folder) -> None:
    row = folder.row(
        HEAD
        + CASE
        + """\
workarounds:
  - for: nesterov
    title: {en: A note., zh: 说明。}
    original: "a = 1"
    rewritten: "b = 1"
  - title: {en: A note., zh: 说明。}
    original: "a = 2"
    rewritten: "b = 2"
"""
    )
    assert row.workarounds == (
        Workaround("nesterov", NOTE, "a = 1", "b = 1"),
        Workaround("", NOTE, "a = 2", "b = 2"),
    )


def test_a_workaround_of_a_base_class_can_stand_in_for_a_parameter_of_its_subclasses(folder: Folder) -> None:
    rules = "  refuse: {maximize: {en: A note., zh: 说明。}}\n  drop: [foreach]\n"
    text = "workarounds: [{for: maximize, title: {en: A note., zh: 说明。}, original: a, rewritten: b}]\n"
    folder.write("toy/optimizers/Optimizer.yaml", BASE + rules + text)
    base = folder.tables().row("torch.optim.Optimizer")
    assert base is not None
    assert base.workarounds == (Workaround("maximize", NOTE, "a", "b"),)
    folder.write(
        "toy/optimizers/Optimizer.yaml", BASE + rules + text.replace("for: maximize", "for: foreach")
    )
    with pytest.raises(TableError, match="has no parameter 'foreach'"):
        folder.tables().row("torch.optim.Optimizer")


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        pytest.param(
            "for: nonsense", "9: workarounds[0].for: torch.optim.SGD has no parameter", id="a parameter"
        ),
        pytest.param("code: x", "9: workarounds[0].code: unknown key 'code'", id="a key"),
    ],
)
def test_a_workaround_for_what_does_not_exist_is_an_error(folder: Folder, entry: str, complaint: str) -> None:
    text = f"workarounds:\n  - title: {{en: A note., zh: 说明。}}\n    {entry}\n    original: a\n    rewritten: b\n"
    assert folder.complaint(HEAD + CASE + text).startswith(complaint)


ENTRIES = "group_entries: {keys: {learning_rate: lr}, otherwise: {en: A note., zh: 说明。}}\n"


def test_the_entries_of_groups_can_be_said_for_all_subclasses(folder: Folder) -> None:
    (case,) = row_under(folder, f"  {ENTRIES}  groups: {{parameters: list(params)}}\n", CASE).cases
    assert case.group_entries == GroupEntries({"learning_rate": "lr"}, NOTE)
    assert {keyword: e.text for keyword, e in case.groups.items()} == {"parameters": "list(params)"}


def test_a_row_has_its_own_entries_of_groups(folder: Folder) -> None:
    base = "  group_entries: {keys: {}, otherwise: {en: Another., zh: 另一个。}}\n"
    (case,) = row_under(folder, base, CASE + ENTRIES).cases
    assert case.group_entries == GroupEntries({"learning_rate": "lr"}, NOTE)


def test_a_scheduler_may_be_a_function_of_the_count_of_updates(folder: Folder) -> None:
    notes = "{apart: {en: A note., zh: 说明。}, own_rates: {en: A note., zh: 说明。}, endless: {en: A note., zh: 说明。}}"
    row = folder.row(
        HEAD
        + CASE
        + f"attach: {{argument: lr, rate: lr, read: optimizer.lr, counted: {notes}}}\n"
        + "members: {step: {implied: true}}\n"
    )
    assert row.attach is not None
    assert row.attach.set is None
    assert row.attach.counted == Counted(NOTE, NOTE, NOTE)
    assert row.members["step"].implied
