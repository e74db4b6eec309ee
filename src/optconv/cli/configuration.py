"""``[tool.optconv]`` in the pyproject.toml of a project: found, read, and checked key by key."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import click

from optconv.cli.files import is_directory
from optconv.cli.problems import FileError
from optconv.cli.reading import read_file
from optconv.cli.selection import UnknownCodeError, codes_of
from optconv.cli.terminal import escape, shown_path
from optconv.converter.result import Severity
from optconv.mappings import LANGUAGES, target_names

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE_NAME = "pyproject.toml"
NEVER = "never"
_TABLE = "tool.optconv"
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")


class ConfigurationError(click.ClickException):
    """The configuration cannot be used; the message names file, line and key."""

    exit_code = 2


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
        """Return where a key stands, ``pyproject.toml:12``."""
        assert self.path is not None
        return f"{shown_path(self.path)}:{self.lines.get(key, 1)}"


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
        if _is_there(path):
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
        text = read_file(path).decode()
        document = tomllib.loads(text)
    except FileError as error:
        raise ConfigurationError(error.diagnostic.message.en) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{_name(path)}: not UTF-8, as TOML must be") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(_syntax_error(path, str(error))) from error
    except RecursionError as error:
        raise ConfigurationError(f"{_name(path)}: nested too deeply") from error
    tool = document.get("tool", {})
    if not isinstance(tool, dict) or "optconv" not in tool:
        if required:
            raise ConfigurationError(f"{_name(path)}: there is no [{_TABLE}] in it")
        return None
    table = tool["optconv"]
    lines = _lines(text)
    if not isinstance(table, dict):
        raise ConfigurationError(f"{_name(path)}: [{_TABLE}] must be a table")
    values = {key: _checked(path, lines, key, value) for key, value in table.items()}
    return Configuration(path, values, lines)


def _checked(path: Path, lines: Mapping[str, int], key: str, value: Any) -> Any:
    place = f"{_name(path)}:{lines.get(key, 1)}: [{_TABLE}] {escape(key)}"
    if key not in _KEYS:
        near = difflib.get_close_matches(key, _KEYS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(_KEYS))}"
        raise ConfigurationError(f"{place}: there is no such key; {hint}")
    try:
        return _KEYS[key](value)
    except ValueError as error:
        raise ConfigurationError(f"{place}: {escape(str(error))}") from error


def _common_folder(paths: Sequence[str]) -> Path:
    named = [Path(path).absolute() for path in paths if path != "-"]
    folders = [path if is_directory(path) else path.parent for path in named] or [Path.cwd()]
    common = folders[0]
    for folder in folders[1:]:
        common = next((p for p in (common, *common.parents) if p == folder or p in folder.parents), common)
    return common.resolve()


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder that one may not look into
        return False


def _short(path: Path) -> Path:
    """Return a path as a person would write it from where they are."""
    here = Path.cwd()
    return path.relative_to(here) if here in path.parents else path


def _syntax_error(path: Path, message: str) -> str:
    found = _TOML_PLACE.search(message)
    line = f":{found[1]}" if found and found[1] else ""
    return f"{_name(path)}{line}: not valid TOML: {escape(_TOML_PLACE.sub('', message))}"


_HEADER = re.compile(r"^\s*\[\s*(?P<name>[^\[\]]+?)\s*\]")
_ENTRY = re.compile(r"^\s*(?P<key>[A-Za-z0-9_-]+|\"[^\"]+\"|'[^']+')\s*[.=]")


def _lines(text: str) -> dict[str, int]:
    """Return the line of each key. The parser does not tell, so this looks at the layout people use."""
    lines: dict[str, int] = {}
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            name = re.sub(r"[\s\"']", "", header["name"])
            inside = name == _TABLE
            if name.startswith(f"{_TABLE}."):
                lines.setdefault(name.removeprefix(f"{_TABLE}.").partition(".")[0], number)
        entry = _ENTRY.match(line)
        if inside and entry:
            lines.setdefault(entry["key"].strip("\"'"), number)
    return lines


def _name(path: Path) -> str:
    return escape(shown_path(path))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected text, not {value!r}")
    return value


def _one_of(choices: Sequence[str], value: Any) -> str:
    if value not in choices:
        raise ValueError(f"expected one of {', '.join(choices)}, not {value!r}")
    return _text(value)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise ValueError(f"expected a list of texts, not {value!r}")
    return tuple(value)


def _codes(value: Any) -> tuple[str, ...]:
    selectors = _texts(value)
    try:
        codes_of(selectors)
    except UnknownCodeError as error:
        raise ValueError(str(error)) from error
    return selectors


def _codes_by_pattern(value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise ValueError(f"expected a table of patterns with lists of codes, not {value!r}")
    return {pattern: _codes(codes) for pattern, codes in value.items()}


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"expected true or false, not {value!r}")
    return value


SEVERITIES = (*(severity.value for severity in Severity), NEVER)
_KEYS: Mapping[str, Callable[[Any], Any]] = {
    "target": lambda value: _one_of(target_names(), value),
    "flavor": _text,
    "target-version": _text,
    "select": _codes,
    "ignore": _codes,
    "per-file-ignores": _codes_by_pattern,
    "exclude": _texts,
    "fail-on": partial(_one_of, SEVERITIES),
    "annotate": _flag,
    "lang": partial(_one_of, LANGUAGES),
    "mappings": _texts,
    "project-root": _text,
}
"""Every key, with the function that checks its value."""
