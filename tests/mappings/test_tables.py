"""The tables of one target, as the converter asks them."""

from __future__ import annotations

import pytest

from optconv.mappings import (
    TableError,
    Tables,
    Target,
    Text,
    UnknownTargetError,
    diagnostic_kinds,
    load_tables,
    target_names,
)
from optconv.mappings.schema import SourceApi

from .conftest import CASE, HEAD, TARGET, Folder

BASE = """\
api: torch.optim.Optimizer
summary: {en: The base., zh: 基类。}
reference: https://example.org/Optimizer
members:
  step: {to: toy.SGD.step, drop: [closure]}
  zero_grad: {to: toy.SGD.clear_grad, drop: [set_to_none]}
  param_groups: {items: {lr: {read: self.lr}}}
"""
SCHEDULER = """\
api: torch.optim.lr_scheduler.LRScheduler
summary: {en: The base., zh: 基类。}
reference: https://example.org/LRScheduler
attach: {argument: learning_rate, rate: rate, read: optimizer.get_lr(), set: optimizer.set(scheduler)}
members:
  get_last_lr: {expression: self()}
"""
SGD = HEAD + CASE + "members:\n  step: {expression: self.step(closure)}\n"


@pytest.fixture
def tables(folder: Folder) -> Tables:
    """Tables with a row for both bases and for SGD, and none for Adam and StepLR."""
    folder.write("toy/optimizers/Optimizer.yaml", BASE)
    folder.write("toy/optimizers/SGD.yaml", SGD)
    folder.write("toy/schedulers/LRScheduler.yaml", SCHEDULER)
    return folder.tables()


def api(tables: Tables, name: str) -> SourceApi:
    found = tables.source_api(name)
    assert found is not None
    return found


def test_the_target_says_what_it_is(tables: Tables) -> None:
    assert tables.target == Target("toy", Text("Toy", "玩具"), "toy-framework", "toy", ("1.0", "2.0"))
    assert tables.source_module == "torch"


def test_an_api_is_found_by_each_of_its_import_paths(tables: Tables) -> None:
    assert api(tables, "torch.optim.sgd.SGD") is tables.source_apis["torch.optim.SGD"]
    assert tables.source_api("torch.optim.sgd.Adam") is None
    assert {"torch.optim.SGD", "torch.optim.sgd.SGD"} <= tables.source_names


def test_the_modules_on_the_way_to_an_api_are_known(tables: Tables) -> None:
    assert tables.source_prefixes == {
        "torch",
        "torch.optim",
        "torch.optim.sgd",
        "torch.optim.optimizer",
        "torch.optim.lr_scheduler",
    }
    assert tables.owned_modules == tables.source_prefixes - {"torch"}
    assert tables.public_modules == {"torch.optim", "torch.optim.lr_scheduler"}


AROUND = """\
torch.nn.clip: {kind: function, signatures: [{since: "1.8", signature: (parameters)}]}
torch.amp.Scaler:
  kind: scaler
  signatures: [{since: "1.8", signature: ()}]
  members: {scale: {signatures: [{since: "1.8", signature: (x)}]}, step: {signatures: [{since: "1.8", signature: (o)}]}}
torch.cuda.amp.Scaler: {kind: scaler, base: torch.amp.Scaler, signatures: [{since: "1.8", signature: ()}]}
torch.nn.Module: {kind: model, signatures: [{since: "1.8", signature: ()}], members: {eval: {attribute: true}}}
"""


def test_what_surrounds_the_optimizers_is_known_and_owns_no_module(folder: Folder) -> None:
    folder.write("torch/surroundings.yaml", AROUND)
    tables = folder.tables()
    assert {"torch.nn", "torch.cuda.amp"} <= tables.source_prefixes
    assert tables.owned_modules == {name for name in tables.source_prefixes if name.startswith("torch.optim")}
    assert {"optim", "clip", "Scaler", "zero_grad"} <= tables.telling_names
    assert "Module" not in tables.telling_names
    assert tables.scaler_members == {"scale"}


