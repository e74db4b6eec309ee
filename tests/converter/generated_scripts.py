"""Training scripts from import forms, optimizer calls, schedulers and layouts, for tests of whole conversions."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

# How the file imports, and how it then spells an optimizer class and a scheduler class.
IMPORTS = [
    ("import torch", "torch.optim.{}", "torch.optim.lr_scheduler.{}"),
    ("import torch as th", "th.optim.{}", "th.optim.lr_scheduler.{}"),
    ("import torch.optim as optim", "optim.{}", "optim.lr_scheduler.{}"),
    ("import torch.optim", "torch.optim.{}", "torch.optim.lr_scheduler.{}"),
    ("import os, torch  # both", "torch.optim.{}", "torch.optim.lr_scheduler.{}"),
    ("from torch import nn, optim", "optim.{}", "optim.lr_scheduler.{}"),
    ("from torch.optim import *\nfrom torch.optim import lr_scheduler", "{}", "lr_scheduler.{}"),
    (
        "from torch.optim import (  # classes\n    SGD, Adam,\n    AdamW,  # decoupled\n    RMSprop,\n    Adagrad,\n)\nfrom torch.optim.lr_scheduler import StepLR, MultiStepLR, LambdaLR, CosineAnnealingLR",
        "{}",
        "{}",
    ),
    (
        "try:\n    import torch.optim as optim  # new\nexcept ImportError:\n    raise",
        "optim.{}",
        "optim.lr_scheduler.{}",
    ),
    ("import torch; import sys", "torch.optim.{}", "torch.optim.lr_scheduler.{}"),
]
PARAMETERS = [
    "model.parameters()",
    "filter(f, model.parameters())",
    "params",
    "[{'params': a}, {'params': b, 'lr': 1e-3}]",
]
OPTIMIZERS = {
    "SGD": [
        "lr=0.1",
        "lr=args.lr",
        "0.1, 0.9",
        "lr=1",
        "lr=0.1, momentum=0.9, nesterov=True",
        "lr=0.1, maximize=True",
        "lr=f(x)",
        "**options",
        "lr=(0.1)",
    ],
    "Adam": [
        "lr=1e-3",
        "lr=1e-3, betas=(0.9, 0.95)",
        "betas=betas",
        "lr=1e-3, amsgrad=flag",
        "lr=1e-3, weight_decay=wd",
        "eps=g()",
    ],
    "AdamW": ["", "lr=1e-3, weight_decay=1e-2", "lr=1e-3, fused=True"],
    "RMSprop": ["lr=1e-2, alpha=0.9", "eps=eps", "lr=1e-2, centered=True, eps=1e-6"],
    "Adagrad": ["lr=0.1", "lr=0.1, lr_decay=0.01"],
    "LBFGS": ["lr=0.1", "line_search_fn=search"],
    "Adafactor": ["lr=0.1"],
    "ASGD": ["lr=0.1", "lambd=0, t0=0", "lr=0.1, weight_decay=wd"],
}
SCHEDULERS = {
    "StepLR": ["30", "step_size=30, gamma=0.1", "30, gamma=gamma", "step_size=int(x)"],
    "MultiStepLR": ["[30, 60]", "milestones=(30, 60), gamma=0.5", "milestones=m()"],
    "LambdaLR": ["lambda e: 0.9 ** e", "lr_lambda=schedule"],
    "CosineAnnealingLR": ["10", "T_max=len(loader) * epochs, eta_min=1e-6"],
    "CyclicLR": ["0.01, 0.1"],
}
MEMBERS = [
    "{o}.zero_grad()",
    "{o}.zero_grad(set_to_none=True)",
    "({o}).zero_grad(set_to_none=False)",
    "{o}.step()",
    "{s}.step()",
    "print({s}.get_last_lr()[0], 'é')",
    "lr = {o}.param_groups[0]['lr']",
    "{o}.param_groups[0]['lr'] = lr",
    "for g in {o}.param_groups:\n    g['lr'] *= 0.5",
    "for g in {o}.param_groups: g['lr'] = {s}.get_last_lr()[0]",
    "torch_save({o}.state_dict())",
    "{o}.add_param_group({{'params': c}})",
    "step = {o}.step",
    "x = {o}.param_groups[0]['lr'] if c else {o}.param_groups[1]['momentum']",
    "use({O}(model.parameters(), lr=0.1), {O}([p], lr={o}.param_groups[0]['lr']))",
    "inner = {A}(a, betas=(0.9, {o}.param_groups[0]['lr']))",
    "inner = {O}([{{'params': a, 'lr': {o}.param_groups[0]['lr']}}], lr=0.1)",
    "def make():\n    return {O}(model.parameters(), lr=0.1)  # made\nmade = make()\nmade.zero_grad()",
    "def schedule_of(o):\n    return {S}(o, 30)\nx = schedule_of({o}).get_last_lr()[0]",
    "x = schedule_of({O}(a, lr=0.1)).get_last_lr()",
    "def both(): o = {O}(a, lr=0.1); return o, {S}(o, 3)",
    "f = lambda: {O}(model.parameters(), lr=0.1)",
    "many = [{O}(m.parameters()) for m in ms]\nfor one in many: one.zero_grad()",
    "table = {{'sgd': {O}(a, lr=0.1), 'adam': {A}(b)}}",
    "chosen = {O}(a, lr=0.1) if c else {A}(b)\nchosen.zero_grad()",
    "ok = isinstance({o}, ({O}, {A}))",
    "def typed(o: {O}, s: '{S}' = None) -> {A}: o.zero_grad()",
    "kind = {O}\nkind(a, lr=0.1)",
    "if c: {s} = {S}({o}, 1); x = 1",
    "with open(f) as h: {o}.load_state_dict(load(h))  # é",
    "{o}.step(closure=lambda: {o}.zero_grad() or loss)",
    'print(f"é {{{o}.param_groups[0][\'lr\']:.3f}}", {o}.param_groups[0]["lr"])',
    "try:\n    {o}.step()\nexcept E: {o}.zero_grad()\nfinally:\n    {s}.step()",
    "x = {o}.param_groups[0]['lr'] * {s}.get_last_lr()[0]; {o}.zero_grad()",
    "{o}, x = {O}(a, lr=0.1), 1",
    "{o} = wrap({o})\n{o}.zero_grad()",
    "class Own({O}):\n    pass",
    "(o2 := {O}(a, lr=0.1)).zero_grad()",
    "{S}(\n    {O}(a, lr=0.1), 3)",
    "o3 = {O}(a, lr=0.1)  # 1\n# own\ns3 = {S}(o3, {o}.param_groups[0]['momentum'])  # 2",
    "o4 = {O}(a, lr={o}.param_groups[0]['momentum'])\ns4 = {S}(o4, 3)",
    "if c:\n    o5 = {O}(a)\nelse:\n    o5 = {A}(a, lr=1)\ns5 = {S}(o5, 3)\ns5.step()",
    "return_ = [g['lr'] for g in {o}.param_groups]",
    "for g in {o}.param_groups:\n    # why\n    g['lr'] = {s}.get_last_lr()[0] * 0.1  # how",
    "import torch.nn as nn\nnn.Linear(1, 1)",
    "x = {O}.__name__, getattr(torch, 'optim')",
]
COMMENTS = [
    "# plain",
    "#",
    "# é 日本",
    "# ----------",
    "# %% cell",
    "#: typed",
    "# noqa: E501",
    "# torch.optim.SGD",
]
UNTOUCHED = [
    "x = 1",
    "loss.backward()",
    "def helper(a, *, b=2): return a",
    "s = '''\n  # no comment\n'''",
    "",
    "d = {\n    'k': 1,  # one\n}",
    "w = 'é𝄞' # w",
]


@dataclass(frozen=True)
class Script:
    """The text of a script, and the texts of its lines that no conversion has reason to touch."""

    text: str
    untouched: tuple[str, ...]


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    imports, optimizer, scheduler = draw(st.sampled_from(IMPORTS))
    untouched: list[str] = []
    lines = [*_filler(draw, untouched), *imports.split("\n")]
    body: list[str] = []
    for number in range(draw(st.integers(1, 2))):
        body += _part(draw, number, optimizer, scheduler, untouched)
    lines += _in_a_block(draw, body, untouched)
    newline = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    text = newline.join(lines) + draw(st.sampled_from([newline, "", newline * 2]))
    return Script(text, tuple(untouched))


def _part(draw: st.DrawFn, number: int, optimizer: str, scheduler: str, untouched: list[str]) -> list[str]:
    """Write one optimizer, perhaps a scheduler on it, and what is done with them."""
    name = draw(st.sampled_from(["opt", "self.opt", "optimizer"])) + (str(number) if number else "")
    schedule = draw(st.sampled_from(["sched", "self.sched"])) + (str(number) if number else "")
    lines = [*_filler(draw, untouched), *_comment(draw), *_construction(draw, name, optimizer, OPTIMIZERS)]
    if draw(st.booleans()):
        lines += [*_filler(draw, untouched), *_comment(draw)]
        lines += _construction(draw, schedule, scheduler, SCHEDULERS, first=name)
    for member in draw(st.lists(st.sampled_from(MEMBERS), max_size=4)):
        spelled = {
            "O": optimizer.format("SGD"),
            "A": optimizer.format("Adam"),
            "S": scheduler.format("StepLR"),
        }
        lines += [*_comment(draw), *member.format(o=name, s=schedule, **spelled).split("\n")]
    return [*lines, *_filler(draw, untouched)]


def _construction(
    draw: st.DrawFn, name: str, spelling: str, classes: dict[str, list[str]], first: str | None = None
) -> list[str]:
    chosen = draw(st.sampled_from(sorted(classes)))
    arguments = draw(st.sampled_from(classes[chosen]))
    first = first or draw(st.sampled_from(PARAMETERS))
    function = spelling.format(chosen)
    behind = draw(st.sampled_from(["", "", "  # behind é", ";", "; y = 2"]))
    target = draw(st.sampled_from([f"{name} = ", f"{name} = ", "", f"z = {name} = ", f"{name}: Any = "]))
    match draw(st.sampled_from(["one line", "one line", "spread", "commented", "backslash", "spaced"])):
        case "spread" if arguments:
            return [f"{target}{function}(", f"    {first},", f"    {arguments},", f"){behind}"]
        case "commented" if arguments:
            return [
                f"{target}{function}({first},  # first",
                "    # own line",
                f"    {arguments}  # last é",
                f"    ){behind}",
            ]
        case "backslash" if target:
            return [f"{target}\\", f"    {function}({first}{', ' if arguments else ''}{arguments}){behind}"]
        case "spaced":
            return [f"{target}{function} ( {first}{' , ' if arguments else ''}{arguments} ){behind}"]
    return [f"{target}{function}({first}{', ' if arguments else ''}{arguments}){behind}"]


def _comment(draw: st.DrawFn) -> list[str]:
    return [draw(st.sampled_from(COMMENTS))] if draw(st.integers(0, 3)) == 0 else []


def _filler(draw: st.DrawFn, untouched: list[str]) -> list[str]:
    chosen = draw(st.lists(st.sampled_from(UNTOUCHED), max_size=2))
    lines = [line for text in chosen for line in text.split("\n")]
    untouched += lines
    return lines


def _in_a_block(draw: st.DrawFn, body: list[str], untouched: list[str]) -> list[str]:
    """Put the body into a function, a method, a branch, or leave it at the top."""
    headers = draw(
        st.sampled_from(
            [[], [], ["def main(self, model):"], ["class Trainer(Base):", "def setup(self):"], ["if x:"]]
        )
    )
    indentation = draw(st.sampled_from(["    ", "\t", " "]))
    inside = [*body, "pass"]
    for depth, header in enumerate(reversed(headers)):
        inside = [header, *(indentation + line if line else line for line in inside)]
        assert depth < 2
    indented = [indentation * len(headers) + line if line else line for line in untouched]
    untouched[:] = [*untouched, *indented]
    return inside
