"""Schedulers for a target in which they take the optimizer, and call functions of the epoch with a tensor."""

from __future__ import annotations

import pytest

from optconv.converter import Options, Severity, convert_source
from optconv.mappings import load_tables

HEAD = """\
import torch
from torch.optim.lr_scheduler import *
optimizer = torch.optim.SGD(params, lr=0.1)
"""
BARE = Options(annotate=False)


def converted(text: str, head: str = HEAD) -> str:
    """Return what becomes of some lines behind the construction of an optimizer."""
    source = convert_source(f"{head}{text}\n".encode(), load_tables("mindspore"), BARE).source.decode()
    return source.replace("mindspore.experimental.optim.lr_scheduler.", "")


def said(text: str, head: str = HEAD) -> list[str]:
    """Return the codes of everything that is said of some lines."""
    conversion = convert_source(f"{head}{text}\n".encode(), load_tables("mindspore"), BARE)
    return [
        diagnostic.code for diagnostic in conversion.diagnostics if diagnostic.severity is not Severity.INFO
    ]


FUNCTIONS = {
    "a lambda reads the integer": ("lambda e: 0.9 ** e", "lambda e: 0.9 ** int(e)"),
    "a lambda that does not read the epoch": ("lambda e: 0.9", "lambda e: 0.9"),
    "one that takes the integer itself": ("lambda e: rates[int(e)]", "lambda e: rates[int(e)]"),
    "a default stays": ("lambda e, k=2: k * e", "lambda e, k=2: k * int(e)"),
    "a generator inside is gone through at once": (
        "lambda e: sum(e >= m for m in (3, 9))",
        "lambda e: sum(int(e) >= m for m in (3, 9))",
    ),
    "a lambda inside may be called later": (
        "lambda e: later(lambda: e)",
        "lambda epoch: (lambda e: later(lambda: e))(int(epoch))",
    ),
    "the name is bound again inside": (
        "lambda e: [e for e in (1, 2)][e]",
        "lambda epoch: (lambda e: [e for e in (1, 2)][e])(int(epoch))",
    ),
    "an f-string": ("lambda e: t[f'{e}']", "lambda epoch: (lambda e: t[f'{e}'])(int(epoch))"),
    "no parameter of its own": ("lambda *e: 1", "lambda epoch: (lambda *e: 1)(int(epoch))"),
    "a list": ("[lambda e: e, lambda e: 1 / (1 + e)]", "[lambda e: int(e), lambda e: 1 / (1 + int(e))]"),
    "a comprehension of lambdas": (
        "[lambda e, k=k: k * e for k in ks]",
        "[lambda e, k=k: k * int(e) for k in ks]",
    ),
    "a name that may be bound again": ("rule", "lambda epoch, function=rule: function(int(epoch))"),
    "an attribute": ("self.rule", "lambda epoch, function=self.rule: function(int(epoch))"),
    "a list that cannot be seen": (
        "list(rules)",
        "[lambda epoch, function=function: function(int(epoch)) for function in list(rules)]",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "written"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_function_of_the_epoch(given: str, written: str) -> None:
    assert f"LambdaLR(optimizer, {written})\n" in converted(f"s = LambdaLR(optimizer, {given})")


def test_a_function_that_is_defined_once_is_called_by_its_name() -> None:
    text = converted("def rule(e):\n    return e\ns = LambdaLR(optimizer, rule)")
    assert "LambdaLR(optimizer, lambda epoch: rule(int(epoch)))" in text


def test_a_function_that_a_loop_defines_is_bound() -> None:
    loop = "for k in range(3):\n    def rule(e):\n        return e\n    s = LambdaLR(optimizer, rule)"
    assert "lambda epoch, function=rule: function(int(epoch))" in converted(loop)


def test_lines_and_comments_of_a_list_stay() -> None:
    text = "s = LambdaLR(optimizer, [\n    lambda e: e,  # one\n    lambda e: 2 * e,  # two\n])"
    written = "LambdaLR(optimizer, [\n    lambda e: int(e),  # one\n    lambda e: 2 * int(e),  # two\n])"
    assert written in converted(text)


COSINE = "s = CosineAnnealingLR(optimizer, 9, eta_min=0.01)"
CURVE = "(0.01 + ({0} - 0.01) * (1 + math.cos(math.pi * int(epoch) / 9)) / 2) / {0}"


def test_a_rate_that_is_a_number_is_written() -> None:
    head = HEAD.replace("params", "model.parameters()")
    assert "lambda epoch: (0.01 + 0.09 * (1 + math.cos(math.pi * int(epoch) / 9)) / 2) / 0.1" in converted(
        COSINE, head
    )


@pytest.mark.parametrize(
    "optimizer",
    [
        "torch.optim.SGD(params, lr=args.lr)",
        "torch.optim.SGD([{'params': a}, {'params': b, 'lr': 0.2}], lr=0.1)",
    ],
    ids=["no number", "groups of their own"],
)
def test_a_rate_that_each_group_has_its_own_of_is_read_from_the_groups(optimizer: str) -> None:
    text = converted(
        COSINE, f"import torch\nfrom torch.optim.lr_scheduler import *\noptimizer = {optimizer}\n"
    )
    default = 'lambda epoch, base_lr=float(group["lr"]): '
    assert f"[{default}{CURVE.format('base_lr')} for group in optimizer.param_groups]" in text


def test_what_cannot_be_computed_for_each_group_is_declined() -> None:
    head = (
        "import torch\nfrom torch.optim.lr_scheduler import *\noptimizer = torch.optim.SGD(params, lr=lr)\n"
    )
    assert said("s = CosineAnnealingLR(optimizer, read(), eta_min=0.01)", head) == ["OC306"]
    assert said("s = CosineAnnealingLR(optimizer, group, eta_min=0.01)", head) == ["OC306"]


def test_a_rate_that_something_else_changes_stays_with_the_class_that_goes_on_from_it() -> None:
    other = f"{COSINE}\nt = StepLR(optimizer, 3)"
    assert "s = CosineAnnealingLR(optimizer, 9, eta_min=0.01)" in converted(other)
    assert "s = CosineAnnealingLR(optimizer, 9, eta_min=0.01)" in converted(
        f"{COSINE}\nfor g in optimizer.param_groups:\n    g['lr'] = 1.0"
    )


def test_any_entry_of_the_rates_is_taken() -> None:
    text = converted(
        "s = StepLR(optimizer, 3)\na = s.get_last_lr()[-1]\nb = s.get_last_lr()[i]\nc = s.get_last_lr()"
    )
    assert "a = s.get_last_lr()[-1].item()" in text
    assert "b = s.get_last_lr()[i].item()" in text
    assert "c = [rate.item() for rate in s.get_last_lr()]" in text


CLASS = """\
class Warm(LRScheduler):
    def __init__(self, optimizer, n, last_epoch=-1):
        self.n = n
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        return [rate * self.last_epoch / self.n for rate in self.base_lrs]

"""


def test_a_subclass_stays_but_for_its_base() -> None:
    text = converted(f"{CLASS}s = Warm(optimizer, n=5)")
    assert "class Warm(LRScheduler):" in text
    assert "rate * int(self.last_epoch) / self.n" in text
    assert "s = Warm(optimizer, n=5)" in text
    assert said(f"{CLASS}s = Warm(optimizer, n=5)") == []
    assert said(f"{CLASS}s = Warm(optimizer, 5, last_epoch=3)") == ["OC201"]


OTHERS = {
    "another method of the base": "    def step(self):\n        pass\n",
    "a special method": "    def __len__(self):\n        return 1\n",
    "a private attribute of the base": "    def f(self):\n        return self._step_count\n",
    "the method of the base": "    def f(self):\n        return super().get_last_lr()\n",
    "an attribute of the base is written": "    def f(self):\n        self.last_epoch = 3\n",
    "a name that the base class uses": "    def groups_num(self):\n        return 1\n",
}


@pytest.mark.parametrize("method", OTHERS.values(), ids=OTHERS)
def test_a_subclass_that_cannot_stay(method: str) -> None:
    assert "OC306" in said(CLASS + method)


def test_a_subclass_without_rates_cannot_stay() -> None:
    assert said("class Empty(LRScheduler):\n    def f(self):\n        pass\n") == ["OC306"]


EITHER = "s = CosineAnnealingLR(optimizer, 9, 0.01) if x else StepLR(optimizer, 3)\ns.step({0})"


def test_a_step_of_one_of_several_classes_is_the_same_for_all_of_them() -> None:
    assert said(EITHER.format("")) == []
    assert said(EITHER.format("epoch")) == ["OC204"]


def test_a_fraction_of_an_epoch_is_warned_of() -> None:
    loop = "s = LambdaLR(optimizer, lambda e: 0.9 ** e)\nfor i in range(9):\n    s.step({0})"
    assert said(loop.format("i")) == []
    assert said(loop.format("i / 2")) == ["OC202"]
    assert said(loop.format("0.5")) == ["OC201"]
