"""Parameter groups of a target that has them, too: MindSpore's, in which the rate is a parameter."""

from __future__ import annotations

from functools import lru_cache

import pytest

from optconv.converter import Conversion, convert_source
from optconv.mappings import Tables, load_tables

from .helpers import BARE

ONE = "torch.optim.SGD(params, lr=0.1)"
ADAM = "torch.optim.Adam(params, lr=0.1)"


@lru_cache(maxsize=1)
def mindspore_tables() -> Tables:
    """Return the tables for MindSpore, loaded once."""
    return load_tables("mindspore")


def convert(text: str) -> Conversion:
    """Convert a source to MindSpore; the output must be stable."""
    conversion = convert_source(text.encode(), mindspore_tables(), BARE)
    assert not conversion.failed, conversion.diagnostics
    again = convert_source(conversion.source, mindspore_tables(), BARE)
    assert again.source == conversion.source, f"a second run gives:\n{again.source.decode()}"
    return conversion


def behind(optimizer: str, text: str) -> tuple[str, list[str]]:
    """Return what becomes of statements behind the construction of an optimizer, and what is said of them."""
    conversion = convert(f"import torch\n\no = {optimizer}\n{text}\n")
    said = [f"{d.start.line - 3}:{d.code}" for d in conversion.diagnostics if d.start.line > 3]
    return conversion.source.decode().partition("\no = ")[2].partition("\n")[2].removesuffix("\n"), said


