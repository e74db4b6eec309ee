"""What the notes on parameter groups tell people to write by hand gives the same numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from optconv.parity.problem import plain_problem, rate_problem
from optconv.parity.run import measure_scripts

if TYPE_CHECKING:
    from optconv.parity.run import WorkerPair

PROBLEMS = (plain_problem("float64"), rate_problem("rate"))
TORCH = {"SGD": "SGD(", "Momentum": "SGD(momentum=0.9, params=", "Adam": "Adam(", "AdamW": "AdamW("}
LOOP = """
for step in range(steps):
    {change}
    optimizer.{clear}
    backward(step)
    optimizer.step()
    record()
"""
GROUPS = "[{{'params': params[:2]}}, {{'params': params[2:]{options}}}]"


def _both(
    workers: WorkerPair, name: str, groups: tuple[str, str], options: str, changes: tuple[str, str]
) -> str | None:
    """Return how near the two come, each with its own groups and its own change in every step."""
    torch_text = (
        f"import torch\noptimizer = torch.optim.{TORCH[name]}{groups[0]}, lr=0.05{options})\n"
        + LOOP.format(change=changes[0], clear="zero_grad()")
    )
    momentum = "momentum=0.9, " if name == "Momentum" else ""
    paddle_text = (
        f"import paddle\noptimizer = paddle.optimizer.{name}({momentum}parameters={groups[1]},"
        f" learning_rate=0.05{options})\n" + LOOP.format(change=changes[1], clear="clear_grad(False)")
    )
    measurement = measure_scripts(torch_text, paddle_text, PROBLEMS, workers)
    assert measurement.failures == ()
    return measurement.closeness


@pytest.mark.parametrize("name", TORCH)
def test_all_groups_get_one_rate(name: str, workers: WorkerPair) -> None:
    groups = (GROUPS.format(options=", 'lr': 0.01"), GROUPS.format(options=", 'learning_rate': 0.2"))
    changes = (
        "for group in optimizer.param_groups: group['lr'] = 0.05 * 0.9 ** step",
        "for p in params: p.optimize_attr['learning_rate'] = 1.0\n    optimizer.set_lr(0.05 * 0.9 ** step)",
    )
    assert _both(workers, name, groups, "", changes) == "exact"


@pytest.mark.parametrize("name", TORCH)
def test_one_group_gets_another_rate(name: str, workers: WorkerPair) -> None:
    groups = GROUPS.format(options="")
    changes = (
        "optimizer.param_groups[1]['lr'] = 0.05 * 0.9 ** step",
        "for p in params[2:]: p.optimize_attr['learning_rate'] = 0.05 * 0.9 ** step / optimizer.get_lr()",
    )
    assert _both(workers, name, (groups, groups), "", changes) == "exact"


@pytest.mark.parametrize(
    ("name", "closeness"), [("SGD", "exact"), ("Momentum", "exact"), ("Adam", "exact"), ("AdamW", "lossy")]
)
def test_another_weight_decay(name: str, closeness: str, workers: WorkerPair) -> None:
    changes = (
        "for group in optimizer.param_groups: group['weight_decay'] = 0.01 * step",
        "for p in params: p.regularizer = paddle.regularizer.L2Decay(0.01 * step)",
    )
    assert _both(workers, name, ("params", "params"), ", weight_decay=0.01", changes) == closeness
