"""Loads the catalogues: what the source framework has, and what the target framework has."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import fields
from pathlib import Path

from optconv.mappings.curves import CurveEntry
from optconv.mappings.expressions import read_expression
from optconv.mappings.rule_loader import read_text
from optconv.mappings.schema import DiagnosticKind, Idioms, SourceApi, SourceMember, TargetApi
from optconv.mappings.signatures import Signature, SignatureVersion, parse_signature, version_key
from optconv.mappings.yaml_reader import Located, read_yaml

_KINDS = ("optimizer", "scheduler", "class", "function", "checkpoint", "scaler", "region", "model", "tensor")
_TYPES = (
    *("float", "number", "floats", "int", "bool", "list", "str", "iterable", "epoch_function"),
    *("always_float", "always_floats", "always_bool"),
)
_TOPICS = ("dropped", "note", "differs", "depends", "unclear", "around", "directive", "declined", "failed")
_SOURCE_KEYS = frozenset(
    {"kind", "base", "aliases", "since", "signatures", "members", "saves", "curve", "needs"}
)
_NEEDS = ("matrices", "sparse_gradients")
_MEMBER_KEYS = frozenset({"signatures", "since", "until"})
_FLAGS = frozenset({"attribute", "telling", "restores", "stores"})
_ANY_VERSION = "0"
_TARGET_KEYS = frozenset({"signature", "types", "inert", "versions", "members", "curve"})


def load_source_catalogue(path: Path) -> tuple[dict[str, SourceApi], dict[str, str]]:
    """Return the source APIs by name, and every importable name of each with the name it stands for.

    Raises:
        TableError: the file is broken.
    """
    apis: dict[str, SourceApi] = {}
    canonical: dict[str, str] = {}
    for name, entry in read_yaml(path):
        apis[name] = load_source_api(name, entry, apis)
        if apis[name].kind in ("model", "tensor"):
            continue  # no reference to the class is ours
        for alias in source_names(name, entry):
            if alias in canonical:
                raise entry.error(f"{alias} already stands for {canonical[alias]}")
            canonical[alias] = name
    return apis, canonical


def load_source_api(
    name: str, entry: Located, apis: Mapping[str, SourceApi], kinds: Collection[str] = _KINDS
) -> SourceApi:
    """Load one entry of a source catalogue. Raises `TableError`.

    Args:
        name: of the API.
        entry: what is said of it.
        apis: what it may be derived from.
        kinds: what it may be.
    """
    mapping = entry.mapping(allowed=_SOURCE_KEYS if entry.own else _SOURCE_KEYS | {"signature"})
    kind = entry.required("kind").one_of(*kinds)
    signatures = _load_signatures(entry)
    return SourceApi(
        name=name,
        kind=kind,
        base=_load_base(mapping["base"], apis) if "base" in mapping else None,
        signatures=signatures,
        members=_load_members(mapping.get("members")),
        saves=mapping["saves"].text() if "saves" in mapping else "",
        curve_entry=_load_curve(mapping, signatures[0].signature),
        needs=frozenset(need.one_of(*_NEEDS) for need in mapping["needs"].items())
        if "needs" in mapping
        else frozenset(),
    )


def source_names(name: str, entry: Located) -> list[str]:
    """Return every name by which an API of a source catalogue can be imported, its own first."""
    aliases = entry.mapping().get("aliases")
    return [name, *(alias.text() for alias in (aliases.items() if aliases else ()))]


def _load_base(located: Located, apis: Mapping[str, SourceApi]) -> str:
    if located.text() not in apis:
        raise located.error(
            f"{located.text()} is not in the catalogue above; a base comes before its subclasses"
        )
    return located.text()


def _load_signatures(entry: Located) -> tuple[SignatureVersion, ...]:
    """Load the signatures of an entry; one of a team's own may have just one, whatever the version."""
    if entry.own or "signature" not in entry.mapping():
        return _load_versions(entry.required("signatures"))
    if "signatures" in entry.mapping():
        raise entry.required("signature").error("stands beside 'signatures'; an entry has one or the other")
    return (SignatureVersion(_ANY_VERSION, _load_signature(entry.required("signature"))),)


def _load_versions(located: Located) -> tuple[SignatureVersion, ...]:
    versions: list[SignatureVersion] = []
    for entry in located.items():
        entry.mapping(allowed=frozenset({"since", "signature"}))
        since, signature = entry.required("since").text(), _load_signature(entry.required("signature"))
        if versions and version_key(since) >= version_key(versions[-1].since):
            raise entry.error("expected an older version than the one before: newest first")
        versions.append(SignatureVersion(since, signature))
    if not versions:
        raise located.error("expected at least one version")
    return tuple(versions)


