"""A team's own tables beside ours: what a file may say, and what is said of one that is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from optconv.mappings import TableError, Tables, Text, load_tables
from optconv.mappings.signatures import SignatureVersion, parse_signature

from .conftest import CASE, HEAD, Folder, without_path

OPTIMIZER = """\
api: torch.optim.Optimizer
summary: {en: The base., zh: 基类。}
reference: https://example.org/Optimizer
inherited: {drop: [foreach]}
members:
  step: {to: toy.SGD.step, drop: [closure]}
  zero_grad: {to: toy.SGD.clear_grad, drop: [set_to_none]}
"""
SCHEDULER = """\
api: torch.optim.lr_scheduler.LRScheduler
summary: {en: The base., zh: 基类。}
reference: https://example.org/LRScheduler
attach: {argument: learning_rate, rate: lr, read: optimizer.get_lr(), set: optimizer.set(scheduler)}
"""
EXTRA = """\
version: 1
source:
  acme.optim.Lamb:
    kind: optimizer
    base: torch.optim.Optimizer
    aliases: [acme.optim.lamb.Lamb]
    signature: "(params, lr=1e-3, clamp=10.0, foreach=None)"
    members:
      warm: {signature: "(steps)"}
  acme.sched.get_cosine:
    kind: scheduler
    base: torch.optim.lr_scheduler.StepLR
    signatures: [{since: "2.0", signature: "(optimizer, steps)"}, {since: "1.0", signature: "(optimizer)"}]
toy:
  signatures:
    acme_toy.Lamb:
      signature: "(learning_rate, parameters, clamp=10.0)"
      members: {warm_up: {signature: "(steps)"}}
  rows:
    - api: acme.optim.Lamb
      summary: Our Lamb.
      to: acme_toy.Lamb
      with: {learning_rate: lr, parameters: params}
      groups: {learning_rate: lr / base_lr}
      lossy: {clamp: "It clamps at 10, always"}
      members:
        warm: {to: acme_toy.Lamb.warm_up, with: {steps: steps}}
    - api: acme.sched.get_cosine
      summary: {zh: 余弦。}
      unconvertible: {en: "Write it by hand", zh: 请手写}
"""


@pytest.fixture
def beside(folder: Folder) -> Folder:
    """Tables with rows of both base classes and of SGD, for a team's to stand beside."""
    folder.write("toy/optimizers/Optimizer.yaml", OPTIMIZER)
    folder.write("toy/schedulers/LRScheduler.yaml", SCHEDULER)
    folder.write("toy/optimizers/SGD.yaml", HEAD + CASE)
    return folder


def load(folder: Folder, *texts: str, flavor: str | None = None) -> Tables:
    """Return the toy tables with files of a team beside them."""
    files = [folder.write(f"extra{number}.yaml", text) for number, text in enumerate(texts)]
    return load_tables("toy", folder.root, flavor=flavor, extra=files)


def complaint(folder: Folder, text: str) -> str:
    """Return what is said of a file of a team, from the line number on."""
    path = folder.write("acme.yaml", text)
    with pytest.raises(TableError) as caught:
        load_tables("toy", folder.root, extra=[path])
    return without_path(caught.value, path)


# -- what such a file adds -----------------------------------------------------------------------------------------


def test_its_apis_are_known_by_each_of_their_names(beside: Folder) -> None:
    tables = load(beside, EXTRA)
    lamb = tables.source_api("acme.optim.Lamb")
    assert lamb is not None
    assert tables.source_api("acme.optim.lamb.Lamb") is lamb
    assert lamb.signatures == (
        SignatureVersion("0", parse_signature("(params, lr=1e-3, clamp=10.0, foreach=None)")),
    )
    cosine = tables.source_apis["acme.sched.get_cosine"]
    assert [version.since for version in cosine.signatures] == ["2.0", "1.0"]


def test_an_api_has_the_members_of_its_base_and_its_own(beside: Folder) -> None:
    tables = load(beside, EXTRA)
    lamb = tables.source_apis["acme.optim.Lamb"]
    own, inherited = tables.member(lamb, "warm"), tables.member(lamb, "zero_grad")
    assert own is not None
    assert own.cases[0].to == "acme_toy.Lamb.warm_up"
    assert inherited is tables.member(tables.source_apis["torch.optim.SGD"], "zero_grad")


