"""What a row says of schedulers made of others: ``factor``, ``follows`` and ``combine``."""

from __future__ import annotations

import pytest

from optconv.mappings import Text
from optconv.mappings.expressions import parse_expression
from optconv.mappings.schema import Combine, Difference, Factor

from .conftest import CASE, HEAD, Folder

NOTE = Text("A note.", "说明。")
WARMUP = """\
  warmup:
    first: torch.optim.lr_scheduler.StepLR
    when: gamma == 1
    length: step_size
    assumes: step_size > 0
    assume: {en: A note., zh: 说明。}
    to: toy.StepDecay
    with: {learning_rate: rest, step_size: step_size, gamma: base_lr}
"""


def test_a_factor_says_where_and_when_it_holds(folder: Folder) -> None:
    text = "factor:\n  - {in: product, when: first, is: lr ** epoch}\n  - is: base_lr\n    differs: [{note: {en: A note., zh: 说明。}}]\n"
    assert folder.row(HEAD + CASE + text).factors == (
        Factor("product", parse_expression("first"), parse_expression("lr ** epoch")),
        Factor(None, None, parse_expression("base_lr"), (Difference(None, NOTE),)),
    )


def test_a_row_follows_only_when_it_says_so(folder: Folder) -> None:
    assert not folder.row(HEAD + CASE).follows
    assert folder.row(HEAD + CASE + "follows: true\n").follows


def test_the_parameters_of_a_combination_need_no_rule(folder: Folder) -> None:
    text = "combine: {by: product, schedulers: nesterov, resume: lr}\n"
    row = folder.row(HEAD + CASE.replace("nesterov, ", "") + text)
    assert row.combine == Combine("product", "nesterov", "lr")


def test_a_warmup_is_a_case_over_the_parameters_of_the_first_scheduler(folder: Folder) -> None:
    text = "combine:\n  by: sequence\n  schedulers: nesterov\n  resume: lr\n  milestones: foreach\n" + WARMUP
    combine = folder.row(HEAD + CASE + text).combine
    assert combine is not None
    assert combine.warmup is not None
    assert combine.warmup.first == "torch.optim.lr_scheduler.StepLR"
    assert combine.warmup.case.to == "toy.StepDecay"
    assert combine.warmup.case.arguments["learning_rate"] == parse_expression("rest")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("factor: [{in: chain, is: lr}]\n", "7: factor[0].in: expected one of sequence, product", id="a way to combine that does not exist"),
        pytest.param("factor: [{when: first}]\n", "7: factor[0]: the key 'is' is missing", id="no factor"),
        pytest.param("factor: [{is: rho}]\n", "7: factor[0].is: rho: not a parameter here; expected base_lr, epoch, foreach, lr, momentum, nesterov, params", id="a factor over a name that does not exist"),
        pytest.param("factor: [{is: 'lambda x'}]\n", "7: factor[0].is: 'lambda x' is not a Python expression", id="a factor that is no expression"),
        pytest.param("follows: yes\n", "7: follows: expected true; leave the key out otherwise", id="follows is not true"),
        pytest.param("combine: {by: chain, schedulers: lr, resume: lr}\n", "7: combine.by: expected one of sequence, product", id="combined in an unknown way"),
        pytest.param("combine: {by: product, schedulers: parts, resume: lr}\n", "7: combine.schedulers: torch.optim.SGD has no parameter 'parts'", id="no such parameter"),
        pytest.param("combine: {by: sequence, schedulers: lr, resume: lr}\n", "7: combine.by: a sequence has milestones, a product has none", id="a sequence without milestones"),
        pytest.param("combine: {by: product, schedulers: lr, resume: lr, milestones: momentum}\n", "7: combine.by: a sequence has milestones, a product has none", id="a product with milestones"),
        pytest.param("combine:\n  by: sequence\n  schedulers: nesterov\n  resume: lr\n  milestones: foreach\n" + WARMUP.replace("StepLR", "Stair"), "13: combine.warmup.first: not in the catalogue of the source framework", id="a warmup that begins with nothing known"),
        pytest.param("combine:\n  by: sequence\n  schedulers: nesterov\n  resume: lr\n  milestones: foreach\n" + WARMUP.replace("StepDecay", "Stair"), "18: combine.warmup.to: not in the target's signatures", id="a warmup that becomes nothing known"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(folder: Folder, text: str, complaint: str) -> None:
    assert folder.complaint(HEAD + CASE + text) == complaint
