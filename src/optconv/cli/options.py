"""Options that several subcommands have, and the tables of the target that a person named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from optconv.mappings import LANGUAGES, Tables, UnknownTargetError, load_tables, target_names

_Command = TypeVar("_Command", bound=Callable[..., Any])

language_option = click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="The language of the messages.",
)


class BrokenTableError(click.ClickException):
    """A table of the installed package is broken: nothing can be done with it."""

    exit_code = 2


def target_option(text: str, *, required: bool = True) -> Callable[[_Command], _Command]:
    """Return the option ``--to`` with the given help."""
    return click.option(
        "--to", "target", metavar="TARGET", required=required, shell_complete=_complete_target, help=text
    )


def open_tables(target: str) -> Tables:
    """Return the tables of a target.

    Raises:
        BadParameter: there is no such target; the message lists those there are.
        TableError: a table is broken.
    """
    try:
        return load_tables(target)
    except UnknownTargetError as error:
        message = f"unknown target {target!r}; the targets are: {', '.join(target_names())}."
        raise click.BadParameter(message, param_hint="'--to'") from error


def _complete_target(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    return [name for name in target_names() if name.startswith(incomplete)]
