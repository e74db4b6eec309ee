"""Finding and reading files."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from optconv.cli import reading
from optconv.cli.files import SKIPPED_DIRECTORIES, find_files
from optconv.cli.problems import FileError

from .conftest import AFTER, BEFORE, Run, tree, write


def found(*named: Path, resolve_links: bool = True) -> list[str]:
    return [str(file.path) for file in find_files(named, resolve_links=resolve_links)]


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):  # the tests may run in a hook
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_python_files_are_found_in_a_fixed_order(here: Path) -> None:
    write(here, dict.fromkeys(["b.py", "a/z.py", "a/b/c.py", "a.py", "a/n.pyi", "a/n.txt", "a/x.pyc"], b""))
    assert found(Path()) == ["a/b/c.py", "a/z.py", "a.py", "b.py"]


def test_a_named_file_is_taken_whatever_it_is_called_and_where_it_is(here: Path) -> None:
    write(here, dict.fromkeys(["script", "build/a.py", "ignored.py", ".gitignore"], b""))
    (here / ".gitignore").write_text("ignored.py\n")
    git(here, "init", "-q")
    names = ["script", "build/a.py", "ignored.py"]
    assert found(*map(Path, names)) == names


@pytest.mark.parametrize("name", sorted(SKIPPED_DIRECTORIES))
def test_it_is_not_searched(here: Path, name: str) -> None:
    write(here, {"a.py": b"", f"q/{name}/b.py": b""})
    assert found(Path()) == ["a.py"]


@pytest.mark.parametrize("name", sorted(SKIPPED_DIRECTORIES - {".git"}))
def test_it_is_searched_when_it_is_named(here: Path, name: str) -> None:
    write(here, {f"{name}/b.py": b""})
    assert found(Path(name)) == [f"{name}/b.py"]


def test_a_file_reached_twice_is_taken_once(here: Path) -> None:
    write(here, {"p/a.py": b""})
    (here / "p/z.py").symlink_to("a.py")
    (here / "q").symlink_to("p")
    assert found(Path("p/a.py"), Path("p"), Path("q"), Path("p/../p")) == ["p/a.py"]


def test_a_named_file_goes_before_a_link_to_it_that_was_found(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"p/a.py": b"", "outside.py": BEFORE})
    (tmp_path / "p/link.py").symlink_to("../outside.py")
    assert run("p", "outside.py").exit_code == 0
    assert (tmp_path / "outside.py").read_bytes() == AFTER


def test_links_that_go_in_circles_or_nowhere_are_passed_by(here: Path) -> None:
    write(here, {"p/a.py": b""})
    (here / "p/up").symlink_to("..")
    (here / "p/self.py").symlink_to("self.py")
    (here / "p/.#a.py").symlink_to("somebody@somewhere.1234")
    assert found(Path()) == ["p/a.py"]


def test_a_directory_with_the_name_of_a_python_file_is_searched(here: Path) -> None:
    write(here, {"p.py/a.py": b""})
    assert found(Path()) == ["p.py/a.py"]


@pytest.fixture
def repository(here: Path) -> Path:
    git(here, "init", "-q")
    return here


def test_what_gitignore_names_is_passed_by(repository: Path) -> None:
    write(repository, {".gitignore": b"/made/\n*_pb.py\n", "a.py": b"", "made/b.py": b"", "p/x_pb.py": b""})
    assert found(Path()) == ["a.py"]
    assert found(Path("p")) == []


def test_what_a_deeper_gitignore_names_is_passed_by(repository: Path) -> None:
    write(repository, {"p/.gitignore": b"b.py\n", "p/a.py": b"", "p/b.py": b"", "b.py": b""})
    assert found(Path("p"), Path()) == ["p/a.py", "b.py"]


def test_an_ignored_directory_is_searched_when_it_is_named(repository: Path) -> None:
    write(repository, {".gitignore": b"made\n", "made/p/b.py": b""})
    assert found(Path("made")) == ["made/p/b.py"]


def test_a_tracked_file_is_found_even_if_it_is_ignored_or_in_a_directory_called_build(
    repository: Path,
) -> None:
    write(repository, {".gitignore": b"a.py\n", "a.py": b"", "build/b.py": b""})
    git(repository, "add", "-f", "a.py", "build/b.py")
    assert found(Path()) == ["a.py", "build/b.py"]


def test_an_untracked_virtual_environment_is_passed_by(repository: Path) -> None:
    write(repository, {"a.py": b"", "env/lib/site-packages/torch/b.py": b"", "venv/c.py": b""})
    assert found(Path()) == ["a.py"]


def test_a_tracked_file_that_was_deleted_is_passed_by(repository: Path) -> None:
    write(repository, {"a.py": b"", "gone.py": b"", "p/gone.py": b""})
    git(repository, "add", ".")
    (repository / "gone.py").unlink()
    (repository / "p/gone.py").unlink()
    (repository / "p").rmdir()
    assert found(Path()) == ["a.py"]


def test_a_repository_inside_of_it_is_searched_by_its_own_rules(repository: Path) -> None:
    write(repository, {"a.py": b"", "inner/b.py": b"", "inner/c.py": b"", "inner/.gitignore": b"c.py\n"})
    git(repository / "inner", "init", "-q")
    write(repository, {"venv/d.py": b""})
    git(repository / "venv", "init", "-q")
    assert found(Path()) == ["a.py", "inner/b.py"]


def test_names_with_spaces_line_breaks_and_other_scripts_are_found(repository: Path) -> None:
    names = ["a b.py", "new\nline.py", "训练.py"]
    write(repository, dict.fromkeys(names, b""))
    assert found(Path()) == names


def test_the_variables_of_a_git_hook_do_not_mislead(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository, {"other/a.py": b"", "other/.gitignore": b"b.py\n", "other/b.py": b""})
    write(repository, {"b.py": b""})
    git(repository / "other", "init", "-q")
    git(repository, "add", "b.py")
    monkeypatch.setenv("GIT_DIR", str(repository / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(repository / ".git/index"))
    assert found(Path("other")) == ["other/a.py"]


def test_no_program_that_the_repository_names_is_run(repository: Path) -> None:
    write(repository, {"a.py": b"", "monitor": b"#!/bin/sh\ntouch ran\n"})
    (repository / "monitor").chmod(0o755)
    git(repository, "config", "core.fsmonitor", str(repository / "monitor"))
    assert found(Path()) == ["a.py"]
    assert not (repository / "ran").exists()


def test_without_the_git_program_the_directory_is_walked(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository, {".gitignore": b"a.py\n", "a.py": b""})
    monkeypatch.setenv("PATH", str(repository))
    assert found(Path()) == ["a.py"]


def test_when_git_cannot_list_its_files_the_directory_is_walked(repository: Path) -> None:
    write(repository, {".gitignore": b"a.py\n", "a.py": b"", ".git/index": b"not an index"})
    assert found(Path()) == ["a.py"]


def test_a_repository_below_a_plain_directory_is_searched_by_its_own_rules(here: Path) -> None:
    write(here, {"a.py": b"", "r/b.py": b"", "r/c.py": b"", "r/.gitignore": b"c.py\n"})
    git(here / "r", "init", "-q")
    assert found(Path()) == ["a.py", "r/b.py"]


def test_a_directory_that_cannot_be_listed_is_one_diagnostic(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"p/a.py": BEFORE, "p/locked/b.py": BEFORE})
    scan = os.scandir

    def scandir(path: str) -> object:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr("os.scandir", scandir)
    result = run("p")
    assert (result.exit_code, (tmp_path / "p/a.py").read_bytes()) == (2, AFTER)
    assert (
        "p/locked:1:1: OC903 [error] unreadable-file: p/locked could not be read: Permission" in result.stderr
    )


def test_a_named_pipe_is_one_diagnostic_and_is_not_waited_for(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    write(tmp_path, {"z.py": BEFORE})
    result = run(".")
    assert (result.exit_code, (tmp_path / "z.py").read_bytes()) == (2, AFTER)
    assert "pipe.py could not be read: it is a named pipe, not a file" in result.stderr


def test_a_file_that_has_become_a_directory_is_one_diagnostic(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        reading.read_file(tmp_path)
    said = caught.value.diagnostic
    assert said.message.en.endswith("it is a directory")
    assert said.message.zh.endswith("这是一个目录")


def test_a_socket_is_one_diagnostic(run: Run, here: Path) -> None:
    with socket.socket(socket.AF_UNIX) as waiting:
        waiting.bind("s.py")  # its whole path would be too long for a socket
        result = run("s.py")
    assert result.exit_code == 2
    assert "s.py could not be read: it is a socket, not a file" in result.stderr
    assert (here / "s.py").is_socket()


def test_a_device_is_one_diagnostic(run: Run) -> None:
    result = run("/dev/null", "--check")  # never a run that could write there
    assert result.exit_code == 2
    assert "OC903" in result.stderr
    assert "it is a device, not a file" in result.stderr


def test_a_link_in_circles_that_was_named_is_one_diagnostic(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to("a.py")
    result = run("a.py")
    assert result.exit_code == 2
    assert result.stderr.count("OC903") == 1


def test_a_file_that_may_not_be_read_is_one_diagnostic(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"a.py": BEFORE, "b.py": BEFORE})
    opened = Path.open

    def refuse(path: Path, *arguments: object, **keywords: object) -> object:
        if path.name == "a.py":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **keywords)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    result = run("a.py", "b.py")
    monkeypatch.undo()
    assert (result.exit_code, tree(tmp_path)) == (2, {"a.py": BEFORE, "b.py": AFTER})
    assert (
        "a.py:1:1: OC903 [error] unreadable-file: a.py could not be read: Permission denied" in result.stderr
    )


def test_a_file_in_a_directory_that_may_not_be_entered_is_one_diagnostic(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"locked/a.py": BEFORE, "b.py": BEFORE})
    look = Path.stat

    def refuse(path: Path, **keywords: bool) -> os.stat_result:
        if path.parent.name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return look(path, **keywords)

    monkeypatch.setattr(Path, "stat", refuse)
    result = run("locked/a.py", ".")
    assert (result.exit_code, (tmp_path / "b.py").read_bytes()) == (2, AFTER)
    assert result.stderr.count("OC903") == 1
    assert "locked/a.py could not be read: Permission denied" in result.stderr


def test_a_file_that_is_too_large_is_one_diagnostic(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LIMIT", len(BEFORE))
    write(tmp_path, {"a.py": BEFORE, "b.py": BEFORE + b"#" * 1000})
    result = run(".")
    assert (result.exit_code, (tmp_path / "a.py").read_bytes()) == (2, AFTER)
    assert "b.py has 1,025 bytes; files of more than 25 are not read" in result.stderr


def test_standard_input_that_is_too_large_is_one_diagnostic(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LIMIT", 10)
    result = run("-", stdin=BEFORE)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "<stdin>:1:1: OC904 [error] file-too-large" in result.stderr
