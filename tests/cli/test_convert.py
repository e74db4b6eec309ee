"""``optconv convert``: in place, differences, checks, standard input, exit statuses."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from optconv.mappings import TableError

from .conftest import AFTER, BEFORE, Run, tree, write

if TYPE_CHECKING:
    from pathlib import Path

UNTOUCHED = b"\xef\xbb\xbfx = 1\r\ny = '\xe4\xb8\xad'\r\n\x0c\r\nz = 2"


def test_a_file_is_converted_in_place(run: Run, file: Path) -> None:
    result = run("train.py")
    assert (result.exit_code, file.read_bytes(), result.stdout) == (0, AFTER, "")
    assert "converted train.py" in result.stderr


def test_running_again_changes_nothing(run: Run, file: Path) -> None:
    run("train.py")
    before = file.stat()
    result = run("train.py")
    assert file.stat() == before
    assert "nothing that refers to torch.optim found" in result.stderr


def test_a_file_without_references_keeps_every_byte_and_is_not_even_written(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(UNTOUCHED)
    before = path.stat()
    assert run(".").exit_code == 0
    assert path.read_bytes() == UNTOUCHED
    after = path.stat()  # the time of the last reading may differ
    assert (after.st_ino, after.st_mtime_ns, after.st_size) == (
        before.st_ino,
        before.st_mtime_ns,
        before.st_size,
    )


def test_line_ends_and_byte_order_mark_outside_of_the_edit_stay(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": UNTOUCHED + b"\r\n" + BEFORE})
    run("a.py")
    assert (tmp_path / "a.py").read_bytes() == UNTOUCHED + b"\r\n" + AFTER


def test_a_directory_is_converted(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"p/a.py": BEFORE, "p/q/b.py": BEFORE, "p/c.txt": BEFORE})
    assert run("p").exit_code == 0
    assert tree(tmp_path) == {"p/a.py": AFTER, "p/q/b.py": AFTER, "p/c.txt": BEFORE}


def test_check_says_which_file_would_change_and_leaves_it(run: Run, file: Path) -> None:
    result = run("train.py", "--check")
    assert (result.exit_code, file.read_bytes(), result.stdout) == (1, BEFORE, "")
    assert "would convert train.py" in result.stderr
    assert "1 file seen, 1 would be converted, 0 failed" in result.stderr


def test_check_passes_when_nothing_would_change(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": AFTER})
    assert run("a.py", "--check").exit_code == 0


def test_check_fails_for_findings_in_a_file_that_would_not_change(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\n"})
    assert run("a.py", "--check").exit_code == 1


def test_diff_is_printed_and_nothing_is_written(run: Run, file: Path) -> None:
    result = run("train.py", "--diff")
    assert result.stdout_bytes == (
        b"--- train.py\n+++ train.py\n@@ -1 +1 @@\n"
        b"-opt = torch.optim.SGD(p)\n+opt = paddle.optimizer.SGD(p)\n"
    )
    assert (result.exit_code, file.read_bytes()) == (0, BEFORE)


def test_diff_and_check_together_print_the_difference_and_fail(run: Run, file: Path) -> None:
    result = run("train.py", "--diff", "--check")
    assert (result.exit_code, file.read_bytes()) == (1, BEFORE)
    assert result.stdout.startswith("--- train.py\n")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(BEFORE * 2, id="a plain file"),
        pytest.param(b"a = 1\r\n" + BEFORE.replace(b"\n", b"\r\n") + b"b = 2\r\n", id="CR LF line ends"),
        pytest.param(BEFORE + b"end", id="no newline at the end"),
        pytest.param(BEFORE.rstrip(), id="no newline at the end of the changed line"),
        pytest.param(b"# coding: latin-1\n# \xe9\n" + BEFORE, id="bytes that are not UTF-8"),
    ],
)
def test_git_apply_takes_the_difference_and_gives_the_converted_bytes(
    run: Run, tmp_path: Path, content: bytes
) -> None:
    write(tmp_path, {"my file.py": content})
    patch = run("my file.py", "--diff").stdout_bytes
    subprocess.run(["git", "apply", "-p0", "-"], cwd=tmp_path, input=patch, check=True)
    assert (tmp_path / "my file.py").read_bytes() == content.replace(b"torch.optim", b"paddle.optimizer")


def test_standard_input_is_converted_to_standard_output(run: Run) -> None:
    source = UNTOUCHED + b"\r\n" + BEFORE
    result = run("-", stdin=source)
    assert (result.exit_code, result.stdout_bytes) == (0, UNTOUCHED + b"\r\n" + AFTER)
    assert "converted <stdin>" not in result.stderr


def test_standard_input_that_cannot_be_parsed_comes_out_as_it_was(run: Run) -> None:
    result = run("-", stdin=b"def broken(\n")
    assert (result.exit_code, result.stdout_bytes) == (2, b"def broken(\n")
    assert "<stdin>:1:1: OC901 [error] syntax-error" in result.stderr


def test_standard_input_with_check_prints_no_source(run: Run) -> None:
    result = run("-", "--check", stdin=BEFORE)
    assert (result.exit_code, result.stdout) == (1, "")


@pytest.mark.parametrize(
    ("content", "fail_on", "status"),
    [
        pytest.param(b"SGD", "info", 0, id="nothing found"),
        pytest.param(b"Noted", "info", 1, id="a note and --fail-on info"),
        pytest.param(b"Noted", "warning", 0, id="a note and --fail-on warning"),
        pytest.param(b"Lossy", "warning", 1, id="a warning and --fail-on warning"),
        pytest.param(b"Lossy", "error", 0, id="a warning and --fail-on error"),
        pytest.param(b"Refused", "error", 1, id="an error and --fail-on error"),
        pytest.param(b"Refused", "never", 0, id="an error and --fail-on never"),
    ],
)
def test_the_exit_status_follows_fail_on(
    run: Run, tmp_path: Path, content: bytes, fail_on: str, status: int
) -> None:
    write(tmp_path, {"a.py": b"torch.optim." + content})
    assert run("a.py", "--fail-on", fail_on).exit_code == status


def test_without_fail_on_only_errors_fail(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"warned.py": b"torch.optim.Lossy", "refused.py": b"torch.optim.Refused"})
    assert (run("warned.py").exit_code, run("refused.py").exit_code) == (0, 1)


def test_one_bad_file_does_not_end_the_run_and_makes_the_status_2(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"def broken(\n", "b.py": BEFORE})
    result = run(".", "--fail-on", "never")
    assert (result.exit_code, tree(tmp_path)) == (2, {"a.py": b"def broken(\n", "b.py": AFTER})
    assert "1 file failed and is not counted above: a.py" in result.stderr


def test_a_fault_of_the_converter_costs_one_file_only(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"raise fault\n", "b.py": BEFORE})
    result = run(".")
    assert (result.exit_code, tree(tmp_path)) == (2, {"a.py": b"raise fault\n", "b.py": AFTER})
    line = next(line for line in result.stderr.splitlines() if "OC905" in line)
    assert line.startswith("a.py:1:1: OC905 [error] internal-error: ")
    assert "RuntimeError: a fault\\x1b[31m of the converter (fake_converter.py:" in line
    assert "Traceback" not in result.stderr


def test_a_long_internal_error_is_cut(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def convert_content(*_: object) -> None:
        raise ValueError("x" * 10_000)

    monkeypatch.setattr("optconv.cli.convert.convert_content", convert_content)
    write(tmp_path, {"a.py": BEFORE})
    assert len(run("a.py").stderr) < 1000


def test_a_broken_table_ends_the_run_with_its_one_message(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def convert_content(*_: object) -> None:
        raise TableError("sgd.yaml:3: to: a name was expected")

    monkeypatch.setattr("optconv.cli.convert.convert_content", convert_content)
    result = run("train.py")
    assert (result.exit_code, file.read_bytes()) == (2, BEFORE)
    assert result.stderr == "Error: sgd.yaml:3: to: a name was expected\n"


def test_the_choices_reach_the_converter(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def convert_content(name: str, source: bytes, tables: object, options: object) -> object:
        seen.append((name, source, tables, options))
        raise ValueError

    monkeypatch.setattr("optconv.cli.convert.convert_content", convert_content)
    run("-", "--no-annotate", "--target-version", "3.0.0", "--lang", "zh", stdin=b"x")
    name, source, tables, options = seen[0]
    assert (name, source) == ("<stdin>", b"x")
    assert tables.target.name == "paddle"  # type: ignore[attr-defined]
    assert options.annotate is False  # type: ignore[attr-defined]
    assert options.target_version == "3.0.0"  # type: ignore[attr-defined]
    assert options.language == "zh"  # type: ignore[attr-defined]
