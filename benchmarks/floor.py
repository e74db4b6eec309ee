"""Reads and parses every Python file of a folder: the least that a tool must do that understands Python.

    python benchmarks/floor.py FOLDER

Started by ``run.py``, as the commands that are compared with it are.
"""

from __future__ import annotations

import ast
import contextlib
import sys
import warnings
from pathlib import Path


def main() -> None:
    """Parse, and drop the tree."""
    warnings.simplefilter("ignore")  # of other people's "\d"
    for path in Path(sys.argv[1]).rglob("*.py"):
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            ast.parse(path.read_bytes())


if __name__ == "__main__":
    main()
