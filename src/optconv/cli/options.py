"""Options that several subcommands have, and what was chosen with them and in the configuration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from optconv.cli.completing import (
    complete_codes,
    complete_file,
    complete_flavor,
    complete_target,
    complete_version,
)
from optconv.cli.configuration_keys import SEVERITIES
from optconv.cli.language import said
from optconv.cli.terminal import escape
from optconv.mappings import (
    LANGUAGES,
    Tables,
    UnknownFlavorError,
    UnknownTargetError,
    flavor_names,
    load_tables,
    message,
    target_names,
)

_Command = TypeVar("_Command", bound=Callable[..., Any])

language_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="The language of the messages [default: that of the locale].",
)
config_options: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--config",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False),
        help="The pyproject.toml to take [default: the nearest one around the paths with [tool.optconv]].",
    ),
    click.option("--isolated", is_flag=True, help="Take no configuration file."),
)


class BrokenTableError(click.ClickException):
    """A table of the installed package, or of a file that was named, is broken: nothing can be done."""

    exit_code = 2

    def __init__(self, text: str) -> None:
        super().__init__(escape(text))  # it may quote what stands in the file


def how_option(*formats: str) -> Callable[[_Command], _Command]:
    """Return the option ``--format`` of a command that shows a document [default: in all three formats]."""
    choices = click.Choice(formats or ("text", "markdown", "json"))
    return click.option(
        "--format", "how", type=choices, default="text", show_default=True, help="How to show it."
    )


def target_option(text: str) -> Callable[[_Command], _Command]:
    """Return the option ``--to`` with the given help."""
    return click.option("--to", "target", metavar="TARGET", shell_complete=complete_target, help=text)


flavor_option = click.option(
    "--flavor",
    metavar="NAME",
    shell_complete=complete_flavor,
    help="A second family of the target's classes [default: the target's own choice].",
)
mappings_option = click.option(
    "--mappings",
    metavar="FILE",
    multiple=True,
    type=click.Path(),
    help="A file of your own mappings, beside those of optconv; may be given several times.",
)
report_files_option = click.option(
    "-o",
    "--output",
    "files",
    metavar="FILE",
    multiple=True,
    shell_complete=complete_file,
    help="Write a report there, in the format that the end of its name says (or FORMAT=FILE)."
    " May be given several times.",
)
paths_argument = click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, shell_complete=complete_file
)
_RUN_OPTIONS = (
    target_option("The framework to convert to."),
    flavor_option,
    mappings_option,
    click.option(
        "--target-version",
        metavar="V",
        shell_complete=complete_version,
        help="The version of the target to convert to [default: newest].",
    ),
    click.option(
        "--select",
        metavar="CODES",
        multiple=True,
        shell_complete=complete_codes,
        help="Say only these diagnostics: codes, their beginnings (OC2) or names [default: ALL].",
    ),
    click.option(
        "--ignore",
        metavar="CODES",
        multiple=True,
        shell_complete=complete_codes,
        help="Do not say these diagnostics.",
    ),
    click.option(
        "--exclude",
        metavar="PATTERN",
        multiple=True,
        help="Leave out the files that match, in folders that are searched; as in .gitignore.",
    ),
    click.option("--force-exclude", is_flag=True, help="Leave them out even where they are named."),
    click.option(
        "--fail-on",
        type=click.Choice(SEVERITIES),
        help="The least severity that makes the exit status 1 [default: error; of report: never].",
    ),
    click.option(
        "--project-root",
        metavar="DIR",
        type=click.Path(exists=True, file_okay=False),
        help="The folder of the whole project, whose other files say what stands in this one [default: the"
        " nearest folder around it with a pyproject.toml, setup.py, setup.cfg or .git].",
    ),
    click.option(
        "-j",
        "--jobs",
        metavar="N",
        type=click.IntRange(min=1),
        help="Convert in so many processes [default: one for each core, but one for few files].",
    ),
    language_option,
    *config_options,
)


def run_options(command: _Command) -> _Command:
    """Give a command the options of a run over files that the configuration has, too."""
    for option in reversed(_RUN_OPTIONS):
        command = option(command)
    return command


def open_tables(target: str, flavor: str | None = None, mappings: Sequence[str] = ()) -> Tables:
    """Return the tables of a target, or of one of its flavours.

    Args:
        target: its name.
        flavor: the name of the flavour.
        mappings: files of a team's own tables beside them.

    Raises:
        BadParameter: there is no such target or flavour; the message lists those there are.
        TableError: a table is broken.
    """
    try:
        return load_tables(target, flavor=flavor, extra=[Path(name) for name in mappings])
    except UnknownTargetError as error:
        unknown = message("usage.unknown_target", target=repr(target), targets=", ".join(target_names()))
        raise click.BadParameter(said(unknown), param_hint="'--to'") from error
    except UnknownFlavorError as error:
        known = flavor_names(target)
        unknown = (
            message("usage.unknown_flavor", flavor=repr(flavor), target=target, flavors=", ".join(known))
            if known
            else message("usage.no_flavors", flavor=repr(flavor), target=target)
        )
        raise click.BadParameter(said(unknown), param_hint="'--flavor'") from error
