"""Configuration files in a folder: converted with the Python beside them, and silent where they are no business."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from optconv.cli.main import main

from .conftest import tree, write

CONFIG = b"optimizer:\n  _target_: torch.optim.SGD\n  lr: 0.1\n"
CONVERTED = b"optimizer:\n  _target_: paddle.optimizer.SGD\n  learning_rate: 0.1\n"
OTHERS = {
    "chart/templates/service.yaml": b"{{- if .Values.x }}\na: {{ .b }}\n\t- c\n{{- end }}\n",
    "broken.yml": b"a: [1\nb: }\n",
    "documents.yaml": b"--- !x\na: 1\n--- !!python/object:os.system\n",
    "latin.yaml": b"a: '\xe9'\n",
    "model.yaml": b"_target_: torch.nn.Linear\n\t{{ x }}\n",
    "list.yaml": b"optimizer: torch.optim.SGD\n\tbroken: [\n",
    "empty.yaml": b"",
}


def convert(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.chdir(folder)
    return CliRunner().invoke(main, ["convert", ".", "--to", "paddle", *arguments], prog_name="optconv")


def test_a_folder_with_broken_files_of_others_stays_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, OTHERS)
    result = convert(tmp_path, monkeypatch, "-v")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "[error]" not in result.stderr
    assert f"{len(OTHERS)} files seen, 0 converted, 0 failed" in result.stderr
    assert tree(tmp_path) == OTHERS


def test_configurations_are_converted_beside_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {**OTHERS, "conf/train.yaml": CONFIG, "conf/other.yml": CONFIG})
    result = convert(tmp_path, monkeypatch)
    assert result.exit_code == 0
    assert "references: 0 exact, 2 with a warning, 0 declined, 0 not understood" in result.stderr
    assert tree(tmp_path) == {**OTHERS, "conf/train.yaml": CONVERTED, "conf/other.yml": CONVERTED}


def test_a_broken_configuration_of_ours_fails_and_is_shown_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"a.yaml": CONFIG + b"\tx: 1\n"})
    result = convert(tmp_path, monkeypatch)
    assert result.exit_code == 2
    assert "a.yaml:4:1: OC908 [error] yaml-error: not valid YAML: " in result.stderr
