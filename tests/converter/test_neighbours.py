"""A scheduler comes before its optimizer only where nothing can notice; else it is set afterwards."""

from __future__ import annotations

import pytest

from optconv.converter import Options

from .helpers import BARE, becomes, convert, output, said

O = "torch.optim.SGD(m.parameters(), lr=0.1)"  # noqa: E741
S = "torch.optim.lr_scheduler.StepLR"
SET = "learning_rate=o.get_lr(), step_size=3"

# In each source ``o`` is the optimizer and ``s`` its scheduler.
EXCHANGED = {
    "two assignments": f"o = {O}\ns = {S}(o, 3)\n",
    "with an empty line between": f"o = {O}\n\n\ns = {S}(o, 3)\n",
    "with comments that belong to each": f"# 1\no = {O}  # 2\n# 3\n# 4\ns = {S}(o, 3)  # 5\n",
    "attributes": f"class T:\n    def f(self):\n        self.o = {O}\n        self.s = {S}(self.o, 3)\n",
    "with annotations": f"o: A = {O}\ns: B = {S}(o, 3)\n",
    "with the length of something": f"o = {O}\ns = {S}(o, len(loader) * epochs)\n",
    "with conversions of numbers": f"o = {O}\ns = {S}(o, step_size=int(round(x / 2)))\n",
    "on several lines": f"o = torch.optim.SGD(\n    m.parameters(),\n    lr=0.1,\n)\ns = {S}(\n    o,\n    3,\n)\n",
    "with a function for the rate": f"o = {O}\ns = torch.optim.lr_scheduler.LambdaLR(o, lambda e: f(e))\n",
    "in the body of a loop": f"for m in ms:\n    o = {O}\n    s = {S}(o, 3)\n",
    "with a name as rate": f"o = torch.optim.SGD(m.parameters(), lr=lr)\ns = {S}(o, 3)\n",
    "with an attribute as rate": f"o = torch.optim.SGD(m.parameters(), lr=args.lr)\ns = {S}(o, 3)\n",
    "without a rate": f"o = torch.optim.SGD(m.parameters())\ns = {S}(o, 3)\n",
}
SET_AFTERWARDS = {
    "a statement between": f"o = {O}\nx()\ns = {S}(o, 3)\n",
    "a rate that is computed by a call": f"o = torch.optim.SGD(m.parameters(), lr=f())\ns = {S}(o, 3)\n",
    "an argument that is computed by a call": f"o = {O}\ns = {S}(o, f(x))\n",
    "an argument that asks the optimizer": f"o = {O}\ns = {S}(o, x(o))\n",
    "an argument that reads the optimizer": f"o = {O}\ns = {S}(o, o.n)\n",
    "an argument that binds a name": f"o = {O}\ns = {S}(o, (n := 3))\n",
    "two targets of the optimizer": f"a = o = {O}\ns = {S}(o, 3)\n",
    "a function for the rate that reads the optimizer": f"o = {O}\ns = torch.optim.lr_scheduler.LambdaLR(o, lambda e: f(e, o))\n",
    "another name of the optimizer": f"a = {O}\no = a\ns = {S}(o, 3)\n",
    "an item as target of the optimizer": f"d[0] = o = {O}\ns = {S}(o, 3)\n",
    "a deeper attribute as target": f"a.b.o = {O}\na.b.s = {S}(a.b.o, 3)\n",
    "a scheduler that is assigned to a name the optimizer reads": f"o = torch.optim.SGD(f(s), lr=0.1)\ns = {S}(o, 3)\n",
    "a scheduler that is assigned to the rate": f"o = torch.optim.SGD(m.parameters(), lr=s)\ns = {S}(o, 3)\n",
    "two optimizers, one of which is meant": f"if x:\n    o = {O}\nelse:\n    o = {O}\ns = {S}(o, 3)\n",
    "a block between": f"if x:\n    o = {O}\ns = {S}(o, 3)\n",
    "one line": f"o = {O}; s = {S}(o, 3)\n",
    "a statement behind the scheduler on its line": f"o = {O}\ns = {S}(o, 3); x()\n",
    "a statement before the optimizer on its line": f"x(); o = {O}\ns = {S}(o, 3)\n",
    "a cell of a notebook between": f"o = {O}\n# %%\ns = {S}(o, 3)\n",
    "a ruler between": f"o = {O}\n# ----------\ns = {S}(o, 3)\n",
    "a numbered cell between": f"o = {O}\n# In[12]:\ns = {S}(o, 3)\n",
    "a scheduler that is returned": f"def f():\n    o = {O}\n    return {S}(o, 3)\n",
    "a scheduler that is not kept": f"o = {O}\n{S}(o, 3)\n",
    "the optimizer of another function": f"def f(o):\n    s = {S}(o, 3)\nf({O})\n",
}  # fmt: skip


