"""Loads the catalogues: what the source framework has, and what the target framework has."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from optconv.mappings.expressions import read_expression
from optconv.mappings.schema import DiagnosticKind, SourceApi, SourceMember, TargetApi
from optconv.mappings.signatures import Signature, SignatureVersion, parse_signature
from optconv.mappings.text import Text
from optconv.mappings.yaml_reader import Located, read_yaml

_KINDS = ("optimizer", "scheduler", "class", "function")
_TYPES = ("float", "int", "list")
_SOURCE_KEYS = frozenset({"kind", "base", "aliases", "since", "signatures", "members"})
_TARGET_KEYS = frozenset({"signature", "types", "inert", "versions", "members"})


def load_source_catalogue(path: Path) -> tuple[dict[str, SourceApi], dict[str, str]]:
    """Return the source APIs by name, and every importable name of each with the name it stands for.

    Raises:
        TableError: the file is broken.
    """
    apis: dict[str, SourceApi] = {}
    canonical: dict[str, str] = {}
    for name, entry in read_yaml(path):
        mapping = entry.mapping(allowed=_SOURCE_KEYS)
        kind = entry.required("kind")
        if kind.text() not in _KINDS:
            raise kind.error(f"expected one of {', '.join(_KINDS)}")
        apis[name] = SourceApi(
            name=name,
            kind=kind.text(),
            base=mapping["base"].text() if "base" in mapping else None,
            signatures=_load_versions(entry.required("signatures")),
            members=_load_members(mapping.get("members")),
        )
        for alias in [
            name,
            *(a.text() for a in (mapping["aliases"].items() if "aliases" in mapping else ())),
        ]:
            canonical[alias] = name
    return apis, canonical


def _load_versions(located: Located) -> tuple[SignatureVersion, ...]:
    return tuple(
        SignatureVersion(entry.required("since").text(), _load_signature(entry.required("signature")))
        for entry in located.items()
    )


def _load_signature(located: Located) -> Signature:
    try:
        return parse_signature(located.text())
    except ValueError as error:
        raise located.error(str(error)) from error


def _load_members(located: Located | None) -> dict[str, SourceMember]:
    members = {}
    for name, entry in located or ():
        mapping = entry.mapping(allowed=frozenset({"signatures", "attribute", "since", "until", "telling"}))
        versions = _load_versions(mapping["signatures"]) if "signatures" in mapping else ()
        telling = "telling" in mapping and mapping["telling"].text() == "true"
        members[name] = SourceMember(name, versions, telling)
    return members


def load_target_signatures(path: Path) -> dict[str, TargetApi]:
    """Return the target's classes, and their methods as ``Class.method``, by qualified name.

    Raises:
        TableError: the file is broken.
    """
    apis: dict[str, TargetApi] = {}
    for name, entry in read_yaml(path):
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
    for value in _entries(mapping.get("types")).values():
        if value.text() not in _TYPES:
            raise value.error(f"expected one of {', '.join(_TYPES)}")
    return TargetApi(
        name=name,
        signature=signature,
        types={key: value.text() for key, value in _entries(mapping.get("types")).items()},
        inert={
            key: read_expression(value, frozenset()) for key, value in _entries(mapping.get("inert")).items()
        },
        since=versions["since"].text() if "since" in versions else None,
        added={key: value.text() for key, value in _entries(versions.get("added")).items()},
    )


def _entries(located: Located | None) -> Mapping[str, Located]:
    return located.mapping() if located else {}


def load_diagnostic_kinds(path: Path) -> dict[str, DiagnosticKind]:
    """Return what every diagnostic code means, by code. Raises `TableError`."""
    kinds = {}
    for code, entry in read_yaml(path):
        severity = {"1": "info", "2": "warning", "3": "error", "9": "error"}.get(code[2:3])
        if severity is None or not code.startswith("OC") or len(code) != 5:
            raise entry.error("expected a code such as OC302, whose first digit says its severity")
        entry.mapping(allowed=frozenset({"name", "message", "meaning", "action"}))
        kinds[code] = DiagnosticKind(
            code=code,
            name=entry.required("name").text(),
            severity=severity,
            message=_load_text(entry.required("message")),
            meaning=_load_text(entry.required("meaning")),
            action=_load_text(entry.required("action")),
        )
    return kinds


def _load_text(located: Located) -> Text:
    mapping = located.mapping(allowed=frozenset({"en", "zh"}))
    return Text(**{key: " ".join(located.required(key).text().split()) for key in ("en", "zh") if mapping})
