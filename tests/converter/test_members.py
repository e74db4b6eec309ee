"""Methods and attributes of optimizers and schedulers, and parameter groups that are read and written."""

from __future__ import annotations

import pytest

from .helpers import BARE, becomes, convert, output, said

HEAD = "import torch\no = torch.optim.SGD(m.parameters(), lr=0.1)\n"
PADDLE = "import paddle\no = paddle.optimizer.SGD(parameters=m.parameters(), learning_rate=0.1)\n"
SCHEDULED = "import torch\no = torch.optim.SGD(m.parameters(), lr=0.1)\nx()\ns = torch.optim.lr_scheduler.StepLR(o, 3)\n"
GROUPS = "import torch\no = torch.optim.SGD([{'params': a, 'lr': 0.2}, {'params': b}], lr=0.1)\n"

CONVERTED = {
    "the rate is read": ("x = o.param_groups[0]['lr']", "x = o.get_lr()"),
    "the rate of the last group is read": ("x = o.param_groups[-1]['lr']", "x = o.get_lr()"),
    "the rate is written": ("o.param_groups[0]['lr'] = 1", "o.set_lr(1)"),
    "the rate is scaled": ("o.param_groups[0]['lr'] *= x", "o.set_lr(o.get_lr() * x)"),
    "the rate is scaled by a sum": ("o.param_groups[0]['lr'] /= x + 1", "o.set_lr(o.get_lr() / (x + 1))"),
    "the rate is written from itself": ("o.param_groups[0]['lr'] = o.param_groups[0]['lr'] ** 2", "o.set_lr(o.get_lr() ** 2)"),
    "the rate is written in a loop": ("for g in o.param_groups:\n    g['lr'] = x", "o.set_lr(x)"),
    "the rate is scaled in a loop": ("for g in o.param_groups:\n    g['lr'] *= 0.1", "o.set_lr(o.get_lr() * 0.1)"),
    "the rate is written from itself in a loop": ("for g in o.param_groups:\n    g['lr'] = max(g['lr'] * 0.1, 1e-6)", "o.set_lr(max(o.get_lr() * 0.1, 1e-6))"),
    "the rate is read in a loop": ("for g in o.param_groups:\n    x = g['lr']", "x = o.get_lr()"),
    "the rate is added up in a loop": ("for g in o.param_groups:\n    x += g['lr']", "x += o.get_lr()"),
    "the rate is shown in a loop": ("for g in o.param_groups:\n    print(g['lr'])", "print(o.get_lr())"),
    "the rate is returned from a loop": ("def f():\n    for g in o.param_groups:\n        return g['lr']", "def f():\n    return o.get_lr()"),
    "the rate is put into an attribute in a loop": ("for g in o.param_groups:\n    self.x = g['lr']", "self.x = o.get_lr()"),
    "a loop on one line": ("for g in o.param_groups: g['lr'] = x", "o.set_lr(x)"),
    "the rate in an f-string": ("x = f\"{o.param_groups[0]['lr']:.3f}\"", "x = f\"{o.get_lr():.3f}\""),
    "gradients are cleared": ("o.zero_grad()", "o.clear_grad(set_to_zero=False)"),
    "gradients are set to None": ("o.zero_grad(set_to_none=True)", "o.clear_grad(set_to_zero=False)"),
    "gradients are cleared over two lines": ("o \\\n  .zero_grad( )", "o \\\n  .clear_grad(set_to_zero=False)"),
    "a method with the same name": ("f = o.state_dict\no.step()", "f = o.state_dict\no.step()"),
}  # fmt: skip
LEFT = {
    "another entry of a group": ("x = o.param_groups[0]['momentum']", "OC306"),
    "an entry of an unknown key": ("x = o.param_groups[0][key]", "OC306"),
    "a group": ("x = o.param_groups[0]", "OC306"),
    "the list of groups": ("x = o.param_groups", "OC306"),
    "the length of a list that is a value": ("x = len(o.param_groups + y)", "OC306"),
    "a slice of the list": ("x = o.param_groups[1:]", "OC306"),
    "a method of the list": ("o.param_groups.append(x)", "OC306"),
    "an entry that is deleted": ("del o.param_groups[0]['lr']", "OC306"),
    "a rate that is written with another": ("o.param_groups[0]['lr'] = x = 1", "OC306"),
    "a rate that is unpacked": ("o.param_groups[0]['lr'], x = 1, 2", "OC306"),
    "a rate with an operator that is not known": ("o.param_groups[0]['lr'] @= x", "OC306"),
    "a loop with two targets": ("for g, h in o.param_groups: pass", "OC306"),
    "a loop with else": ("for g in o.param_groups:\n    g['lr'] = 1\nelse:\n    x()", "OC306"),
    "a loop that does not use the group": ("for g in o.param_groups:\n    x()", "OC306"),
    "a loop that passes the group on": ("for g in o.param_groups:\n    f(g)", "OC306"),
    "a loop that writes another entry": ("for g in o.param_groups:\n    g['momentum'] = 1", "OC306"),
    "a loop that writes one entry from another": ("for g in o.param_groups:\n    g['lr'] = g['initial_lr']", "OC306"),
    "a loop whose variable is used behind it": ("for g in o.param_groups:\n    g['lr'] = 1\nx = g", "OC306"),
    "a loop that writes twice": ("for g in o.param_groups:\n    g['lr'] = g['lr'] = 1", "OC306"),
    "a loop over a call": ("for g in f(o).param_groups:\n    g['lr'] = 1", "OC205"),
    "a method that is not called": ("f = o.zero_grad", "OC306"),
    "a method that is looked up by its name": ("f = getattr(o, 'zero_grad')", "OC306"),
    "a method that is assigned": ("o.zero_grad = f", "OC306"),
    "a method with unpacked arguments": ("o.zero_grad(*a)", "OC204"),
    "a method with an argument too many": ("o.zero_grad(1, 2)", "OC204"),
    "an attribute without a counterpart": ("x = o.defaults", "OC307"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after"), [pytest.param(*pair, id=name) for name, pair in CONVERTED.items()]
)
def test_what_is_converted(before: str, after: str) -> None:
    assert output(f"{HEAD}{before}\n") == f"{PADDLE}{after}\n"


@pytest.mark.parametrize(("text", "code"), [pytest.param(*pair, id=name) for name, pair in LEFT.items()])
def test_what_is_left(text: str, code: str) -> None:
    assert output(f"{HEAD}{text}\n").endswith(f"{text}\n")
    found = said(f"{HEAD}{text}\n")
    assert found
    assert {entry.partition(":")[2] for entry in found} == {code}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = o.state_dict_of_mine", id="an attribute of the user's own"),
        pytest.param("o.mine = 1", id="an attribute that the user adds"),
        pytest.param("loader.step()", id="a method of something else"),
        pytest.param("getattr(o, name)", id="a member that is not known"),
        pytest.param("getattr(o, 'step')", id="a member with the same name"),
        pytest.param("getattr(x, 'zero_grad')", id="a member of something else by its name"),
    ],
)
def test_what_is_none_of_ours_is_left_without_a_word_about_it(text: str) -> None:
    assert [
        entry for entry in said(f"{HEAD}{text}\n") if entry.startswith("3:") and "OC204" not in entry
    ] == []
    assert text in output(f"{HEAD}{text}\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("for g in o.param_groups:\n    g['lr'] = 1", id="in a loop"),
        pytest.param("o.param_groups[0]['lr'] = 1", id="by index"),
        pytest.param("for g in o.param_groups:\n    g['lr'] *= 0.5", id="scaled"),
    ],
)
def test_a_rate_is_not_written_where_a_scheduler_sets_it(text: str) -> None:
    source = f"{SCHEDULED}{text}\n"
    assert text in output(source)
    assert [entry for entry in said(source) if "OC306" in entry]