def test_a_row_says_where_it_stands_and_ours_do_not(beside: Folder) -> None:
    tables = load(beside, EXTRA)
    row = tables.row("acme.optim.Lamb")
    assert row is not None
    assert row.origin == f"{beside.root / 'extra0.yaml'}:20"
    assert tables.origin_of("acme.optim.Lamb") == row.origin
    assert tables.origin_of("torch.optim.SGD") == ""


def test_what_the_base_class_inherits_holds_for_a_row_of_a_team(beside: Folder) -> None:
    row = load(beside, EXTRA).row("acme.optim.Lamb")
    assert row is not None
    assert row.cases[0].drop == {"foreach"}


def test_a_text_may_have_one_language_or_be_a_sentence(beside: Folder) -> None:
    tables = load(beside, EXTRA)
    lamb, cosine = tables.row("acme.optim.Lamb"), tables.row("acme.sched.get_cosine")
    assert lamb is not None
    assert cosine is not None
    assert lamb.summary == Text("Our Lamb.", "Our Lamb.")
    assert lamb.cases[0].lossy[0].note == Text("It clamps at 10, always", "It clamps at 10, always")
    assert cosine.summary == Text("余弦。", "余弦。")
    assert cosine.unconvertible == Text("Write it by hand", "请手写")
    assert lamb.reference == ""


def test_rows_come_behind_ours(beside: Folder) -> None:
    tables = load(beside, EXTRA)
    assert [row.api for row in tables.rows()][-3:] == [
        "torch.optim.lr_scheduler.LRScheduler",
        "acme.optim.Lamb",
        "acme.sched.get_cosine",
    ]
    assert [row.api for row in tables.extra_rows()] == ["acme.optim.Lamb", "acme.sched.get_cosine"]


def test_without_such_a_file_nothing_is_known_of_it(beside: Folder) -> None:
    tables = beside.tables()
    assert tables.source_modules == {"torch"}
    assert tables.target_modules == {"toy"}
    assert tables.extra_names == frozenset()
    assert list(tables.extra_rows()) == []


def test_words_and_modules_of_a_team_are_told_from_ours(beside: Folder) -> None:
    tables = load(beside, EXTRA)
    assert tables.source_modules == {"torch", "acme"}
    assert tables.target_modules == {"toy", "acme_toy"}
    assert tables.telling_names >= {"Lamb", "get_cosine", "optim"}
    assert {"acme", "acme.optim", "acme.optim.lamb", "acme.sched"} <= tables.source_prefixes
    assert tables.owned_modules == {
        "torch.optim",
        "torch.optim.lr_scheduler",
        "torch.optim.optimizer",
        "torch.optim.sgd",
    }
    assert "warm" in tables.changed_members


def test_the_module_of_a_class_is_told_from_the_class_of_a_method(beside: Folder) -> None:
    tables = load(beside, EXTRA)
    assert tables.module_of("acme_toy.Lamb") == "acme_toy"
    assert tables.module_of("acme_toy.Lamb.warm_up") == "acme_toy"
    assert tables.module_of("toy.SGD") == "toy"


def test_what_classes_of_a_team_refuse_is_not_known(beside: Folder) -> None:
    beside.write(
        "toy/target.yaml",
        (beside.root / "toy/target.yaml").read_text("utf-8") + "refuses_source_calls: true\n",
    )
    tables = load(beside, EXTRA)
    sgd, lamb = tables.source_apis["torch.optim.SGD"], tables.source_apis["acme.optim.Lamb"]
    assert tables.refuse_source_calls([sgd])
    assert not tables.refuse_source_calls([sgd, lamb])


