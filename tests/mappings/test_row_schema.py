"""The JSON Schema of row files, which editors check and complete with, against the loader and the rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import optconv.mappings

from .conftest import CASE, HEAD, Folder

MAPPINGS = Path(optconv.mappings.__path__[0])
SCHEMA: dict[str, Any] = json.loads((MAPPINGS / "row.schema.json").read_text(encoding="utf-8"))
ROWS = sorted(MAPPINGS.glob("*/*/*.yaml"))
PARITY = "parity: {exact: [torch.optim.SGD(params)]}\n"
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def complaints(text: str, loader: type[yaml.BaseLoader | yaml.SafeLoader] = yaml.BaseLoader) -> list[str]:
    """Return what the schema says of a row; the base loader keeps every scalar as text, as ours does."""
    return [error.message for error in VALIDATOR.iter_errors(yaml.load(text, Loader=loader))]  # noqa: S506


def properties(definition: str | None = None) -> dict[str, Any]:
    """Return the keys of the row, or of one of the definitions."""
    found: dict[str, Any] = (SCHEMA["$defs"][definition] if definition else SCHEMA)["properties"]
    return found


def test_it_is_a_json_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("loader", [yaml.BaseLoader, yaml.SafeLoader], ids=["as text", "as editors read it"])
@pytest.mark.parametrize("path", ROWS, ids=[str(path.relative_to(MAPPINGS)) for path in ROWS])
def test_every_row_fits(path: Path, loader: type[yaml.BaseLoader | yaml.SafeLoader]) -> None:
    assert complaints(path.read_text(encoding="utf-8"), loader) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PARITY, id="no head"),
        pytest.param(HEAD + CASE, id="no parity case"),
        pytest.param(
            HEAD + CASE + "parity: {roughly: [SGD()]}\n", id="a class of parity that does not exist"
        ),
        pytest.param(HEAD + CASE + "parity: {exact: [{step: 1}]}\n", id="a parity case without code"),
        pytest.param(HEAD + PARITY + CASE + "renames: {}\n", id="an unknown key"),
        pytest.param(HEAD.replace("https", "http") + PARITY + CASE, id="a reference without https"),
        pytest.param(HEAD.replace(", zh: 一句话。", "") + PARITY + CASE, id="no Chinese"),
        pytest.param(HEAD.replace("A sentence.", "' '") + PARITY + CASE, id="an empty note"),
        pytest.param(HEAD + PARITY + CASE.replace("[nesterov, foreach]", "nesterov"), id="drop is no list"),
        pytest.param(HEAD + PARITY + CASE.replace("to: toy.SGD\n", ""), id="arguments without a target"),
        pytest.param(HEAD + PARITY + CASE + "expression: lr\n", id="an expression beside a target"),
        pytest.param(HEAD + PARITY + CASE + "cases: [{to: toy.SGD}]\n", id="a target beside cases"),
        pytest.param(HEAD + PARITY + "cases: []\n", id="no case at all"),
        pytest.param(HEAD + PARITY + "cases: [{when: lr == 0}]\n", id="a case without a target"),
        pytest.param(HEAD + PARITY + "drop: [lr]\n", id="a drop without a target"),
        pytest.param(HEAD + PARITY + CASE + "refuse: {lr: {unless: lr == 0}}\n", id="a rule without a note"),
        pytest.param(HEAD + PARITY + CASE + "differs: [{when: lr}]\n", id="a difference without a note"),
        pytest.param(HEAD + PARITY + "members: {step: {calls: toy}}\n", id="an unknown key of a member"),
        pytest.param(HEAD + PARITY + "attach: {rate: lr}\n", id="attach without its other keys"),
        pytest.param(HEAD + PARITY + CASE + "since: latest\n", id="a version that is none"),
    ],
)
def test_a_broken_row_does_not_fit(text: str) -> None:
    assert complaints(text)


def test_an_editor_notices_a_version_without_quotes() -> None:
    text = HEAD + PARITY + CASE
    assert complaints(text + 'since: "2.10"\n', yaml.SafeLoader) == []
    assert complaints(text + "since: 2.10\n", yaml.SafeLoader)


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        pytest.param("nonsense: 1\n", properties(), id="a row"),
        pytest.param("cases: [{nonsense: 1}]\n", properties("case"), id="a case"),
        pytest.param("members: {step: {nonsense: 1}}\n", properties("member"), id="a member"),
        pytest.param(
            "members: {param_groups: {items: {lr: {nonsense: 1}}}}\n",
            properties("groupItem"),
            id="an entry of a group",
        ),
        pytest.param(CASE + "refuse: {lr: {unless: lr, nonsense: 1}}\n", properties("rule"), id="a rule"),
        pytest.param(CASE + "refuse: {lr: {nonsense: 1}}\n", properties("text"), id="a note"),
        pytest.param(
            CASE + "differs: [{nonsense: 1}]\n",
            SCHEMA["$defs"]["differences"]["items"]["properties"],
            id="a difference",
        ),
        pytest.param("attach: {nonsense: 1}\n", properties("attach"), id="attach"),
        pytest.param("parity: {nonsense: []}\n", properties("parity"), id="parity"),
        pytest.param(
            "parity: {exact: [{nonsense: 1}]}\n",
            SCHEMA["$defs"]["parityCase"]["oneOf"][1]["properties"],
            id="a parity case",
        ),
    ],
)
def test_the_keys_are_those_that_the_loader_accepts(folder: Folder, body: str, keys: dict[str, Any]) -> None:
    complaint = folder.complaint(HEAD + body)
    assert set(complaint.partition("expected one of ")[2].split(", ")) == set(keys)


def objects(schema: Any) -> list[dict[str, Any]]:
    """Return every schema within ``schema`` that lists keys."""
    found = [schema] if isinstance(schema, dict) and schema.get("type") == "object" else []
    children = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    return found + [inner for child in children for inner in objects(child)]


def test_no_mapping_takes_keys_that_nobody_knows() -> None:
    assert len(objects(SCHEMA)) > 10
    assert all(schema["additionalProperties"] is not True for schema in objects(SCHEMA))


def test_every_key_has_a_title_that_an_editor_can_show() -> None:
    for schema in objects(SCHEMA):
        for key, described in schema.get("properties", {}).items():
            name = described.get("$ref", "").rpartition("/")[2]
            assert described.get("title") or SCHEMA["$defs"][name]["title"], key
