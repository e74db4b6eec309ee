"""``optconv check``: what it finds, what it changes (nothing), and when it fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from optconv.cli.main import main

from .conftest import tree, write

if TYPE_CHECKING:
    from pathlib import Path

CLEAN = b"import paddle\nopt = paddle.optimizer.SGD(parameters=p)\n"
CONVERTIBLE = b"import torch\nopt = torch.optim.SGD(model.parameters(), 0.1)\n"
WARNED = b"import torch\nopt = torch.optim.SGD(p(), 0.1)\n"  # OC203
UNCLEAR = b"import torch\nopt = torch.optim.SGD(**options)\n"  # OC204
REFUSED = b"import torch\nopt = torch.optim.Adafactor(p)\n"  # OC307
BROKEN = b"import torch.optim\nx = = 1\n"
RUN = ("--to", "paddle")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*words: str | Path, command: str = "check", stdin: bytes = b"") -> Result:
    arguments = [command, *map(str, words), *RUN, "--lang", "en"]
    return CliRunner().invoke(main, arguments, input=stdin, catch_exceptions=False)


def document(*words: str | Path) -> Any:
    return json.loads(check(*words, "--format", "json").stdout)


@pytest.mark.parametrize(
    ("content", "words", "status"),
    [
        pytest.param(CLEAN, (), 0, id="nothing to convert"),
        pytest.param(b"", (), 0, id="an empty file"),
        pytest.param(CONVERTIBLE, (), 1, id="something to convert"),
        pytest.param(WARNED, (), 1, id="something to convert with a warning"),
        pytest.param(UNCLEAR, (), 0, id="a warning about what stays"),
        pytest.param(UNCLEAR, ("--fail-on", "warning"), 1, id="a warning, and warnings fail"),
        pytest.param(REFUSED, (), 1, id="an error"),
        pytest.param(BROKEN, (), 2, id="no valid Python"),
        pytest.param(BROKEN, ("--fail-on", "never"), 2, id="no valid Python, and nothing is to fail"),
        pytest.param(CONVERTIBLE, ("--fail-on", "error"), 1, id="something to convert is no matter of severity"),
        pytest.param(CONVERTIBLE, ("--fail-on", "never"), 0, id="something to convert, and nothing is to fail"),
        pytest.param(REFUSED, ("--fail-on", "never"), 0, id="an error, and nothing is to fail"),
        pytest.param(CONVERTIBLE, ("--ignore", "OC107"), 0, id="something to convert is ignored"),
        pytest.param(WARNED, ("--ignore", "convertible"), 0, id="it is ignored by its name"),
        pytest.param(WARNED, ("--select", "OC2"), 0, id="it is not selected"),
        pytest.param(CONVERTIBLE, ("--select", "OC107"), 1, id="it alone is selected"),
    ],
)  # fmt: skip
def test_the_exit_status(here: Path, content: bytes, words: tuple[str, ...], status: int) -> None:
    write(here, {"a.py": content})
    assert check("a.py", *words).exit_code == status
    assert tree(here) == {"a.py": content}


def test_standard_input_is_checked() -> None:
    result = check("-", stdin=CONVERTIBLE)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "1 file seen, 1 would be converted, 0 failed" in result.stderr
    assert check("-", stdin=CLEAN).exit_code == 0


def test_it_says_once_for_a_file_that_there_is_something_to_convert(here: Path) -> None:
    write(
        here,
        {"a.py": CONVERTIBLE + b"opt.zero_grad()\nopt.step()\ntorch.optim.Adafactor(p)\n", "b.py": CLEAN},
    )
    files = {file["path"]: file for file in document(".")["files"]}
    said = [found for found in files["a.py"]["diagnostics"] if found["code"] == "OC107"]
    assert [(found["line"], found["column"], found["severity"]) for found in said] == [(2, 7, "info")]
    assert said[0]["message"].startswith("3 of 4 references to the source framework would be converted")
    assert files["b.py"]["diagnostics"] == []


def test_the_text_says_which_files_would_be_converted_and_goes_to_standard_output(here: Path) -> None:
    write(here, {"a.py": CONVERTIBLE, "b.py": CLEAN, "c.py": REFUSED})
    result = check(".")
    assert "would convert a.py\n" in result.stdout
    assert "c.py:2:7: OC307 [error] no-counterpart" in result.stdout
    assert "b.py" not in result.stdout
    assert "would convert c.py" not in result.stdout, "what cannot be converted would only be marked"
    assert result.stderr.startswith("3 files seen, 1 would be converted, 0 failed\n")
    assert "not shown" not in result.stderr


def test_verbose_shows_notes_and_quiet_shows_errors_alone(here: Path) -> None:
    write(here, {"a.py": WARNED.replace(b"0.1", b"0.1, foreach=True") + REFUSED})
    said = {words: check("a.py", *words) for words in ((), ("-v",), ("-q",))}
    codes = {
        words: [code for code in ("OC101", "OC107", "OC203", "OC307") if f": {code} [" in result.stdout]
        for words, result in said.items()
    }
    assert codes == {
        (): ["OC203", "OC307"],
        ("-v",): ["OC101", "OC107", "OC203", "OC307"],
        ("-q",): ["OC307"],
    }
    assert "1 note not shown (use --verbose)" in said[()].stderr
    assert said[("-q",)].stderr == ""


def test_what_is_ignored_is_counted_and_not_said_to_be_convertible(here: Path) -> None:
    write(here, {"a.py": CONVERTIBLE, "b.py": REFUSED.rstrip() + b"  # optconv: ignore[OC307]\n"})
    result = check(".", "--ignore", "OC107")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 diagnostic ignored by comments or the configuration" in result.stderr


def test_files_that_ask_for_it_are_skipped_and_counted(here: Path) -> None:
    write(here, {"a.py": b"# optconv: skip-file\n" + REFUSED, "b.py": b"# optconv: skip-file\n" + BROKEN})
    write(here, {"c.yaml": b"# optconv: skip-file\na:\n  _target_: torch.optim.SGD\n"})
    before = tree(here)
    result = check(".")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "3 files are skipped, as comments in them ask" in result.stderr
    assert "1 file is skipped, as a comment in it asks" in check("a.py").stderr
    assert check(".", command="convert").exit_code == 0
    assert tree(here) == before
    found = document(".")
    assert found["summary"]["skipped"] == 3
    assert all(file["skipped"] and not file["diagnostics"] for file in found["files"])


def test_convert_counts_what_is_ignored_in_the_outcomes(here: Path) -> None:
    write(here, {"a.py": REFUSED.rstrip() + b"  # optconv: ignore[OC307]\n"})
    result = check("a.py", command="convert")
    assert (result.exit_code, tree(here)["a.py"]) == (0, REFUSED.rstrip() + b"  # optconv: ignore[OC307]\n")
    assert "references: 0 exact, 0 with a warning, 1 declined, 0 not understood" in result.stderr
    assert "1 diagnostic ignored by comments or the configuration" in result.stderr


# Reports in files


def test_a_text_in_a_file_has_what_the_terminal_shows_without_colours(here: Path) -> None:
    write(here, {"a.py": CONVERTIBLE + REFUSED})
    result = check("a.py", "-o", "all.txt")
    assert (here / "all.txt").read_text(encoding="utf-8") == result.stdout + result.stderr
    assert "OC307" in result.stdout
    assert "2 references" in result.stderr


def test_convert_writes_a_text_into_a_file_beside_what_it_shows(here: Path) -> None:
    write(here, {"a.py": CONVERTIBLE + REFUSED})
    result = check("a.py", "--report", "all.txt", "--report", "x=y.json", command="convert")
    assert (here / "all.txt").read_text(encoding="utf-8") == result.stderr
    assert "converted a.py" in result.stderr
    assert json.loads((here / "x=y.json").read_text(encoding="utf-8"))["summary"]["changed"] == 1


def test_a_text_in_a_file_is_never_coloured(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optconv.cli.terminal.is_terminal", lambda **_: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    write(here, {"a.py": REFUSED})
    result = CliRunner().invoke(main, ["check", "a.py", *RUN, "-o", "all.txt"], color=True)
    assert "\x1b[" in result.stdout
    assert "\x1b" not in (here / "all.txt").read_text(encoding="utf-8")


def test_with_a_format_for_standard_output_the_document_stands_there_alone(here: Path) -> None:
    write(here, {"a.py": CONVERTIBLE})
    result = check("a.py", "--format", "json", "-o", "all.txt", "-o", "all.md")
    assert json.loads(result.stdout)["command"] == "check"
    assert result.stderr == ""
    assert "would convert a.py" in (here / "all.txt").read_text(encoding="utf-8")
    assert (here / "all.md").read_text(encoding="utf-8").startswith("# Migration report")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["-o", "a.out"], "The end of 'a.out' says nothing of its format", id="an unknown end"),
        pytest.param(["-o", "report"], "The end of 'report' says nothing of its format", id="no end"),
        pytest.param(["-o", "jsn=a.out"], "The end of 'jsn=a.out' says nothing", id="an unknown format"),
        pytest.param(["-o", "a.json", "-o", "json=a.json"], "Two reports would be written to 'a.json'", id="twice"),
        pytest.param(["-o", "json=-", "-o", "markdown=-"], "Two reports would be written to '-'", id="two documents"),
        pytest.param(["--format", "jsn"], "'jsn' is not one of", id="an unknown format of standard output"),
    ],
)  # fmt: skip
def test_where_a_report_goes_is_checked_before_anything_is_read(
    here: Path, words: list[str], message: str
) -> None:
    write(here, {"a.py": CONVERTIBLE})
    result = check("a.py", *words)
    assert (result.exit_code, result.stdout, sorted(tree(here))) == (2, "", ["a.py"])
    assert message in " ".join(result.stderr.split())


def test_the_message_about_an_unknown_end_lists_the_formats(here: Path) -> None:
    write(here, {"a.py": CONVERTIBLE})
    said = " ".join(check("a.py", "-o", "a.out").stderr.split())
    assert "The formats are: github, gitlab, html, json, junit, markdown, sarif, text." in said


def test_the_chosen_format_is_that_of_files_whose_end_says_nothing(here: Path) -> None:
    write(here, {"a.py": CONVERTIBLE})
    check("a.py", "-o", "report", "--format", "json")
    assert json.loads((here / "report").read_text(encoding="utf-8"))["command"] == "check"


@pytest.mark.parametrize("place", ["gone/x.json", "folder"])
def test_a_report_that_cannot_be_written_is_one_message(here: Path, place: str) -> None:
    write(here, {"a.py": CLEAN, "folder/x": b"", "gone": b"no folder"})
    result = check("a.py", "-o", f"json={place}", "-o", "ok.json")
    assert result.exit_code == 2
    (line,) = [line for line in result.stderr.splitlines() if "OC9" in line]
    assert line.startswith(f"OC906: {place} was not written: ")
    assert json.loads((here / "ok.json").read_text(encoding="utf-8"))["summary"]["exit_status"] == 2
