"""What is said of a row that is wrong: the line, the key, and what was expected."""

from __future__ import annotations

import pytest

from .conftest import CASE, HEAD, Folder


def test_the_rows_that_are_broken_here_are_right_otherwise(folder: Folder) -> None:
    assert folder.row(HEAD + CASE).cases


@pytest.mark.parametrize(
    ("head", "complaint"),
    [
        pytest.param("- 1\n", "1: table: expected a mapping", id="the file is a list"),
        pytest.param("summary: x\n", "1: table: the key 'api' is missing", id="no api"),
        pytest.param("api: [SGD]\n", "1: api: expected text", id="the api is a list"),
        pytest.param(
            "api: torch.optim.Sgd\n",
            "1: api: torch.optim.Sgd is not in the catalogue of the source framework",
            id="an api that the source framework does not have",
        ),
        pytest.param(
            "api: torch.optim.sgd.SGD\n",
            "1: api: torch.optim.sgd.SGD is not in the catalogue of the source framework",
            id="another path of an api",
        ),
        pytest.param("api: torch.optim.SGD\n", "1: table: the key 'summary' is missing", id="no summary"),
        pytest.param(
            "api: torch.optim.SGD\nsummary: {en: A sentence.}\n",
            "2: summary: the key 'zh' is missing",
            id="no Chinese summary",
        ),
        pytest.param(
            "api: torch.optim.SGD\nsummary: A sentence.\n",
            "2: summary: expected a mapping",
            id="a summary in one language",
        ),
        pytest.param(
            'api: torch.optim.SGD\nsummary:\n  en: " "\n  zh: 一句话。\n',
            "3: summary.en: expected a sentence a person can read",
            id="an empty summary",
        ),
        pytest.param(
            "api: torch.optim.SGD\nsummary: {en: A sentence., zh: 一句话。, fr: Une phrase.}\n",
            "2: summary.fr: unknown key 'fr'; expected one of en, zh",
            id="a language that is not one of ours",
        ),
        pytest.param(
            "api: torch.optim.SGD\nsummary: {en: A sentence., zh: 一句话。}\n",
            "1: table: the key 'reference' is missing",
            id="no reference",
        ),
    ],
)
def test_the_head_of_a_row(folder: Folder, head: str, complaint: str) -> None:
    assert folder.complaint(head) == complaint


def test_an_unknown_key_is_refused_and_the_known_ones_are_named(folder: Folder) -> None:
    complaint = folder.complaint(HEAD + CASE + "renames: {}\n")
    assert complaint.startswith(
        "7: renames: unknown key 'renames'; expected one of annotation, api, assume, "
    )


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        pytest.param(
            "to: toy.SGD\nwith: {learning_rate: lr, parameters: params}\ndrop: [foreach, nesterov]\n",
            "1: table: says nothing about momentum; use, drop, refuse or call it lossy",
            id="a parameter is forgotten",
        ),
        pytest.param(
            CASE.replace("nesterov, ", "") + "when: nesterov\n",
            "1: table: says nothing about nesterov; use, drop, refuse or call it lossy",
            id="a parameter only decides whether the case is taken",
        ),
        pytest.param(
            CASE.replace("foreach]", "foreach, fused]"),
            "6: drop[2]: fused is no parameter; expected one of params, lr, momentum, nesterov, foreach",
            id="a parameter that is dropped does not exist",
        ),
        pytest.param(
            CASE.replace("[nesterov, foreach]", "nesterov"), "6: drop: expected a list", id="drop is no list"
        ),
        pytest.param(
            CASE.replace("momentum: momentum", "beta: momentum"),
            "5: with.beta: toy.SGD has no parameter 'beta'; it has learning_rate, parameters, momentum",
            id="a parameter that the target does not have",
        ),
        pytest.param(
            CASE.replace("learning_rate: lr, ", "").replace("[", "[lr, "),
            "1: table: toy.SGD requires learning_rate",
            id="a parameter that the target requires is missing",
        ),
        pytest.param(
            CASE.replace("toy.SGD", "toy.Sgd"),
            "4: to: toy.Sgd is not in the target's signatures",
            id="an api that the target does not have",
        ),
        pytest.param(
            CASE.replace("learning_rate: lr", "learning_rate: rate"),
            "5: with.learning_rate: rate: not a parameter here; expected ",
            id="an expression over an unknown name",
        ),
        pytest.param(
            CASE.replace("learning_rate: lr", "learning_rate: lr *"),
            "5: with.learning_rate: 'lr *' is not a Python expression",
            id="an expression that is none",
        ),
        pytest.param(
            CASE + "groups: {learning_rate: self.lr}\n",
            "7: groups.learning_rate: self: not a parameter here; expected ",
            id="a group has no self",
        ),
        pytest.param(
            CASE + "when: momentum = 0\n",
            "7: when: 'momentum = 0' is not a Python expression",
            id="a condition that is none",
        ),
        pytest.param(
            CASE + "assume: It is so.\n", "7: assume: expected a mapping", id="an assumption in one language"
        ),
        pytest.param(
            CASE.replace("to: toy.SGD\n", ""),
            "1: table: a case needs 'to' or 'expression'",
            id="arguments without a target",
        ),
        pytest.param(
            "drop: [foreach]\n", "1: table: a case needs 'to' or 'expression'", id="a drop without a target"
        ),
        pytest.param(
            CASE + "expression: lr\n",
            "4: to: stands beside 'expression'; a case has one or the other",
            id="a target beside an expression",
        ),
        pytest.param(
            "expression: lr\nwith: {lr: lr}\n",
            "5: with: stands beside 'expression'; a case has one or the other",
            id="arguments beside an expression",
        ),
    ],
)
def test_a_case(folder: Folder, body: str, complaint: str) -> None:
    assert folder.complaint(HEAD + body).startswith(complaint)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        pytest.param("cases: []\n", "4: cases: expected at least one case", id="no case at all"),
        pytest.param("cases: {}\n", "4: cases: expected a list", id="the cases are a mapping"),
        pytest.param(
            "cases:\n  - to: toy.SGD\n    when: lr == 1\n    unless: lr\n",
            "7: cases[0].unless: unknown key 'unless'; expected one of assume, before, ",
            id="a key that a case does not have",
        ),
        pytest.param(
            "drop: [params, lr, momentum, nesterov, foreach]\ncases:\n"
            "  - {to: toy.SGD, with: {learning_rate: lr}}\n  - {to: toy.SGD, with: {learning_rate: lr}}\n",
            "6: cases[0]: only the last case may have no 'when': the cases after it are never reached",
            id="a case that is never reached",
        ),
        pytest.param(
            "cases:\n  - when: lr == 0\n",
            "5: cases[0]: a case needs 'to' or 'expression'",
            id="a case without a target",
        ),
        pytest.param(
            "cases:\n  - {to: toy.SGD, with: {learning_rate: lr}}\n",
            "5: cases[0]: says nothing about params, momentum, nesterov, foreach; use, drop, refuse or ",
            id="parameters are forgotten in one case",
        ),
    ],
)
def test_a_list_of_cases(folder: Folder, body: str, complaint: str) -> None:
    assert folder.complaint(HEAD + body).startswith(complaint)


@pytest.mark.parametrize("key", ["when", "assume", "to", "with", "expression", "item"])
def test_what_belongs_into_a_case_does_not_stand_beside_the_cases(folder: Folder, key: str) -> None:
    body = f"cases: [{{to: toy.SGD}}]\n{key}: momentum\n"
    assert folder.complaint(HEAD + body) == f"5: {key}: stands beside 'cases'; move it into a case"
