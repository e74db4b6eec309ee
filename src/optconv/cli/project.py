"""The projects that the files of a run belong to: where they begin, and what their other files hold."""

from __future__ import annotations

import os
from collections import OrderedDict
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from optconv.cli.files import find_files
from optconv.cli.problems import FileError
from optconv.cli.reading import read_file

if TYPE_CHECKING:
    from optconv.cli.files import FoundFile
    from optconv.converter.project_module import ProjectModule
    from optconv.converter.project_modules import ProjectModules
    from optconv.mappings import Tables

_ROOT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git", ".hg")
_PYTHON = ".py"
_MOST_KEPT = 2  # projects: the files of one come together, but there may be one in another


class Projects:
    """Finds the project of each file of a run, which writes to none of them before all are converted."""

    def __init__(self, tables: Tables, root: str | None = None, output: str | None = None) -> None:
        """Prepare for a run.

        Args:
            tables: what is known of the target.
            root: the folder of the only project; None: it is looked for around each file.
            output: where the run writes, if not in place: what is there belongs to no project.
        """
        self._output = Path(output).resolve() if output is not None else None
        self._tables = tables
        self._root = Path(root).resolve() if root is not None else None
        self._projects: OrderedDict[Path, ProjectModules] = OrderedDict()  # last: that of the last file
        self._roots: dict[tuple[Path, Path], tuple[Path, bool]] = {}

    def module_of(self, file: FoundFile) -> ProjectModule | None:
        """Return a file as a module of its project; None when it is not in it, or no Python."""
        path = file.path.resolve()
        root, whole = self._root_of(path, file)
        if path.suffix != _PYTHON or root not in path.parents:
            return None
        before = next(reversed(self._projects.values()), None)
        if root not in self._projects:
            from optconv.converter.project_modules import ProjectModules  # most files of a run do without it

            folder = ProjectFolder(root, whole, self._output)
            self._projects[root] = ProjectModules(folder, self._tables)
            if len(self._projects) > _MOST_KEPT:
                self._projects.popitem(last=False)
        self._projects.move_to_end(root)
        modules = self._projects[root]
        if before is not None and before is not modules:
            before.rest()
        modules.forget()
        return modules.module_at(PurePosixPath(path.relative_to(root)))

    def _root_of(self, path: Path, file: FoundFile) -> tuple[Path, bool]:
        """Return the root of a file's project, and whether all that is below it belongs to it."""
        if self._root is not None:
            return self._root, True
        named = file.root.resolve() if file.root is not None else path.parent
        key = path.parent, named
        if key not in self._roots:
            marked = (p for p in path.parents if any((p / mark).exists() for mark in _ROOT_MARKS))
            found = next(marked, None)
            self._roots[key] = (found, True) if found is not None else (named, file.root is not None)
        return self._roots[key]


class ProjectFolder:
    """The Python files below a folder, as they were before the run."""

    def __init__(self, root: Path, whole: bool, output: Path | None = None) -> None:
        """Prepare to read.

        Args:
            root: the folder.
            whole: whether all that is below it may be searched; else its own files only are. A script in the
                folder for temporary files has not all of them for its project.
            output: where the run writes, if not in place.
        """
        self._output = output
        self._root = root
        self._whole = whole

    @cached_property
    def paths(self) -> frozenset[PurePosixPath]:
        """Return the paths of the Python files, relative to the root."""
        if self._whole:
            searched = find_files([self._root], resolve_links=False, skip=self._output)
            found = [file.path for file in searched if not file.problem]
        else:
            found = [path for path in self._root.iterdir() if path.is_file()]
        return frozenset(PurePosixPath(p.relative_to(self._root)) for p in found if p.suffix == _PYTHON)

    def names_in(self, folder: str) -> frozenset[str]:
        """Return the names of the files in a folder, and those of the folders in it with ``/`` behind."""
        if self._output is not None and self._output in (inside := self._root / folder, *inside.parents):
            return frozenset()
        try:
            with os.scandir(self._root / folder) as entries:
                return frozenset(name for entry in entries if (name := _listed_name(entry)))
        except OSError:  # there is no such folder, or one may not look
            return frozenset()

    def read(self, path: PurePosixPath) -> bytes | None:
        """Return the bytes of a file, None when they cannot be read."""
        try:
            return read_file(self._root / path)
        except FileError:
            return None


def _listed_name(entry: os.DirEntry[str]) -> str:
    """Return the name of a file, that of a folder with ``/`` behind, and nothing for what is neither."""
    if entry.is_file():
        return entry.name
    return f"{entry.name}/" if entry.is_dir() else ""
