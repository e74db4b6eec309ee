"""Groups that are added behind a construction, two optimizers over the same parameters, and the base rate."""

from __future__ import annotations

import pytest

from .helpers import output, said

SGD = "paddle.optimizer.SGD"
FOLDED = {
    "the keyword": ("o = torch.optim.SGD(a, lr=0.1)\no.add_param_group(param_group={'params': b})\n", f"o = {SGD}(parameters=[{{'params': a}}, {{'params': b}}], learning_rate=0.1)\n"),
    "the params by keyword, not first": ("o = torch.optim.SGD(lr=0.1, params=a)\no.add_param_group(dict(params=b))\n", f'o = {SGD}(learning_rate=0.1, parameters=[{{"params": a}}, {{"params": b}}])\n'),
    "an attribute": ("class T:\n    def f(self, a):\n        self.o = torch.optim.SGD(a, lr=0.1)\n        self.o.add_param_group({'params': b})\n", f"class T:\n    def f(self, a):\n        self.o = {SGD}(parameters=[{{'params': a}}, {{'params': b}}], learning_rate=0.1)\n"),
    "on one line": ("o = torch.optim.SGD(a, lr=0.1); o.add_param_group({'params': b})\n", f"o = {SGD}(parameters=[{{'params': a}}, {{'params': b}}], learning_rate=0.1); pass\n"),
    "the rate that the optimizer has": ("o = torch.optim.SGD(a, lr=r)\no.add_param_group({'params': b, 'lr': r})\n", f"o = {SGD}(parameters=[{{'params': a}}, {{'params': b}}], learning_rate=r)\n"),
    "a generator": ("o = torch.optim.SGD((p for p in m.parameters()), lr=0.1)\no.add_param_group({'params': b})\n", f"o = {SGD}(parameters=[{{'params': list(p for p in m.parameters())}}, {{'params': b}}], learning_rate=0.1)\n"),
    "the end of the file": ("o = torch.optim.SGD(a, lr=0.1)\no.add_param_group({'params': b})", f"o = {SGD}(parameters=[{{'params': a}}, {{'params': b}}], learning_rate=0.1)\n"),
}  # fmt: skip
KEPT = {
    "groups already": "o = torch.optim.SGD([{'params': a}], lr=0.1)\no.add_param_group({'params': b})\n",
    "a statement between": "o = torch.optim.SGD(a, lr=0.1)\nx()\no.add_param_group({'params': b})\n",
    "a comment inside": "o = torch.optim.SGD(a, lr=0.1)\no.add_param_group({\n    'params': b,  # b\n})\n",
    "an argument too many": "o = torch.optim.SGD(a, lr=0.1)\no.add_param_group({'params': b}, 1)\n",
    "a function that builds the group": "o = torch.optim.SGD(a, lr=0.1)\no.add_param_group(f(params=b))\n",
    "another kind of optimizer": "o = torch.optim.SGD(a, lr=0.1)\nif x:\n    o = f()\no.add_param_group({'params': b})\n",
    "a call that would run twice": "if x:\n    o = torch.optim.SGD(a, lr=0.1)\nelse:\n    o = torch.optim.Adam(a)\no.add_param_group({'params': f()})\n",
    "one of two that stands elsewhere": "o = torch.optim.SGD(a, lr=0.1)\nif x:\n    o = torch.optim.Adam(a)\no.add_param_group({'params': b})\n",
}  # fmt: skip
BASES = {
    "a variable of the function around": ("def f(lr):\n    gs = [{'params': a, 'lr': 0.1}]\n    return torch.optim.SGD(gs, lr=lr)\n", "'learning_rate': 0.1 / lr"),
    "an attribute that stays": ("gs = [{'params': a, 'lr': 0.1}]\no = torch.optim.SGD(gs, lr=args.lr)\n", "'learning_rate': 0.1 / args.lr"),
    "the same variable": ("lr = 0.1\ngs = [{'params': a, 'lr': lr}, {'params': b, 'lr': 1.0}]\no = torch.optim.SGD(gs, lr=lr)\n", "[{'params': a}, {"),
    "a rate that comes first": ("o = torch.optim.SGD([{'lr': 0.1, 'params': a}], lr=0.1)\n", "{'learning_rate': 1.0, 'params': a}"),
    "a rate that all groups have, written out": ("gs = [{'params': a, 'lr': 0.1}, {'params': b, 'lr': 0.1}]\no = torch.optim.SGD(gs)\n", "learning_rate=0.1"),
    "a rate that all groups have, by a variable": ("gs = [{'params': a, 'lr': r}, {'params': b, 'lr': r}]\no = torch.optim.SGD(gs)\n", "learning_rate=1.0"),
}  # fmt: skip
BASES_UNSEEN = {
    "an attribute that is stored between": "gs = [{'params': a, 'lr': 0.1}]\nargs.lr = 2\no = torch.optim.SGD(gs, lr=args.lr)\n",
    "a variable of another function": "def f(lr):\n    return [{'params': a, 'lr': 0.1}]\ndef g(lr):\n    return torch.optim.SGD(f(lr), lr=lr)\n",
    "a variable that is assigned behind the groups": "gs = [{'params': a, 'lr': 0.1}]\nlr = 1.0\no = torch.optim.SGD(gs, lr=lr)\n",
}  # fmt: skip
GROUPED = (
    "a = torch.optim.SGD([{'params': m.x.parameters(), 'lr': 0.1}, {'params': m.y.parameters()}], lr=1.0)\n"
)
WARNED = {
    "a part of the parameters": GROUPED + "b = torch.optim.SGD(m.x.w.parameters(), lr=0.1)\n",
    "a list of which some were in groups": "a = torch.optim.SGD([{'params': ps[:2], 'lr': 0.1}], lr=1.0)\nb = torch.optim.SGD(list(ps), lr=0.1)\nc = torch.optim.SGD(ps, lr=0.1)\n",
    "the first is used behind the second": "b = torch.optim.SGD(m.parameters(), lr=0.1)\n" + GROUPED + "b.step()\n",
    "an attribute": "class T:\n    def __init__(self):\n        self.a = torch.optim.SGD([{'params': self.m.parameters(), 'lr': 0.1}], lr=1.0)\n        self.b = torch.optim.SGD(self.m.parameters(), lr=0.1)\n",
}  # fmt: skip
SILENT = {
    "another model of the same name": "m = f()\n" + GROUPED + "m = g()\nb = torch.optim.SGD(m.parameters(), lr=0.1)\n",
    "the first is not used behind the second": "b = torch.optim.SGD(m.parameters(), lr=0.1)\n" + GROUPED + "a.step()\n",
    "the same variable": "a = torch.optim.SGD(m.parameters(), lr=0.1)\n" + GROUPED + "a.step()\n",
    "other parts": GROUPED + "b = torch.optim.SGD(m.z.parameters(), lr=0.1)\n",
    "alternatives": "if c:\n    " + GROUPED + "else:\n    b = torch.optim.SGD(m.parameters(), lr=0.1)\n",
    "alternatives of match": "match c:\n    case 1:\n        " + GROUPED + "    case 2:\n        b = torch.optim.SGD(m.parameters(), lr=0.1)\n",
    "a function that returns": "def f(m):\n    if c:\n        " + GROUPED + "        return a\n    return torch.optim.SGD(m.parameters(), lr=0.1)\n",
    "parameters of the same name": "def f(m):\n    " + GROUPED + "def g(m):\n    b = torch.optim.SGD(m.parameters(), lr=0.1)\n",
    "parameters from a call": "a = torch.optim.SGD([{'params': f(), 'lr': 0.1}], lr=1.0)\nb = torch.optim.SGD(f(), lr=0.1)\n",
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [pytest.param(*case, id=name) for name, case in FOLDED.items()])
def test_groups_that_are_built_in(before: str, after: str) -> None:
    assert output(f"import torch\n{before}") == f"import paddle\n{after}"
    assert "OC306" not in "".join(said(f"import torch\n{before}"))


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in KEPT.items()])
def test_groups_that_are_not_built_in(text: str) -> None:
    converted = output(f"import torch\n{text}")
    assert ".add_param_group(" in converted
    assert any(code in found for found in said(f"import torch\n{text}") for code in ("OC306", "OC204"))


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*case, id=name) for name, case in BASES.items()])
def test_the_base_rate_is_known_where_the_groups_are(text: str, expected: str) -> None:
    assert expected in output(f"import torch\n{text}")
    assert said(f"import torch\n{text}") == []


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in BASES_UNSEEN.items()])
def test_the_base_rate_may_be_another_where_the_groups_are(text: str) -> None:
    assert output(f"import torch\n{text}") == f"import torch\n{text}"
    assert [found.partition(":")[2] for found in said(f"import torch\n{text}")] == ["OC302"]


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in WARNED.items()])
def test_options_stay_on_parameters_of_another_optimizer(text: str) -> None:
    assert [found for found in said(f"import torch\n{text}") if found.endswith("OC201")]


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in SILENT.items()])
def test_no_visible_parameter_is_shared(text: str) -> None:
    assert not [found for found in said(f"import torch\n{text}") if found.endswith("OC201")]
