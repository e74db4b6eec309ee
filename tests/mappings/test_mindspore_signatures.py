"""The signatures of mindspore, against the one that is installed: in a process of its own, without torch."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

MAPPINGS = Path(__file__).parents[2] / "src" / "optconv" / "mappings"
MINDSPORE: dict[str, Any] = {
    name: entry
    for path in sorted((MAPPINGS / "mindspore").rglob("signatures.yaml"))  # of the target and of its flavors
    for name, entry in yaml.safe_load(path.read_text(encoding="utf-8")).items()
}
MODULES = ("mindspore.experimental.optim", "mindspore.experimental.optim.lr_scheduler")
SIGNATURES: dict[str, str] = {
    **{name: entry["signature"] for name, entry in MINDSPORE.items()},
    **{
        f"{name}.{member}": text["signature"]
        for name, entry in MINDSPORE.items()
        for member, text in entry.get("members", {}).items()
    },
}
# What is installed: the parameters of every name, and the public names of every module.
READER = """
import importlib, inspect, json, sys

def find(name):
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            found, owner = importlib.import_module(".".join(parts[:length])), None
        except ImportError:
            continue
        for part in parts[length:]:
            owner, found = found, getattr(found, part)
        return owner, found

def describe(found):
    return [(p.name, p.kind.name, repr(p.default)) for p in inspect.signature(found).parameters.values()]

def parts(name):
    owner, found = find(name)
    if inspect.isclass(found):  # a decorator that hides the signature of __init__
        cells = [cell.cell_contents for cell in getattr(found.__init__, "__closure__", None) or ()]
        inner = [cell for cell in cells if inspect.isfunction(cell) and cell.__name__ == "__init__"]
        if inner:
            return describe(inner[0])[1:]
    shown = describe(found)
    static = inspect.isclass(owner) and isinstance(inspect.getattr_static(owner, name.split(".")[-1]), staticmethod)
    return shown[1:] if inspect.isclass(owner) and not static else shown

names, modules = json.load(sys.stdin)
public = {module: importlib.import_module(module).__all__ for module in modules}
json.dump([{name: parts(name) for name in names}, public], sys.stdout)
"""


@pytest.fixture(scope="module")
def installed() -> Any:
    """Return what the installed package has."""
    if importlib.util.find_spec("mindspore") is None:
        pytest.skip("mindspore is not installed")
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", READER],
        input=json.dumps([list(SIGNATURES), MODULES]),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(answer.stdout)


@pytest.mark.parametrize("name", SIGNATURES)
def test_signature_is_the_installed_one(name: str, installed: Any) -> None:
    namespace: dict[str, Any] = {}
    exec(f"import inspect\ndef function{SIGNATURES[name]}: ...", namespace)
    parameters = namespace["inspect"].signature(namespace["function"]).parameters.values()
    assert installed[0][name] == [[p.name, p.kind.name, repr(p.default)] for p in parameters]


@pytest.mark.parametrize("module", MODULES)
def test_every_public_class_is_listed(module: str, installed: Any) -> None:
    listed = {name.rpartition(".")[2] for name in MINDSPORE if name.rpartition(".")[0] == module}
    assert listed == set(installed[1][module])
