"""``optconv verify`` on the command line: what it shows, what it runs, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from optconv.cli.main import main
from optconv.cli.verify.sparkline import sparkline
from optconv.parity.workers import FrameworkWorker

PLAIN = """\
import torch

model = torch.nn.Linear(2, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 20)
"""
UNSEEN = "import torch\n\noptimizer = torch.optim.SGD(model.parameters(), lr=args.lr)\n"
DECLINED = "import torch\n\noptimizer = torch.optim.SGD(model.parameters(), lr=0.1, maximize=True)\n"
NONE = "import torch\n\nx = torch.zeros(1)\n"


class KeptWorker(FrameworkWorker):
    """A worker that goes on with the next command: importing a framework takes seconds."""

    def close(self) -> None:
        """Do nothing."""


@pytest.fixture(scope="module")
def kept() -> Iterator[dict[str, KeptWorker]]:
    workers: dict[str, KeptWorker] = {}
    yield workers
    for worker in workers.values():
        FrameworkWorker.close(worker)


@pytest.fixture(autouse=True)
def keep_workers(kept: dict[str, KeptWorker], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands share the workers of this environment."""

    def worker(name: str, python: str | None = None) -> FrameworkWorker:
        return FrameworkWorker(name, python) if python else kept.setdefault(name, KeptWorker(name))

    monkeypatch.setattr("optconv.cli.verify.run.FrameworkWorker", worker)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def verify(*words: str, to: str = "paddle", stdin: str = "") -> Result:
    arguments = ["verify", *words, *(["--to", to] if to else []), "--steps", "5"]
    result = CliRunner().invoke(main, arguments, input=stdin, prog_name="optconv")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def document(*words: str, to: str = "paddle") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(verify("--format", "json", *words, to=to).stdout)
    return found


def test_each_construction_is_shown_with_its_claim_and_its_measure(here: Path) -> None:
    (here / "train.py").write_text(PLAIN)
    result = verify("train.py")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "train.py:4:13: torch.optim.SGD -> paddle.optimizer.Momentum"
    assert lines[1] == "    claimed    exact: the same numbers"
    assert lines[2].startswith("    measured   exact: at most ")
    assert "train.py:5:13: torch.optim.lr_scheduler.StepLR -> paddle.optimizer.lr.StepDecay" in lines
    assert any(line.startswith("    rate       █") and "0.1 .. " in line for line in lines)
    said = result.stderr.splitlines()
    assert said[0].startswith(
        "2 as the conversion says, 0 with other numbers and no warning, 0 not measured, 0 not"
    )
    assert said[1].startswith("measured on torch 2.13.0, paddle ")
    assert said[2].startswith("nothing of the files was run")


def test_json_has_everything(here: Path) -> None:
    (here / "train.py").write_text(UNSEEN)
    report = document("train.py", "--set", "args.lr=0.1")
    assert (report["version"], report["target"], report["status"]) == (1, "paddle", 0)
    assert set(report["frameworks"]) == {"torch", "paddle"}
    ((found,),) = [file["constructions"] for file in report["files"]]
    assert (found["api"], found["becomes"], found["line"]) == ("torch.optim.SGD", "paddle.optimizer.SGD", 3)
    assert (found["claimed"], found["verdict"], found["measured"]) == ("exact", "as-said", "exact")
    assert found["values"] == [{"name": "args.lr", "value": 0.1, "origin": "set", "cell": None, "line": None}]
    assert len(found["deviations"]) == len(found["rates"]["before"]) == len(found["rates"]["after"]) == 5
    assert "lr_1 = 0.1\nimport torch\n" in found["scripts"]["before"]
    assert "paddle.optimizer.SGD(" in found["scripts"]["after"]


ENDS = {
    "all is proven": (PLAIN, 0),
    "nothing is built": (NONE, 0),
    "nothing is converted": (DECLINED, 0),
    "something is not known": (UNSEEN, 1),
    "it is no Python": ("import torch.optim as\n", 2),
}


@pytest.mark.parametrize(("text", "status"), ENDS.values(), ids=ENDS)
def test_the_exit_status_says_whether_all_is_proven(here: Path, text: str, status: int) -> None:
    (here / "train.py").write_text(text)
    result = verify("train.py")
    assert result.exit_code == status, result.output


def test_what_is_not_known_is_said_with_the_option_that_says_it(here: Path) -> None:
    (here / "train.py").write_text(UNSEEN)
    (line,) = [line for line in verify("train.py").stdout.splitlines() if "measured" in line]
    assert line.endswith("not known without running the file: `args.lr`; say what it is: --set args.lr=VALUE")


