"""A run in several processes: it does and says what a run in one does."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from optconv.cli.processes import processes_for
from optconv.converter import Conversion
from optconv.mappings import TableError

from .conftest import BEFORE, Run, tree, write

if TYPE_CHECKING:
    from collections.abc import Callable

PROJECT = {
    "pyproject.toml": b"",
    "engine.py": b"import torch\n\n\ndef train(optimizer):\n    optimizer.zero_grad()\n    optimizer.step()\n",
    "build.py": b"from torch import optim\n\n\ndef build(net):\n    return optim.SGD(net.parameters(), lr=0.1)\n",
    "run.py": b"from build import build\nfrom engine import train\n\nopt = build(net)\nopt.zero_grad()\ntrain(opt)\n",
    "wrong.py": b"import torch.optim\ndef broken(\n",
    "asgd.py": b"import torch\n\nopt = torch.optim.LBFGS(net.parameters(), maximize=True)\nopt.zero_grad()\n",
    "none.py": b"print('nothing')\n",
    **{f"more/m{i:02}.py": b"import torch\n\nopt = torch.optim.Rprop(p, maximize=True)\n" for i in range(40)},
}


@pytest.mark.parametrize(
    ("command", "options"),
    [
        pytest.param("convert", [], id="in place"),
        pytest.param("convert", ["-o", "out"], id="elsewhere"),
        pytest.param("convert", ["--diff", "--format", "json"], id="a diff"),
        pytest.param("check", ["-v"], id="check"),
        pytest.param("report", ["--format", "html"], id="a report"),
    ],
)
def test_the_number_of_processes_changes_nothing(
    run_real: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, options: list[str]
) -> None:
    def everything(jobs: int) -> tuple[int, str, str, dict[str, bytes]]:
        here = tmp_path / f"with{jobs}" / "project"
        here.mkdir(parents=True)
        write(here, PROJECT)
        monkeypatch.chdir(here)
        result = run_real(".", *options, "--jobs", str(jobs), command=command)
        return result.exit_code, result.stdout, result.stderr, tree(here)

    one = everything(1)
    assert everything(2) == everything(3) == one
    if command == "convert" and not options:
        assert b"clear_grad" in one[3]["engine.py"]  # known by what the other files were before the run


def converter(monkeypatch: pytest.MonkeyPatch, at: bytes, happens: Callable[[], None]) -> None:
    """Let something happen where the converter comes to a file with a word."""

    def convert_content(_: str, source: bytes, *__: object) -> Conversion:
        if at in source:
            happens()
        return Conversion(source + b"# converted\n")

    monkeypatch.setattr("optconv.cli.convert.convert_content", convert_content)


FILES = {**{f"a{i:02}.py": BEFORE for i in range(40)}, "b.py": b"here\n", "c.py": BEFORE}


def test_a_process_that_dies_ends_the_run_with_one_message(
    run_real: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    converter(monkeypatch, b"here", lambda: os._exit(1))
    write(tmp_path, FILES)
    result = run_real(".", "--jobs", "2")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: One of the processes that convert ended before its time")
    assert "Traceback" not in result.stderr
    assert tree(tmp_path) == FILES


def test_an_interrupt_leaves_every_file_as_it_was(
    run_real: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        os.kill(os.getppid(), signal.SIGINT)
        time.sleep(1)  # the other process waits for this one

    converter(monkeypatch, b"here", interrupt)
    write(tmp_path, FILES)
    result = run_real(".", "--jobs", "2")
    assert (result.exit_code, result.stderr) == (
        130,
        "\nInterrupted. Every file is either as it was or converted.\n",
    )
    assert tree(tmp_path) == FILES


def test_a_broken_table_ends_the_run_behind_the_files_before(
    run_real: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise TableError("sgd.yaml:3: to: a name was expected")

    converter(monkeypatch, b"here", fail)
    write(tmp_path, FILES)
    result = run_real(".", "--jobs", "2")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (
        2,
        "Error: sgd.yaml:3: to: a name was expected",
    )
    changed = {name: content + b"# converted\n" for name, content in FILES.items() if name < "b"}
    assert tree(tmp_path) == {**FILES, **changed}


def test_no_process_is_started_for_few_files() -> None:
    assert (processes_for(0), processes_for(1), processes_for(100)) == (1, 1, 1)
    assert 1 <= processes_for(1_000_000) <= (os.cpu_count() or 1)


def test_the_number_is_one_at_least(run_real: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BEFORE})
    result = run_real("a.py", "--jobs", "0")
    assert result.exit_code == 2
    assert "--jobs" in result.stderr
