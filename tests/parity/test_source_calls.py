"""Where a target says that its optimizers refuse calls with the source's arguments, they raise an error for each."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from optconv.mappings import load_tables

_PROGRAM = """
import importlib, json, sys
import paddle

names = json.loads(sys.argv[1])
accepted = []
for name in names:
    module, _, last = name.rpartition(".")
    build = getattr(importlib.import_module(module), last)
    layer = paddle.nn.Linear(2, 2)
    calls = [
        lambda: build(layer.parameters()),
        lambda: build(layer.parameters(), 0.1),
        lambda: build(layer.parameters(), lr=0.1),
        lambda: build(params=layer.parameters()),
        lambda: build(layer.parameters(), 0.1, 0.9),
        lambda: build(layer.parameters(), 0.1, (0.9, 0.99), 1e-8, 0.01),
        lambda: build([{"params": layer.parameters()}], 0.1),
    ]
    for number, call in enumerate(calls):
        try:
            call()
        except Exception:
            continue
        accepted.append(f"{name}: {number}")
print(json.dumps(accepted))
"""


def test_the_target_refuses_what_it_is_said_to_refuse() -> None:
    tables = load_tables("paddle")
    assert tables.target.refuses_source_calls
    rows = [row for row in tables.rows() if tables.source_apis[row.api].kind == "optimizer"]
    names = sorted({case.to for row in rows for case in row.cases})
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, json.dumps(names)], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout.splitlines()[-1]) == []


@pytest.mark.parametrize("flavor", [None, "nn"])
def test_no_other_target_says_so(flavor: str | None) -> None:
    assert not load_tables("mindspore", flavor=flavor).target.refuses_source_calls