CONVERTED = {
    "an entry is read": ("x = o.param_groups[0]['lr']", "x = float(o.param_groups[0]['lr'])"),
    "an entry is written": ("o.param_groups[0]['lr'] = x", "mindspore.ops.assign(o.param_groups[0]['lr'], x)"),
    "every group is written": ("for g in o.param_groups:\n    g['lr'] = x  # new", "for g in o.param_groups:\n    mindspore.ops.assign(g['lr'], x)  # new"),
    "a loop on one line": ("for g in o.param_groups: g['lr'] = x; y()", "for g in o.param_groups: mindspore.ops.assign(g['lr'], x); y()"),
    "scaling": ("for g in o.param_groups:\n    g['lr'] *= 0.5", "for g in o.param_groups:\n    mindspore.ops.assign(g['lr'], float(g['lr']) * 0.5)"),
    "scaling by a sum": ("for g in o.param_groups:\n    g['lr'] /= a + b", "for g in o.param_groups:\n    mindspore.ops.assign(g['lr'], float(g['lr']) / (a + b))"),
    "a value that reads another group": ("o.param_groups[0]['lr'] = o.param_groups[1]['lr'] * 2", "mindspore.ops.assign(o.param_groups[0]['lr'], float(o.param_groups[1]['lr']) * 2)"),
    "a value of several lines with a comment": ("o.param_groups[0]['lr'] = f(\n    1,  # one\n)", "mindspore.ops.assign(o.param_groups[0]['lr'], f(\n    1,  # one\n))"),
    "a tuple in parentheses": ("o.param_groups[0]['lr'] = (1, 2)", "mindspore.ops.assign(o.param_groups[0]['lr'], (1, 2))"),
    "a tuple": ("o.param_groups[0]['lr'] = 1, 2", "mindspore.ops.assign(o.param_groups[0]['lr'], (1, 2))"),
    "numbered groups": ("for i, g in enumerate(o.param_groups):\n    g['lr'] = x[i]", "for i, g in enumerate(o.param_groups):\n    mindspore.ops.assign(g['lr'], x[i])"),
    "groups beside their rates": ("for g, x in zip(o.param_groups, rates):\n    g['lr'] = x", "for g, x in zip(o.param_groups, rates):\n    mindspore.ops.assign(g['lr'], x)"),
    "some of the groups": ("for g in reversed(o.param_groups[1:]):\n    g['lr'] = x", "for g in reversed(o.param_groups[1:]):\n    mindspore.ops.assign(g['lr'], x)"),
    "a list of rates": ("x = [g['lr'] for g in o.param_groups if g['lr'] > 0]", "x = [float(g['lr']) for g in o.param_groups if float(g['lr']) > 0]"),
    "groups that are chosen": ("some = [g for g in o.param_groups if g['name'] == 'x']\nfor g in some:\n    g['lr'] = 1", "some = [g for g in o.param_groups if g['name'] == 'x']\nfor g in some:\n    mindspore.ops.assign(g['lr'], 1)"),
    "the largest rate": ("x = max(g['lr'] for g in o.param_groups)", "x = max(float(g['lr']) for g in o.param_groups)"),
    "a format": ("print(f'{o.param_groups[0][\"lr\"]:.3f}')", "print(f'{float(o.param_groups[0][\"lr\"]):.3f}')"),
    "a group with a name": ("g = o.param_groups[-1]\ng['lr'] = g['lr'] - 1", "g = o.param_groups[-1]\nmindspore.ops.assign(g['lr'], float(g['lr']) - 1)"),
    "the groups with a name": ("gs = o.param_groups\ngs[0]['lr'] = x", "gs = o.param_groups\nmindspore.ops.assign(gs[0]['lr'], x)"),
    "a walrus": ("if (g := o.param_groups[0])['lr'] > 0:\n    g['lr'] = x", "if float((g := o.param_groups[0])['lr']) > 0:\n    mindspore.ops.assign(g['lr'], x)"),
    "each group with a name": ("a, b = o.param_groups\na['lr'] = b['lr']", "a, b = o.param_groups\nmindspore.ops.assign(a['lr'], float(b['lr']))"),
    "get": ("x = o.param_groups[0].get('lr', 1)", "x = float(o.param_groups[0].get('lr', 1))"),
    "a number of a tensor": ("x = o.param_groups[0]['lr'].item()", "x = o.param_groups[0]['lr'].item()"),
    "a value that nobody uses": ("o.param_groups[0]['lr']", "o.param_groups[0]['lr']"),
    "the initial rate": ("g = o.param_groups[0]\ng.setdefault('initial_lr', g['lr'])\ng['lr'] = g['initial_lr'] / 2", "g = o.param_groups[0]\ng.setdefault('initial_lr', float(g['lr']))\nmindspore.ops.assign(g['lr'], float(g['initial_lr']) / 2)"),
    "the initial rate is written": ("o.param_groups[0]['initial_lr'] = x", "o.param_groups[0]['initial_lr'] = x"),
    "the number of groups": ("x = len(o.param_groups)", "x = len(o.param_groups)"),
    "a key that a group may have": ("x = 'momentum' in o.param_groups[0]", "x = 'momentum' in o.param_groups[0]"),
    "the groups are shown": ("for g in o.param_groups:\n    print(g)", "for g in o.param_groups:\n    print(g)"),
    "parameters": ("for g in o.param_groups:\n    for p in g['params']:\n        x(p)", "for g in o.param_groups:\n    for p in g['params']:\n        x(p)"),
    "an entry of the user's own": ("for g in o.param_groups:\n    g['name'] = x", "for g in o.param_groups:\n    g['name'] = x"),
    "a whole number": ("for g in o.param_groups:\n    g['momentum'] = 0", "for g in o.param_groups:\n    g['momentum'] = 0.0"),
    "a number": ("for g in o.param_groups:\n    g['weight_decay'] = 1e-4", "for g in o.param_groups:\n    g['weight_decay'] = 1e-4"),
    "a number that is not seen": ("for g in o.param_groups:\n    g['weight_decay'] = x", "for g in o.param_groups:\n    g['weight_decay'] = float(x)"),
    "a number that is computed": ("for g in o.param_groups:\n    g['weight_decay'] = -x / y if z else 0.5 * x", "for g in o.param_groups:\n    g['weight_decay'] = -x / y if z else 0.5 * x"),
    "a number of the group": ("for g in o.param_groups:\n    g['dampening'] = g['momentum']", "for g in o.param_groups:\n    g['dampening'] = g['momentum']"),
    "a float already": ("for g in o.param_groups:\n    g['momentum'] = -float(x)", "for g in o.param_groups:\n    g['momentum'] = -float(x)"),
    "scaling another entry": ("for g in o.param_groups:\n    g['weight_decay'] *= 2", "for g in o.param_groups:\n    g['weight_decay'] *= 2"),
    "a switch": ("for g in o.param_groups:\n    g['nesterov'] = True", "for g in o.param_groups:\n    g['nesterov'] = True"),
    "a switch that is computed": ("for g in o.param_groups:\n    g['nesterov'] = not x\n    g['maximize'] = x > 1", "for g in o.param_groups:\n    g['nesterov'] = not x\n    g['maximize'] = x > 1"),
    "a switch that is not seen": ("for g in o.param_groups:\n    g['nesterov'] = x", "for g in o.param_groups:\n    g['nesterov'] = bool(x)"),
    "a function that gets the optimizer": ("def f(optimizer, x):\n    for g in optimizer.param_groups:\n        g['lr'] = x\nf(o, 1)", "def f(optimizer, x):\n    for g in optimizer.param_groups:\n        mindspore.ops.assign(g['lr'], x)\nf(o, 1)"),
    "a function that gets a group": ("def f(g, x):\n    g['lr'] = x\nfor g in o.param_groups:\n    f(g, x=1)", "def f(g, x):\n    mindspore.ops.assign(g['lr'], x)\nfor g in o.param_groups:\n    f(g, x=1)"),
}  # fmt: skip
BETAS = {
    "two numbers": ("(0.9, 0.99)", "(0.9, 0.99)"),
    "a whole number": ("(0, 0.99)", "(0.0, 0.99)"),
    "one that is not seen": (
        "(x, o.param_groups[0]['betas'][1])",
        "(float(x), o.param_groups[0]['betas'][1])",
    ),
    "a name": ("x", "tuple(map(float, x))"),
    "an unpacked pair": ("(*x,)", "tuple(map(float, (*x,)))"),
    "a pair of floats with a name": ("pair", "pair"),
}
SAID = {
    "passed to a function of another file": ("f(o.param_groups)", "1:OC306"),
    "a group passed to a function of another file": ("for g in o.param_groups:\n    f(g)", "2:OC306"),
    "returned": ("def f():\n    return o.param_groups", "2:OC306"),
    "pairs of a number and a group that are kept": ("x = dict(enumerate(o.param_groups))", "1:OC306"),
    "an entry by a key that is not seen": ("for g in o.param_groups:\n    g[k] = 1", "2:OC306"),
    "update": ("for g in o.param_groups:\n    g.update(lr=1)", "2:OC306"),
    "a group that is replaced": ("o.param_groups[0] = {}", "1:OC306"),
    "a group that is added to the list": ("o.param_groups.append({})", "1:OC306"),
    "the list is replaced": ("o.param_groups = []", "1:OC306"),
    "the list is kept in another object": ("x.groups = o.param_groups", "1:OC306"),
    "of another object's optimizer": ("x.optimizer.param_groups[0]['lr'] = 1", "1:OC205"),
    "of the optimizer of what a function returns": ("f().optimizer.param_groups[0]['lr'] = 1", "1:OC205"),
    "two targets": ("x = o.param_groups[0]['lr'] = 1", "1:OC306"),
    "an entry among several targets": ("o.param_groups[0]['lr'], x = 1, 2", "1:OC306"),
    "an entry that is deleted": ("del o.param_groups[0]['lr']", "1:OC306"),
    "an operator that numbers hardly have": ("o.param_groups[0]['lr'] @= x", "1:OC306"),
    "a tensor": ("o.param_groups[0]['lr'].fill_(1)", "1:OC306"),
    "a group that is computed twice": ("o.param_groups[f()]['lr'] *= 2", "1:OC306"),
    "an option without a counterpart": ("o.param_groups[0]['foreach'] = True", "1:OC306"),
    "other parameters": ("o.param_groups[0]['params'] = x", "1:OC306"),
    "tested for equality": ("x = o.param_groups[0]['lr'] == y", "1:OC201"),
    "smaller than something": ("x = o.param_groups[0]['lr'] < y", "1:OC202"),
    "between two": ("x = 0 < o.param_groups[0]['lr'] <= 0.1", "1:OC202"),
}
SILENT = {
    "a number that float32 holds": "x = o.param_groups[0]['lr'] > 0.5",
    "two rates": "x = o.param_groups[0]['lr'] < o.param_groups[1]['lr']",
}