def test_a_later_file_builds_on_an_earlier_one(beside: Folder) -> None:
    later = """\
version: 1
source:
  acme.optim.Lamb2: {kind: optimizer, base: acme.optim.Lamb, signature: "(params, lr=1e-3, more=1)"}
toy:
  rows:
    - api: acme.optim.Lamb2
      summary: Another Lamb.
      to: acme_toy.Lamb
      with: {learning_rate: lr, parameters: params, clamp: more}
      groups: {learning_rate: lr / base_lr}
"""
    tables = load(beside, EXTRA, later)
    second = tables.source_apis["acme.optim.Lamb2"]
    assert tables.member(second, "warm") == tables.member(tables.source_apis["acme.optim.Lamb"], "warm")
    row = tables.row("acme.optim.Lamb2")
    assert row is not None
    assert row.cases[0].to == "acme_toy.Lamb"


def test_a_file_that_has_changed_is_read_again(beside: Folder) -> None:
    first = load(beside, EXTRA).row("acme.optim.Lamb")
    second = load(beside, EXTRA.replace("Our Lamb.", "Our other Lamb.")).row("acme.optim.Lamb")
    assert first is not None
    assert second is not None
    assert (first.summary.en, second.summary.en) == ("Our Lamb.", "Our other Lamb.")


def test_a_byte_order_mark_is_no_part_of_the_first_key(beside: Folder) -> None:
    assert load(beside, f"\ufeff{EXTRA}").row("acme.optim.Lamb") is not None


@pytest.mark.skipif(os.name == "nt", reason="pipes have no names")
def test_a_pipe_is_read_once_and_taken_for_every_target(beside: Folder) -> None:
    """A shell's ``<(…)`` is such a pipe; `optconv explain` asks for the tables of every target."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "w", encoding="utf-8") as file:
        file.write(EXTRA)
    path = Path(f"/dev/fd/{reading}")
    try:
        for _ in range(2):
            assert load_tables("toy", beside.root, extra=[path]).row("acme.optim.Lamb") is not None
    finally:
        os.close(reading)


# -- rows in place of ours -----------------------------------------------------------------------------------------

OVERRIDING = """\
version: 1
toy:
  signatures:
    acme_toy.SGD: {signature: "(learning_rate, parameters)"}
  rows:
    - api: torch.optim.SGD
      override: true
      summary: Our SGD.
      to: acme_toy.SGD
      with: {learning_rate: lr, parameters: params}
      groups: {learning_rate: lr / base_lr}
      drop: [momentum, nesterov]
"""


def test_a_row_that_says_so_takes_the_place_of_ours(beside: Folder) -> None:
    tables = load(beside, OVERRIDING)
    row = tables.row("torch.optim.SGD")
    assert row is not None
    assert (row.cases[0].to, row.summary.en) == ("acme_toy.SGD", "Our SGD.")
    assert row.origin == f"{beside.root / 'extra0.yaml'}:6"
    assert [one.summary.en for one in tables.rows() if one.api == "torch.optim.SGD"] == ["Our SGD."]
    assert tables.extra_names == frozenset()


def test_a_later_file_may_replace_the_row_of_an_earlier_one(beside: Folder) -> None:
    row = load(
        beside,
        OVERRIDING,
        OVERRIDING.split("  signatures")[0]
        + "  rows"
        + OVERRIDING.split("  rows")[1].replace("Our", "Their"),
    ).row("torch.optim.SGD")
    assert row is not None
    assert row.summary.en == "Their SGD."


def test_a_row_for_an_api_of_ours_without_a_row_replaces_nothing(beside: Folder) -> None:
    row = load(
        beside,
        OVERRIDING.replace("      override: true\n", "")
        .replace("optim.SGD\n", "optim.Adam\n")
        .replace("drop: [momentum, nesterov]", "drop: []"),
    ).row("torch.optim.Adam")
    assert row is not None
    assert row.origin


# -- flavours ------------------------------------------------------------------------------------------------------

FLAVOR = """\
name: nn
title: {en: Toy NN, zh: 玩具 NN}
summary: {en: Another family., zh: 另一族。}
"""
OF_TARGET = """\
version: 1
source:
  acme.Lamb: {kind: optimizer, base: torch.optim.Optimizer, signature: "(params, lr=1e-3)"}
  acme.Wrap: {kind: optimizer, base: torch.optim.Optimizer, signature: "(inner)"}
  acme.clip: {kind: function, signature: "(parameters)"}
