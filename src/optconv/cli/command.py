"""A click command whose help is shown in English or Chinese."""

from __future__ import annotations

import click

from optconv.cli.language import current_language
from optconv.cli.terminal import encodable

_HELP = "Show this message and exit."


class Command(click.Command):
    """A command with its help in the language of the command line.

    English help stands in the code. Chinese help is in the file of messages, which is read for it only.
    """

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option ``--help``; click would keep it in the language that it was made in."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP
        return option

    def get_help(self, ctx: click.Context) -> str:
        """Return the help of the command as it is shown."""
        if current_language() == "en":
            return super().get_help(ctx)
        from optconv.cli.chinese_help import chinese_help

        return encodable(chinese_help(self, ctx), err=False)
