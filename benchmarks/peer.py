"""Runs PaConvert on every file of a folder; started by ``run.py`` with the Python that has it.

    PYTHON benchmarks/peer.py FOLDER OUTPUT [--no_format]

Prints one line of JSON: the CPU seconds for the files that it converts, and for parsing the same files.
"""

from __future__ import annotations

import ast
import importlib
import json
import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any


def main() -> None:
    """Convert each file by itself: an exception in one of them ends a run over the folder."""
    warnings.simplefilter("ignore")
    folder, output = Path(sys.argv[1]), Path(sys.argv[2])
    converter_class: Any = importlib.import_module("paconvert.converter").Converter
    output.mkdir(parents=True)
    totals = {"parse": 0.0, "convert": 0.0}
    lines = crashed = files = 0
    for path in sorted(folder.rglob("*.py")):
        start = time.process_time()
        try:
            converter = converter_class(log_dir="disable", no_format="--no_format" in sys.argv)
            converter.run(str(path), str(output / path.name))
        except (Exception, SystemExit):
            crashed += 1
            continue
        middle = time.process_time()
        ast.parse(path.read_bytes())
        totals["parse"] += time.process_time() - middle
        totals["convert"] += middle - start
        lines += path.read_bytes().count(b"\n")
        files += 1
    found = {**totals, "lines": lines, "files": files, "crashed": crashed, "version": version("paconvert")}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