def _load_signature(located: Located) -> Signature:
    try:
        return parse_signature(located.text())
    except ValueError as error:
        raise located.error(str(error)) from error


def _load_curve(mapping: Mapping[str, Located], signature: Signature) -> CurveEntry | None:
    return CurveEntry(mapping["curve"], frozenset(signature.names)) if "curve" in mapping else None


def _load_members(located: Located | None) -> dict[str, SourceMember]:
    members = {}
    for name, entry in located or ():
        mapping = entry.mapping(allowed=_MEMBER_KEYS | _FLAGS | (set() if entry.own else {"signature"}))
        versions = _load_signatures(entry) if mapping.keys() & {"signature", "signatures"} else ()
        for flag in mapping.keys() & _FLAGS:
            if mapping[flag].text() != "true":
                raise mapping[flag].error("expected true; leave the key out otherwise")
        members[name] = SourceMember(
            name, versions, **{flag: flag in mapping for flag in _FLAGS - {"attribute"}}
        )
    return members


def load_idioms(path: Path) -> Idioms:
    """Return the names around optimizers that say what an expression holds. Raises `TableError`."""
    document = read_yaml(path)
    known = frozenset(field.name for field in fields(Idioms))
    entries = document.mapping(allowed=known)
    return Idioms(**{key: frozenset(e.text() for e in value.items()) for key, value in entries.items()})


def load_constants(path: Path) -> dict[str, str]:
    """Return what the tables call constants of the source framework, by name. Raises `TableError`."""
    return {name: value.text() for name, value in read_yaml(path)}


def load_target_signatures(path: Path) -> dict[str, TargetApi]:
    """Return the target's classes, and their methods as ``Class.method``, by qualified name.

    Raises:
        TableError: the file is broken.
    """
    return load_target_apis(read_yaml(path))


def load_target_apis(entries: Located) -> dict[str, TargetApi]:
    """Return the classes of ``signatures.yaml``, and their methods. Raises `TableError`."""
    apis: dict[str, TargetApi] = {}
    for name, entry in entries:
        apis[name] = _load_target(name, entry)
        members = entry.mapping(allowed=_TARGET_KEYS).get("members")
        for member, value in members or ():
            mapping = value.mapping(allowed=frozenset({"signature", "since"}))
            if "signature" in mapping:
                since = mapping["since"].text() if "since" in mapping else None
                apis[f"{name}.{member}"] = TargetApi(
                    f"{name}.{member}", _load_signature(mapping["signature"]), since=since
                )
    return apis


def _load_target(name: str, entry: Located) -> TargetApi:
    mapping = entry.mapping(allowed=_TARGET_KEYS)
    signature = _load_signature(entry.required("signature"))
    versions = (
        mapping["versions"].mapping(allowed=frozenset({"since", "added"})) if "versions" in mapping else {}
    )
    types, inert = _entries(mapping.get("types")), _entries(mapping.get("inert"))
    added = _entries(versions.get("added"))
    for value in types.values():
        if value.text() not in _TYPES:
            raise value.error(f"expected one of {', '.join(_TYPES)}")
    for parameter, value in (*types.items(), *inert.items(), *added.items()):
        if signature.parameter(parameter) is None:
            raise value.error(f"{name} has no parameter {parameter!r}; it has {', '.join(signature.names)}")
    return TargetApi(
        name=name,
        signature=signature,
        types={key: value.text() for key, value in types.items()},
        inert={key: read_expression(value, frozenset()) for key, value in inert.items()},
        since=versions["since"].text() if "since" in versions else None,
        added={key: value.text() for key, value in added.items()},
        curve_entry=_load_curve(mapping, signature),
    )


def _entries(located: Located | None) -> Mapping[str, Located]:
    return located.mapping() if located else {}


def load_diagnostic_kinds(path: Path) -> dict[str, DiagnosticKind]:
    """Return what every diagnostic code means, by code. Raises `TableError`."""
    kinds = {}
    for code, entry in read_yaml(path):
        severity = {"1": "info", "2": "warning", "3": "error", "9": "error"}.get(code[2:3])
        if severity is None or not re.fullmatch("OC[0-9]{3}", code):
            raise entry.error("expected a code such as OC302, whose first digit says its severity")
        entry.mapping(allowed=frozenset({"name", "topic", "message", "meaning", "action"}))
        kinds[code] = DiagnosticKind(
            code=code,
            name=entry.required("name").text(),
            severity=severity,
            topic=entry.required("topic").one_of(*_TOPICS),
            message=read_text(entry.required("message")),
            meaning=read_text(entry.required("meaning")),
            action=read_text(entry.required("action")),
        )
    return kinds
