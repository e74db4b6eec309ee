"""``--output``: converting to somewhere else."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from .conftest import AFTER, BEFORE, Run, tree, write

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = b"x = 1\r\n"


def test_a_directory_becomes_a_complete_tree_of_python_files(run: Run, tmp_path: Path) -> None:
    source = {"a.py": BEFORE, "q/b.py": PLAIN, "q/c.txt": b"", "bad.py": b"def broken(\n"}
    write(tmp_path / "p", source)
    assert run("p", "-o", "new/out").exit_code == 2
    assert tree(tmp_path / "p") == source
    assert tree(tmp_path / "new/out") == {"a.py": AFTER, "q/b.py": PLAIN, "bad.py": b"def broken(\n"}


def test_several_paths_keep_their_names_in_the_output(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"p/a.py": BEFORE, "q/a.py": BEFORE, "c.py": BEFORE})
    assert run("p", "q/", "c.py", "-o", "out").exit_code == 0
    assert tree(tmp_path / "out") == {"p/a.py": AFTER, "q/a.py": AFTER, "c.py": AFTER}


@pytest.mark.parametrize(
    ("output", "written"),
    [
        pytest.param("new.py", "new.py", id="a file that does not exist"),
        pytest.param("old.py", "old.py", id="a file that exists"),
        pytest.param("d", "d/train.py", id="a directory that exists"),
        pytest.param("n/m/", "n/m/train.py", id="a directory to be made"),
        pytest.param("n/m/x.py", "n/m/x.py", id="a file in a directory to be made"),
    ],
)
def test_a_file_goes_to(run: Run, tmp_path: Path, file: Path, output: str, written: str) -> None:
    write(tmp_path, {"old.py": b"old"})
    (tmp_path / "d").mkdir()
    assert run("train.py", "-o", output).exit_code == 0
    assert (file.read_bytes(), (tmp_path / written).read_bytes()) == (BEFORE, AFTER)


def test_standard_input_goes_to_a_file(run: Run, tmp_path: Path) -> None:
    result = run("-", "-o", "new.py", stdin=BEFORE)
    assert (result.stdout, (tmp_path / "new.py").read_bytes()) == ("", AFTER)


def test_a_new_file_takes_the_mode_of_its_input(run: Run, tmp_path: Path, file: Path) -> None:
    file.chmod(0o751)
    run("train.py", "-o", "new.py")
    assert stat.S_IMODE((tmp_path / "new.py").stat().st_mode) == 0o751


def test_an_existing_file_keeps_its_mode(run: Run, tmp_path: Path, file: Path) -> None:
    write(tmp_path, {"old.py": b"old"})
    file.chmod(0o751)
    (tmp_path / "old.py").chmod(0o640)
    run("train.py", "-o", "old.py")
    assert stat.S_IMODE((tmp_path / "old.py").stat().st_mode) == 0o640


def test_an_output_inside_of_the_input_is_not_converted_again(run: Run, tmp_path: Path, file: Path) -> None:
    for _ in range(2):
        assert run(".", "-o", "out").exit_code == 0
    assert tree(tmp_path) == {"train.py": BEFORE, "out/train.py": AFTER}
    assert file.read_bytes() == BEFORE


def test_an_input_inside_of_the_output_is_still_found(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"p/a.py": BEFORE})
    assert run("p", "-o", ".").exit_code == 0
    assert tree(tmp_path) == {"p/a.py": BEFORE, "a.py": AFTER}


def test_a_link_and_its_target_are_both_in_the_output(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"p/a.py": BEFORE})
    (tmp_path / "p/link.py").symlink_to("a.py")
    assert run("p", "-o", "out").exit_code == 0
    assert tree(tmp_path / "out") == {"a.py": AFTER, "link.py": AFTER}
    assert not (tmp_path / "out/link.py").is_symlink()


def test_an_output_below_a_file_is_one_diagnostic(run: Run, tmp_path: Path, file: Path) -> None:
    write(tmp_path, {"plain": b""})
    result = run(file, "-o", "plain/x.py")
    assert result.exit_code == 2
    assert result.stderr.count("OC906") == 1


def test_what_is_no_regular_file_is_not_replaced(run: Run, tmp_path: Path, file: Path) -> None:
    # Stands for /dev/null: were this to fail, the superuser's tests would replace the machine's own.
    os.mkfifo(tmp_path / "pipe")
    result = run(file, "-o", "pipe")
    assert (result.exit_code, (tmp_path / "pipe").is_fifo()) == (2, True)
    assert "pipe was not written: it is there and is not a regular file" in result.stderr
