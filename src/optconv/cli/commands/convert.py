"""Convert Python files and notebooks to another framework.

The command line of ``optconv convert``; what it does is in `optconv.cli.convert`.
"""

from __future__ import annotations

import re
from typing import Any

import click

from optconv.cli.convert import format_names, run
from optconv.cli.options import BrokenTableError, flavor_option, language_option, open_tables, target_option
from optconv.cli.settings import Settings
from optconv.converter import Severity
from optconv.mappings import TableError, Tables

_NEVER = "never"


@click.command(name="convert")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@target_option("The framework to convert to.")
@flavor_option
@click.option("-o", "--output", metavar="DIR|FILE", help="Write there instead of in place.")
@click.option("--diff", is_flag=True, help="Print what would change; write nothing.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a file would change.")
@click.option(
    "--format",
    type=click.Choice(format_names()),
    default="text",
    show_default=True,
    help="How to report. With json, standard output carries one JSON document.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*(severity.value for severity in Severity), _NEVER]),
    default="error",
    show_default=True,
    help="The least severity that makes the exit status 1.",
)
@click.option(
    "--annotate/--no-annotate",
    default=True,
    show_default=True,
    help="Put a comment above each statement that could not be converted.",
)
@click.option(
    "--target-version", metavar="V", help="The version of the target to convert to [default: newest]."
)
@click.option(
    "--project-root",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False),
    help="The folder of the whole project, whose other files say what stands in this one [default: the"
    " nearest folder around it with a pyproject.toml, setup.py, setup.cfg or .git].",
)
@language_option
@click.option("-v", "--verbose", is_flag=True, help="Show notes, too.")
@click.option("-q", "--quiet", is_flag=True, help="Show nothing but errors.")
def command(paths: tuple[str, ...], fail_on: str, **choices: Any) -> None:
    """Convert Python files and notebooks (in place, unless told otherwise); say what could not be converted.

    PATH is a file, which is always taken; a directory, which is searched for *.py, *.ipynb, *.yaml and *.yml
    files that git does not ignore; or - for standard input, a Python file whose conversion goes to standard
    output. Of YAML files the classes that they name are converted.

    The exit status is 0 when nothing is wrong, 1 for findings (see --fail-on), and 2 when the command line
    is wrong or a file could not be read, converted or written.
    """
    settings = Settings(fail_on=None if fail_on == _NEVER else Severity(fail_on), **choices)
    if settings.verbose and settings.quiet:
        raise click.UsageError("--verbose and --quiet contradict each other.")
    try:
        tables = _load_tables(settings)
        status = run(paths, tables, settings)
    except TableError as error:
        raise BrokenTableError(str(error)) from error
    click.get_current_context().exit(status)


def _load_tables(settings: Settings) -> Tables:
    tables = open_tables(settings.target, settings.flavor)
    if settings.target_version is not None:
        _check_version(settings.target_version, tables.target.versions)
    return tables


def _check_version(wanted: str, known: tuple[str, ...]) -> None:
    """Refuse a version that is older than what the tables are about: they cannot tell what it lacks."""
    if not re.fullmatch(r"\d+(\.\d+)*", wanted, re.ASCII):
        problem = f"{wanted!r} is not a version such as {known[-1]}."
    elif _numbers(wanted) < _numbers(known[0])[: len(_numbers(wanted))]:
        problem = f"nothing is known about {wanted}; the oldest known version is {known[0]}."
    else:
        return
    raise click.BadParameter(problem, param_hint="'--target-version'")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