toy:
  signatures:
    acme_toy.Lamb: {signature: "(learning_rate, parameters)"}
    acme_toy.clip: {signature: "(parameters)"}
  rows:
    - {api: acme.Lamb, summary: Lamb., to: acme_toy.Lamb, with: {learning_rate: lr, parameters: params}, groups: {learning_rate: lr / base_lr}}
    - {api: acme.Wrap, summary: None., unconvertible: Unwrap it}
    - {api: acme.clip, summary: Clips., to: acme_toy.clip, with: {parameters: parameters}}
"""
OF_FLAVOR = """\
toy/nn:
  signatures:
    acme_toy.nn.Lamb: {signature: "(learning_rate, parameters)"}
  rows:
    - {api: acme.Lamb, summary: Lamb., to: acme_toy.nn.Lamb, with: {learning_rate: lr, parameters: params}, groups: {learning_rate: lr / base_lr}}
"""


def test_an_optimizer_of_the_target_is_none_of_its_flavor(beside: Folder) -> None:
    """Schedulers of the flavour and an optimizer of the target would be of two families."""
    beside.write("toy/flavors/nn/flavor.yaml", FLAVOR)
    tables = load(beside, OF_TARGET, flavor="nn")
    assert tables.row("acme.Lamb") is None
    wrap, clip = tables.row("acme.Wrap"), tables.row("acme.clip")
    assert wrap is not None
    assert wrap.unconvertible == Text("Unwrap it", "Unwrap it")
    assert clip is not None
    assert clip.cases[0].to == "acme_toy.clip"
    assert tables.without_flavor().row("acme.Lamb") is not None


def test_a_row_of_the_flavor_comes_before_that_of_the_target(beside: Folder) -> None:
    beside.write("toy/flavors/nn/flavor.yaml", FLAVOR)
    tables = load(beside, OF_TARGET + OF_FLAVOR, flavor="nn")
    row = tables.row("acme.Lamb")
    assert row is not None
    assert row.cases[0].to == "acme_toy.nn.Lamb"
    assert [row.api for row in tables.rows()] == ["acme.Lamb"]
    plain = load(beside, OF_TARGET + OF_FLAVOR).row("acme.Lamb")
    assert plain is not None
    assert plain.cases[0].to == "acme_toy.Lamb"


def test_a_row_of_ours_for_the_flavor_comes_before_that_of_a_team_for_the_target(beside: Folder) -> None:
    beside.write("toy/flavors/nn/flavor.yaml", FLAVOR)
    beside.write("toy/flavors/nn/optimizers/SGD.yaml", HEAD + CASE)
    text = "version: 1\ntoy:\n  rows:\n    - {api: torch.optim.SGD, override: true, summary: Ours., unconvertible: No}\n"
    tables = load(beside, text, flavor="nn")
    row = tables.row("torch.optim.SGD")
    assert row is not None
    assert row.origin == ""
    assert list(tables.extra_rows()) == []
    assert [row.origin for row in load(beside, text).extra_rows()] == [f"{beside.root / 'extra0.yaml'}:4"]


# -- what is wrong with a file -------------------------------------------------------------------------------------

LAMB = EXTRA.partition("  acme.sched")[0]
ROWS = """\
toy:
  signatures:
    acme_toy.Lamb: {signature: "(learning_rate, parameters, clamp=10.0)"}
  rows:
    - api: acme.optim.Lamb
      summary: Our Lamb.
      to: acme_toy.Lamb
      with: {learning_rate: lr, parameters: params, clamp: clamp}
      groups: {learning_rate: lr / base_lr}
