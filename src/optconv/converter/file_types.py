"""Which files are converted, by the ends of their names, and how each kind of file is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from optconv.converter.convert import Options, convert_source
from optconv.converter.result import Conversion
from optconv.mappings import Tables


@dataclass(frozen=True)
class FileType:
    """How one kind of file is converted."""

    convert: Callable[[bytes, Tables, Options], Conversion]
    cells: Callable[[bytes], Mapping[int, str]] | None = None  # the texts that its places are lines of
    file_lines: Callable[[bytes], Mapping[int, Sequence[int]]] | None = None  # where those lines stand in it


# Neither notebooks nor configurations are imported before one is to be converted.


def _convert_notebook(source: bytes, tables: Tables, options: Options) -> Conversion:
    from optconv.converter.notebook import convert_notebook

    return convert_notebook(source, tables, options)


def _cell_texts(source: bytes) -> Mapping[int, str]:
    from optconv.converter.notebook import cell_texts

    return cell_texts(source)


def _cell_file_lines(source: bytes) -> Mapping[int, Sequence[int]]:
    from optconv.converter.notebook import cell_file_lines

    return cell_file_lines(source)


def _convert_configuration(source: bytes, tables: Tables, options: Options) -> Conversion:
    from optconv.converter.yaml_config import convert_yaml_config

    return convert_yaml_config(source, tables, options)


_PYTHON = FileType(convert_source)
_CONFIGURATION = FileType(_convert_configuration)
_TYPES: Mapping[str, FileType] = {
    ".py": _PYTHON,
    ".ipynb": FileType(_convert_notebook, _cell_texts, _cell_file_lines),
    ".yaml": _CONFIGURATION,
    ".yml": _CONFIGURATION,
}
SUFFIXES = frozenset(_TYPES)
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
    return _type_of(name).convert(source, tables, options)


def cells_of(name: str, source: bytes) -> Mapping[int, str] | None:
    """Return the code cells of a file by their numbers; None for a file that has no cells.

    Args:
        name: the file's name or path.
        source: its bytes.
    """
    cells = _type_of(name).cells
    return None if cells is None else cells(source)


def file_lines_of_cells(name: str, source: bytes) -> Mapping[int, Sequence[int]] | None:
    """Return in which line of the file each line of each code cell stands; None for a file without cells.

    Args:
        name: the file's name or path.
        source: its bytes.
    """
    file_lines = _type_of(name).file_lines
    return None if file_lines is None else file_lines(source)


def _type_of(name: str) -> FileType:
    return next((kind for suffix, kind in _TYPES.items() if name.endswith(suffix)), _PYTHON)
