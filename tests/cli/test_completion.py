"""Completion in the shell: what is offered, and that a real shell takes it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from optconv.cli.main import main
from optconv.cli.reference.find_api import find_apis
from optconv.mappings import TableError, diagnostic_kinds, load_tables

from .conftest import write

EVERY_COMMAND = {"check", "completion", "config", "convert", "explain", "report", "show", "targets", "verify"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def offered(*words: str) -> list[str]:
    """Return what is offered for the last word."""
    completer = ShellComplete(main, {}, "optconv", "_OPTCONV_COMPLETE")
    return [item.value for item in completer.get_completions(list(words[:-1]), words[-1])]


def test_commands_are_completed_with_what_they_do_and_without_importing_them() -> None:
    completer = ShellComplete(main, {}, "optconv", "_OPTCONV_COMPLETE")
    items = {item.value: item.help for item in completer.get_completions([], "")}
    assert set(items) == EVERY_COMMAND
    assert items["check"] == "Say what would be converted and what could not be; change nothing."
    assert offered("co") == ["completion", "config", "convert"]
    assert offered("--v") == ["--version"]
    code = (
        "import sys\nfrom click.shell_completion import ShellComplete\nfrom optconv.cli.main import main\n"
        "ShellComplete(main, {}, 'optconv', 'X').get_completions([], '')\n"
        "print([name for name in sys.modules if name.startswith(('optconv.cli.commands.', 'optconv.conv'))])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("command", ["convert", "check", "report", "config", "show", "explain"])
def test_targets_are_completed(command: str) -> None:
    assert offered(command, "--to", "") == ["mindspore", "paddle"]
    assert offered(command, "--to", "pa") == ["paddle"]


@pytest.mark.parametrize("command", ["convert", "check", "report", "config", "show"])
def test_flavors_are_those_of_the_target(command: str) -> None:
    assert offered(command, "--to", "mindspore", "--flavor", "") == ["nn"]
    assert offered(command, "--to", "mindspore", "--flavor", "x") == []
    assert offered(command, "--to", "paddle", "--flavor", "") == []
    assert offered(command, "--flavor", "") == []
    assert offered(command, "--to", "tensorflow", "--flavor", "") == []


def test_a_configured_target_counts(here: Path) -> None:
    write(here, {"pyproject.toml": b'[tool.optconv]\ntarget = "mindspore"\n', "p/a.py": b""})
    assert offered("check", "--flavor", "") == ["nn"]
    assert offered("check", "p/a.py", "--flavor", "") == ["nn"]
    assert offered("check", "--to", "paddle", "--flavor", "") == []
    assert offered("check", "--target-version", "2.1") == ["2.10.0"]


def test_versions_are_those_of_the_target_the_newest_first() -> None:
    versions = list(load_tables("paddle").target.versions)
    assert offered("convert", "--to", "paddle", "--target-version", "") == versions[::-1]
    assert offered("convert", "--target-version", "") == []


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (("check", "--format", "j"), ["json", "junit"]),
        (("convert", "--format", "js"), ["json"]),
        (("show", "--format", ""), ["text", "markdown", "json"]),
        (("explain", "--format", "m"), ["markdown"]),
        (("report", "--lang", ""), ["en", "zh"]),
        (("check", "--fail-on", ""), ["info", "warning", "error", "never"]),
        (("completion", ""), ["bash", "zsh", "fish"]),
    ],
)
def test_values_of_options_are_completed(words: tuple[str, ...], values: list[str]) -> None:
    assert offered(*words) == values


def test_options_are_completed() -> None:
    assert set(offered("check", "--b")) == {"--baseline"}
    assert {"--select", "--ignore", "--exclude", "--force-exclude"} <= set(offered("convert", "--"))


def test_codes_and_names_of_diagnostics_are_completed() -> None:
    codes = list(diagnostic_kinds())
    assert offered("explain", "") == codes
    assert (
        offered("explain", "OC30") == offered("explain", "oc30") == [c for c in codes if c.startswith("OC30")]
    )
    assert offered("explain", "several-") == ["several-schedulers"]
    assert offered("explain", "nothing") == []


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_the_last_code_of_a_list_is_completed(option: str) -> None:
    assert offered("check", option, "OC101,numbers-d") == ["OC101,numbers-differ"]
    assert offered("check", option, "OC303,OC30") == [f"OC303,OC30{digit}" for digit in range(1, 9)]


def test_names_of_apis_are_completed_from_any_part_on() -> None:
    assert offered("show", "Ada") == [
        "AdaDelta".replace("D", "d"),
        "Adafactor",
        "Adagrad",
        "Adam",
        "AdamW",
        "Adamax",
    ]
    assert offered("show", "lr_scheduler.Cos") == [
        "lr_scheduler.CosineAnnealingLR",
        "lr_scheduler.CosineAnnealingWarmRestarts",
    ]
    assert "torch.optim.SGD" in offered("show", "torch.optim.S")
    assert offered("show", "optim.SG") == ["optim.SGD"]


def test_what_is_offered_for_show_is_taken_by_show() -> None:
    everything = {
        *offered("show", ""),
        *offered("show", "a"),
        *offered("show", "torch."),
        *offered("show", "c"),
    }
    assert "autocast" not in everything, "it is the end of three names"
    assert {"torch.amp.GradScaler", "cuda.amp.GradScaler", "SGD"} <= everything
    tables = load_tables("paddle")
    assert {name: len(find_apis(tables, name)) for name in everything} == dict.fromkeys(everything, 1)


def test_at_first_each_api_is_offered_once() -> None:
    assert len(offered("show", "")) == len(load_tables("paddle").source_apis)


@pytest.mark.parametrize(
    "words",
    [
        ("convert", "tr"),
        ("check", "a.py", ""),
        ("report", "-o", "x"),
        ("convert", "-o", ""),
        ("check", "--config", ""),
    ],
)
def test_files_are_left_to_the_shell(words: tuple[str, ...]) -> None:
    completer = ShellComplete(main, {}, "optconv", "_OPTCONV_COMPLETE")
    (item,) = completer.get_completions(list(words[:-1]), words[-1])
    assert (item.type, item.value) == ("file", words[-1])


def test_a_wrong_configuration_or_table_is_no_error_here(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here, {"pyproject.toml": b"[tool.optconv]\ntarget = 1\n"})
    assert offered("check", "--flavor", "") == []
    assert "SGD" in offered("show", "S")

    def load(*_: object, **__: object) -> None:
        raise TableError("broken")

    monkeypatch.setattr("optconv.cli.completing.load_tables", load)
    assert offered("show", "S") == []
    assert offered("check", "--to", "paddle", "--target-version", "") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_printed(shell: str) -> None:
    result = CliRunner().invoke(main, ["completion", shell])
    assert result.exit_code == 0
    assert f"_OPTCONV_COMPLETE={shell}_complete" in result.stdout
    assert "main" not in result.stdout.split(), "the program is called optconv, however this one was started"


def test_there_is_no_script_for_another_shell() -> None:
    result = CliRunner().invoke(main, ["completion", "csh"])
    assert result.exit_code == 2
    assert "'csh' is not one of 'bash', 'zsh', 'fish'" in result.stderr


def _bash(script: str, folder: Path) -> list[str]:
    """Run a script in a bash that finds this environment's ``optconv``, and return the lines it prints."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = ["bash", "--norc", "-c", f"set -u; source <(optconv completion bash); {script}"]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, check=True, text=True
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_bash_takes_the_script_and_completes_with_it(here: Path) -> None:
    complete = 'COMPREPLY=(); _optconv_completion optconv; printf "%s\\n" "${COMPREPLY[@]}"'
    lines = _bash(
        f"COMP_WORDS=(optconv explain OC30); COMP_CWORD=2; {complete}; echo --;"
        f"COMP_WORDS=(optconv check --to pad); COMP_CWORD=3; {complete}; echo --; complete -p optconv",
        here,
    )
    assert lines == [*(f"OC30{digit}" for digit in range(1, 9)), "--", "paddle", "--", lines[-1]]
    assert lines[-1].startswith("complete ")
    assert lines[-1].endswith(" -F _optconv_completion optconv")
