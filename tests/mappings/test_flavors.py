"""A flavour: a folder of tables below a target's, whose rows come before those of the target."""

from __future__ import annotations

import pytest

from optconv.mappings import (
    TableError,
    Tables,
    Text,
    UnknownFlavorError,
    flavor_names,
    load_labelled,
    load_tables,
    table_labels,
    target_names,
)

from .conftest import CASE, HEAD, Folder

FLAVOR = """\
name: old
title: {en: Toy of old, zh: 旧玩具}
summary: {en: What there was., zh: 以前的。}
"""
OLD_SIGNATURES = """\
toy.old.SGD:
  signature: "(rate, params)"
toy.StepDecay:
  signature: "(learning_rate, step_size, gamma=0.5)"
"""
OLD_SGD = HEAD + "to: toy.old.SGD\nwith: {rate: lr, params: params}\ndrop: [momentum, nesterov, foreach]\n"
ADAM = HEAD.replace("SGD", "Adam") + "to: toy.SGD\nwith: {learning_rate: lr, parameters: params}\n"


@pytest.fixture
def flavored(folder: Folder) -> Tables:
    """Tables with a row for SGD and Adam, and a flavour with one for SGD."""
    folder.write("toy/optimizers/SGD.yaml", HEAD + CASE)
    folder.write("toy/optimizers/Adam.yaml", ADAM)
    folder.write("toy/flavors/old/flavor.yaml", FLAVOR)
    folder.write("toy/flavors/old/signatures.yaml", OLD_SIGNATURES)
    folder.write("toy/flavors/old/optimizers/SGD.yaml", OLD_SGD)
    return load_tables("toy", folder.root, flavor="old")


def test_a_flavor_is_its_target_under_another_title(flavored: Tables, folder: Folder) -> None:
    assert flavored.flavor is not None
    assert flavored.flavor.summary == Text("What there was.", "以前的。")
    assert (flavored.target.name, flavored.target.title) == ("toy", Text("Toy of old", "旧玩具"))
    assert (flavored.label, flavored.folder) == ("toy/old", folder.root / "toy/flavors/old")
    assert flavor_names("toy", folder.root) == ("old",)


def test_a_row_of_the_flavor_comes_before_that_of_the_target(flavored: Tables) -> None:
    row = flavored.row("torch.optim.SGD")
    assert row is not None
    assert [case.to for case in row.cases] == ["toy.old.SGD"]


def test_a_row_of_the_target_holds_where_the_flavor_says_nothing(flavored: Tables) -> None:
    row = flavored.row("torch.optim.Adam")
    assert row is not None
    assert [case.to for case in row.cases] == ["toy.SGD"]


def test_only_the_rows_of_the_flavor_are_its_own(flavored: Tables) -> None:
    assert [row.api for row in flavored.rows()] == ["torch.optim.SGD"]


def test_the_signatures_of_the_flavor_come_before_those_of_the_target(flavored: Tables) -> None:
    assert flavored.target_api("toy.SGD") is not None
    step = flavored.target_api("toy.StepDecay")
    assert step is not None
    gamma = step.signature.parameter("gamma")
    assert gamma is not None
    assert gamma.default == "0.5"


def test_the_tables_of_the_target_are_as_they_were_without_the_flavor(
    flavored: Tables, folder: Folder
) -> None:
    plain = folder.tables()
    assert plain.flavor is None
    assert (plain.label, plain.folder) == ("toy", folder.root / "toy")
    assert plain.target_api("toy.old.SGD") is None
    assert {row.api for row in plain.rows()} == {"torch.optim.SGD", "torch.optim.Adam"}
    assert flavored.row("torch.optim.SGD") is not plain.row("torch.optim.SGD")


def test_a_flavor_needs_no_signatures_of_its_own(flavored: Tables, folder: Folder) -> None:
    (flavored.folder / "signatures.yaml").unlink()
    assert load_tables("toy", folder.root, flavor="old").target_api("toy.SGD") is not None


@pytest.mark.usefixtures("flavored")
def test_an_unknown_flavor_is_an_error_that_names_those_there_are(folder: Folder) -> None:
    with pytest.raises(UnknownFlavorError) as caught:
        load_tables("toy", folder.root, flavor="new")
    assert str(caught.value) == "unknown flavor 'new' of toy; known: old"


def test_a_target_without_flavors_says_so(folder: Folder) -> None:
    with pytest.raises(UnknownFlavorError) as caught:
        load_tables("toy", folder.root, flavor="old")
    assert str(caught.value) == "unknown flavor 'old' of toy; it has none"


@pytest.mark.usefixtures("flavored")
def test_a_key_that_no_flavor_has_is_an_error(folder: Folder) -> None:
    path = folder.write("toy/flavors/old/flavor.yaml", FLAVOR + "color: red\n")
    with pytest.raises(TableError, match=f"{path}:4: color"):
        load_tables("toy", folder.root, flavor="old")


def test_every_label_stands_for_tables_of_that_label() -> None:
    assert set(target_names()) <= set(table_labels())
    for label in table_labels():
        assert load_labelled(label).label == label
