"""What stands around an optimizer: clipping, scalers, regions of low precision, models."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optconv.converter import Options, convert_source
from optconv.converter.convert import may_concern
from optconv.mappings import load_tables

from .helpers import output, said

HEAD = "import torch\no = torch.optim.SGD(m.parameters(), lr=0.1)\n"
CLIP = "import torch\nfrom torch.nn.utils import clip_grad_norm_\n"
WARNED = ["OC202"]


def codes(text: str) -> list[str]:
    """Return the codes that are given for ``text``, without their lines."""
    return [entry.partition(":")[2] for entry in said(text)]


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        pytest.param("m.parameters()", [], id="what gives parameters"),
        pytest.param("[p for p in x]", [], id="a list"),
        pytest.param("a.parameters() if c else b.parameters()", [], id="a choice of two that are none"),
        pytest.param("a.parameters() if c else x", WARNED, id="a choice with one that is unknown"),
        pytest.param("x", WARNED, id="a name from elsewhere"),
        pytest.param("f(x)", WARNED, id="what a call gives"),
        pytest.param("x.weight", [], id="a parameter of a layer"),
        pytest.param("x + y", [], id="a sum"),
        pytest.param("x[1:]", [], id="a slice"),
        pytest.param("x['params']", [], id="the parameters of a group"),
        pytest.param("x['others']", WARNED, id="another entry"),
        pytest.param("map(f, x)", [], id="an iterator, which becomes a list"),
        pytest.param("(p for p in x)", [], id="a generator, which becomes a list"),
        pytest.param("chain.from_iterable(x)", [], id="a chain, which becomes a list"),
    ],
)
def test_whether_the_parameters_can_be_gone_through_twice(argument: str, expected: list[str]) -> None:
    assert codes(f"{CLIP}clip_grad_norm_({argument}, 1.0)\n") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("x = filter(f, y)\nclip_grad_norm_(x, 1.0)\n", [], id="a name for an iterator"),
        pytest.param(
            "x = filter(f, y)\nif c:\n    x = iter(y)\nclip_grad_norm_(x, 1.0)\n",
            ["OC201"],
            id="a name for one of two iterators",
        ),
        pytest.param("x = list(y)\nif c:\n    x = [y]\nclip_grad_norm_(x, 1.0)\n", [], id="one of two lists"),
        pytest.param("x = x\nclip_grad_norm_(x, 1.0)\n", WARNED, id="a name that stands for itself"),
        pytest.param("x, y = f()\nclip_grad_norm_(x, 1.0)\n", WARNED, id="a part of a result"),
        pytest.param("g = lambda x: clip_grad_norm_(x, 1.0)\n", WARNED, id="a parameter of a lambda"),
        pytest.param(
            "def f(x):\n    clip_grad_norm_(x, 1.0)\nf([a])\nf(m.parameters())\n", [], id="what calls pass"
        ),
        pytest.param(
            "def f(x):\n    clip_grad_norm_(x, 1.0)\nf([a])\nf(*b)\n", WARNED, id="one that is unpacked"
        ),
        pytest.param(
            "class A:\n    def __init__(self):\n        self.x = [1]\n    def f(self):\n        clip_grad_norm_(self.x, 1.0)\n",
            [],
            id="an attribute",
        ),
    ],
)
def test_parameters_are_followed(text: str, expected: list[str]) -> None:
    assert codes(CLIP + text) == expected


def test_a_call_without_its_first_argument_is_not_understood() -> None:
    assert codes(f"{CLIP}clip_grad_norm_(max_norm=1.0)\n") == ["OC204"]


@pytest.mark.parametrize(("version", "expected"), [("2.6.2", ["OC305"]), ("3.0.0", []), (None, [])])
def test_what_an_older_target_lacks_stays(version: str | None, expected: list[str]) -> None:
    tables = load_tables("paddle")
    row = tables.row("torch.nn.utils.clip_grad_norm_")
    assert row is not None
    tables._rows[row.api] = replace(row, since="3.0.0")
    text = b"import torch\ntorch.nn.utils.clip_grad_norm_(m.parameters(), 1.0)\n"
    conversion = convert_source(text, tables, Options(target_version=version))
    assert [found.code for found in conversion.diagnostics] == expected


def test_a_function_without_a_row_is_declined() -> None:
    tables = load_tables("paddle")
    tables._rows["torch.nn.utils.clip_grad_norm_"] = None
    text = b"import torch\ntorch.nn.utils.clip_grad_norm_(m.parameters(), 1.0)\n"
    conversion = convert_source(text, tables)
    assert [found.code for found in conversion.diagnostics] == ["OC306"]


def test_what_the_source_framework_built_may_be_called_with_anything() -> None:
    assert codes(f"{HEAD}f = torch.jit.trace(x)\nf(o)\n") == []


def test_a_method_of_a_class_is_no_method_of_an_object() -> None:
    assert "unscale_" in output("import torch\nf = torch.amp.GradScaler.unscale_\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("o = torch.optim.LBFGS2(p)", ["OC204", "OC102"], id="a name that is not known"),
        pytest.param("class A(torch.optim.Optimizer):\n    pass", ["OC306", "OC102"], id="a subclass"),
        pytest.param("def f(o: torch.optim.Optimizer): pass", [], id="an annotation"),
        pytest.param("s = torch.optim.lr_scheduler.X(o)", ["OC204"], id="an unknown scheduler"),
    ],
)
def test_clipping_stays_with_optimizers_that_stay(text: str, expected: list[str]) -> None:
    assert codes(f"import torch\n{text}\ntorch.nn.utils.clip_grad_norm_(m.parameters(), 1.0)\n") == expected


def test_annotations_and_mentions_stay_with_the_optimizers() -> None:
    text = "import torch\no = torch.optim.SGD(p, maximize=True)\ndef f(s: torch.amp.GradScaler): pass\n"
    assert said(text) == ["2:OC302", "3:OC102"]


def test_a_constant_may_be_dropped_with_its_import() -> None:
    text = "import torch\nfrom torch import float16\nwith torch.autocast('cuda', float16): pass\n"
    assert output(text) == "import paddle\nwith paddle.amp.auto_cast(dtype='float16'): pass\n"


def test_a_name_that_may_be_something_else_is_no_constant() -> None:
    text = "import torch\nd = torch.float16\nif c:\n    d = x\nwith torch.autocast('cuda', d): pass\n"
    assert "auto_cast(dtype=d)" in output(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param('f"{s.get_scale()}"', "f\"{(s.state_dict()['scale'].item() if s.is_enable() else 1.0)}\"", id="double quotes"),
        pytest.param("f'{s.get_scale()}'", "f'{(s.state_dict()[\"scale\"].item() if s.is_enable() else 1.0)}'", id="single quotes"),
        pytest.param('f"""{s.get_scale()}"""', 'f"""{(s.state_dict()["scale"].item() if s.is_enable() else 1.0)}"""', id="three quotes"),
    ],
)  # fmt: skip
def test_quotes_in_formatted_strings(before: str, after: str) -> None:
    text = f"import torch\ns = torch.amp.GradScaler(enabled=False)\nx = {before}\n"
    assert output(text).endswith(f"x = {after}\n")


STEPS = "s.step(a)\ns.step(b)\n"
TWO = "import torch\na = torch.optim.SGD(p, lr=0.1)\nb = torch.optim.SGD(q, lr=0.1)\ns = torch.amp.GradScaler(enabled=False)\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("s.step(a)\ns.update()\n", [], id="one optimizer"),
        pytest.param(f"{STEPS}s.update()\n", ["OC201"], id="two optimizers and one update"),
        pytest.param(
            "s.step(a)\ns.update()\ns.step(b)\ns.update()\n", ["OC202"] * 2, id="an update for each"
        ),
        pytest.param("for o in [a, b]:\n    s.step(o)\ns.update()\n", ["OC201"], id="a loop over optimizers"),
        pytest.param("s.step(x)\ns.step(y)\ns.update()\n", ["OC201"], id="optimizers from elsewhere"),
        pytest.param("other.step(a)\ns.step(b)\ns.update()\n", [], id="another object"),
        pytest.param("f(s.step)\ns.step(b)\ns.update()\n", [], id="not called"),
    ],
)
def test_whether_a_scaler_steps_several_optimizers(text: str, expected: list[str]) -> None:
    assert [code for code in codes(TWO + text) if code in ("OC201", "OC202")] == expected


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        pytest.param(f"{HEAD}m.zero_grad()\n", True, id="the same name"),
        pytest.param(f"{HEAD}a = m\na.zero_grad()\n", False, id="another name"),
        pytest.param(f"{HEAD}def f(m):\n    m.zero_grad()\n", False, id="the same name in another scope"),
        pytest.param(f"{HEAD}def f():\n    m.zero_grad()\n", True, id="the same name inside a function"),
        pytest.param(f"{HEAD}f().zero_grad()\n", False, id="the result of a call"),
        pytest.param("import torch\no = torch.optim.SGD(f().parameters(), lr=0.1)\nf().zero_grad()\n", True, id="two calls of a function"),
        pytest.param("import torch\no = torch.optim.SGD((1).parameters(), lr=0.1)\n(1).zero_grad()\n", False, id="no name at all"),
        pytest.param("import torch\nps = list(m.parameters())\no = torch.optim.SGD(ps, lr=0.1)\nm.zero_grad()\n", True, id="parameters by a name"),
        pytest.param("import torch\nps = ps\no = torch.optim.SGD(ps, lr=0.1)\nm.zero_grad()\n", False, id="a name that stands for itself"),
        pytest.param("import torch\no = torch.optim.SGD([{'params': m.a.parameters()}], lr=0.1)\nm.a.zero_grad()\n", True, id="a part of a model"),
        pytest.param("import torch\nm.parameters()\nm.zero_grad()\ntorch.optim\n", False, id="no optimizer"),
    ],
)  # fmt: skip
def test_zero_grad_of_a_model(text: str, changed: bool) -> None:
    assert ("clear_gradients" in output(text)) is changed


@pytest.mark.parametrize("word", ["clip_grad_norm_", "GradScaler", "autocast", "unscale_"])
def test_a_file_that_mentions_what_surrounds_an_optimizer_is_read(word: str) -> None:
    tables = load_tables("paddle")
    assert may_concern(f"from x import *\n{word}(a)\n".encode(), tables)
    assert not may_concern(f"from x import *\n{word}s(a)\n".encode(), tables)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import torch\nx = torch.nn.Linear(2, 3)\ntorch.nn.utils.vector(x)\ntorch.amp.custom_fwd(f)\n", id="other members"),
        pytest.param("import torch.nn as nn\nf(nn)\nf(nn.utils)\nclass A(nn.Module): pass\n", id="modules and models"),
        pytest.param("from torch.cuda import amp\namp.x()\n", id="an unknown name of amp"),
    ],
)  # fmt: skip
def test_other_things_in_the_same_modules_are_none_of_ours(text: str) -> None:
    assert said(text) == []
    assert output(text) == text


@pytest.mark.parametrize(
    ("version", "expected"), [("2.6.2", "zero_grad()"), ("3.0.0", "clear_gradients(set_to_zero=False)")]
)
def test_gradients_of_a_model_that_an_older_target_only_fills_with_zeros(version: str, expected: str) -> None:
    conversion = convert_source(
        f"{HEAD}m.zero_grad()\n".encode(), load_tables("paddle"), Options(target_version=version)
    )
    assert f"m.{expected}" in conversion.source.decode()
    assert [found.code for found in conversion.diagnostics] == (["OC305"] if version == "2.6.2" else [])
