"""Measuring what a user's file builds: on the real frameworks, with right tables and with wrong ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

import optconv
from optconv.converter import Options, Outcome, convert_source
from optconv.converter.built_object import BuiltObject
from optconv.mappings import Tables, load_tables
from optconv.parity.run import WorkerPair
from optconv.parity.verify.measure import verify_conversion
from optconv.parity.verify.result import Verdict, Verification
from optconv.parity.verify.same_form import other_form
from optconv.parity.verify.script import literal
from optconv.parity.verify.span import MOST_STEPS, steps_to_see

MAPPINGS = Path(optconv.__path__[0]) / "mappings"
STEPS = 10
HEAD = "import torch\nfrom torch import optim\nfrom torch.optim import lr_scheduler\n"


def verify(
    text: str, tables: Tables, pairs: dict[str, WorkerPair], steps: int = STEPS, **given: str
) -> list[Verification]:
    source = (HEAD + dedent(text)).encode()
    options = Options(annotate=False, values=given)
    conversion = convert_source(source, tables, options)
    assert not conversion.failed, conversion.diagnostics
    return list(verify_conversion(conversion, tables, pairs[tables.target.name], steps, options))


@pytest.fixture(scope="module", params=["paddle", "mindspore", "mindspore nn"])
def tables(request: pytest.FixtureRequest) -> Tables:
    target, _, flavor = str(request.param).partition(" ")
    return load_tables(target, flavor=flavor or None)


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[str, str, str], Tables]:
    """Return a function that gives the tables of paddle with one text of one file in the place of another."""

    def change(name: str, right: str, wrong: str) -> Tables:
        shutil.copytree(MAPPINGS / "torch", tmp_path / "torch")
        shutil.copytree(MAPPINGS / "paddle", tmp_path / "paddle")
        file = tmp_path / "paddle" / name
        text = file.read_text(encoding="utf-8")
        assert right in text
        file.write_text(text.replace(right, wrong), encoding="utf-8")
        return load_tables("paddle", tmp_path)

    return change


def test_what_is_claimed_exact_is_measured_exact(tables: Tables, pairs: dict[str, WorkerPair]) -> None:
    (found,) = verify("o = optim.SGD(model.parameters(), lr=args.lr, momentum=0.9)", tables, pairs, lr="0.1")
    assert (found.built.outcome, found.verdict, found.closeness) == (Outcome.EXACT, Verdict.AS_SAID, "exact")
    assert found.worst is not None
    assert found.worst.share <= 2e-5
    assert len(found.deviations) == STEPS
    before, after = found.rates
    assert before == (0.1,) * STEPS
    assert after == pytest.approx(before, rel=1e-6)


def test_what_is_warned_of_is_measured_to_differ(pairs: dict[str, WorkerPair]) -> None:
    (found,) = verify("o = optim.RMSprop(net.parameters(), lr=0.01)", load_tables("paddle"), pairs)
    assert (found.built.outcome, found.verdict) == (Outcome.WARNED, Verdict.AS_SAID)
    assert found.built.codes == ("OC201",)
    assert found.closeness in ("close", "lossy")


def test_a_warning_that_does_not_come_true_is_said_to_be_one(pairs: dict[str, WorkerPair]) -> None:
    (found,) = verify("o = optim.SGD(p, 0.1, momentum=0.9, dampening=x)", load_tables("paddle"), pairs, x="0")
    assert (found.built.outcome, found.verdict) == (Outcome.WARNED, Verdict.SAME_WITH_VALUES)
    assert found.closeness == "exact"


def test_a_schedule_is_followed_to_its_end(tables: Tables, pairs: dict[str, WorkerPair]) -> None:
    text = """
        optimizer = optim.SGD(model.parameters(), lr=0.1)
        scheduler = lr_scheduler.MultiStepLR(optimizer, milestones=[20, 45], gamma=0.1)
        for epoch in range(60):
            optimizer.step()
            scheduler.step()
    """
    found = verify(text, tables, pairs)[1]
    assert found.verdict is Verdict.AS_SAID
    before, after = found.rates
    assert len(before) > 45
    assert (before[10], before[30], before[-1]) == pytest.approx((0.1, 0.01, 0.001))
    assert after[:-1] == pytest.approx(before[:-1], rel=1e-5)  # a list of rates ends with the last update


def test_groups_are_those_of_the_file(pairs: dict[str, WorkerPair]) -> None:
    text = """
        groups = [{"params": net.a.parameters(), "lr": args.lr * 0.1}, {"params": net.b.parameters(), "weight_decay": 0.0}]
        o = optim.AdamW(groups, lr=args.lr, weight_decay=0.1)
    """
    (found,) = verify(text, load_tables("paddle"), pairs, lr="0.01")
    assert found.verdict is Verdict.AS_SAID
    assert "{'params': params[0:2], 'lr': lr_" in found.original
    assert "{'params': params[2:4], 'weight_decay': 0.0}" in found.original
    assert found.rates[0][0] == pytest.approx(0.001)


SHAPES = {
    "a closure": "o = optim.LBFGS(p, lr=0.5)",
    "sparse gradients": "o = optim.SparseAdam(p, lr=0.01)",
    "a metric": "o = optim.SGD(p, lr=0.1)\ns = lr_scheduler.ReduceLROnPlateau(o, patience=2)",
    "schedulers in a sequence": "o = optim.SGD(p, lr=0.1)\ns = lr_scheduler.SequentialLR(o, ["
    "lr_scheduler.LinearLR(o, 0.1, total_iters=4), lr_scheduler.ExponentialLR(o, 0.9)], milestones=[4])",
    "more groups than parameters": "o = optim.SGD([{'params': a}, {'params': b}, {'params': c}, {'params': d}, "
    "{'params': e}], lr=0.1)",
    "a function": "o = optim.SGD(p, lr=0.1)\ns = lr_scheduler.LambdaLR(o, lambda e: 0.9 ** e)",
    "an optimizer from elsewhere": "def f(o):\n    return lr_scheduler.StepLR(o, 3)",
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_every_way_to_train_is_measured(text: str, pairs: dict[str, WorkerPair]) -> None:
    found = verify(text, load_tables("paddle"), pairs)
    assert [each.verdict.is_proof for each in found] == [True] * len(found), [each.reason for each in found]


def test_matrices_are_given_to_what_takes_nothing_else(pairs: dict[str, WorkerPair]) -> None:
    (found,) = verify("o = optim.Muon(p, lr=0.01)", load_tables("paddle"), pairs)
    assert found.verdict is not Verdict.REFUSED


def test_schedulers_that_act_together_are_measured_together(pairs: dict[str, WorkerPair]) -> None:
    text = """
        o = optim.SGD(p, lr=0.1)
        a = lr_scheduler.ExponentialLR(o, 0.9)
        b = lr_scheduler.StepLR(o, 5)
    """
    _, first, second = verify(text, load_tables("mindspore"), pairs)
    assert first.verdict.is_proof
    assert second.verdict.is_proof
    assert "scheduler_2.step()" in first.original
    assert first.rates[0][6] == pytest.approx(0.1 * 0.9**7 * 0.1)


def test_a_scheduler_is_not_blamed_for_its_optimizer(pairs: dict[str, WorkerPair]) -> None:
    text = """
        o = optim.Adam(net.parameters(), lr=args.lr)
        s = lr_scheduler.ExponentialLR(o, 0.9)
        for epoch in range(100):
            o.step()
            s.step()
    """
    optimizer, scheduler = verify(text, load_tables("mindspore", flavor="nn"), pairs, lr="0.01")
    assert (optimizer.built.outcome, optimizer.closeness) == (Outcome.WARNED, "lossy")
    assert (scheduler.built.outcome, scheduler.closeness) == (Outcome.EXACT, "exact")
    assert "torch.optim.SGD(params, lr=lr_1)" in scheduler.original


def test_numbers_that_are_rounding_in_torch_itself_are_no_defect(pairs: dict[str, WorkerPair]) -> None:
    text = "o = optim.RMSprop(p, alpha=0.462, weight_decay=0.01, centered=True)"
    (found,) = verify(text, load_tables("mindspore"), pairs, steps=40)
    assert found.closeness == "close"
    assert found.verdict is Verdict.SENSITIVE


# With tables that are wrong.


def test_a_difference_without_a_warning_is_a_defect(
    broken: Callable[[str, str, str], Tables], pairs: dict[str, WorkerPair]
) -> None:
    tables = broken("optimizers/Adam.yaml", "epsilon: eps", "epsilon: eps * 10000")
    (found,) = verify("o = optim.Adam(p, lr=0.01)", tables, pairs)
    assert found.verdict is Verdict.SILENT_DIFFERENCE
    assert found.verdict.is_defect
    assert found.worst is not None
    assert found.worst.share > 1e-3
    assert "epsilon=" in found.converted


def test_a_schedule_that_is_wrong_at_its_end_only_is_a_defect(
    broken: Callable[[str, str, str], Tables], pairs: dict[str, WorkerPair]
) -> None:
    tables = broken("schedulers/StepLR.yaml", "step_size: step_size", 'step_size: "min(step_size, 60)"')
    text = "o = optim.SGD(p, lr=0.1)\ns = lr_scheduler.StepLR(o, 80)"
    found = verify(text, tables, pairs)[1]
    assert found.verdict is Verdict.SILENT_DIFFERENCE
    assert found.worst is not None
    assert found.worst.step >= 59


def test_what_fails_in_the_target_without_a_warning_is_a_defect(
    broken: Callable[[str, str, str], Tables], pairs: dict[str, WorkerPair]
) -> None:
    tables = broken("optimizers/Adam.yaml", "epsilon: eps", "epsilon: eps - 1")
    (found,) = verify("o = optim.Adam(p, lr=0.01)", tables, pairs)
    assert found.verdict is Verdict.SILENT_FAILURE
    assert found.reason is not None
    assert found.reason.en.startswith("paddle: ValueError")


# What cannot be measured.

UNMEASURED = {
    "a value that is missing": ("o = optim.SGD(p, lr=args.lr)", Verdict.NOT_MEASURED, "--set args.lr=VALUE"),
    "a value of its optimizer": (
        "o = optim.SGD(p, lr=args.lr)\ns = lr_scheduler.StepLR(o, 3)",
        Verdict.NOT_MEASURED,
        "--set args.lr=VALUE",
    ),
    "what torch refuses": ("o = optim.SGD(p, lr=-1.0)", Verdict.REFUSED, "torch: ValueError"),
    "what is not converted": ("o = optim.SGD(p, 0.1, maximize=True)", Verdict.NOT_CONVERTED, ""),
    "arguments from elsewhere": ("o = optim.SGD(p, **options)", Verdict.NOT_CONVERTED, ""),
    "a function without a value": (
        "o = optim.SGD(p, 0.1)\ns = lr_scheduler.LambdaLR(o, lambda e: 1 / (5 - e))",
        Verdict.NOT_MEASURED,
        "has no value at step 5",
    ),
    "numbers without an end": ("o = optim.SGD(p, lr=1e20, weight_decay=1e20)", Verdict.DIVERGED, ""),
}


@pytest.mark.parametrize(("text", "verdict", "reason"), UNMEASURED.values(), ids=UNMEASURED)
def test_what_cannot_be_measured_is_said(
    text: str, verdict: Verdict, reason: str, pairs: dict[str, WorkerPair]
) -> None:
    found = verify(text, load_tables("paddle"), pairs)[-1]
    assert found.verdict is verdict
    assert not found.verdict.is_proof
    assert reason in (found.reason.en if found.reason is not None else "")


def test_a_class_of_the_file_is_not_built(pairs: dict[str, WorkerPair]) -> None:
    text = """
        class Warm(lr_scheduler.LRScheduler):
            def __init__(self, optimizer, n):
                self.n = n
                super().__init__(optimizer)
            def get_lr(self):
                return [base * min(1, (self.last_epoch + 1) / self.n) for base in self.base_lrs]
        o = optim.SGD(p, 0.1)
        s = Warm(o, 5)
    """
    found = verify(text, load_tables("mindspore"), pairs)[-1]
    assert found.built.api == "Warm"
    assert found.verdict is Verdict.NOT_MEASURED
    assert found.reason is not None
    assert found.reason.en == "it is a class of the file itself, and nothing of the file is run"


# The parts.


def built(text: str, tables: Tables, **given: str) -> list[BuiltObject]:
    return list(convert_source((HEAD + text).encode(), tables, Options(values=given)).built)


def test_only_what_is_written_as_in_the_file_counts() -> None:
    tables = load_tables("paddle")
    in_file = built("o = optim.SGD(p, lr=args.lr, momentum=args.m)", tables, lr="0.1", m="0.9")[0]
    same, another, plain = (
        built(f"o = optim.SGD(params, {arguments})", tables)[0]
        for arguments in ("lr=lr_1, momentum=momentum_2", "lr=lr_1, momentum=0.5", "lr=lr_1")
    )
    named = in_file.named_values
    assert other_form(in_file, same, in_file.used, named) == ""
    assert "momentum=0.5" in other_form(in_file, another, in_file.used, named)
    assert other_form(in_file, plain, in_file.used, named).startswith("paddle.optimizer.SGD(")


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        pytest.param("lr_scheduler.StepLR(o, 30)", 151, id="five steps of a staircase"),
        pytest.param("lr_scheduler.OneCycleLR(o, 0.1, epochs=5, steps_per_epoch=20)", 100, id="a product"),
        pytest.param("lr_scheduler.StepLR(o, 100000)", MOST_STEPS, id="no more than can be run"),
        pytest.param("lr_scheduler.CosineAnnealingLR(o, T_max=n)", 401, id="a value that is given"),
    ],
)
def test_a_schedule_is_seen_in_so_many_steps(text: str, steps: int) -> None:
    tables = load_tables("mindspore")
    scheduler = built(f"o = optim.SGD(p, lr=0.1)\ns = {text}", tables, n="200")[1]
    assert steps_to_see(scheduler, tables) == pytest.approx(steps, abs=1)


@pytest.mark.parametrize(
    "value", [0.1, -0.0, 1e-300, 7, True, None, "a'\n\"b", [1, (2.5,)], {"a": [1]}, float("inf")], ids=repr
)
def test_a_value_as_text_is_the_value(value: object) -> None:
    assert eval(literal(value), {"__builtins__": {"float": float}}) == value  # noqa: S307
