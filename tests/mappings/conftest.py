"""A folder of tables for a target that does not exist: the smallest that loads, to be broken file by file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from optconv.mappings import TableError, Tables, load_tables

if TYPE_CHECKING:
    from pathlib import Path

    from optconv.mappings.schema import Row

CATALOGUE = """\
torch.optim.Optimizer:
  kind: optimizer
  aliases: [torch.optim.optimizer.Optimizer]
  signatures: [{since: "1.8", signature: "(params, defaults)"}]
  members:
    step: {signatures: [{since: "1.8", signature: "(closure=None)"}]}
    zero_grad:
      telling: true
      signatures:
        - {since: "2.0", signature: "(set_to_none=True)"}
        - {since: "1.8", signature: "(set_to_none=False)"}
    load_state_dict: {restores: true, signatures: [{since: "1.8", signature: "(state_dict)"}]}
    param_groups: {telling: true, attribute: true}
torch.optim.SGD:
  kind: optimizer
  base: torch.optim.Optimizer
  aliases: [torch.optim.sgd.SGD]
  signatures:
    - {since: "2.0", signature: "(params, lr=1e-3, momentum=0, nesterov=False, *, foreach=None)"}
    - {since: "1.8", signature: "(params, lr, momentum=0, nesterov=False)"}
  members:
    step: {signatures: [{since: "1.8", signature: "(closure=None)"}]}
torch.optim.Adam:
  kind: optimizer
  base: torch.optim.Optimizer
  signatures: [{since: "1.8", signature: "(params, lr=1e-3)"}]
torch.optim.lr_scheduler.LRScheduler:
  kind: scheduler
  signatures: [{since: "2.0", signature: "(optimizer, last_epoch=-1)"}]
  members:
    get_last_lr: {signatures: [{since: "2.0", signature: "()"}]}
torch.optim.lr_scheduler.StepLR:
  kind: scheduler
  base: torch.optim.lr_scheduler.LRScheduler
  signatures: [{since: "1.8", signature: "(optimizer, step_size, gamma=0.1)"}]
"""
TARGET = """\
name: toy
title: {en: Toy, zh: 玩具}
package: toy-framework
module: toy
versions: ["1.0", "2.0"]
"""
SIGNATURES = """\
toy.SGD:
  signature: "(learning_rate, parameters=None, momentum=0.0)"
  types: {learning_rate: float}
  inert: {momentum: "0"}
  versions: {since: "1.0", added: {momentum: "2.0"}}
  members:
    step: {signature: "()", since: "1.0"}
    clear_grad: {signature: "(set_to_zero=True)"}
    parameters: {since: "1.0"}
toy.StepDecay:
  signature: "(learning_rate, step_size, gamma=0.1)"
"""
HEAD = """\
api: torch.optim.SGD
summary: {en: A sentence., zh: 一句话。}
reference: https://example.org/SGD
"""
"""The first three lines of a row; what a test adds to it starts on line 4."""
CASE = """\
to: toy.SGD
with: {learning_rate: lr, parameters: params, momentum: momentum}
drop: [nesterov, foreach]
"""
"""The three lines that make a row of ``HEAD``."""


@dataclass(frozen=True)
class Folder:
    """The tables of the toy target, in files of their own."""

    root: Path

    def write(self, name: str, text: str) -> Path:
        """Write ``text`` to the file ``name``, given from the root, and return its path."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def tables(self) -> Tables:
        """Return the tables as the converter gets them."""
        return load_tables("toy", self.root)

    def row(self, text: str) -> Row:
        """Write the row of SGD and load it."""
        self.write("toy/optimizers/SGD.yaml", text)
        row = self.tables().row("torch.optim.SGD")
        assert row is not None
        return row

    def complaint(self, text: str) -> str:
        """Return what is said of a broken row of SGD, from the line number on."""
        path = self.write("toy/optimizers/SGD.yaml", text)
        with pytest.raises(TableError) as caught:
            list(self.tables().rows())
        return without_path(caught.value, path)


def without_path(error: TableError, path: Path) -> str:
    """Return the one line of an error, which must begin with its file, from the line number on."""
    message = str(error)
    assert message.startswith(f"{path}:")
    assert "\n" not in message
    return message.removeprefix(f"{path}:")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Tables that load, without a row."""
    made = Folder(tmp_path)
    made.write("torch/catalogue.yaml", CATALOGUE)
    made.write("toy/target.yaml", TARGET)
    made.write("toy/signatures.yaml", SIGNATURES)
    return made
