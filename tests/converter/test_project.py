"""Names and objects that come from other files of a project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

import pytest

from optconv.converter import Conversion, Options, Outcome, convert_source
from optconv.converter.project_modules import ProjectModules
from optconv.mappings import load_tables

PADDLE = load_tables("paddle")
MINDSPORE = load_tables("mindspore")

SOLVER = """\
import torch
from torch.optim import Adam, SGD


def build(model, name):
    if name == "sgd":
        return SGD(model.parameters(), lr=0.1)
    return Adam(model.parameters(), lr=0.1)


def build_both(model):
    optimizer = SGD(model.parameters(), lr=0.1)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 10)
    return optimizer, scheduler
"""
ENGINE = """\
def train(model, loader, optimizer):
    for x, y in loader:
        optimizer.zero_grad()
        loss = (model(x) - y).pow(2).mean()
        loss.backward()
        optimizer.step()
"""


class Files:
    """The files of a project, in memory."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.contents = {PurePosixPath(path): text.encode() for path, text in files.items()}

    @property
    def paths(self) -> frozenset[PurePosixPath]:
        """Return all paths."""
        return frozenset(self.contents)

    def exists(self, path: PurePosixPath) -> bool:
        """Return whether there is such a file."""
        return path in self.contents

    def read(self, path: PurePosixPath) -> bytes | None:
        """Return the bytes of a file."""
        return self.contents.get(path)


def convert(files: Mapping[str, str], path: str, tables: object = PADDLE) -> Conversion:
    """Convert one file of a project."""
    modules = ProjectModules(Files(files), tables)  # type: ignore[arg-type]
    options = Options(module=lambda: modules.module_at(PurePosixPath(path)))
    return convert_source(files[path].encode(), tables, options)  # type: ignore[arg-type]


def output(files: Mapping[str, str], path: str, tables: object = PADDLE) -> str:
    return convert(files, path, tables).source.decode()


@pytest.mark.parametrize(
    ("imported", "call"),
    [
        ("from solver import build", "build(model, name)"),
        ("from solver import build as make", "make(model, name)"),
        ("import solver", "solver.build(model, name)"),
        ("import solver as s", "s.build(model, name)"),
        ("from solver import *", "build(model, name)"),
        ("from pkg import build", "build(model, name)"),
        ("from pkg import tools", "tools.build(model, name)"),
        ("import pkg.tools", "pkg.tools.build(model, name)"),
        ("from pkg.stars import build", "build(model, name)"),
    ],
)
def test_what_a_function_of_another_file_returns_is_known(imported: str, call: str) -> None:
    files = {
        "solver.py": SOLVER,
        "pkg/__init__.py": "from .tools import build\n",
        "pkg/tools.py": SOLVER,
        "pkg/stars.py": "from .tools import *\n",
        "train.py": f"{imported}\n\nmade = {call}\nmade.zero_grad()\n",
    }
    assert "made.clear_grad(set_to_zero=False)" in output(files, "train.py")
    assert "made.zero_grad()" in output({"train.py": files["train.py"]}, "train.py")


def test_what_a_function_returns_as_a_tuple_is_known_part_by_part() -> None:
    train = (
        "from solver import build_both\n\noptimizer, scheduler = build_both(model)\n"
        "optimizer.zero_grad()\nrate = scheduler.get_last_lr()[0]\n"
    )
    converted = output({"solver.py": SOLVER, "train.py": train}, "train.py")
    assert "optimizer.clear_grad(set_to_zero=False)\nrate = scheduler()\n" in converted


def test_a_parameter_is_what_the_other_files_pass() -> None:
    train = (
        "import torch\nimport engine\n\noptimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n"
        "engine.train(model, loader, optimizer=optimizer)\n"
    )
    files = {"engine.py": ENGINE, "train.py": train}
    assert "optimizer.clear_grad(set_to_zero=False)" in output(files, "engine.py")
    assert convert(files, "engine.py").diagnostics == ()
    alone = convert({**files, "train.py": "import engine\n"}, "engine.py")
    assert [found.code for found in alone.diagnostics] == ["OC209"]


def test_a_training_step_of_a_file_that_imports_nothing_gets_its_import() -> None:
    train = (
        "import torch\nfrom engine import train\n\n"
        "train(model, loader, torch.optim.SGD(model.parameters(), lr=0.1))\n"
    )
    for beginning in ("", '"""Trains."""\n', "from __future__ import annotations\n", "import os\n"):
        engine = f"{beginning}\n\n{ENGINE}" if beginning else ENGINE
        converted = output({"engine.py": engine, "train.py": train}, "engine.py", MINDSPORE)
        assert converted.count("import mindspore\n") == 1
        compile(converted, "engine.py", "exec")
        assert "grad_fn = mindspore.value_and_grad(forward_fn, None, optimizer.parameters)" in converted
        assert converted.index("import mindspore") >= len(beginning) - len("import os\n") * (
            "os" in beginning
        )


