"""Runs PaConvert on every file of a folder; started by ``run.py`` with the Python that has it.

    PYTHON benchmarks/peer.py FOLDER OUTPUT [--no_format]

Prints one line of JSON: which files it converts, and the CPU seconds that takes without its own start.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any


def used_seconds() -> float:
    """Return the CPU seconds that this process and those that it started have used."""
    return sum(os.times()[:4])


def main() -> None:
    """Convert each file by itself: an exception in one of them ends a run over the folder."""
    warnings.simplefilter("ignore")
    folder, output = Path(sys.argv[1]), Path(sys.argv[2])
    converter_class: Any = importlib.import_module("paconvert.converter").Converter
    output.mkdir(parents=True)
    seconds = 0.0
    lines = crashed = 0
    files = []
    for path in sorted(folder.rglob("*.py")):
        start = used_seconds()
        try:
            converter = converter_class(log_dir="disable", no_format="--no_format" in sys.argv)
            converter.run(str(path), str(output / path.name))
        except (Exception, SystemExit):
            crashed += 1
            continue
        seconds += used_seconds() - start
        lines += path.read_bytes().count(b"\n")
        files.append(str(path.relative_to(folder)))
    found = {"convert": seconds, "lines": lines, "files": files, "crashed": crashed}
    print(json.dumps({**found, "version": version("paconvert")}))


if __name__ == "__main__":
    main()
