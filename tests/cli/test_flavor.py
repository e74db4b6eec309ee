"""``--flavor``: a second family of the target's classes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from optconv.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = "import torch\n\noptimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)\n"


def invoke(*words: str) -> Result:
    result = CliRunner().invoke(main, words, prog_name="optconv")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_classes_of_the_flavor_are_written(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(SOURCE)
    result = invoke("convert", str(path), "--to", "mindspore", "--flavor", "nn")
    assert result.exit_code == 0
    assert "mindspore.nn.SGD(model.trainable_params(), learning_rate=0.1, momentum=0.9)" in path.read_text()
    assert "flavor nn: 1 file seen" in result.stderr


def test_the_document_names_the_flavor(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(SOURCE)
    words = ["convert", str(path), "--to", "mindspore", "--check", "--format", "json"]
    document = json.loads(invoke(*words, "--flavor", "nn").stdout)
    assert (document["target"], document["flavor"]) == ("mindspore", "nn")
    assert json.loads(invoke(*words).stdout)["flavor"] is None


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("mindspore", "unknown flavor 'mint' of mindspore; its flavors are: nn."),
        ("paddle", "unknown flavor 'mint' of paddle; it has no flavors."),
    ],
)
@pytest.mark.parametrize("command", [["convert", "a.py"], ["show", "SGD"]])
def test_an_unknown_flavor_is_a_usage_error(
    command: list[str], target: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(SOURCE)
    result = invoke(*command, "--to", target, "--flavor", "mint")
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


def test_a_row_of_the_flavor_is_shown() -> None:
    result = invoke("show", "SGD", "--to", "mindspore", "--flavor", "nn")
    assert result.exit_code == 0
    assert "mindspore.nn.SGD" in result.stdout


def test_where_the_flavor_says_nothing_the_row_of_the_target_is_shown() -> None:
    result = invoke("show", "torch.Tensor", "--to", "mindspore", "--flavor", "nn")
    assert "has no row" not in result.stdout


def test_the_shell_completes_flavors() -> None:
    from click.shell_completion import BashComplete

    completer = BashComplete(main, {}, "optconv", "_OPTCONV_COMPLETE")
    found = completer.get_completions(["convert", "a.py", "--to", "mindspore", "--flavor"], "n")
    assert [item.value for item in found] == ["nn"]
