"""Where a model is asked for its parameters, and what unseen parameter groups may hold, in a target like MindSpore."""

from __future__ import annotations

import pytest

from optconv.converter import convert_source
from optconv.mappings import load_tables

MODULE = "mindspore.experimental.optim"
IMPORTS = "import torch\n", "import mindspore\n"


def converted(text: str) -> tuple[str, list[str]]:
    """Return what becomes of a script behind its import, and the codes of what is said."""
    conversion = convert_source((IMPORTS[0] + text).encode(), load_tables("mindspore"))
    body = conversion.source.decode().removeprefix(IMPORTS[1])
    return body.replace(f"{MODULE}.", ""), [diagnostic.code for diagnostic in conversion.diagnostics]


RENAMED = {
    "the argument": ("o = torch.optim.AdamW(m.parameters())\n", "o = AdamW(m.trainable_params())\n"),
    "a filter is kept": ("o = torch.optim.AdamW(filter(lambda p: p.requires_grad, m.parameters()))\n", "o = AdamW(filter(lambda p: p.requires_grad, m.trainable_params()))\n"),
    "several models": ("o = torch.optim.AdamW(list(a.parameters()) + list(b.parameters()))\n", "o = AdamW(list(a.trainable_params()) + list(b.trainable_params()))\n"),
    "parameter groups": ("o = torch.optim.AdamW([{'params': a.parameters()}, dict(params=b.parameters(), lr=0.1)])\n", "o = AdamW([{'params': a.trainable_params()}, dict(params=b.trainable_params(), lr=0.1)])\n"),
    "a variable": ("ps = list(m.parameters())\no = torch.optim.AdamW(ps)\n", "ps = list(m.trainable_params())\no = AdamW(ps)\n"),
    "pairs in a comprehension": ("o = torch.optim.AdamW([p for n, p in m.named_parameters() if p.requires_grad])\n", "o = AdamW([p for n, p in m.parameters_and_names() if p.requires_grad])\n"),
    "pairs that the optimizer is given": ("o = torch.optim.AdamW(m.named_parameters())\n", "o = AdamW(m.trainable_params())\n"),
    "a loop that fills a list": ("ps = []\nfor n, p in m.named_parameters():\n    if p.requires_grad:\n        ps.append(p)\no = torch.optim.AdamW(ps)\n", "ps = []\nfor n, p in m.parameters_and_names():\n    if p.requires_grad:\n        ps.append(p)\no = AdamW(ps)\n"),
    "a list that grows": ("ps = []\nps += m.parameters()\nps.extend(k.parameters())\no = torch.optim.AdamW(ps)\n", "ps = []\nps += m.trainable_params()\nps.extend(k.trainable_params())\no = AdamW(ps)\n"),
    "what a condition asks": ("ids = set(map(id, m.head.parameters()))\nbase = filter(lambda p: id(p) not in ids, m.parameters())\no = torch.optim.AdamW(base)\n", "ids = set(map(id, m.head.trainable_params()))\nbase = filter(lambda p: id(p) not in ids, m.trainable_params())\no = AdamW(base)\n"),
    "a function of the file": ("def f(m):\n    return [p for p in m.parameters()]\no = torch.optim.AdamW(f(m))\n", "def f(m):\n    return [p for p in m.trainable_params()]\no = AdamW(f(m))\n"),
    "a call that passes them on": ("def f(ps):\n    return torch.optim.AdamW(ps)\no = f(m.parameters())\n", "def f(ps):\n    return AdamW(ps)\no = f(m.trainable_params())\n"),
    "an attribute": ("class T:\n    def f(self):\n        self.ps = list(self.parameters())\n        self.o = torch.optim.AdamW(self.ps)\n", "class T:\n    def f(self):\n        self.ps = list(self.trainable_params())\n        self.o = AdamW(self.ps)\n"),
    "two optimizers over one list": ("ps = list(m.parameters())\na = torch.optim.AdamW(ps)\nb = torch.optim.SGD(ps, 0.1)\n", "ps = list(m.trainable_params())\na = AdamW(ps)\nb = SGD(ps, 0.1)\n"),
    "a method of the file keeps its name": ("class T:\n    def parameters(self):\n        return self.m.parameters()\n    def f(self):\n        self.o = torch.optim.AdamW(self.parameters())\n", "class T:\n    def parameters(self):\n        return self.m.trainable_params()\n    def f(self):\n        self.o = AdamW(self.parameters())\n"),
    "nothing that does not feed an optimizer": ("n = sum(p.numel() for p in m.parameters())\no = torch.optim.AdamW(m.parameters())\n", "n = sum(p.numel() for p in m.parameters())\no = AdamW(m.trainable_params())\n"),
    "groups keep their rates": ("o = torch.optim.AdamW([{'params': a, 'lr': 0.1}, {'params': b, 'lr': 0.1}])\n", "o = AdamW([{'params': a, 'lr': 0.1}, {'params': b, 'lr': 0.1}])\n"),
    "a required rate is the default": ("o = torch.optim.SGD([{'params': a, 'lr': 0.1}, {'params': b, 'lr': 0.2}])\n", "o = SGD([{'params': a, 'lr': 0.1}, {'params': b, 'lr': 0.2}], lr=0.001)\n"),
    "the rate of the optimizer stays in a group": ("o = torch.optim.SGD([{'params': a, 'lr': 0.1}, {'params': b}], lr=0.1)\n", "o = SGD([{'params': a, 'lr': 0.1}, {'params': b}], lr=0.1)\n"),
    "types in a group": ("o = torch.optim.AdamW([{'params': (p for p in a), 'eps': 1, 'betas': (0, 0.9), 'amsgrad': 1, 'lr': 1}])\n", "o = AdamW([{'params': (p for p in a), 'eps': 1.0, 'betas': (0.0, 0.9), 'amsgrad': True, 'lr': 1}])\n"),
    "groups that cannot be seen": ("def f(gs):\n    return torch.optim.SGD(gs, 0.1)\n", "def f(gs):\n    return SGD(gs, 0.1)\n"),
    "a group with keys that cannot be seen": ("o = torch.optim.SGD([{**k, 'params': a}], 0.1)\n", "o = SGD([{**k, 'params': a}], 0.1)\n"),
    "groups that other code may change": ("gs = [{'params': a}]\nf(gs)\no = torch.optim.SGD(gs, 0.1)\n", "gs = [{'params': a}]\nf(gs)\no = SGD(gs, 0.1)\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", RENAMED)
def test_in_silence(name: str) -> None:
    before, after = RENAMED[name]
    assert converted(before) == (after, [])


def test_a_declined_optimizer_keeps_its_parameters() -> None:
    text, codes = converted("o = torch.optim.NAdam(m.parameters(), maximize=True)\n")
    assert "m.parameters()" in text
    assert codes == ["OC302"]


@pytest.mark.parametrize(
    "call",
    [
        pytest.param("Adam(gs, 0.1)", id="a weight decay would ask for another class"),
        pytest.param("NAdam(gs, 0.1)", id="an option that is refused"),
    ],
)
def test_unseen_groups_may_hold_what_is_written_in_another_way(call: str) -> None:
    assert converted(f"def f(gs):\n    return torch.optim.{call}\n")[1] == ["OC203"]


COERCED = {
    "a tuple with an int": ("betas=(0, 0.9)", "betas=(0.0, 0.9)"),
    "a list, with its spaces": ("betas=[ 0,0.9 ]", "betas=[ 0.0,0.9 ]"),
    "a name that holds an int": ("betas=B", "betas=tuple(map(float, B))"),
    "a name that holds floats": ("betas=F", "betas=F"),
    "entries that are names": ("betas=(i, args.b)", "betas=(float(i), float(args.b))"),
    "letters outside ASCII": ("betas=(é, 0)", "betas=(float(é), 0.0)"),
    "a flag as a number": ("amsgrad=1", "amsgrad=True"),
    "a flag as a name of a number": ("amsgrad=i", "amsgrad=bool(i)"),
    "a flag that is parsed as a number": ("amsgrad=args.flag", "amsgrad=bool(args.flag)"),
    "a flag that cannot be read": ("amsgrad=args.other", "amsgrad=bool(args.other)"),
    "a flag": ("amsgrad=lr > 1", "amsgrad=lr > 1"),
    "a number that cannot be read": ("eps=args.eps", "eps=float(args.eps)"),
    "a pair that cannot be read": ("betas=args.betas", "betas=tuple(map(float, args.betas))"),
    "eps": ("eps=0", "eps=0.0"),
    "the rate": ("lr=1", "lr=1"),
}
KNOWN = "B = (0, 0.9)\nF = (0.5, 0.9)\ni = 1\np.add_argument('--flag', type=int)\n"


@pytest.mark.parametrize("name", COERCED)
def test_a_type_that_the_target_insists_on(name: str) -> None:
    before, after = COERCED[name]
    text, _ = converted(f"{KNOWN}o = torch.optim.AdamW(ps, {before})\n")
    assert text == f"{KNOWN}o = AdamW(ps, {after})\n"


LOOP = "for p in m.base.parameters():\n    p.requires_grad = {flag}\n"
BUILT = "o = torch.optim.AdamW(m.parameters())\n"
SWITCHED = {
    "behind the construction": BUILT + LOOP.format(flag=False),
    "by the model's own method": BUILT + "m.requires_grad_(False)\n",
    "of one parameter": BUILT + "m.head.weight.requires_grad = True\n",
    "in a function that is called later": "def f(k):\n    for p in k.parameters():\n        p.requires_grad = False\n" + BUILT + "f(m)\n",
    "in a loop around the construction": "for e in es:\n    o = torch.optim.AdamW(m.parameters())\n    m.requires_grad_(False)\n",
}  # fmt: skip
NOT_SWITCHED = {
    "in front of the construction": LOOP.format(flag=False) + BUILT,
    "in a function that is called before": "def f(k):\n    for p in k.parameters():\n        p.requires_grad = False\nf(m)\n" + BUILT,
    "when the model is built": "class M:\n    def __init__(self):\n        for p in self.parameters():\n            p.requires_grad = False\nm = M()\n" + BUILT,
    "of another model": BUILT + "other.requires_grad_(False)\n",
    "of data": BUILT + "x.requires_grad_(True)\n",
}  # fmt: skip


@pytest.mark.parametrize("name", SWITCHED)
def test_parameters_that_may_be_frozen_later_are_said(name: str) -> None:
    assert converted(SWITCHED[name])[1] == ["OC202"]


@pytest.mark.parametrize("name", NOT_SWITCHED)
def test_parameters_that_are_frozen_before(name: str) -> None:
    assert converted(NOT_SWITCHED[name])[1] == []
