"""List the targets, what they have, and on which versions it was proven.

The command line of ``optconv targets``.
"""

from __future__ import annotations

import json
from typing import Any

import click

from optconv.cli.choosing import chosen_language
from optconv.cli.command import Command
from optconv.cli.options import BrokenTableError, how_option, language_option, open_tables
from optconv.cli.reference.lookup import print_document
from optconv.cli.reference.targets_document import TargetDescription, describe_target, lay_out_targets
from optconv.cli.terminal import say
from optconv.mappings import TableError, flavor_names, target_names


@click.command(name="targets", cls=Command)
@how_option()
@language_option
def command(how: str, lang: str | None) -> None:
    """List the frameworks that can be converted to, with their flavors and versions."""
    language = chosen_language(lang)
    try:
        found = [
            describe_target(open_tables(name, flavor))
            for name in target_names()
            for flavor in (None, *flavor_names(name))
        ]
    except TableError as error:
        raise BrokenTableError(str(error)) from error
    if how == "json":
        say(json.dumps([_as_json(each, language) for each in found], indent=2, ensure_ascii=False))
    else:
        print_document(lay_out_targets(found), language, how)


def _as_json(target: TargetDescription, language: str) -> dict[str, Any]:
    return {
        "target": target.name,
        "flavor": target.flavor,
        "title": target.title.in_language(language),
        "package": target.package,
        "versions": list(target.versions),
        "rows": target.rows,
        "cases": target.cases,
    }
