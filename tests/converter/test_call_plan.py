"""Planning of calls: types that the target insists on, what is dropped, refused, lost, or too new."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

import pytest

from optconv.converter import Options, convert_source
from optconv.converter.coercion import coerce
from optconv.converter.describe import describe, describe_negation
from optconv.converter.scopes import ScopeTree
from optconv.mappings import load_tables
from optconv.mappings.expressions import parse_expression

from .helpers import BARE, becomes, convert, expression_in, output, paddle_tables, said

_EMPTY = ScopeTree(ast.parse(""))


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        pytest.param("1", None, "1", id="nothing is wanted"),
        pytest.param("1", "float", "1.0", id="an integer where a float is wanted"),
        pytest.param("-1", "float", "-1.0", id="a negative integer"),
        pytest.param("1_000", "float", "1_000.0", id="an integer with an underscore"),
        pytest.param("0x10", "float", "float(0x10)", id="a hexadecimal integer"),
        pytest.param("1.5", "float", "1.5", id="a float where a float is wanted"),
        pytest.param("True", "float", "True", id="a truth value where a float is wanted"),
        pytest.param("1 + 1", "float", "float(1 + 1)", id="a sum of integers"),
        pytest.param("x", "float", "x", id="an unknown value where a float is wanted"),
        pytest.param("3.0", "int", "3", id="a whole float where an integer is wanted"),
        pytest.param("3.5", "int", "3.5", id="a broken float where an integer is wanted"),
        pytest.param("1.5 * 2", "int", "int(1.5 * 2)", id="a product where an integer is wanted"),
        pytest.param("3", "int", "3", id="an integer where an integer is wanted"),
        pytest.param("(1, 2)", "list", "[1, 2]", id="a tuple where a list is wanted"),
        pytest.param("(1,)", "list", "[1]", id="a tuple of one"),
        pytest.param("[1, 2]", "list", "[1, 2]", id="a list where a list is wanted"),
        pytest.param("{1, 2}", "list", "list({1, 2})", id="a set where a list is wanted"),
        pytest.param("{x for x in y}", "list", "list({x for x in y})", id="a set comprehension"),
        pytest.param("(x for x in y)", "list", "list(x for x in y)", id="a generator where a list is wanted"),
        pytest.param("range(3)", "list", "list(range(3))", id="a range where a list is wanted"),
        pytest.param("itertools.chain(a, b)", "list", "list(itertools.chain(a, b))", id="a chain where a list is wanted"),
        pytest.param("f(x)", "list", "f(x)", id="an unknown call where a list is wanted"),
        pytest.param("x", "list", "x", id="an unknown value where a list is wanted"),
    ],
)  # fmt: skip
def test_values_in_the_type_that_the_target_insists_on(text: str, wanted: str | None, expected: str) -> None:
    assert coerce(text, wanted, _EMPTY, paddle_tables().idioms, None) == expected


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        pytest.param("x = 1\nlook(x)", "float", "float(x)", id="a name that holds an integer"),
        pytest.param("x = 1.0\nlook(x)", "float", "x", id="a name that holds a float"),
        pytest.param("x = 3.0\nlook(x)", "int", "int(x)", id="a name that holds a whole float"),
        pytest.param("x = (1, 2)\nlook(x)", "list", "list(x)", id="a name that holds a tuple"),
        pytest.param("x = {1, 2}\nlook(x)", "list", "list(x)", id="a name that holds a set"),
        pytest.param("x = [1, 2]\nlook(x)", "list", "x", id="a name that holds a list"),
    ],
)
def test_names_in_the_type_that_the_target_insists_on(text: str, wanted: str, expected: str) -> None:
    node, scopes = expression_in(text)
    assert coerce(ast.unparse(node), wanted, scopes, paddle_tables().idioms, node) == expected


@pytest.mark.parametrize(
    ("condition", "positive", "negative"),
    [
        pytest.param("momentum == 0", "`momentum == 0`", "`momentum != 0`", id="equality"),
        pytest.param("gamma < 1", "`gamma < 1`", "`gamma >= 1`", id="an order"),
        pytest.param("x is None", "`x is None`", "`x is not None`", id="identity"),
        pytest.param("mode in ('min', 'max')", "`mode in ('min', 'max')`", "`mode not in ('min', 'max')`", id="membership"),
        pytest.param("flag", "`flag`", "`not flag`", id="a name"),
        pytest.param("not flag", "`not flag`", "`flag`", id="the opposite of a name"),
        pytest.param("not x == 1", "`x != 1`", "`x == 1`", id="the opposite of a comparison"),
        pytest.param("a == 1 and b", "`a == 1 and b`", "`a != 1` or `not b`", id="both"),
        pytest.param("a == 1 or b", "`a == 1 or b`", "`a != 1` and `not b`", id="one of two"),
        pytest.param("0 < x < 1", "`0 < x < 1`", "`not (0 < x < 1)`", id="a chain"),
        pytest.param("type_of(x) not in ('list', 'tuple')", "`x` is not a list or tuple", "`x` is a list or tuple", id="a type"),
        pytest.param("type_of(x) == 'function'", "`x` is a function", "`x` is not a function", id="one type"),
        pytest.param("own_rates", "a parameter group has a learning rate of its own", "no parameter group has a learning rate of its own", id="a word of the tables"),
        pytest.param("not own_rates", "no parameter group has a learning rate of its own", "a parameter group has a learning rate of its own", id="its opposite"),
        pytest.param("own_rates and x == 1", "a parameter group has a learning rate of its own and `x == 1`", "no parameter group has a learning rate of its own or `x != 1`", id="a word of the tables and more"),
    ],
)  # fmt: skip
def test_conditions_are_said_to_people(condition: str, positive: str, negative: str) -> None:
    parsed = parse_expression(condition)
    assert describe(parsed).en == positive
    assert describe_negation(parsed).en == negative
    assert describe(parsed).zh
    assert describe_negation(parsed).zh


def test_an_argument_without_effect_is_dropped_and_named() -> None:
    becomes(
        "import torch\no = torch.optim.SGD(m.parameters(), lr=0.1, foreach=f(), fused=x)\n",
        "import paddle\no = paddle.optimizer.SGD(parameters=m.parameters(), learning_rate=0.1)\n",
        "2:OC101",
        "2:OC101",
    )


@pytest.mark.parametrize(
    "keywords",
    [
        pytest.param("**({'dampening': 0.5} if x else {})", id="one of two displays"),
        pytest.param("**{'nesterov': x, **y}", id="a display with another one in it"),
        pytest.param("**kw", id="a name that nothing binds"),
    ],
)
def test_unpacked_keywords_that_may_matter_are_not_dropped(keywords: str) -> None:
    text = f"import torch\no = torch.optim.SGD(m.parameters(), lr=0.1, {keywords})\n"
    assert output(text) == text
    assert said(text) == ["2:OC204"]


@pytest.mark.parametrize(
    ("keywords", "expected"),
    [
        pytest.param("**{'momentum': 0.9}", "**{'momentum': 0.9}", id="a display"),
        pytest.param("**dict(momentum=0.9, nesterov=x)", "**dict(momentum=0.9, use_nesterov=x)", id="dict()"),
        pytest.param("**{'momentum': 0.9, 'foreach': True}", "**{'momentum': 0.9}", id="one dropped"),
        pytest.param("**{'foreach': 1, 'fused': 0, 'momentum': (y)}", "**{'momentum': (y)}", id="the first dropped"),
        pytest.param("**dict(foreach=1, momentum=y, fused=0)", "**dict(momentum=y)", id="of dict() dropped"),
    ],
)  # fmt: skip
def test_the_entries_of_unpacked_keywords_are_written_in_their_place(keywords: str, expected: str) -> None:
    text = f"import torch\no = torch.optim.SGD(m.parameters(), lr=0.1, {keywords})\n"
    assert output(text).endswith(f"Momentum(parameters=m.parameters(), learning_rate=0.1, {expected})\n")


@pytest.mark.parametrize(
    "keywords",
    [
        pytest.param("**{'foreach': True}", id="a display"),
        pytest.param("**dict(fused=True)", id="a call of dict"),
        pytest.param("**({'fused': True} if x else {})", id="one of two displays"),
        pytest.param("**kw", id="a name that holds one"),
    ],
)
def test_unpacked_keywords_without_effect_are_dropped(keywords: str) -> None:
    text = (
        f"import torch\nkw = {{'foreach': True}}\no = torch.optim.SGD(m.parameters(), lr=0.1, {keywords})\n"
    )
    assert said(text) == ["3:OC101"]
    assert "learning_rate=0.1)" in output(text)


@pytest.mark.parametrize(
    "change",
    [
        "kw['momentum'] = 0.9",
        "kw.update(momentum=0.9)",
        "f(kw)",
        "kw = {'momentum': 0.9}",
        "kw |= other",
        "other = kw",
        "kw, x = y",
    ],
)
def test_a_name_of_keywords_that_may_be_changed_is_not_dropped(change: str) -> None:
    text = f"import torch\nkw = {{'foreach': True}}\n{change}\no = torch.optim.SGD(m.parameters(), lr=0.1, **kw)\n"
    assert output(text) == text


@pytest.mark.parametrize(
    ("before", "rate"),
    [
        pytest.param("parser.add_argument('--lr', default=1)", "float(args.lr)", id="an integer"),
        pytest.param(
            "parser.add_argument('-l', '--lr', type=float, default=1)",
            "float(args.lr)",
            id="an integer with a type",
        ),
        pytest.param("parser.add_argument('--lr', default=0.1)", "args.lr", id="a float"),
        pytest.param(
            "parser.add_argument('--epochs', default=1)", "args.lr", id="an integer of another argument"
        ),
        pytest.param("parser.add_argument('--lr')", "args.lr", id="nothing"),
        pytest.param("parser.add_argument()", "args.lr", id="no flag"),
    ],
)
def test_a_rate_from_the_command_line_is_made_a_float_where_its_default_is(before: str, rate: str) -> None:
    text = f"import torch\n{before}\no = torch.optim.SGD(m.parameters(), lr=args.lr)\n"
    assert f"learning_rate={rate})" in output(text)


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        ("torch.tensor(0.1)", "0.1"),
        ("torch.tensor(1)", "1.0"),
        ("torch.as_tensor(x)", "float(torch.as_tensor(x))"),
    ],
)
def test_a_rate_in_a_tensor_is_made_a_float(rate: str, expected: str) -> None:
    assert f"learning_rate={expected})" in output(
        f"import torch\no = torch.optim.SGD(m.parameters(), lr={rate})\n"
    )


@pytest.mark.parametrize("value", ["True", "flag", "f(x)", "args.maximize"])
def test_an_argument_that_cannot_be_expressed_is_refused(value: str) -> None:
    text = f"import torch\no = torch.optim.SGD(m.parameters(), lr=0.1, maximize={value})\n"
    assert output(text) == text
    (found,) = convert(text).diagnostics
    assert found.code == "OC302"
    assert f"maximize={value}" in found.message.en


def test_a_case_that_is_right_from_a_later_version_on_is_declined_before() -> None:
    tables = load_tables("paddle")
    row = tables.row("torch.optim.Adagrad")
    assert row is not None
    later = replace(row, cases=tuple(replace(case, since="3.0.0") for case in row.cases))
    tables._rows[row.api] = later
    text = b"import torch\no = torch.optim.Adagrad(m.parameters())\n"
    old = convert_source(text, tables, Options(annotate=False, target_version="2.6.2"))
    assert old.source == text
    assert [found.code for found in old.diagnostics] == ["OC305"]
    assert "3.0.0" in old.diagnostics[0].message.en
    assert convert_source(text, tables, Options(target_version="3.0.0")).source != text


def test_a_class_is_named_that_the_chosen_version_does_not_have() -> None:
    text = "import torch\no = torch.optim.SGD(m.parameters(), lr=0.1, momentum=0.9)\n"
    assert said(text, Options(annotate=False, target_version="2.6.2")) == []
    assert output(text, Options(annotate=False, target_version="3.3.1")) == output(text)


@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        pytest.param(
            "lr=0.1,  # rate\n    momentum=0.9,  # heavy\n",
            "learning_rate=0.1,  # rate\n    momentum=0.9,  # heavy\n",
            id="behind the arguments",
        ),
        pytest.param("# above\n    lr=0.1,\n", "# above\n    learning_rate=0.1,\n", id="above an argument"),
        pytest.param("lr=0.1,\n    # end\n", "learning_rate=0.1,\n    # end\n", id="at the end"),
        pytest.param("lr = 0.1 ,\n", "learning_rate = 0.1 ,\n", id="with space around"),
        pytest.param("lr=(0.1),\n", "learning_rate=(0.1),\n", id="in parentheses"),
        pytest.param("lr=0.1\n", "learning_rate=0.1\n", id="without a last comma"),
    ],
)
def test_layout_and_comments_of_arguments_stay(arguments: str, kept: str) -> None:
    converted = output(f"import torch\no = torch.optim.SGD(\n    m.parameters(),\n    {arguments})\n")
    assert f"    parameters=m.parameters(),\n    {kept})" in converted


NESTED = {
    "in an entry of betas": ("b = torch.optim.Adam(m.parameters(), betas=(0.9, a.param_groups[0]['lr']))", "beta2=a.get_lr()"),
    "in a rate": ("b = torch.optim.SGD(m.parameters(), lr=a.param_groups[0]['lr'])", "learning_rate=a.get_lr()"),
    "in a rate that is computed": ("b = torch.optim.SGD(m.parameters(), lr=a.param_groups[0]['lr'] * 2)", "learning_rate=a.get_lr() * 2"),
    "in a group": ("b = torch.optim.SGD([{'params': p, 'lr': a.param_groups[0]['lr']}], lr=0.1)", "'learning_rate': a.get_lr() / 0.1"),
    "in the argument of a function": ("f(torch.optim.SGD(m.parameters(), lr=0.5), a.param_groups[0]['lr'])", "f(paddle.optimizer.SGD(parameters=m.parameters(), learning_rate=0.5), a.get_lr())"),
    "in the body of a loop over groups": ("for g in a.param_groups:\n    g['lr'] = a.param_groups[0]['lr'] * 2", "a.set_lr(a.get_lr() * 2)"),
    "in a value that is written": ("a.param_groups[0]['lr'] = a.param_groups[0]['lr'] * 2", "a.set_lr(a.get_lr() * 2)"),
    "in an f-string": ("x = f\"{a.param_groups[0]['lr']}\"", "{a.get_lr()}"),
    "in a lambda": ("x = lambda: a.zero_grad() or a.param_groups[0]['lr']", "lambda: a.clear_grad(set_to_zero=False) or a.get_lr()"),
    "as an object": ("torch.optim.SGD(m.parameters(), lr=a.param_groups[0]['lr']).zero_grad()", "learning_rate=a.get_lr()).clear_grad("),
    "in the argument of a method": ("a.load_state_dict(f(a.state_dict(), a.param_groups[0]['lr']))", "a.get_lr()"),
    "as an object in parentheses": ("(a).zero_grad(set_to_none=False)", "(a).clear_grad(set_to_zero=True)"),
    "as one of two objects in parentheses": ("(a or a).zero_grad(set_to_none=False)", "(a or a).clear_grad(set_to_zero=True)"),
    "as an object over two lines": ("(a\n ).zero_grad(set_to_none=True)", "(a\n ).clear_grad(set_to_zero=False)"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [pytest.param(*pair, id=name) for name, pair in NESTED.items()]
)
def test_what_is_converted_inside_something_converted_is_written(text: str, expected: str) -> None:
    converted = output(f"import torch\na = torch.optim.SGD(m.parameters(), lr=0.1)\n{text}\n")
    assert expected in converted


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(
            "milestones=(\n    30,\n    60,  # end\n)",
            id="behind the last entry of a tuple that becomes a list",
        ),
        pytest.param(
            "milestones=(30,  # one\n 60), gamma=0.5  # two\n", id="inside a tuple that becomes a list"
        ),
        pytest.param(
            "milestones=(  # first\n 30, 60)", id="behind the parenthesis of a tuple that becomes a list"
        ),
        pytest.param("milestones=[30, 60  # end\n]", id="inside a list"),
        pytest.param("milestones=(  # why\n [30, 60])", id="inside parentheses around a list"),
    ],
)
def test_comments_inside_arguments_that_change_stay(arguments: str) -> None:
    text = f"import torch\no = torch.optim.SGD(m.parameters(), lr=0.1)\nx()\ns = torch.optim.lr_scheduler.MultiStepLR(o, {arguments})\n"
    converted = output(text)
    assert "MultiStepDecay(" in converted
    assert sorted(re.findall("#.*", converted)) == sorted(re.findall("#.*", text))


def test_comments_inside_values_that_are_split_or_computed_stay() -> None:
    text = "import torch\no = torch.optim.RMSprop(m.parameters(), eps=(1e-8  # tiny\n), lr=1  # rate\n)\nq = torch.optim.Adam(m.parameters(), betas=(0.9,  # one\n 0.99  # two\n))\n"
    assert sorted(re.findall("#.*", output(text))) == sorted(re.findall("#.*", text))


def test_a_construction_inside_the_object_of_a_method_is_written() -> None:
    text = "import torch\ndef f(o):\n    return torch.optim.lr_scheduler.StepLR(o, 3)\nx = f(torch.optim.SGD(m.parameters(), lr=0.1)).get_last_lr()[0]\n"
    converted = output(text, BARE)
    assert "x = f(paddle.optimizer.SGD(parameters=m.parameters(), learning_rate=0.1))" in converted
