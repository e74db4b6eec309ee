"""Measures optconv against a floor (parsing; starting Python) and, if asked to, against a peer.

    python benchmarks/run.py FOLDER... [--peer PATH_TO_PYTHON] [--markdown FILE]

Each folder is a repository. Whole commands are measured, as processes that begin and end. Times are CPU
seconds, the best of several rounds in which the commands that are compared take turns, so that a busy machine
slows all of them alike. What can be quoted is the ratios: each is between figures of one run.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from measurements import Measurements
from tables import Report, publish
from trees import tree_of

from optconv.mappings import target_names


def main() -> None:
    """Measure, print the tables, and write them where they are wanted."""
    choices = _choices()
    report = Report()
    with tempfile.TemporaryDirectory(prefix="optconv-benchmark-") as name:
        folder = Path(name)
        tree = tree_of(choices.paths, folder / "tree")
        report.versions += [f"{len(tree.files):,} files with {tree.lines:,} lines"]
        report.versions += [f"Python {platform.python_version()}"]
        report.versions += [f"{name} {version(name)}" for name in ("optconv", "libcst", "PyYAML", "click")]
        report.versions.append(f"{platform.system()} {platform.machine()}")
        measurements = Measurements(report, choices.to, folder)
        measurements.tree(tree, choices.rounds)
        measurements.start(choices.repeats)
        measurements.large_tree(tree, choices.lines)
        measurements.memory(tree)
        if choices.peer:
            measurements.peer(
                tree_of(choices.peer_paths or choices.paths, folder / "for_peer"),
                choices.peer,
                choices.rounds,
            )
    given = ["python", os.path.relpath(__file__), *sys.argv[1:]]
    text = report.markdown(" ".join(given))
    print(text)
    if choices.markdown:
        publish(choices.markdown, text)


def _choices() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("paths", nargs="+", type=Path, metavar="FOLDER", help="repositories")
    parser.add_argument("--to", default="paddle", choices=target_names(), help="the target framework")
    parser.add_argument("--rounds", type=int, default=3, help="how often a tree is parsed and converted")
    parser.add_argument("--repeats", type=int, default=20, help="how often a small command is started")
    parser.add_argument("--lines", type=int, default=1_000_000, help="of the large tree")
    parser.add_argument("--peer", metavar="PYTHON", help="a Python that has paconvert, to compare with it")
    parser.add_argument(
        "--peer-paths", nargs="+", type=Path, metavar="FOLDER", help="less for the peer, which takes its time"
    )
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write the tables there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