def test_one_of_several_groups_is_not_written() -> None:
    text = f"{GROUPS}o.param_groups[0]['lr'] = 1\n"
    assert "o.param_groups[0]['lr'] = 1" in output(text)
    assert said(text)[-1] == "3:OC306"


def test_groups_that_cannot_be_seen_are_written_with_a_warning() -> None:
    text = "import torch\no = torch.optim.SGD(params, lr=0.1)\no.param_groups[0]['lr'] = 1\n"
    assert "o.set_lr(1)" in output(text)
    assert said(text) == ["2:OC203", "3:OC202"]


def test_a_value_that_is_another_for_each_group_is_not_computed_once() -> None:
    text = "import torch\no = torch.optim.SGD(params, lr=0.1)\nfor g in o.param_groups:\n    g['lr'] = next(rates)\n"
    assert "g['lr'] = next(rates)" in output(text)


def test_members_follow_a_construction_that_was_left() -> None:
    text = "import torch\no = torch.optim.Adafactor(p)\no.zero_grad()\nx = o.param_groups[0]['lr']\ns = torch.optim.lr_scheduler.StepLR(o, 3)\ns.get_last_lr()\n"
    assert output(text) == text
    assert said(text) == ["2:OC307", "3:OC102", "4:OC102", "5:OC102", "6:OC102"]


def test_members_that_are_written_differently_for_two_classes_are_left() -> None:
    text = f"{SCHEDULED}r = torch.optim.lr_scheduler.ReduceLROnPlateau(torch.optim.SGD(p, lr=0.1))\nx = s if c else r\nx.step(1)\n"
    assert "x.step(1)" in output(text)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        pytest.param("x = s.get_last_lr()[0]", "x = s()", id="the first rate"),
        pytest.param("x = s.get_last_lr()[-1]", "x = s()", id="the last rate of one group"),
        pytest.param("x = s.get_last_lr()", "x = [s()]", id="the list of rates"),
        pytest.param("x, = s.get_last_lr()", "x, = [s()]", id="the only rate, unpacked"),
        pytest.param("s.step()", "s.step()", id="a step"),
        pytest.param("f(s.get_last_lr()[0], s.get_last_lr()[0])", "f(s(), s())", id="twice in one statement"),
    ],
)
def test_the_rates_of_a_scheduler(text: str, after: str) -> None:
    converted = output(f"{SCHEDULED}{text}\n")
    assert converted.endswith(f"{after}\n")
    assert not [entry for entry in said(f"{SCHEDULED}{text}\n") if entry.startswith("5:") and "OC3" in entry]


