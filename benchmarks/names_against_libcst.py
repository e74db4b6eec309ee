"""Holds the meaning of every name of real code against libcst's QualifiedNameProvider.

    python benchmarks/names_against_libcst.py PATH... [--every] [--part 1/2] [--show VERDICT]

Each path is a Python file or a folder of them. A file that the converter would not look at is left out. What
the verdicts mean is said in tests/converter/libcst_oracle.py, which the tests use for small sources, too.
``--every`` compares the names of all packages, not only those of the source framework: scopes are the same.
libcst needs seconds for a large file; ``--part 1/2`` takes every second one, so that two runs share the work.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import libcst as cst

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from converter.libcst_oracle import Comparison, Verdict, any_tables, compare

from optconv.converter.convert import may_concern
from optconv.converter.source import UndecodableError, decode


@dataclass
class Tally:
    """What was compared, and how it came out."""

    files: int = 0
    unread: list[str] = field(default_factory=list)
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    in_files: defaultdict[Verdict, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, path: str, compared: list[Comparison]) -> None:
        """Count the comparisons of one file."""
        self.files += 1
        for comparison in compared:
            self.verdicts[comparison.verdict] += 1
            self.in_files[comparison.verdict].add(path)

    def markdown(self) -> str:
        """Return a table with a row for each verdict."""
        lines = [f"{self.files} files compared, {len(self.unread)} that cannot be read left out.", ""]
        lines += ["| verdict | names | files | meaning |", "|:--|--:|--:|:--|"]
        for verdict in Verdict:
            counts = f"{self.verdicts[verdict]} | {len(self.in_files[verdict])}"
            lines.append(f"| {verdict.name} | {counts} | {verdict.value} |")
        return "\n".join(lines)


def chosen_files(paths: list[Path], part: int, parts: int) -> Iterator[tuple[Path, bytes]]:
    """Return the files that the converter would look at, and what stands in them."""
    found = (sorted(path.rglob("*.py")) if path.is_dir() else [path] for path in paths)
    read = ((path, path.read_bytes()) for several in found for path in several)
    concerned = [(path, source) for path, source in read if may_concern(source, any_tables())]
    yield from concerned[part - 1 :: parts]


def compare_file(source: bytes, every: bool) -> list[Comparison] | None:
    """Compare one file; None when Python or libcst cannot read it."""
    try:
        return compare(decode(source).text, of_any_package=every)
    except (UndecodableError, SyntaxError, cst.ParserSyntaxError, RecursionError, ValueError):
        return None


def main() -> None:
    """Print the comparisons that were asked for, and the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--part", default="1/1", help="which of how many parts of the files, as 1/2")
    parser.add_argument("--every", action="store_true", help="the names of every package")
    parser.add_argument("--root", type=Path, help="print paths from here on")
    parser.add_argument(
        "--show",
        action="append",
        default=[],
        choices=[verdict.name for verdict in Verdict],
        metavar="VERDICT",
        help="print the comparisons with this verdict, too; may be given several times",
    )
    arguments = parser.parse_args()
    part, parts = map(int, arguments.part.split("/"))
    tally = Tally()
    for path, source in chosen_files(arguments.paths, part, parts):
        name = str(path.relative_to(arguments.root) if arguments.root else path)
        compared = compare_file(source, arguments.every)
        if compared is None:
            tally.unread.append(name)
            continue
        tally.add(name, compared)
        for comparison in compared:
            if comparison.verdict.name in arguments.show:
                print(f"{name}: {comparison.verdict.name}: {comparison}", flush=True)
    print("\n".join([*(f"{name}: cannot be read" for name in tally.unread), tally.markdown()]))


if __name__ == "__main__":
    main()
