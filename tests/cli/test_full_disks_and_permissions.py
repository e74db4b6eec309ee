"""Disks that are full, streams that break, files that may not be written: the rest of the run is done."""

from __future__ import annotations

import ctypes
import os
import resource
import stat
import subprocess
from pathlib import Path

import pytest

from optconv.cli.writing import replace_file

from .conftest import AFTER, BEFORE, Run, Spawn, tree, write

SMALL, LARGE = BEFORE, BEFORE * 1_000
LIMIT = 4_096  # bytes, between the two


def small_files_only() -> None:
    """Let the system refuse to write more than `LIMIT` bytes to a file, as a full disk does."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))


def without_override() -> None:
    """Let permissions hold for the superuser, too: the child may not override them."""
    drop_from_bounding_set, dac_override, dac_read_search = 24, 1, 2
    for capability in (dac_override, dac_read_search):
        ctypes.CDLL(None).prctl(drop_from_bounding_set, capability, 0, 0, 0)


def test_a_file_that_the_disk_has_no_room_for_stays_and_the_others_are_converted(
    spawn: Spawn, tmp_path: Path
) -> None:
    write(tmp_path, {"a.py": SMALL, "b.py": LARGE, "c.py": SMALL})
    done = spawn(".", preexec_fn=small_files_only)
    assert done.returncode == 2
    assert tree(tmp_path) == {"a.py": AFTER, "b.py": LARGE, "c.py": AFTER}
    assert done.stderr.count(b"OC906") == 1
    assert b"b.py was not written: File too large" in done.stderr


def test_an_output_folder_without_room_has_the_other_files(spawn: Spawn, tmp_path: Path) -> None:
    write(tmp_path, {"p/a.py": SMALL, "p/b.py": LARGE, "out/b.py": b"old"})
    done = spawn("p", "-o", "out", preexec_fn=small_files_only)
    assert done.returncode == 2
    assert tree(tmp_path / "out") == {"a.py": AFTER, "b.py": b"old"}


def test_a_report_that_the_disk_has_no_room_for_is_one_message(spawn: Spawn, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": SMALL, "report.html": b"old"})
    done = spawn(".", "-q", "--report", "report.html", "--report", "r.txt", preexec_fn=small_files_only)
    assert (done.returncode, done.stderr) == (2, b"OC906: report.html was not written: File too large\n")
    assert {**tree(tmp_path), "r.txt": b""} == {"a.py": AFTER, "report.html": b"old", "r.txt": b""}


def test_where_standard_output_is_full_the_files_and_the_other_reports_are_written(
    spawn: Spawn, tmp_path: Path
) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Lossy\n", "b.py": BEFORE})
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = spawn(
            ".", "--format", "github", "--report", "r.xml", "--report", "r.json",
            stdout=full, stderr=subprocess.PIPE,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, b"Error: No space left on device\n")
    assert tree(tmp_path).keys() == {"a.py", "b.py", "r.xml", "r.json"}
    assert (tmp_path / "b.py").read_bytes() == AFTER
    assert (tmp_path / "r.xml").read_bytes().endswith(b"</testsuites>\n")


def test_where_standard_error_is_full_the_files_are_converted(spawn: Spawn, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BEFORE, "b.py": BEFORE})
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = spawn(".", stderr=full, stdout=subprocess.PIPE)
    assert (done.returncode, tree(tmp_path)) == (2, {"a.py": AFTER, "b.py": AFTER})


def test_a_reader_who_goes_away_does_not_end_a_conversion_in_the_middle(spawn: Spawn, tmp_path: Path) -> None:
    write(tmp_path, {f"f{number}.py": BEFORE for number in range(20)})
    reader, writer = os.pipe()
    os.close(reader)
    done = spawn(".", stdout=writer, stderr=writer)
    os.close(writer)
    assert done.returncode == 141
    assert set(tree(tmp_path).values()) == {AFTER}


@pytest.mark.parametrize("arguments", [["--help"], ["convert", "--help"], ["--version"]], ids=" ".join)
def test_help_on_a_full_disk_is_one_message(spawn_main: Spawn, arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = spawn_main(*arguments, stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (2, b"Error: No space left on device\n")


def test_files_in_a_folder_that_may_not_be_written_stay_and_the_others_are_converted(
    spawn: Spawn, tmp_path: Path
) -> None:
    write(tmp_path, {"a.py": BEFORE, "locked/b.py": BEFORE, "z.py": BEFORE})
    (tmp_path / "locked").chmod(0o555)
    done = spawn(".", preexec_fn=without_override)
    (tmp_path / "locked").chmod(0o755)
    assert done.returncode == 2
    assert b"locked/b.py was not written: Permission denied" in done.stderr
    assert tree(tmp_path) == {"a.py": AFTER, "locked/b.py": BEFORE, "z.py": AFTER}


def test_a_file_that_is_really_read_only_stays_and_the_others_are_converted(
    spawn: Spawn, tmp_path: Path
) -> None:
    write(tmp_path, {"a.py": BEFORE, "b.py": BEFORE})
    (tmp_path / "a.py").chmod(0o444)
    done = spawn(".", preexec_fn=without_override)
    assert done.returncode == 2
    assert b"a.py was not written: it is read-only" in done.stderr
    assert tree(tmp_path) == {"a.py": BEFORE, "b.py": AFTER}


def test_a_folder_that_may_not_be_entered_is_said_and_the_others_are_searched(
    spawn: Spawn, tmp_path: Path
) -> None:
    write(tmp_path, {"a.py": BEFORE, "listed/b.py": BEFORE, "closed/c.py": BEFORE})
    (tmp_path / "listed").chmod(0o444)
    (tmp_path / "closed").chmod(0o000)
    done = spawn(".", preexec_fn=without_override)
    for name in ("listed", "closed"):
        (tmp_path / name).chmod(0o755)
    assert done.returncode == 2
    assert done.stderr.count(b"OC903") == 2
    assert (tmp_path / "a.py").read_bytes() == AFTER


def test_the_group_is_kept_where_the_owner_cannot_be(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def chown(_: Path, user: int, group: int) -> None:
        asked.append((user, group))
        if user != -1:
            raise PermissionError

    here = file.stat()
    mine = os.stat_result((*here[:4], here.st_uid + 1, here.st_gid + 1, *here[6:]))
    look = Path.stat
    monkeypatch.setattr(os, "chown", chown)
    monkeypatch.setattr(
        Path, "stat", lambda path, **keywords: mine if path.suffix == ".tmp" else look(path, **keywords)
    )
    replace_file(file, BEFORE, AFTER)
    assert asked == [(here.st_uid, here.st_gid), (-1, here.st_gid)]
    assert file.read_bytes() == AFTER


def test_of_a_file_with_two_names_only_the_one_that_is_named_is_converted(run: Run, tmp_path: Path) -> None:
    """As a link that leads out of the tree: nothing is changed that was not named."""
    write(tmp_path, {"p/a.py": BEFORE})
    os.link(tmp_path / "p/a.py", tmp_path / "backup.py")
    assert run("p").exit_code == 0
    assert tree(tmp_path) == {"p/a.py": AFTER, "backup.py": BEFORE}


def test_a_file_with_two_names_in_the_tree_is_converted_under_both(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BEFORE})
    os.link(tmp_path / "a.py", tmp_path / "b.py")
    assert run(".").exit_code == 0
    assert tree(tmp_path) == {"a.py": AFTER, "b.py": AFTER}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("n" * 252 + ".py", id="the longest name"),
        pytest.param("line\nbreak\r.py", id="line ends"),
        pytest.param("\x1b[2J\x07.py", id="escape sequences"),
        pytest.param("\u202egnp.py", id="a change of direction"),
        pytest.param("\udcff\udcfe.py", id="bytes that are no text"),
        pytest.param("-o.py", id="an option"),
        pytest.param(" .py", id="a space"),
        pytest.param("CON.py", id="a device of another system"),
    ],
)
def test_a_file_of_any_name_is_replaced(run: Run, tmp_path: Path, name: str) -> None:
    write(tmp_path, {name: BEFORE})
    (tmp_path / name).chmod(0o640)
    result = run(".")
    assert (result.exit_code, tree(tmp_path)) == (0, {name: AFTER})
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o640
    assert all(line.isprintable() for line in result.stderr.splitlines())


def test_pipes_sockets_and_endless_devices_in_a_folder_are_said_and_not_read(
    run: Run, tmp_path: Path
) -> None:
    write(tmp_path, {"a.py": BEFORE})
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "zero.py").symlink_to("/dev/zero")
    (tmp_path / "nowhere.py").symlink_to("not there")
    (tmp_path / "circle.py").symlink_to("circle.py")
    (tmp_path / "folder.py").mkdir()
    result = run(".")
    assert result.exit_code == 2
    assert (tmp_path / "a.py").read_bytes() == AFTER
    assert result.stderr.count("OC903") == 2


def test_a_sparse_file_of_a_terabyte_is_too_large(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BEFORE, "b.py": BEFORE})
    os.truncate(tmp_path / "b.py", 1 << 40)
    result = run(".")
    assert (result.exit_code, (tmp_path / "a.py").read_bytes()) == (2, AFTER)
    assert "b.py:1:1: OC904" in result.stderr
