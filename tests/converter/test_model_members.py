"""Methods of models whose parameters a converted optimizer has, in a target that calls them otherwise."""

from __future__ import annotations

import pytest

from optconv.converter import convert_source
from optconv.mappings import load_tables

from .helpers import BARE

MODELS = {
    "in the same scope": ("m.train()\nm.eval()", "m.set_train()\nm.set_train(False)"),
    "with a mode": ("m.train(x)\nm.train(mode=False)", "m.set_train(x)\nm.set_train(mode=False)"),
    "in a function, as a variable of the module": ("def f():\n    m.eval()", "def f():\n    m.set_train(False)"),
    "in a function, as a parameter": ("def f(net, x):\n    net.train()\nf(m, 1)\nf(net=m, x=2)", "def f(net, x):\n    net.set_train()\nf(m, 1)\nf(net=m, x=2)"),
    "in a function of a function": ("def f(net):\n    net.train()\ndef g(n):\n    f(n)\ng(m)", "def f(net):\n    net.set_train()\ndef g(n):\n    f(n)\ng(m)"),
}  # fmt: skip
OTHERS = {
    "another object": "n.train()\nn.eval()",
    "a parameter of a function that nobody calls": "def f(net):\n    net.eval()",
    "a parameter that may be another one": "def f(net):\n    net.eval()\nf(m)\nf(n)",
    "a parameter that is given what cannot be seen": "def f(net):\n    net.eval()\nf(m)\nf(*x)",
    "a parameter of a lambda": "f = lambda net: net.eval()\nf(m)",
    "another method": "m.half()",
}  # fmt: skip


def behind(text: str) -> tuple[str, list[str]]:
    """Return what becomes of statements behind an optimizer of the model ``m``, and what is said of them."""
    source = f"import torch\n\no = torch.optim.SGD(m.parameters(), lr=0.1)\n{text}\n"
    conversion = convert_source(source.encode(), load_tables("mindspore"), BARE)
    said = [f"{d.start.line - 3}:{d.code}" for d in conversion.diagnostics]
    return conversion.source.decode().partition("\no = ")[2].partition("\n")[2].removesuffix("\n"), said


@pytest.mark.parametrize(("text", "expected"), MODELS.values(), ids=MODELS)
def test_a_model_is_switched(text: str, expected: str) -> None:
    assert behind(text) == (expected, [])


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_what_is_no_model_of_ours_is_left(text: str) -> None:
    assert behind(text) == (text, [])


def test_a_method_that_is_not_called_is_said() -> None:
    assert behind("f = m.eval") == ("f = m.eval", ["1:OC306"])


def test_a_target_that_has_the_methods_keeps_them() -> None:
    source = "import torch\n\no = torch.optim.SGD(m.parameters(), lr=0.1)\nm.train()\nm.eval()\n"
    conversion = convert_source(source.encode(), load_tables("paddle"), BARE)
    assert conversion.source.decode().endswith("\nm.train()\nm.eval()\n")
    assert [reference.api for reference in conversion.references] == ["torch.optim.SGD"]
