"""The catalogues of the source and of the target, and the diagnostics; and what is said of broken ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from optconv.mappings import TableError, Text
from optconv.mappings.catalogue_loader import (
    load_diagnostic_kinds,
    load_source_catalogue,
    load_target_signatures,
)
from optconv.mappings.expressions import parse_expression
from optconv.mappings.schema import DiagnosticKind, SourceMember
from optconv.mappings.signatures import SignatureVersion, parse_signature

from .conftest import without_path

if TYPE_CHECKING:
    from .conftest import Folder

SGD = 'torch.optim.SGD:\n  kind: optimizer\n  signatures: [{since: "1.8", signature: "(params)"}]\n'
TARGET = 'toy.SGD:\n  signature: "(learning_rate)"\n'
KIND = """\
  name: argument-dropped
  topic: dropped
  message: {en: "{argument} is dropped", zh: "{argument} 已删除"}
  meaning: {en: A meaning., zh: 含义。}
  action: {en: Nothing., zh: 无需处理。}
"""


def complaint(load: Callable[[Path], Any], text: str, path: Path) -> str:
    """Return what ``load`` says of ``text``, from the line number on."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TableError) as caught:
        load(path)
    return without_path(caught.value, path)


def test_a_source_api_has_a_kind_a_base_signatures_and_members(folder: Folder) -> None:
    apis, _ = load_source_catalogue(folder.root / "torch" / "catalogue.yaml")
    optimizer, sgd = apis["torch.optim.Optimizer"], apis["torch.optim.SGD"]
    assert (optimizer.kind, optimizer.base) == ("optimizer", None)
    assert (sgd.base, sgd.short_name) == ("torch.optim.Optimizer", "SGD")
    assert [version.since for version in sgd.signatures] == ["2.0", "1.8"]
    assert optimizer.members["param_groups"] == SourceMember("param_groups", (), telling=True)
    assert optimizer.members["step"] == SourceMember(
        "step", (SignatureVersion("1.8", parse_signature("(closure=None)")),), telling=False
    )


def test_every_import_path_stands_for_its_api(folder: Folder) -> None:
    _, canonical = load_source_catalogue(folder.root / "torch" / "catalogue.yaml")
    assert canonical["torch.optim.sgd.SGD"] == canonical["torch.optim.SGD"] == "torch.optim.SGD"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            SGD.replace("optimizer", "optimiser"),
            "2: torch.optim.SGD.kind: expected one of optimizer, scheduler, class, function, checkpoint, "
            "scaler, region, model, tensor",
            id="a kind that does not exist",
        ),
        pytest.param("a.B:\n  kind: class\n", "1: a.B: the key 'signatures' is missing", id="no signatures"),
        pytest.param("a.B:\n  signatures: []\n", "1: a.B: the key 'kind' is missing", id="no kind"),
        pytest.param(
            "a.B: {kind: class, signatures: []}",
            "1: a.B.signatures: expected at least one version",
            id="no version",
        ),
        pytest.param(
            SGD.replace("(params)", "(params"),
            "3: torch.optim.SGD.signatures[0].signature: '(params' is not a signature",
            id="a signature that is none",
        ),
        pytest.param(
            SGD.replace("since", "from"),
            "3: torch.optim.SGD.signatures[0].from: unknown key 'from'; expected one of signature, since",
            id="a key that a version does not have",
        ),
        pytest.param(
            'a.B: {kind: class, signatures: [{since: "1.8", signature: ()}, {since: "1.9", signature: (a)}]}',
            "1: a.B.signatures[1]: expected an older version than the one before: newest first",
            id="the oldest version stands first",
        ),
        pytest.param(
            SGD + "  base: torch.optim.Optimizer\n",
            "4: torch.optim.SGD.base: torch.optim.Optimizer is not in the catalogue above; "
            "a base comes before its subclasses",
            id="a base that is not there",
        ),
        pytest.param(
            SGD + "  base: torch.optim.SGD\n",
            "4: torch.optim.SGD.base: torch.optim.SGD is not in the catalogue above; "
            "a base comes before its subclasses",
            id="an api that is its own base",
        ),
        pytest.param(
            SGD + SGD.replace("SGD", "Adam") + "  aliases: [torch.optim.SGD]\n",
            "4: torch.optim.Adam: torch.optim.SGD already stands for torch.optim.SGD",
            id="an alias that is another api",
        ),
        pytest.param(
            SGD + "  methods: {}\n",
            "4: torch.optim.SGD.methods: unknown key 'methods'; "
            "expected one of aliases, base, curve, kind, members, needs, saves, signatures, since",
            id="a key that an api does not have",
        ),
        pytest.param(
            SGD + "  members: {state: {type: dict}}\n",
            "4: torch.optim.SGD.members.state.type: unknown key 'type'; "
            "expected one of attribute, restores, signatures, since, stores, telling, until",
            id="a key that a member does not have",
        ),
        pytest.param(
            SGD + "  members: {state: {attribute: yes}}\n",
            "4: torch.optim.SGD.members.state.attribute: expected true; leave the key out otherwise",
            id="a mark that is neither true nor left out",
        ),
        pytest.param(
            SGD + "  members: {step: {signatures: []}}\n",
            "4: torch.optim.SGD.members.step.signatures: expected at least one version",
            id="a method without a version",
        ),
    ],
)
def test_a_broken_source_catalogue(tmp_path: Path, text: str, expected: str) -> None:
    assert complaint(load_source_catalogue, text, tmp_path / "catalogue.yaml") == expected


