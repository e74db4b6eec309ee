"""Convert Python files and notebooks to another framework.

The command line of ``optconv convert``; what it does is in `optconv.cli.convert`.
"""

from __future__ import annotations

from typing import Any

import click

from optconv.cli.choosing import chosen_for, open_chosen_tables
from optconv.cli.command import Command
from optconv.cli.completing import complete_file
from optconv.cli.convert import run
from optconv.cli.formats import format_names
from optconv.cli.options import BrokenTableError, paths_argument, run_options
from optconv.cli.outputs import output_choices
from optconv.cli.settings import Settings, settings_for
from optconv.mappings import TableError


@click.command(name="convert", cls=Command)
@paths_argument
@click.option(
    "-o",
    "--output",
    metavar="DIR|FILE",
    shell_complete=complete_file,
    help="Write there instead of in place.",
)
@click.option("--diff", is_flag=True, help="Print what would change; write nothing.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a file would change.")
@click.option(
    "--annotate/--no-annotate",
    default=None,
    help="Put a comment above each statement that could not be converted [default: annotate].",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(format_names()),
    default="text",
    show_default=True,
    help="How to report. All but text goes to standard output.",
)
@click.option(
    "--report",
    "files",
    metavar="FILE",
    multiple=True,
    shell_complete=complete_file,
    help="Write a report there, too, in the format that the end of its name says (or FORMAT=FILE).",
)
@run_options
@click.option("-v", "--verbose", is_flag=True, help="Show notes, too.")
@click.option("-q", "--quiet", is_flag=True, help="Show nothing but errors.")
def command(paths: tuple[str, ...], format_: str, files: tuple[str, ...], **typed: Any) -> None:
    """Convert Python files and notebooks (in place, unless told otherwise); say what could not be converted.

    PATH is a file, which is always taken; a directory, which is searched for *.py, *.ipynb, *.yaml and *.yml
    files that git does not ignore; or - for standard input, a Python file whose conversion goes to standard
    output. Of YAML files the classes that they name are converted.

    Most options can be set in [tool.optconv] of the project's pyproject.toml (see optconv config).

    The exit status is 0 when nothing is wrong, 1 for findings (see --fail-on), and 2 when the command line
    is wrong or a file could not be read, converted or written.
    """
    chosen, configuration = chosen_for(paths, typed)
    settings: Settings = settings_for(
        "convert",
        chosen,
        configuration,
        outputs=output_choices(format_, files, beside=True),
        output=typed["output"],
        diff=typed["diff"],
        check=typed["check"],
        force_exclude=typed["force_exclude"],
        jobs=typed["jobs"],
        verbose=typed["verbose"],
        quiet=typed["quiet"],
    )
    try:
        tables = open_chosen_tables(chosen)
        status = run(paths, tables, settings)
    except TableError as error:
        raise BrokenTableError(str(error)) from error
    click.get_current_context().exit(status)