def _source(text: str) -> str:
    return f"import torch\n{text}"


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in EXCHANGED.items()])
def test_neighbours_change_places(text: str) -> None:
    converted = output(_source(text))
    assert "set_lr_scheduler" not in converted
    assert "get_lr()" not in converted
    assert converted.index("optimizer.lr.") < converted.index("optimizer.SGD(")
    assert not convert(_source(text)).failed


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in SET_AFTERWARDS.items()])
def test_others_keep_their_places_and_the_scheduler_is_set(text: str) -> None:
    converted = output(_source(text))
    assert converted.count("set_lr_scheduler(") == 1
    assert "get_lr()" in converted
    assert converted.index("optimizer.SGD(") < converted.index("optimizer.lr.") or "f(o)" in text


def test_comments_go_with_their_statement() -> None:
    becomes(
        f"import torch\n# top\n\n# 1\n\n# 2\no = {O}  # 3\n# 4\n\n# 5\ns = {S}(o, 3)  # 6\n# 7\n",
        "import paddle\n# top\n\n# 1\n\n# 5\ns = paddle.optimizer.lr.StepDecay(learning_rate=0.1, step_size=3)  # 6\n# 4\n\n# 2\no = paddle.optimizer.SGD(parameters=m.parameters(), learning_rate=s)  # 3\n# 7\n",
    )  # fmt: skip


def test_a_comment_with_another_indentation_stays_where_it_is() -> None:
    becomes(
        f"import torch\nif x:\n    # 1\n  # 2\n    o = {O}\n# 3\n    s = {S}(o, 3)\n",
        "import paddle\nif x:\n    # 1\n  # 2\n    s = paddle.optimizer.lr.StepDecay(learning_rate=0.1, step_size=3)\n# 3\n    o = paddle.optimizer.SGD(parameters=m.parameters(), learning_rate=s)\n",
    )  # fmt: skip


