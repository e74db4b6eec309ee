"""The folders of Python files that are measured: copies, so that a run may write into them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Tree:
    """A folder of Python files."""

    folder: Path
    files: tuple[Path, ...]  # relative to it

    @property
    def lines(self) -> int:
        """Return how many lines the files have."""
        return sum((self.folder / file).read_bytes().count(b"\n") for file in self.files)

    def copy(self, folder: Path, files: Iterable[Path] | None = None) -> Tree:
        """Return a tree with (some of) the same files in a new folder."""
        chosen = self.files if files is None else tuple(files)
        for file in chosen:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.folder / file, folder / file)
        return Tree(folder, chosen)

    def part(self, folder: Path, step: int) -> Tree:
        """Return a tree with one of so many files, the largest of all among them."""
        by_size = sorted(self.files, key=lambda file: (self.folder / file).stat().st_size, reverse=True)
        return self.copy(folder, by_size[::step])

    def times(self, folder: Path, lines: int) -> Tree:
        """Return a tree with as many copies as are needed for so many lines, each a project of its own."""
        count = -(-lines // self.lines)
        files = []
        for number in range(count):
            copied = self.copy(folder / f"copy{number}")
            (copied.folder / "setup.cfg").touch()  # the mark of a project
            files += [Path(f"copy{number}", file) for file in copied.files]
        return Tree(folder, tuple(files))


def tree_of(paths: Sequence[Path], folder: Path) -> Tree:
    """Return a copy of the Python files of some folders, each in a folder of its own name."""
    files = []
    for path in paths:
        found = sorted(file for file in path.rglob("*.py") if file.is_file() and not file.is_symlink())
        copied = Tree(path, tuple(file.relative_to(path) for file in found)).copy(folder / path.name)
        files += [Path(path.name, file) for file in copied.files]
    return Tree(folder, tuple(files))
