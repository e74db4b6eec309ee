"""What can be seen of the parameters that an optimizer is given."""

from __future__ import annotations

import ast

import pytest

from optconv.converter.parameters import inspect_parameters

from .helpers import expression_in, paddle_tables, said

TENSORS = [
    pytest.param("look(model.parameters())", id="the parameters of a model"),
    pytest.param("look(list(model.parameters()))", id="a list of them"),
    pytest.param("look(filter(lambda p: p.requires_grad, model.parameters()))", id="a filter of them"),
    pytest.param("look(itertools.chain(a.parameters(), b.parameters()))", id="a chain of two models"),
    pytest.param("look(list(a.parameters()) + list(b.parameters()))", id="a sum of two lists"),
    pytest.param("look(chain(*[a.parameters(), b.parameters()]))", id="a chain of an unpacked list"),
    pytest.param("look(chain(*[m.parameters() for m in ms]))", id="a chain of an unpacked comprehension"),
    pytest.param("look([make(3, requires_grad=True)])", id="the result of a call that asks for a gradient"),
    pytest.param("look([*a.parameters(), *b.parameters()])", id="two models unpacked into a list"),
    pytest.param("look([p for p in model.parameters() if p.requires_grad])", id="a comprehension over parameters"),
    pytest.param("look(p for p in model.parameters())", id="a generator over parameters"),
    pytest.param("look([p for n, p in model.named_parameters() if 'bn' in n])", id="a comprehension over named parameters"),
    pytest.param("look([p for m in ms for p in m.parameters()])", id="a comprehension over the parameters of many models"),
    pytest.param("look([p for p in params if p.requires_grad])", id="a comprehension that asks for a gradient"),
    pytest.param("look([layer.weight, layer.bias])", id="the weights of a layer"),
    pytest.param("x = nn.Parameter(t)\nlook([x])", id="a variable that holds a parameter"),
    pytest.param("look([torch.zeros(3, requires_grad=True)])", id="a tensor that asks for a gradient"),
    pytest.param("look([x.detach().requires_grad_()])", id="a tensor that is told to ask for a gradient"),
    pytest.param("params = list(model.parameters())\nlook(params)", id="a variable that holds a list of them"),
    pytest.param("params = []\nfor p in model.parameters():\n    params.append(p)\nlook(params)", id="a list that is filled in a loop"),
    pytest.param("params = []\nfor n, p in model.named_parameters():\n    params.append(p)\nlook(params)", id="a list that is filled in a loop over named parameters"),
    pytest.param("params = []\nparams.extend(model.parameters())\nlook(params)", id="a list that is extended"),
    pytest.param("params = [a.weight]\nparams.count(a)\nlook(params)", id="a list that is also asked for something"),
    pytest.param("look([])", id="an empty list"),
    pytest.param("a, b = [], []\nfor p in model.parameters():\n    a.append(p)\nlook(a)", id="one of two lists that are made together"),
    pytest.param("params = []\nparams += list(model.parameters())\nlook(params)", id="a list that is added to"),
    pytest.param("def f(m):\n    return [p for p in m.parameters()]\nlook(f(model))", id="the result of a function of the file"),
]  # fmt: skip
UNKNOWN = [
    pytest.param("look(params)", id="a name that nothing binds"),
    pytest.param("def f(params): look(params)", id="a parameter"),
    pytest.param("look(get_parameters(model))", id="the result of a function"),
    pytest.param("look([p for p in params])", id="a comprehension over something unknown"),
    pytest.param("look([f(p) for p in model.parameters()])", id="a comprehension of something made from parameters"),
    pytest.param("@cached\ndef f():\n    return [{'params': a}]\nlook(f())", id="the result of a decorated function"),
    pytest.param("def f():\n    yield {'params': a}\nlook(f())", id="the result of a generator function"),
    pytest.param("def f():\n    if x: return [{'params': a}]\n    return None\nlook(f())", id="a function that may return None"),
    pytest.param("a, b = [], f()\nlook(b)", id="one of two lists, of unknown content"),
    pytest.param("params = f()\nparams += [a.weight]\nlook(params)", id="something unknown that is added to"),
    pytest.param("look([a.weight, {'params': b}])", id="a list of both kinds"),
    pytest.param("look(chain(*iterables))", id="an unpacked argument of a chain"),
    pytest.param("look([{'params': a}, x])", id="a group and something unknown"),
    pytest.param("x = f()\nlook([x])", id="a variable of unknown content"),
    pytest.param("for x in f(): look([x])", id="a loop variable over something unknown"),
    pytest.param("look([x[0]])", id="an entry of something"),
    pytest.param("look([x.y()])", id="the result of a method"),
    pytest.param("x = y\nlook([x])", id="a variable that is another one"),
    pytest.param("a, b = f()\nlook(a)", id="an unpacked variable"),
    pytest.param("params = []\nlook(params)", id="a list that nothing is put into"),
    pytest.param("params = []\nparams.insert(0, a.weight)\nlook(params)", id="a list that is changed in another way"),
    pytest.param("params = []\nparams.append(a.weight)\nparams.append({'params': b})\nlook(params)", id="a list that both kinds are put into"),
    pytest.param("params = a.parameters()\nif x:\n    params = [{'params': b}]\nlook(params)", id="one of two kinds"),
    pytest.param("look(a.parameters() + [{'params': b}])", id="a sum of both kinds"),
    pytest.param("look(sorted(a.parameters(), key=f))", id="a function that is called with a keyword"),
    pytest.param("look(chain())", id="a chain of nothing"),
    pytest.param("look(a.parameters() if x else b)", id="a conditional expression"),
    pytest.param("look([p for p, in x for q in y])", id="a comprehension with a target in a tuple"),
    pytest.param("look([q for p in a.parameters()])", id="a comprehension of another name"),
    pytest.param("g = {'params': a, 'lr': 1}\nlook([cfg.g])", id="an attribute that may hold a group"),
    pytest.param("class T:\n    def f(self):\n        self.g = {'params': a, 'lr': 1}\n        look([self.g])", id="an attribute that holds a group"),
]  # fmt: skip
GROUPS = [
    pytest.param("look([{'params': a}, {'params': b, 'lr': 1}])", 2, id="a list of two dictionaries"),
    pytest.param("look([dict(params=a, lr=1)])", 1, id="a call of dict"),
    pytest.param("look(dict(params=a))", 1, id="one call of dict"),
    pytest.param("look(({'params': a},))", 1, id="a tuple"),
    pytest.param("look([{'params': m.parameters()} for m in ms])", 1, id="a comprehension of dictionaries"),
    pytest.param("look([{'params': a}] + [{'params': b}])", 2, id="a sum of two lists"),
    pytest.param("look([*[{'params': a}], {'params': b}])", 2, id="an unpacked list"),
    pytest.param("groups = [{'params': a}]\nlook(groups)", 1, id="a variable"),
    pytest.param("groups = [{'params': a}]\ngroups.append({'params': b})\ngroups.extend([dict(params=c)])\nprint(len(groups))\nlook(groups)", 3, id="a variable that more is put into"),
    pytest.param("groups = []\nfor m in ms:\n    groups.append({'params': m})\nlook(groups)", 1, id="a list that is filled in a loop"),
    pytest.param("groups = []\nfor m in ms:\n    if x:\n        groups += [{'params': m}]\n    else:\n        groups += [{'params': m, 'lr': 1}]\nlook(groups)", 2, id="a list that is added to"),
    pytest.param("def f():\n    return [{'params': a}]\nlook(f())", 1, id="the result of a function"),
    pytest.param("def f():\n    gs = [{'params': a}]\n    gs.append({'params': b})\n    return gs\nlook(f())", 2, id="what a function puts together"),
    pytest.param("def f():\n    if x: return [{'params': a}]\n    return [{'params': b}]\nlook(f())", 2, id="one of two results"),
    pytest.param("g = {'params': a}\nh = dict(params=b)\nlook([g, h])", 2, id="two variables"),
]  # fmt: skip
CHANGED = [
    pytest.param("groups = [{'params': a}]\nf(groups)\nlook(groups)", id="a list that is passed on"),
    pytest.param("g = {'params': a}\ng['lr'] = 1\nlook([g])", id="a dictionary that is written to"),
    pytest.param("g = {'params': a}\nf(g)\nlook([{'params': b}, g])", id="a dictionary that is passed on"),
    pytest.param("groups = [{'params': a}]\nfor g in groups:\n    g.setdefault('lr', 1)\nlook(groups)", id="a method of each"),
]  # fmt: skip
SHARED = [
    pytest.param("def f():\n    return [{'params': a}]\nf()\nlook(f())", id="a function that is called twice"),
    pytest.param("g = {'params': a}\nprint(g['lr'])\nlook([g])", id="a dictionary that is read"),
]  # fmt: skip