def test_a_file_that_cannot_be_parsed_costs_the_others_nothing(here: Path) -> None:
    (here / "a.py").write_text("import torch.optim as\n")
    (here / "b.py").write_text(PLAIN)
    result = verify(".")
    assert result.exit_code == 2
    assert "a.py:1:22: OC901" in result.stdout
    assert "b.py:4:13: torch.optim.SGD" in result.stdout


def test_what_the_configuration_leaves_out_is_left_out(here: Path) -> None:
    (here / "pyproject.toml").write_text('[tool.optconv]\nexclude = ["b.py"]\n')
    for name in ("a.py", "b.py"):
        (here / name).write_text(DECLINED)
    assert [file["path"] for file in document(".")["files"]] == ["a.py"]


def test_a_version_that_is_not_the_measured_one_is_said(here: Path) -> None:
    (here / "train.py").write_text(PLAIN)
    said = verify("train.py", "--target-version", "3.0.0").stderr
    assert "the conversion is for version 3.0.0, and 3.3.1 is what it was measured on" in said


def test_standard_input_and_notebooks_are_taken(here: Path) -> None:
    assert "<stdin>:4:13: torch.optim.SGD" in verify("-", stdin=PLAIN).stdout
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
        for source in ("import torch\nrate = 0.1 * 2", "opt = torch.optim.SGD(m.parameters(), lr=rate)")
    ]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    (here / "train.ipynb").write_text(json.dumps(notebook))
    report = document("train.ipynb")
    (found,) = report["files"][0]["constructions"]
    assert (found["cell"], found["line"], found["verdict"]) == (2, 1, "as-said")


@pytest.mark.usefixtures("here")
def test_the_row_of_an_api_is_measured() -> None:
    result = verify("lr_scheduler.StepLR")
    assert result.exit_code == 0
    assert result.stdout.count("StepLR(") >= 2
    assert result.stderr.startswith("torch.optim.lr_scheduler.StepLR: all ")


def test_mindspore_is_measured_too(here: Path) -> None:
    (here / "train.py").write_text(PLAIN)
    report = document("train.py", to="mindspore")
    assert [found["verdict"] for found in report["files"][0]["constructions"]] == ["as-said", "as-said"]


def test_messages_are_in_chinese_where_this_is_asked_for(here: Path) -> None:
    (here / "train.py").write_text(PLAIN)
    result = verify("train.py", "--lang", "zh")
    assert "精确：数值相同" in result.stdout
    assert "没有运行文件中的任何代码" in result.stderr


# Reports in files.


def test_reports_go_into_files(here: Path) -> None:
    (here / "train.py").write_text(PLAIN)
    result = verify("train.py", "-o", "a.json", "-o", "b.txt")
    assert "train.py:4:13" in result.stdout
    assert json.loads((here / "a.json").read_text())["status"] == 0
    assert (here / "b.txt").read_text().startswith("train.py:4:13: torch.optim.SGD -> paddle")


def test_a_report_that_cannot_be_written_is_said(here: Path) -> None:
    (here / "train.py").write_text(DECLINED)
    (here / "taken").write_text("")
    result = verify("train.py", "-o", "taken/a.json")
    assert result.exit_code == 2
    assert "taken" in result.stderr


def test_a_file_whose_format_is_not_known_is_refused(here: Path) -> None:
    (here / "train.py").write_text(PLAIN)
    result = verify("train.py", "-o", "a.pdf")
    assert result.exit_code == 2
    assert "a.pdf" in result.stderr


# Frameworks.


def without_frameworks(folder: Path) -> Path:
    """Return a Python that has no framework: this one, without its packages."""
    script = folder / "python"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "$@"\n')
    script.chmod(0o755)
    return script


def test_a_missing_framework_is_said_with_the_command_that_installs_it(here: Path) -> None:
    python = without_frameworks(here)
    (here / "train.py").write_text(PLAIN)
    result = verify("train.py", "--python", f"paddle={python}")
    assert result.exit_code == 2
    assert f"paddle is needed to measure, and {python} cannot import it: ModuleNotFoundError" in result.stderr
    assert f"{python} -m pip install 'paddlepaddle>=3.3,<3.4'" in result.stderr
    assert "--python paddle=PATH" in result.stderr


def test_no_framework_is_needed_where_there_is_nothing_to_measure(here: Path) -> None:
    python = without_frameworks(here)
    (here / "train.py").write_text(DECLINED)
    result = verify("train.py", "--python", f"paddle={python}", "--python", f"torch={python}")
    assert result.exit_code == 0
    assert "0 not measured, 1 not converted" in result.stderr


def test_the_configuration_names_an_interpreter(here: Path) -> None:
    without_frameworks(here)
    (here / "train.py").write_text(PLAIN)
    (here / "pyproject.toml").write_text('[tool.optconv]\ntarget = "paddle"\npython = {torch = "python"}\n')
    result = verify("train.py", to="")
    assert result.exit_code == 2
    assert f"torch is needed to measure, and {here / 'python'} cannot import it" in result.stderr


