"""Options of single parameter groups: those that the target ignores, and those that decide what is said."""

from __future__ import annotations

import pytest

from .helpers import convert, output, said


@pytest.mark.parametrize(
    ("group", "general"),
    [
        pytest.param("'amsgrad': True", "amsgrad=True", id="the same literal"),
        pytest.param("'amsgrad': False", "lr=0.1", id="the default"),
    ],
)
def test_an_option_that_only_the_optimizer_has_may_stand_in_a_group_with_the_same_value(
    group: str, general: str
) -> None:
    text = f"import torch\no = torch.optim.Adam([{{'params': a, {group}}}, {{'params': b}}], {general})\n"
    assert said(text) == []
    assert group in output(text)


@pytest.mark.parametrize("value", ["True", "args.amsgrad"])
def test_an_option_that_only_the_optimizer_has_is_refused_in_a_group(value: str) -> None:
    text = f"import torch\no = torch.optim.Adam([{{'params': a, 'amsgrad': {value}}}, {{'params': b}}], lr=0.1)\n"
    assert output(text) == text
    (found,) = convert(text).diagnostics
    assert found.code == "OC302"
    assert "paddle reads amsgrad from the optimizer only" in found.message.en


def test_an_option_of_a_group_can_be_what_differs() -> None:
    groups = "[{'params': a, 'eps': 1e-3}, {'params': b}]"
    assert said(f"import torch\no = torch.optim.Adamax({groups}, eps=0)\n") == ["2:OC201"]
    unknown = groups.replace("1e-3", "args.eps")
    assert said(f"import torch\no = torch.optim.Adamax({unknown}, eps=0)\n") == ["2:OC202"]


def test_an_option_of_a_group_can_be_what_is_refused() -> None:
    groups = "[{'params': a, 'weight_decay': 0.1}, {'params': b}]"
    text = f"import torch\no = torch.optim.NAdam({groups}, decoupled_weight_decay=True)\n"
    assert output(text) == text
    assert said(text) == ["2:OC302"]


def test_a_weight_decay_of_a_group_does_not_stand_in_for_what_the_optimizer_decays_by() -> None:
    groups = "[{'params': a, 'weight_decay': 0}, {'params': b}]"
    text = f"import torch\no = torch.optim.ASGD({groups}, lambd=0.1, alpha=0)\n"
    assert output(text) == text
    assert said(text) == ["2:OC302"]


def test_an_option_that_is_written_together_with_another_one_is_declined_in_a_group() -> None:
    groups = "[{'params': a, 'weight_decay': 0.3}, {'params': b}]"
    text = f"import torch\no = torch.optim.ASGD({groups}, lambd=0.1, alpha=0, weight_decay=0.2)\n"
    assert output(text) == text
    assert said(text) == ["2:OC302"]


def test_an_option_of_a_group_can_be_what_is_lost() -> None:
    groups = "[{'params': a, 'lambd': 0.1}, {'params': b}]"
    assert said(f"import torch\no = torch.optim.ASGD({groups}, lambd=0)\n") == ["2:OC201"]