def test_a_model_is_known_and_no_reference_to_its_class_is(folder: Folder) -> None:
    assert folder.tables().models is None
    folder.write("torch/surroundings.yaml", AROUND)
    tables = folder.tables()
    assert tables.models is tables.source_apis["torch.nn.Module"]
    assert tables.source_api("torch.nn.Module") is None


def test_a_row_may_have_more_of_the_name_where_two_end_alike(folder: Folder) -> None:
    folder.write("torch/surroundings.yaml", AROUND)
    text = "api: {}\nsummary: {{en: A sentence., zh: 一句话。}}\nreference: https://example.org/x\n"
    folder.write("toy/around/Scaler.yaml", text.format("torch.amp.Scaler"))
    folder.write("toy/around/cuda.amp.Scaler.yaml", text.format("torch.cuda.amp.Scaler"))
    rows = [folder.tables().row(name) for name in ("torch.amp.Scaler", "torch.cuda.amp.Scaler")]
    assert [row.api if row else None for row in rows] == ["torch.amp.Scaler", "torch.cuda.amp.Scaler"]


def test_constants_have_the_names_that_the_tables_call_them(folder: Folder) -> None:
    assert folder.tables().constants == {}
    folder.write("torch/constants.yaml", "torch.half: float16\n")
    assert folder.tables().constants == {"torch.half": "float16"}


def test_what_a_region_computes_in_is_read_from_its_parameters(folder: Folder) -> None:
    assert folder.row(f"{HEAD}{CASE}region: lr\n").region is not None
    assert "region: rate: not a parameter here" in folder.complaint(f"{HEAD}{CASE}region: rate\n")


def test_the_bases_of_an_api_come_nearest_first(tables: Tables) -> None:
    names = [ancestor.name for ancestor in tables.ancestry(api(tables, "torch.optim.SGD"))]
    assert names == ["torch.optim.SGD", "torch.optim.Optimizer"]


def test_a_source_member_belongs_to_the_nearest_class_that_has_it(tables: Tables) -> None:
    sgd, optimizer = api(tables, "torch.optim.SGD"), api(tables, "torch.optim.Optimizer")
    assert tables.source_member(sgd, "step") == (sgd, sgd.members["step"])
    assert tables.source_member(sgd, "zero_grad") == (optimizer, optimizer.members["zero_grad"])
    assert tables.source_member(sgd, "close") is None


def test_members_are_known_by_what_they_are(tables: Tables) -> None:
    assert tables.member_names == {"step", "zero_grad", "load_state_dict", "param_groups", "get_last_lr"}
    assert tables.telling_members == {"zero_grad", "param_groups"}
    assert tables.restoring_members == {"load_state_dict"}


def test_an_api_of_the_target_is_found_by_name(tables: Tables) -> None:
    found = tables.target_api("toy.SGD.step")
    assert found is not None
    assert found.name == "toy.SGD.step"
    assert tables.target_api("toy.Adam") is None


def test_a_member_is_written_as_the_nearest_row_says(tables: Tables) -> None:
    sgd, adam = api(tables, "torch.optim.SGD"), api(tables, "torch.optim.Adam")
    step, inherited, of_adam = (
        tables.member(sgd, "step"),
        tables.member(sgd, "zero_grad"),
        tables.member(adam, "step"),
    )
    assert step is not None
    assert step.cases[0].expression is not None
    assert inherited is not None
    assert inherited.cases[0].to == "toy.SGD.clear_grad"
    assert of_adam is not None
    assert of_adam.cases[0].to == "toy.SGD.step"
    assert tables.member(sgd, "close") is None


def test_members_that_change_their_name_or_their_meaning_are_known(tables: Tables) -> None:
    assert tables.changed_members == {"zero_grad", "param_groups", "get_last_lr"}


