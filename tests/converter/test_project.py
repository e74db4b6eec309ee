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

    def names_in(self, folder: str) -> set[str]:
        """Return the names of the files in a folder, and those of the folders in it with ``/`` behind."""
        inside = [path.relative_to(folder).parts for path in self.contents if path.is_relative_to(folder)]
        return {name if not rest else f"{name}/" for name, *rest in inside}

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


@pytest.mark.parametrize(("callers", "known"), [(30, True), (40, False)])
def test_so_many_files_are_asked_what_they_pass(callers: int, known: bool) -> None:
    call = f"from engine import train\n{SOLVER}\ntrain(model, data, build(model, 'sgd'))\n"
    files = {"engine.py": ENGINE, **{f"train_{number}.py": call for number in range(callers)}}
    codes = [found.code for found in convert(files, "engine.py").diagnostics]
    assert ("OC209" not in codes) is known  # else its name alone says what it is


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


def codes(files: Mapping[str, str], path: str, tables: object = PADDLE) -> list[str]:
    """Return what is said of one file of a project."""
    return [found.code for found in convert(files, path, tables).diagnostics]


CLEAR = "def clear(optimizer):\n    optimizer.zero_grad()\n"
GOOD = "import torch\nfrom engine import clear\n\nclear(torch.optim.SGD(params, lr=0.1))\n"
STAYS = "torch.optim.Adafactor(params)"


@pytest.mark.parametrize(
    "other",
    [
        f"import torch\nfrom engine import clear as c\n\nc({STAYS})\n",
        f"import torch, engine\n\nengine.clear({STAYS})\n",
        (
            f"import torch\nfrom threading import Thread\nfrom engine import clear\n\n"
            f"Thread(target=clear, args=({STAYS},))\n"
        ),
        f"import torch\nfrom common import clear\n\nclear({STAYS})\n",
        f"import torch\nfrom stars import clear\n\nclear({STAYS})\n",
        "from engine import clear\nfrom elsewhere import build\n\nclear(build())\n",
    ],
)
def test_every_call_in_another_file_counts(other: str) -> None:
    files = {
        "engine.py": CLEAR,
        "good.py": GOOD,
        "common.py": "from engine import clear\n",
        "stars.py": "from engine import *\n",
        "other.py": other,
    }
    assert codes({**files, "other.py": ""}, "engine.py") == []
    assert codes(files, "engine.py") == ["OC209"]


@pytest.mark.parametrize(
    "other",
    [
        f"class Own(Base):\n    def __init__(self):\n        super().__init__({STAYS})\n",
        f"class Own(Base):\n    pass\n\n\nOwn({STAYS})\n",
        f"class Own(Base):\n    def __init__(self):\n        Base.__init__(self, {STAYS})\n",
        f"class Own(Base):\n    def __init__(self):\n        self.optimizer = {STAYS}\n",
        "class Own(Base):\n    def __init__(self):\n        self.optimizer = build()\n",
        f"made = Base(torch.optim.SGD(params, lr=0.1))\nmade.optimizer = {STAYS}\n",
    ],
)
def test_what_subclasses_and_owners_do_to_an_attribute_counts(other: str) -> None:
    base = (
        "class Base:\n    def __init__(self, optimizer):\n        self.optimizer = optimizer\n\n"
        "    def clear(self):\n        self.optimizer.zero_grad()\n"
    )
    start = "import torch\nfrom base import Base\n\n"
    files = {"base.py": base, "good.py": f"{start}Base(torch.optim.SGD(params, lr=0.1))\n"}
    assert codes(files, "base.py") == []
    assert codes({**files, "other.py": start + other}, "base.py") == ["OC209"]


def test_a_subclass_of_a_subclass_in_a_third_file_counts() -> None:
    base = (
        "import torch\n\n\nclass Base:\n    def __init__(self):\n"
        "        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n\n"
        "    def clear(self):\n        self.optimizer.zero_grad()\n"
    )
    files = {"base.py": base, "mid.py": "from base import Base\n\n\nclass Mid(Base):\n    pass\n"}
    own = "from mid import Mid\n\n\nclass Own(Mid):\n    def __init__(self):\n        self.optimizer = build()\n"
    assert codes(files, "base.py") == []
    assert codes({**files, "own.py": own}, "base.py") == ["OC204"]


@pytest.mark.parametrize("where", ["one file", "two files"])
def test_a_method_that_a_subclass_overrides_is_not_the_only_one(where: str) -> None:
    base = (
        "import torch\n\n\nclass Base:\n    def build(self):\n        return torch.optim.SGD(params, lr=0.1)\n\n"
        "    def clear(self):\n        made = self.build()\n        made.zero_grad()\n"
    )
    own = "\n\nclass Own(Base):\n    def build(self):\n        return build()\n"
    files = {"base.py": base, "own.py": f"from base import Base\n{own}"}
    if where == "one file":
        files = {"base.py": base + own}
    assert "made.zero_grad()" in output(files, "base.py")
    assert codes(files, "base.py")[-1] == "OC204"


