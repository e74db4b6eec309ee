"""What a row that is right is loaded into."""

from __future__ import annotations

import pytest

from optconv.mappings import Text
from optconv.mappings.expressions import parse_expression
from optconv.mappings.schema import (
    AddsGroup,
    ArgumentRule,
    Attach,
    Difference,
    GroupItem,
    InPlace,
    ParityCase,
    StayingOptions,
)

from .conftest import CASE, HEAD, Folder

NOTE = Text("A note.", "说明。")


def test_a_row_has_a_summary_and_a_reference(folder: Folder) -> None:
    row = folder.row(HEAD)
    assert (row.api, row.summary, row.reference) == (
        "torch.optim.SGD",
        Text("A sentence.", "一句话。"),
        "https://example.org/SGD",
    )
    assert (row.cases, row.members, row.parity, row.annotation, row.attach) == ((), {}, (), None, None)


def test_a_note_over_several_lines_is_one_line(folder: Folder) -> None:
    row = folder.row(HEAD.replace("A sentence.", '"A\n  sentence  over lines."'))
    assert row.summary.en == "A sentence over lines."


def test_one_case_stands_directly_in_the_row(folder: Folder) -> None:
    (case,) = folder.row(HEAD + CASE).cases
    assert (case.when, case.assume, case.to) == (None, None, "toy.SGD")
    assert case.arguments == {
        "learning_rate": parse_expression("lr"),
        "parameters": parse_expression("params"),
        "momentum": parse_expression("momentum"),
    }
    assert case.drop == {"nesterov", "foreach"}
    assert (case.groups, case.refuse, case.lossy, case.differs) == ({}, (), (), ())


def test_what_stands_beside_the_cases_holds_for_each(folder: Folder) -> None:
    row = folder.row(
        HEAD
        + """\
drop: [foreach]
groups: {learning_rate: lr / base_lr}
refuse: {nesterov: {en: A note., zh: 说明。}}
lossy: {momentum: {en: A note., zh: 说明。}}
differs: [{when: own_rates, note: {en: A note., zh: 说明。}}]
cases:
  - when: momentum == 0
    assume: {en: A note., zh: 说明。}
    to: toy.SGD
    with: {learning_rate: lr, parameters: params}
    drop: [momentum]
    groups: {learning_rate: lr}
    differs: [{note: {en: A note., zh: 说明。}}]
  - to: toy.SGD
    with: {learning_rate: lr, parameters: params, momentum: momentum}
"""
    )
    first, second = row.cases
    assert first.when == parse_expression("momentum == 0")
    assert first.assume == NOTE
    assert first.drop == {"momentum", "foreach"}
    assert second.drop == {"foreach"}
    assert first.groups == {"learning_rate": parse_expression("lr")}
    assert second.groups == {"learning_rate": parse_expression("lr / base_lr")}
    assert (
        first.refuse
        == second.refuse
        == (ArgumentRule("nesterov", parse_expression("nesterov is False"), NOTE),)
    )
    assert first.lossy == second.lossy == (ArgumentRule("momentum", parse_expression("momentum == 0"), NOTE),)
    shared = Difference(parse_expression("own_rates"), NOTE)
    assert first.differs == (Difference(None, NOTE), shared)
    assert second.differs == (shared,)


@pytest.mark.parametrize(
    ("rule", "unless"),
    [
        pytest.param(
            "foreach: {en: A note., zh: 说明。}", "foreach is None", id="None is compared by identity"
        ),
        pytest.param("lr: {en: A note., zh: 说明。}", "lr == 0.001", id="the newest default is taken"),
        pytest.param(
            "lr: {unless: lr < 1, note: {en: A note., zh: 说明。}}", "lr < 1", id="a condition is given"
        ),
    ],
)
def test_a_rule_fires_unless_the_argument_is_the_default(folder: Folder, rule: str, unless: str) -> None:
    row = folder.row(HEAD + CASE + f"refuse: {{{rule}}}\n")
    assert row.cases[0].refuse == (ArgumentRule(rule.partition(":")[0], parse_expression(unless), NOTE),)


def test_a_parameter_of_an_old_version_may_be_used(folder: Folder) -> None:
    folder.write(
        "torch/catalogue.yaml",
        """\
torch.optim.SGD:
  kind: optimizer
  signatures: [{since: "2.0", signature: "(params)"}, {since: "1.8", signature: "(params, verbose=False)"}]
""",
    )
    row = folder.row(HEAD + "to: toy.SGD\nwith: {parameters: params, learning_rate: float(verbose)}\n")
    assert row.cases[0].arguments["learning_rate"].names == {"verbose"}


