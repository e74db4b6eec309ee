"""The migration guides are what happens: their commands are run in order, and each block is held against the outcome.

What stands above a block in a comment says what it is: ``stdout`` and ``stderr`` of the commands before it, which
must be the same; ``measured``, standard output whose numbers must be near; ``part of`` a script; the changes ``by hand``
between what was converted and the finished script. ``pytest tests/parity/test_migration_guides.py --rewrite-cases``
writes all of them.
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from walkthrough.blocks import Block, read_blocks, write_blocks

from optconv.mappings import target_names

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SCRIPTS = DOCS / "migrate"
_SETTING_UP = re.compile(r"python3 -m venv |\. \.venv/|pip install ")
_NUMBER = re.compile(r"\d+(?:\.\d+(?:e[+-]\d+)?)?")
_APART = re.compile(r"largest difference in a step (\S+)")
# What a loss or an accuracy may differ on another machine, where sums have another order.
NEAR = 2e-3
# What a step of the target may differ from the same step in PyTorch: 7e-7 was measured, which is rounding.
SAME_LOSS = 1e-5


@dataclass(frozen=True)
class Outcome:
    """What the commands of a block printed."""

    commands: str = ""
    stdout: str = ""
    stderr: str = ""


def guide_of(target: str, language: str) -> Path:
    return DOCS / ("zh" if language == "zh" else "") / f"migrate-to-{target}.md"


def make_folder(parent: Path) -> Path:
    """Return an empty folder beside the repository, as the guides want it, with the commands that setting up gives."""
    (parent / "optconv").symlink_to(ROOT, target_is_directory=True)
    for name, command in {"python": [], "optconv": ["-m", "optconv"]}.items():
        path = parent / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, *command])} "$@"\n', encoding="utf-8")
        path.chmod(0o755)
    (parent / "empty").mkdir()
    return parent / "empty"


def run(commands: str, folder: Path) -> Outcome:
    """Run the commands of a block; those that declined something, and no others, may end with status 1."""
    lines = [line for line in commands.splitlines() if not _SETTING_UP.match(line)]
    environment = {
        **os.environ,
        "PATH": f"{folder.parent / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "OMP_NUM_THREADS": "1",
    }
    shell = ["bash", "-e", "-c", "\n".join(lines)]
    done = subprocess.run(shell, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == (1 if "[error]" in done.stderr else 0), done.stderr
    return Outcome(commands, done.stdout, done.stderr)


def expected_text(block: Block, outcome: Outcome, folder: Path) -> str:
    """Return what must stand in a block."""
    if block.what == "by hand":
        before, after = (_lines(path / block.name) for path in (folder, SCRIPTS))
        return "".join(difflib.unified_diff(before, after, "converted", "by hand"))
    if block.what == "part of":
        assert block.text in (SCRIPTS / block.name).read_text(encoding="utf-8")
        return block.text
    return {"stdout": outcome.stdout, "stderr": outcome.stderr, "measured": outcome.stdout}[block.what]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines(keepends=True)


def hold(expected: dict[Block, str], guide: Path, request: pytest.FixtureRequest) -> None:
    """Compare blocks with what must stand in them, or write it there."""
    if request.config.getoption("--rewrite-cases"):
        write_blocks(guide, expected)
        return
    for block, text in expected.items():
        if block.what == "measured":
            assert_near(block.text, text)
        else:
            assert block.text == text


def assert_near(told: str, measured: str) -> None:
    """Assert that two outputs have the same words, and numbers that are near to each other."""
    assert _NUMBER.sub("#", told) == _NUMBER.sub("#", measured)
    for line, now in zip(told.splitlines(), measured.splitlines(), strict=True):
        pairs = list(zip(map(float, _NUMBER.findall(line)), map(float, _NUMBER.findall(now)), strict=True))
        if _APART.search(line):
            old, new = pairs.pop()
            assert new <= 10 * old, now
        assert [pair for pair in pairs if abs(pair[0] - pair[1]) > NEAR] == [], now


@pytest.mark.parametrize("target", target_names())
def test_following_a_guide_ends_with_a_trained_model_and_the_same_losses(
    target: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    guide, folder, outcome = guide_of(target, "en"), make_folder(tmp_path), Outcome()
    expected: dict[Block, str] = {}
    compared = ""
    for block in read_blocks(guide):
        if block.language == "sh":
            outcome = run(block.text, folder)
        elif block.what:
            expected[block] = expected_text(block, outcome, folder)
        if outcome.commands == f"python compare.py torch.txt {target}.txt\n":
            compared = outcome.stdout
    apart = [float(size) for size in _APART.findall(compared)]
    assert len(apart) == 4
    assert max(apart) < SAME_LOSS
    hold(expected, guide, request)


@pytest.mark.parametrize("target", target_names())
def test_a_chinese_guide_has_the_same_commands_and_what_the_tool_says_in_chinese(
    target: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    guide, folder, outcome = guide_of(target, "zh"), make_folder(tmp_path), Outcome()
    expected: dict[Block, str] = {}
    blocks, english = read_blocks(guide), read_blocks(guide_of(target, "en"))
    for block, same in zip(blocks, english, strict=True):
        assert (block.language, block.what, block.name) == (same.language, same.what, same.name)
        if block.language == "sh":
            assert block.text.replace(" --lang zh", "") == same.text
            if block.text.startswith(("optconv convert", "python3 -m venv")):
                outcome = run(block.text, folder)
        elif block.what == "measured":
            expected[block] = same.text
        elif block.what:
            expected[block] = expected_text(block, outcome, folder)
    hold(expected, guide, request)


def test_every_guide_shows_all_that_the_tool_says_and_all_that_is_left() -> None:
    for target in target_names():
        for language in ("en", "zh"):
            blocks = read_blocks(guide_of(target, language))
            says = [block.what for block in blocks]
            assert [says.count(what) for what in ("stdout", "stderr", "measured", "by hand")] == [1, 1, 4, 1]
            assert f"train_{target}.py" in [block.name for block in blocks if block.what == "by hand"]


# What the tables of the guides say of layers: each line is a condition, in a process of its own.
LAYERS = {
    "torch": """
