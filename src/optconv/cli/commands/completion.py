"""Print the script that lets a shell complete the words of a command line.

The command line of ``optconv completion``; what is completed is in `optconv.cli.completing`.
"""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from optconv.cli.terminal import say

_SHELLS = ("bash", "zsh", "fish")
PROGRAM = "optconv"


@click.command(name="completion")
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the script that lets bash, zsh or fish complete optconv's command lines with the tab key.

    It completes commands, options and their values, targets, the codes for explain and the names of APIs for
    show. Write it once to where the shell looks for such scripts, and start a new shell:

    \b
      optconv completion bash > ~/.local/share/bash-completion/completions/optconv
      optconv completion zsh > "${fpath[1]}/_optconv"
      optconv completion fish > ~/.config/fish/completions/optconv.fish

    Where bash has no such folder, add the output to ~/.bashrc. bash must be 4.4 or newer.
    """  # noqa: D301 - click looks for the character itself
    found = get_completion_class(shell)
    assert found is not None
    root = context.find_root().command
    say(found(root, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE").source())