def test_a_virtual_environment_stands_for_its_interpreter(here: Path) -> None:
    (here / "venv" / "bin").mkdir(parents=True)
    (here / "venv" / "bin" / "python").symlink_to(sys.executable)
    (here / "train.py").write_text(DECLINED)
    assert verify("train.py", "--python", "torch=venv").exit_code == 0


WRONG = {
    "no framework": (["--python", "jax=python"], "jax=python is not of the form FRAMEWORK=PATH"),
    "no interpreter": (["--python", "torch=nowhere"], "nowhere is no Python interpreter"),
    "no value": (["--set", "lr"], "lr is not of the form NAME=VALUE"),
    "no expression": (["--set", "lr=0.1 +"], "lr=0.1 + is not of the form NAME=VALUE"),
    "no such file": (["nowhere.py"], "nowhere.py"),
    "too many steps": (["--steps", "0"], "--steps"),
}


@pytest.mark.parametrize(("words", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_command_line_is_refused(here: Path, words: list[str], said: str) -> None:
    (here / "train.py").write_text(NONE)
    result = CliRunner().invoke(main, ["verify", "train.py", "--to", "paddle", *words], prog_name="optconv")
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


SETTINGS = {
    "a comparison in the name": ("(a == b)=True", "(a == b)", "True"),
    "an equals sign in a key": ("c['a=b']=0.1", "c['a=b']", "0.1"),
    "an argument in the name": ("f(x=1)=2", "f(x=1)", "2"),
    "spaces": ("args.lr = 0.1", "args.lr", "0.1"),
}


@pytest.mark.parametrize(("text", "name", "value"), SETTINGS.values(), ids=SETTINGS)
def test_a_value_is_told_from_its_name(here: Path, text: str, name: str, value: str) -> None:
    (here / "train.py").write_text(f"import torch\n\no = torch.optim.SGD(p, lr=1e-9 + {name} * 1)\n")
    values = document("train.py", "--set", text)["files"][0]["constructions"][0]["values"]
    assert [(each["origin"], str(each["value"])) for each in values] == [("set", value)]


# Nothing of the file is run.


def test_nothing_of_the_file_is_run(tmp_path: Path) -> None:
    """Neither here nor in a worker: not the module, not what arguments call, not what looks like a package."""
    trace = tmp_path / "trace"
    touch = f"open({str(trace)!r}, 'a').write(__name__)"
    (tmp_path / "train.py").write_text(
        f"""
import torch
{touch}
class Config:
    lr = {touch}
def rate(): return {touch}
def decay(epoch): return {touch}
def parameters(model): return {touch}
opt = torch.optim.SGD(parameters(net), lr=0.1, momentum=0.9)
one = torch.optim.SGD(net.parameters(), lr=rate())
two = torch.optim.SGD(net.parameters(), lr=Config.lr)
sch = torch.optim.lr_scheduler.LambdaLR(opt, lambda epoch: 0.9 ** epoch)
oth = torch.optim.lr_scheduler.LambdaLR(one, decay)
"""
    )
    for name in ("torch", "paddle", "sitecustomize", "json", "optconv", "numpy"):
        (tmp_path / f"{name}.py").write_text(f"{touch}\n")
    command = [sys.executable, "-P", "-m", "optconv"] if sys.version_info >= (3, 11) else [_console_script()]
    words = ["verify", "train.py", "--to", "paddle", "--steps", "3", "--format", "json", "--set", "epoch=1"]
    done = subprocess.run([*command, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    verdicts = [found["verdict"] for found in json.loads(done.stdout)["files"][0]["constructions"]]
    proven, unknown = "same-with-these-values", "not-measured"  # what `parameters` gives cannot be seen
    assert verdicts == [proven, unknown, unknown, "as-said", unknown]
    assert not trace.exists()


def _console_script() -> str:
    return str(Path(sys.executable).parent / "optconv")


# One line of characters.


@pytest.mark.parametrize(
    ("values", "line"),
    [
        pytest.param([0.0, 1.0, 2.0], "▁▅█", id="from zero to the largest"),
        pytest.param([5.0, 5.0], "██", id="one value"),
        pytest.param([0.0, 0.0], "▁▁", id="nothing"),
        pytest.param([-1.0, 1.0], "▁█", id="below zero"),
        pytest.param([1.0, float("nan"), float("inf")], "█··", id="no numbers"),
        pytest.param([0.0] * 99 + [1.0], "▁" * 39 + "█", id="the largest of a group"),
        pytest.param([], "", id="empty"),
    ],
)
def test_a_series_is_drawn(values: list[float], line: str) -> None:
    assert sparkline(values) == line


def test_a_terminal_without_blocks_gets_other_characters() -> None:
    assert sparkline([0.0, 1.0], unicode=False).isascii()