@pytest.mark.parametrize(("text", "expected"), CONVERTED.values(), ids=CONVERTED)
def test_an_entry_is_converted_where_it_stands(text: str, expected: str) -> None:
    assert behind(ONE, text) == (expected, [])


@pytest.mark.parametrize(("value", "expected"), BETAS.values(), ids=BETAS)
def test_floats_are_written_as_floats(value: str, expected: str) -> None:
    text, said = behind(ADAM, f"pair = (0.9, 0.99)\no.param_groups[0]['betas'] = {value}")
    assert (text, said) == (f"pair = (0.9, 0.99)\no.param_groups[0]['betas'] = {expected}", [])


@pytest.mark.parametrize(("text", "expected"), SAID.values(), ids=SAID)
def test_what_cannot_be_followed_is_said(text: str, expected: str) -> None:
    assert behind(ONE, text)[1] == [expected]


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_a_comparison_that_comes_out_the_same_is_not_worth_a_word(text: str) -> None:
    assert behind(ONE, text)[1] == []


def test_groups_are_followed_through_attributes() -> None:
    source = (
        "import torch\n\n\nclass T:\n    def __init__(self):\n"
        "        self.optimizer = torch.optim.SGD(params, lr=0.1)\n"
        "        self.group = self.optimizer.param_groups[0]\n\n    def f(self, x):\n        self.group['lr'] = x\n"
    )
    conversion = convert(source)
    assert "        mindspore.ops.assign(self.group['lr'], x)\n" in conversion.source.decode()


