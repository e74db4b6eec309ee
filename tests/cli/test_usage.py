"""The command line itself: help, what is refused, and that commands are imported only when called."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

import optconv
from optconv.cli.main import main

from .conftest import BEFORE, Run, tree, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_lists_the_commands(option: str) -> None:
    result = CliRunner().invoke(main, [option], terminal_width=120)
    assert result.exit_code == 0
    assert "  convert     Convert Python files and notebooks to another framework.\n" in result.stdout


def test_version_is_printed() -> None:
    result = CliRunner().invoke(main, ["--version"], prog_name="optconv")
    assert result.stdout == f"optconv {optconv.__version__}\n"


HEAVY = {"jinja2", "libcst", "pathspec", "tomllib", "tomli", "yaml", "optconv.converter", "optconv.parity"}


def imported_by(*words: str) -> set[str]:
    """Return the modules that a run of the command has imported at its end."""
    code = (
        "import sys\nfrom optconv.cli.main import main\n"
        f"try: main({list(words)!r})\nexcept SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("words", [["--help"], ["--version"], []])
def test_help_imports_no_command_and_not_what_commands_need(words: list[str]) -> None:
    imported = imported_by(*words)
    assert imported & HEAVY == set()
    assert [name for name in imported if name.startswith("optconv.cli.commands.")] == []


@pytest.mark.parametrize("name", main.list_commands(click.Context(main)))
def test_the_help_of_a_command_needs_nothing_that_takes_long(name: str) -> None:
    assert imported_by(name, "--help") & {"jinja2", "libcst", "pathspec", "tomllib", "tomli"} == set()


def test_a_run_without_a_configuration_imports_nothing_for_one(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"import torch\n", "pyproject.toml": b"[project]\n"})
    imported = imported_by("convert", str(tmp_path / "a.py"), "--to", "paddle")
    assert imported & {"jinja2", "libcst", "pathspec", "tomllib", "tomli", "optconv.parity"} == set()


@pytest.mark.parametrize("name", main.list_commands(click.Context(main)))
def test_the_help_of_a_command_names_its_options_with_a_word_about_each(name: str) -> None:
    result = CliRunner().invoke(main, [name, "--help"], prog_name="optconv", terminal_width=200)
    assert (result.exit_code, result.stderr) == (0, "")
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert result.stdout.startswith(f"Usage: optconv {name} ")
    lines = [line.strip() for line in result.stdout.splitlines()]
    for option in (each for each in command.params if isinstance(each, click.Option)):
        assert option.help, option.name
        named = [line for line in lines if re.match(rf"(-\w, )?{option.opts[-1]}\b", line)]
        assert len(named) == 1, option.opts[-1]


def test_the_module_can_be_run_with_python_m() -> None:
    done = subprocess.run([sys.executable, "-m", "optconv", "--version"], capture_output=True, check=True)
    assert optconv.__version__.encode() in done.stdout


def test_an_unknown_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(main, ["convret"])
    assert result.exit_code == 2
    assert "No such command 'convret'" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param([], "Missing argument 'PATH...'", id="no path"),
        pytest.param(["gone.py"], "Path 'gone.py' does not exist.", id="a path that does not exist"),
        pytest.param(["a.py", "a.py/b"], "Path 'a.py/b' does not exist.", id="a path below a file"),
        pytest.param(["no\x1b[31m.py"], r"Path 'no\x1b[31m.py' does not exist.", id="an escape sequence"),
        pytest.param(["a.py", "-v", "-q"], "--verbose and --quiet", id="verbose and quiet"),
        pytest.param(["-", "a.py"], "cannot be combined", id="standard input and a file"),
        pytest.param(
            ["-", "--format", "json"], "say with --output where", id="two things for standard output"
        ),
        pytest.param(["-", "-o", "p"], "must be a file", id="standard input into a directory"),
        pytest.param(["-", "-o", "new/"], "must be a file", id="standard input into a new directory"),
        pytest.param(["a.py", "-o", "b", "--check"], "has no meaning", id="output with check"),
        pytest.param(["a.py", "-o", "b", "--diff"], "has no meaning", id="output with diff"),
        pytest.param(["a.py", "-o", "-"], "'-' as PATH", id="output to a dash"),
        pytest.param(["p", "-o", "a.py"], "'a.py' is not a directory", id="a directory into a file"),
        pytest.param(["a.py", "b.py", "-o", "c.txt"], "is not a directory", id="two files into one"),
        pytest.param(["p", "-o", "./p/"], "is the input itself", id="a directory into itself"),
        pytest.param(["a.py", "-o", "./a.py"], "write over the input", id="a file into itself"),
        pytest.param(["a.py", "-o", "link.py"], "write over the input", id="a file into a link to itself"),
        pytest.param(["a.py", "-o", "."], "write over the input", id="a file into its own directory"),
        pytest.param(["b.py", "p/b.py", "-o", "new"], "would both be written", id="two files of one name"),
        pytest.param(["a.py", "--target-version", "new"], "is not a version", id="a version without numbers"),
        pytest.param(["a.py", "--target-version", "1.8"], "oldest known version", id="a version too old"),
        pytest.param(["a.py", "--lang", "fr"], "--lang", id="an unknown language"),
    ],
)
def test_it_is_a_usage_error(run: Run, tmp_path: Path, arguments: list[str], message: str) -> None:
    write(tmp_path, {"a.py": BEFORE, "b.py": BEFORE, "p/b.py": BEFORE, "c.txt": b""})
    (tmp_path / "link.py").symlink_to("a.py")
    before = tree(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert (result.stdout, tree(tmp_path)) == ("", before)


@pytest.mark.parametrize("version", ["2.6.2", "2.6", "3", "3.0.0", "99.0"])
def test_a_target_version_that_is_known_or_newer_is_taken(run: Run, file: Path, version: str) -> None:
    assert run(file, "--target-version", version).exit_code == 0


def test_an_unknown_target_is_a_usage_error_that_lists_the_targets(run: Run, file: Path) -> None:
    result = run(file, to="tensorflow")
    assert result.exit_code == 2
    assert "unknown target 'tensorflow'; the targets are: mindspore, paddle" in " ".join(
        result.stderr.split()
    )


def test_a_broken_target_file_is_one_message(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def load_tables(target: str, **_: object) -> None:
        raise optconv.mappings.TableError(f"{target}/target.yaml:1: name: a word was expected")

    monkeypatch.setattr("optconv.cli.options.load_tables", load_tables)
    result = run(file)
    assert (result.exit_code, result.stderr) == (
        2,
        "Error: paddle/target.yaml:1: name: a word was expected\n",
    )
