"""Pairs written by hand, run on the real frameworks: right ones are found right, wrong ones wrong."""

from __future__ import annotations

import pytest

from optconv.parity.case_text import expand_case
from optconv.parity.problem import Problem, problems_for, rate_problem, standard_problems
from optconv.parity.run import Measurement, ProblemResult, WorkerPair, measure_scripts, worker_pair

RIGHT_LOOP = """\
for step in range(steps):
    optimizer.clear_grad(set_to_zero=False)
    backward(step)
    optimizer.step()
"""
ZERO_FILLING_LOOP = RIGHT_LOOP.replace("set_to_zero=False", "")


def paddle_optimizer(call: str, loop: str = RIGHT_LOOP) -> str:
    return f"import paddle\noptimizer = paddle.optimizer.{call}\n{loop}    record()\n"


def paddle_scheduler(call: str, step_argument: str = "") -> str:
    return (
        f"import paddle\nscheduler = paddle.optimizer.lr.{call}\n"
        "optimizer = paddle.optimizer.SGD(learning_rate=scheduler, parameters=params)\n"
        f"{RIGHT_LOOP}    scheduler.step({step_argument})\n    record()\n"
    )


def measure_optimizer(torch_call: str, paddle_text: str, workers: WorkerPair) -> Measurement:
    script = expand_case(f"torch.optim.{torch_call}")
    return measure_scripts(script, paddle_text, standard_problems(), workers)


def result_on(measurement: Measurement, problem: str) -> ProblemResult:
    return next(result for result in measurement.results if result.problem == problem)


def closeness_on(measurement: Measurement, problem: str) -> str | None:
    deviation = result_on(measurement, problem).deviation
    return deviation.closeness if deviation else None


@pytest.mark.parametrize(
    ("torch_call", "paddle_call"),
    [
        pytest.param(
            "SGD(params, lr=0.1)",
            "SGD(learning_rate=0.1, parameters=params)",
            id="SGD",
        ),
        pytest.param(
            "SGD(params, lr=0.1, momentum=0.8, weight_decay=0.01, nesterov=True)",
            "Momentum(0.1, momentum=0.8, parameters=params, weight_decay=0.01, use_nesterov=True)",
            id="SGD with Nesterov momentum is Momentum",
        ),
        pytest.param(
            "Adam(params, lr=0.01, betas=(0.8, 0.99), weight_decay=0.1, amsgrad=True)",
            "Adam(0.01, 0.8, 0.99, parameters=params, weight_decay=0.1, amsgrad=True)",
            id="Adam",
        ),
        pytest.param(
            "AdamW(params, lr=0.0001)",
            "AdamW(learning_rate=0.0001, parameters=params)",
            id="AdamW with a decay near the last digit of single precision",
        ),
        pytest.param(
            "Rprop(params)",
            "Rprop(learning_rate=0.01, learning_rate_range=(1e-6, 50.0), parameters=params)",
            id="Rprop, which goes by signs",
        ),
    ],
)
def test_right_pairs_are_exact(workers: WorkerPair, torch_call: str, paddle_call: str) -> None:
    measurement = measure_optimizer(torch_call, paddle_optimizer(paddle_call), workers)
    assert measurement.failures == ()
    assert measurement.closeness == "exact", measurement.worst
    assert measurement.moved
    assert [result.steps for result in measurement.results] == [40] * 5


@pytest.mark.parametrize(
    ("torch_call", "paddle_call", "step_argument"),
    [
        ("StepLR(optimizer, 7, gamma=0.5)", "StepDecay(0.1, 7, gamma=0.5)", ""),
        ("CosineAnnealingLR(optimizer, 15, 0.001)", "CosineAnnealingDecay(0.1, 15, 0.001)", ""),
        ("ReduceLROnPlateau(optimizer, patience=2)", "ReduceOnPlateau(0.1, patience=2)", "metric(step)"),
    ],
)
def test_right_schedules_are_exact(
    workers: WorkerPair, torch_call: str, paddle_call: str, step_argument: str
) -> None:
    script = expand_case(f"torch.optim.lr_scheduler.{torch_call}", step_argument)
    target = paddle_scheduler(paddle_call, step_argument)
    measurement = measure_scripts(script, target, standard_problems(), workers)
    assert measurement.closeness == "exact", measurement.worst
    rate = result_on(measurement, "rate").deviation
    assert rate is not None
    assert rate.worst_rate is not None
    assert rate.worst_rate < 1e-6


def test_a_step_with_a_closure_is_measured(workers: WorkerPair) -> None:
    script = """\
import torch
optimizer = torch.optim.LBFGS(params, line_search_fn="strong_wolfe")
def closure():
    optimizer.zero_grad()
    return backward(step)
for step in range(steps):
    optimizer.step(closure)
    record()
"""
    target = script.replace("torch.optim.LBFGS(params", "paddle.optimizer.LBFGS(parameters=params")
    target = target.replace("import torch", "import paddle").replace("zero_grad", "clear_grad")
    measurement = measure_scripts(script, target, problems_for(script), workers)
    assert measurement.closeness == "exact", measurement
    assert measurement.moved


