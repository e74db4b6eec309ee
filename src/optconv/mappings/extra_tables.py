"""A team's own tables beside those of optconv: one file with classes of the source, and of each target.

What is known of both frameworks grows by what such files say; nothing of optconv's own is replaced here. Rows
are the business of `extra_rows`.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from optconv.mappings.catalogue_loader import load_source_api, load_target_apis, source_names
from optconv.mappings.schema import SourceApi, TargetApi
from optconv.mappings.yaml_reader import Located, read_yaml

_VERSION = "1"  # of the form of these files
_KINDS = ("optimizer", "scheduler", "function", "class")
_OWN = "optconv's own tables"
_DERIVED = ("optimizer", "scheduler")  # kinds whose methods are those of a base class


@dataclass(frozen=True)
class ExtraTarget:
    """What one file says about one target, or one flavour of it."""

    signatures: Located | None
    rows: tuple[Located, ...]


@dataclass(frozen=True)
class ExtraTables:
    """One file of a team's own tables, as it was read: nothing is checked but its outline."""

    path: Path
    sources: Mapping[str, Located]  # by the name of the API
    targets: Mapping[str, ExtraTarget]  # by what the tables of a target are called, ``mindspore/nn``


def read_extra_tables(path: Path, labels: frozenset[str]) -> ExtraTables:
    """Read a file of a team's own tables; one that is read again and has not changed is not parsed again.

    Args:
        path: the file.
        labels: what the tables of all targets and flavours are called.

    Raises:
        TableError: the file cannot be read, or has another form.
    """
    return _read(path, labels, _state(path))


def _state(path: Path) -> tuple[int, int] | None:
    """Return what tells whether a file has changed; None for a pipe, which can be read only once."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return (found.st_mtime_ns, found.st_size) if stat.S_ISREG(found.st_mode) else None


@lru_cache(maxsize=16)
def _read(path: Path, labels: frozenset[str], state: tuple[int, int] | None) -> ExtraTables:  # noqa: ARG001
    document = read_yaml(path, own=False)
    top = document.mapping(allowed=labels | {"version", "source"})
    document.required("version").one_of(_VERSION)
    return ExtraTables(
        path,
        sources=top["source"].mapping() if "source" in top else {},
        targets={label: _read_target(top[label]) for label in sorted(top.keys() & labels)},
    )


def _read_target(located: Located) -> ExtraTarget:
    keys = located.mapping(allowed=frozenset({"signatures", "rows"}))
    return ExtraTarget(keys.get("signatures"), tuple(keys["rows"].items()) if "rows" in keys else ())


def with_extra_sources(
    files: Sequence[ExtraTables],
    apis: Mapping[str, SourceApi],
    names: Mapping[str, str],
    target_module: str,
) -> tuple[dict[str, SourceApi], dict[str, str]]:
    """Return the source catalogue with the APIs of a team beside those of optconv.

    Args:
        files: the files of the team, in the order in which they were given.
        apis: the APIs of optconv, by name.
        names: every importable name of each, with the name that it stands for.
        target_module: the top module of the target, where no API of the source can be.

    Raises:
        TableError: an entry is wrong, or its name is taken.
    """
    all_apis, all_names = dict(apis), dict(names)
    places = dict.fromkeys({*apis, *names}, _OWN)
    for file in files:
        for name, entry in file.sources.items():
            for alias in source_names(name, entry):
                _take(alias, entry, places)
                if alias.partition(".")[0] == target_module:
                    raise entry.error(f"{alias} is a name of the target, and not of the source")
                all_names[alias] = name
            all_apis[name] = _load_source(name, entry, all_apis)
    return all_apis, all_names


def _take(name: str, entry: Located, places: dict[str, str]) -> None:
    """Note where a name is listed; `TableError` where it is none, or stands somewhere already."""
    parts = name.split(".")
    if len(parts) < 2 or not all(part.isidentifier() for part in parts):
        raise entry.error(f"{name!r} is not the whole name of a class or function, such as acme.optim.Lamb")
    if name in places:
        raise entry.error(f"{name} stands in {places[name]} already")
    places[name] = f"{entry.path}:{entry.line}"


def _load_source(name: str, entry: Located, apis: Mapping[str, SourceApi]) -> SourceApi:
    api = load_source_api(name, entry, apis, _KINDS)
    base = apis[api.base] if api.base is not None else None
    if base is None and api.kind in _DERIVED:
        raise entry.error(f"the key 'base' is missing: the {api.kind} whose methods it has")
    if base is not None and base.kind != api.kind:
        raise entry.required("base").error(f"{base.name} is of the kind {base.kind}, and not {api.kind}")
    return api


def with_extra_signatures(
    found: Iterator[ExtraTarget], own: Mapping[str, TargetApi], source: Mapping[str, str]
) -> dict[str, TargetApi]:
    """Return the classes of the target with those of a team beside them.

    Args:
        found: what the files of the team say about the target.
        own: the classes that optconv knows.
        source: every importable name of the source's APIs, which cannot be the target's, too.

    Raises:
        TableError: an entry is wrong, or its name is taken.
    """
    signatures, places = dict(own), dict.fromkeys(own, _OWN)
    for part in found:
        for name, entry in part.signatures or ():
            _take(name, entry, places)
            if name in source:
                raise entry.error(
                    f"{name} stands under 'source', too: converting twice would change it again"
                )
        signatures |= load_target_apis(part.signatures) if part.signatures else {}
    return signatures
