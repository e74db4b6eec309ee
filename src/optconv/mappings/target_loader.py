"""The facts about a target framework and its flavours that belong to no single API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from optconv.mappings.rule_loader import read_text
from optconv.mappings.text import Text
from optconv.mappings.yaml_reader import read_yaml

_TARGET_KEYS = frozenset(
    {"name", "title", "package", "module", "versions", "measured_in", "idioms", "group_parameters"}
    | {"refuses_source_calls"}
)
_FLAVOR_KEYS = frozenset({"name", "title", "summary"})


@dataclass(frozen=True)
class Target:
    """The facts about a target framework that belong to no single API (``target.yaml``)."""

    name: str  # "paddle", as given to --to
    title: Text
    package: str  # what is installed
    module: str  # what is imported
    versions: tuple[str, ...]  # oldest first; the last one is what the rows are proven on
    precision: Literal["float32", "float64"] = "float64"  # the highest in which its optimizers compute
    dense: bool = False  # a parameter that takes no part in a loss has a gradient of zeros, not none
    idioms: Mapping[str, str] = field(default_factory=dict)  # a model's method -> what it is called there
    group_parameters: str | None = None  # the type that the parameters of a single group must have
    refuses_source_calls: bool = (
        False  # its optimizers raise an error when they are called as the source's are
    )


@dataclass(frozen=True)
class Flavor:
    """A second family of classes of a target framework, with rows of its own (``flavor.yaml``)."""

    name: str  # "nn", as given to --flavor
    title: Text  # of the target when it is converted to in this flavour
    summary: Text
    folder: Path


def load_flavor(folder: Path) -> Flavor:
    """Load the flavour that a folder of tables is of. Raises `TableError`."""
    document = read_yaml(folder / "flavor.yaml")
    document.mapping(allowed=_FLAVOR_KEYS)
    return Flavor(
        name=document.required("name").text(),
        title=read_text(document.required("title")),
        summary=read_text(document.required("summary")),
        folder=folder,
    )


def load_target(path: Path) -> Target:
    """Load ``target.yaml``. Raises `TableError`."""
    document = read_yaml(path)
    top = document.mapping(allowed=_TARGET_KEYS)
    measured_in = top.get("measured_in")
    precision: Literal["float32", "float64"] = "float64"
    participation = "sparse"
    if measured_in is not None:
        measured_in.mapping(allowed=frozenset({"precision", "participation"}))
        single = measured_in.required("precision").one_of("float32", "float64") == "float32"
        precision = "float32" if single else "float64"
        participation = measured_in.required("participation").one_of("dense", "sparse")
    return Target(
        name=document.required("name").text(),
        title=read_text(document.required("title")),
        package=document.required("package").text(),
        module=document.required("module").text(),
        versions=tuple(entry.text() for entry in document.required("versions").items()),
        precision=precision,
        dense=participation == "dense",
        idioms={key: value.text() for key, value in top["idioms"]} if "idioms" in top else {},
        group_parameters=top["group_parameters"].one_of("list") if "group_parameters" in top else None,
        refuses_source_calls="refuses_source_calls" in top
        and top["refuses_source_calls"].one_of("true") == "true",
    )
