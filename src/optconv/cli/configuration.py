"""``[tool.optconv]`` in the pyproject.toml of a project: found, read, and checked key by key.

The keys are in `optconv.cli.configuration_keys`.
"""

from __future__ import annotations

import difflib
import importlib
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from optconv.cli.configuration_keys import KEYS
from optconv.cli.files import is_directory, is_file
from optconv.cli.language import said
from optconv.cli.problems import FileError
from optconv.cli.reading import read_file
from optconv.cli.terminal import escape, shortened, shown_path
from optconv.mappings import message

FILE_NAME = "pyproject.toml"
TABLE = "tool.optconv"
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")


class ConfigurationError(click.ClickException):
    """The configuration cannot be used; the message names file, line and key."""

    exit_code = 2

    def __init__(self, text: str) -> None:
        super().__init__(shortened(text))


@dataclass(frozen=True)
class Configuration:
    """What a project's configuration says."""

    path: Path | None = None  # None: there is none
    values: Mapping[str, Any] = field(default_factory=dict)  # by key; only those that stand in it
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """Return the folder that paths and patterns in it are relative to."""
        return self.path.absolute().parent if self.path is not None else Path.cwd()

    def place(self, key: str) -> str:
        """Return where a key stands, ``pyproject.toml:12``; of an unusual layout only the file is known."""
        assert self.path is not None
        return _place(self.path, self.lines, key)


def find_configuration(paths: Sequence[str]) -> Configuration:
    """Return the configuration for some paths: of the nearest folder around all of them that has one.

    Args:
        paths: as typed; none, or ``-``: the current folder counts.

    Raises:
        ConfigurationError: it cannot be used.
    """
    folder = _common_folder(paths)
    for parent in (folder, *folder.parents):
        path = parent / FILE_NAME
        if is_file(path):
            found = read_configuration(_short(path), required=False)
            if found is not None:
                return found
    return Configuration()


def read_configuration(path: Path, *, required: bool = True) -> Configuration | None:
    """Return what a file configures; None where it says nothing of this tool, unless it is ``required``.

    Raises:
        ConfigurationError: it cannot be read, or something in it is wrong.
    """
    try:
        content = read_file(path)
    except FileError as error:
        raise ConfigurationError(said(error.diagnostic.message)) from error
    # A file that has nothing for this tool may be as wrong as it likes.
    tool = _parse(path, content).get("tool", {}) if b"optconv" in content else {}
    if not isinstance(tool, dict) or "optconv" not in tool:
        if required:
            raise ConfigurationError(said(message("configuration.no_table", path=_name(path), table=TABLE)))
        return None
    table = tool["optconv"]
    lines = _lines(content.decode())
    if not isinstance(table, dict):
        raise ConfigurationError(said(message("configuration.not_a_table", path=_name(path), table=TABLE)))
    values = {key: _checked(path, lines, key, value) for key, value in table.items()}
    return Configuration(path, values, lines)


def _parse(path: Path, content: bytes) -> dict[str, Any]:
    tomllib = _toml_parser()
    try:
        document: dict[str, Any] = tomllib.loads(content.decode())
    except UnicodeDecodeError as error:
        raise ConfigurationError(said(message("configuration.not_unicode", path=_name(path)))) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(_syntax_error(path, str(error))) from error
    except RecursionError as error:
        raise ConfigurationError(said(message("configuration.too_deep", path=_name(path)))) from error
    except ValueError as error:  # a number with more digits than Python reads
        raise ConfigurationError(_syntax_error(path, str(error))) from error
    return document


def _toml_parser() -> Any:
    """Return the module that parses TOML: imported here, because most runs have no configuration."""
    return importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")


def _place(path: Path, lines: Mapping[str, int], key: str) -> str:
    return f"{_name(path)}:{lines[key]}" if key in lines else _name(path)


def _checked(path: Path, lines: Mapping[str, int], key: str, value: Any) -> Any:
    place = f"{_place(path, lines, key)}: [{TABLE}] {escape(key)}"
    if key not in KEYS:
        near = difflib.get_close_matches(key, KEYS, n=1)
        if near:
            raise ConfigurationError(said(message("configuration.near_key", place=place, near=near[0])))
        keys = ", ".join(sorted(KEYS))
        raise ConfigurationError(said(message("configuration.no_such_key", place=place, keys=keys)))
    try:
        return KEYS[key](value)
    except ValueError as error:
        raise configuration_error(_place(path, lines, key), key, str(error)) from error


def configuration_error(place: str, key: str, problem: str) -> ConfigurationError:
    """Return the error about what a key holds.

    Args:
        place: the file, and the line where it is known.
        key: the key.
        problem: what is wrong, in the current language.
    """
    at = message("configuration.at", place=f"{place}: [{TABLE}] {escape(key)}", problem=escape(problem))
    return ConfigurationError(said(at))


def _common_folder(paths: Sequence[str]) -> Path:
    named = [Path(path) for path in paths if path != "-"]
    folders = [(path if is_directory(path) else path.parent).resolve() for path in named] or [Path.cwd()]
    common = folders[0]
    for folder in folders[1:]:
        common = next((p for p in (common, *common.parents) if p == folder or p in folder.parents), common)
    return common


def _short(path: Path) -> Path:
    """Return a path as a person would write it from where they are."""
    here = Path.cwd()
    return path.relative_to(here) if here in path.parents else path


def _syntax_error(path: Path, complaint: str) -> str:
    found = _TOML_PLACE.search(complaint)
    line = f":{found[1]}" if found and found[1] else ""
    problem = escape(_TOML_PLACE.sub("", complaint))
    return said(message("configuration.not_toml", place=f"{_name(path)}{line}", problem=problem))


_HEADER = re.compile(r"^\[+(?P<name>[^\[\],]+)\]+\s*(?:#.*)?$")
_ENTRY = re.compile(r"^\s*(?P<key>[A-Za-z0-9_-]+|\"[^\"]+\"|'[^']+')\s*[.=]")


def _lines(text: str) -> dict[str, int]:
    """Return the line of each key. The parser does not tell, so this looks at the layout people use."""
    lines: dict[str, int] = {}
    inside = False
    for number, line in enumerate(re.split(r"\r?\n", text), start=1):
        header = _HEADER.match(line.strip())
        if header:
            name = re.sub(r"[\s\"']", "", header["name"])
            inside = name == TABLE
            if name.startswith(f"{TABLE}."):
                lines.setdefault(name.removeprefix(f"{TABLE}.").partition(".")[0], number)
        entry = _ENTRY.match(line)
        if inside and entry:
            lines.setdefault(entry["key"].strip("\"'"), number)
    return lines


def _name(path: Path) -> str:
    return escape(shown_path(path))
