"""What the workers of the real frameworks give to a script."""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING

import pytest

from optconv.parity.problem import Parameter, Problem, network_problem
from optconv.parity.run import measure_scripts, worker_pair

from .fake_framework import ONE, fail, succeed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optconv.parity.run import WorkerPair

GRADIENT_SCRIPT = """\
backward(0)
observe(params[0].grad[0])
backward(1)
observe(params[0].grad[0])
observe(objective(2))
record()
"""


@pytest.mark.parametrize("framework", ["torch", "paddle"])
def test_gradients_are_the_prescribed_arrays_and_add_up(workers: WorkerPair, framework: str) -> None:
    worker = workers.torch if framework == "torch" else workers.target
    problem = Problem(
        "one",
        (Parameter((2, 1), (1.0, 3.0)), Parameter((1,), (5.0,))),
        (((2.0, 4.0), None), ((20.0, 40.0), (7.0,)), ((1.0, 1.0), None)),
        (0.0,) * 3,
        curvatures=(0.5, 0.0),
    )
    run = succeed(worker.run(GRADIENT_SCRIPT, problem))
    # g + c * p for each of two backward passes; then sum(p * g) + c / 2 * sum(p * p)
    assert run.observed == (2.0 + 0.5, 22.0 + 1.0, (1.0 + 3.0) + 0.25 * (1.0 + 9.0))
    assert run.trajectory == (((1.0, 3.0), (5.0,)),)


@pytest.mark.parametrize("framework", ["torch", "paddle"])
def test_a_parameter_that_takes_no_part_has_no_gradient(workers: WorkerPair, framework: str) -> None:
    worker = workers.torch if framework == "torch" else workers.target
    parameters = (Parameter((1,), (1.0,)), Parameter((1,), (2.0,)))
    problem = Problem("two", parameters, (((1.0,), None),), (0.0,), curvatures=(0.0, 0.0))
    script = "backward(0)\nobserve(params[0].grad is None)\nobserve(params[1].grad is None)\nrecord()"
    assert succeed(worker.run(script, problem)).observed == (0.0, 1.0)


SPARSE_SCRIPT = """\
backward_rows(1)
gradient = params[1].grad
observe(params[0].grad is None)
observe(gradient.IS_SPARSE)
record()
"""


@pytest.mark.parametrize("framework", ["torch", "paddle"])
def test_gradients_of_rows_are_sparse_and_only_matrices_have_them(
    workers: WorkerPair, framework: str
) -> None:
    worker = workers.torch if framework == "torch" else workers.target
    parameters = (Parameter((2,), (1.0, 2.0)), Parameter((2, 2), (1.0, 2.0, 3.0, 4.0)))
    gradients = ((None, None), ((5.0, 5.0), (5.0, 6.0, 7.0, 8.0)))
    problem = Problem("rows", parameters, gradients, (0.0, 0.0), curvatures=(0.0, 0.0))
    sparse = "is_sparse" if framework == "torch" else "is_selected_rows()"
    script = SPARSE_SCRIPT.replace("IS_SPARSE", sparse)
    assert succeed(worker.run(script, problem)).observed == (1.0, 1.0)
    nothing = "backward_rows(0)\nobserve(params[1].grad is None)\nrecord()"
    assert succeed(worker.run(nothing, problem)).observed == (1.0,)


@pytest.mark.parametrize("framework", ["torch", "paddle"])
def test_global_settings_of_a_script_do_not_outlive_it(workers: WorkerPair, framework: str) -> None:
    worker = workers.torch if framework == "torch" else workers.target
    module = "torch" if framework == "torch" else "paddle"
    settings = f"import {module} as f\nf.set_default_dtype(f.float64)\nf.set_grad_enabled(False)\nrecord()"
    succeed(worker.run(settings, ONE))
    script = f"import {module} as f\nobserve('float32' in str(f.get_default_dtype()))\nbackward(0)\nrecord()"
    assert succeed(worker.run(script, ONE)).observed == (1.0,)


def test_paddle_s_worker_refuses_what_was_not_converted(workers: WorkerPair) -> None:
    failure = fail(workers.target.run("import torch\nrecord()", ONE))
    assert (failure.type, failure.line) == ("ModuleNotFoundError", "import torch")


def test_versions_have_no_build_in_them(workers: WorkerPair) -> None:
    assert "+" not in workers.torch.version + workers.target.version
    assert workers.torch.version.count(".") == 2


@pytest.fixture(scope="module")
def mindspore_workers() -> Iterator[WorkerPair]:
    with worker_pair("mindspore") as pair:
        yield pair


