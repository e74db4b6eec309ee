"""The output formats: one module each, named ``<name>_format``, and found by its name.

A module has a function ``open_report(settings, tables, output) -> Report``, if files of the format end in a
certain way a tuple ``SUFFIXES``, and ``SHOWS_TEXT`` if it shows what becomes of a file whenever it changes.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optconv.cli.outputs import Output
    from optconv.cli.settings import Settings
    from optconv.cli.tally import Report
    from optconv.mappings import Tables

_MODULE_SUFFIX = "_format"


def format_names() -> list[str]:
    """Return the names of the output formats."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name.removesuffix(_MODULE_SUFFIX) for name in names if name.endswith(_MODULE_SUFFIX))


def format_of_file(name: str) -> str | None:
    """Return the format whose files end as ``name`` does; None where that says nothing.

    The longest end that fits counts: a file that ends in ``.sarif.json`` is no report in JSON.
    """
    formats = {suffix: found for found in format_names() for suffix in _suffixes(found)}
    fitting = [suffix for suffix in formats if name.lower().endswith(suffix)]
    return formats[max(fitting, key=len)] if fitting else None


def shows_text(name: str) -> bool:
    """Return whether the format called ``name`` shows the converted text of files, whatever was asked for."""
    return getattr(_module(name), "SHOWS_TEXT", False)


def open_report(name: str, settings: Settings, tables: Tables, output: Output) -> Report:
    """Return a report in the format called ``name`` that goes to ``output``."""
    report: Report = _module(name).open_report(settings, tables, output)
    return report


def _suffixes(name: str) -> tuple[str, ...]:
    suffixes: tuple[str, ...] = getattr(_module(name), "SUFFIXES", ())
    return suffixes


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{name}{_MODULE_SUFFIX}")
