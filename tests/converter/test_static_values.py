"""What expressions of a file come to, found without running any of it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from optconv.converter import Options, convert_source
from optconv.converter.built_object import BuiltArgument, BuiltObject
from optconv.mappings.expressions import UNKNOWN

from .helpers import paddle_tables

HEAD = (
    "import argparse, math, os\nimport numpy as np\nimport torch\nfrom dataclasses import dataclass, field\n"
)


def built(text: str, **given: str) -> list[BuiltObject]:
    source = (HEAD + dedent(text)).encode()
    conversion = convert_source(source, paddle_tables(), Options(annotate=False, values=given))
    assert not conversion.failed, conversion.diagnostics
    return list(conversion.built)


def argument(found: BuiltObject, parameter: str) -> BuiltArgument:
    return next(each for each in found.arguments if each.parameter == parameter)


def rate(text: str, expression: str, given: dict[str, str] | None = None) -> Any:
    """Return what the learning rate ``expression`` comes to in a file; what is missing, where it is not known."""
    call = f"torch.optim.SGD(model.parameters(), lr={expression})\n"
    lines = dedent(text).rstrip("\n")
    text = lines.replace("...", call.strip()) if "..." in lines else f"{lines}\n{call}"
    found = built(text, **(given or {}))[0]
    values = list(argument(found, "lr").values.values())
    if not values:
        return float(argument(found, "lr").template)
    return found.missing if values[0] is UNKNOWN else values[0]


PARSER = """
parser = argparse.ArgumentParser()
parser.add_argument("--lr", "-l", type=float, default=0.1)
parser.add_argument("--text-lr", type=float, default="0.2")
parser.add_argument("--rate", dest="own_name", default=0.3)
parser.add_argument("--needed", type=float, required=True)
parser.add_argument("--odd", type=eval, default="0.5")
parser.add_argument("--flag", action="store_true")
parser.add_argument("--no", action="store_false")
parser.add_argument("--nothing", type=float)
args = parser.parse_args()
"""
KNOWN = {
    "a literal": ("", "0.1", 0.1),
    "a constant of the module": ("LR = 0.1", "LR", 0.1),
    "arithmetic with constants": ("LR = 0.1\nN = 4", "LR * N / 8", 0.05),
    "the last of several assignments": ("LR = 1.0\nLR = 0.1", "LR", 0.1),
    "one name of several": ("a, LR = 1, 0.1", "LR", 0.1),
    "the default of an argument": (PARSER, "args.lr", 0.1),
    "a default that the type converts": (PARSER, "args.text_lr", 0.2),
    "an argument with a name of its own": (PARSER, "args.own_name", 0.3),
    "a flag": (PARSER, "0.1 if args.flag else 0.2", 0.2),
    "a flag that is on": (PARSER, "0.1 if args.no else 0.2", 0.1),
    "an argument without a default": (PARSER, "0.1 if args.nothing is None else 0.2", 0.1),
    "arguments in a parameter": (PARSER + "def main(opt):\n    ...", "opt.lr * 2", 0.2),
    "a default of getattr": (PARSER, "getattr(args, 'unheard', 0.4)", 0.4),
    "a field of a dataclass": ("@dataclass\nclass C:\n    lr: float = 0.1\nc = C()", "c.lr", 0.1),
    "a field with field()": ("@dataclass\nclass C:\n    lr: float = field(default=0.1)\nc = C()", "c.lr", 0.1),
    "a field that is given": ("@dataclass\nclass C:\n    lr: float = 0.1\nc = C(lr=0.2)", "c.lr", 0.2),
    "a field that is given in its place": (
        "@dataclass\nclass C:\n    lr: float\n    n: int = 1\nc = C(0.3)", "c.lr", 0.3
    ),
    "a field by annotation": ("@dataclass\nclass C:\n    lr: float = 0.1\ndef f(c: C):\n    ...", "c.lr", 0.1),
    "a class as a namespace": ("class C:\n    lr = 0.1", "C.lr", 0.1),
    "a class that something else builds": ("class Args:\n    lr: float = 0.1\nargs = tyro.cli(Args)", "args.lr", 0.1),
    "an entry of a dictionary": ("c = {'lr': 0.1}", "c['lr']", 0.1),
    "an entry of an entry": ("c = {'optim': {'lr': 0.1}}", "c['optim']['lr']", 0.1),
    "an entry with get": ("c = dict(lr=0.1)", "c.get('lr', 1.0)", 0.1),
    "the default of get": ("c = load()", "c.get('lr', 0.5)", 0.5),
    "a namespace": ("c = SimpleNamespace(lr=0.1)", "c.lr", 0.1),
    "the default of a parameter": ("def f(model, lr=0.1):\n    ...", "lr", 0.1),
    "a parameter of the only call": ("def f(model, lr=0.1):\n    ...\nf(net, 0.2)", "lr", 0.2),
    "a parameter of calls that agree": ("def f(model, lr):\n    ...\nf(a, lr=0.2)\nf(b, 0.2)", "lr", 0.2),
    "an attribute of self": (
        "class T:\n    def __init__(self, lr=0.1):\n        self.lr = lr\n    def f(self):\n        ...", "self.lr", 0.1
    ),
    "an attribute that the only call gives": (
        "class T:\n    def __init__(self, lr=0.1):\n        self.lr = lr\n    def f(self):\n        ...\nT(0.2)",
        "self.lr",
        0.2,
    ),
    "hyper-parameters of Lightning": (
        "class T:\n    def __init__(self, lr=0.1):\n        self.save_hyperparameters()\n    def f(self):\n        ...",
        "self.hparams.lr",
        0.1,
    ),
    "functions of the language": ("LR = 0.1", "max(LR, float('0.2'))", 0.2),
    "functions of math": ("", "math.sqrt(0.25) * 10 ** -1", 0.05),
    "functions of numpy": ("", "np.sqrt(0.25)", 0.5),
    "a function of the file": ("def scaled(x):\n    return 2 * x", "scaled(0.1)", 0.2),
    "the length of a list": ("steps = [1, 2]", "len(steps) / 10", 0.2),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expression", "value"), KNOWN.values(), ids=KNOWN)
def test_it_is_known(text: str, expression: str, value: float) -> None:
    assert rate(text, expression) == pytest.approx(value, rel=1e-15)


UNSEEN = {
    "an argument that must be given": (PARSER, "args.needed", ("args.needed",)),
    "a type that is called": (PARSER, "args.odd", ("args.odd",)),
    "a parameter without a default": ("def f(lr):\n    ...", "lr", ("lr",)),
    "a parameter of calls that differ": ("def f(lr):\n    ...\nf(0.1)\nf(0.2)", "lr", ("lr",)),
    "the variable of a loop": ("for lr in (0.1, 0.2):\n    ...", "lr", ("lr",)),
    "one of two assignments": ("if x:\n    lr = 0.1\nelse:\n    lr = 0.2", "lr", ("lr",)),
    "what a function of another module returns": ("", "os.environ.get('LR')", ("os.environ.get('LR')",)),
    "the length of something": ("", "0.1 * len(loader)", ("len(loader)",)),
    "an entry that is changed": ("c = {'lr': 0.1}\nc['lr'] = 0.2", "c['lr']", ("c['lr']",)),
    "an entry of a dictionary that is updated": ("c = {'lr': 0.1}\nc.update(x)", "c['lr']", ("c['lr']",)),
    "two parts": ("", "a.lr * b.factor", ("a.lr",)),
    "a name that stands for itself": ("lr = lr * 2", "lr", ("lr",)),
    "a number that is too large": ("", "10 ** 10 ** 10", ("10 ** 10 ** 10",)),
    "a list that is too long": ("", "len([0] * 10 ** 9)", ("len([0] * 10 ** 9)",)),
}


@pytest.mark.parametrize(("text", "expression", "missing"), UNSEEN.values(), ids=UNSEEN)
def test_it_is_missing(text: str, expression: str, missing: tuple[str, ...]) -> None:
    assert rate(text, expression) == missing


SAID = {
    "by its text": ("args.lr", {"args.lr": "0.1"}, 0.1),
    "by its last name": ("args.lr", {"lr": "0.1"}, 0.1),
    "by a key": ("config['optim']['lr']", {"lr": "0.1"}, 0.1),
    "with other spaces and quotes": ("config[ 'lr' ]", {'config["lr"]': "0.1"}, 0.1),
    "a call": ("0.1 * len(loader)", {"len(loader)": "10"}, 1.0),
    "as an expression": ("args.lr", {"lr": "3 * 10 ** -2"}, 0.03),
    "against what the file says": ("LR", {"LR": "0.5"}, 0.5),
}


@pytest.mark.parametrize(("expression", "given", "value"), SAID.values(), ids=SAID)
def test_a_person_says_what_it_is(expression: str, given: dict[str, str], value: float) -> None:
    assert rate("LR = 1 * other()", expression, given) == pytest.approx(value)


def test_where_a_value_comes_from_is_noted() -> None:
    (found,) = built(PARSER + "LR = args.lr * 2\ntorch.optim.SGD(p, lr=LR, momentum=m)", m="0.9")
    assert [(used.text, used.value, used.origin) for used in found.used] == [
        ("args.lr", 0.1, "parser"),
        ("LR", 0.2, "assigned"),
        ("m", 0.9, "set"),
    ]
    assert found.used[0].line == HEAD.count("\n") + PARSER[: PARSER.index("--lr")].count("\n") + 1


def test_what_the_converter_knows_stands_in_the_template_and_nothing_else_does() -> None:
    (found,) = built(PARSER + "B = 0.9\ntorch.optim.Adam(p, lr=args.lr, betas=(B, args.lr), eps=1e-6)")
    templates = {each.parameter: each.template for each in found.arguments}
    assert templates == {"lr": "lr_1", "betas": "(0.9, betas_2)", "eps": "1e-06"}


FUNCTIONS = {
    "a lambda": "schedule = lambda epoch: 0.5 ** epoch",
    "a function with branches": "def schedule(e):\n    if e < 1:\n        return 1.0\n    return 0.5 * schedule_of(e)\n"
    "def schedule_of(e):\n    half = 0.5 ** (e - 1)\n    return half",
    "one that reads constants": "BASE = 0.5\ndef schedule(e):\n    return BASE ** e",
}


@pytest.mark.parametrize("text", FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_function_of_the_file_is_evaluated(text: str) -> None:
    found = built(
        f"{text}\nopt = torch.optim.SGD(p, 0.1)\nsch = torch.optim.lr_scheduler.LambdaLR(opt, schedule)"
    )
    (function,) = argument(found[1], "lr_lambda").values.values()
    assert [function(epoch) for epoch in range(4)] == [1.0, 0.5, 0.25, 0.125]


def test_what_a_function_reads_and_nobody_knows_is_missing() -> None:
    text = "def f(opt, warm_up):\n    return torch.optim.lr_scheduler.LambdaLR(opt, lambda e: min(1, e / warm_up))"
    assert built(text)[0].missing == ("warm_up",)


def test_the_key_of_a_group_is_no_code() -> None:
    (found,) = built('torch.optim.SGD([{"params": p, "lr=1\\nimport os": x, "lr": y}], lr=0.1)', x="1", y="2")
    names = [name for options in found.groups for option in options for name in option.values]
    assert names == ["value_1", "lr_2"]


def test_nothing_is_run(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    touch = f"open({str(trace)!r}, 'w')"
    text = f"""
        {touch}
        class Meta(type):
            def __getattr__(cls, name): {touch}
        class Config(metaclass=Meta):
            @property
            def lr(self): {touch}
        def default(x={touch}): return {touch}
        parser = argparse.ArgumentParser()
        parser.add_argument("--lr", default={touch}, type=lambda text: {touch})
        args = parser.parse_args()
        config = Config()
        a = torch.optim.SGD(p, lr={touch})
        b = torch.optim.SGD(p, lr=config.lr)
        c = torch.optim.SGD(p, lr=default())
        d = torch.optim.SGD(p, lr=args.lr)
        e = torch.optim.SGD(p, lr=__import__("os").system("touch {trace}"))
        s = torch.optim.lr_scheduler.LambdaLR(a, lambda epoch: {touch})
    """
    found = built(text, x=touch)
    assert len(found) == 6
    assert all(each.missing for each in found)
    assert not trace.exists()
