"""Which expressions hold an optimizer or a scheduler, seen by what becomes of ``zero_grad`` on them."""

from __future__ import annotations

import os
import subprocess
import sys
from textwrap import dedent

import pytest

from .helpers import output, said

_MADE = "torch.optim.SGD(m.parameters(), lr=0.1)"


def _source(text: str) -> str:
    return f"import torch\n{dedent(text).replace('SGD()', _MADE)}"


# In each source the object is marked by ``.zero_grad()``.
KNOWN = {
    "a variable": "o = SGD()\no.zero_grad()",
    "the construction itself": "SGD().zero_grad()",
    "a variable of an annotated assignment": "o: Any = SGD()\no.zero_grad()",
    "an element of a tuple": "o, x = SGD(), 1\no.zero_grad()",
    "an element of a nested tuple": "x, (y, o) = 1, (2, SGD())\no.zero_grad()",
    "one of two optimizers": "o = SGD() if x else torch.optim.Adam(p)\no.zero_grad()",
    "an optimizer or None": "o = None\nif x:\n    o = SGD()\no.zero_grad()",
    "an optimizer or else another": "o = SGD() or SGD()\no.zero_grad()",
    "a walrus": "(o := SGD()).zero_grad()",
    "a name behind a walrus": "if (o := SGD()):\n    o.zero_grad()",
    "another name": "a = SGD()\no = a\no.zero_grad()",
    "the result of a function": "def make():\n    return SGD()\no = make()\no.zero_grad()",
    "an element of the result of a function": "def make():\n    return 1, SGD()\nx, o = make()\no.zero_grad()",
    "the result of a function that returns in two places": "def make():\n    if x:\n        return SGD()\n    return torch.optim.Adam(p)\nmake().zero_grad()",
    "the result of a function with a function in it": "def make():\n    def f():\n        return 1\n    g = lambda: 2\n    return SGD()\nmake().zero_grad()",
    "an attribute of self": "class T:\n    def __init__(self):\n        self.o = SGD()\n    def f(self):\n        self.o.zero_grad()",
    "an attribute of self by another name": "class T:\n    def __init__(me):\n        me.o = SGD()\n    def f(you):\n        you.o.zero_grad()",
    "an attribute of self with a type": "class T:\n    def __init__(self):\n        self.o: Any = SGD()\n    def f(self):\n        self.o.zero_grad()",
    "an attribute of self that is None at first": "class T:\n    def __init__(self):\n        self.o = None\n    def g(self):\n        self.o = SGD()\n    def f(self):\n        self.o.zero_grad()",
    "an attribute that is None until it is set from outside": "class T:\n    def __init__(self):\n        self.o = None\n    def f(self):\n        self.o.zero_grad()\nt = T()\nt.o = SGD()",
    "an attribute that gets the result of a method": "class T:\n    def make(self):\n        return SGD()\n    def __init__(self):\n        self.o = self.make()\n    def f(self):\n        self.o.zero_grad()",
    "an attribute of an object of the file's class": "class T:\n    def __init__(self):\n        self.o = SGD()\nt = T()\nt.o.zero_grad()",
    "a variable that holds an attribute": "class T:\n    def __init__(self):\n        self.o = SGD()\n    def f(self):\n        o = self.o\n        o.zero_grad()",
    "a parameter, by the call": "def f(o):\n    o.zero_grad()\nf(SGD())",
    "a parameter, by a keyword of the call": "def f(x, *, o):\n    o.zero_grad()\nf(1, o=SGD())",
    "a parameter, by its default": "def f(x, o=SGD()):\n    o.zero_grad()\nf(1)",
    "a keyword-only parameter, by its default": "def f(x, *, o=SGD()):\n    o.zero_grad()\nf(1)",
    "a parameter, by all of its calls": "def f(o):\n    o.zero_grad()\nf(SGD())\nf(torch.optim.Adam(p))\nf(None)",
    "a parameter behind an unpacked one that is given by keyword": "def f(*a, o):\n    o.zero_grad()\nf(*x, o=SGD())",
    "a parameter of a method": "class T:\n    def f(self, o):\n        o.zero_grad()\n    def g(self):\n        self.f(SGD())",
    "a parameter of a static method": "class T:\n    @staticmethod\n    def f(x, o):\n        o.zero_grad()\n    def g(self):\n        self.f(1, SGD())",
    "a parameter of a constructor": "class T:\n    def __init__(self, o):\n        o.zero_grad()\nT(SGD())",
    "a parameter, by its annotation": "def f(o: torch.optim.Optimizer):\n    o.zero_grad()",
    "a parameter, by an optional annotation": "def f(o: Optional[torch.optim.SGD] = None, p: typing.Optional[torch.optim.SGD] = None):\n    o.zero_grad()",
    "a parameter, by an annotation with None": "def f(o: torch.optim.SGD | None):\n    o.zero_grad()",
    "a name that goes round in a loop": "a = SGD()\nfor i in x:\n    d = a\n    a = d\n    a.zero_grad()",
    "a loop over a list": "os = [SGD() for m in ms]\nfor o in os:\n    o.zero_grad()",
    "a loop over a tuple": "for o in (SGD(), SGD()):\n    o.zero_grad()",
    "a comprehension over a list": "os = [SGD()]\n[o.zero_grad() for o in os]",
    "an entry of a list": "os = [SGD(), SGD()]\nos[1].zero_grad()",
    "an entry of a list by a variable": "os = [SGD(), SGD()]\nos[i].zero_grad()",
    "an entry of a dictionary": "os = {'a': SGD()}\nos['a'].zero_grad()",
    "the values of a dictionary": "os = {'a': SGD()}\nfor o in os.values():\n    o.zero_grad()",
    "a list that is filled": "os = []\nfor m in ms:\n    os.append(SGD())\nfor o in os:\n    o.zero_grad()",
    "a list of an object that is filled": "class T:\n    def __init__(self):\n        self.os = []\n        self.os.append(SGD())\n    def f(self):\n        for o in self.os:\n            o.zero_grad()",
    "a loop over a reversed list": "os = [SGD()]\nfor o in reversed(os):\n    o.zero_grad()",
    "a loop over a copied list": "os = (SGD(),)\nfor o in list(os):\n    o.zero_grad()",
    "a loop with a counter": "os = [SGD()]\nfor i, o in enumerate(os):\n    o.zero_grad()",
    "an entry of a list, by its annotation": "def f(os: list[torch.optim.SGD]):\n    os[0].zero_grad()\n    for o in os:\n        o.zero_grad()",
    "an entry of a dictionary, by its annotation": "def f(os: 'Dict[str, torch.optim.SGD]'):\n    os['a'].zero_grad()\n    for o in os.values():\n        o.zero_grad()",
    "an entry of a tuple, by its annotation": "def f(os: tuple[int, torch.optim.SGD]):\n    os[1].zero_grad()",
    "an entry of a parameter, by the call": "def f(os):\n    for o in os:\n        o.zero_grad()\nf([SGD()])",
    "an entry of unpacked keywords": "def f(**kw):\n    kw['o'].zero_grad()\nf(x=1, o=SGD())",
    "what a generator gives": "def make():\n    for m in ms:\n        yield SGD()\nfor o in make():\n    o.zero_grad()",
    "a field of a class that a parameter is annotated with": "class T:\n    o: torch.optim.SGD\ndef f(t: T):\n    t.o.zero_grad()",
    "an attribute that is computed": "class T:\n    def __init__(self):\n        self.made = SGD()\n    @property\n    def o(self):\n        return self.made\n    def f(self):\n        self.o.zero_grad()",
    "an attribute that a base class sets": "class B:\n    def __init__(self):\n        self.o = SGD()\nclass T(B):\n    def f(self):\n        self.o.zero_grad()",
    "an attribute that a subclass sets": "class B:\n    def f(self):\n        self.o.zero_grad()\nclass T(B):\n    def __init__(self):\n        self.o = SGD()",
    "the result of a function, by its annotation": "def make() -> torch.optim.Optimizer:\n    return registry[name](p)\nmake().zero_grad()",
    "a loop over two lists": "os = [SGD()]\nfor x, o in zip(xs, os):\n    o.zero_grad()",
}  # fmt: skip
UNSURE = {
    "a parameter that no call gives": "def f(o):\n    o.zero_grad()",
    "a parameter that is unpacked": "def f(o):\n    o.zero_grad()\nf(*[SGD()])",
    "a parameter from unpacked keywords": "def f(o):\n    o.zero_grad()\nf(**x)",
    "a parameter that one call gives something else": "def f(o):\n    o.zero_grad()\nf(SGD())\nf(wrap(x))",
    "the result of a generator": "def make():\n    yield SGD()\nmake().zero_grad()",
    "the result of a function from elsewhere": "o = wrap(SGD())\no.zero_grad()",
    "a variable that may be wrapped": "o = SGD()\nif x:\n    o = wrap(o)\no.zero_grad()",
    "the variable of with": "with SGD() as o:\n    o.zero_grad()",
    "an entry of unpacked keywords that no call gives": "def f(**kw):\n    kw['o'].zero_grad()\nf(x=SGD())",
    "another entry of a tuple, by its annotation": "def f(os: tuple[int, torch.optim.SGD]):\n    os[0].zero_grad()",
    "an attribute of something unknown": "x.o.zero_grad()",
    "an attribute of self that is assigned elsewhere": "class T:\n    def f(self):\n        self.o.zero_grad()",
    "an attribute of self in a static method": "class T:\n    def g(self):\n        self.o = SGD()\n    @staticmethod\n    def f(self):\n        self.o.zero_grad()",
    "an attribute of self that is unpacked from something unknown": "class T:\n    def g(self):\n        self.o, x = f()\n    def f(self):\n        self.o.zero_grad()",
    "an attribute of which only None is known": "class T:\n    def __init__(self):\n        self.o = None\n    def f(self):\n        self.o.zero_grad()",
    "the result of a method that subclasses override": "class T:\n    def make(self):\n        raise NotImplementedError\n    def f(self):\n        o = self.make()\n        o.zero_grad()",
    "a parameter that is None by default": "def f(o=None):\n    o.zero_grad()\nf()",
    "a list that nothing is put into": "os = []\nfor o in os:\n    o.zero_grad()",
    "a parameter with a container for its annotation": "def f(o: list[torch.optim.SGD]):\n    o.zero_grad()",
    "a name in a class body": "class T:\n    o = SGD()\n    def f(self):\n        o.zero_grad()",
    "a chain of names that is too long": "o0 = SGD()\n" + "".join(f"o{i + 1} = o{i}\n" for i in range(40)) + "o40.zero_grad()",
    "the first argument where a static method takes the second": "class T:\n    @staticmethod\n    def f(a, b):\n        b.zero_grad()\n    def g(self, custom):\n        self.f(SGD(), custom)",
    "a list that something unknown is put into": "os = [SGD()]\nos.append(wrap(x))\nfor o in os:\n    o.zero_grad()",
    "a list of an object that something unknown is put into": "class T:\n    def __init__(self):\n        self.os = [SGD()]\n        self.os.append(wrap(x))\n    def f(self):\n        for o in self.os:\n            o.zero_grad()",
    "a list that is changed in another way": "os = [SGD()]\nchange(os)\nos.sort()\nos[0].zero_grad()",
    "an entry that is assigned": "os = [SGD()]\nos[0] = wrap(x)\nos[0].zero_grad()",
}  # fmt: skip


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in KNOWN.items()])
def test_an_optimizer_is_recognized_in(text: str) -> None:
    converted = output(_source(text))
    assert ".zero_grad()" not in converted
    assert converted.count(".clear_grad(") == text.count(".zero_grad(")


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in UNSURE.items()])
def test_what_cannot_be_followed_is_left_and_a_word_is_said(text: str) -> None:
    source = _source(text)
    line = next(number for number, line in enumerate(source.splitlines(), 1) if ".zero_grad()" in line)
    assert ".clear_grad" not in output(source)
    assert [found for found in said(source) if found.startswith(f"{line}:OC20")]


