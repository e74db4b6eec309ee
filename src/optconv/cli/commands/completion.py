"""Print the script that lets a shell complete the words of a command line.

The command line of ``optconv completion``; what is completed is in `optconv.cli.completing`.
"""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from optconv.cli.command import Command
from optconv.cli.terminal import say

_SHELLS = ("bash", "zsh", "fish")
PROGRAM = "optconv"


@click.command(name="completion", cls=Command)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the script that lets bash, zsh or fish complete optconv's command lines with the tab key.

    It completes commands, options and their values, targets, the codes for explain and the names of APIs for
    show. Write it once to where the shell looks for such scripts, and start a new shell.

    For bash, 4.4 or newer, add it to ~/.bashrc. For zsh it is the file _optconv in a folder of $fpath, for
    fish ~/.config/fish/completions/optconv.fish.
    """
    found = get_completion_class(shell)
    assert found is not None
    root = context.find_root().command
    say(found(root, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE").source())
