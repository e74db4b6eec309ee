"""Programs that Python's grammar allows and nobody would write, in front of a training script."""

from __future__ import annotations

import hypothesmith
from hypothesis import given

from .campaign import assert_nothing_breaks, campaign
from .hostile_expressions import HEADER

TRAINING = """
optimizer = optim.Adam(A.parameters(), lr=0.1, weight_decay=0.1)
B = StepLR(optimizer, 3)
for i in range(3):
    optimizer.zero_grad()
    C(i).backward()
    optimizer.step()
    B.step()
"""
# Generated programs call their variables A to Z; two of them are bound to what the tables know.
BOUND = f"{HEADER}A = optim.SGD\nD = optim\n"


@campaign
@given(hypothesmith.from_node())
def test_a_program_of_random_nodes_breaks_nothing(program: str) -> None:
    assert_nothing_breaks(_script(program))


@campaign
@given(hypothesmith.from_grammar())
def test_a_program_of_the_grammar_breaks_nothing(program: str) -> None:
    assert_nothing_breaks(_script(program))


def _script(program: str) -> bytes:
    return f"{BOUND}{program}{TRAINING}".encode("utf-8", "replace")
