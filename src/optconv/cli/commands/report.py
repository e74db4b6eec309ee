"""Report how far a migration is, and where a person must act.

The command line of ``optconv report``; what it does is in `optconv.cli.convert`.
"""

from __future__ import annotations

from typing import Any

import click

from optconv.cli.command import Command
from optconv.cli.look import look, look_options


@click.command(name="report", cls=Command)
@look_options
def command(paths: tuple[str, ...], **typed: Any) -> None:
    """Report how far a migration is: what is converted, what differs, and where a person must act.

    PATH is a file, a directory, or - for standard input, as for optconv convert. Nothing is changed. Run it
    on the code before it is converted: converted code has nothing more to report.

    The exit status is 0 unless --fail-on says otherwise, and 2 when the command line is wrong or a file
    could not be read.
    """
    look("report", paths, typed, fail_on="never")