def test_a_converted_object_that_is_handed_to_the_source_framework_is_a_warning() -> None:
    text = f"{HEAD}scaler = torch.cuda.amp.GradScaler(**kw)\nscaler.step(o)\nscaler.f(x)(o)\nother.step(o)\ntorch.f(o)\ntorch.f(x)\n"
    assert [entry for entry in said(text) if "OC206" in entry] == ["4:OC206", "7:OC206"]


def test_nothing_is_said_of_handing_over_what_was_left() -> None:
    text = (
        "import torch\no = torch.optim.Adafactor(p)\nscaler = torch.cuda.amp.GradScaler()\nscaler.step(o)\n"
    )
    assert said(text) == ["2:OC307", "3:OC102", "4:OC102"]


GROUP_CASES = {
    "a rate of its own": ("[{'params': a, 'lr': 0.2}]", "[{'params': a, 'learning_rate': 2.0}]"),
    "a call of dict": ("[dict(params=a, lr=x)]", "[dict(params=a, learning_rate=x / 0.1)]"),
    "a key in other quotes": ('[{"params": a, "lr": 0.2}]', '[{"params": a, "learning_rate": 2.0}]'),
    "a value in parentheses": ("[{'params': a, 'lr': (0.2)}]", "[{'params': a, 'learning_rate': 2.0}]"),
    "a key that means the same": ("[{'params': a, 'weight_decay': 0}]", "[{'params': a, 'weight_decay': 0.0}]"),
    "a generator as parameters": ("[{'params': (p for p in a)}]", "[{'params': list(p for p in a)}]"),
    "space around the colon": ("[{'params' : a , 'lr' : 0.2 }]", "[{'params' : a , 'learning_rate' : 2.0 }]"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after"), [pytest.param(*pair, id=name) for name, pair in GROUP_CASES.items()]
)
def test_the_dictionaries_of_groups(before: str, after: str) -> None:
    assert f"parameters={after}, learning_rate=0.1)" in output(
        f"import torch\no = torch.optim.SGD({before}, lr=0.1)\n"
    )


@pytest.mark.parametrize(
    ("groups", "rate", "code"),
    [
        pytest.param("[{'params': a, **x}]", "0.1", "OC204", id="an unpacked dictionary"),
        pytest.param("[dict(params=a, **x)]", "0.1", "OC204", id="an unpacked dictionary in a call"),
        pytest.param("[{'params': a, key: 1}]", "0.1", "OC204", id="a key that is a variable"),
        pytest.param(
            "[{'params': a, 'lr': 1}]", "f()", "OC302", id="a base rate that would be computed twice"
        ),
        pytest.param("[{'params': a, 'lr': 1}]", "0", "OC302", id="a base rate of zero"),
        pytest.param(
            "[{'params': a, 'maximize': True}]", "0.1", "OC302", id="a key that the target does not have"
        ),
    ],
)
def test_groups_that_cannot_be_written_are_left(groups: str, rate: str, code: str) -> None:
    text = f"import torch\no = torch.optim.SGD({groups}, lr={rate})\n"
    assert output(text) == text
    assert said(text) == [f"2:{code}"]


def test_groups_that_other_code_sees_are_left() -> None:
    text = "import torch\ngroups = [{'params': a, 'lr': 1}]\nf(groups)\no = torch.optim.SGD(groups, lr=0.1)\n"
    converted = convert(text, BARE)
    assert "'lr': 1" in converted.source.decode()
    assert converted.diagnostics


def test_a_class_that_is_a_value_is_left_with_a_word() -> None:
    for text in ("f = torch.optim.SGD", "d = {'sgd': torch.optim.SGD}", "x = getattr(torch.optim, name)", "f(torch.optim)", "partial(torch.optim.SGD, lr=1)"):  # fmt: skip
        source = f"import torch\n{text}\n"
        assert output(source) == source
        assert said(source) == ["2:OC204"]


def test_annotations_and_checks_are_renamed() -> None:
    becomes(
        "import torch\ndef f(o: torch.optim.Optimizer | None, *a: 'x') -> torch.optim.Optimizer:\n    y: torch.optim.Optimizer = o\n    return isinstance(o, (int, torch.optim.Optimizer))\n",
        "import paddle\ndef f(o: paddle.optimizer.Optimizer | None, *a: 'x') -> paddle.optimizer.Optimizer:\n    y: paddle.optimizer.Optimizer = o\n    return isinstance(o, (int, paddle.optimizer.Optimizer))\n",
    )  # fmt: skip


def test_a_name_that_the_catalogue_lacks_is_a_warning() -> None:
    assert said("import torch\nx = torch.optim.Sophia(p)\n") == ["2:OC204"]


def test_one_of_two_classes_under_one_name_is_left() -> None:
    text = "if x:\n    from torch.optim import SGD as Opt\nelse:\n    from torch.optim import Adam as Opt\no = Opt(p, lr=0.1)\n"
    assert output(text) == text
    assert said(text) == ["5:OC204"]