@pytest.mark.parametrize(
    ("member", "changed"),
    [
        pytest.param("to: toy.SGD.step", False, id="the same name"),
        pytest.param("to: toy.SGD.clear_grad", True, id="another name"),
        pytest.param("expression: self.step()", True, id="an expression"),
        pytest.param(
            "to: toy.SGD.step, differs: [{note: {en: N., zh: 注。}}]", True, id="always a difference"
        ),
        pytest.param(
            "to: toy.SGD.step, differs: [{when: scheduled, note: {en: N., zh: 注。}}]",
            False,
            id="sometimes a difference",
        ),
    ],
)
def test_whether_a_member_changes(folder: Folder, member: str, changed: bool) -> None:
    row = BASE.partition("members:")[0] + f"members: {{step: {{{member}, drop: [closure]}}}}\n"
    folder.write("toy/optimizers/Optimizer.yaml", row)
    assert folder.tables().changed_members == ({"step"} if changed else frozenset())


def test_how_schedulers_attach_stands_in_the_row_of_their_base(tables: Tables) -> None:
    assert tables.attach is not None
    assert tables.attach.argument == "learning_rate"
    assert tables.rate_name == "rate"


def test_without_a_row_of_the_schedulers_base_nothing_attaches(folder: Folder) -> None:
    tables = folder.tables()
    assert tables.attach is None
    assert tables.rate_name == "lr"
    assert tables.changed_members == frozenset()


def test_without_schedulers_nothing_attaches(folder: Folder) -> None:
    folder.write(
        "torch/catalogue.yaml", "torch.a.f: {kind: function, signatures: [{since: '1', signature: ()}]}"
    )
    assert folder.tables().attach is None


def test_an_api_without_a_row_has_none(tables: Tables) -> None:
    assert tables.row("torch.optim.Adam") is None


def test_the_row_of_another_api_of_the_same_name_is_not_taken(tables: Tables) -> None:
    assert tables.row("torch.optim.swa_utils.SGD") is None


def test_a_row_is_read_when_it_is_first_asked_for_and_only_then(tables: Tables, folder: Folder) -> None:
    folder.write("toy/optimizers/Adam.yaml", "broken")
    first = tables.row("torch.optim.SGD")  # reads the base class's row, too, for what it says of subclasses
    assert first is not None
    folder.write("toy/optimizers/SGD.yaml", "broken")
    assert tables.row("torch.optim.SGD") is first
    with pytest.raises(TableError, match="expected a mapping"):
        tables.row("torch.optim.Adam")


def test_all_rows_come_by_file_name_and_are_kept(tables: Tables) -> None:
    rows = list(tables.rows())
    assert [row.api for row in rows] == [
        "torch.optim.Optimizer",
        "torch.optim.SGD",
        "torch.optim.lr_scheduler.LRScheduler",
    ]
    assert tables.row("torch.optim.SGD") is rows[1]


def test_a_target_without_tables_is_unknown() -> None:
    with pytest.raises(UnknownTargetError) as caught:
        load_tables("tinygrad")
    assert str(caught.value) == f"unknown target 'tinygrad'; known: {', '.join(target_names())}"


def test_the_source_framework_is_no_target() -> None:
    assert "torch" not in target_names()
    with pytest.raises(UnknownTargetError):
        load_tables("torch")


def test_the_targets_are_the_folders_with_a_target_file() -> None:
    assert "paddle" in target_names()
    assert list(target_names()) == sorted(target_names())


@pytest.mark.parametrize("key", ["name", "title", "package", "module", "versions"])
def test_a_target_file_without_one_of_its_keys_is_broken(folder: Folder, key: str) -> None:
    lines = [line for line in TARGET.splitlines() if not line.startswith(f"{key}:")]
    path = folder.write("toy/target.yaml", "\n".join(lines))
    with pytest.raises(TableError) as caught:
        folder.tables()
    assert str(caught.value) == f"{path}:1: table: the key {key!r} is missing"


def test_the_diagnostics_are_read_once() -> None:
    assert diagnostic_kinds()["OC302"].name == "unsupported-argument"
    assert diagnostic_kinds() is diagnostic_kinds()
