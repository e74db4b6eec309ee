"""What is measured: whole commands, from the start of Python to its end, against what none can do without."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from children import best_of, child_environment, measure_child
from tables import Report
from trees import Tree

FLOOR = Path(__file__).with_name("floor.py")
PEER_DRIVER = Path(__file__).with_name("peer.py")
NO_OPTIMIZER = "import os\n\nprint(os.getcwd())\n"
ONE_OPTIMIZER = (
    "import torch\n\nmodel = torch.nn.Linear(2, 2)\noptimizer = torch.optim.SGD(model.parameters())\n"
)
_ONE_PROCESS = ("--jobs", "1")


class Measurements:
    """Measures commands for one target, and tells a report."""

    def __init__(self, report: Report, target: str, folder: Path) -> None:
        self._report = report
        self._target = target
        self._folder = folder
        self._environment = child_environment(folder / "bytecode")
        self._peak_of_large = 0  # bytes, of checking the large tree in one process
        for command in ("check", "convert"):  # write the bytecode, as an installation does
            self._warm_up(command)

    def _warm_up(self, command: str) -> None:
        file = self._folder / "warm.py"
        file.write_text(ONE_OPTIMIZER, encoding="utf-8")
        measure_child(self._optconv(command, file, "--jobs", "1"), self._environment)

    def _optconv(self, command: str, path: Path, *options: str) -> list[str]:
        return ["-m", "optconv", command, str(path), "--to", self._target, *options]

    def _best_of(self, rounds: int, commands: Mapping[str, Callable[[], Sequence[str]]]) -> dict[str, float]:
        used = best_of(rounds, commands, self._environment)
        return {name: usage.cpu for name, usage in used.items()}

    def tree(self, tree: Tree, rounds: int) -> None:
        """Compare checking and converting a tree, in one process, with parsing it."""
        copies = iter(range(rounds))
        output = self._folder / "output"

        def elsewhere() -> list[str]:
            shutil.rmtree(output, ignore_errors=True)
            return self._optconv("convert", tree.folder, "-o", str(output), *_ONE_PROCESS)

        def in_place() -> list[str]:
            copied = tree.copy(self._folder / f"in_place{next(copies)}")
            return self._optconv("convert", copied.folder, *_ONE_PROCESS)

        cpu = self._best_of(
            rounds,
            {
                "floor": lambda: [str(FLOOR), str(tree.folder)],
                "`optconv check`": lambda: self._optconv("check", tree.folder, *_ONE_PROCESS),
                "`optconv convert -o`": elsewhere,
                "`optconv convert` in place": in_place,
            },
        )
        floor = cpu.pop("floor")
        for name, value in cpu.items():
            self._report.compare(f"{name} of the tree / `ast.parse` of its files", value, floor)
        lines = tree.lines
        self._report.tell("`ast.parse`, lines per CPU second", f"{lines / floor:,.0f}")
        self._report.tell("`optconv check`, lines per CPU second", f"{lines / cpu['`optconv check`']:,.0f}")

    def start(self, repeats: int) -> None:
        """Compare whole commands on tiny inputs with starting and ending Python."""
        plain, one = self._folder / "plain.py", self._folder / "one.py"
        plain.write_text(NO_OPTIMIZER, encoding="utf-8")
        one.write_text(ONE_OPTIMIZER, encoding="utf-8")
        none = self._folder / "plain"
        none.mkdir()
        (none / "plain.py").write_text(NO_OPTIMIZER, encoding="utf-8")
        commands: dict[str, Sequence[str]] = {
            "`python -c pass`": ["-c", "pass"],
            "`optconv --help`": ["-m", "optconv", "--help"],
            "`optconv check` of a folder without optimizers": self._optconv("check", none),
            "`optconv check` of a named file without optimizers": self._optconv("check", plain),
            "`optconv check` of a file with one optimizer": self._optconv("check", one),
            "`optconv convert` of a file with one optimizer": self._optconv(
                "convert", one, "-o", str(self._folder / "converted.py")
            ),
        }
        cpu = self._best_of(repeats, {name: lambda c=c: c for name, c in commands.items()})  # type: ignore[misc]
        floor = cpu.pop("`python -c pass`")
        for name, value in cpu.items():
            self._report.compare(f"{name} / `python -c pass`", value, floor)
        self._report.tell("`python -c pass`, CPU ms", f"{floor * 1000:.0f}")

    def large_tree(self, tree: Tree, lines: int) -> None:
        """Compare several processes with one, on copies of the tree with so many lines together."""
        large, output = tree.times(self._folder / "large", lines), self._folder / "large_output"
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        used = best_of(
            1,
            {
                "floor": lambda: [str(FLOOR), str(large.folder)],
                "one": lambda: self._optconv("check", large.folder, *_ONE_PROCESS),
                "all": lambda: self._optconv("check", large.folder, "--jobs", str(cores)),
                "convert": lambda: self._optconv(
                    "convert", large.folder, "-o", str(output), "--jobs", str(cores)
                ),
            },
            self._environment,
        )
        name = f"`optconv check --jobs {cores}` / `--jobs 1`, {large.lines:,} lines"
        self._report.compare(f"{name}: time that passes", used["all"].wall, used["one"].wall)
        self._report.compare(f"{name}: CPU time", used["all"].cpu, used["one"].cpu)
        for words, command in (("check", "all"), ("convert -o", "convert")):
            name = f"`optconv {words} --jobs {cores}` of {large.lines:,} lines / `ast.parse` of them"
            self._report.compare(f"{name}: time that passes", used[command].wall, used["floor"].wall)
        self._peak_of_large = used["one"].peak
        rate = large.lines / used["all"].wall
        self._report.tell(f"`optconv check --jobs {cores}`, lines per second", f"{rate:,.0f}")

    def memory(self, tree: Tree) -> None:
        """Compare the peak memory for a tree with that for parts of its files, and that for copies of it."""
        trees = {"all": tree, "half": tree.part(self._folder / "half", 2)}
        trees["a quarter"] = tree.part(self._folder / "quarter", 4)
        peak = {
            name: measure_child(self._optconv("check", some.folder, *_ONE_PROCESS), self._environment).peak
            for name, some in trees.items()
        }
        for name in ("half", "a quarter"):
            self._report.compare(
                f"peak memory of `optconv check` / on {name} of the files", peak["all"], peak[name]
            )
        if self._peak_of_large:
            name = "peak memory of `optconv check` of the large tree / of the tree"
            self._report.compare(name, self._peak_of_large, peak["all"])
        self._report.tell("`optconv check`, peak MB", f"{peak['all'] / 1e6:.0f}")

    def peer(self, tree: Tree, python: str, rounds: int) -> None:
        """Compare lines per CPU second with those of PaConvert on the same files: those that it converts."""
        rates = {}
        converted: list[Path] = []
        for label, options in (("", []), (" --no_format", ["--no_format"])):
            output = self._folder / f"peer_output{label}"
            command = [python, str(PEER_DRIVER), str(tree.folder), str(output), *options]
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
            found = json.loads(done.stdout.splitlines()[-1])
            name = f"`paconvert{label}` {found['version']}"
            rates[name] = found["lines"] / found["convert"]
            converted = converted or [Path(file) for file in found["files"]]
            self._report.tell(f"{name}, lines per CPU second", f"{rates[name]:,.0f}")
            self._report.tell(f"{name}, files on which it ends with an exception", str(found["crashed"]))
        some = tree.copy(self._folder / "peer_tree", converted)
        output = self._folder / "own_output"

        def convert() -> list[str]:
            shutil.rmtree(output, ignore_errors=True)
            return self._optconv("convert", some.folder, "-o", str(output), *_ONE_PROCESS)

        own = some.lines / self._best_of(rounds, {"own": convert})["own"]
        self._report.tell("`optconv convert -o`, lines per CPU second of the same files", f"{own:,.0f}")
        for name, rate in rates.items():
            self._report.compare(f"lines per CPU second of `optconv convert -o` / of {name}", own, rate)