def test_a_mark_stands_above_its_statement_when_two_change_places() -> None:
    text = f"""
        import torch
        if x:
            other = {O}
            o = torch.optim.SGD(m.parameters(), lr=other.param_groups[0]['momentum'])
            s = {S}(o, 3)
        """
    lines = output(text, Options()).splitlines()
    mark = next(i for i, line in enumerate(lines) if "# optconv: OC306" in line)
    assert "param_groups[0]['momentum']" in lines[mark + 1]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        pytest.param(f"x()\n{S}(o, 3)\n", "x()\no.set_lr_scheduler(paddle.optimizer.lr.StepDecay(learning_rate=o.get_lr(), step_size=3))\n", id="not kept"),
        pytest.param(f"x()\n{S}(o, 3)  # why\n", "x()\no.set_lr_scheduler(paddle.optimizer.lr.StepDecay(learning_rate=o.get_lr(), step_size=3))  # why\n", id="not kept, with a comment"),
        pytest.param(f"x(); s = {S}(o, 3)\n", "x(); s = paddle.optimizer.lr.StepDecay(learning_rate=o.get_lr(), step_size=3); o.set_lr_scheduler(s)\n", id="behind a semicolon"),
        pytest.param(f"if x: s = {S}(o, 3)\n", "if x: s = paddle.optimizer.lr.StepDecay(learning_rate=o.get_lr(), step_size=3); o.set_lr_scheduler(s)\n", id="behind a colon"),
        pytest.param(f"x()\ns = {S}(o, 3)  # why\ny()\n", "x()\ns = paddle.optimizer.lr.StepDecay(learning_rate=o.get_lr(), step_size=3)  # why\no.set_lr_scheduler(s)\ny()\n", id="with a comment behind it"),
        pytest.param(f"x()\ns = {S}(o, 3);\ny()\n", "x()\ns = paddle.optimizer.lr.StepDecay(learning_rate=o.get_lr(), step_size=3); o.set_lr_scheduler(s);\ny()\n", id="with a semicolon behind it"),
        pytest.param(f"def f():\n    return {S}(o, 3)\n", "def f():\n    lr_scheduler = paddle.optimizer.lr.StepDecay(learning_rate=o.get_lr(), step_size=3)\n    o.set_lr_scheduler(lr_scheduler)\n    return lr_scheduler\n", id="returned"),
        pytest.param(f"def f(): return {S}(o, 3)\n", "def f(): lr_scheduler = paddle.optimizer.lr.StepDecay(learning_rate=o.get_lr(), step_size=3); o.set_lr_scheduler(lr_scheduler); return lr_scheduler\n", id="returned on the line of the header"),
        pytest.param(f"lr_scheduler = 1\ndef f():\n    return {S}(o, 3)\n", "lr_scheduler = 1\ndef f():\n    lr_scheduler = paddle.optimizer.lr.StepDecay(learning_rate=o.get_lr(), step_size=3)\n    o.set_lr_scheduler(lr_scheduler)\n    return lr_scheduler\n", id="returned where another scope has the name"),
        pytest.param(f"def f():\n    g(lr_scheduler)\n    return {S}(o, 3)\n", "def f():\n    g(lr_scheduler)\n    lr_scheduler_2 = paddle.optimizer.lr.StepDecay(learning_rate=o.get_lr(), step_size=3)\n    o.set_lr_scheduler(lr_scheduler_2)\n    return lr_scheduler_2\n", id="returned where the name is taken"),
        pytest.param(f"t = s = {S}(o, 3)\n", "t = s = paddle.optimizer.lr.StepDecay(learning_rate=o.get_lr(), step_size=3)\no.set_lr_scheduler(t)\n", id="with two targets"),
    ],
)  # fmt: skip
def test_how_a_scheduler_is_set_afterwards(text: str, after: str) -> None:
    becomes(
        f"import torch\no = {O}\n{text}",
        f"import paddle\no = paddle.optimizer.SGD(parameters=m.parameters(), learning_rate=0.1)\n{after}",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("x = [{}]", "x = [{}]", id="in a list"),
        pytest.param("f({})", "f({})", id="in an argument"),
        pytest.param("f(o, 1, key={}, **y)", "f(o, 1, key={}, **y)", id="in an argument behind others"),
        pytest.param("d[0] = {}", "d[0] = {}", id="with an item as target"),
        pytest.param("x, y = {}, next(z)", "x, y = {}, next(z)", id="in a tuple in front of a call"),
        pytest.param("x = {{'o': o, 's': [{}]}}  # why", "x = {{'o': o, 's': [{}]}}  # why", id="nested"),
    ],
)
def test_a_scheduler_inside_of_a_statement_gets_a_name_in_front_of_it(before: str, after: str) -> None:
    becomes(
        f"import torch\no = {O}\nx()\n{before.format(f'{S}(o, 3)')}\n",
        "import paddle\no = paddle.optimizer.SGD(parameters=m.parameters(), learning_rate=0.1)\nx()\n"
        "lr_scheduler = paddle.optimizer.lr.StepDecay(learning_rate=o.get_lr(), step_size=3)\n"
        f"o.set_lr_scheduler(lr_scheduler)\n{after.format('lr_scheduler')}\n",
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(f"x = {S}(o, 3) if y else None", "OC304", id="in a conditional expression"),
        pytest.param(f"x = lambda: {S}(o, 3)", "OC304", id="in a lambda"),
        pytest.param(f"x = [{S}(o, 3) for _ in y]", "OC304", id="in a comprehension"),
        pytest.param(f"x = next(y), {S}(o, 3)", "OC304", id="behind a call"),
        pytest.param(f"f(**y(), s={S}(o, 3))", "OC304", id="behind what is unpacked from a call"),
        pytest.param(f"f(z := 1, {S}(o, 3))", "OC304", id="behind a walrus"),
        pytest.param(f"f()({S}(o, 3))", "OC304", id="an argument of what a call returns"),
        pytest.param(f"x = y and [{S}(o, 3)]", "OC304", id="in a condition"),
        pytest.param(f"x = [*{S}(o, 3)]", "OC304", id="unpacked"),
        pytest.param(f"assert f({S}(o, 3))", "OC304", id="in an assertion"),
        pytest.param(f"x += {S}(o, 3),", "OC304", id="in an augmented assignment"),
        pytest.param(f"x = {S}(g(o), 3)", "OC304", id="with an optimizer that is a call"),
        pytest.param(f"x = {S}(*a)", "OC204", id="with unpacked arguments"),
        pytest.param(f"x = {S}()", "OC204", id="without an optimizer"),
        pytest.param(
            f"x = {S}(step_size=3, optimizer=o.x[0])", "OC304", id="with an optimizer that is an item"
        ),
    ],
)
def test_a_scheduler_without_a_place_for_the_statement_is_left(text: str, code: str) -> None:
    source = f"import torch\no = {O}\n{text}\n"
    assert text in output(source, BARE)
    assert f"3:{code}" in said(source)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"o = {O}\na = {S}(o, 3)\nb = {S}(o, 5)\n", id="one behind the other"),
        pytest.param(
            f"o = {O}\na = {S}(o, 3)\ndef f(p):\n    b = {S}(p, 5)\nf(o)\n", id="one through a parameter"
        ),
        pytest.param(f"o = p = {O}\na = {S}(o, 3)\nb = {S}(p, 5)\n", id="under two names"),
        pytest.param(f"def f(o):\n    a = {S}(o, 3)\n    b = {S}(o, 5)\n", id="on an unknown optimizer"),
    ],
)
def test_two_schedulers_on_one_optimizer_are_both_left_also_in_a_second_run(text: str) -> None:
    converted = output(_source(text))
    assert converted.count(S) == 2
    assert [found for found in said(_source(text)) if "OC303" in found]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"o = {O}\nif x:\n    s = {S}(o, 3)\nelse:\n    s = {S}(o, 5)\n", id="in two branches"),
        pytest.param(
            f"def f(o):\n    if x:\n        return {S}(o, 3)\n    return {S}(o, 5)\n", id="behind a return"
        ),
        pytest.param(
            f"def f(o):\n    if x:\n        s = {S}(o, 3)\n        return s\n    s = {S}(o, 5)\n    return s\n",
            id="in a branch that returns",
        ),
        pytest.param(
            f"def f(o):\n    match x:\n        case 1: s = {S}(o, 3)\n        case 2: s = {S}(o, 5)\n",
            id="in two cases",
        ),
        pytest.param(f"a = {O}\nb = {O}\ns = {S}(a, 3)\nt = {S}(b, 3)\n", id="on two optimizers"),
        pytest.param(f"def f(o):\n    s = {S}(o, 3)\ndef g(o):\n    s = {S}(o, 5)\n", id="in two functions"),
    ],
)
def test_schedulers_that_never_meet_are_converted(text: str) -> None:
    assert S not in output(_source(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"def f():\n    o = {O}\n    x()\n    s = {S}(o, 3)\n    if x:\n        t = {S}(o, 5)\n        return t\n    return s\n", id="the second in a branch that returns"),
        pytest.param(f"def f():\n    o = {O}\n    if x:\n        s = {S}(o, 3)\n    if y:\n        t = {S}(o, 5)\n        return t\n", id="in two branches of two conditions"),
        pytest.param(f"class T:\n    def a(self):\n        self.o = {O}\n    def b(self):\n        self.s = {S}(self.o, 3)\n    def c(self):\n        self.t = {S}(self.o, 5)\n", id="in two methods"),
    ],
)  # fmt: skip
def test_schedulers_that_may_both_run_are_both_left(text: str) -> None:
    assert output(_source(text)).count(S) == 2


def test_two_calls_with_the_same_text_are_two_optimizers() -> None:
    text = f"import torch\n{S}({O}, 3)\n{S}({O}, 3)\n"
    assert said(text) == ["2:OC304", "3:OC304"]
    assert [found.code for found in convert(output(text)).diagnostics] == ["OC304", "OC304"]
