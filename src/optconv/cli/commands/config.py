"""Show which configuration holds, and where it comes from.

The command line of ``optconv config``; the keys are in `optconv.cli.configuration`.
"""

from __future__ import annotations

import json
from typing import Any

import click

from optconv.cli.choosing import chosen_for
from optconv.cli.completing import complete_file
from optconv.cli.options import run_options
from optconv.cli.reference.document import Document, Paragraph, Table, code, same
from optconv.cli.reference.lookup import print_document
from optconv.cli.settings import Chosen
from optconv.cli.terminal import say, shown_path
from optconv.mappings import Text

_HEAD = (Text("key", "键"), Text("value", "值"), Text("from", "来源"))
_FILE = Text("Configuration: {path}", "配置文件：{path}")
_NO_FILE = Text("There is no configuration file with [tool.optconv].", "没有包含 [tool.optconv] 的配置文件。")
_ORIGINS = {
    "default": Text("default", "默认值"),
    "command line": Text("command line", "命令行"),
    "locale": Text("locale", "系统语言环境"),
}


@click.command(name="config")
@click.argument("paths", metavar="[PATH]...", nargs=-1, shell_complete=complete_file)
@click.option(
    "--format",
    "how",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How to show it.",
)
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
    head = _NO_FILE if path is None else _FILE.format(path=f"`{shown_path(path)}`")
    lines = tuple(_line(key, each) for key, each in sorted(chosen.items()))
    print_document(Document((Paragraph(head), Table(_HEAD, lines))), chosen["lang"].value, how)


def _line(key: str, chosen: Chosen) -> tuple[Text, ...]:
    return code(key), code(_shown(chosen.value)), _ORIGINS.get(chosen.origin) or same(chosen.origin)


def _shown(value: Any) -> str:
    """Return a value as TOML has it; nothing for none."""
    if value is None:
        return ""
    if isinstance(value, dict):
        entries = ", ".join(f"{_shown(key)} = {_shown(entry)}" for key, entry in value.items())
        return f"{{{entries}}}"
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
