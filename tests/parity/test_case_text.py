"""What may be left out of a case, and what it stands for."""

from __future__ import annotations

import pytest

from optconv.parity.case_text import expand_case

OPTIMIZER_SCRIPT = """\
import torch
optimizer = torch.optim.SGD(params, lr=0.1)
for step in range(steps):
    optimizer.zero_grad()
    loss = objective(step)
    loss.backward()
    optimizer.step()
    record()
"""
SCHEDULER_SCRIPT = """\
import torch
optimizer = torch.optim.SGD(params, lr=0.1)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 7)
for step in range(steps):
    optimizer.zero_grad()
    loss = objective(step)
    loss.backward()
    optimizer.step()
    scheduler.step()
    record()
"""
PLATEAU_SCRIPT = """\
import torch
optimizer = torch.optim.SGD(params, lr=0.1)
scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer)
for step in range(steps):
    optimizer.zero_grad()
    loss = objective(step)
    loss.backward()
    optimizer.step()
    scheduler.step(metric(step))
    record()
"""


def test_an_optimizer_call_gets_a_training_loop() -> None:
    assert expand_case("torch.optim.SGD(params, lr=0.1)") == OPTIMIZER_SCRIPT


def test_a_scheduler_call_gets_plain_sgd_and_a_training_loop() -> None:
    assert expand_case("torch.optim.lr_scheduler.StepLR(optimizer, 7)\n") == SCHEDULER_SCRIPT


def test_a_scheduler_that_wants_an_argument_gets_it() -> None:
    case = "torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer)"
    assert expand_case(case, "metric(step)") == PLATEAU_SCRIPT


def test_a_call_over_several_lines_is_still_one_call() -> None:
    assert expand_case("torch.optim.SGD(\n    params,\n    lr=0.1,\n)").count("record()") == 1


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("x = torch.optim.SGD(params)\nrecord()", id="an assignment"),
        pytest.param("torch.optim.SGD(params)\nrecord()", id="a call and another statement"),
        pytest.param("torch.nn.utils.clip_grad_norm_(params, 1.0)", id="a call of something else"),
        pytest.param("record", id="an expression that is no call"),
        pytest.param("for for", id="not Python: the worker says what is wrong"),
    ],
)
def test_a_script_is_left_as_it_is_below_the_import(script: str) -> None:
    assert expand_case(script) == f"import torch\n{script}\n"