@pytest.mark.parametrize("text", CHANGED)
def test_groups_that_may_be_changed(text: str) -> None:
    assert _shape(text)[0] == "changed"


@pytest.mark.parametrize("text", SHARED)
def test_groups_that_are_read_elsewhere(text: str) -> None:
    assert _shape(text)[0] == "shared"


def _shape(text: str) -> tuple[str, int]:
    node, scopes = expression_in(text)
    found = inspect_parameters(node, scopes, paddle_tables().idioms)
    return found.shape, len(found.groups)


@pytest.mark.parametrize("text", TENSORS)
def test_plain_parameters_are_seen(text: str) -> None:
    assert _shape(text) == ("tensors", 0)


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_cannot_be_seen_is_not_guessed(text: str) -> None:
    assert _shape(text)[0] == "unknown"


@pytest.mark.parametrize(("text", "count"), GROUPS)
def test_parameter_groups_are_seen(text: str, count: int) -> None:
    assert _shape(text) == ("groups", count)


@pytest.mark.parametrize(
    "use", ["f(groups)", "groups[0]['lr'] = 1", "x = groups", "for g in groups: g['lr'] = 1"]
)
def test_groups_that_other_code_may_change(use: str) -> None:
    assert _shape(f"groups = [{{'params': a}}]\n{use}\nlook(groups)")[0] == "changed"