def test_a_target_api_knows_what_it_insists_on(folder: Folder) -> None:
    apis = load_target_signatures(folder.root / "toy" / "signatures.yaml")
    sgd = apis["toy.SGD"]
    assert sgd.signature.names == ("learning_rate", "parameters", "momentum")
    assert (sgd.types, sgd.inert) == ({"learning_rate": "float"}, {"momentum": parse_expression("0")})
    assert (sgd.since, sgd.added) == ("1.0", {"momentum": "2.0"})
    decay = apis["toy.StepDecay"]
    assert (decay.types, decay.inert, decay.since, decay.added) == ({}, {}, None, {})


def test_methods_of_the_target_are_found_by_class_and_name(folder: Folder) -> None:
    apis = load_target_signatures(folder.root / "toy" / "signatures.yaml")
    assert [name for name in apis if name.startswith("toy.SGD.")] == ["toy.SGD.step", "toy.SGD.clear_grad"]
    assert (apis["toy.SGD.step"].since, apis["toy.SGD.clear_grad"].since) == ("1.0", None)
    assert apis["toy.SGD.clear_grad"].signature.names == ("set_to_zero",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("toy.SGD: {}\n", "1: toy.SGD: the key 'signature' is missing", id="no signature"),
        pytest.param(
            "toy.SGD: {signature: SGD}\n",
            "1: toy.SGD.signature: 'SGD' is not a signature",
            id="a signature that is none",
        ),
        pytest.param(
            TARGET + "  types: {learning_rate: text}\n",
            "3: toy.SGD.types.learning_rate: expected one of float, number, floats, int, bool, list, str, iterable, "
            "epoch_function, always_float, always_floats, always_bool",
            id="a type that does not exist",
        ),
        pytest.param(
            TARGET + "  types: {lr: float}\n",
            "3: toy.SGD.types.lr: toy.SGD has no parameter 'lr'; it has learning_rate",
            id="the type of a parameter that does not exist",
        ),
        pytest.param(
            TARGET + '  inert: {lr: "0"}\n',
            "3: toy.SGD.inert.lr: toy.SGD has no parameter 'lr'; it has learning_rate",
            id="a value of a parameter that does not exist",
        ),
        pytest.param(
            TARGET + "  inert: {learning_rate: 1 +}\n",
            "3: toy.SGD.inert.learning_rate: '1 +' is not a Python expression",
            id="a value that is no expression",
        ),
        pytest.param(
            TARGET + '  versions:\n    added: {lr: "2.0"}\n',
            "4: toy.SGD.versions.added.lr: toy.SGD has no parameter 'lr'; it has learning_rate",
            id="the version of a parameter that does not exist",
        ),
        pytest.param(
            TARGET + '  versions: {until: "2.0"}\n',
            "3: toy.SGD.versions.until: unknown key 'until'; expected one of added, since",
            id="a key that the versions do not have",
        ),
        pytest.param(
            TARGET + '  members: {step: {until: "2.0"}}\n',
            "3: toy.SGD.members.step.until: unknown key 'until'; expected one of signature, since",
            id="a key that a member does not have",
        ),
        pytest.param(
            TARGET + "  kind: optimizer\n",
            "3: toy.SGD.kind: unknown key 'kind'; expected one of curve, inert, members, signature, types, versions",
            id="a key that a class does not have",
        ),
    ],
)
def test_broken_target_signatures(tmp_path: Path, text: str, expected: str) -> None:
    assert complaint(load_target_signatures, text, tmp_path / "signatures.yaml") == expected


@pytest.mark.parametrize(
    ("code", "severity"), [("OC101", "info"), ("OC201", "warning"), ("OC302", "error"), ("OC901", "error")]
)
def test_the_first_digit_of_a_code_is_its_severity(tmp_path: Path, code: str, severity: str) -> None:
    path = tmp_path / "diagnostics.yaml"
    path.write_text(f"{code}:\n{KIND}", encoding="utf-8")
    assert load_diagnostic_kinds(path) == {
        code: DiagnosticKind(
            code=code,
            name="argument-dropped",
            severity=severity,
            topic="dropped",
            message=Text("{argument} is dropped", "{argument} 已删除"),
            meaning=Text("A meaning.", "含义。"),
            action=Text("Nothing.", "无需处理。"),
        )
    }


@pytest.mark.parametrize("code", ["OC401", "OC1", "OC1012", "XX101", "OC1a1", "oc101", "OC１01"])
def test_a_code_that_is_none(tmp_path: Path, code: str) -> None:
    expected = f"1: {code}: expected a code such as OC302, whose first digit says its severity"
    assert complaint(load_diagnostic_kinds, f"{code}:\n{KIND}", tmp_path / "diagnostics.yaml") == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("  name: argument-dropped\n", "", "1: OC101: the key 'name' is missing", id="no name"),
        pytest.param(
            "meaning", "why", "5: OC101.why: unknown key 'why'; expected one of ", id="an unknown key"
        ),
        pytest.param(
            "{en: Nothing., zh: 无需处理。}", "{}", "6: OC101.action: the key 'en' is ", id="no text"
        ),
        pytest.param(", zh: 含义。", "", "5: OC101.meaning: the key 'zh' is missing", id="no Chinese"),
        pytest.param("A meaning.", "''", "5: OC101.meaning.en: expected a sentence a person ", id="empty"),
    ],
)
def test_a_broken_diagnostic(tmp_path: Path, old: str, new: str, expected: str) -> None:
    text = f"OC101:\n{KIND.replace(old, new)}"
    assert complaint(load_diagnostic_kinds, text, tmp_path / "diagnostics.yaml").startswith(expected)
