"""What ``docs/your-own-mappings.md`` shows is what the tool does with the files that stand there.

``pytest tests/test_own_mappings_page.py --rewrite-cases`` writes the results into the page, for review.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent / "docs" / "your-own-mappings.md"
_BLOCK = r"(```{info}\n)(.*?)(```\n)"


def _block(info: str) -> str:
    """Return the one block of the page that is opened with these words."""
    pattern = _BLOCK.format(info=re.escape(info))
    (found,) = re.findall(pattern, PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(found[1])


def _hold(info: str, actual: str, request: pytest.FixtureRequest) -> None:
    """Compare a block of the page with what is true, or write it there."""
    if request.config.getoption("--rewrite-cases"):
        pattern = re.compile(_BLOCK.format(info=re.escape(info)), re.DOTALL)
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(pattern.sub(lambda m: f"{m[1]}{actual}{m[3]}", text), encoding="utf-8")
    assert _block(info) == actual


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the files of the page."""
    (tmp_path / "acme.yaml").write_text(_block("yaml acme.yaml"), encoding="utf-8")
    (tmp_path / "override.yaml").write_text(_block("yaml override.yaml"), encoding="utf-8")
    (tmp_path / "train.py").write_text(_block("python torch"), encoding="utf-8")
    return tmp_path


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "optconv", *words, "--to", "paddle"]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    return subprocess.run(
        command, cwd=folder, capture_output=True, encoding="utf-8", check=False, env=environment
    )


def test_the_example_is_converted_as_the_page_shows(folder: Path, request: pytest.FixtureRequest) -> None:
    done = _run(folder, "convert", "train.py", "--mappings", "acme.yaml", "-v")
    _hold("python paddle", (folder / "train.py").read_text(encoding="utf-8"), request)
    _hold("text paddle", done.stderr, request)
    assert (done.stdout, done.returncode) == ("", 0)


def test_a_second_run_changes_nothing(folder: Path) -> None:
    (folder / "train.py").write_text(_block("python paddle"), encoding="utf-8")
    done = _run(folder, "convert", "train.py", "--mappings", "acme.yaml", "--check")
    assert done.returncode == 0, done.stderr


def test_the_row_is_shown_as_the_page_shows(folder: Path, request: pytest.FixtureRequest) -> None:
    done = _run(folder, "show", "acme.optim.Lamb", "--mappings", "acme.yaml")
    _hold("text show", done.stdout, request)
    assert done.returncode == 0


def test_the_error_is_the_one_of_the_page(folder: Path, request: pytest.FixtureRequest) -> None:
    path = folder / "acme.yaml"
    path.write_text(re.sub(r"      lossy:\n.*\n", "", path.read_text(encoding="utf-8")), encoding="utf-8")
    done = _run(folder, "convert", "train.py", "--mappings", "acme.yaml")
    _hold("text error", done.stderr, request)
    assert done.returncode == 2


def test_the_row_in_place_of_ours_is_right(folder: Path) -> None:
    source = "import torch\n\noptimizer = torch.optim.AdamW(model.parameters(), lr=0.1)\n"
    (folder / "train.py").write_text(source)
    done = _run(folder, "convert", "train.py", "--mappings", "acme.yaml", "--mappings", "override.yaml")
    assert done.returncode == 0, done.stderr
    assert "optimizer = acme_paddle.optim.AdamW(" in (folder / "train.py").read_text()
