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


KINDS = {"acme.optim.Lamb": "optimizer", "acme.sched.get_warmup": "scheduler", "acme_torch.Lion": "optimizer"}


@pytest.mark.parametrize(
    ("case", "beginning"),
    [
        pytest.param(
            "acme.optim.Lamb(params)",
            "import acme.optim\noptimizer = acme.optim.Lamb(params)\nfor step in range(steps):\n",
            id="an optimizer",
        ),
        pytest.param(
            "acme.optim.Lamb(params, lr=torch.tensor(0.1))",
            "import torch\nimport acme.optim\noptimizer = acme.optim.Lamb(params, lr=torch.tensor(0.1))\n",
            id="an argument of torch",
        ),
        pytest.param(
            "acme_torch.Lion(params)",
            "import acme_torch\noptimizer = acme_torch.Lion(params)\n",
            id="a package with torch in its name",
        ),
        pytest.param(
            "acme.sched.get_warmup(optimizer, 3)",
            "import torch\nimport acme.sched\noptimizer = torch.optim.SGD(params, lr=0.1)\n"
            "scheduler = acme.sched.get_warmup(optimizer, 3)\n",
            id="a scheduler",
        ),
        pytest.param("from acme.optim import Lamb\nrecord()", "from acme.optim import Lamb\nrecord()\n", id="a script"),
        pytest.param("x = torch.optim.SGD(params)", "import torch\nx = torch.optim.SGD(params)\n", id="a script of torch"),
        pytest.param("torch.optim.SGD(params)", "import torch\noptimizer = torch.optim.SGD(params)\n", id="one of ours"),
    ],
)  # fmt: skip
def test_a_call_of_a_team_gets_what_one_of_torch_gets_and_the_import_of_its_module(
    case: str, beginning: str
) -> None:
    assert expand_case(case, kinds=KINDS).startswith(beginning)
