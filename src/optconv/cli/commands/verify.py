"""Run what a file builds before and after its conversion, on both frameworks.

The command line of ``optconv verify``; what it does is in `optconv.cli.verify`.
"""

from __future__ import annotations

import ast
from typing import Any

import click

from optconv.cli.choosing import chosen_for, open_chosen_tables
from optconv.cli.command import Command
from optconv.cli.completing import complete_file, complete_version
from optconv.cli.language import said
from optconv.cli.options import (
    BrokenTableError,
    config_options,
    flavor_option,
    language_option,
    mappings_option,
    report_files_option,
    target_option,
)
from optconv.cli.terminal import escape
from optconv.mappings import TableError, message

FORMATS = ("text", "json", "html")


def _config_options(command: Any) -> Any:
    for option in reversed(config_options):
        command = option(command)
    return command


@click.command(name="verify", cls=Command)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, shell_complete=complete_file)
@target_option("The framework to convert to [default: that of the configuration].")
@flavor_option
@mappings_option
@click.option(
    "--target-version",
    metavar="V",
    shell_complete=complete_version,
    help="The version of the target to convert to [default: newest].",
)
@click.option(
    "--set",
    "values",
    metavar="NAME=VALUE",
    multiple=True,
    help="What a part of the file comes to, as args.lr=0.1 or lr=0.1; may be given several times.",
)
@click.option(
    "--python",
    "interpreters",
    metavar="FRAMEWORK=PATH",
    multiple=True,
    help="The Python, or the virtual environment, that has a framework [default: this one].",
)
@click.option(
    "--steps",
    type=click.IntRange(1, 1000),
    default=40,
    show_default=True,
    help="How many steps are made; a schedule is followed to its end.",
)
@click.option("--format", "how", type=click.Choice(FORMATS), help="How to show it [default: text].")
@report_files_option
@click.option(
    "--project-root",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False),
    help="The folder of the whole project, whose other files say what stands in this one [default: the"
    " nearest folder around it with a pyproject.toml, setup.py, setup.cfg or .git].",
)
@language_option
@_config_options
@click.option("-v", "--verbose", is_flag=True, help="Show the scripts that were run, too.")
def command(paths: tuple[str, ...], **typed: Any) -> None:
    """Prove a conversion: run what a file builds on both frameworks, and compare the numbers.

    PATH is a file, a directory, or - for standard input; or the name of an API, whose row is measured then.
    Nothing is changed, and nothing of the file is run: its optimizers and schedulers are built anew, from the
    values that their arguments can be seen to have, on a small problem of optconv's own.

    The exit status is 0 when every construction that is converted was measured and is as the conversion says,
    1 when one is not or could not be measured, and 2 when the command line is wrong, a file could not be read
    or a framework is missing.
    """
    from optconv.cli.verify.command import verify  # the help does not wait for it

    given = [_value(text) for text in typed["values"]]
    chosen, configuration = chosen_for(paths, typed)
    try:
        status = verify(paths, open_chosen_tables(chosen), chosen, configuration, dict(given), typed)
    except TableError as error:
        raise BrokenTableError(str(error)) from error
    click.get_current_context().exit(status)


def _value(text: str) -> tuple[str, str]:
    """Return the name and the value of ``NAME=VALUE``: two expressions; the name may be of any kind."""
    for at, character in enumerate(text):
        if character != "=" or text[at + 1 : at + 2] == "=" or text[max(at - 1, 0) : at] in tuple("=!<>"):
            continue
        name, value = text[:at].strip(), text[at + 1 :].strip()
        if _is_expression(name) and _is_expression(value):
            return name, value
    raise click.BadParameter(said(message("verify.no_value_given", text=escape(text))), param_hint="'--set'")


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
