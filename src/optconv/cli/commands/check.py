"""Say what would be converted and what could not be; change nothing.

The command line of ``optconv check``; what it does is in `optconv.cli.convert`.
"""

from __future__ import annotations

from typing import Any

import click

from optconv.cli.command import Command
from optconv.cli.look import look, look_options


@click.command(name="check", cls=Command)
@look_options
def command(paths: tuple[str, ...], **typed: Any) -> None:
    """Look at files, change nothing, and fail when there is something to convert or to do by hand.

    PATH is a file, a directory, or - for standard input, as for optconv convert.

    The exit status is 0 when nothing is found, 1 when a file has something that would be converted (OC107) or
    a diagnostic of the severity --fail-on (never: for neither), 2 when the command line is wrong or a file
    could not be read. With --baseline only what the earlier report has not counts.
    """
    look("check", paths, typed)