"""


def test_the_file_that_is_broken_here_is_right_otherwise(beside: Folder) -> None:
    assert load(beside, LAMB + ROWS).row("acme.optim.Lamb") is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("source: {}\n", "1: table: the key 'version' is missing", id="no version"),
        pytest.param("version: 2\n", "1: version: expected one of 1", id="another version"),
        pytest.param("- 1\n", "1: table: expected a mapping", id="a list"),
        pytest.param("", "1: table: the file is empty", id="empty"),
        pytest.param(
            "version: 1\npadle: {}\n",
            "2: padle: unknown key 'padle'; expected one of source, toy, version",
            id="a target that is none",
        ),
        pytest.param("version: 1\nsource: [x]\n", "2: source: expected a mapping", id="apis in a list"),
        pytest.param("version: 1\ntoy: {row: []}\n", "2: toy.row: unknown key 'row'; expected one of rows, signatures", id="an unknown part of a target"),
        pytest.param("version: 1\ntoy:\n  rows: {}\n", "3: toy.rows: expected a list", id="rows in a mapping"),
        pytest.param("version: 1\nsource: {a.B: &x {}}\n", "2: table: anchors and aliases are not allowed", id="an anchor"),
        pytest.param("version: !!int 1\n", "1: table: the tag tag:yaml.org,2002:int is not allowed", id="a tag"),
        pytest.param("version: 1\nversion: 1\n", "2: version: this key stands here twice", id="a key stands twice"),
        pytest.param("version: 1\nsource:" + "{a: " * 50, "1: table: nested too deeply", id="nested deeply"),
    ],
)  # fmt: skip
def test_the_outline_of_a_file(beside: Folder, text: str, said: str) -> None:
    found = complaint(beside, text)
    assert found == said or (said.endswith("deeply") and found.endswith(": table: nested too deeply"))


def source(entry: str, name: str = "acme.Lamb") -> str:
    """Return a file with one API, whose entry begins in line 3."""
    return f"version: 1\nsource:\n  {name}: {entry}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            source("{kind: optimizer, base: torch.optim.Optimizer, signature: (params)}", "Lamb"),
            "3: source.Lamb: 'Lamb' is not the whole name of a class or function, such as acme.optim.Lamb",
            id="a name without a module",
        ),
        pytest.param(
            source("{kind: optimizer, base: torch.optim.Optimizer, signature: (params)}", '"acme.La mb"'),
            "3: source.acme.La mb: 'acme.La mb' is not the whole name of a class or function, such as acme.optim.Lamb",
            id="a name that is none in Python",
        ),
        pytest.param(
            source("{kind: optimizer, signature: (params)}", "torch.optim.SGD"),
            "3: source.torch.optim.SGD: torch.optim.SGD stands in optconv's own tables already",
            id="an api of ours",
        ),
        pytest.param(
            source("{kind: optimizer, base: torch.optim.Optimizer, aliases: [torch.optim.sgd.SGD], signature: (params)}"),
            "3: source.acme.Lamb: torch.optim.sgd.SGD stands in optconv's own tables already",
            id="another path of an api of ours",
        ),
        pytest.param(
            source("{kind: function, aliases: [acme.Lamb], signature: (x)}"),
            "3: source.acme.Lamb: acme.Lamb stands in {path}:3 already",
            id="a name that stands twice",
        ),
        pytest.param(
            source("{kind: function, signature: (x)}", "toy.clip"),
            "3: source.toy.clip: toy.clip is a name of the target, and not of the source",
            id="a name of the target",
        ),
        pytest.param(source("{signature: (x)}"), "3: source.acme.Lamb: the key 'kind' is missing", id="no kind"),
        pytest.param(
            source("{kind: model, signature: (x)}"),
            "3: source.acme.Lamb.kind: expected one of optimizer, scheduler, function, class",
            id="a kind that is ours alone",
        ),
        pytest.param(
            source("{kind: optimizer, signature: (params)}"),
            "3: source.acme.Lamb: the key 'base' is missing: the optimizer whose methods it has",
            id="an optimizer without a base",
        ),
        pytest.param(
            source("{kind: optimizer, base: acme.Base, signature: (params)}"),
            "3: source.acme.Lamb.base: acme.Base is not in the catalogue above; a base comes before its subclasses",
            id="an unknown base",
        ),
        pytest.param(
            source("{kind: scheduler, base: torch.optim.SGD, signature: (optimizer)}"),
            "3: source.acme.Lamb.base: torch.optim.SGD is of the kind optimizer, and not scheduler",
            id="a base of another kind",
        ),
        pytest.param(
            source("{kind: function}"), "3: source.acme.Lamb: the key 'signatures' is missing", id="no signature"
        ),
        pytest.param(
            source('{kind: function, signature: "(x", signatures: []}'),
            "3: source.acme.Lamb.signature: stands beside 'signatures'; an entry has one or the other",
            id="one signature and several",
        ),
        pytest.param(
            source('{kind: function, signature: "(x"}'),
            "3: source.acme.Lamb.signature: '(x' is not a signature",
            id="no signature of Python",
        ),
        pytest.param(
            source("{kind: function, signature: (x), sinature: (x)}"),
            "3: source.acme.Lamb.sinature: unknown key 'sinature'; expected one of aliases, base, curve, kind,"
            " members, needs, saves, signature, signatures, since",
            id="an unknown key",
        ),
    ],
)  # fmt: skip
def test_the_apis_of_a_file(beside: Folder, text: str, said: str) -> None:
    assert complaint(beside, text) == said.replace("{path}", str(beside.root / "acme.yaml"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(
            "    acme_toy.Lamb: {signature",
            "    toy.SGD: {signature",
            "12: toy.signatures.toy.SGD: toy.SGD stands in optconv's own tables already",
            id="a class of the target that we know",
        ),
        pytest.param(
            "    acme_toy.Lamb: {signature",
            "    acme.optim.lamb.Lamb: {signature",
            "12: toy.signatures.acme.optim.lamb.Lamb: acme.optim.lamb.Lamb stands under 'source', too:"
            " converting twice would change it again",
            id="a class that is the source's, too",
        ),
        pytest.param(
            "    acme_toy.Lamb: {signature",
            "    Lamb: {signature",
            "12: toy.signatures.Lamb: 'Lamb' is not the whole name of a class or function, such as acme.optim.Lamb",
            id="a class without a module",
        ),
        pytest.param(
            "{signature: \"(learning_rate",
            "{types: {rate: float}, signature: \"(learning_rate",
            "12: toy.signatures.acme_toy.Lamb.types.rate: acme_toy.Lamb has no parameter 'rate'; it has"
            " learning_rate, parameters, clamp",
            id="a type of a parameter that is none",
        ),
        pytest.param(
            "api: acme.optim.Lamb",
            "api: acme.optim.Lamp",
            "14: toy.rows[0].api: acme.optim.Lamp is in no catalogue; say under 'source' what it is",
            id="a row of an api that is not listed",
        ),
        pytest.param(
            "api: acme.optim.Lamb",
            "api: acme.optim.lamb.Lamb",
            "14: toy.rows[0].api: acme.optim.lamb.Lamb is in no catalogue; say under 'source' what it is",
            id="a row of an alias",
        ),
        pytest.param("    - api", "    - ap", "14: toy.rows[0]: the key 'api' is missing", id="a row without an api"),
        pytest.param("      summary: Our Lamb.\n", "", "14: toy.rows[0]: the key 'summary' is missing", id="no summary"),
        pytest.param("Our Lamb.", '" "', "15: toy.rows[0].summary: expected a sentence a person can read", id="an empty summary"),
        pytest.param("Our Lamb.", "{}", "15: toy.rows[0].summary: the key 'en' is missing", id="a summary in no language"),
        pytest.param(
            "Our Lamb.",
            "{fr: Notre Lamb.}",
            "15: toy.rows[0].summary.fr: unknown key 'fr'; expected one of en, zh",
            id="a language that is not one of ours",
        ),
        pytest.param(
            "to: acme_toy.Lamb",
            "to: acme_toy.Lamp",
            "16: toy.rows[0].to: acme_toy.Lamp is not in the target's signatures",
            id="a class that is not listed",
        ),
        pytest.param(
            ", clamp: clamp}",
            "}",
            "14: toy.rows[0]: says nothing about clamp; use, drop, refuse or call it lossy",
            id="a parameter is forgotten",
        ),
        pytest.param(
            "clamp: clamp",
            "clamp: __import__('os').system('true')",
            "17: toy.rows[0].with.clamp: __import__: not a parameter here; expected ",
            id="an expression that would run something",
        ),
        pytest.param(
            "      groups: {learning_rate: lr / base_lr}\n",
            "",
            "14: toy.rows[0]: says nothing about 'lr' of a parameter group; where the class takes a multiple of its"
            " own rate there, write 'groups: {learning_rate: lr / base_lr}', else put 'lr' under 'refuse_in_groups'",
            id="the rate of a group is forgotten",
        ),
        pytest.param(
            "lr / base_lr",
            "lr",
            "14: toy.rows[0]: says nothing about 'lr' of a parameter group; ",
            id="the rate of a group is no multiple",
        ),
        pytest.param(
            "      summary: Our",
            "      override: true\n      summary: Our",
            "15: toy.rows[0].override: there is no row of acme.optim.Lamb that it could replace",
            id="a row that replaces nothing",
        ),
        pytest.param(
            "      summary: Our",
            "      override: no\n      summary: Our",
            "15: toy.rows[0].override: expected true; leave the key out otherwise",
            id="override is not true",
        ),
        pytest.param(
            "api: acme.optim.Lamb",
            "api: torch.optim.SGD",
            "14: toy.rows[0].api: there is a row of torch.optim.SGD among optconv's own;"
            " write 'override: true' to replace it",
            id="a row of an api of ours",
        ),
        pytest.param(
            "api: acme.optim.Lamb",
            "api: torch.optim.Optimizer\n      override: true",
            "14: toy.rows[0].api: the row of torch.optim.Optimizer holds for other classes, too, and cannot be replaced",
            id="a row of a base class",
        ),
        pytest.param(
            "      to: acme_toy.Lamb\n",
            "      unconvertible: No.\n      to: acme_toy.Lamb\n",
            "16: toy.rows[0].unconvertible: stands beside a way to write it; a row has one or the other",
            id="a way to write what cannot be written",
        ),
        pytest.param(
            "to: acme_toy.Lamb\n      with: {learning_rate: lr, parameters: params, clamp: clamp}",
            "expression: params\n      refuse_in_groups: {lr: No}\n      drop: [lr, clamp]",
            "14: toy.rows[0]: the optimizer must become a call: write 'to' in every case",
            id="an optimizer that is no call",
        ),
        pytest.param(
            "      groups:",
            "      annotation: acme.optim.Lamb\n      groups:",
            "18: toy.rows[0].annotation: acme.optim.Lamb is a name of the source",
            id="an annotation that is the source's",
        ),
        pytest.param(
            "      groups:",
            "      members: {step: {before: \"acme_toy.f()\", to: acme_toy.Lamb}}\n      groups:",
            "18: toy.rows[0].members.step.before: acme_toy: not a parameter here; expected ",
            id="an expression that calls a function of the team",
        ),
    ],
)  # fmt: skip
def test_the_classes_and_rows_of_a_file(beside: Folder, old: str, new: str, said: str) -> None:
    assert old in ROWS
    assert complaint(beside, LAMB + ROWS.replace(old, new, 1)).startswith(said)


def test_a_row_that_stands_twice_says_where(beside: Folder) -> None:
    text = LAMB + ROWS + "    - " + ROWS.partition("    - ")[2]
    assert complaint(beside, text) == (
        f"19: toy.rows[1].api: there is a row of acme.optim.Lamb in {beside.root / 'acme.yaml'}:14;"
        " write 'override: true' to replace it"
    )


@pytest.mark.parametrize(
    ("api", "row", "said"),
    [
        pytest.param(
            '{kind: optimizer, base: torch.optim.Optimizer, signature: "(params, rate)"}',
            "to: acme_toy.Any\n      with: {x: params}\n      drop: [rate]",
            "8: toy.rows[0].api: acme.Any has no parameter 'lr', which a converted optimizer must have;"
            " say why it stays under 'unconvertible'",
            id="an optimizer without lr",
        ),
        pytest.param(
            '{kind: optimizer, base: torch.optim.Optimizer, signature: "(model, lr)"}',
            "to: acme_toy.Any\n      with: {x: model}\n      drop: [lr]",
            "8: toy.rows[0].api: acme.Any has no parameter 'params', which a converted optimizer must have;"
            " say why it stays under 'unconvertible'",
            id="an optimizer without params",
        ),
        pytest.param(
            '{kind: scheduler, base: torch.optim.lr_scheduler.LRScheduler, signature: "(opt)"}',
            "to: acme_toy.Any\n      with: {x: opt}",
            "8: toy.rows[0].api: acme.Any has no parameter 'optimizer', which a converted scheduler must have;"
            " say why it stays under 'unconvertible'",
            id="a scheduler without optimizer",
        ),
        pytest.param(
            '{kind: scheduler, base: torch.optim.lr_scheduler.LRScheduler, signature: "(optimizer, n)"}',
            "expression: n",
            "8: toy.rows[0]: the scheduler must become a call: write 'to' in every case",
            id="a scheduler that is no call",
        ),
        pytest.param(
            '{kind: class, signature: "(n)"}',
            "to: acme_toy.Any\n      with: {x: n}",
            "8: toy.rows[0]: the objects of a class are not followed: say why it stays under 'unconvertible',"
            " or call it a function, which is converted where it is called",
            id="a class that is converted",
        ),
    ],
)
def test_what_the_converter_takes_for_granted(beside: Folder, api: str, row: str, said: str) -> None:
    text = f"""\
