"""The catalogue of torch and the signatures of paddle, against the frameworks that are installed."""

from __future__ import annotations

import importlib
import inspect
import pickle
import warnings
from pathlib import Path
from typing import Any

import pytest
import yaml

MAPPINGS = Path(__file__).parents[2] / "src" / "optconv" / "mappings"
AROUND: dict[str, Any] = yaml.safe_load(
    (MAPPINGS / "torch" / "surroundings.yaml").read_text(encoding="utf-8")
)
TORCH: dict[str, Any] = {
    **yaml.safe_load((MAPPINGS / "torch" / "catalogue.yaml").read_text(encoding="utf-8")),
    **AROUND,
}
CONSTANTS: dict[str, str] = yaml.safe_load(
    (MAPPINGS / "torch" / "constants.yaml").read_text(encoding="utf-8")
)
ALIASES = [(alias, name) for name, entry in AROUND.items() for alias in entry.get("aliases", ())]
PADDLE: dict[str, Any] = yaml.safe_load((MAPPINGS / "paddle" / "signatures.yaml").read_text(encoding="utf-8"))
MODULES = {
    "torch": ("torch.optim", "torch.optim.lr_scheduler", "torch.optim.swa_utils"),
    "paddle": ("paddle.optimizer", "paddle.optimizer.lr"),
}
SIGNATURES: dict[str, str] = {
    **{
        name: entry["signatures"][0]["signature"]
        for name, entry in TORCH.items()
        if entry["kind"] not in ("model", "tensor")
    },
    **{name: entry["signature"] for name, entry in PADDLE.items()},
}
METHODS: dict[str, str] = {
    **{
        f"{name}.{member}": text["signatures"][0]["signature"]
        for name, entry in TORCH.items()
        for member, text in entry.get("members", {}).items()
        if "signatures" in text and "until" not in text
    },
    **{
        f"{name}.{member}": text["signature"]
        for name, entry in PADDLE.items()
        for member, text in entry.get("members", {}).items()
        if member != "clear_gradients"  # set on the instance, so not to be found on the class
    },
}


@pytest.fixture(autouse=True, scope="module")
def _frameworks() -> None:
    """Import both, torch first: their libraries do not load well the other way round."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("torch")
        pytest.importorskip("paddle")


@pytest.mark.parametrize("name", SIGNATURES)
def test_signature_is_the_installed_one(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    installed = getattr(importlib.import_module(module), attribute)
    assert _parts(installed) == _parse(SIGNATURES[name])


@pytest.mark.parametrize(("alias", "name"), ALIASES)
def test_an_alias_is_the_same_object(alias: str, name: str) -> None:
    found, own = (
        getattr(importlib.import_module(n.rpartition(".")[0]), n.rpartition(".")[2]) for n in (alias, name)
    )
    assert found is own


@pytest.mark.parametrize("name", CONSTANTS)
def test_a_constant_is_what_the_tables_call_it(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    assert repr(getattr(importlib.import_module(module), attribute)) == f"{module}.{CONSTANTS[name]}"


@pytest.mark.parametrize("name", METHODS)
def test_method_is_the_installed_one(name: str) -> None:
    class_name, _, method = name.rpartition(".")
    module, _, attribute = class_name.rpartition(".")
    owner = getattr(importlib.import_module(module), attribute)
    parts = _parts(getattr(owner, method))
    if not isinstance(inspect.getattr_static(owner, method), staticmethod):
        parts = parts[1:]
    assert parts == _parse(METHODS[name])


@pytest.mark.parametrize("name", [*MODULES["torch"], *MODULES["paddle"]])
def test_every_public_api_is_listed(name: str) -> None:
    module = importlib.import_module(name)
    # swa_utils and lr_scheduler are in torch.optim.__all__ too, but as modules.
    public = {f"{name}.{api}" for api in module.__all__ if not inspect.ismodule(getattr(module, api))}
    listed = {api for api in SIGNATURES if api.rpartition(".")[0] == name}
    assert listed == public


def _parts(function: Any) -> list[tuple[str, str, str]]:
    """Return name, kind and default of every parameter; ``repr`` tells 0 from 0.0."""
    parameters = inspect.signature(function).parameters.values()
    return [(p.name, p.kind.name, repr(p.default)) for p in parameters]


def _parse(text: str) -> list[tuple[str, str, str]]:
    namespace: dict[str, Any] = {"pickle": pickle, "torch": importlib.import_module("torch")}  # in defaults
    exec(f"def function{text}: ...", namespace)
    return _parts(namespace["function"])
