"""The ``optconv`` command: finds its subcommands and imports one only when it is called."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import sys
from contextlib import contextmanager, suppress
from gettext import gettext
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import click

from optconv import __version__
from optconv.cli import commands
from optconv.cli.command import Command
from optconv.cli.interrupts import signals_raise
from optconv.cli.language import current_language, language_of_arguments, said, use_language
from optconv.cli.terminal import discard_output, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.shell_completion import CompletionItem

# What a shell reports for a process that the signal ended (128 + its number): neither of them means
# "findings" (1) or "wrong input" (2).
INTERRUPTED = 130
READER_GONE = 141
NO_OUTPUT = 2


class DiscoveredCommands(Command, click.Group):
    """A group whose subcommands are the modules of ``optconv.cli.commands``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments, and say what is wrong with them in the language that they ask for."""
        use_language(language_of_arguments(args))
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the subcommands, sorted."""
        names = (module.name for module in pkgutil.iter_modules(commands.__path__))
        return sorted(name.replace("_", "-") for name in names if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the subcommand ``cmd_name``, or None when there is none."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = importlib.import_module(_module_name(cmd_name)).command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of subcommands without importing them, so that ``--help`` stays fast."""
        summaries = {name: _summary(name) for name in self.list_commands(ctx)}
        if current_language() != "en":
            from optconv.cli.chinese_help import in_chinese

            summaries = {name: in_chinese(summary) for name, summary in summaries.items()}
        with formatter.section(gettext("Commands")):
            formatter.write_dl(list(summaries.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the subcommands that begin so, without importing them, and the options."""
        from click.shell_completion import CompletionItem

        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*(CompletionItem(name, help=_summary(name)) for name in names), *options]

    def main(self, *args: Any, **keywords: Any) -> Any:
        """Run the command line, whatever signal ends it."""
        with signals_raise(), _ending_quietly():
            return super().main(*args, **keywords)

    def make_context(self, *args: Any, **keywords: Any) -> click.Context:
        """Parse the arguments; help is written here, too."""
        with _ending_quietly():
            return super().make_context(*args, **keywords)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand."""
        with _ending_quietly():
            return super().invoke(ctx)


@contextmanager
def _ending_quietly() -> Iterator[None]:
    """End without a traceback when the person or the reader of the output has gone, or its disk is full."""
    try:
        yield
    except KeyboardInterrupt as error:
        from optconv.mappings import message

        with suppress(OSError):
            say(f"\n{said(message('usage.interrupted'))}", err=True)
        sys.exit(getattr(error, "exit_status", INTERRUPTED))
    except BrokenPipeError:
        discard_output()
        sys.exit(READER_GONE)
    except OSError as error:  # what is wrong with one file is dealt with there: this is the output's disk
        with suppress(OSError):
            say(gettext("Error: {message}").format(message=error.strerror or error), err=True)
        discard_output()
        sys.exit(NO_OUTPUT)


def _module_name(command: str) -> str:
    return f"{commands.__name__}.{command.replace('-', '_')}"


def _summary(command: str) -> str:
    spec = find_spec(_module_name(command))
    source = getattr(spec.loader, "get_source")(spec.name) if spec else None  # noqa: B009
    docstring = ast.get_docstring(ast.parse(source or "")) or ""
    return docstring.partition("\n")[0]


@click.group(cls=DiscoveredCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    __version__, prog_name="optconv", message="%(prog)s %(version)s", help="Show the version and exit."
)
def main() -> None:
    """Convert PyTorch optimizers and learning-rate schedules, and never change the numbers in silence."""