def test_members_are_cases_too(folder: Folder) -> None:
    row = folder.row(
        HEAD
        + """\
members:
  step:
    to: toy.SGD.step
    before: closure()
  load_state_dict: {adds_group: {parameter: state_dict, otherwise: {en: A note., zh: 说明。}}}
  zero_grad:
    cases:
      - {when: set_to_none, drop: [set_to_none], expression: self.clear(), item: "self.clear()[0]"}
      - {to: toy.SGD.clear_grad, with: {set_to_zero: not set_to_none}}
  param_groups:
    items:
      lr:
        read: self.get_lr()
        write: self.set_lr(value)
        differs: [{when: own_rates, note: {en: A note., zh: 说明。}}]
        refuse_write: [{when: scheduled, note: {en: A note., zh: 说明。}}]
        refuse_absolute: [{note: {en: A note., zh: 说明。}}]
        refuse_single: {en: A note., zh: 说明。}
        read_ratio: self.get_lr() * ratio
      momentum: {}
      params: {refuse: {en: A note., zh: 说明。}}
"""
    )
    assert list(row.members) == ["step", "load_state_dict", "zero_grad", "param_groups"]
    assert row.members["step"].cases[0].to == "toy.SGD.step"
    assert row.members["step"].cases[0].before == parse_expression("closure()")
    assert row.members["load_state_dict"].adds_group == AddsGroup("state_dict", NOTE)
    first, second = row.members["zero_grad"].cases
    assert (first.to, first.expression, first.item) == (
        "",
        parse_expression("self.clear()"),
        parse_expression("self.clear()[0]"),
    )
    assert second.arguments == {"set_to_zero": parse_expression("not set_to_none")}
    groups = row.members["param_groups"]
    assert groups.cases == ()
    assert groups.items == {
        "lr": GroupItem(
            read=parse_expression("self.get_lr()"),
            write=parse_expression("self.set_lr(value)"),
            differs=(Difference(parse_expression("own_rates"), NOTE),),
            refuse_write=(Difference(parse_expression("scheduled"), NOTE),),
            refuse_absolute=(Difference(None, NOTE),),
            refuse_single=NOTE,
            read_ratio=parse_expression("self.get_lr() * ratio"),
        ),
        "momentum": GroupItem(None, None, ()),
        "params": GroupItem(None, None, (), refuse=NOTE),
    }


def test_groups_that_the_target_has_are_read_and_written_in_place(folder: Folder) -> None:
    row = folder.row(
        HEAD
        + """\
members:
  param_groups:
    handed_on: {en: A note., zh: 说明。}
    items:
      lr: {in_place: {read: float(entry), write: "toy.SGD(entry, value)"}}
      momentum: {in_place: {type: float}}
      params: {in_place: {}}
"""
    )
    groups = row.members["param_groups"]
    assert groups.handed_on == NOTE
    assert {key: item.in_place for key, item in groups.items.items()} == {
        "lr": InPlace(parse_expression("float(entry)"), parse_expression("toy.SGD(entry, value)")),
        "momentum": InPlace(type="float"),
        "params": InPlace(),
    }


def test_a_case_may_be_right_from_a_later_version_on(folder: Folder) -> None:
    case = "to: toy.SGD, with: {learning_rate: lr, parameters: params, momentum: momentum}, drop: [nesterov, foreach]"
    row = folder.row(HEAD + f'cases:\n  - {{when: momentum == 0, {case}}}\n  - {{since: "2.0", {case}}}\n')
    assert [case.since for case in row.cases] == [None, "2.0"]
    assert folder.row(HEAD + CASE + 'since: "2.0"\n').cases[0].since is None  # this is about the whole row


def test_how_schedulers_attach_what_the_class_is_called_and_since_when(folder: Folder) -> None:
    row = folder.row(
        HEAD
        + """\
annotation: toy.SGD
since: "2.0"
group_options_stay: {options: [lr], note: {en: A note., zh: 说明。}}
attach:
  argument: learning_rate
  rate: lr
  read: optimizer.get_lr()
  set: optimizer.set(scheduler)
  single: {en: A note., zh: 说明。}
"""
    )
    assert (row.annotation, row.since) == ("toy.SGD", "2.0")
    assert row.group_options_stay == StayingOptions(frozenset({"lr"}), NOTE)
    assert row.attach == Attach(
        "learning_rate",
        "lr",
        parse_expression("optimizer.get_lr()"),
        parse_expression("optimizer.set(scheduler)"),
        NOTE,
    )


def test_a_parity_case_is_code_or_code_and_what_step_is_called_with(folder: Folder) -> None:
    row = folder.row(
        HEAD
        + """\
parity:
  exact: [torch.optim.SGD(params), {code: schedule(), step: metric(step)}]
  close: [{code: other()}]
  lossy: []
"""
    )
    assert row.parity == (
        ParityCase("torch.optim.SGD(params)", "exact"),
        ParityCase("schedule()", "exact", "metric(step)"),
        ParityCase("other()", "close"),
    )


def test_options_that_are_refused_in_groups_hold_for_all_cases_or_for_one(folder: Folder) -> None:
    body = """\
refuse_in_groups: {momentum: {en: A note., zh: 说明。}}
cases:
  - when: nesterov
    to: toy.SGD
    with: {learning_rate: lr, parameters: params, momentum: momentum}
    drop: [nesterov, foreach]
    refuse_in_groups: {lr: {en: A note., zh: 说明。}}
  - to: toy.SGD
    with: {learning_rate: lr, parameters: params, momentum: momentum}
    drop: [nesterov, foreach]
"""
    first, second = folder.row(HEAD + body).cases
    assert first.refuse_in_groups == {"momentum": NOTE, "lr": NOTE}
    assert second.refuse_in_groups == {"momentum": NOTE}


def test_a_case_knows_what_its_conditions_ask_about(folder: Folder) -> None:
    body = """\
to: toy.SGD
with: {learning_rate: lr, parameters: params}
drop: [foreach]
refuse: {nesterov: {unless: not nesterov or rate_changes, note: {en: A note., zh: 说明。}}}
lossy: {momentum: {en: A note., zh: 说明。}}
differs: [{note: {en: A note., zh: 说明。}}, {when: own_rates, note: {en: A note., zh: 说明。}}]
"""
    (case,) = folder.row(HEAD + body).cases
    assert case.condition_names == {"nesterov", "rate_changes", "momentum", "own_rates"}