# Wrong pairs, each of them something a plain rename would write.


def test_clear_grad_that_fills_with_zeros_is_found_where_parameters_pause(workers: WorkerPair) -> None:
    call = "Momentum(learning_rate=0.1, momentum=0.9, parameters=params)"
    wrong = paddle_optimizer(call, ZERO_FILLING_LOOP)
    measurement = measure_optimizer("SGD(params, lr=0.1, momentum=0.9)", wrong, workers)
    assert closeness_on(measurement, "sparse participation") == "lossy"
    assert closeness_on(measurement, "float64") == "exact"
    assert measurement.closeness == "lossy"


def test_the_renamed_epsilon_of_rmsprop_is_found_with_tiny_gradients(workers: WorkerPair) -> None:
    wrong = paddle_optimizer("RMSProp(0.01, rho=0.99, epsilon=1e-8, parameters=params)")
    measurement = measure_optimizer("RMSprop(params)", wrong, workers)
    worst = measurement.worst
    assert worst is not None
    assert worst.deviation is not None
    assert worst.problem == "tiny gradients"
    assert worst.deviation.worst > 0.5
    assert closeness_on(measurement, "float64") == "close"


@pytest.mark.parametrize(
    ("torch_call", "wrong_call"),
    [
        pytest.param(
            "SGD(params, lr=0.1, momentum=0.8)",
            "Momentum(learning_rate=0.1, parameters=params)",
            id="Momentum's default momentum",
        ),
        pytest.param(
            "Adam(params, lr=0.01, betas=(0.9, 0.99))",
            "Adam(0.01, 0.9, 0.999, parameters=params)",
            id="the second beta dropped",
        ),
        pytest.param(
            "Adagrad(params, lr=0.1, initial_accumulator_value=0.1)",
            "Adagrad(0.1, epsilon=1e-10, parameters=params)",
            id="the initial accumulator dropped",
        ),
        pytest.param(
            "SGD(params, lr=0.1, weight_decay=0.01)",
            "SGD(0.1, parameters=params, weight_decay=0.0101)",
            id="one per cent more weight decay",
        ),
    ],
)
def test_wrong_pairs_are_not_exact(workers: WorkerPair, torch_call: str, wrong_call: str) -> None:
    measurement = measure_optimizer(torch_call, paddle_optimizer(wrong_call), workers)
    assert measurement.closeness in ("close", "lossy")


def test_a_cooldown_is_found_to_differ(workers: WorkerPair) -> None:
    case = "torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=1, cooldown=5)"
    target = paddle_scheduler("ReduceOnPlateau(0.1, patience=1, cooldown=5)", "metric(step)")
    script = expand_case(case, "metric(step)")
    assert measure_scripts(script, target, standard_problems(), workers).closeness == "lossy"


def test_a_schedule_that_is_one_step_late_is_found(workers: WorkerPair) -> None:
    script = expand_case("torch.optim.lr_scheduler.StepLR(optimizer, 10)")
    target = paddle_scheduler("StepDecay(0.1, 11)")
    measurement = measure_scripts(script, target, (rate_problem("rate"),), workers)
    deviation = measurement.results[0].deviation
    assert deviation is not None
    assert deviation.worst_rate == pytest.approx(0.9)  # 0.1 instead of 0.01 in the eleventh step
    assert deviation.closeness == "lossy"


def test_what_a_script_reads_is_compared_too(workers: WorkerPair) -> None:
    script = expand_case("torch.optim.SGD(params, lr=0.1)") + "observe(0.1)\n"
    target = paddle_optimizer("SGD(0.1, parameters=params)") + "observe(0.2)\n"
    measurement = measure_scripts(script, target, standard_problems()[:1], workers)
    assert measurement.closeness == "lossy"


# What fails is a result.


@pytest.fixture
def one_problem() -> tuple[Problem, ...]:
    return (rate_problem("rate", steps=2),)


def test_a_failing_conversion_names_the_framework_and_the_line(
    workers: WorkerPair, one_problem: tuple[Problem, ...]
) -> None:
    target = paddle_optimizer("SGD(1, parameters=params)")
    script = expand_case("torch.optim.SGD(params)")
    measurement = measure_scripts(script, target, one_problem, workers)
    assert measurement.closeness is None
    assert measurement.worst is None
    assert not measurement.moved
    (failure,) = measurement.failures
    assert failure.startswith("rate: paddle: TypeError: ")
    assert failure.endswith("(line 2: optimizer = paddle.optimizer.SGD(1, parameters=params))")


def test_a_failing_original_is_not_blamed_on_the_conversion(
    workers: WorkerPair, one_problem: tuple[Problem, ...]
) -> None:
    measurement = measure_scripts("nonsense", "nonsense", one_problem, workers)
    assert measurement.failures[0].startswith("rate: torch: NameError: ")


def test_a_conversion_that_takes_the_process_down_is_a_result(one_problem: tuple[Problem, ...]) -> None:
    with worker_pair("paddle") as pair:
        measurement = measure_scripts("record()", "import os; os._exit(139)", one_problem, pair)
    assert measurement.failures[0].startswith("rate: paddle: WorkerDiedError: ")
