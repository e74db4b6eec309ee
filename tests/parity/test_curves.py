"""Every curve of the catalogues against the class itself, in the installed framework: the rate of every step.

The classes of torch and paddle compute in float64: each rate is the same within 1e-12 (measured: 1e-14), those below a
millionth of the largest one within 1e-18 of that. Most formulas of the classes are recursive, those of the catalogues
are not. MindSpore keeps the rate in float32 and multiplies it step by step, and 1 + cos loses its digits near the end
of a period: the rates are the same within 1e-5 of the largest one (measured: 7e-6).
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from optconv.mappings import load_labelled, table_labels
from optconv.mappings.bounded_evaluation import UNBOUND, Evaluator
from optconv.mappings.curves import CombinedCurve, Curve
from optconv.mappings.rates import (
    Rates,
    bind_curve,
    curve_work,
    in_product,
    in_sequence,
    rates_of,
    sample,
)
from optconv.mappings.schema import SourceApi, TargetApi
from optconv.parity.problem import plain_problem
from optconv.parity.workers import FrameworkWorker, Run

from .curve_cases import BASE_RATES, CASES, COMBINED, UNCERTAIN

if TYPE_CHECKING:
    from optconv.parity.run import WorkerPair

STEPS = 70
TOLERANCE = {"torch": 1e-12, "paddle": 1e-12, "mindspore": 1e-5}
SMALLEST = {
    "torch": 1e-6,
    "paddle": 1e-6,
    "mindspore": 1.0,
}  # of the largest rate: what a difference is a share of
Api = SourceApi | TargetApi

_LOOP = """
def go_on(read, step):
    rates = [read()]
    for number in range({steps}):
        try:
            step()
        except Exception:
            break
        rates.append(read())
    observe(len(rates))
    for rate in rates:
        observe(rate)