NETWORK_SCRIPT = """\
x, y = batches[2]
for logit in network(x).reshape(-1).tolist():
    observe(logit)
observe(criterion(network(x), y))
observe(network(x, labels=y).loss)
observe(network(x, labels=y).logits[3][2])
observe(distance(network(other_network(targets[2])), targets[2]))
record()
"""


def layer(rows: Sequence[Sequence[float]], weight: Parameter, bias: Parameter) -> list[list[float]]:
    """Return rows @ weight.T + bias."""
    outputs, inputs = weight.shape
    columns = [weight.values[i * inputs : (i + 1) * inputs] for i in range(outputs)]
    return [
        [
            sum(a * b for a, b in zip(row, column, strict=True)) + c
            for column, c in zip(columns, bias.values, strict=True)
        ]
        for row in rows
    ]


def forward(rows: Sequence[Sequence[float]], parameters: Sequence[Parameter]) -> list[list[float]]:
    hidden = [[value / (1 + abs(value)) for value in row] for row in layer(rows, *parameters[:2])]
    return layer(hidden, *parameters[2:])


@pytest.mark.parametrize("framework", ["torch", "paddle", "mindspore"])
def test_networks_and_losses_are_the_same_functions(
    workers: WorkerPair, mindspore_workers: WorkerPair, framework: str
) -> None:
    """Each against the formulas, in double precision."""
    worker = {"torch": workers.torch, "paddle": workers.target, "mindspore": mindspore_workers.target}[
        framework
    ]
    problem = network_problem("network")
    batch = problem.batches[2]
    logits = forward(batch.inputs, problem.parameters[:4])
    chosen = [row[label] - log(sum(map(exp, row))) for row, label in zip(logits, batch.labels, strict=True)]
    loss = -sum(chosen) / len(chosen)
    again = forward(forward(batch.targets, problem.parameters[4:]), problem.parameters[:4])
    squares = [
        (a - b) ** 2
        for row, goal in zip(again, batch.targets, strict=True)
        for a, b in zip(row, goal, strict=True)
    ]
    expected = [value for row in logits for value in row]
    expected += [loss, loss, logits[3][2], sum(squares) / len(squares)]
    assert succeed(worker.run(NETWORK_SCRIPT, problem)).observed == pytest.approx(expected, rel=1e-5)


TORCH_LOOP = """\
import torch
optimizer = torch.optim.AdamW(network.parameters(), lr=0.01, weight_decay=0.1)
for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.step()
        observe(loss)
        record()
"""
PADDLE_LOOP = (
    TORCH_LOOP.replace("import torch", "import paddle")
    .replace("torch.optim.AdamW(", "paddle.optimizer.AdamW(parameters=")
    .replace("lr=", "learning_rate=")
    .replace("zero_grad", "clear_grad")
)
MINDSPORE_LOOP = """\
import mindspore
optimizer = mindspore.experimental.optim.AdamW(network.trainable_params(), lr=0.01, weight_decay=0.1)
def forward_fn(x, y):
    return criterion(network(x), y)
grad_fn = mindspore.value_and_grad(forward_fn, None, optimizer.parameters)
for epoch in range(5):
    for x, y in batches:
        loss, grads = grad_fn(x, y)
        optimizer(grads)
        observe(loss)
        record()
"""


@pytest.mark.parametrize(("target", "text"), [("paddle", PADDLE_LOOP), ("mindspore", MINDSPORE_LOOP)])
def test_training_a_network_is_exact_and_moves_no_other(
    workers: WorkerPair, mindspore_workers: WorkerPair, target: str, text: str
) -> None:
    problems = (network_problem("network"), network_problem("another network", seed=9))
    measurement = measure_scripts(
        TORCH_LOOP, text, problems, workers if target == "paddle" else mindspore_workers
    )
    assert measurement.failures == ()
    assert measurement.closeness == "exact", measurement.worst
    assert [result.steps for result in measurement.results] == [40, 40]
    run = succeed(workers.torch.run(TORCH_LOOP, problems[0]))
    assert run.trajectory[-1][4:] == run.trajectory[0][4:]
    assert run.observed[-1] < 0.7 * run.observed[0]


def test_a_wrong_loop_is_found(mindspore_workers: WorkerPair) -> None:
    """The gradients of the batch before: a converter that takes a statement out of order writes this."""
    late = MINDSPORE_LOOP.replace(
        "        optimizer(grads)\n", "        optimizer(last)\n        last = grads\n"
    )
    late = late.replace("for epoch", "last = grad_fn(*batches[0])[1]\nfor epoch")
    measurement = measure_scripts(TORCH_LOOP, late, (network_problem("network"),), mindspore_workers)
    assert measurement.closeness == "lossy"
