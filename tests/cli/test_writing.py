"""Writing: every file is at every moment as it was, or converted."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from optconv.cli.problems import FileError
from optconv.cli.writing import replace_file, write_file

from . import fake_converter
from .conftest import AFTER, BEFORE, Run, Spawn, tree, write


def test_the_mode_is_kept(run: Run, file: Path) -> None:
    file.chmod(0o754)
    run(file)
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (AFTER, 0o754)


def test_the_owner_is_kept_where_that_is_possible(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(os, "chown", lambda path, user, group: asked.append((path, user, group)))
    here = file.stat()
    mine = os.stat_result((*here[:4], here.st_uid + 1, here.st_gid + 1, *here[6:]))
    look = Path.stat
    monkeypatch.setattr(
        Path, "stat", lambda path, **keywords: mine if path.suffix == ".tmp" else look(path, **keywords)
    )
    replace_file(file, BEFORE, AFTER)
    assert [(user, group) for _, user, group in asked] == [(here.st_uid, here.st_gid)]


def test_a_file_of_somebody_else_is_converted_all_the_same(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def chown(*_: object) -> None:
        raise PermissionError

    here = file.stat()
    mine = os.stat_result((*here[:4], here.st_uid + 1, *here[5:]))
    look = Path.stat
    monkeypatch.setattr(os, "chown", chown)
    monkeypatch.setattr(
        Path, "stat", lambda path, **keywords: mine if path.suffix == ".tmp" else look(path, **keywords)
    )
    replace_file(file, BEFORE, AFTER)
    assert file.read_bytes() == AFTER


def test_a_link_stays_a_link_and_its_target_is_converted(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"real/a.py": BEFORE})
    (tmp_path / "link.py").symlink_to("real/a.py")
    assert run("link.py").exit_code == 0
    assert (tmp_path / "link.py").is_symlink()
    assert (tmp_path / "real/a.py").read_bytes() == AFTER


def test_a_link_that_leads_out_of_the_named_directory_is_not_followed_for_writing(
    run: Run, tmp_path: Path
) -> None:
    write(tmp_path, {"p/a.py": BEFORE, "outside.py": BEFORE})
    (tmp_path / "p/link.py").symlink_to("../outside.py")
    result = run("p")
    assert (result.exit_code, (tmp_path / "outside.py").read_bytes()) == (2, BEFORE)
    assert (tmp_path / "p/a.py").read_bytes() == AFTER
    assert "p/link.py was not written: it is a link to a file outside" in result.stderr


@pytest.mark.parametrize(
    "meddle",
    [
        pytest.param(lambda path: path.write_bytes(b"edited"), id="edited"),
        pytest.param(lambda path: path.unlink(), id="deleted"),
        pytest.param(lambda path: (path.unlink(), path.mkdir()), id="replaced by a directory"),
    ],
)
def test_a_file_that_changed_since_it_was_read_is_left_alone(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch, meddle: object
) -> None:
    def convert_content(*arguments: object) -> object:
        meddle(file)  # type: ignore[operator]
        return fake_converter.convert_content(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("optconv.cli.convert.convert_content", convert_content)
    result = run("train.py")
    assert result.exit_code == 2
    assert result.stderr.count("train.py:1:1: OC906 [error] not-written: train.py was not written:") == 1
    assert tree(file.parent) == ({"train.py": b"edited"} if file.is_file() else {})


def test_a_file_that_was_only_touched_since_it_was_read_is_written(file: Path) -> None:
    os.utime(file, (1, 1))
    replace_file(file, BEFORE, AFTER)
    assert file.read_bytes() == AFTER


def test_a_read_only_file_is_one_diagnostic(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # the superuser may write anything
    result = run("train.py")
    assert (result.exit_code, file.read_bytes()) == (2, BEFORE)
    assert "train.py was not written: it is read-only" in result.stderr


def _full_disk(*_: object) -> None:
    raise OSError(28, "No space left on device")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_full_disk_is_one_diagnostic_and_leaves_no_temporary_file(
    run: Run, tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", _full_disk)
    result = run(file)
    assert (result.exit_code, tree(tmp_path)) == (2, {"train.py": BEFORE})
    assert "OC906" in result.stderr
    assert "No space left on device" in result.stderr


@pytest.mark.parametrize(
    ("module", "name"),
    [
        pytest.param(os, "fsync", id="while it is written"),
        pytest.param(Path, "replace", id="before it is put in its place"),
    ],
)
def test_an_interrupted_write_leaves_the_file_whole_and_no_temporary_file(
    run: Run, tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    monkeypatch.setattr(module, name, _interrupt)
    result = run(file)
    assert (result.exit_code, tree(tmp_path)) == (130, {"train.py": BEFORE})
    assert result.stderr == "\nInterrupted. Every file is either as it was or converted.\n"


def test_ctrl_c_before_all_is_converted_leaves_everything_as_it_was(spawn: Spawn, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BEFORE, "b.py": b"press ctrl-c\n" + BEFORE, "c.py": BEFORE})
    done = spawn(".")
    assert done.returncode == 130
    assert tree(tmp_path) == {"a.py": BEFORE, "b.py": b"press ctrl-c\n" + BEFORE, "c.py": BEFORE}
    assert b"Traceback" not in done.stderr


def test_references_of_a_file_that_was_not_written_are_not_counted_as_converted(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"a.py": BEFORE})
    monkeypatch.setattr(os, "fsync", _full_disk)
    result = run("a.py")
    assert "1 file seen, 0 converted, 1 failed" in result.stderr
    assert "references converted" not in result.stderr


def test_a_new_file_without_a_model_has_the_usual_mode(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "new.py", AFTER)
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.py").stat().st_mode) == 0o640


def test_a_directory_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="OC906"):
        write_file(tmp_path, b"")
    assert tmp_path.is_dir()
