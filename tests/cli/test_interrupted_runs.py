"""Runs that are ended from outside, as real processes: every file is old or new, byte for byte."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest

from optconv.cli.interrupts import signals_raise
from optconv.cli.writing import replace_file, write_file

from . import fake_converter
from .conftest import AFTER, BEFORE, Run, Spawn, tree, write

FILES = {f"d{number % 7}/f{number}.py": BEFORE for number in range(250)}
CONVERTED = dict.fromkeys(FILES, AFTER)
LEFT = ".optconv-abcd1234.tmp"


def start(directory: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Begin to convert a directory in place, and return when the first file is done."""
    command = [sys.executable, fake_converter.__file__, "convert", ".", "--to", "paddle", *arguments]
    running = subprocess.Popen(command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while running.poll() is None and (directory / "d0/f0.py").read_bytes() == BEFORE:
        time.sleep(0.001)
    return running


def is_old_or_new(path: str, content: bytes) -> bool:
    return path in FILES and content in (BEFORE, AFTER)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_run_that_a_signal_ends_leaves_every_file_whole_and_no_other(tmp_path: Path, name: str) -> None:
    write(tmp_path, FILES)
    number = getattr(signal, name)
    running = start(tmp_path)
    time.sleep(random.uniform(0, 0.05))  # noqa: S311
    running.send_signal(number)
    _, said = running.communicate()
    found = tree(tmp_path)
    assert found.keys() == FILES.keys()
    assert all(is_old_or_new(path, content) for path, content in found.items())
    if running.returncode != 0:  # it may have been done already
        assert running.returncode == 128 + number
        assert said.endswith(b"\nInterrupted. Every file is either as it was or converted.\n")


def test_a_run_that_is_killed_leaves_every_file_whole_and_the_next_one_does_the_rest(
    tmp_path: Path, spawn: Spawn
) -> None:
    write(tmp_path, FILES)
    for _ in range(3):
        running = start(tmp_path)
        time.sleep(random.uniform(0, 0.05))  # noqa: S311
        running.kill()
        running.communicate()
        found = tree(tmp_path)
        others = [path for path in found if path not in FILES]
        assert all(Path(path).name.startswith(".optconv-") for path in others)
        assert all(is_old_or_new(path, found[path]) for path in FILES)
    assert spawn(".", "-q").returncode == 0
    assert tree(tmp_path) == CONVERTED


def test_two_runs_over_the_same_files_both_finish(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    command = [sys.executable, fake_converter.__file__, "convert", ".", "--to", "paddle", "-q"]
    runs = [
        subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [run.communicate()[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    assert tree(tmp_path) == CONVERTED


def test_what_a_killed_run_has_left_is_no_source_and_is_removed(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BEFORE, LEFT: BEFORE})
    assert "1 file seen, 1 converted, 0 failed" in run(".").stderr
    assert tree(tmp_path) == {"a.py": AFTER}


def test_what_another_run_is_writing_stays(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BEFORE, LEFT: b"half of"})
    with (tmp_path / LEFT).open("rb") as writing:
        fcntl.flock(writing, fcntl.LOCK_EX)
        run(".")
    assert tree(tmp_path) == {"a.py": AFTER, LEFT: b"half of"}


def test_what_only_has_such_a_name_stays(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BEFORE, "kept": b"", ".optconv-mine.tmp": b"", f"{LEFT}.py": b""})
    (tmp_path / LEFT).symlink_to("kept")
    os.mkfifo(tmp_path / ".optconv-abcd1235.tmp")
    (tmp_path / ".optconv-abcd1236.tmp").mkdir()
    before = sorted(path.name for path in tmp_path.iterdir())
    assert run(".").exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_temporary_file_that_another_run_takes_for_a_left_one_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between making a file and locking it there is a moment in which another run can remove it."""
    make, made = tempfile.mkstemp, []

    def make_and_lose(*arguments: object) -> tuple[int, str]:
        descriptor, name = make(*arguments)  # type: ignore[call-overload]
        made.append(name)
        if len(made) == 1:
            Path(name).unlink()
        return descriptor, name

    monkeypatch.setattr(tempfile, "mkstemp", make_and_lose)
    write_file(tmp_path / "a.py", AFTER)
    assert (len(made), tree(tmp_path)) == (2, {"a.py": AFTER})


def test_a_file_that_another_run_has_just_converted_is_no_fault(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": AFTER})
    replace_file(tmp_path / "a.py", BEFORE, AFTER)
    assert tree(tmp_path) == {"a.py": AFTER}


def test_a_signal_is_answered_even_if_what_it_raised_was_lost(tmp_path: Path) -> None:
    """Python prints and drops what is raised while an object is finalized."""
    with signals_raise():
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            write_file(tmp_path / "a.py", AFTER)
    assert tree(tmp_path) == {}


def test_a_signal_waits_until_a_file_has_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def end_and_replace(path: Path, target: Path) -> Path:
        signal.raise_signal(signal.SIGTERM)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", end_and_replace)
    with signals_raise(), pytest.raises(KeyboardInterrupt):
        write_file(tmp_path / "a.py", AFTER)
    assert tree(tmp_path) == {"a.py": AFTER}


def test_handlers_are_as_before_when_a_run_is_over(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BEFORE})
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    run(".")
    assert [signal.getsignal(number) for number in numbers] == before


def test_a_signal_that_is_ignored_stays_ignored(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    command = ["nohup", sys.executable, fake_converter.__file__, "convert", ".", "--to", "paddle", "-q"]
    running = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while (tmp_path / "d0/f0.py").read_bytes() == BEFORE:
        time.sleep(0.001)
    running.send_signal(signal.SIGHUP)
    running.communicate()
    assert running.returncode == 0
    assert tree(tmp_path) == CONVERTED
