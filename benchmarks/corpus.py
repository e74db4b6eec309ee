"""Converts every file under some paths, and counts what breaks: errors, hangs, memory, lost text.

    python benchmarks/corpus.py PATH... [--to LABEL]... [--jobs 2] [--seconds 60] [--megabytes 2000]

Every Python file, notebook and YAML file is converted in memory for each target; nothing is written. As in a
run over a folder, files without a telling word are not parsed; with ``--parse-all`` the first target does.
What has to hold is in tests/robustness/properties.py. A file that takes longer or more memory than it may is
ended and counted. The digest is one of all outputs and diagnostics: it has to be the same in every run, with
any PYTHONHASHSEED. ``--project`` converts each file as part of its project, as the command line does.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from robustness.limited_conversion import Found, Limits, Task
from robustness.process_pool import run_limited

from optconv.converter import SUFFIXES

TARGETS = ("paddle", "mindspore", "mindspore/nn")
_SHORT = 0.1  # CPU seconds: the ratio to parsing says little about files that take less
_SHOWN = 12


def files_under(paths: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Return every file to convert, whatever folder it is in, and the path that it was found under."""
    found = {
        file: path
        for path in paths
        for file in ([path] if path.is_file() else path.rglob("*"))
        if file.suffix in SUFFIXES and file.is_file()
    }
    return sorted(found.items())


def summary(found: Sequence[Found], labels: Sequence[str]) -> Iterator[str]:
    """Yield the lines of the report."""
    files = {each.task.path: each for each in found}
    kinds = Counter(Path(path).suffix for path in files)
    lines = sum(each.lines for each in files.values())
    counted = ", ".join(f"{count:,} {suffix}" for suffix, count in sorted(kinds.items()))
    yield f"{len(files):,} files ({counted}), {lines:,} lines"
    for label in labels:
        own = [each for each in found if each.task.label == label]
        codes = Counter(code for each in own for code in each.failed)
        broken = Counter(kind for each in own for kind in {kind for kind, _ in each.broken})
        cpu, parsing = sum(each.cpu for each in own), sum(each.parsing for each in own)
        yield (
            f"{label}: {sum(each.changed for each in own):,} changed, "
            f"{sum(each.references for each in own):,} references, refused {dict(sorted(codes.items()))}, "
            f"broken {dict(sorted(broken.items()))}, "
            f"{cpu:.0f} CPU seconds ({cpu / max(parsing, 1e-9):.1f} times parsing)"
        )
    digest = sha256("".join(each.digest for each in found).encode()).hexdigest()
    yield f"digest {digest[:16]}"
    yield "the slowest files beside parsing them:"
    slow = [each for each in found if each.parsing and each.cpu >= _SHORT]
    for each in sorted(slow, key=lambda each: each.cpu / each.parsing, reverse=True)[:_SHOWN]:
        ratio = each.cpu / each.parsing
        about = f"{each.lines:7,} lines  {each.task.label}  {each.task.path}"
        yield f"  {ratio:6.1f} times, {each.cpu:6.2f} s, {about}"
    yield "the largest growth of memory:"
    for each in sorted(found, key=lambda each: each.grown, reverse=True)[:3]:
        yield f"  {each.grown / 1e6:6.0f} MB  {each.task.label}  {each.task.path}"
    for each in found:
        yield from (f"{each.task.path}: {each.task.label}: {kind}: {detail}" for kind, detail in each.broken)


def main() -> int:
    """Convert, and print the counts; the status is 1 when anything is broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders of them")
    parser.add_argument("--to", action="append", metavar="LABEL", help="a target, or one with its flavor")
    parser.add_argument("--jobs", type=int, default=2, help="how many files are converted at a time")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long one file may take")
    parser.add_argument("--megabytes", type=int, default=2000, help="how much memory a process may have")
    parser.add_argument("--project", action="store_true", help="convert each file as part of its project")
    parser.add_argument(
        "--parse-all", action="store_true", help="for the first target, whatever stands in it"
    )
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take every Nth file only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found for each file there")
    choices = parser.parse_args()
    labels = tuple(choices.to or TARGETS)
    files = files_under(choices.paths)[:: choices.every]
    roots = {file: str(root) if choices.project else None for file, root in files}
    tasks = [
        Task(str(file), label, roots[file], skim=not choices.parse_all or label != labels[0])
        for file, _ in files
        for label in labels
    ]
    found = run_limited(tasks, Limits(choices.seconds, choices.megabytes), choices.jobs)
    print("\n".join(summary(found, labels)))
    if choices.json:
        choices.json.write_text(json.dumps([asdict(each) for each in found], indent=1), encoding="utf-8")
    return int(any(each.broken for each in found))


if __name__ == "__main__":
    sys.exit(main())
