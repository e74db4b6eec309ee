"""Show which configuration holds, and where it comes from.

The command line of ``optconv config``; the keys are in `optconv.cli.configuration`.
"""

from __future__ import annotations

import json
from typing import Any

import click

from optconv.cli.choosing import chosen_for
from optconv.cli.command import Command
from optconv.cli.completing import complete_file
from optconv.cli.options import how_option, run_options
from optconv.cli.reference.document import Document, Paragraph, Table, code, same
from optconv.cli.reference.lookup import print_document
from optconv.cli.settings import Chosen
from optconv.cli.terminal import say, shown_path
from optconv.mappings import Text, message


@click.command(name="config", cls=Command)
@click.argument("paths", metavar="[PATH]...", nargs=-1, shell_complete=complete_file)
@how_option()
@click.option("--annotate/--no-annotate", default=None, help="As for convert.")
@run_options
def command(paths: tuple[str, ...], how: str, **typed: Any) -> None:
    """Show what holds for a run over the paths [default: the current folder], and where it comes from.

    Takes the options of a run, and shows what they override.
    """
    chosen, configuration = chosen_for(paths, typed)
    if how == "json":
        values = {key: {"value": each.value, "from": each.origin} for key, each in chosen.items()}
        say(json.dumps(values, indent=2, ensure_ascii=False))
        return
    path = configuration.path
    file = message("config.file", path=code(shown_path(path))) if path else message("config.no_file")
    head = (message("config.key"), message("config.value"), message("config.from"))
    lines = tuple(_line(key, each) for key, each in sorted(chosen.items()))
    print_document(Document((Paragraph(file), Table(head, lines))), chosen["lang"].value, how)


def _line(key: str, chosen: Chosen) -> tuple[Text, ...]:
    return code(key), code(_shown(chosen.value)), _origin(chosen.origin)


def _origin(origin: str) -> Text:
    """Return where a value comes from; a place in a file is written alike in both languages."""
    match origin:
        case "default":
            return message("config.default")
        case "command line":
            return message("config.command_line")
        case "locale":
            return message("config.locale")
    return same(origin)


def _shown(value: Any) -> str:
    """Return a value as TOML has it; nothing for none."""
    if value is None:
        return ""
    if isinstance(value, dict):
        entries = ", ".join(f"{_shown(key)} = {_shown(entry)}" for key, entry in value.items())
        return f"{{{entries}}}"
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