SCHEDULERS = {
    "by position": "StepLR(o, 5)",
    "by name": "StepLR(step_size=5, optimizer=o)",
}


@pytest.mark.parametrize("scheduler", SCHEDULERS.values(), ids=SCHEDULERS)
def test_the_groups_of_a_schedulers_optimizer(scheduler: str) -> None:
    source = (
        f"from torch.optim import SGD\nfrom torch.optim.lr_scheduler import StepLR\n\no = SGD([w], lr=0.1)\n"
        f"s = {scheduler}\nfor g in s.optimizer.param_groups:\n    g['lr'] = x\n"
    )
    assert convert(source).source.decode().endswith("    mindspore.ops.assign(g['lr'], x)\n")


OF_A_SCHEDULER = {
    "by annotation": ("s: LRScheduler", "", True),
    "made of a parameter": ("s", "\ndef g(o):\n    f(StepLR(o, 5))\n", True),
    "with an argument that is missing": ("s", "f(StepLR(step_size=5))\n", False),
    "with arguments that are unpacked": ("s", "f(StepLR(*arguments))\n", False),
}


@pytest.mark.parametrize(("parameter", "call", "converted"), OF_A_SCHEDULER.values(), ids=OF_A_SCHEDULER)
def test_the_groups_follow_the_scheduler_whose_optimizer_is_not_seen(
    parameter: str, call: str, converted: bool
) -> None:
    source = (
        "from torch.optim.lr_scheduler import LRScheduler, StepLR\n\n\n"
        f"def f({parameter}):\n    s.optimizer.param_groups[0]['lr'] = 1\n    return s.optimizer.param_groups\n\n\n{call}"
    )
    conversion = convert(source)
    assert ("assign(s.optimizer.param_groups[0]['lr'], 1)\n" in conversion.source.decode()) is converted
    assert conversion.diagnostics


