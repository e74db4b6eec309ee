"""What a person chose, on the command line and in the configuration of the project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from optconv.cli.configuration import Configuration, ConfigurationError, configuration_error
from optconv.cli.configuration_keys import NEVER
from optconv.cli.files import is_directory, is_file
from optconv.cli.formats import shows_text
from optconv.cli.language import language_of_locale, said
from optconv.cli.selection import Selection
from optconv.cli.terminal import escape
from optconv.converter.result import Severity
from optconv.mappings import Text, message

if TYPE_CHECKING:
    from optconv.cli.outputs import OutputChoice

Command = Literal["convert", "check", "report"]

_DEFAULTS: Mapping[str, Any] = {
    "target": None,
    "flavor": None,
    "target-version": None,
    "select": ("ALL",),
    "ignore": (),
    "per-file-ignores": {},
    "exclude": (),
    "fail-on": "error",
    "annotate": True,
    "mappings": (),
    "project-root": None,
    "python": {},
}
KEYS = (*_DEFAULTS, "lang")
"""The keys of the configuration."""
_OF_THE_TARGET = ("flavor", "target-version")  # they mean nothing for another target
DEFAULT = "default"
COMMAND_LINE = "command line"


@dataclass(frozen=True)
class Chosen:
    """The value that holds for a key, and where it comes from."""

    value: Any
    origin: str  # "default", "command line", "pyproject.toml:12", or "locale"


def choose(
    typed: Mapping[str, Any], configuration: Configuration, fail_on: str = "error"
) -> dict[str, Chosen]:
    """Return what holds for every key: what was typed, else what is configured, else the default.

    Args:
        typed: what was given on the command line, by key; None or an empty tuple where nothing was.
        configuration: that of the project.
        fail_on: the severity that makes a run fail where nobody chose one.

    Raises:
        ConfigurationError: a file or a folder that is configured does not exist.
    """
    defaults = {**_DEFAULTS, "fail-on": fail_on, "lang": language_of_locale()}
    configured = dict(configuration.values)
    target = typed.get("target")
    if target is not None and configured.get("target") not in (None, target):
        for key in _OF_THE_TARGET:
            configured.pop(key, None)
    chosen = {}
    for key, default in defaults.items():
        if typed.get(key) not in (None, ()):
            chosen[key] = Chosen(typed[key], COMMAND_LINE)
        elif key in configured:
            chosen[key] = Chosen(_located(key, configured[key], configuration), configuration.place(key))
        else:
            chosen[key] = Chosen(default, "locale" if key == "lang" else DEFAULT)
    return chosen


def _located(key: str, value: Any, configuration: Configuration) -> Any:
    """Return a configured value with its paths as seen from the current folder."""
    if key == "mappings":
        missing = [name for name in value if not is_file(configuration.root / name)]
        if missing:
            raise _wrong(configuration, key, message("configuration.no_file", path=escape(missing[0])))
        return tuple(str(configuration.root / name) for name in value)
    if key == "python":
        return {name: str(configuration.root / Path(path).expanduser()) for name, path in value.items()}
    if key != "project-root":
        return value
    if not is_directory(configuration.root / value):
        raise _wrong(configuration, key, message("configuration.no_folder", path=escape(str(value))))
    return str(configuration.root / value)


def _wrong(configuration: Configuration, key: str, problem: Text) -> ConfigurationError:
    return configuration_error(configuration.place(key), key, said(problem))


@dataclass(frozen=True)
class Settings:
    """The choices for one run over files."""

    command: Command
    target: str
    flavor: str | None = None  # a second family of the target's classes
    output: str | None = None  # where converted files go, as typed: a trailing slash names a directory
    diff: bool = False
    check: bool = False
    outputs: tuple[OutputChoice, ...] = ()  # the reports that are written
    fail_on: Severity | None = Severity.ERROR  # None: never
    annotate: bool = True
    target_version: str | None = None
    language: str = "en"
    project_root: str | None = None  # None: found for each file
    verbose: bool = False
    quiet: bool = False
    selection: Selection = field(default_factory=Selection)
    force_exclude: bool = False  # leave out files that are excluded even where they are named
    jobs: int | None = None  # how many processes convert; None: as many as are best
    baseline: str | None = None  # an earlier report, whose findings are known

    @property
    def writes(self) -> bool:
        """Return whether the run may write converted files."""
        return self.command == "convert" and not (self.diff or self.check)

    @cached_property  # every file asks
    def makes_text(self) -> bool:
        """Return whether anybody sees the converted text: ``check`` says what it finds, and shows none."""
        return self.command != "check" or any(shows_text(choice.format) for choice in self.outputs)

    @property
    def marks(self) -> bool:
        """Return whether comments are put above what cannot be converted: only where files may be written."""
        return self.annotate and self.command == "convert"

    @property
    def least_shown(self) -> Severity:
        """Return the least severity of the diagnostics that are shown as text."""
        if self.quiet:
            return Severity.ERROR
        return Severity.INFO if self.verbose else Severity.WARNING


def settings_for(
    command: Command, chosen: Mapping[str, Chosen], configuration: Configuration, **others: Any
) -> Settings:
    """Return the settings of a run.

    Args:
        command: which command runs.
        chosen: what holds for each key of the configuration.
        configuration: that of the project.
        others: fields of `Settings` that have no key there.

    Raises:
        UsageError: two choices contradict each other.
    """
    if others.get("verbose") and others.get("quiet"):
        raise click.UsageError(said(message("usage.contradiction", one="--verbose", other="--quiet")))
    fail_on = chosen["fail-on"].value
    return Settings(
        command,
        target=chosen["target"].value or "",
        flavor=chosen["flavor"].value,
        fail_on=None if fail_on == NEVER else Severity(fail_on),
        annotate=chosen["annotate"].value,
        target_version=chosen["target-version"].value,
        language=chosen["lang"].value,
        project_root=chosen["project-root"].value,
        selection=_selection(chosen, configuration),
        **others,
    )


def _selection(chosen: Mapping[str, Chosen], configuration: Configuration) -> Selection:
    """Return which diagnostics and files were chosen.

    Patterns that were typed are meant from the current folder, configured ones from that of the file.
    """
    typed = chosen["exclude"].origin == COMMAND_LINE
    return Selection(
        root=configuration.root,
        exclude_root=Path.cwd() if typed else configuration.root,
        select=tuple(chosen["select"].value),
        ignore=tuple(chosen["ignore"].value),
        per_file_ignores=chosen["per-file-ignores"].value,
        exclude=tuple(chosen["exclude"].value),
    )
