"""Expressions that would take for ever, crash a parser or need parentheses, as hyper-parameters and arguments."""

from __future__ import annotations

import pytest
from hypothesis import example, given

from .campaign import LABELS, assert_nothing_breaks, campaign
from .hostile_expressions import ATOMS, HEADER, OPTIMIZER, hostile_scripts


@pytest.mark.parametrize(
    "text", ATOMS, ids=lambda text: text[:20].encode("ascii", "backslashreplace").decode()
)
def test_a_hostile_expression_is_an_argument_like_any_other(text: str) -> None:
    statements = (
        f"o = optim.SGD(m.parameters(), lr={text})",
        f"o = optim.Adam(m.parameters(), betas=({text}, 0.9), eps={text})",
        f"o = optim.SGD([{{'params': a, 'lr': {text}}}], lr=0.1)",
    )
    attached = (
        f"s = StepLR(o, {text})",
        f"s = MultiStepLR(o, [3, {text}])",
        f"s = LambdaLR(o, [{text}])",
        f"s = LambdaLR(o, lambda e: {text})",
        f"s = OneCycleLR(o, 0.1, epochs={text}, steps_per_epoch=3)",
    )
    scripts = (*statements, *(f"{OPTIMIZER}{statement}" for statement in attached))
    turn = ATOMS.index(text)  # each expression meets each target, in some of the scripts
    for number, script in enumerate(scripts):
        label = LABELS[(turn + number) % len(LABELS)]
        assert_nothing_breaks(f"{HEADER}{script}\n".encode(), labels=(label,))


GROUPS = "o = optim.SGD([{'params': (x := a), 'lr': 1}, {'params': (yield)}])\n"


@campaign
@example(f"{HEADER}{OPTIMIZER}o.step(f())\n")
@example(f"{HEADER}{GROUPS}s = ChainedScheduler(o)\n")
@given(hostile_scripts())
def test_a_script_of_hostile_expressions_breaks_nothing(script: str) -> None:
    assert_nothing_breaks(script.encode())