def test_groups_that_are_added_are_folded_into_a_call_whose_arguments_stay_in_place() -> None:
    source = (
        "import torch\n\no = torch.optim.SGD([w], lr=0.1)\no.add_param_group({'params': ps, 'lr': 0.02})\n"
    )
    expected = "SGD([{'params': [w]}, {'params': ps, 'lr': 0.02}], lr=0.1)\n"
    assert convert(source).source.decode().endswith(expected)


def test_adam_that_became_adamw_takes_no_weight_decay() -> None:
    text = "o.param_groups[0]['weight_decay'] = 0.1"
    assert behind(ADAM, text) == (text, ["1:OC306"])


def test_the_weight_decay_of_an_optimizer_of_some_class_is_in_doubt() -> None:
    source = "from torch.optim import Optimizer\n\n\ndef f(o: Optimizer):\n    o.param_groups[0]['weight_decay'] = 0.1\n"
    assert [d.code for d in convert(source).diagnostics] == ["OC202"]


def test_the_import_stands_beside_that_of_the_optimizer() -> None:
    source = "import torch.optim as optim\n\n\ndef f(o: optim.Optimizer, x):\n    for g in o.param_groups:\n        g['lr'] = x\n"
    expected = "import mindspore\n\n\ndef f(o: mindspore.experimental.optim.Optimizer, x):\n    for g in o.param_groups:\n        mindspore.ops.assign(g['lr'], x)\n"
    assert convert(source).source.decode() == expected


def test_another_meaning_of_the_targets_name_is_kept_apart() -> None:
    source = f"import torch\nmindspore = 1\no = {ONE}\no.param_groups[0]['lr'] = mindspore\n"
    assert (
        "mindspore_framework.ops.assign(o.param_groups[0]['lr'], mindspore)"
        in convert(source).source.decode()
    )


def test_without_an_import_there_is_nothing_to_write_the_call_with() -> None:
    source = (
        f"def f():\n    import torch\n\n    return {ONE}\n\n\nfor g in f().param_groups:\n    g['lr'] = 1\n"
    )
    conversion = convert(source)
    assert "    g['lr'] = 1\n" in conversion.source.decode()
    assert [d.code for d in conversion.diagnostics][-1] == "OC306"


def test_what_a_class_decides_is_refused_as_an_entry() -> None:
    text = "o.param_groups[0]['decoupled_weight_decay'] = True"
    assert behind(ADAM, text) == (text, ["1:OC306"])


def test_the_condition_is_told_in_words() -> None:
    source = (
        "from torch.optim import Optimizer\n\n\ndef f(o: Optimizer):\n    o.param_groups[0]['eps'] = 0.1\n"
    )
    (found,) = convert(source).diagnostics
    assert "the optimizer does not become a mindspore.experimental.optim.Adam" in found.message.en


def test_entries_of_an_optimizer_that_stays_are_left() -> None:
    source = "import torch\n\no = torch.optim.LBFGS(params)\nfor g in o.param_groups:\n    g['lr'] = x\n"
    conversion = convert(source)
    assert conversion.source.decode() == source
    assert [d.code for d in conversion.diagnostics][1:] == ["OC102"]


def test_a_group_that_may_be_something_else_is_left() -> None:
    source = "import torch\n\no = torch.optim.SGD(m.parameters(), lr=0.1)\n\n\ndef f(g):\n    g['lr'] = 1\n\n\nf(o.param_groups[0])\nf(x)\n"
    conversion = convert(source)
    assert "    g['lr'] = 1\n" in conversion.source.decode()
    assert [d.code for d in conversion.diagnostics] == ["OC204"]
