"""Reads and writes of the learning rate through ``param_groups``, in every shape that people write."""

from __future__ import annotations

import pytest

from optconv.converter import Options

from .helpers import BARE, convert, output, said

ONE = "torch.optim.SGD(m.parameters(), lr=0.1)"
SAME = "torch.optim.SGD([{'params': a}, {'params': b}], lr=0.1)"
OWN = "torch.optim.SGD([{'params': a}, {'params': b, 'lr': 0.02}], lr=0.1)"
MANY = "torch.optim.SGD([{'params': p} for p in ps], lr=0.1)"

CONVERTED = {
    "the group has a name": (ONE, "g = o.param_groups[0]\nprint(g['lr'])\ng['lr'] *= 2\nx()", "print(o.get_lr())\no.set_lr(o.get_lr() * 2)\nx()"),
    "the group has a name and a comment": (ONE, "g = o.param_groups[0]  # the only one\nx(g['lr'])", "# the only one\nx(o.get_lr())"),
    "the name of a group is used for others, too": (ONE, "while x:\n    for g in o.param_groups:\n        g['lr'] *= 2\n    g = o.param_groups[0]\n    g['lr'] += 1\n    g = None", "while x:\n    o.set_lr(o.get_lr() * 2)\n    o.set_lr(o.get_lr() + 1)\n    g = None"),
    "any group of the only one": (ONE, "x = o.param_groups[i]['lr']", "x = o.get_lr()"),
    "any group of several with the same rate": (SAME, "x = o.param_groups[i]['lr']", "x = o.get_lr()"),
    "the number of groups": (SAME, "x = len(o.param_groups)", "x = 2"),
    "the rates in a list": (ONE, "x = [g['lr'] for g in o.param_groups]", "x = [o.get_lr()]"),
    "the rates of groups in a list": (OWN, "x = [g['lr'] for g in o.param_groups]", "x = [o.get_lr(), o.get_lr() * 0.2]"),
    "the largest of the rates": (SAME, "x = max((g['lr'] for g in o.param_groups))", "x = max([o.get_lr(), o.get_lr()])"),
    "the only rate in a formula": (ONE, "x = [max(g['lr'], g['lr'] * 2) for g in o.param_groups]", "x = [max(o.get_lr(), o.get_lr() * 2)]"),
    "the only rate in the sum": (ONE, "x = sum(2 * g['lr'] for g in o.param_groups)", "x = sum([2 * o.get_lr()])"),
    "the sum of the rates": (SAME, "x = sum(g['lr'] for g in o.param_groups) / 2", "x = sum([o.get_lr(), o.get_lr()]) / 2"),
    "the rates beside another argument": (SAME, "x = sorted((g['lr'] for g in o.param_groups), key=f)", "x = sorted([o.get_lr(), o.get_lr()], key=f)"),
    "a rate of its own": (OWN, "x = o.param_groups[1]['lr']", "x = o.get_lr() * 0.2"),
    "a rate of its own in a formula": (OWN, "x = 2 / o.param_groups[-1]['lr']", "x = 2 / (o.get_lr() * 0.2)"),
    "the base rate beside another": (OWN, "x = o.param_groups[0]['lr']", "x = o.get_lr()"),
    "the rate of the last group is left by a loop": (OWN, "for g in o.param_groups:\n    x = g['lr']", "x = o.get_lr() * 0.2"),
    "the rate of the first group is returned": (OWN, "def f():\n    for g in o.param_groups:\n        return g['lr']", "def f():\n    return o.get_lr()"),
    "several statements": (ONE, "for g in o.param_groups:\n    g['lr'] = x\n    print(g['lr'])", "o.set_lr(x)\nprint(o.get_lr())"),
    "several statements, several groups": (SAME, "for g in o.param_groups:\n    y = g['lr'] * 0.5\n    g['lr'] = y", "y = o.get_lr() * 0.5\no.set_lr(y)"),
    "a condition": (ONE, "for g in o.param_groups:\n    if g['lr'] > 1e-5:\n        g['lr'] *= 0.5", "if o.get_lr() > 1e-5:\n    o.set_lr(o.get_lr() * 0.5)"),
    "a condition, several groups": (SAME, "for g in o.param_groups:\n    if x: g['lr'] = 1", "if x: o.set_lr(1)"),
    "enumerate": (ONE, "for i, g in enumerate(o.param_groups):\n    g['lr'] = x", "o.set_lr(x)"),
    "enumerate with the number": (ONE, "for i, g in enumerate(o.param_groups):\n    print(f'{i}: {g[\"lr\"]}')\n    g['lr'] = x[i]", "print(f'{0}: {o.get_lr()}')\no.set_lr(x[0])"),
    "enumerate without the number, several groups": (SAME, "for _, g in enumerate(o.param_groups):\n    g['lr'] = x", "o.set_lr(x)"),
    "scaling in plain words": (OWN, "for g in o.param_groups:\n    g['lr'] = g['lr'] * 0.1", "o.set_lr(o.get_lr() * 0.1)"),
    "scaling from the left": (OWN, "for g in o.param_groups:\n    g['lr'] = f * 0.1 * g['lr'] / k", "o.set_lr(f * 0.1 * o.get_lr() / k)"),
    "scaling when something holds": (OWN, "if x:\n    for g in o.param_groups:\n        g['lr'] /= 10", "if x:\n    o.set_lr(o.get_lr() / 10)"),
    "groups from a comprehension": (MANY, "for g in o.param_groups:\n    g['lr'] = x", "o.set_lr(x)"),
    "the rate of every group, and a comment": (ONE, "for g in o.param_groups:  # one\n    # two\n    g['lr'] = x  # three\n    # four\n    y()\nz()", "# one\n# two\no.set_lr(x)  # three\n# four\ny()\nz()"),
    "a call over several lines": (ONE, "if y:\n    for g in o.param_groups:\n        g['lr'] = f(\n            1,\n            2,\n        )", "if y:\n    o.set_lr(f(\n        1,\n        2,\n    ))"),
    "two statements on one line": (ONE, "for g in o.param_groups: g['lr'] = x; y()", "o.set_lr(x); y()"),
}  # fmt: skip
DECLINED = {
    "a group of several": (OWN, "g = o.param_groups[1]\ng['lr'] = 1\nx()", "one parameter group among several"),
    "a named group that is passed on": (ONE, "g = o.param_groups[0]\nf(g)", "`g` is not used for its entries alone"),
    "a named group that is assigned twice": (ONE, "g = o.param_groups[0]\nif x: g = y\ng['lr'] = 1", "`g` is not used for its entries alone"),
    "a named group of an optimizer that changes": (ONE, "g = o.param_groups[0]\no = f()\ng['lr'] = 1", "`g` is not used for its entries alone"),
    "a named group, alone in its block": (ONE, "if x:\n    g = o.param_groups[0]\ng['lr'] = 1", "`g` is not used for its entries alone"),
    "two names for a group": (ONE, "g = h = o.param_groups[0]\ng['lr'] = 1", "no list of parameter groups"),
    "a named group that is used in front": (ONE, "while x:\n    if y: g['lr'] = 1\n    g = o.param_groups[0]", "`g` is not used for its entries alone"),
    "a named group behind another statement": (ONE, "x(); g = o.param_groups[0]\ng['lr'] = 1", "`g` is not used for its entries alone"),
    "a named group in front of another statement": (ONE, "g = o.param_groups[0]; x()\ng['lr'] = 1", "`g` is not used for its entries alone"),
    "a named group of a class": (ONE, "class T:\n    g = o.param_groups[0]\n    x = g['lr']", "`g` is not used for its entries alone"),
    "a named group that a function uses under another meaning of the optimizer": (ONE, "g = o.param_groups[0]\ndef f(o):\n    return g['lr']", "`g` is not used for its entries alone"),
    "a body that assigns an attribute": (SAME, "for g in o.param_groups:\n    x.y = g['lr']", "doing it once instead may matter"),
    "a body with a walrus": (SAME, "for g in o.param_groups:\n    g['lr'] = (x := 2)", "doing it once instead may matter"),
    "a group that is named and not used": (ONE, "g = o.param_groups[0]\nx()", "`g` is not used for its entries alone"),
    "any group of several with own rates": (OWN, "x = o.param_groups[i]['lr']", "no list of parameter groups"),
    "the number of groups that cannot be counted": (MANY, "x = len(o.param_groups)", "how many parameter groups"),
    "rates that cannot be counted": (MANY, "x = [g['lr'] for g in o.param_groups]", "how many parameter groups"),
    "rates that are chosen": (ONE, "x = [g['lr'] for g in o.param_groups if g['lr'] > y]", "no list of parameter groups"),
    "rates of several groups that are computed with": (SAME, "x = [g['lr'] * 2 for g in o.param_groups]", "no list of parameter groups"),
    "rates one after the other": (ONE, "x = (g['lr'] for g in o.param_groups)", "no list of parameter groups"),
    "the number of the group among several": (SAME, "for i, g in enumerate(o.param_groups):\n    g['lr'] = x[i]", "depends on the number of the parameter group, `i`"),
    "a number that is assigned": (ONE, "for i, g in enumerate(o.param_groups):\n    i = 2\n    g['lr'] = x[i]", "depends on the number of the parameter group, `i`"),
    "a variable that goes on from group to group": (SAME, "for g in o.param_groups:\n    x = x * 0.5\n    g['lr'] = x", "doing it once instead may matter"),
    "a sum over groups": (SAME, "for g in o.param_groups:\n    x += g['lr']", "doing it once instead may matter"),
    "a list that grows with the groups": (SAME, "for g in o.param_groups:\n    x.append(g['lr'])", "doing it once instead may matter"),
    "a value drawn for each group": (SAME, "for g in o.param_groups:\n    g['lr'] = next(x)", "computing it once instead may matter"),
    "an optimizer that is replaced": (ONE, "for g in o.param_groups:\n    o = f()\n    g['lr'] = x", "more than their learning rate"),
    "a loop that is left": (ONE, "for g in o.param_groups:\n    g['lr'] = x\n    break", "a break, a continue or an else"),
    "a decision for each rate": (OWN, "for g in o.param_groups:\n    if g['lr'] > 1:\n        g['lr'] *= 0.5", "depends on each of them"),
    "the same rate for groups with own rates": (OWN, "for g in o.param_groups:\n    g['lr'] = x", "rates of their own"),
    "a power of the rate": (OWN, "for g in o.param_groups:\n    g['lr'] *= g['lr']", "depends on each of them"),
    "a string over several lines": (ONE, "for g in o.param_groups:\n    g['lr'] = x\n    print('''\n    a''')", "doing it once instead may matter"),
}  # fmt: skip