import math
"""
_OF_TORCH = """
optimizer = torch.optim.SGD(params, lr={rate})
scheduler = {call}
go_on(lambda: optimizer.param_groups[0]["lr"], scheduler.step)
"""
_OF_PADDLE = """
scheduler = {name}({arguments})
go_on(scheduler, scheduler.step)
"""
_OF_MINDSPORE = """
optimizer = mindspore.experimental.optim.SGD(params, lr={rate})
scheduler = {name}(optimizer, {arguments})
go_on(lambda: optimizer.param_groups[0]["lr"].item(), scheduler.step)
"""
_OF_A_CELL = """
schedule, made = {name}({arguments}), []
go_on(lambda: schedule(mindspore.Tensor(len(made), mindspore.int32)).item(), lambda: made.append(1))
"""


def apis() -> dict[str, Api]:
    """Return every class that the catalogues give a curve."""
    found: dict[str, Api] = {}
    for label in table_labels():
        tables = load_labelled(label)
        found |= {name: api for name, api in tables.source_apis.items() if api.curve is not None}
        found |= {name: api for name, api in tables.target_apis.items() if api.curve is not None}
    return found


APIS = apis()


def cases(framework: str) -> Iterator[tuple[str, str, float]]:
    """Return the name, the arguments and the rate of the optimizer for every case of a framework."""
    for name, texts in CASES[framework].items():
        for number, arguments in enumerate(texts):
            yield name, arguments, BASE_RATES[number % len(BASE_RATES)]


def arguments_of(text: str) -> dict[str, Any]:
    """Return the values of arguments, evaluated as the converter does."""
    call = ast.parse(f"f({text})", mode="eval").body
    assert isinstance(call, ast.Call)
    return {keyword.arg: _value(keyword.value) for keyword in call.keywords if keyword.arg is not None}


def _value(node: ast.expr) -> Any:
    return Evaluator(lambda _: UNBOUND, curve_work()).evaluate(node)


def signature_of(api: Api) -> Any:
    return api.signature if isinstance(api, TargetApi) else api.signatures[0].signature


def computed(name: str, arguments: str, rate: float) -> tuple[float, ...] | None:
    api = APIS[name]
    assert isinstance(api.curve, Curve)
    return rates_of(api.curve, signature_of(api), arguments_of(arguments), rate, STEPS)


def bound(name: str, arguments: str, rate: float) -> Rates:
    api = APIS[name]
    assert isinstance(api.curve, Curve)
    rates = bind_curve(api.curve, signature_of(api), arguments_of(arguments), rate, curve_work())
    assert rates is not None
    return rates


def run_all(worker: FrameworkWorker, head: str, parts: Sequence[str]) -> list[list[float]]:
    """Run scripts in one job, and return the rates of each."""
    script = "\n".join([head, _LOOP.format(steps=STEPS), *parts, "record()"])
    run = worker.run(script, plain_problem("curves"))
    assert isinstance(run, Run), run
    numbers = iter(run.observed)
    return [[next(numbers) for _ in range(int(next(numbers)))] for _ in parts]


def difference(ours: Sequence[float] | None, theirs: Sequence[float], framework: str) -> float:
    """Return the largest difference as a share of its rate; infinite where one curve ends before the other."""
    if ours is None or len(ours) != len(theirs):
        return math.inf
    smallest = SMALLEST[framework] * max(map(abs, theirs)) or 1.0
    pairs = zip(ours, theirs, strict=True)
    return max(abs(one - other) / max(abs(other), smallest) for one, other in pairs)


_TEMPLATES: Mapping[str, str] = {"torch": _OF_TORCH, "paddle": _OF_PADDLE, "mindspore": _OF_MINDSPORE}


def script_of(framework: str, name: str, arguments: str, rate: float) -> str:
    template = _OF_A_CELL if name.startswith("mindspore.nn.") else _TEMPLATES[framework]
    call = f"{name}(optimizer, {arguments})"
    return template.format(name=name, arguments=arguments, rate=rate, call=call)


@pytest.mark.parametrize("framework", CASES)
def test_every_curve_is_that_of_the_class(framework: str, pairs: dict[str, WorkerPair]) -> None:
    worker = pairs["paddle"].torch if framework == "torch" else pairs[framework].target
    found = list(cases(framework))
    theirs = run_all(worker, f"import {framework}", [script_of(framework, *case) for case in found])
    differences = {
        case: difference(computed(*case), rates, framework) for case, rates in zip(found, theirs, strict=True)
    }
    assert not {case: value for case, value in differences.items() if not value <= TOLERANCE[framework]}


def test_a_warmup_goes_on_with_the_schedule_behind_it(workers: WorkerPair) -> None:
    warmup = "paddle.optimizer.lr.LinearWarmup"
    arguments = "warmup_steps=12, start_lr=0.01, end_lr=0.1"
    behind = [
        ("paddle.optimizer.lr.StepDecay", "learning_rate=0.1, step_size=7, gamma=0.5"),
        ("paddle.optimizer.lr.CosineAnnealingDecay", "learning_rate=0.1, T_max=20, eta_min=0.01"),
        ("paddle.optimizer.lr.PolynomialDecay", "learning_rate=0.1, decay_steps=30, end_lr=0.0, power=2.0"),
    ]
    scripts = [
        _OF_PADDLE.format(name=warmup, arguments=f"learning_rate={name}({inner}), {arguments}")
        for name, inner in behind
    ]
    theirs = run_all(workers.target, "import paddle", scripts)
    for (name, inner), observed in zip(behind, theirs, strict=True):
        rest = bound(name, inner, 0.1)
        whole = APIS[warmup]
        assert isinstance(whole.curve, Curve)
        values = {**arguments_of(arguments), "learning_rate": rest.at}
        ours = rates_of(whole.curve, signature_of(whole), values, 0.1, STEPS)
        assert difference(ours, observed, "paddle") <= TOLERANCE["paddle"], name


@pytest.mark.parametrize("name", [name for name in APIS if isinstance(APIS[name].curve, Curve)])
def test_a_curve_is_proven_with_three_sets_of_arguments(name: str) -> None:
    framework = name.partition(".")[0]
    assert len(set(CASES[framework].get(name, ()))) >= 3


def test_every_class_that_a_schedule_with_a_curve_becomes_has_one() -> None:
    missing = []
    for label in table_labels():
        tables = load_labelled(label)
        for row in tables.rows():
            if tables.source_apis[row.api].curve is None:
                continue
            warmup = row.combine.warmup if row.combine else None
            written = [*row.cases, *([warmup.case] if warmup else [])]
            missing += [case.to for case in written if case.to and case.to not in APIS]
    assert not missing


def combined(text: str, rate: float) -> Rates | None:
    """Return the rates of a scheduler made of others."""
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call)
    assert isinstance(call.args[0], ast.List)
    parts = [_part(node, rate) for node in call.args[0].elts]
    whole = APIS[f"torch.optim.lr_scheduler.{ast.unparse(call.func)}"].curve
    assert isinstance(whole, CombinedCurve)
    if whole.role == "sequence":
        return in_sequence(parts, _value(call.args[1]))
    return in_product(parts, rate)


def _part(node: ast.expr, rate: float) -> Rates:
    assert isinstance(node, ast.Call)
    arguments = ", ".join(ast.unparse(keyword) for keyword in node.keywords)
    return bound(f"torch.optim.lr_scheduler.{ast.unparse(node.func)}", arguments, rate)


def _with_optimizer(text: str) -> str:
    """Return the call with an optimizer for the whole and each of its parts."""
    for name in CASES["torch"]:
        short = name.rpartition(".")[2]
        text = text.replace(f"[{short}(", f"[{name}(optimizer, ").replace(
            f", {short}(", f", {name}(optimizer, "
        )
    text = text.replace("SequentialLR(", "torch.optim.lr_scheduler.SequentialLR(optimizer, ", 1)
    return text.replace("ChainedScheduler(", "torch.optim.lr_scheduler.ChainedScheduler(", 1)


def test_schedulers_made_of_others_have_the_rates_that_their_parts_make(workers: WorkerPair) -> None:
    rates = [BASE_RATES[number % len(BASE_RATES)] for number in range(len(COMBINED))]
    parts = [
        _OF_TORCH.format(rate=rate, call=_with_optimizer(text))
        for text, rate in zip(COMBINED, rates, strict=True)
    ]
    theirs = run_all(workers.torch, "import torch", parts)
    differences = {}
    for text, rate, observed in zip(COMBINED, rates, theirs, strict=True):
        whole = combined(text, rate)
        ours = sample(whole, range(STEPS + 1)) if whole is not None else None
        differences[text] = difference(ours, observed, "torch")
    assert not {text: value for text, value in differences.items() if not value <= TOLERANCE["torch"]}


@pytest.mark.parametrize("text", UNCERTAIN)
def test_no_curve_is_claimed_where_a_part_goes_on_from_what_it_finds(text: str) -> None:
    assert combined(text, 0.1) is None
