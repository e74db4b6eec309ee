"""Computes learning-rate curves from what the catalogues say of them. No framework is needed."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optconv.mappings.bounded_evaluation import UNBOUND, CannotEvaluateError, Evaluator, Work
from optconv.mappings.curves import BASE_RATE, EPOCH, FIRST, MULTIPLIES, PREVIOUS, SETS, Curve
from optconv.mappings.expressions import UNKNOWN, Expression, parse_expression
from optconv.mappings.signatures import Signature

DEFAULT_SPAN = 100  # steps, of a schedule that does not say how long it takes
_MOST_STEPS = 10**7
_MOST_IN_TURN = 10_000  # steps, where each rate is made of the one before
_MOST_WORK = 500_000  # nodes of expressions for one curve
RAISED = (ArithmeticError, TypeError, ValueError, LookupError)
"""What evaluating raises where Python would, too: the framework has no rate then."""


def curve_work() -> Work:
    """Return how much may be evaluated for one curve."""
    return Work(_MOST_WORK)


@dataclass(frozen=True)
class Rates:
    """The rates of one schedule with certain arguments."""

    at: Callable[[int], float]  # of an epoch; raises CannotEvaluateError, or what is in RAISED
    span: int  # how many steps show what it does
    last: int | None = None  # the last epoch that has a rate
    begins_anew: Callable[[bool], bool] | None = None  # as the first part of a sequence, or as a later one
    multiplies: bool = False  # the rate that it finds
    step: Callable[[int, float], float] | None = None  # the rate of an epoch, made of the one that it finds


@dataclass(frozen=True)
class _BoundCurve:
    """A curve with the values of its parameters."""

    curve: Curve
    values: Mapping[str, Any]
    work: Work

    def evaluate(self, expression: Expression, **known: Any) -> Any:
        found = dict(known)

        def meaning(name: str) -> Any:
            if name not in found and name in self.curve.where:
                found[name] = Evaluator(meaning, self.work).evaluate(self.curve.where[name].tree)
            return found[name] if name in found else self.values.get(name, UNBOUND)

        return Evaluator(meaning, self.work).evaluate(expression.tree)

    def rate(self, epoch: int) -> float:
        return self.number(self.curve.rate, **{EPOCH: epoch})

    def number(self, expression: Expression, **known: Any) -> float:
        value = self.evaluate(expression, **known)
        if not isinstance(value, (int, float)):
            raise TypeError("a rate is a number")
        if not math.isfinite(value):
            raise ArithmeticError("a rate is finite")
        return float(value)

    def holds(self, condition: Expression | None, **known: Any) -> bool:
        try:
            return condition is not None and bool(self.evaluate(condition, **known))
        except (CannotEvaluateError, RecursionError, *RAISED):
            return False

    def step(self) -> Callable[[int, float], float] | None:
        """Return how a step makes a rate of the one that it finds, where that is known."""
        chained = self.curve.chained
        if isinstance(chained, Expression):
            return lambda epoch, previous: (
                self.number(chained, **{EPOCH: epoch, PREVIOUS: previous}) if epoch else previous
            )
        if chained == MULTIPLIES:
            return self.multiplied
        return (lambda epoch, _: self.rate(epoch)) if chained == SETS else None

    def multiplied(self, epoch: int, previous: float) -> float:
        before = self.rate(epoch - 1) if epoch else self.values[BASE_RATE]
        return previous * self.rate(epoch) / before if before else previous  # what is 0 stays as it is

    def whole(self, expression: Expression | None) -> int | None:
        """Return a number of steps, None where there is none or it is not known."""
        if expression is None:
            return None
        try:
            return max(0, min(int(self.evaluate(expression)), _MOST_STEPS))
        except (CannotEvaluateError, RecursionError, *RAISED):
            return None


def bind_curve(
    curve: Curve, signature: Signature, arguments: Mapping[str, Any], base_lr: float, work: Work
) -> Rates | None:
    """Return the rates of a schedule.

    Args:
        curve: what the catalogue says of its class.
        signature: of the class; where no argument is given, its default holds.
        arguments: values by parameter, `UNKNOWN` where one is not known.
        base_lr: the rate of the optimizer.
        work: how much may be evaluated for them.

    Returns:
        The rates, or None where the curve does not hold for these arguments.
    """
    defaults = {p.name: parse_expression(p.default).evaluate({}) for p in signature.parameters if p.default}
    own = {p.name: UNKNOWN for p in signature.parameters}
    bound = _BoundCurve(curve, {BASE_RATE: base_lr, **own, **defaults, **arguments}, work)
    if curve.when is not None and not bound.holds(curve.when):
        return None
    return Rates(
        at=bound.rate,
        span=bound.whole(curve.span) or DEFAULT_SPAN,
        last=bound.whole(curve.last),
        begins_anew=lambda first: bound.holds(curve.sequence, **{FIRST: first}),
        multiplies=curve.chained == MULTIPLIES,
        step=bound.step(),
    )


def in_sequence(parts: Sequence[Rates], milestones: Sequence[int]) -> Rates | None:
    """Return the rates of schedules of which each takes over at a milestone; None where one does not so."""
    for number, part in enumerate(parts):
        if part.begins_anew is None or not part.begins_anew(number == 0):
            return None

    def at(epoch: int) -> float:
        number = bisect_right(milestones, epoch)
        return parts[number].at(epoch - milestones[number - 1] if number else epoch)

    return Rates(at, milestones[-1] + parts[-1].span if milestones else parts[-1].span)


def in_product(parts: Sequence[Rates], base_lr: float) -> Rates | None:
    """Return the rates of schedules that all act in each step, in turn; None where it is not known of one."""
    steps = [part.step for part in parts if part.step is not None]
    if len(steps) != len(parts) or not base_lr:
        return None
    span = max(part.span for part in parts)
    if all(part.multiplies for part in parts):
        return Rates(lambda epoch: base_lr * math.prod(part.at(epoch) / base_lr for part in parts), span)
    found: list[float] = []

    def at(epoch: int) -> float:
        if epoch > _MOST_IN_TURN:
            raise CannotEvaluateError("each rate is made of the one before")
        while len(found) <= epoch:
            rate = found[-1] if found else base_lr
            for step in steps:
                rate = step(len(found), rate)
            found.append(rate)
        return found[epoch]

    return Rates(at, span)


def sample(rates: Rates, epochs: Iterable[int]) -> tuple[float, ...] | None:
    """Return the rates of some epochs, in order.

    Returns:
        One rate for each epoch up to the first that has none, because the framework raises an error there.
        None where a rate cannot be computed, or the first epoch has none.
    """
    found: list[float] = []
    for epoch in epochs:
        if rates.last is not None and epoch > rates.last:
            break
        try:
            found.append(rates.at(epoch))
        except (CannotEvaluateError, RecursionError):
            return None
        except RAISED:
            break
    return tuple(found) or None


def rates_of(
    curve: Curve, signature: Signature, arguments: Mapping[str, Any], base_lr: float, steps: int
) -> tuple[float, ...] | None:
    """Return the rates of a schedule from its beginning on, before and after each of ``steps`` steps.

    The first rate is that of the first update of the optimizer, so there is one rate more than steps, or
    fewer where the schedule ends. None where it cannot be computed. The arguments are those of `bind_curve`.
    """
    rates = bind_curve(curve, signature, arguments, base_lr, curve_work())
    return sample(rates, range(steps + 1)) if rates is not None else None
