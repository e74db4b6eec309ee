"""A further framework is a further folder of tables: nothing in the converter knows how many there are, or which."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import optconv
from optconv.converter import Outcome, convert_source
from optconv.mappings import Tables, load_tables

MAPPINGS = Path(optconv.__path__[0]) / "mappings"

TARGET = """\
name: toy
title: {en: Toy, zh: 玩具}
package: toynet
module: toynet
versions: ["1.0"]
"""
SIGNATURES = """\
toynet.train.Descent:
  signature: "(weights, rate, *, decay=0.0, momentum=0.0)"
  types: {rate: float}
  versions: {since: "1.0"}
toynet.train.Staircase:
  signature: "(optimizer, every, factor=0.5)"
  versions: {since: "1.0"}
  members:
    advance: {signature: "()", since: "1.0"}
toynet.train.limit:
  signature: "(slopes, largest)"
  versions: {since: "1.0"}
"""
OPTIMIZER = """\
api: torch.optim.Optimizer
summary: {en: a toy, zh: 玩具}
reference: https://toy.example
inherited:
  drop: [foreach, fused]
members:
  zero_grad: {training_step: clears}
  step: {training_step: updates}
parity: {exact: [""]}
"""
SGD = """\
api: torch.optim.SGD
summary: {en: a toy, zh: 玩具}
reference: https://toy.example
to: toynet.train.Descent
with: {weights: params, rate: lr, decay: weight_decay, momentum: momentum}
lossy:
  dampening: {en: Descent has no dampening, zh: 没有}
refuse:
  nesterov: {en: Descent has no nesterov, zh: 没有}
  maximize: {en: Descent only descends, zh: 没有}
  differentiable: {en: Descent is not recorded, zh: 没有}
parity: {exact: [""]}
"""
SCHEDULER = """\
api: torch.optim.lr_scheduler.LRScheduler
summary: {en: a toy, zh: 玩具}
reference: https://toy.example
inherited:
  drop: [verbose]
members:
  step:
    to: toynet.train.Staircase.advance
    drop: [epoch]
parity: {exact: [""]}
"""
STEP_LR = """\
api: torch.optim.lr_scheduler.StepLR
summary: {en: a toy, zh: 玩具}
reference: https://toy.example
to: toynet.train.Staircase
with: {optimizer: optimizer, every: step_size, factor: gamma}
drop: [last_epoch]
parity: {exact: [""]}
"""
TENSOR = """\
api: torch.Tensor
summary: {en: a toy, zh: 玩具}
reference: https://toy.example
training_step:
  gradients: toynet.slopes({forward}, of={weights})
  gradients_and_results: toynet.slopes({forward}, of={weights}, more=True)
  weights: "{optimizer}.weights"
  all_weights: "[*{weights}, *{more}]"
  update: "{optimizer}.apply({gradients})"
  sum: toynet.add({total}, {gradients})
  first: "{gradients}.first(len({weights}))"
  rest: "{gradients}.behind(len({weights}))"
  constant: toynet.frozen({value})
  names: {pass: forward_pass, function: slopes_of, gradients: slopes, total: kept}
  shape: {en: write it as a toy, zh: 手写}
  needs: {en: toys, zh: 玩具}
  absent: {en: toys, zh: 玩具}
members:
  backward: {training_step: gradients}
parity: {exact: [""]}
"""
CLIP = """\
api: torch.nn.utils.clip_grad_value_
summary: {en: a toy, zh: 玩具}
reference: https://toy.example
gradients: parameters
to: toynet.train.limit
with: {slopes: gradients, largest: clip_value}
drop: [foreach]
parity: {exact: [""]}
"""
FILES = {
    "target.yaml": TARGET,
    "signatures.yaml": SIGNATURES,
    "optimizers/Optimizer.yaml": OPTIMIZER,
    "optimizers/SGD.yaml": SGD,
    "schedulers/LRScheduler.yaml": SCHEDULER,
    "schedulers/StepLR.yaml": STEP_LR,
    "around/Tensor.yaml": TENSOR,
    "around/clip_grad_value_.yaml": CLIP,
}

SOURCE = """\
import torch

optimizer = torch.optim.SGD(net.parameters(), lr=1, momentum=0.9, foreach=False)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=3)
for x, y in batches:
    optimizer.zero_grad()
    output = net(x)
    loss = criterion(output, y)
    loss.backward()
    torch.nn.utils.clip_grad_value_(net.parameters(), 0.5)
    optimizer.step()
    scheduler.step()
    print(output.mean())
"""
CONVERTED = """\
import toynet

optimizer = toynet.train.Descent(weights=net.parameters(), rate=1.0, momentum=0.9)
scheduler = toynet.train.Staircase(optimizer, every=3, factor=0.1)


def forward_pass(x, y):
    output = net(x)
    loss = criterion(output, y)
    return loss, (output,)


slopes_of = toynet.slopes(forward_pass, of=optimizer.weights, more=True)

for x, y in batches:
    (loss, (output,)), slopes = slopes_of(x, y)
    slopes = toynet.train.limit(slopes, 0.5)
    optimizer.apply(slopes)
    scheduler.advance()
    print(output.mean())
"""


@pytest.fixture
def toy(tmp_path: Path) -> Tables:
    """Return the tables of a framework that nobody has heard of, beside the catalogue of the source."""
    shutil.copytree(MAPPINGS / "torch", tmp_path / "torch")
    for name, text in FILES.items():
        path = tmp_path / "toy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_tables("toy", folder=tmp_path)


def test_a_third_target_needs_nothing_but_its_folder(toy: Tables) -> None:
    conversion = convert_source(SOURCE.encode(), toy)
    assert conversion.source.decode() == CONVERTED
    assert {reference.outcome for reference in conversion.references} == {Outcome.EXACT}
    assert convert_source(conversion.source, toy).source == conversion.source


def test_what_it_has_no_row_for_stays(toy: Tables) -> None:
    source = b"import torch\noptimizer = torch.optim.Adam(net.parameters())\n"
    conversion = convert_source(source, toy)
    assert [diagnostic.code for diagnostic in conversion.diagnostics] == ["OC301"]
    assert b"optimizer = torch.optim.Adam(net.parameters())" in conversion.source
