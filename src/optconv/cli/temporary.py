"""The temporary files that content stands in before it takes the place of a file.

They are called ``.optconv-….tmp`` and stand beside that file, because only within one file system is a rename
atomic. One that is written is locked. So a run can tell those that a killed run has left, and removes them.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import tempfile
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from optconv.cli.interrupts import undisturbed

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.platform != "win32":
    import fcntl

_PREFIX, _SUFFIX = ".optconv-", ".tmp"
_NAME = re.compile(r"\.optconv-[a-z0-9_]{8}\.tmp")
_KNOWS_LOCKS = sys.platform != "win32"  # where an open file cannot be renamed anyway
_MOST_ATTEMPTS = 10


@contextmanager
def temporary_file(directory: Path, content: bytes) -> Iterator[Path]:
    """Write content to a temporary file in a directory, which the block is to rename.

    No signal that ends a run disturbs that, and where the block raises, the file is removed.

    Raises:
        OSError: it cannot be written.
    """
    _remove_leftovers(directory)
    with undisturbed():
        descriptor, name = _make(directory)
        try:
            with _lock_kept(descriptor):
                with open(descriptor, "wb") as stream:  # noqa: PTH123 - a descriptor is no path
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())  # else a power cut can leave the new name without the content
                yield Path(name)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


@contextmanager
def _lock_kept(descriptor: int) -> Iterator[None]:
    """Keep the lock of an open file until the block is done, although the descriptor is closed in it."""
    kept = os.dup(descriptor) if _KNOWS_LOCKS else None
    try:
        yield
    finally:
        if kept is not None:
            os.close(kept)


def _make(directory: Path) -> tuple[int, str]:
    """Make a locked file. Another run may take it for one that was left, until it is locked."""
    for _ in range(_MOST_ATTEMPTS):
        descriptor, name = tempfile.mkstemp(_SUFFIX, _PREFIX, directory)
        _lock(descriptor)
        if os.fstat(descriptor).st_nlink:
            break
        os.close(descriptor)
    return descriptor, name


def _lock(descriptor: int) -> bool:
    """Lock an open file; return whether that was possible. The lock ends with the process."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody else has it, or the file system knows no locks
        return False
    return True


@cache
def _remove_leftovers(directory: Path) -> None:
    """Remove the temporary files in a directory that nobody writes; looked for once in a process."""
    with suppress(OSError), os.scandir(directory) as entries:
        for name in [entry.name for entry in entries if _NAME.fullmatch(entry.name)]:
            with suppress(OSError):
                _remove_leftover(directory / name)


def _remove_leftover(path: Path) -> None:
    if not stat.S_ISREG(path.lstat().st_mode):
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        if _lock(descriptor) and os.path.samestat(os.fstat(descriptor), path.lstat()):
            path.unlink()
    finally:
        os.close(descriptor)
