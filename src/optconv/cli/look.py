"""What ``optconv check`` and ``optconv report`` share: their options, and a run that changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from optconv.cli.choosing import chosen_for, open_chosen_tables
from optconv.cli.convert import run
from optconv.cli.formats import format_names
from optconv.cli.options import BrokenTableError, paths_argument, report_files_option, run_options
from optconv.cli.outputs import OutputChoice, output_choices
from optconv.cli.settings import settings_for
from optconv.mappings import TableError

if TYPE_CHECKING:
    from optconv.cli.settings import Command

_Command = TypeVar("_Command", bound=Callable[..., Any])
_OPTIONS = (
    paths_argument,
    click.option(
        "--format",
        "format_",
        type=click.Choice(format_names()),
        help="The format of what goes to standard output, or of the files whose names do not say it"
        " [default: text].",
    ),
    report_files_option,
    click.option(
        "--baseline",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False),
        help="An earlier report in JSON: what it has is not new.",
    ),
    run_options,
    click.option("-v", "--verbose", is_flag=True, help="Show notes, too, and tables in full."),
    click.option("-q", "--quiet", is_flag=True, help="Show nothing but errors."),
)


def look_options(command: _Command) -> _Command:
    """Give a command the options of a run that changes nothing."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def look(command: Command, paths: Sequence[str], typed: Mapping[str, Any], fail_on: str = "error") -> None:
    """Run over files and report; end with the exit status.

    Args:
        command: "check" or "report".
        paths: as typed.
        typed: the parameters of the command, by their names.
        fail_on: the severity that makes it fail where nobody chose one.
    """
    chosen, configuration = chosen_for(paths, typed, fail_on)
    outputs = output_choices(typed["format_"], typed["files"])
    if command == "check" and all(choice.path is not None for choice in outputs):
        outputs = (OutputChoice("text"), *outputs)  # a log of the run shows what the files hold
    settings = settings_for(
        command,
        chosen,
        configuration,
        outputs=outputs,
        baseline=typed["baseline"],
        force_exclude=typed["force_exclude"],
        jobs=typed["jobs"],
        verbose=typed["verbose"],
        quiet=typed["quiet"],
    )
    try:
        status = run(paths, open_chosen_tables(chosen), settings)
    except TableError as error:
        raise BrokenTableError(str(error)) from error
    click.get_current_context().exit(status)
