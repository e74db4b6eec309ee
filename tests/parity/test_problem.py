"""The problems are deterministic, and have in them what the optimizers and schedules are told apart by."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from math import prod

import pytest

from optconv.parity.problem import (
    NETWORK_SHAPES,
    OTHER_NETWORK_SHAPES,
    SHAPES,
    Problem,
    network_problem,
    plain_problem,
    problems_for,
    rate_problem,
    sparse_problem,
    standard_problems,
    valley_problem,
)

ALL = (*standard_problems(), valley_problem("valley"))
every_problem = pytest.mark.parametrize("problem", ALL, ids=lambda problem: problem.name)


@every_problem
def test_has_the_prescribed_shapes(problem: Problem) -> None:
    assert tuple(parameter.shape for parameter in problem.parameters) == SHAPES
    assert all(len(parameter.values) == prod(parameter.shape) for parameter in problem.parameters)


@every_problem
def test_has_a_gradient_of_the_right_size_or_none_for_each_parameter(problem: Problem) -> None:
    for step in problem.gradients:
        for shape, gradient in zip(SHAPES, step, strict=True):
            assert gradient is None or len(gradient) == prod(shape)


@every_problem
def test_lets_at_least_one_parameter_take_part_in_every_step(problem: Problem) -> None:
    assert all(any(gradient is not None for gradient in step) for step in problem.gradients)


@every_problem
def test_has_a_metric_for_every_step(problem: Problem) -> None:
    assert len(problem.metrics) == problem.steps


@every_problem
def test_survives_the_way_to_the_worker_digit_for_digit(problem: Problem) -> None:
    received = json.loads(json.dumps(problem.message()))
    assert received["parameters"][3][1] == list(problem.parameters[3].values)
    assert received["gradients"][0][0] == list(problem.gradients[0][0] or ())


def test_the_same_seed_gives_the_same_problem() -> None:
    assert plain_problem("a", seed=7) == plain_problem("a", seed=7)


def test_another_seed_gives_another_problem() -> None:
    assert plain_problem("a", seed=7) != plain_problem("a", seed=8)


def test_the_numbers_do_not_depend_on_the_python_that_runs() -> None:
    problem = plain_problem("a")
    assert problem.parameters[0].values == pytest.approx((1.2191670353651247,))
    assert problem.gradients[0][0] == pytest.approx((1.3760034315776666,))


def test_standard_problems_have_names_of_their_own() -> None:
    names = [problem.name for problem in standard_problems()]
    assert len(set(names)) == len(names)


def test_tiny_gradients_are_tiny() -> None:
    tiny = next(problem for problem in standard_problems() if problem.name == "tiny gradients")
    assert (
        0 < max(abs(value) for step in tiny.gradients for gradient in step for value in gradient or ()) < 1e-2
    )


def test_sparse_problem_leaves_parameters_out_before_and_after_they_took_part() -> None:
    steps = sparse_problem("sparse").gradients
    for index in (1, 2, 3):
        present = [step[index] is not None for step in steps]
        assert any(was and not now for was, now in pairwise(present)), f"parameter {index} never pauses"
    assert not any(step[3] is not None for step in steps[:5])


def test_sparse_problem_has_gradients_of_exactly_zero() -> None:
    assert any(0.0 in gradient for step in sparse_problem("s").gradients for gradient in step if gradient)


def test_rate_problem_is_a_gradient_of_one_from_zero() -> None:
    problem = rate_problem("rate", steps=3)
    assert problem.reads_rate
    assert {value for step in problem.gradients for gradient in step for value in gradient or ()} == {1.0}
    assert {value for parameter in problem.parameters for value in parameter.values} == {0.0}


def test_a_script_with_a_closure_is_measured_on_a_function_with_a_minimum() -> None:
    problems = problems_for("optimizer.step(closure)\n")
    assert [problem.curvatures != (0.0,) * len(SHAPES) for problem in problems] == [True]


def test_any_other_script_is_measured_on_the_standard_problems() -> None:
    assert problems_for("optimizer.step()\n") == standard_problems()


@pytest.mark.parametrize("name", ["network", "other_network"])
def test_a_script_that_names_a_network_is_given_two(name: str) -> None:
    problems = problems_for(
        f"optimizer = torch.optim.SGD({name}.parameters(), lr=0.1)\n", "float32", dense=True
    )
    shapes = [tuple(parameter.shape for parameter in problem.parameters) for problem in problems]
    assert shapes == [(*NETWORK_SHAPES, *OTHER_NETWORK_SHAPES)] * 2
    assert [problem.dtype for problem in problems] == ["float32", "float32"]
    assert problems[0].parameters != problems[1].parameters


def test_a_name_with_network_in_it_is_no_network() -> None:
    assert problems_for("networks = 3\noptimizer.step()\n") == standard_problems()


def test_every_batch_has_a_label_and_a_target_for_each_example() -> None:
    batches = network_problem("network").batches
    assert len(batches) == 8
    for batch in batches:
        assert len(batch.inputs) == len(batch.labels) == len(batch.targets) == 4
        assert {len(row) for row in batch.inputs} == {6}
        assert {len(row) for row in batch.targets} == {3}
    assert {label for batch in batches for label in batch.labels} == {0, 1, 2}


def test_batches_survive_the_way_to_the_worker_digit_for_digit() -> None:
    batch = network_problem("network").batches[0]
    received = json.loads(json.dumps(network_problem("network").message()))
    assert received["batches"][0][0][0] == list(batch.inputs[0])
    assert received["batches"][0][1] == list(batch.labels)


def test_problems_are_values() -> None:
    problem = rate_problem("rate")
    assert replace(problem) == problem
    assert hash(problem) == hash(rate_problem("rate"))
