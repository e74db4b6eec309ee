"""Options that several subcommands have, and the tables of the target that a person named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from optconv.mappings import (
    LANGUAGES,
    Tables,
    UnknownFlavorError,
    UnknownTargetError,
    flavor_names,
    load_tables,
    target_names,
)

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


flavor_option = click.option(
    "--flavor",
    metavar="NAME",
    shell_complete=lambda ctx, _, incomplete: _complete_flavor(ctx.params.get("target"), incomplete),
    help="A second family of the target's classes [default: the target's own choice].",
)


def open_tables(target: str, flavor: str | None = None) -> Tables:
    """Return the tables of a target, or of one of its flavours.

    Raises:
        BadParameter: there is no such target or flavour; the message lists those there are.
        TableError: a table is broken.
    """
    try:
        return load_tables(target, flavor=flavor)
    except UnknownTargetError as error:
        message = f"unknown target {target!r}; the targets are: {', '.join(target_names())}."
        raise click.BadParameter(message, param_hint="'--to'") from error
    except UnknownFlavorError as error:
        known = flavor_names(target)
        there_are = f"its flavors are: {', '.join(known)}." if known else "it has no flavors."
        message = f"unknown flavor {flavor!r} of {target}; {there_are}"
        raise click.BadParameter(message, param_hint="'--flavor'") from error


def _complete_flavor(target: str | None, incomplete: str) -> list[str]:
    return [name for name in flavor_names(target or "") if name.startswith(incomplete)]


def _complete_target(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    return [name for name in target_names() if name.startswith(incomplete)]
