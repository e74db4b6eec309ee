"""What was found out for a file is gone when it is done: nobody needs to look for garbage in a long run."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath

import pytest

from optconv.converter import Options, convert_source
from optconv.converter.project_modules import ProjectModules
from optconv.mappings import Tables, load_tables

from .test_project import ENGINE, SOLVER, Files

BASE = """\
import torch


class Trainer:
    def __init__(self, model):
        self.optimizer = self.make(model)

    def make(self, model):
        return torch.optim.SGD(model.parameters(), lr=0.1)

    def clear(self):
        self.optimizer.zero_grad()
"""
DERIVED = """\
from base import Trainer
from engine import train
from solver import build


class Fast(Trainer):
    def make(self, model):
        return build(model, "adam")


train(model, loader, Fast(model).optimizer)
"""
WRONG = "import torch\n\noptimizer = torch.optim.SGD(p, wrong=1)\nscaler = torch.amp.GradScaler('cuda', 1, 2, 3, 4, 5, 6)\n"
FILES = {"base.py": BASE, "derived.py": DERIVED, "engine.py": ENGINE, "solver.py": SOLVER, "wrong.py": WRONG}


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Leave all garbage where it is, and keep it when it is looked for."""
    gc.collect()
    gc.disable()
    yield
    gc.set_debug(0)
    gc.garbage.clear()
    gc.enable()


@pytest.mark.parametrize("tables", [load_tables("paddle"), load_tables("mindspore")], ids=lambda t: t.label)
@pytest.mark.parametrize("write", [True, False])
@pytest.mark.usefixtures("uncollected")
def test_files_that_are_done_leave_no_tree_behind(tables: Tables, write: bool) -> None:
    _convert_all(tables, write)
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    left = [found for found in gc.garbage if isinstance(found, ast.AST)]
    assert [ast.dump(node)[:100] for node in left] == []


def _convert_all(tables: Tables, write: bool) -> None:
    project = ProjectModules(Files(FILES), tables)
    for path, text in FILES.items():
        project.forget()
        module = partial(project.module_at, PurePosixPath(path))
        conversion = convert_source(text.encode(), tables, Options(write=write, module=module))
        assert not conversion.failed
    project.rest()
