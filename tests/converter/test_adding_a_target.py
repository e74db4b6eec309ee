"""docs/adding-a-target.md is a walk-through that works: its tables are loaded, and its messages are the tool's.

``pytest tests/converter/test_adding_a_target.py --rewrite-cases`` writes the messages.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from walkthrough.blocks import Block, read_blocks, write_blocks

import optconv

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-target.md"
PACKAGE = Path(optconv.__path__[0])


def _run(command: str, folder: Path) -> dict[str, str]:
    """Run an ``optconv`` command in the folder, with the package that was copied there."""
    program, *words = command.split()
    assert program == "optconv"
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    run = [sys.executable, "-m", program, *words]
    done = subprocess.run(run, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return {"stdout": done.stdout, "stderr": done.stderr.replace(f"{folder}{os.sep}", "")}


def test_the_walk_through_of_a_new_target_is_what_happens(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    shutil.copytree(PACKAGE, tmp_path / "src" / "optconv", ignore=shutil.ignore_patterns("__pycache__"))
    printed: dict[str, str] = {}
    expected: dict[Block, str] = {}
    for block in read_blocks(PAGE):
        if block.language == "sh":
            printed = _run(block.text, tmp_path)
        elif block.what == "file":
            path = tmp_path / block.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.what:
            expected[block] = printed[block.what]
    assert len(expected) == 4
    if request.config.getoption("--rewrite-cases"):
        write_blocks(PAGE, expected)
    else:
        assert [block.text for block in expected] == list(expected.values())


def test_the_python_of_the_walk_through_is_python() -> None:
    blocks = [block for block in read_blocks(PAGE) if block.language == "python"]
    assert len(blocks) == 3
    for block in blocks:
        ast.parse(block.text)
