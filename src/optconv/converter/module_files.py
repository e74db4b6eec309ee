"""Which file of a project a dotted name leads to.

Most names that a file imports lead to no file of its project. So it is the listings of folders that are
looked at, once each, and one look in them settles such a name.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Protocol

PACKAGE_FILE = "__init__.py"

Place = tuple[PurePosixPath, list[str]]
"""The file that a name leads to, and what of the name is left behind it."""


class ProjectFiles(Protocol):
    """The files of a project; reading them is the caller's business."""

    @property
    def paths(self) -> Collection[PurePosixPath]:
        """Return the paths of the Python files, relative to the root of the project."""

    def names_in(self, folder: str) -> Collection[str]:
        """Return the names of the files in a folder, and those of the folders in it with ``/`` behind.

        Args:
            folder: its path relative to the root, "" for the root. Of one that is not there, nothing is
                returned.
        """

    def read(self, path: PurePosixPath) -> bytes | None:
        """Return the bytes of a file as they were before this run, None when they cannot be read."""


@dataclass
class ModuleFiles:
    """The files of a project by the names of their modules."""

    files: ProjectFiles
    source_module: str  # of the source framework: its name leads to no file of the project
    _names_in: dict[str, Collection[str]] = field(default_factory=dict)
    _around: dict[PurePosixPath, tuple[str, ...]] = field(default_factory=dict)
    _found: dict[tuple[str, str], Place | None] = field(default_factory=dict)
    _paths: dict[str, PurePosixPath] = field(
        default_factory=dict
    )  # one object for each: it is compared a lot

    def file_of(self, importer: PurePosixPath, dotted: str) -> Place | None:
        """Return the file that a dotted name leads to, and what of the name is left behind it.

        Args:
            importer: the file in which the name stands.
            dotted: the name as it is imported, with leading dots for a relative import.
        """
        around = self._folders_around(importer)
        key = (around[0], dotted)
        if key not in self._found:
            self._found[key] = self._find(around, dotted)
        return self._found[key]

    def _folders_around(self, path: PurePosixPath) -> tuple[str, ...]:
        """Return the folders around a file, the innermost first, the root of the project last."""
        if path not in self._around:
            parts = path.parts[:-1]
            self._around[path] = tuple("/".join(parts[:count]) for count in range(len(parts), -1, -1))
        return self._around[path]

    def _find(self, around: tuple[str, ...], dotted: str) -> Place | None:
        name = dotted.lstrip(".")
        dots = len(dotted) - len(name)
        parts = name.split(".") if name else []
        if dots:
            return self._relative(around[dots - 1], parts) if dots <= len(around) else None
        if parts[0] == self.source_module:
            return None
        # Beside a script, then in the folders around it, as if each of them were where Python looks.
        found = (self._file_in(folder, parts) for folder in (*around, "src"))
        return next((place for place in found if place is not None), None)

    def _relative(self, folder: str, parts: list[str]) -> Place | None:
        found = self._file_in(folder, parts)
        if found is None and PACKAGE_FILE in self._listed(folder):
            return self._path(_inside(folder, PACKAGE_FILE)), parts
        return found

    def _file_in(self, folder: str, parts: list[str]) -> Place | None:
        """Return the file that the longest beginning of a name leads to from a folder."""
        found: tuple[str, int] | None = None
        for count, part in enumerate(parts, 1):
            names = self._listed(folder)
            if f"{part}.py" in names:
                found = _inside(folder, f"{part}.py"), count
            if f"{part}/" not in names:
                break
            folder = _inside(folder, part)
            if PACKAGE_FILE in self._listed(folder):  # a package goes before a module of its name
                found = _inside(folder, PACKAGE_FILE), count
        return (self._path(found[0]), parts[found[1] :]) if found is not None else None

    def _path(self, name: str) -> PurePosixPath:
        if name not in self._paths:
            self._paths[name] = PurePosixPath(name)
        return self._paths[name]

    def _listed(self, folder: str) -> Collection[str]:
        if folder not in self._names_in:
            self._names_in[folder] = self.files.names_in(folder)
        return self._names_in[folder]


def _inside(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
