"""What a shell may complete: targets, flavors, versions, codes, names of APIs, and files.

Nothing here may end in an error: a person who presses the tab key has not asked for a message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from optconv.mappings import (
    TableError,
    UnknownFlavorError,
    UnknownTargetError,
    diagnostic_kinds,
    flavor_names,
    load_tables,
    target_names,
)

if TYPE_CHECKING:
    from optconv.mappings import Tables

Complete = Callable[[click.Context, click.Parameter, str], "list[CompletionItem] | list[str]"]


def complete_target(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Return the targets."""
    return _beginning(target_names(), incomplete)


def complete_flavor(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the flavors of the target that was typed or is configured."""
    return _beginning(flavor_names(_target(context) or ""), incomplete)


def complete_version(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the versions of that target, the newest one first."""
    tables = _tables(_target(context))
    return _beginning(reversed(tables.target.versions), incomplete) if tables is not None else []


def complete_code(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the codes of the diagnostics, with their names; the names, when a name has been begun."""
    wanted = incomplete.lower()
    kinds = diagnostic_kinds().values()
    codes = [(kind.code, kind.name) for kind in kinds if kind.code.lower().startswith(wanted)]
    names = [(kind.name, kind.code) for kind in kinds if wanted and kind.name.startswith(wanted)]
    return [CompletionItem(value, help=text) for value, text in codes or names]


def complete_codes(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the same for the last one of a list with commas."""
    head, comma, last = incomplete.rpartition(",")
    items = complete_code(context, parameter, last)
    return [CompletionItem(f"{head}{comma}{item.value}", help=item.help) for item in items]


def complete_api(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of APIs, in full or any end that means one alone; at first the shortest ones."""
    tables = _tables(_target(context)) or _tables(next(iter(target_names()), None))
    if tables is None:
        return []
    meant: dict[str, set[str]] = {}
    for name in tables.source_apis:
        for end in _ends(name):
            meant.setdefault(end, set()).add(name)
    clear = {end for end, names in meant.items() if len(names) == 1 or end in names}
    if incomplete:
        return sorted(end for end in clear if end.startswith(incomplete))
    return sorted(next(end for end in _ends(name) if end in clear) for name in tables.source_apis)


def _ends(name: str) -> list[str]:
    """Return the ends of a dotted name, the shortest first and the name itself last."""
    parts = name.split(".")
    return [".".join(parts[first:]) for first in reversed(range(len(parts)))]


def complete_file(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Leave it to the shell, which knows the files."""
    return [CompletionItem(incomplete, type="file")]


def _beginning(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _target(context: click.Context) -> str | None:
    """Return the target that was typed, else the configured one."""
    from optconv.cli.configuration import ConfigurationError, find_configuration

    if context.params.get("target"):
        return str(context.params["target"])
    try:
        return find_configuration(context.params.get("paths") or ()).values.get("target")
    except ConfigurationError:
        return None


def _tables(target: str | None) -> Tables | None:
    try:
        return load_tables(target) if target is not None else None
    except (TableError, UnknownTargetError, UnknownFlavorError):
        return None
