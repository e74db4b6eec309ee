"""Which files are converted, by the ends of their names, and how each kind of file is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from optconv.converter.convert import Options, convert_source
from optconv.converter.result import Conversion
from optconv.mappings import Tables

Converter = Callable[[bytes, Tables, Options], Conversion]

_CONVERTERS: Mapping[str, Converter] = {".py": convert_source}
SUFFIXES = frozenset(_CONVERTERS)
"""The ends of the names of files that a folder is searched for."""


def convert_content(name: str, source: bytes, tables: Tables, options: Options) -> Conversion:
    """Convert one file as its name asks for; one whose name says nothing is taken for Python.

    Args:
        name: the file's name or path.
        source: its bytes.
        tables: what is known of the target.
        options: see `Options`.

    Raises:
        TableError: a table that the file needs is broken.
    """
    suffix = next((suffix for suffix in SUFFIXES if name.endswith(suffix)), ".py")
    return _CONVERTERS[suffix](source, tables, options)
