"""``optconv targets``: what there is to convert to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from optconv.cli.main import main
from optconv.mappings import flavor_names, load_tables, target_names


def targets(*words: str) -> str:
    result = CliRunner().invoke(main, ["targets", *words], catch_exceptions=False)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def test_every_target_and_every_flavor_is_listed() -> None:
    found: list[dict[str, Any]] = json.loads(targets("--format", "json", "--lang", "en"))
    labels = [(each["target"], each["flavor"]) for each in found]
    assert labels == [(name, flavor) for name in target_names() for flavor in (None, *flavor_names(name))]
    for each in found:
        tables = load_tables(each["target"], flavor=each["flavor"])
        assert each["versions"] == list(tables.target.versions)
        assert each["rows"] == len(list(tables.rows()))
        assert each["cases"] >= each["rows"]
        assert set(each) == {"target", "flavor", "title", "package", "versions", "rows", "cases"}


@pytest.mark.parametrize(("language", "head"), [("en", "framework"), ("zh", "框架")])
def test_the_table_names_what_is_typed(language: str, head: str) -> None:
    text, markdown = (targets("--format", how, "--lang", language) for how in ("text", "markdown"))
    assert head in text.splitlines()[0]
    assert markdown.splitlines()[0].startswith("| --to | --flavor |")
    for name in target_names():
        assert f"\n{name} " in text
        assert f"\n| `{name}` |" in markdown
        for flavor in flavor_names(name):
            assert f"\n| `{name}` | `{flavor}` |" in markdown
