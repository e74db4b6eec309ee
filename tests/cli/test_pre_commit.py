"""The hooks of ``.pre-commit-hooks.yaml``, run by pre-commit itself on a repository.

pre-commit installs this checkout, with what it needs, into an environment of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from .conftest import tree, write

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
HOOKS = ROOT / ".pre-commit-hooks.yaml"
TORCH = b"import torch\n\nopt = torch.optim.SGD(model.parameters(), lr=0.1)\n"
PADDLE = b"import paddle\n\nopt = paddle.optimizer.SGD(parameters=model.parameters(), learning_rate=0.1)\n"
REFUSED = b"import torch\n\nopt = torch.optim.Adafactor(model.parameters())\n"
CONFIGURED = b'[tool.optconv]\ntarget = "paddle"\nexclude = ["third_party/"]\n'


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Return an environment in which git and pre-commit keep to folders of the test."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    own.pop("PYTHONPATH", None)  # else the hook would run another copy than the one that was installed
    person = {f"GIT_{who}_{what}": "test" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return {
        **own,
        **person,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C.UTF-8",
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit")),
    }


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, environment: Mapping[str, str]) -> tuple[Path, str]:
    """Return a repository with the hooks, as this checkout has them, and its only commit."""
    folder = tmp_path_factory.mktemp("hooks")
    for name in ("pyproject.toml", "README.md", "LICENSE", HOOKS.name):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    git(folder, environment, "init", "--quiet")
    git(folder, environment, "add", ".")
    git(folder, environment, "commit", "--quiet", "--message", "the hooks")
    return folder, git(folder, environment, "rev-parse", "HEAD").strip()


def git(folder: Path, environment: Mapping[str, str], *words: str) -> str:
    return subprocess.run(
        ["git", "-C", str(folder), *words], env=environment, capture_output=True, check=True, text=True
    ).stdout


class Project:
    """A repository that uses the hooks."""

    def __init__(self, folder: Path, hooks: tuple[Path, str], environment: Mapping[str, str]) -> None:
        self.folder = folder
        self._hooks = hooks
        self._environment = environment
        git(folder, environment, "init", "--quiet")

    def run(self, hook: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a hook over all files, which pre-commit wants to be staged."""
        path, revision = self._hooks
        entry = {"id": hook, **({"args": list(arguments)} if arguments else {})}
        config = {"repos": [{"repo": str(path), "rev": revision, "hooks": [entry]}]}
        write(self.folder, {".pre-commit-config.yaml": yaml.safe_dump(config).encode()})
        git(self.folder, self._environment, "add", "--all")
        command = [sys.executable, "-m", "pre_commit", "run", hook, "--all-files", "--verbose"]
        return subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, check=False, text=True
        )

    def files(self) -> dict[str, bytes]:
        """Return the files that are no concern of git and pre-commit."""
        found = tree(self.folder).items()
        return {name: text for name, text in found if not name.startswith((".git", ".pre-commit"))}


@pytest.fixture
def project(tmp_path: Path, repository: tuple[Path, str], environment: Mapping[str, str]) -> Project:
    return Project(tmp_path, repository, environment)


def test_the_check_fails_for_what_would_be_converted_and_changes_nothing(project: Project) -> None:
    files = {"pyproject.toml": CONFIGURED, "train.py": TORCH, "clean.py": PADDLE, "a.yaml": b"x: 1\n"}
    write(project.folder, files)
    done = project.run("optconv-check")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "exit code: 1" in done.stdout
    assert "would convert train.py" in done.stdout
    assert project.files() == files


def test_the_check_passes_where_there_is_nothing_to_convert(project: Project) -> None:
    write(project.folder, {"pyproject.toml": CONFIGURED, "clean.py": PADDLE, "third_party/x.py": TORCH})
    done = project.run("optconv-check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


def test_the_conversion_changes_files_and_fails_once(project: Project) -> None:
    notebook = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 2}'
    write(project.folder, {"pyproject.toml": CONFIGURED, "train.py": TORCH, "third_party/x.py": TORCH})
    write(
        project.folder, {"a.ipynb": notebook, "conf/a.yaml": b"a:\n  _target_: torch.optim.SGD\n  lr: 0.1\n"}
    )
    done = project.run("optconv-convert")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "files were modified by this hook" in done.stdout
    assert project.files() == {
        "pyproject.toml": CONFIGURED,
        "train.py": PADDLE,
        "third_party/x.py": TORCH,
        "a.ipynb": notebook,
        "conf/a.yaml": b"a:\n  _target_: paddle.optimizer.SGD\n  learning_rate: 0.1\n",
    }
    done = project.run("optconv-convert")
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_left_to_a_person_fails_every_time(project: Project) -> None:
    write(project.folder, {"pyproject.toml": CONFIGURED, "train.py": REFUSED})
    for _ in range(2):
        done = project.run("optconv-convert")
        assert done.returncode == 1
        assert "train.py:" in done.stdout
        assert "OC307 [error] no-counterpart" in done.stdout


def test_the_target_may_be_given_as_an_argument_of_the_hook(project: Project) -> None:
    write(project.folder, {"train.py": TORCH})
    done = project.run("optconv-check")
    assert done.returncode == 1
    assert "Missing option '--to'" in done.stdout
    done = project.run("optconv-convert", "--to", "mindspore")
    assert "files were modified by this hook" in done.stdout
    assert b"mindspore.experimental.optim.SGD" in (project.folder / "train.py").read_bytes()


def test_pre_commit_finds_nothing_wrong_with_the_hooks() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(HOOKS)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    hooks = {hook["id"]: hook for hook in yaml.safe_load(HOOKS.read_text(encoding="utf-8"))}
    assert set(hooks) == {"optconv-check", "optconv-convert"}
    assert all(hook["require_serial"] for hook in hooks.values())
