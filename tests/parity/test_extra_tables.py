"""A team measures its own rows: ``python -m optconv.parity --mappings``, with packages that the workers find."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from optconv.parity import __main__ as command

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = {
    "acme/__init__.py": "",
    "acme/optim.py": """\
import torch


class SignDescent(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, weight_decay=0.0):
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    parameter.add_(parameter.grad.sign(), alpha=-group["lr"])


def get_warmup(optimizer, warmup):
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: min(1.0, (epoch + 1) / warmup))
""",
    "acme_paddle/__init__.py": "",
    "acme_paddle/optim.py": """\
import paddle


class SignDescent(paddle.optimizer.Optimizer):
    def __init__(self, learning_rate=0.001, parameters=None, decay=0.0):
        super().__init__(learning_rate, parameters)
        self._decay = decay

    @paddle.no_grad()
    def step(self):
        for parameter in self._parameter_list:
            if parameter.grad is not None:
                rate = self.get_lr()
                kept = parameter * (1 - rate * self._decay)
                parameter.set_value(kept - rate * paddle.sign(parameter.grad))
""",
}
TABLES = """\
version: 1
source:
  acme.optim.SignDescent:
    kind: optimizer
    base: torch.optim.Optimizer
    signature: "(params, lr=1e-3, weight_decay=0.0)"
  acme.optim.get_warmup:
    kind: scheduler
    base: torch.optim.lr_scheduler.LambdaLR
    signature: "(optimizer, warmup)"
paddle:
  signatures:
    acme_paddle.optim.SignDescent:
      signature: "(learning_rate=0.001, parameters=None, decay=0.0)"
      types: {learning_rate: float}
  rows:
    - api: acme.optim.SignDescent
      summary: Our descent.
      to: acme_paddle.optim.SignDescent
      with: {learning_rate: lr, parameters: params, decay: weight_decay}
      refuse_in_groups: {params: it has no groups, lr: it has no groups}
      parity:
        exact:
          - acme.optim.SignDescent(params, 0.1, weight_decay=0.1)
          - |
            from acme.optim import SignDescent
            optimizer = SignDescent(params, lr=0.1)
            scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 7)
            for step in range(steps):
                optimizer.zero_grad()
                backward(step)
                optimizer.step()
                scheduler.step()
                record()
    - api: acme.optim.get_warmup
      summary: A LambdaDecay.
      to: paddle.optimizer.lr.LambdaDecay
      with: {learning_rate: base_lr, lr_lambda: "lambda epoch: min(1.0, (epoch + 1) / warmup)"}
      parity: {exact: ["acme.optim.get_warmup(optimizer, 9)"]}
"""


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the packages where the workers find them, and return the tables."""
    for name, text in PACKAGES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{found}" if found else str(tmp_path))
    path = tmp_path / "acme.yaml"
    path.write_text(TABLES)
    return path


def test_right_rows_of_a_team_measure_exact(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--to", "paddle", "--mappings", str(tables)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [
        "acme.optim.SignDescent", "exact", "exact", "acme.optim.get_warmup", "exact", "2",
    ]  # fmt: skip


def test_a_wrong_row_of_a_team_is_a_fault(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables.write_text(TABLES.replace(", decay: weight_decay}", "}\n      drop: [weight_decay]"))
    words = ["--to", "paddle", "--mappings", str(tables), "--api", "acme.optim.SignDescent"]
    assert command.main(words) == 1
    output = capsys.readouterr().out
    assert "FAULT: is called exact and measures lossy" in output
    assert "get_warmup" not in output
