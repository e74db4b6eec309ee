"""``docs/configuration.md`` and the README say of the configuration what the tool knows of it."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from document_blocks import block

from optconv.cli.configuration import read_configuration
from optconv.cli.configuration_keys import KEYS
from optconv.cli.main import main
from optconv.cli.settings import Chosen, choose

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "configuration.md"
README = ROOT / "README.md"


def rows() -> dict[str, list[str]]:
    """Return the cells of the table of keys, by their keys."""
    lines = re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {key: rest.split(" | ") if " | " in rest else [rest] for key, rest in lines}


def test_the_table_has_every_key_and_no_other() -> None:
    assert set(rows()) == set(KEYS)


def test_the_options_of_the_table_are_those_of_a_run() -> None:
    command = main.get_command(click.Context(main), "config")
    assert command is not None
    options = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    for key, cells in rows().items():
        named = re.findall(r"`(--[a-z-]+)`", cells[0])
        assert set(named) <= options, key
        assert named or key in ("per-file-ignores", "python")
        assert not named or named[0] in (f"--{key}", "--to")


def test_the_defaults_of_the_table_are_those_of_the_code(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("[tool.optconv]\n", encoding="utf-8")
    empty = read_configuration(path)
    assert empty is not None
    defaults = choose({}, empty)
    for key, cells in rows().items():
        written = re.match(r"`(.*?)`", cells[1])
        assert (shown(defaults[key]) if written else "") == (written[1] if written else ""), key


def shown(chosen: Chosen) -> str:
    values = {True: "true", (): "[]", ("ALL",): '["ALL"]', "error": '"error"'}
    return "{}" if chosen.value == {} else values[chosen.value]


@pytest.mark.parametrize(("document", "info"), [(PAGE, "toml every key"), (README, "toml every key")])
def test_the_example_has_every_key_and_is_taken(tmp_path: Path, document: Path, info: str) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(block(document, info), encoding="utf-8")
    configuration = read_configuration(path)
    assert configuration is not None
    assert set(configuration.values) == set(KEYS)
    assert all(configuration.place(key).startswith(f"{path}:") for key in KEYS)
