"""The work for a file grows in proportion to it: twice the statements take about twice the work.

Work is counted in calls of functions, not in seconds, so that a busy machine changes nothing.
"""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable

import pytest

from optconv.converter import Options, convert_source
from optconv.converter.project_text import ModuleText

from .campaign import tables_of

HEADER = "import torch\nfrom torch import nn, optim\nfrom torch.optim.lr_scheduler import StepLR\n"
_SMALL = 24
_MOST = 2.6  # times the work for twice the file; what is quadratic comes to 4


def _calls(source: str, label: str) -> int:
    """Return how many functions are called to convert a file."""
    profile = cProfile.Profile()
    profile.enable()
    convert_source(source.encode(), tables_of(label), Options())
    profile.disable()
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


def _each(template: str) -> Callable[[int], str]:
    return lambda number: HEADER + "".join(template.replace("#", str(i)) for i in range(number))


def _once(before: str, template: str, behind: str = "") -> Callable[[int], str]:
    return lambda n: HEADER + before + "".join(template.replace("#", str(i)) for i in range(n)) + behind


SGD = "optim.SGD(m.parameters(), lr=0.1)"
TRAINING = f"def f#(m):\n    o = {SGD}\n    for x in d:\n        o.zero_grad()\n        l = m(x)\n        l.backward()\n        o.step()\n"
SHAPES = {
    "optimizers": _each(f"o# = {SGD}\n"),
    "optimizers of one name": _each(f"o = {SGD}\no.zero_grad()\n"),
    "optimizers with schedulers": _each(f"o# = {SGD}\ns# = StepLR(o#, 3)\n"),
    "schedulers that stand apart": _each(f"o# = {SGD}\nf()\ns# = StepLR(o#, 3)\n"),
    "uses of one optimizer": _once(f"o = {SGD}\n", "o.zero_grad()\no.step()\n"),
    "uses in one loop": _once(f"o = {SGD}\nfor x in d:\n", "    o.zero_grad()\n    o.step()\n"),
    "functions that train": _each(TRAINING),
    "assignments of one name": _once("", "lr = #\n", f"o = {SGD}\n"),
    "names of one optimizer": _once(f"o0 = {SGD}\n", "o1 = o0\no0 = o1\n", "o0.step()\n"),
    "subclasses of subclasses": _once(
        f"class C_(A):\n    def __init__(self):\n        self.o = {SGD}\n",
        "class C#(C_):\n    def go(self):\n        self.o.step()\n",
    ),
    "branches": _once(f"if c:\n    o = {SGD}\n", f"elif c == #:\n    o = {SGD}\n", "o.step()\n"),
    "parameter groups": _once("o = optim.SGD([", "{'params': m#, 'lr': #}, ", "], lr=0.1)\n"),
    "imports": _each("import torch.optim as t#\no# = t#.SGD(m.parameters())\n"),
}


@pytest.mark.parametrize("label", ["paddle", "mindspore"])
@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_statements_are_about_twice_the_work(shape: str, label: str) -> None:
    write = SHAPES[shape]
    _calls(write(2), label)  # reads the tables
    small, large = (_calls(write(number), label) for number in (_SMALL, 2 * _SMALL))
    assert large < _MOST * small, (small, large)


@pytest.mark.parametrize("label", ["paddle", "mindspore"])
def test_optimizers_within_optimizers_are_written_once_each(label: str) -> None:
    def nested(depth: int) -> str:
        return f"{HEADER}x = {'optim.SGD(' * depth}p{')' * depth}\n"

    _calls(nested(1), label)
    assert _calls(nested(24), label) < 6 * _calls(nested(12), label)  # and not 4096 times


def test_a_list_of_imports_that_is_never_closed_is_read_at_once() -> None:
    text = b"from pkg import (\n" + b"    name,  # why it is imported\n" * 10_000
    assert not ModuleText(text).imported
