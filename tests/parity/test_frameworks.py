"""What the workers of the real frameworks give to a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from optconv.parity.problem import Parameter, Problem

from .fake_framework import ONE, fail, succeed

if TYPE_CHECKING:
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
