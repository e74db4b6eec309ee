"""Reading the input: whole files as bytes, or a diagnostic that says why not."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING, BinaryIO

from optconv.cli.problems import TOO_LARGE, UNREADABLE, FileError, operating_system_reason
from optconv.cli.terminal import shown_path
from optconv.mappings import Text, message

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 50_000_000  # bytes; no source file that a person wrote comes near
_PIECE = 65_536  # bytes: few files have more, and Python makes room for all that is asked for
STANDARD_INPUT = "<stdin>"


def read_file(path: Path) -> bytes:
    """Return the bytes of the regular file at ``path``.

    Raises:
        FileError: it cannot be read (OC903) or is larger than ``LIMIT`` (OC904).
    """
    name = shown_path(path)
    try:
        # Looked at before it is opened: opening a named pipe would wait for a writer for ever.
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise FileError(UNREADABLE, path=name, reason=_reason(mode))
        with path.open("rb") as stream:
            return _read_limited(stream, name)
    except OSError as error:
        raise FileError(UNREADABLE, path=name, reason=operating_system_reason(error)) from error


def read_standard_input() -> bytes:
    """Return all of standard input.

    Raises:
        FileError: it cannot be read (OC903) or is larger than ``LIMIT`` (OC904).
    """
    if sys.stdin is None:  # a process may be started with it closed
        raise FileError(UNREADABLE, path=STANDARD_INPUT, reason=message("reading.closed"))
    try:
        return _read_limited(sys.stdin.buffer, STANDARD_INPUT)
    except OSError as error:
        reason = operating_system_reason(error)
        raise FileError(UNREADABLE, path=STANDARD_INPUT, reason=reason) from error


def _read_limited(stream: BinaryIO, name: str) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := stream.read(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > LIMIT:
            raise FileError(TOO_LARGE, path=name, size=_size(stream), limit=f"{LIMIT:,}")
    return b"".join(pieces)


def _size(stream: BinaryIO) -> Text:
    if stream.seekable():
        size = f"{stream.seek(0, os.SEEK_END):,}"
        return Text.same(size)
    return message("reading.more_than", limit=f"{LIMIT:,}")


def _reason(mode: int) -> Text:
    """Return what stands there instead of a regular file."""
    if stat.S_ISDIR(mode):
        return message("reading.directory")
    if stat.S_ISFIFO(mode):
        return message("reading.named_pipe")
    return message("reading.socket" if stat.S_ISSOCK(mode) else "reading.device")
