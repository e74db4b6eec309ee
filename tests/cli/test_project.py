"""A run over the files of a project: what is read beside the file that is converted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from optconv.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

SOLVER = b"""\
import torch


def build(model):
    return torch.optim.SGD(model.parameters(), lr=0.1)
"""
TRAIN = b"""\
from solver import build

made = build(model)
made.zero_grad()
"""
CLEARED = b"made.clear_grad(set_to_zero=False)"


def run(*arguments: str | Path) -> Result:
    """Run ``optconv convert ... --to paddle``."""
    return CliRunner().invoke(main, ["convert", *map(str, arguments), "--to", "paddle"])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project whose first file builds what the second uses, by their names the other way round."""
    folder = tmp_path / "project"
    (folder / "inner").mkdir(parents=True)
    (folder / "pyproject.toml").touch()
    (folder / "solver.py").write_bytes(SOLVER)
    (folder / "train.py").write_bytes(TRAIN)
    return folder


def test_one_file_of_a_project_is_converted_as_the_whole_is(project: Path) -> None:
    assert run(project / "train.py").exit_code == 0
    assert CLEARED in (project / "train.py").read_bytes()
    assert (project / "solver.py").read_bytes() == SOLVER


def test_a_file_that_was_converted_before_is_asked_for_what_it_was(project: Path) -> None:
    assert run(project).exit_code == 0
    assert b"paddle.optimizer" in (project / "solver.py").read_bytes()
    assert CLEARED in (project / "train.py").read_bytes()


def test_a_second_run_changes_nothing(project: Path) -> None:
    run(project)
    after = (project / "train.py").read_bytes()
    assert run(project).exit_code == 0
    assert (project / "train.py").read_bytes() == after


def test_the_project_of_a_file_is_the_nearest_folder_that_is_one(project: Path) -> None:
    inner = project / "inner"
    (inner / "train.py").write_bytes(TRAIN)
    run(inner / "train.py")
    assert CLEARED in (inner / "train.py").read_bytes()
    (inner / "train.py").write_bytes(TRAIN)
    (inner / "setup.py").touch()  # a project of its own now, without that module
    run(inner / "train.py")
    assert (inner / "train.py").read_bytes() == TRAIN


def test_the_root_of_the_project_can_be_given(project: Path) -> None:
    inner = project / "inner"
    (inner / "train.py").write_bytes(TRAIN)
    (inner / "setup.py").touch()
    run(inner / "train.py", "--project-root", project)
    assert CLEARED in (inner / "train.py").read_bytes()


def test_a_root_that_is_no_folder_is_one_message(project: Path) -> None:
    result = run(project / "train.py", "--project-root", project / "train.py")
    assert result.exit_code == 2
    assert "is a file" in result.output


def test_a_file_outside_of_the_given_root_is_read_alone(project: Path, tmp_path: Path) -> None:
    outside = tmp_path / "train.py"
    outside.write_bytes(TRAIN)
    assert run(outside, "--project-root", project).exit_code == 0
    assert outside.read_bytes() == TRAIN


def test_without_a_mark_a_script_has_the_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "solver.py").write_bytes(SOLVER)
    (tmp_path / "train.py").write_bytes(TRAIN)
    run(tmp_path / "train.py")
    assert CLEARED in (tmp_path / "train.py").read_bytes()


def test_a_file_that_cannot_be_read_does_no_harm(project: Path) -> None:
    (project / "solver.py").write_bytes(b"\xff\xfe not python")
    (project / "other.py").symlink_to(project / "nowhere.py")
    assert run(project / "train.py").exit_code == 0
    assert (project / "train.py").read_bytes() == TRAIN


def test_a_link_to_a_file_that_was_converted_gives_what_it_was(project: Path) -> None:
    (project / "solver.py").rename(project / "a_solver.py")
    (project / "solver.py").symlink_to(project / "a_solver.py")
    assert run(project).exit_code == 0
    assert b"paddle.optimizer" in (project / "a_solver.py").read_bytes()
    assert CLEARED in (project / "train.py").read_bytes()


def test_a_file_of_a_project_inside_of_another_gives_what_it_was(project: Path) -> None:
    (project / "inner" / "setup.py").touch()
    (project / "inner" / "made.py").write_bytes(SOLVER)
    (project / "train.py").write_bytes(TRAIN.replace(b"from solver", b"from inner.made"))
    assert run(project).exit_code == 0
    assert b"paddle.optimizer" in (project / "inner" / "made.py").read_bytes()
    assert CLEARED in (project / "train.py").read_bytes()