@pytest.mark.parametrize(
    "methods",
    [
        "    def build(self):\n        return SGD(params, lr=0.1)\n\n    def build(self):\n        return Own()\n",
        "    @overload\n    def build(self) -> SGD: ...\n\n    def build(self):\n        return Own()\n",
        "    @wrapped\n    def build(self):\n        return SGD(params, lr=0.1)\n",
    ],
)
def test_a_method_of_another_file_that_is_not_what_it_seems_is_not_followed(methods: str) -> None:
    maker = f"from torch.optim import SGD\n\n\nclass Maker:\n{methods}"
    train = "from maker import Maker\n\nmade = Maker().build()\nmade.zero_grad()\n"
    assert output({"maker.py": maker, "train.py": train}, "train.py") == train


def test_a_decorated_function_of_another_file_is_not_followed() -> None:
    files = {"solver.py": SOLVER.replace("def build(", "@wrapped\ndef build("), "train.py": ""}
    files["train.py"] = "from solver import build\n\nmade = build(model, name)\nmade.zero_grad()\n"
    assert output(files, "train.py") == files["train.py"]


@pytest.mark.parametrize(
    ("named", "name", "known"),
    [
        ('__all__ = ["other"]', "build", False),
        ('__all__ = ["build"]', "build", True),
        ('__all__ = ["other"]\n__all__ += more', "build", True),
        ('__all__ = ["other"]\n__all__.append("build")', "build", True),
        ("", "_build", False),
        ('__all__ = ["_build"]', "_build", True),
    ],
)
def test_a_star_brings_what_the_module_exports(named: str, name: str, known: bool) -> None:
    solver = SOLVER.replace("build(", f"{name}(") + named
    train = f"from solver import *\n\nmade = {name}(model, name)\nmade.zero_grad()\n"
    converted = output({"solver.py": solver, "train.py": train}, "train.py")
    assert ("made.clear_grad" in converted) is known


def test_of_two_stars_the_last_one_wins() -> None:
    other = "def build(model, name):\n    return Own()\n"
    for stars, known in ((("other", "solver"), True), (("solver", "other"), False)):
        imports = "".join(f"from {module} import *\n" for module in stars)
        files = {"solver.py": SOLVER, "other.py": other, "stars.py": imports}
        files["train.py"] = "from stars import build\n\nmade = build(model, name)\nmade.zero_grad()\n"
        assert ("made.clear_grad" in output(files, "train.py")) is known


def test_a_package_goes_before_a_module_of_the_same_name() -> None:
    train = "from solver import build\n\nmade = build(model, name)\nmade.zero_grad()\n"
    files = {"solver.py": "def build(model, name): ...\n", "solver/__init__.py": SOLVER, "train.py": train}
    assert "made.clear_grad" in output(files, "train.py")


def test_a_name_that_a_package_binds_hides_its_module() -> None:
    engine = CLEAR
    files = {"pkg/__init__.py": "from .clear import clear\n", "pkg/clear.py": engine}
    files["train.py"] = "import torch\nfrom pkg import clear\n\nclear(torch.optim.SGD(params, lr=0.1))\n"
    assert codes(files, "pkg/clear.py") == []
    files = {"pkg/__init__.py": "from .other import solver\n", "pkg/other.py": "solver = Own()\n"}
    train = "from pkg import solver\n\nmade = solver.build(model, name)\nmade.zero_grad()\n"
    files |= {"pkg/solver.py": SOLVER, "train.py": train}
    assert output(files, "train.py") == train


def test_an_object_of_a_class_of_the_project_is_not_taken_by_its_name() -> None:
    own = "import torch\n\n\nclass Own:\n    def zero_grad(self): ...\n\n\nclass Sub(torch.optim.SGD): ...\n"
    for name in ("Own", "Sub"):
        train = f"from own import {name}\n\noptimizer = {name}(params)\noptimizer.zero_grad()\n"
        assert output({"own.py": own, "train.py": train}, "train.py") == train
        assert codes({"own.py": own, "train.py": train}, "train.py") == ["OC205"]


COSINE = "torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 20, eta_min=0.001)"
WARM = (
    "import torch\n\n\ndef warm(optimizer):\n    return torch.optim.lr_scheduler.LinearLR(optimizer, 0.1)\n"
)
WRITES = "def warm(optimizer):\n    for group in optimizer.param_groups:\n        group['lr'] = 0.1\n"
HANDS_ON = "from warm import warm\n\n\ndef prepare(optimizer):\n    warm(optimizer)\n"


