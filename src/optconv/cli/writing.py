"""Writing a file so that at every moment it is whole: as it was, or converted."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from optconv.cli.problems import NOT_WRITTEN, FileError, operating_system_reason
from optconv.cli.temporary import temporary_file
from optconv.cli.terminal import shown_path
from optconv.mappings import Text, message

if TYPE_CHECKING:
    from collections.abc import Callable


def replace_file(path: Path, before: bytes, after: bytes, root: Path | None = None) -> None:
    """Replace the content of an existing file; a link stays a link, and the file it points to is replaced.

    Args:
        path: the file.
        before: what was read from it; when it holds something else now, and not ``after``, it is not touched.
        after: what it shall hold.
        root: the directory that the file must really be in (None: anywhere).

    Raises:
        FileError: it could not be written (OC906). It is as it was.
    """
    real = Path(os.path.realpath(path))

    def check_unchanged() -> None:
        if real.read_bytes() not in (before, after):  # another run may have converted it, too
            raise _not_written(path, message("writing.changed_meanwhile"))

    if root is not None and Path(os.path.realpath(root)) not in real.parents:
        raise _not_written(path, message("writing.link_to_outside"))
    _write(path, real, after, model=real, check=check_unchanged)


def write_file(path: Path, content: bytes, model: Path | None = None) -> None:
    """Write a file that may or may not exist, and the directories above it.

    Args:
        path: the file.
        content: what it shall hold.
        model: the file whose permissions a new file gets (None: the usual ones).

    Raises:
        FileError: it could not be written (OC906). If it existed, it is as it was.
    """
    real = Path(os.path.realpath(path))
    try:
        if not real.parent.is_dir():
            real.parent.mkdir(parents=True, exist_ok=True)
        model = real if real.exists() else model
    except OSError as error:
        raise _not_written(path, operating_system_reason(error)) from error
    _write(path, real, content, model, check=lambda: None)


def _write(path: Path, real: Path, content: bytes, model: Path | None, check: Callable[[], None]) -> None:
    try:
        if real.exists():
            _check_replaceable(path, real)
        _write_atomically(real, content, model, check)
    except OSError as error:
        raise _not_written(path, operating_system_reason(error)) from error


def _check_replaceable(path: Path, real: Path) -> None:
    """Refuse what a rename would replace although writing to it would fail or do something else."""
    if not stat.S_ISREG(real.stat().st_mode):
        raise _not_written(path, message("writing.not_a_file"))
    if not os.access(real, os.W_OK):
        raise _not_written(path, message("writing.read_only"))


def _write_atomically(real: Path, content: bytes, model: Path | None, check: Callable[[], None]) -> None:
    with temporary_file(real.parent, content) as temporary:
        if model == real:
            _take_owner(temporary, real)
        _take_mode(temporary, model)  # last: changing the owner clears some of the bits
        check()
        temporary.replace(real)


def _take_owner(temporary: Path, real: Path) -> None:
    wanted, own = real.stat(), temporary.stat()
    if hasattr(os, "chown") and (wanted.st_uid, wanted.st_gid) != (own.st_uid, own.st_gid):
        for user in (wanted.st_uid, -1):  # only the superuser may give a file away, but a group one is in
            with suppress(OSError):  # in a container there may be no such user
                os.chown(temporary, user, wanted.st_gid)
                return


def _take_mode(temporary: Path, model: Path | None) -> None:
    temporary.chmod(stat.S_IMODE(model.stat().st_mode) if model else 0o666 & ~_umask())


def _umask() -> int:
    mask = os.umask(0o077)  # it can only be read by setting it
    os.umask(mask)
    return mask


def _not_written(path: Path, reason: str | Text) -> FileError:
    return FileError(NOT_WRITTEN, path=shown_path(path), reason=reason)