@pytest.mark.parametrize(
    "use",
    [
        "x = groups[0]['lr']",
        "f(groups[0]['params'])",
        "for g in groups: f(g['params'])",
        "x = [g['lr'] for g in groups]",
    ],
)
def test_groups_that_other_code_reads(use: str) -> None:
    assert _shape(f"groups = [{{'params': a}}]\n{use}\nlook(groups)")[0] == "shared"


def test_a_chain_of_names_that_is_too_long_is_given_up() -> None:
    chain = "".join(f"x{i + 1} = x{i}\n" for i in range(12))
    assert _shape(f"x0 = m.parameters()\n{chain}look(x12)")[0] == "unknown"


def test_the_groups_are_the_dictionaries_of_the_source() -> None:
    node, scopes = expression_in("look([{'params': a}, dict(params=b)])")
    assert [
        ast.unparse(group) for group in inspect_parameters(node, scopes, paddle_tables().idioms).groups
    ] == ["{'params': a}", "dict(params=b)"]


def test_an_attribute_that_holds_a_group_is_not_taken_for_a_tensor() -> None:
    text = """
        import torch
        class T:
            def __init__(self):
                self.g = {'params': m.parameters(), 'lr': 0.01}
                self.opt = torch.optim.SGD([self.g], lr=0.1)
        """
    assert said(text) == ["5:OC203"]