@pytest.mark.parametrize(
    ("warm", "train"),
    [
        (WARM, "from warm import warm\n\noptimizer = {SGD}\nscheduler = {COSINE}\nwarm(optimizer)\n"),
        (WRITES, "from warm import warm\n\noptimizer = {SGD}\nscheduler = {COSINE}\nwarm(optimizer)\n"),
        (
            WARM,
            "from handing import prepare\n\noptimizer = {SGD}\nscheduler = {COSINE}\nprepare(optimizer)\n",
        ),
        (
            (
                "import torch\nfrom train import build\n\noptimizer, first = build()\n"
                "second = torch.optim.lr_scheduler.LinearLR(optimizer, 0.1)\n"
            ),
            "\ndef build():\n    optimizer = {SGD}\n    scheduler = {COSINE}\n    return optimizer, scheduler\n",
        ),
    ],
)
def test_a_schedule_that_another_file_changes_too_goes_on_from_the_rate_that_it_finds(
    warm: str, train: str
) -> None:
    optimizer = "torch.optim.SGD(params, lr=0.1)"
    train = "import torch\n" + train.format(SGD=optimizer, COSINE=COSINE)
    files = {"train.py": train, "warm.py": warm, "handing.py": HANDS_ON}
    assert "lr_scheduler.CosineAnnealingLR(optimizer, 20, eta_min=0.001)" in output(
        files, "train.py", MINDSPORE
    )
    harmless = {**files, "warm.py": "def warm(optimizer):\n    optimizer.step()\n"}
    assert "LambdaLR(" in output(harmless, "train.py", MINDSPORE)


AGAIN = """\
from solver import build_both, scaler_of

optimizer, scheduler = build_both(model)
scaler = scaler_of()
print(scheduler.get_last_lr()[0], scheduler.get_last_lr(), scheduler.last_epoch)
print(optimizer.param_groups[0]["lr"], scheduler.optimizer.param_groups[0]["lr"])
optimizer.param_groups[0]["lr"] *= 0.5
for group in optimizer.param_groups:
    group["lr"] = max(group["lr"], 0.1)
for x, y in loader:
    optimizer.zero_grad()
    loss = (model(x) - y).pow(2).mean()
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
"""


@pytest.mark.parametrize("tables", [PADDLE, MINDSPORE], ids=["paddle", "mindspore"])
def test_a_second_run_changes_nothing_while_the_other_file_is_not_converted(tables: object) -> None:
    solver = f"{SOLVER}\n\ndef scaler_of():\n    return torch.cuda.amp.GradScaler()\n"
    files = {"solver.py": solver, "train.py": AGAIN}
    once = output(files, "train.py", tables)
    assert once != AGAIN
    assert output({**files, "train.py": once}, "train.py", tables) == once


@pytest.mark.parametrize("statement", ["global lr_scheduler", "nonlocal lr_scheduler"])
def test_the_name_of_a_scheduler_is_none_that_belongs_outside(statement: str) -> None:
    inner = f"        {statement}\n        return [torch.optim.lr_scheduler.StepLR(optimizer, 1)]\n"
    source = f"import torch\n\n\ndef outer(optimizer):\n    lr_scheduler = 1\n\n    def inner():\n{inner}"
    assert "lr_scheduler_2 = paddle" in output({"a.py": source}, "a.py")


def test_what_a_call_unpacks_comes_before_its_keywords() -> None:
    source = "import torch\n\nf(s=torch.optim.lr_scheduler.StepLR(optimizer, 1), *change(optimizer))\n"
    assert codes({"a.py": source}, "a.py") == ["OC304"]


@pytest.mark.parametrize(
    "imported",
    [
        "from engine import \\\n    clear",
        "from engine import (  # (both)\n    Other,  # (the first)\n    clear,\n)",
        "if True: from engine import clear",
        "import os; from engine import clear",
        "try:\n    from engine import clear\nexcept ImportError:\n    raise",
        "from engine import Other as other, clear",
        "from ümlaut import clear",
    ],
)
def test_an_import_is_found_however_it_is_written(imported: str) -> None:
    train = f"import torch\n{imported}\n\nclear(torch.optim.SGD(params, lr=0.1))\n"
    files = {"engine.py": CLEAR, "ümlaut.py": "from engine import clear\n", "train.py": train}
    assert codes(files, "engine.py") == []


def test_a_step_of_what_may_be_something_else_is_not_left_in_silence() -> None:
    solver = (
        "import torch\n\n\ndef build(params, args):\n    if args.second:\n"
        "        return torch.optim.LBFGS(params)\n    return torch.optim.SGD(params, lr=0.1)\n"
    )
    train = "from solver import build\n\nmade = build(params, args)\nmade.zero_grad()\n"
    assert codes({"solver.py": solver, "train.py": train}, "train.py", MINDSPORE) == ["OC204"]