def test_an_attribute_is_what_the_constructor_gets_elsewhere() -> None:
    trainer = (
        "class Trainer:\n    def __init__(self, model, optimizer):\n        self.optimizer = optimizer\n\n"
        "    def clear(self):\n        self.optimizer.zero_grad()\n"
    )
    train = (
        "import torch\nfrom trainer import Trainer\n\n"
        "Trainer(model, torch.optim.SGD(model.parameters(), lr=0.1)).clear()\n"
    )
    assert "self.optimizer.clear_grad" in output({"trainer.py": trainer, "train.py": train}, "trainer.py")


@pytest.mark.parametrize("where", ["one file", "two files"])
def test_an_attribute_may_be_set_by_a_base_class_or_by_a_subclass(where: str) -> None:
    base = (
        "import torch\n\n\nclass Base:\n    def __init__(self, model):\n"
        "        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n\n"
        "    def advance(self):\n        print(self.scheduler.get_last_lr()[0])\n"
    )
    own = (
        "\n\nclass Own(Base):\n    def prepare(self):\n"
        "        self.scheduler = torch.optim.lr_scheduler.StepLR(self.optimizer, 10)\n\n"
        "    def clear(self):\n        self.optimizer.zero_grad()\n"
    )
    files = {"base.py": base, "own.py": f"import torch\nfrom base import Base\n{own}"}
    if where == "one file":
        files = {"base.py": base + own, "own.py": base + own}
    assert "self.optimizer.clear_grad" in output(files, "own.py")
    assert "print(self.scheduler())" in output(files, "base.py")


@pytest.mark.parametrize(
    "again",
    ["from torch.optim import Adam", "from .deeper import Adam", "import torch\n\nAdam = torch.optim.Adam"],
)
def test_a_class_that_the_project_exports_again_is_known(again: str) -> None:
    train = "from pkg.names import Adam\n\noptimizer = Adam(model.parameters(), lr=0.1)\n"
    files = {
        "pkg/__init__.py": "",
        "pkg/names.py": f"{again}\n",
        "pkg/deeper.py": "from torch.optim import *\n",
        "train.py": train,
    }
    conversion = convert(files, "train.py")
    if "= torch" in again:
        assert conversion.count(Outcome.NOT_UNDERSTOOD) == 1  # the class is a value there
        return
    assert conversion.source.decode() == (
        "from paddle.optimizer import Adam\n\n"
        "optimizer = Adam(parameters=model.parameters(), learning_rate=0.1)\n"
    )


def test_a_class_of_the_project_with_the_name_of_one_of_torch_is_left_alone() -> None:
    names = "class Adam:\n    pass\n"
    train = "import torch\nfrom names import *\n\noptimizer = Adam(model.parameters(), lr=0.1)\n"
    assert output({"names.py": names, "train.py": train}, "train.py") == train


def test_a_star_import_that_brings_the_framework_along_makes_nothing_uncertain() -> None:
    train = "import torch\nfrom models import *\n\noptimizer = torch.optim.SGD(net.parameters(), lr=0.1)\n"
    files = {"models.py": "import torch\n\nnet = torch.nn.Linear(2, 2)  # no optimizer\n", "train.py": train}
    assert "paddle.optimizer.SGD" in output(files, "train.py")


def test_an_optimizer_that_cannot_be_converted_is_not_taken_for_one_of_the_target() -> None:
    solver = "import torch\n\n\ndef build(model):\n    return torch.optim.LBFGS(model.parameters())\n"
    train = "from solver import build\n\nmade = build(model)\nmade.zero_grad()\n"
    conversion = convert({"solver.py": solver, "train.py": train}, "train.py", MINDSPORE)
    assert conversion.source.decode() == train
    assert [d.code for d in conversion.diagnostics] == ["OC205"]


@pytest.mark.parametrize(
    "broken", ["def build(:\n", "import train\nfrom train import build\n", "from .nowhere import build\n", ""]
)
def test_a_file_that_helps_nothing_does_no_harm(broken: str) -> None:
    train = "from solver import build\n\nmade = build(model)\nmade.zero_grad()\n"
    conversion = convert({"solver.py": broken, "train.py": train}, "train.py")
    assert (conversion.source.decode(), conversion.failed) == (train, False)


def test_files_that_import_each_other_come_to_an_end() -> None:
    one = "from two import b\n\n\ndef a(optimizer):\n    b(optimizer)\n    optimizer.zero_grad()\n"
    two = "from one import a\n\n\ndef b(optimizer):\n    a(optimizer)\n    optimizer.zero_grad()\n"
    start = "import torch\nfrom one import a\n\na(torch.optim.SGD(params, lr=0.1))\n"
    files = {"one.py": one, "two.py": two, "start.py": start}
    for path in ("one.py", "two.py"):
        assert "optimizer.clear_grad" in output(files, path)
        assert convert(files, path).diagnostics == ()