def _file(optimizer: str, text: str) -> str:
    return f"import torch\no = {optimizer}\n{text}\n"


@pytest.mark.parametrize(
    ("optimizer", "before", "after"), [pytest.param(*case, id=name) for name, case in CONVERTED.items()]
)
def test_what_is_converted(optimizer: str, before: str, after: str) -> None:
    converted = output(_file(optimizer, before))
    assert converted.split("\n", 2)[2] == f"{after}\n"
    assert said(_file(optimizer, before)) == []
    assert output(converted) == converted


@pytest.mark.parametrize(
    ("optimizer", "text", "reason"), [pytest.param(*case, id=name) for name, case in DECLINED.items()]
)
def test_what_is_declined(optimizer: str, text: str, reason: str) -> None:
    conversion = convert(_file(optimizer, text), BARE)
    assert conversion.source.decode().split("\n", 2)[2] == f"{text}\n"
    messages = [d.message.en for d in conversion.diagnostics if d.code == "OC306"]
    assert messages
    assert reason in messages[0]


def test_a_body_that_prints_may_run_once_instead_of_for_each_group() -> None:
    text = "import torch\no = torch.optim.SGD(params, lr=0.1)\nfor g in o.param_groups:\n    print(g['lr'])\n"
    assert output(text).endswith("print(o.get_lr())\n")
    assert said(text) == ["2:OC203", "3:OC202"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("g = self.o.param_groups[0]\n        g['lr'] = 1", "self.o.set_lr(1)", id="it stays"),
        pytest.param(
            "g = self.o.param_groups[0]\n        self.o = f()\n        g['lr'] = 1",
            "g['lr'] = 1",
            id="it changes",
        ),
    ],
)
def test_a_named_group_of_an_attribute(body: str, expected: str) -> None:
    text = f"import torch\nclass T:\n    def __init__(self):\n        self.o = {ONE}\n    def f(self):\n        {body}\n"
    assert output(text).splitlines()[-1].strip() == expected


def test_the_first_group_is_read_while_it_changes() -> None:
    """The second group would get a quarter of the rate, not a half."""
    text = _file(SAME, "for g in o.param_groups:\n    g['lr'] = o.param_groups[0]['lr'] * 0.5")
    assert said(text) == ["3:OC306"]
    assert "for g in o.param_groups:" in output(text)


def test_a_mark_inside_the_loop_moves_with_its_statement() -> None:
    text = _file(
        ONE, "for g in o.param_groups:\n    torch.optim.SGD(q, maximize=True)\n    g['lr'] = x\n    y()"
    )
    lines = convert(text, Options()).source.decode().splitlines()
    assert lines[-4].startswith("# optconv: OC302")
    assert lines[-3:] == ["torch.optim.SGD(q, maximize=True)", "o.set_lr(x)", "y()"]


def test_a_rate_that_can_only_be_read() -> None:
    text = "import torch\ndef f(o: torch.optim.LBFGS):\n    o.param_groups[0]['lr'] = 1\n"
    declined = [d for d in convert(text).diagnostics if d.code == "OC306"]
    assert "can be read in the target, but not written" in declined[0].message.en
