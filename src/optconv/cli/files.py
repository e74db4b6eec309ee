"""Finding the files that a person named: files as they are, directories walked."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from optconv.converter import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Directories that hold other people's files or generated ones. A file that git tracks is the project's own,
# whatever its directory is called.
SKIPPED_DIRECTORIES = frozenset(
    {".eggs", ".git", ".hg", ".ipynb_checkpoints", ".nox", ".svn", ".tox", ".venv", "__pycache__", "build"}
    | {"dist", "node_modules", "site-packages", "venv"}
)

# In a git hook these point at the repository of the commit, wherever the searched directory is.
_HOOK_VARIABLES = frozenset({"GIT_COMMON_DIR", "GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_WORK_TREE"})


@dataclass(frozen=True)
class FoundFile:
    """A file to convert."""

    path: Path  # as a person would write it from where they are
    root: Path | None = None  # the named directory that it was found in; None: the file itself was named
    problem: str = ""  # why it cannot be read, when that is known already


def find_files(named: Sequence[Path], *, resolve_links: bool, skip: Path | None = None) -> list[FoundFile]:
    """Return the files that ``named`` stands for, each once, in the order named and sorted within each.

    Args:
        named: existing files, which are always taken, and directories, which are searched for ``SUFFIXES``.
        resolve_links: whether a link and the file it points to are one file (they are when written in place).
        skip: a directory inside a named directory that is not searched (the output of an earlier run).
    """
    found: dict[str, FoundFile] = {}
    for path in named:
        for file in _search(path, skip) if is_directory(path) else [FoundFile(path)]:
            key = os.path.realpath(file.path) if resolve_links else str(file.path.absolute())
            if key not in found or (_is_found_link(found[key]) and not _is_found_link(file)):
                found[key] = file
    return list(found.values())


def is_directory(path: Path) -> bool:
    """Return whether ``path`` is known to be a directory; False also when one may not look."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError):  # a null character in a name that is configured
        return False


def is_file(path: Path) -> bool:
    """Return whether ``path`` is known to be a regular file; False also when one may not look."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _is_found_link(file: FoundFile) -> bool:
    """Return whether this is a link that nobody named: a named file or the target itself goes before it."""
    return file.root is not None and file.path.is_symlink()


def _search(root: Path, skip: Path | None) -> list[FoundFile]:
    files = [file for file in _candidates(root, root) if file.problem or _can_be_opened(file.path)]
    if skip is not None and _is_inside(skip, root):
        files = [file for file in files if not _is_inside(file.path, skip)]
    return sorted(files, key=lambda file: file.path.parts)


def _is_inside(path: Path, directory: Path) -> bool:
    return Path(os.path.realpath(directory)) in Path(os.path.realpath(path)).parents


def _can_be_opened(path: Path) -> bool:
    """Return whether there is something to read: not deleted, not a directory, not a link to nothing."""
    try:
        return not stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        return error.errno != errno.ELOOP  # it is there, and reading it will say what is wrong


def _candidates(folder: Path, root: Path) -> Iterator[FoundFile]:
    names = _names_by_git(folder)
    if names is None:
        yield from _walk(folder, root)
        return
    for name in names:
        path = folder / name
        if path.suffix in SUFFIXES:
            yield FoundFile(path, root)
        elif is_directory(path) and not path.is_symlink():  # another repository, or a submodule, in this one
            yield from _candidates(path, root)


def _walk(folder: Path, root: Path) -> Iterator[FoundFile]:
    """Yield the files to convert in ``folder``, not following links to directories: they may be circular."""
    unlisted: list[OSError] = []
    for parent, directories, names in os.walk(folder, onerror=unlisted.append):
        if Path(parent) != folder and (".git" in directories or ".git" in names):
            directories.clear()
            yield from _candidates(Path(parent), root)
            continue
        directories[:] = [name for name in directories if name not in SKIPPED_DIRECTORIES]
        chosen = [name for name in names if os.path.splitext(name)[1] in SUFFIXES]  # noqa: PTH122 - faster
        yield from (FoundFile(Path(parent, name), root) for name in chosen)
    for error in unlisted:
        yield FoundFile(Path(error.filename), root, problem=error.strerror or type(error).__name__)


def _names_by_git(folder: Path) -> set[str] | None:
    """Return what git tracks or does not ignore under ``folder``; None when git has no say there.

    A directory that was named although git ignores it is searched like any other.
    """
    if _git(folder, "rev-parse", "--is-inside-work-tree") != b"true\n":
        return None
    if _git(folder, "check-ignore", "-q", ".") is not None:
        return None
    tracked = _git(folder, "ls-files", "-z", "--cached")
    untracked = _git(folder, "ls-files", "-z", "--others", "--exclude-standard")
    if tracked is None or untracked is None:
        return None
    own = (name for name in _split(untracked) if SKIPPED_DIRECTORIES.isdisjoint(name.split("/")[:-1]))
    return {*_split(tracked), *own}


def _split(listing: bytes) -> list[str]:
    return [os.fsdecode(name) for name in listing.split(b"\0") if name]


def _git(folder: Path, *arguments: str) -> bytes | None:
    """Return what git prints, or None when it fails or is not installed."""
    environment = {name: value for name, value in os.environ.items() if name not in _HOOK_VARIABLES}
    # A repository can name a program as its file system monitor; listing files must not run it.
    command = ["git", "-C", str(folder), "-c", "core.fsmonitor=false", *arguments]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
