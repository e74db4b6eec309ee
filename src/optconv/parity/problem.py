"""The problems that scripts are run on: initial parameters, and a gradient and a metric for every step.

A problem prescribes its gradients instead of computing them from a model, so the only thing two frameworks
can differ in is what the optimizer and the schedule make of them. Everything is plain numbers, drawn from a
seed with the standard library: the process that judges needs no numpy. How scripts run is not known here.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any, Literal

Shape = tuple[int, ...]
Values = tuple[float, ...]
Gradients = tuple[Values | None, ...]  # of one step, by parameter; None: takes no part in this step's loss

SHAPES: tuple[Shape, ...] = ((1,), (3,), (4, 5), (2, 3, 4))
STEPS = 40

FEATURES, HIDDEN, CLASSES = 6, 8, 3
NETWORK_SHAPES: tuple[Shape, ...] = ((HIDDEN, FEATURES), (HIDDEN,), (CLASSES, HIDDEN), (CLASSES,))
OTHER_NETWORK_SHAPES: tuple[Shape, ...] = ((HIDDEN, CLASSES), (HIDDEN,), (FEATURES, HIDDEN), (FEATURES,))
_NAMES_A_NETWORK = re.compile(r"\b(other_)?network\b")


@dataclass(frozen=True)
class Parameter:
    """The shape and the initial elements (row-major) of one parameter."""

    shape: Shape
    values: Values


@dataclass(frozen=True)
class Batch:
    """One batch that a network is trained on."""

    inputs: tuple[Values, ...]
    labels: tuple[int, ...]
    targets: tuple[Values, ...]  # for a regression; or what a generator starts from


@dataclass(frozen=True)
class Problem:
    """One problem. The gradient of parameter p at a step is ``gradients[step][p] + curvatures[p] * p``.

    One with batches has two networks and no gradients: the first half of the parameters are those of
    ``network``, the others those of ``other_network``.
    """

    name: str
    parameters: tuple[Parameter, ...]
    gradients: tuple[Gradients, ...]
    metrics: Values  # what ``metric(step)`` gives to a script, a validation loss
    dtype: Literal["float32", "float64"] = "float64"
    curvatures: tuple[float, ...] = (0.0,) * len(SHAPES)
    reads_rate: bool = False  # how far a parameter moves in a step is the learning rate of that step
    batches: tuple[Batch, ...] = ()

    @property
    def steps(self) -> int:
        """Return how many steps have gradients."""
        return len(self.gradients)

    @property
    def dense(self) -> bool:
        """Return whether every parameter takes part in every step."""
        return all(values is not None for step in self.gradients for values in step)

    def message(self) -> dict[str, Any]:
        """Return the problem as a worker is told it."""
        return {
            "dtype": self.dtype,
            "parameters": [(parameter.shape, parameter.values) for parameter in self.parameters],
            "gradients": self.gradients,
            "metrics": self.metrics,
            "curvatures": self.curvatures,
            "batches": [(batch.inputs, batch.labels, batch.targets) for batch in self.batches],
        }


def plain_problem(
    name: str,
    dtype: Literal["float32", "float64"] = "float64",
    scale: float = 1.0,
    steps: int = STEPS,
    seed: int = 0,
    shapes: Sequence[Shape] = SHAPES,
) -> Problem:
    """Return a problem whose gradients are drawn from ``scale`` times a normal with mean 1/4, deviation 1.

    The mean lets parameters travel; the deviation makes signs change, which Rprop and momenta feel.
    """
    generator = random.Random(f"{seed} gradients")  # noqa: S311  numbers for a test, not a secret

    def draw(shape: Shape) -> Values:
        return tuple(scale * generator.gauss(0.25, 1.0) for _ in range(prod(shape)))

    gradients = tuple(tuple(draw(shape) for shape in shapes) for _ in range(steps))
    return _without_curvature(
        name, _initial_parameters(seed, shapes), gradients, _metrics(steps, seed), dtype
    )


def sparse_problem(name: str, steps: int = STEPS, seed: int = 1, shapes: Sequence[Shape] = SHAPES) -> Problem:
    """Return a problem in which parameters are left out of some steps, and some elements get exactly zero.

    The first parameter is always in the loss, the last is not before step 5, the others are left out at
    random in one step of three. What ``zero_grad`` leaves behind, None or zeros, shows here.
    """
    generator = random.Random(f"{seed} sparse")  # noqa: S311  numbers for a test, not a secret
    last = len(shapes) - 1

    def draw(step: int, index: int) -> Values | None:
        size = prod(shapes[index])
        values = tuple(0.0 if generator.random() < 0.2 else generator.gauss(0.25, 1.0) for _ in range(size))
        absent = generator.random() < 1 / 3 or (index == last and step < 5)
        return None if absent and index > 0 else values

    gradients = tuple(tuple(draw(step, index) for index in range(len(shapes))) for step in range(steps))
    return _without_curvature(name, _initial_parameters(seed, shapes), gradients, _metrics(steps, seed))


def rate_problem(name: str, steps: int = STEPS, shapes: Sequence[Shape] = SHAPES) -> Problem:
    """Return a problem with every gradient exactly 1: under plain SGD a step moves a parameter by the rate.

    Parameters start at zero, so that the rate keeps its digits when it is read from the movement.
    """
    parameters = tuple(Parameter(shape, (0.0,) * prod(shape)) for shape in shapes)
    ones: Gradients = tuple((1.0,) * prod(shape) for shape in shapes)
    problem = _without_curvature(name, parameters, (ones,) * steps, _metrics(steps, 4))
    return replace(problem, reads_rate=True)


def valley_problem(name: str, steps: int = 10) -> Problem:
    """Return a problem with one minimum, ten times as steep for the last parameter as for the first.

    A step that evaluates its closure several times searches for a minimum: with gradients that follow no
    function its branches depend on the last digit, and two right implementations part ways.
    """
    generator = random.Random("valley")  # noqa: S311  numbers for a test, not a secret
    pull = tuple(tuple(generator.gauss(0.0, 1.0) for _ in range(prod(shape))) for shape in SHAPES)
    curvatures = (0.1, 0.3, 0.6, 1.0)
    return Problem(name, _initial_parameters(3), (pull,) * steps, _metrics(steps, 3), curvatures=curvatures)


def network_problem(name: str, seed: int = 8) -> Problem:
    """Return a problem with two networks, 6 -> 8 -> 3 and 3 -> 8 -> 6, and eight batches of four examples.

    Here gradients come from a loss, so that a whole training loop can be run as it stands. The label of an
    example is the largest of its first three features but for noise: there is something to learn.
    """
    generator = random.Random(f"{seed} network")  # noqa: S311  numbers for a test, not a secret

    def draw(*shape: int, scale: float = 1.0) -> Values:
        return tuple(generator.gauss(0.0, scale) for _ in range(prod(shape)))

    def batch() -> Batch:
        inputs = tuple(draw(FEATURES) for _ in range(4))
        scores = [[value + generator.gauss(0.0, 0.5) for value in row[:CLASSES]] for row in inputs]
        labels = tuple(row.index(max(row)) for row in scores)
        return Batch(inputs, labels, tuple(draw(CLASSES) for _ in range(4)))

    parameters = tuple(
        Parameter(shape, draw(*shape, scale=0.5)) for shape in (*NETWORK_SHAPES, *OTHER_NETWORK_SHAPES)
    )
    nothing: Gradients = (None,) * len(parameters)
    batches = tuple(batch() for _ in range(8))
    curvatures = (0.0,) * len(parameters)
    metrics = _metrics(STEPS, seed)
    return Problem(name, parameters, (nothing,) * STEPS, metrics, "float32", curvatures, batches=batches)


def problems_for(script: str, precision: str = "float64", *, dense: bool = False) -> tuple[Problem, ...]:
    """Return the problems that a script is measured on: a valley when it hands a closure to ``step``.

    A gradient scaler is measured in float32. A script that names a network is given one.

    There is no valley in float32: near the minimum a line search goes by digits that float32 does not have.

    Args:
        script: the script.
        precision: the highest that the target computes in.
        dense: whether the target knows no parameters that take no part in a step.
    """
    problems = _problems_for(script)
    if precision == "float32" and len(problems) > 1:  # the plain problem has a twin in float32 already
        problems = tuple(problem for problem in problems if problem.name != "float64")
    return fitting(problems, precision, dense=dense)


def fitting(problems: tuple[Problem, ...], precision: str, *, dense: bool) -> tuple[Problem, ...]:
    """Return the problems in the precision of a target, without those that it cannot be measured on."""
    if precision == "float32":
        problems = tuple(_in_float32(problem) for problem in problems)
    return tuple(problem for problem in problems if problem.dense or problem.batches or not dense)


def _in_float32(problem: Problem) -> Problem:
    """Return the problem in float32, under a name that says so."""
    if problem.dtype == "float32":
        return problem
    return replace(problem, name=f"{problem.name} in float32", dtype="float32")


def _problems_for(script: str) -> tuple[Problem, ...]:
    if _NAMES_A_NETWORK.search(script):
        return (network_problem("network"), network_problem("another network", seed=9))
    if "(closure)" in script:
        return (valley_problem("valley"),)
    if "overflow(" in script or "GradScaler(" in script:
        return float32_problems()
    return standard_problems()


def float32_problems() -> tuple[Problem, ...]:
    """Return the problems for what exists in mixed precision only, where gradients are float32 at most."""
    return (
        plain_problem("float32", dtype="float32", seed=5),
        plain_problem("tiny gradients in float32", dtype="float32", scale=1e-3, seed=6),
    )


def standard_problems(steps: int = STEPS, shapes: Sequence[Shape] = SHAPES) -> tuple[Problem, ...]:
    """Return the problems that almost every case of the tables is measured on."""
    return (
        plain_problem("float64", steps=steps, shapes=shapes),
        plain_problem("float32", dtype="float32", steps=steps, seed=5, shapes=shapes),
        plain_problem("tiny gradients", scale=1e-3, steps=steps, seed=2, shapes=shapes),
        sparse_problem("sparse participation", steps, shapes=shapes),
        rate_problem("rate", steps, shapes),
    )


def _without_curvature(
    name: str,
    parameters: tuple[Parameter, ...],
    gradients: tuple[Gradients, ...],
    metrics: Values,
    dtype: Literal["float32", "float64"] = "float64",
) -> Problem:
    return Problem(name, parameters, gradients, metrics, dtype, curvatures=(0.0,) * len(parameters))


def _initial_parameters(seed: int, shapes: Sequence[Shape] = SHAPES) -> tuple[Parameter, ...]:
    generator = random.Random(f"{seed} parameters")  # noqa: S311  numbers for a test, not a secret
    return tuple(
        Parameter(shape, tuple(generator.gauss(0.0, 1.0) for _ in range(prod(shape)))) for shape in shapes
    )


def _metrics(steps: int, seed: int) -> Values:
    """Return a validation loss that a plateau schedule reacts to in several ways.

    It falls with noise, so that there are new lows of one step, some of them during a cooldown; stays
    within 1e-6 of one value for 13 steps, longer than the usual patience of 10; then falls with noise again.
    """
    generator = random.Random(f"{seed} metrics")  # noqa: S311  numbers for a test, not a secret
    noise = [generator.uniform(-0.15, 0.15) for _ in range(steps)]

    def at(step: int) -> float:
        if 14 <= step < 27:
            return 0.9 + 1e-6 * (step % 3)
        return 1.0 / (1.0 + 0.03 * step) + noise[step]

    return tuple(at(step) for step in range(steps))
