"""Explain a diagnostic code.

The command line of ``optconv explain``; what it prints is laid out in `optconv.cli.reference`.
"""

from __future__ import annotations

import click

from optconv.cli.choosing import chosen_language
from optconv.cli.command import Command
from optconv.cli.completing import complete_code
from optconv.cli.options import (
    BrokenTableError,
    how_option,
    language_option,
    mappings_option,
    open_tables,
    target_option,
)
from optconv.cli.reference.diagnostic_document import lay_out_diagnostic, lay_out_diagnostics
from optconv.cli.reference.lookup import describe_rows, no_such_name, print_document
from optconv.mappings import TableError, diagnostic_kinds, flavor_names, target_names


@click.command(name="explain", cls=Command)
@click.argument("code", required=False, shell_complete=complete_code)
@target_option("Only what concerns this target [default: all targets].")
@mappings_option
@how_option("text", "markdown")
@language_option
def command(
    code: str | None, target: str | None, mappings: tuple[str, ...], how: str, lang: str | None
) -> None:
    """Explain a diagnostic: its message, what it means, what to do, and which APIs it is about.

    CODE is a code such as OC302 or its name, unsupported-argument. Without it all codes are listed.
    """
    language = chosen_language(lang)
    kinds = diagnostic_kinds()
    if code is None:
        print_document(lay_out_diagnostics(kinds.values()), language, how)
        return
    by_name = {kind.name: kind for kind in kinds.values()}
    kind = kinds.get(code.upper()) or by_name.get(code.lower())
    if kind is None:
        raise no_such_name("diagnostic", code, [*kinds, *by_name])
    try:
        chosen = [
            open_tables(name, flavor, mappings)
            for name in ([target] if target else target_names())
            for flavor in (None, *flavor_names(name))
        ]
        rows = [row for tables in chosen for row in describe_rows(tables).values()]
    except TableError as error:
        raise BrokenTableError(str(error)) from error
    print_document(lay_out_diagnostic(kind, rows), language, how)
