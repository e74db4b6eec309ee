"""What was chosen for a run: on the command line, in the configuration, or by default."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optconv.cli.configuration import (
    Configuration,
    configuration_error,
    find_configuration,
    read_configuration,
)
from optconv.cli.language import language_of_locale, said, use_language
from optconv.cli.options import open_tables
from optconv.cli.selection import InvalidPatternError, UnknownCodeError, check_pattern, codes_of
from optconv.cli.settings import COMMAND_LINE, KEYS, Chosen, choose
from optconv.mappings import message, target_names

if TYPE_CHECKING:
    from optconv.mappings import Tables

_OPTIONS = {"--to": "target", "--flavor": "flavor", "--target-version": "target-version"}


def chosen_for(
    paths: Sequence[str], typed: Mapping[str, Any], fail_on: str = "error"
) -> tuple[dict[str, Chosen], Configuration]:
    """Return what holds for each key of the configuration, and the configuration.

    Args:
        paths: what is worked on.
        typed: the parameters of the command, by their names.
        fail_on: the severity that makes a run fail where nobody chose one.

    Raises:
        ConfigurationError: the configuration cannot be used.
        BadParameter: a code or a pattern that was typed is none.
    """
    configuration = _configuration(paths, typed)
    use_language(typed.get("lang") or configuration.values.get("lang") or language_of_locale())
    given = {key: typed.get(key.replace("-", "_")) for key in KEYS}
    for key in ("select", "ignore"):
        given[key] = _typed_codes(key, given[key] or ())
    _check_typed_patterns(given["exclude"] or ())
    return choose(given, configuration, fail_on), configuration


def chosen_language(typed: str | None) -> str:
    """Return the language of a command that works on no files. Raises `ConfigurationError`."""
    return str(chosen_for((), {"lang": typed})[0]["lang"].value)


def _configuration(paths: Sequence[str], typed: Mapping[str, Any]) -> Configuration:
    if typed.get("config") is not None:
        if typed.get("isolated"):
            raise click.UsageError(said(message("usage.contradiction", one="--config", other="--isolated")))
        return read_configuration(Path(typed["config"])) or Configuration()
    return Configuration() if typed.get("isolated") else find_configuration(paths)


def _typed_codes(key: str, values: Sequence[str]) -> tuple[str, ...]:
    selectors = tuple(part.strip() for value in values for part in value.split(",") if part.strip())
    try:
        codes_of(selectors)
    except UnknownCodeError as error:
        raise _bad_parameter(error, f"--{key}") from error
    return selectors


def _check_typed_patterns(patterns: Sequence[str]) -> None:
    try:
        for pattern in patterns:
            check_pattern(pattern)
    except InvalidPatternError as error:
        raise _bad_parameter(error, "--exclude") from error


def _bad_parameter(error: ValueError, option: str) -> click.BadParameter:
    return click.BadParameter(said(message("usage.sentence", text=str(error))), param_hint=f"'{option}'")


def chosen_target(chosen: Mapping[str, Chosen]) -> str:
    """Return the target that was chosen.

    Raises:
        UsageError: none was.
    """
    target = chosen["target"].value
    if target is None:
        raise click.UsageError(said(message("usage.no_target", targets=", ".join(target_names()))))
    return str(target)


def open_chosen_tables(chosen: Mapping[str, Chosen]) -> Tables:
    """Return the tables of the target that was chosen.

    Raises:
        UsageError: none was, there is no such target or flavour, or nothing is known of the version.
        ConfigurationError: the same of what is configured; the message says where.
        TableError: a table is broken.
    """
    try:
        tables = open_tables(chosen_target(chosen), chosen["flavor"].value, chosen["mappings"].value)
        version = chosen["target-version"].value
        if version is not None:
            _check_version(version, tables.target.versions)
    except click.BadParameter as error:
        key = _OPTIONS[str(error.param_hint).strip("'")]
        if chosen[key].origin == COMMAND_LINE:
            raise
        raise configuration_error(chosen[key].origin, key, error.message) from error
    return tables


def _check_version(wanted: str, known: tuple[str, ...]) -> None:
    """Refuse a version that is older than what the tables are about: they cannot tell what it lacks."""
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9})*", wanted, re.ASCII):
        problem = message("usage.no_version", version=repr(wanted), example=known[-1])
    elif _numbers(wanted) < _numbers(known[0])[: len(_numbers(wanted))]:
        problem = message("usage.version_too_old", version=wanted, oldest=known[0])
    else:
        return
    raise click.BadParameter(said(problem), param_hint="'--target-version'")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
