r"""How reports for other programs name files: as seen from the current folder, with ``/`` between folders.

Such programs look for the file below the root of a repository, on another machine than that of the run.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote_from_bytes

from optconv.cli.reading import STANDARD_INPUT

_ESCAPED_BYTE = re.compile(rb"\\x([89a-f][0-9a-f])")  # as `optconv.cli.terminal.shown_path` writes it


def report_path(name: str) -> str:
    """Return the name of a file as seen from the current folder.

    Args:
        name: the file's name as it is shown, relative or absolute.

    Returns:
        The relative path where the file is below the current folder, else the name as it is.
    """
    if name == STANDARD_INPUT:
        return name
    for path, folder in (
        (os.path.abspath(name), Path.cwd()),  # noqa: PTH100 - links are not followed here
        (_real(name), Path.cwd().resolve()),  # one of them may be named through a link
    ):
        if Path(path).is_relative_to(folder):
            return Path(path).relative_to(folder).as_posix()
    return Path(name).as_posix()


def path_uri(path: str) -> str:
    r"""Return what `report_path` returned as a URI: relative, or beginning with ``file://``.

    A byte that is no text stands in the path as ``\xff``; here it is the byte ``%FF``.
    """
    raw = _ESCAPED_BYTE.sub(lambda found: bytes.fromhex(found[1].decode()), path.encode())
    quoted = quote_from_bytes(raw, safe="/")
    if not Path(path).is_absolute():
        return quoted
    return f"file://{quoted}" if quoted.startswith("/") else f"file:///{quoted.replace('%3A', ':', 1)}"


def _real(name: str) -> str:
    """Return where a file is, links to folders followed; a link to the file itself keeps its name."""
    folder, last = os.path.split(name)
    return os.path.join(os.path.realpath(folder or os.curdir), last)  # noqa: PTH118
