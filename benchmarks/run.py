"""Measures optconv against a floor (parsing; starting Python) and, if asked to, against a peer.

    python benchmarks/run.py PATH... [--peer PATH_TO_PYTHON] [--markdown FILE]

Times are CPU seconds, the best of several rounds in which the things that are compared take turns, so that a
busy machine slows all of them alike. What can be quoted is the ratios: each is between figures of one run.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import gc
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from children import child_environment, measure_child

from optconv.converter import convert_source
from optconv.mappings import Tables, load_tables, target_names

PEER_DRIVER = Path(__file__).with_name("peer.py")
BEGIN, END = "<!-- benchmarks/run.py: begin -->", "<!-- end -->"
NO_OPTIMIZER = "import os\n\nprint(os.getcwd())\n"
ONE_OPTIMIZER = (
    "import torch\n\nmodel = torch.nn.Linear(2, 2)\noptimizer = torch.optim.SGD(model.parameters())\n"
)


@dataclass
class Report:
    """The rows of the two tables."""

    ratios: list[tuple[str, str]] = field(default_factory=list)
    figures: list[tuple[str, str]] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)

    def compare(self, name: str, value: float, floor: float) -> None:
        """Add the row of a ratio."""
        self.ratios.append((name, f"{value / floor:.2f}"))

    def markdown(self, command: str) -> str:
        """Return both tables, with what is needed to make them again."""
        lines = [f"Made by `{command}`: {', '.join(self.versions)}.", ""]
        lines += ["| within one run | ratio |", "|:--|--:|", *(f"| {a} | {b} |" for a, b in self.ratios), ""]
        lines += ["| on one machine, for orientation only | |", "|:--|--:|"]
        return "\n".join([*lines, *(f"| {a} | {b} |" for a, b in self.figures)])


def best_of(rounds: int, tasks: dict[str, Callable[[], None]]) -> dict[str, float]:
    """Return the least CPU time of each task; the tasks take turns."""
    best = dict.fromkeys(tasks, float("inf"))
    for _ in range(rounds):
        for name, task in tasks.items():
            gc.collect()
            start = time.process_time()
            task()
            best[name] = min(best[name], time.process_time() - start)
    return best


def parse_all(sources: Sequence[bytes]) -> None:
    """Parse, and drop the tree."""
    for source in sources:
        ast.parse(source)


def convert_all(sources: Sequence[bytes], tables: Tables) -> None:
    """Convert in memory."""
    for source in sources:
        convert_source(source, tables)


def measure_converter(report: Report, sources: Sequence[bytes], tables: Tables, rounds: int) -> None:
    """Compare converting with parsing, for files that stay as they are and for files that change."""
    changes = {source: convert_source(source, tables).source != source for source in sources}
    kept = [source for source in sources if not changes[source]]
    changed = [source for source in sources if changes[source]]
    best = best_of(
        rounds,
        {
            "parse kept": lambda: parse_all(kept),
            "convert kept": lambda: convert_all(kept, tables),
            "parse changed": lambda: parse_all(changed),
            "convert changed": lambda: convert_all(changed, tables),
        },
    )
    parsing = best["parse kept"] + best["parse changed"]
    converting = best["convert kept"] + best["convert changed"]
    lines = sum(source.count(b"\n") for source in sources)
    report.compare(f"converting all {len(sources):,} files / `ast.parse` of them", converting, parsing)
    for name, some in (("kept", kept), ("changed", changed)):
        label = "stay as they are" if name == "kept" else "change"
        if some:
            title = f"converting the {len(some):,} files that {label} / `ast.parse` of them"
            report.compare(title, best[f"convert {name}"], best[f"parse {name}"])
    report.figures.append(("`ast.parse`, lines per CPU second", f"{lines / parsing:,.0f}"))
    report.figures.append(("`convert_source`, lines per CPU second", f"{lines / converting:,.0f}"))


def measure_start(report: Report, target: str, repeats: int, folder: Path) -> None:
    """Compare whole commands on tiny inputs with starting and ending Python."""
    plain, one = folder / "plain.py", folder / "one.py"
    plain.write_text(NO_OPTIMIZER, encoding="utf-8")
    one.write_text(ONE_OPTIMIZER, encoding="utf-8")
    check = ["-m", "optconv", "convert", "--to", target, "--check"]
    commands = {
        "`python -c pass`": ["-c", "pass"],
        "`optconv --help`": ["-m", "optconv", "--help"],
        "`optconv convert` of a file without optimizers": [*check, str(plain)],
        "`optconv convert` of a file with one optimizer": [*check, str(one)],
    }
    environment = child_environment(folder / "bytecode")
    for command in commands.values():  # write the bytecode, as an installation does
        measure_child(command, environment)
    best = dict.fromkeys(commands, float("inf"))
    for _ in range(repeats):
        for name, command in commands.items():
            best[name] = min(best[name], measure_child(command, environment).cpu)
    floor = best.pop("`python -c pass`")
    for name, cpu in best.items():
        report.compare(f"{name} / `python -c pass`", cpu, floor)
    report.figures.append(("`python -c pass`, CPU ms", f"{floor * 1000:.0f}"))


def measure_memory(report: Report, sources: Sequence[bytes], target: str, folder: Path) -> None:
    """Compare the peak memory for a tree with that for half of its files, the largest one among them."""
    by_size = sorted(sources, key=len, reverse=True)
    environment = child_environment(folder / "bytecode")
    command = ["-m", "optconv", "convert", "--to", target, "--check"]
    whole, half = (
        measure_child([*command, str(write_tree(folder / name, some))], environment)
        for name, some in (("tree", by_size), ("half", by_size[::2]))
    )
    report.compare("peak memory of `optconv convert --check` / on half of the files", whole.peak, half.peak)
    report.figures.append(("`optconv convert --check`, peak MB", f"{whole.peak / 1e6:.0f}"))
    report.figures.append(("`optconv convert --check`, CPU seconds for all files", f"{whole.cpu:.1f}"))


def measure_peer(report: Report, sources: Sequence[bytes], python: str, folder: Path) -> None:
    """Run PaConvert on the same files, as it comes and without its formatting of the output."""
    tree = write_tree(folder / "peer", sources)
    for label, options in (("", []), (" --no_format", ["--no_format"])):
        command = [python, str(PEER_DRIVER), str(tree), str(folder / f"peer_output{label}"), *options]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        found = json.loads(done.stdout.splitlines()[-1])
        name = f"`paconvert{label}` {found['version']}"
        report.compare(
            f"{name} / `ast.parse`, both of {found['files']:,} files", found["convert"], found["parse"]
        )
        report.figures.append((f"{name}, files on which it ends with an exception", str(found["crashed"])))
        report.figures.append((f"{name}, lines per CPU second", f"{found['lines'] / found['convert']:,.0f}"))


def write_tree(folder: Path, sources: Sequence[bytes]) -> Path:
    """Write the sources into a new folder, a few hundred to a directory."""
    for i, source in enumerate(sources):
        path = folder / f"part{i // 200:03}" / f"file{i:05}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source)
    return folder


def read_sources(paths: Sequence[Path]) -> tuple[list[bytes], int]:
    """Return the content of every Python file under the paths, and how many cannot be parsed."""
    files = {file for path in paths for file in (path.rglob("*.py") if path.is_dir() else [path])}
    sources: list[bytes] = []
    for file in sorted(file for file in files if file.is_file()):
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            ast.parse(source := file.read_bytes())
            sources.append(source)
    return sources, len(files) - len(sources)


def publish(file: Path, text: str) -> None:
    """Write the tables to a file: between the marks, where it has them."""
    before, begin, rest = (file.read_text("utf-8") if file.exists() else "").partition(BEGIN)
    _, end, behind = rest.partition(END)
    page = f"{before}{BEGIN}\n\n{text}\n\n{END}{behind}" if begin and end else f"{text}\n"
    file.write_text(page, encoding="utf-8")


def main() -> None:
    """Measure, print the tables, and write them where they are wanted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders of them")
    parser.add_argument("--to", default="paddle", choices=target_names(), help="the target framework")
    parser.add_argument("--rounds", type=int, default=5, help="how often the files are parsed and converted")
    parser.add_argument("--repeats", type=int, default=20, help="how often each command is started")
    parser.add_argument("--peer", metavar="PYTHON", help="a Python that has paconvert, to compare with it")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write the tables there")
    choices = parser.parse_args()
    warnings.simplefilter("ignore")  # of other people's "\d"
    sources, left_out = read_sources(choices.paths)
    lines = sum(source.count(b"\n") for source in sources)
    report = Report()
    report.versions += [f"{len(sources):,} files with {lines:,} lines", f"Python {platform.python_version()}"]
    report.versions += [f"{name} {version(name)}" for name in ("optconv", "libcst", "PyYAML", "click")]
    report.versions.append(f"{platform.system()} {platform.machine()}")
    if left_out:
        report.versions[0] += f" ({left_out} more that cannot be parsed are left out)"
    with tempfile.TemporaryDirectory(prefix="optconv-benchmark-") as name:
        measure_converter(report, sources, load_tables(choices.to), choices.rounds)
        measure_start(report, choices.to, choices.repeats, Path(name))
        measure_memory(report, sources, choices.to, Path(name))
        if choices.peer:
            measure_peer(report, sources, choices.peer, Path(name))
    given = ["python", os.path.relpath(__file__), *sys.argv[1:]]
    text = report.markdown(" ".join(given))
    print(text)
    if choices.markdown:
        publish(choices.markdown, text)


if __name__ == "__main__":
    main()
