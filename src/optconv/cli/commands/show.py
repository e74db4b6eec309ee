"""Show what an API becomes, and what was measured.

The command line of ``optconv show``; what it shows is laid out in `optconv.cli.reference`.
"""

from __future__ import annotations

import json
from typing import Any

import click

from optconv.cli.choosing import chosen_for, open_chosen_tables
from optconv.cli.command import Command
from optconv.cli.completing import complete_api
from optconv.cli.language import said
from optconv.cli.options import (
    BrokenTableError,
    flavor_option,
    how_option,
    language_option,
    mappings_option,
    target_option,
)
from optconv.cli.reference.document import Document, Paragraph, code, same
from optconv.cli.reference.find_api import find_apis
from optconv.cli.reference.index_document import lay_out_index
from optconv.cli.reference.lookup import describe_rows, no_such_name, print_document
from optconv.cli.reference.row_document import lay_out_row
from optconv.cli.reference.show_json import as_json
from optconv.cli.terminal import escape, say
from optconv.mappings import TableError, Tables, message

_NO_ROW = 1


@click.command(name="show", cls=Command)
@click.argument("api", required=False, shell_complete=complete_api)
@target_option("The framework to convert to [default: that of the configuration].")
@flavor_option
@mappings_option
@click.option("-v", "--verbose", is_flag=True, help="Show every measured case with its deviation.")
@how_option()
@language_option
def command(api: str | None, verbose: bool, how: str, **typed: Any) -> None:
    """Show what an API of the source framework becomes in the target, parameter by parameter.

    API is a name such as torch.optim.SGD, lr_scheduler.StepLR or Adam. Without it all rows are listed.

    The exit status is 0, 1 when the API has no row for the target, and 2 when there is no such API.
    """
    chosen, _ = chosen_for((), typed)
    try:
        tables = open_chosen_tables(chosen)
        status = _show(api, tables, how, chosen["lang"].value, verbose=verbose)
    except TableError as error:
        raise BrokenTableError(str(error)) from error
    click.get_current_context().exit(status)


def _show(api: str | None, tables: Tables, how: str, language: str, *, verbose: bool) -> int:
    rows = describe_rows(tables)
    if tables.flavor is not None:
        of_target = describe_rows(tables.without_flavor())
        rows = {**{api: row for api, row in of_target.items() if tables.row(api) is not None}, **rows}
    if api is None:
        if how == "json":
            say(_json([as_json(row, language) for row in rows.values()]))
        else:
            print_document(lay_out_index(list(rows.values()), tables), language, how)
        return 0
    name = _find(api, tables)
    if name not in rows:
        said = message("show.no_row", api=code(name), target=tables.target.title, code=same("OC301"))
        print_document(Document((Paragraph(said),)), language, "text")
        return _NO_ROW
    if how == "json":
        say(_json(as_json(rows[name], language)))
    else:
        print_document(lay_out_row(rows[name], all_cases=verbose), language, how)
    return 0


def _find(api: str, tables: Tables) -> str:
    found = find_apis(tables, api)
    if not found:
        raise no_such_name("API", api, tables.source_apis)
    if len(found) > 1:
        raise click.UsageError(said(message("usage.several_names", api=escape(api), names=", ".join(found))))
    return found[0]


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