def test_names_that_are_defined_through_each_other_are_all_recognized() -> None:
    text = _source(
        "a = SGD()\nfor i in x:\n    d = a\n    a = d\n    d.zero_grad()\n    a.zero_grad()\na.zero_grad()\n"
    )
    assert ".zero_grad()" not in output(text)


def test_an_optimizer_and_a_scheduler_under_one_name_are_neither() -> None:
    text = _source("o = SGD()\ns = torch.optim.lr_scheduler.StepLR(o, 3)\nx = o if c else s\nx.step()\n")
    assert "x.step()" in output(text)


def test_what_a_step_is_called_does_not_change_from_run_to_run() -> None:
    """One optimizer of two classes: a set has no order of its own."""
    text = (
        "import torch\n\noptimizer = torch.optim.SGD(m.parameters(), lr=0.1)\nif adam:\n"
        "    optimizer = torch.optim.Adam(m.parameters(), lr=0.1)\n"
        "for x, y in loader:\n    loss = criterion(m(x), y)\n    loss.backward()\n    optimizer.step()\n"
    )
    script = (
        "from optconv.converter import convert_source\nfrom optconv.mappings import load_tables\n"
        f"found = convert_source({text!r}.encode(), load_tables('mindspore')).references\n"
        "print([reference.api for reference in found])"
    )
    seen = set()
    for seed in range(6):
        environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        seen.add(done.stdout)
    assert len(seen) == 1