version: 1
source:
  acme.Any: {api}
toy:
  signatures:
    acme_toy.Any: {{signature: "(x)"}}
  rows:
    - api: acme.Any
      summary: Any.
      {row}
"""
    assert complaint(beside, text) == said


def test_where_groups_keep_their_keys_the_rate_keeps_its_own(beside: Folder) -> None:
    """In a target whose schedulers take the optimizer; there is no ``attach`` then."""
    beside.write("toy/schedulers/LRScheduler.yaml", SCHEDULER.partition("attach")[0])
    text = LAMB + ROWS.replace("      groups: {learning_rate: lr / base_lr}\n", "")
    assert complaint(beside, text) == (
        "14: toy.rows[0]: writes 'lr' of a parameter group as 'learning_rate'; say under 'group_entries' as which"
        " keys groups have it, or put 'lr' under 'refuse_in_groups'"
    )
    entries = "      group_entries: {keys: {learning_rate: lr}, otherwise: no other}\n"
    assert load(beside, text + entries).row("acme.optim.Lamb") is not None
    assert load(beside, text + "      refuse_in_groups: {lr: no}\n").row("acme.optim.Lamb") is not None
    assert load(beside, text.replace("learning_rate", "lr")).row("acme.optim.Lamb") is not None


def test_a_class_of_the_target_that_two_files_list_says_where_it_stands(beside: Folder) -> None:
    first = beside.write("first.yaml", LAMB + ROWS)
    second = beside.write(
        "second.yaml", "version: 1\ntoy:\n  signatures:\n    acme_toy.Lamb: {signature: (x)}\n"
    )
    with pytest.raises(TableError) as caught:
        load_tables("toy", beside.root, extra=[first, second])
    assert without_path(caught.value, second) == (
        f"4: toy.signatures.acme_toy.Lamb: acme_toy.Lamb stands in {first}:12 already"
    )


def test_what_stands_under_another_target_is_not_looked_at(beside: Folder) -> None:
    beside.write(
        "other/target.yaml", (beside.root / "toy/target.yaml").read_text("utf-8").replace("toy", "other")
    )
    assert load(beside, LAMB + ROWS + "other: {rows: [{api: nothing}]}\n").row("acme.optim.Lamb") is not None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(None, "1: table: cannot be read: No such file or directory", id="missing"),
        pytest.param(b"\xff\xfe\x00", "1: table: cannot be read: 'utf-8' codec can't decode byte 0xff", id="binary"),
        pytest.param(b"version: 1\x00", "1: table: not valid YAML: ", id="a null byte"),
        pytest.param(b"#" * 1_000_001, "1: table: larger than 1,000,000 characters", id="too large"),
        pytest.param("é".encode() * 3_000_000, "1: table: larger than 1,000,000 characters", id="far too large"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_one_line(beside: Folder, content: bytes | None, said: str) -> None:
    path = beside.root / "acme.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TableError) as caught:
        load_tables("toy", beside.root, extra=[path])
    assert without_path(caught.value, path).startswith(said)


def test_a_folder_is_one_line(beside: Folder, tmp_path: Path) -> None:
    with pytest.raises(TableError) as caught:
        load_tables("toy", beside.root, extra=[tmp_path])
    assert without_path(caught.value, tmp_path) == "1: table: cannot be read: Is a directory"
