"""The shape of a scheduler's subclass: what has it, and what only looks like it."""

from __future__ import annotations

import pytest

from optconv.converter import Options

from .helpers import output, said

HEAD = "from torch.optim.lr_scheduler import LRScheduler\n"
RATES = "    def get_lr(self):\n        return [r / 2 for r in self.base_lrs]\n"

REWRITTEN = {
    "without a constructor": (f"class S(LRScheduler):\n{RATES}", "return self.base_lr / 2"),
    "a rate divided by": ("class S(LRScheduler):\n    def get_lr(self):\n        return [2 / r for r in self.base_lrs]\n", "return 2 / self.base_lr"),
    "a rate behind": ("class S(LRScheduler):\n    def get_lr(self):\n        return [2 * r for r in self.base_lrs]\n", "return 2 * self.base_lr"),
    "a rate that is not used": ("class S(LRScheduler):\n    def get_lr(self):\n        return [2.0 for _ in self.base_lrs]\n", "return 2.0"),
    "parentheses": ("class S(LRScheduler):\n    def get_lr(self):\n        return [(r + 1) for r in self.base_lrs]\n", "return (self.base_lr + 1)"),
    "the first rate of the groups": ("class S(LRScheduler):\n    def get_lr(self):\n        return [g['initial_lr'] for g in self.optimizer.param_groups]\n", "return self.base_lr"),
    "a docstring and pass": (f"class S(LRScheduler):\n    'a schedule'\n    pass\n{RATES}", "return self.base_lr / 2"),
    "a generator inside": (f"class S(LRScheduler):\n    def xs(self):\n        yield 1\n{RATES}", "return self.base_lr / 2"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "written"), REWRITTEN.values(), ids=REWRITTEN)
def test_a_class_of_the_shape(text: str, written: str) -> None:
    converted = output(HEAD + text)
    assert written in converted
    assert "torch" not in converted


INIT = "class S(LRScheduler):\n    def __init__(self, {0}):\n        super().__init__({1})\n" + RATES

LEFT = {
    "no method that gives rates": "class S(LRScheduler):\n    def f(self):\n        pass\n",
    "a method without self": f"class S(LRScheduler):\n    def f():\n        pass\n{RATES}",
    "a static method": f"class S(LRScheduler):\n    @staticmethod\n    def f(x):\n        pass\n{RATES}",
    "two bases": f"class S(LRScheduler, object):\n{RATES}",
    "rates that are yielded": "class S(LRScheduler):\n    def get_lr(self):\n        yield self.base_lrs\n",
    "rates with a parameter": "class S(LRScheduler):\n    def get_lr(self, x):\n        return self.base_lrs\n",
    "nothing is returned": "class S(LRScheduler):\n    def get_lr(self):\n        return\n",
    "no return": "class S(LRScheduler):\n    def get_lr(self):\n        pass\n",
    "pairs": "class S(LRScheduler):\n    def get_lr(self):\n        return [a for a, b in self.base_lrs]\n",
    "another list": "class S(LRScheduler):\n    def get_lr(self):\n        return [r for r in self.mine]\n",
    "the groups of another object": "class S(LRScheduler):\n    def get_lr(self):\n        return [g['lr'] for g in x.optimizer.param_groups]\n",
    "another key of a group": "class S(LRScheduler):\n    def get_lr(self):\n        return [g['eps'] for g in self.optimizer.param_groups]\n",
    "a whole group": "class S(LRScheduler):\n    def get_lr(self):\n        return [f(g) for g in self.optimizer.param_groups]\n",
    "another first parameter": INIT.format("opt, n", "opt"),
    "an optimizer with a default": INIT.format("optimizer=None", "optimizer"),
    "any arguments": INIT.format("optimizer, *args", "optimizer"),
    "any keywords": INIT.format("optimizer, **kwargs", "optimizer, **kwargs"),
    "a parameter of the target's name": INIT.format("optimizer, learning_rate", "optimizer"),
    "too many arguments": INIT.format("optimizer", "optimizer, 1, 2, 3"),
    "an optimizer that is looked up": INIT.format("optimizer, i", "optimizer[i]"),
    "a dunder": f"class S(LRScheduler):\n    def __repr__(self):\n        return ''\n{RATES}",
    "a class with a metaclass": f"class S(LRScheduler, metaclass=M):\n{RATES}",
    "a second super": f"class S(LRScheduler):\n    def __init__(self, optimizer):\n        super().__init__(optimizer)\n        super().step()\n{RATES}",
}  # fmt: skip


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT)
def test_what_only_looks_like_it(text: str) -> None:
    assert output(HEAD + text) == HEAD + text
    assert "OC306" in " ".join(said(HEAD + text))


BUILT = f"import torch\n{HEAD}class S(LRScheduler):\n    def __init__(self, optimizer, n=1):\n        self.n = n\n        super().__init__(optimizer)\n{RATES}o = torch.optim.SGD(m.parameters(), lr=0.1)\n"

LEFT_BY_USE = {
    "it is called with too much": "s = S(o, 1, 2, 3)",
    "it is called with what cannot be seen": "s = S(*a)",
    "it is called without an optimizer": "s = S()",
    "there is no place for a statement": "f = lambda: S(o)",
    "it is handed on": "register(S)",
    "it has a subclass": "class T(S):\n    pass",
    "its name is bound again": "if x:\n    S = None\ns = S(o)",
}  # fmt: skip


@pytest.mark.parametrize("use", LEFT_BY_USE.values(), ids=LEFT_BY_USE)
def test_a_class_stays_where_its_use_must(use: str) -> None:
    assert "class S(LRScheduler):\n    def __init__(self, optimizer" in output_marked(f"{BUILT}{use}\n")
    assert "OC306" in " ".join(said(f"{BUILT}{use}\n"))


def output_marked(text: str) -> str:
    """Return the output with marks, by which a second run knows what was declined."""
    return output(text, Options())


def test_a_class_is_rewritten_where_only_its_name_is_asked_for() -> None:
    text = f"{BUILT}s = S(o, 3)\nx = isinstance(s, S)\ndef f(s: S): pass\n"
    converted = output(text)
    assert "s = S(0.1, 3)" in converted
    assert "torch" not in converted


def test_an_argument_by_keyword_stays_one() -> None:
    assert "s = S(n=3, learning_rate=0.1)" in output(f"{BUILT}s = S(n=3, optimizer=o)\n")
