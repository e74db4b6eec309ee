"""From source text to both learning-rate curves of its schedules, for each target."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from textwrap import dedent

import pytest

from optconv.converter import Conversion, Options, convert_content, convert_source
from optconv.converter.schedule import Schedule, WrittenSchedule
from optconv.converter.schedule_curves import Curves, curves_of
from optconv.mappings import Tables, load_labelled, table_labels
from optconv.parity.case_text import expand_case

IMPORTS = "import math\nimport torch\nfrom torch.optim.lr_scheduler import *\n"
OPTIMIZER = "optimizer = torch.optim.SGD(params, lr={rate})\n"
HEAD = IMPORTS + OPTIMIZER
LOOP = """
for epoch in range(epochs):
    for x, y in loader:
        optimizer.zero_grad()
        loss = loss_function(model(x), y)
        loss.backward()
        optimizer.step()
    scheduler.step()
"""
each_target = pytest.mark.parametrize("label", table_labels())


@cache
def tables(label: str) -> Tables:
    return load_labelled(label)


def converted(text: str, label: str) -> Conversion:
    conversion = convert_source(text.encode(), tables(label), Options(annotate=False))
    assert not conversion.failed, conversion.diagnostics
    return conversion


def only_schedule(text: str, label: str) -> Schedule:
    (schedule,) = converted(text, label).schedules
    return schedule


def curves(scheduler: str, label: str = "paddle", rate: str = "0.1", before: str = "") -> Curves | None:
    """Return the curves of a scheduler in a training script."""
    optimizer = OPTIMIZER.format(rate=rate)
    text = f"{IMPORTS}{dedent(before)}{optimizer}scheduler = {scheduler}\n{LOOP}"
    return curves_of(only_schedule(text, label), tables(label))


def known_curves(scheduler: str, label: str = "paddle", rate: str = "0.1", before: str = "") -> Curves:
    found = curves(scheduler, label, rate, before)
    assert found is not None
    return found


@each_target
def test_an_exact_schedule_has_the_same_curve_on_both_sides(label: str) -> None:
    found = known_curves("StepLR(optimizer, 7, 0.5)", label)
    assert found.epochs == tuple(range(36))
    assert found.before[:15] == (*[0.1] * 7, *[0.05] * 7, 0.025)
    assert found.after is not None
    assert found.after[:15] == (*[0.1] * 7, *[0.05] * 7, 0.025)
    assert found.same is True
    assert not found.relative


@each_target
@pytest.mark.parametrize(
    "scheduler",
    [
        "MultiStepLR(optimizer, [3, 9], gamma=0.2)",
        "ConstantLR(optimizer, 0.5, 4)",
        "LinearLR(optimizer, 0.1, 0.9, 12)",
        "ExponentialLR(optimizer, 0.9)",
        "PolynomialLR(optimizer, 20, 2.0)",
        "CosineAnnealingLR(optimizer, 20, eta_min=0.01)",
        "CosineAnnealingWarmRestarts(optimizer, 3, 2, eta_min=0.01)",
        "CyclicLR(optimizer, 0.01, 0.2, 5, 7, 'triangular2', cycle_momentum=False)",
        "OneCycleLR(optimizer, 0.5, epochs=3, steps_per_epoch=11, three_phase=True, cycle_momentum=False)",
        "LambdaLR(optimizer, lambda e: 1 / (1 + e))",
        "MultiplicativeLR(optimizer, lambda e: 0.9 if e % 2 else 1.01)",
        "torch.optim.swa_utils.SWALR(optimizer, 0.02, anneal_epochs=6)",
    ],
)
def test_what_is_written_has_the_rates_of_the_source(scheduler: str, label: str) -> None:
    found = known_curves(scheduler, label)
    assert found.same is True
    assert len(set(found.before)) > 1


@pytest.mark.parametrize("label", ["paddle", "mindspore"])
def test_a_difference_that_a_warning_speaks_of_shows(label: str) -> None:
    chained = "ChainedScheduler([CosineAnnealingLR(optimizer, 15), ExponentialLR(optimizer, 0.95)])"
    found = known_curves(chained, label)
    assert found.after is not None
    assert found.same is False
    assert found.after[:16] == pytest.approx(found.before[:16])
    # Behind the lowest point the source's cosine has forgotten what the other one made of the rate.
    assert found.before[30] > 1.5 * found.after[30] > 0


def test_a_milestone_with_a_fraction_shows() -> None:
    found = known_curves("MultiStepLR(optimizer, [5.5, 20])")
    assert found.after is not None
    assert (found.before[6], round(found.after[6], 12)) == (0.1, 0.01)


def test_a_wrong_argument_would_show() -> None:
    schedule = only_schedule(f"{HEAD.format(rate='0.1')}scheduler = StepLR(optimizer, 7, 0.5)\n", "paddle")
    assert schedule.written is not None
    for wrong in ({"gamma": "0.6"}, {"step_size": "8"}, {"learning_rate": "0.2"}):
        arguments = {**schedule.written.arguments, **wrong}
        other = replace(schedule, written=replace(schedule.written, arguments=arguments))
        found = curves_of(other, tables("paddle"))
        assert found is not None
        assert found.same is False


@each_target
def test_with_a_rate_that_cannot_be_read_a_curve_is_a_multiple_of_it(label: str) -> None:
    found = known_curves("StepLR(optimizer, 7, 0.5)", label, rate="args.lr")
    assert found.relative
    assert found.before[:15] == (*[1.0] * 7, *[0.5] * 7, 0.25)
    assert found.same is True


@each_target
def test_a_curve_that_is_no_multiple_of_an_unknown_rate_is_not_drawn(label: str) -> None:
    assert curves("CosineAnnealingLR(optimizer, 20, eta_min=0.01)", label, rate="args.lr") is None
    assert curves("torch.optim.swa_utils.SWALR(optimizer, 0.05)", label, rate="args.lr") is None


@each_target
def test_a_schedule_that_sets_the_rate_itself_needs_no_other(label: str) -> None:
    found = known_curves("OneCycleLR(optimizer, 0.5, 60, cycle_momentum=False)", label, rate="args.lr")
    assert not found.relative
    assert found.before[0] == pytest.approx(0.02)
    assert found.same is True


def test_arguments_over_the_unknown_rate_are_multiples_of_it() -> None:
    cyclic = "CyclicLR(optimizer, args.lr, args.lr * 10, 5, cycle_momentum=False)"
    found = known_curves(cyclic, rate="args.lr")
    assert found.relative
    assert found.before[:6] == pytest.approx((1.0, 2.8, 4.6, 6.4, 8.2, 10.0))
    assert found.same is True


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("args.lr = args.lr * 2\n", id="an attribute that is written to"),
        pytest.param("rate = 0.1\nrate = scaled(rate)\n", id="a variable with two values"),
    ],
)
def test_a_rate_that_may_have_changed_stands_for_nothing_else(before: str) -> None:
    rate = "rate" if "rate" in before.partition("=")[0] else "args.lr"
    assert (
        curves(f"CyclicLR(optimizer, {rate}, {rate} * 10, 5, cycle_momentum=False)", rate=rate, before=before)
        is None
    )
    assert known_curves("StepLR(optimizer, 7)", rate=rate, before=before).relative


LAMBDAS: Mapping[str, tuple[str, float]] = {  # with the factor at epoch 5
    "lambda e: 0.9 ** e": ("", 0.9**5),
    "lambda e: min(1.0, (e + 1) / 10)": ("", 0.6),
    "lambda e: {0: 1.0, 5: 0.5}.get(e, 0.1)": ("", 0.5),
    "lambda e: 0.5 if e in {5, 6} else 1.0": ("", 0.5),
    "lambda e: math.exp(-e)": ("", math.exp(-5)),
    "lambda e, k=decay: k ** e": ("decay = 0.8\n", 0.8**5),
    "lambda e: cos(e)": ("from math import cos\n", math.cos(5)),
    "lambda e: m.cos(m.pi * e)": ("import math as m\n", math.cos(5 * math.pi)),
    "rule": ("rule = lambda e: base ** e\nbase = 0.7\n", 0.7**5),
    "warmup": (
        """\
        LENGTH = 10
        def warmup(step: int, low: float = 0.1) -> float:
            "Goes up, and then down again."
            if step < LENGTH:
                return low + (1 - low) * step / LENGTH
            share = (step - LENGTH) / 90
            return 0.5 * (1 + math.cos(math.pi * share))
        """,
        0.55,
    ),
    "chosen": (
        """\
        def chosen(e):
            if e < 3:
                return 1.0
            elif e < 6:
                return 0.3
            else:
                return 0.1
        """,
        0.3,
    ),
}


@each_target
@pytest.mark.parametrize("function", LAMBDAS)
def test_a_function_of_the_epoch_is_evaluated(function: str, label: str) -> None:
    before, factor = LAMBDAS[function]
    found = known_curves(f"LambdaLR(optimizer, {function})", label, before=before)
    assert found.before[5] == pytest.approx(0.1 * factor)
    assert found.same is True


@pytest.mark.parametrize("label", ["paddle", "mindspore"])
def test_a_list_of_one_function_is_that_function(label: str) -> None:
    found = known_curves("LambdaLR(optimizer, [lambda e: 0.9 ** e])", label)
    assert found.before[2] == pytest.approx(0.081)
    assert found.same is True


@each_target
@pytest.mark.parametrize(
    ("function", "before"),
    [
        pytest.param("lambda e: schedule(e)", "from elsewhere import schedule\n", id="a function of another file"),
        pytest.param("lambda e: 0.9 ** e * args.k", "", id="an argument of the command line"),
        pytest.param("lambda e: open('rates').read()", "", id="what would do something"),
        pytest.param("lambda e: __import__('os').getpid()", "", id="an import"),
        pytest.param("lambda *e: 0.9 ** e[0]", "", id="arguments of any number"),
        pytest.param("lambda e: sum(1 for i in range(10 ** 9))", "", id="too much to compute"),
        pytest.param("lambda e: 10 ** 10 ** 10", "", id="a number that is too large"),
        pytest.param("lambda e: g ** e", "g = 0.9\ng = 0.8\n", id="a variable with two values"),
        pytest.param("lambda e: g ** e", "for g in rates: pass\n", id="a variable of a loop"),
        pytest.param("lambda e: cos(e)", "from numpy import cos\n", id="a function of another module"),
        pytest.param("lambda e: max(e, 1)", "def max(*a): return go(a)\n", id="a function with a name of Python's"),
        pytest.param("rule", "rule = lambda e: rule(e)\n", id="a function that calls itself"),
        pytest.param("rule", "@cached\ndef rule(e): return 0.9 ** e\n", id="a decorated function"),
        pytest.param("rule", "def rule(e):\n    print(e)\n    return 0.9 ** e\n", id="a function that does something"),
        pytest.param("rule", "def rule(e):\n    if e < 5:\n        e = 5\n    return 0.9 ** e\n", id="a branch without a return"),
        pytest.param("rule", "def rule(e):\n    share = e\n", id="a function without a return"),
        pytest.param("rule", "rule = rule_of(args)\n", id="a function that is made"),
    ],
)  # fmt: skip
def test_a_function_that_cannot_be_evaluated_has_no_curve(function: str, before: str, label: str) -> None:
    assert curves(f"LambdaLR(optimizer, {function})", label, before=before) is None


def test_where_a_function_raises_an_error_both_curves_end() -> None:
    found = known_curves("LambdaLR(optimizer, lambda e: 1 / (12 - e))")
    assert found.epochs == tuple(range(12))
    assert found.same is True


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("steps = [3, 6]\n", (0.1, 0.01), id="a list that nothing else reads"),
        pytest.param("steps = [3, 6]\nsteps.append(4)\n", None, id="a list that changes"),
        pytest.param("steps = args.steps\n", None, id="a list from elsewhere"),
        pytest.param("if big:\n    steps = [3]\nelse:\n    steps = [6]\n", None, id="one of two lists"),
    ],
)
def test_milestones_in_a_variable(before: str, after: tuple[float, float] | None) -> None:
    found = curves("MultiStepLR(optimizer, milestones=steps)", before=before)
    rates = None if found is None or found.after is None else found.after[2:4]
    assert rates == (None if after is None else pytest.approx(after))


def test_a_list_that_a_second_scheduler_is_given_too_stays_as_it_is() -> None:
    text = dedent("""\
        import torch
        from torch.optim.lr_scheduler import MultiStepLR
        steps = [3, 6]
        first = torch.optim.SGD(model.parameters(), lr=0.1)
        one = MultiStepLR(first, steps)
        second = torch.optim.SGD(other.parameters(), lr=0.1)
        two = MultiStepLR(second, milestones=steps)
    """)
    found = [curves_of(schedule, tables("paddle")) for schedule in converted(text, "paddle").schedules]
    assert [each is not None and each.same for each in found] == [True, True]


@pytest.mark.parametrize(("gamma", "rule"), [("0.9", "factor(gamma)"), ("lambda e: factor(e)", "gamma(e)")])
def test_two_variables_of_one_name_are_not_taken_for_one(gamma: str, rule: str) -> None:
    text = dedent(f"""\
        import torch
        gamma = 0.5
        def build(model):
            gamma = {gamma}
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: {rule})
        factor = lambda e: gamma
    """)
    assert curves_of(only_schedule(text, "paddle"), tables("paddle")) is None


@each_target
def test_values_in_variables_are_followed(label: str) -> None:
    before = "RATE = 1e-2\nLENGTH = 4\n"
    found = known_curves("StepLR(optimizer, LENGTH * 2, gamma=RATE)", label, "RATE * 10", before)
    assert not found.relative
    assert found.before[7:9] == pytest.approx((0.1, 0.001))
    assert found.same is True


def test_a_scheduler_that_is_set_afterwards_starts_from_the_rate_of_the_optimizer() -> None:
    text = f"{HEAD.format(rate='0.1')}prepare(optimizer)\nscheduler = ExponentialLR(optimizer, 0.9)\n"
    schedule = only_schedule(text, "paddle")
    assert schedule.written is not None
    assert schedule.written.arguments["learning_rate"] == "optimizer.get_lr()"
    found = curves_of(schedule, tables("paddle"))
    assert found is not None
    assert found.same is True


@pytest.mark.parametrize("label", ["paddle", "mindspore"])
@pytest.mark.parametrize("rate", ["0.1", "args.lr"])
@pytest.mark.parametrize(
    "parts",
    [
        "scheduler = SequentialLR(optimizer, [LinearLR(optimizer, 0.1, total_iters=5), CosineAnnealingLR(optimizer, 30)], [5])",
        "a = LinearLR(optimizer, 0.1, total_iters=5)\nb = CosineAnnealingLR(optimizer, 30)\nscheduler = SequentialLR(optimizer, [a, b], [5])",
        "a = ConstantLR(optimizer, 0.2, 9)\nb = PolynomialLR(optimizer, 30)\nscheduler = SequentialLR(optimizer, [a, b], [9])",
        "scheduler = ChainedScheduler([LinearLR(optimizer), StepLR(optimizer, 9)])",
    ],
)
def test_schedulers_made_of_others_are_one_schedule(parts: str, rate: str, label: str) -> None:
    schedule = only_schedule(f"{HEAD.format(rate=rate)}{parts}\n{LOOP}", label)
    assert schedule.source is not None
    assert len(schedule.source.parts) == 2
    found = curves_of(schedule, tables(label))
    assert found is not None
    assert found.same is True
    assert found.relative is (rate != "0.1")


def test_a_part_over_the_rate_of_each_group() -> None:
    parts = "warm = ConstantLR(optimizer, 0.5, 10)\ncold = CosineAnnealingLR(optimizer, 30, 0.01)\n"
    text = f"{HEAD.format(rate='0.1')}{parts}scheduler = SequentialLR(optimizer, [warm, cold], [10])\n"
    schedule = only_schedule(text, "mindspore")
    assert schedule.functions.keys() == {"warm", "cold"}
    found = curves_of(schedule, tables("mindspore"))
    assert found is not None
    assert found.same is True
    assert found.before[40] == pytest.approx(0.01)


@pytest.mark.parametrize(
    "sequence",
    [
        pytest.param("[LinearLR(optimizer), MultiplicativeLR(optimizer, lambda e: 0.9)], [5]", id="a part that goes on from what it finds"),
        pytest.param("[LinearLR(optimizer), StepLR(optimizer, args.step)], [5]", id="a part with an unknown argument"),
        pytest.param("[LinearLR(optimizer), StepLR(optimizer, 3)], [args.warmup]", id="an unknown milestone"),
        pytest.param("parts, [5]", id="parts that cannot be seen"),
    ],
)  # fmt: skip
def test_a_sequence_without_a_curve(sequence: str) -> None:
    assert curves(f"SequentialLR(optimizer, {sequence})") is None


def test_what_is_declined_has_the_curve_of_the_source_alone() -> None:
    text = HEAD.format(rate="0.1").replace("SGD", "Adafactor") + "scheduler = StepLR(optimizer, 3)\n"
    schedule = only_schedule(text, "paddle")
    assert schedule.written is None
    found = curves_of(schedule, tables("paddle"))
    assert found is not None
    assert found.before[2:4] == pytest.approx((0.1, 0.01))
    assert (found.after, found.same) == (None, None)


def test_a_sequence_that_a_target_cannot_write_has_the_curve_of_the_source_alone() -> None:
    sequence = "SequentialLR(optimizer, [LinearLR(optimizer, 0.1), ExponentialLR(optimizer, 0.9)], [5])"
    found = known_curves(sequence, "mindspore/nn")
    assert found.before[5:7] == pytest.approx((0.1, 0.09))
    assert found.after is None


@pytest.mark.parametrize(
    "scheduler",
    [
        pytest.param("ReduceLROnPlateau(optimizer)", id="a schedule that depends on metrics"),
        pytest.param("StepLR(optimizer, 3, last_epoch=10)", id="a schedule that goes on"),
        pytest.param("StepLR(*arguments)", id="arguments that cannot be seen"),
        pytest.param("StepLR(optimizer, args.step)", id="an argument that cannot be read"),
        pytest.param("StepLR(optimizer, 'three')", id="an argument that is no number"),
        pytest.param("ChainedScheduler(parts)", id="parts that cannot be seen"),
        pytest.param("ExponentialLR(optimizer, 1 / 0)", id="an argument that has no value"),
        pytest.param("CyclicLR(optimizer, [0.1, 0.2], [1.0, 2.0], 5)", id="a rate for each group"),
        pytest.param("LambdaLR(optimizer, [lambda e: 1.0, lambda e: 0.5])", id="a function for each group"),
    ],
)
def test_a_schedule_without_a_curve(scheduler: str) -> None:
    assert curves(scheduler) is None


@pytest.mark.parametrize(
    "scheduler",
    [
        pytest.param("CyclicLR(optimizer, args.lr, 1 / (3 - args.lr), 5)", id="no value for another rate"),
        pytest.param("ExponentialLR(optimizer, 1e308)", id="an end that depends on the rate"),
    ],
)
def test_a_curve_that_would_be_another_one_for_another_rate_is_not_drawn(scheduler: str) -> None:
    assert curves(scheduler, rate="args.lr") is None


def test_where_what_is_written_has_no_curve_that_of_the_source_is_drawn_alone() -> None:
    schedule = only_schedule(f"{HEAD.format(rate='0.1')}scheduler = StepLR(optimizer, 7, 0.5)\n", "paddle")
    assert schedule.written is not None
    for api in ("paddle.optimizer.lr.NoamDecay", "paddle.optimizer.lr.Nothing"):
        found = curves_of(replace(schedule, written=replace(schedule.written, api=api)), tables("paddle"))
        assert found is not None
        assert found.after is None


@pytest.mark.parametrize(
    "listed", ["[0.1, 0.2]", "[rate for rate in rates]", "[1e308 * 10]", "['a'] * 9", "0.1"]
)
def test_a_list_of_rates_that_is_no_such_list(listed: str) -> None:
    schedule = only_schedule(f"{HEAD.format(rate='0.1')}scheduler = StepLR(optimizer, 7, 0.5)\n", "paddle")
    found = curves_of(replace(schedule, written=WrittenSchedule("", {"": listed})), tables("paddle"))
    assert found is not None
    assert found.after == ((0.1, 0.2) if listed == "[0.1, 0.2]" else None)


def test_two_schedulers_of_one_optimizer_have_no_curve_of_their_own() -> None:
    text = f"{HEAD.format(rate='0.1')}a = LinearLR(optimizer)\nb = ExponentialLR(optimizer, 0.9)\n"
    for label in ("paddle", "mindspore"):
        found = converted(text, label).schedules
        assert [schedule.shared for schedule in found] == [True, True]
        assert [curves_of(schedule, tables(label)) for schedule in found] == [None, None]


def test_an_optimizer_that_can_be_one_of_two_has_a_rate_when_both_have_it() -> None:
    text = dedent("""\
        import torch
        optimizer = torch.optim.SGD(p, lr={}) if plain else torch.optim.Adam(p, lr=0.1)
        scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 3)
    """)
    known = curves_of(only_schedule(text.format("0.1"), "mindspore"), tables("mindspore"))
    unknown = curves_of(only_schedule(text.format("0.2"), "mindspore"), tables("mindspore"))
    assert known is not None
    assert unknown is not None
    assert (known.relative, unknown.relative) == (False, True)


@pytest.mark.parametrize(
    ("optimizer", "relative"),
    [
        ("torch.optim.SGD(model.parameters())", False),
        ("torch.optim.SGD([{'params': a, 'lr': 0.1}, {'params': b, 'lr': 0.2}])", True),
        ("torch.optim.SGD([{'params': a, 'lr': 0.1}, {'params': b}], lr=0.3)", False),
        ("torch.optim.SGD(*given)", True),
        ("elsewhere.optimizer", True),
    ],
)
def test_where_the_rate_of_an_optimizer_comes_from(optimizer: str, relative: bool) -> None:
    text = (
        f"import torch\noptimizer = {optimizer}\nscheduler = torch.optim.lr_scheduler.StepLR(optimizer, 3)\n"
    )
    found = curves_of(only_schedule(text, "mindspore"), tables("mindspore"))
    assert found is not None
    assert found.relative is relative


def test_a_list_of_rates_is_what_python_makes_of_it() -> None:
    text = dedent("""\
        import math
        import torch
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        scheduler = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 3, 2)
        for epoch in range(20):
            for batch in range(4):
                optimizer.zero_grad()
                loss = loss_function(model(batch))
                loss.backward()
                optimizer.step()
            scheduler.step()
    """)
    schedule = only_schedule(text, "mindspore/nn")
    assert schedule.written is not None
    found = curves_of(schedule, tables("mindspore/nn"))
    assert found is not None
    assert found.after is not None
    assert len(found.after) == 20  # as many as the run has steps
    listed = eval(schedule.written.arguments[""], {"math": math})  # noqa: S307
    assert list(found.after) == pytest.approx(listed[::4])
    assert found.same is True


def test_a_list_in_which_each_rate_stands_several_times() -> None:
    text = dedent("""\
        import torch
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        scheduler = torch.optim.lr_scheduler.MultiplicativeLR(optimizer, lambda e: 0.9)
        for epoch in range(6):
            for batch in range(4):
                optimizer.zero_grad()
                loss = loss_function(model(batch))
                loss.backward()
                optimizer.step()
            scheduler.step()
    """)
    found = curves_of(only_schedule(text, "mindspore/nn"), tables("mindspore/nn"))
    assert found is not None
    assert found.after == pytest.approx([0.1 * 0.9**epoch for epoch in range(6)])
    assert found.same is True


@each_target
def test_a_long_schedule_is_sampled(label: str) -> None:
    begin = time.perf_counter()
    found = known_curves("OneCycleLR(optimizer, 0.5, 1_000_000, cycle_momentum=False)", label)
    assert len(found.epochs) == 401
    assert found.epochs[-1] == 999_999
    assert found.before[-1] == pytest.approx(0.5 / 25 / 1e4)
    assert found.same is True
    assert time.perf_counter() - begin < 20


def test_a_function_is_drawn_as_far_as_its_numbers_reach() -> None:
    before = "TOTAL = 5_000\n"
    found = known_curves("LambdaLR(optimizer, lambda e: max(0, 1 - e / TOTAL))", before=before)
    assert found.epochs[-1] == 6_500
    assert known_curves("LambdaLR(optimizer, lambda e: 0.9 ** e)").epochs[-1] == 100


def test_a_class_of_the_file_is_no_schedule() -> None:
    text = dedent("""\
        import torch
        class Halved(torch.optim.lr_scheduler.LRScheduler):
            def __init__(self, optimizer):
                super().__init__(optimizer)
            def get_lr(self):
                return [base * 0.5 ** self.last_epoch for base in self.base_lrs]
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        scheduler = Halved(optimizer)
    """)
    assert converted(text, "mindspore").schedules == ()


def test_a_schedule_has_its_place() -> None:
    schedule = only_schedule(f"{HEAD.format(rate='0.1')}scheduler = StepLR(optimizer, 7)\n", "paddle")
    assert schedule.api == "torch.optim.lr_scheduler.StepLR"
    assert (schedule.start.line, schedule.start.column, schedule.start.cell) == (5, 13, None)


def test_a_schedule_in_a_notebook_has_the_place_in_its_cell() -> None:
    sources = [HEAD.format(rate="0.1"), "x = 1\nscheduler = StepLR(optimizer, 7)\n"]
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "source": text, "metadata": {}, "outputs": [], "execution_count": None}
        for text in sources
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    conversion = convert_content("a.ipynb", json.dumps(notebook).encode(), tables("paddle"), Options())
    (schedule,) = conversion.schedules
    assert (schedule.start.cell, schedule.start.line, schedule.start.column) == (2, 2, 13)
    found = curves_of(schedule, tables("paddle"))
    assert found is not None
    assert found.same is True


@each_target
def test_what_is_measured_as_exact_has_the_same_curve(label: str) -> None:
    """Each parity case of each row: where both curves can be computed, they agree."""
    different, computed = [], 0
    for row in tables(label).rows():
        for case in row.parity:
            if case.expected != "exact" or "lr_scheduler" not in case.code:
                continue
            text = expand_case(case.code, case.step_argument)
            for schedule in converted(text, label).schedules:
                found = curves_of(schedule, tables(label))
                computed += found is not None and found.same is True
                if found is not None and found.same is False:
                    different.append(f"{row.api}: {case.code}")
    assert not different
    assert computed >= 50