x = torch.tensor([[[[0.0, 1.0]]], [[[2.0, 5.0]]]])
norm = torch.nn.BatchNorm2d(1)
norm(x)
near(norm.running_var.item(), 0.9 + 0.1 * x.numpy().var(ddof=1))
near(norm.momentum, 0.1)
near(torch.nn.Linear(256, 64).weight.std().item(), 0.0361)
assert torch.nn.Linear(256, 64).bias.std() > 0.03
""",
    "paddle": """
x = paddle.to_tensor([[[[0.0, 1.0]]], [[[2.0, 5.0]]]])
norm = paddle.nn.BatchNorm2D(1)
norm(x)
near(norm._variance.item(), 0.9 + 0.1 * x.numpy().var())
near(norm._momentum, 1 - 0.1)
assert paddle.nn.Linear(2, 3).weight.shape == [2, 3]
near(paddle.nn.Linear(256, 64).weight.std().item(), 0.0786)
assert paddle.nn.Linear(256, 64).bias.abs().max() == 0
assert paddle.nn.Conv2D(3, 4, 3).bias.abs().max() == 0
""",
    "mindspore": """
from mindspore import nn, ops
x = mindspore.Tensor([[[[0.0, 1.0]]], [[[2.0, 5.0]]]])
norm = nn.BatchNorm2d(1)
assert not norm.training
norm.set_train()
norm(x)
near(norm.moving_variance.asnumpy()[0], 0.9 + 0.1 * x.asnumpy().var(ddof=1))
assert nn.Dense(2, 3).weight.shape == (3, 2)
assert not nn.Conv2d(1, 1, 3).has_bias and nn.Conv2d(1, 1, 3).pad_mode == "same"
assert ops.avg_pool2d(mindspore.ops.ones((1, 1, 4, 4)), 2).shape == (1, 1, 3, 3)
""",
}
_NEAR = "def near(a, b): assert abs(a - b) < 3e-3, (a, b)\n"


@pytest.mark.parametrize("framework", LAYERS)
def test_layers_are_as_the_guides_say(framework: str) -> None:
    script = f"import {framework}\n{_NEAR}{LAYERS[framework]}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
