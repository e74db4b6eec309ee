"""``--format html``: what stands in the page, whatever the browser does with it."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from optconv.cli.main import main

from .conftest import write

SCRIPT = b"""\
import torch
from torch.optim.lr_scheduler import OneCycleLR

optimizer = torch.optim.SGD(model.parameters(), lr=0.1, maximize=True)
other = torch.optim.AdamW(model.parameters(), lr=0.1, fused=True)
scheduler = OneCycleLR(other, max_lr=0.5, total_steps=1000)
"""


def page(tmp_path: Path, *arguments: str, command: str = "report") -> str:
    """Run the command in ``tmp_path`` and return the page."""
    words = [command, ".", "--to", "paddle", "-o", "report.html", *arguments]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code in (0, 1), result.output
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def text_of(html: str) -> str:
    """Return the text of a page as a person reads it."""
    without = re.sub(r"<(script|style)>.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", without)).split())


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"train.py": SCRIPT})


def test_the_summary_the_causes_and_the_differences_are_in_it(tmp_path: Path) -> None:
    html = page(tmp_path)
    text = text_of(html)
    assert "Migration report: PyTorch to PaddlePaddle" in text
    assert "2 of 3" in text
    assert "maximize=True cannot be converted" in text
    assert "optim.lr_scheduler.OneCycleLR" in text
    assert "fused is dropped" in text
    assert "max_learning_rate" in text  # the line on the right
    assert "OC302" in text


def test_it_is_one_file_that_loads_nothing(tmp_path: Path) -> None:
    html = page(tmp_path)
    assert not re.search(r"""(?:src|href)=["'](?!#)""", html)
    assert not re.search(r"url\(|@import", html)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; style-src 'sha256-")


def test_every_tag_is_closed(tmp_path: Path) -> None:
    class Balance(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
            if tag not in ("meta", "input", "br", "wbr"):
                self.open.append(tag)

        def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            """Ignore what closes itself."""

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    parser = Balance()
    parser.feed(page(tmp_path))
    assert parser.open == []


def test_every_link_leads_to_a_place_of_the_page(tmp_path: Path) -> None:
    html = page(tmp_path)
    anchors = re.findall(r'\bid="([^"]+)"', html)
    assert len(anchors) == len(set(anchors))
    links = set(re.findall(r'href="#([^"]+)"', html))
    assert links
    assert links <= set(anchors)


def test_a_hostile_file_is_shown_as_it_is(tmp_path: Path) -> None:
    attack = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    source = SCRIPT + f"# {attack} \u202e{{{{ 7 * 7 }}}}\nx = torch.optim.Nothing  # {attack}\n".encode()
    write(tmp_path, {"a&b<i>.py": source})
    html = page(tmp_path)
    assert html.count("<script>") == 1
    assert "<img" not in html
    assert "<i>" not in html
    assert "\u202e" not in html
    assert attack in text_of(html.replace("<mark>", "").replace("</mark>", "")) or attack in unescape(html)
    assert "{{ 7 * 7 }}" in unescape(html)


def test_notebooks_are_shown_cell_by_cell(tmp_path: Path) -> None:
    cells = '[{"cell_type": "markdown", "metadata": {}, "source": ["# x"]}, {"cell_type": "code",'
    cells += ' "metadata": {}, "execution_count": null, "outputs": [], "source": ["import torch\\n",'
    cells += ' "opt = torch.optim.SGD(model.parameters(), lr=0.1, maximize=True)\\n"]}]'
    notebook = f'{{"cells": {cells}, "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}'
    write(tmp_path, {"lab.ipynb": notebook.encode()})
    text = text_of(page(tmp_path))
    assert "Cell 2" in text
    assert "lab.ipynb:cell 2:2" in text


def test_failed_and_skipped_files_are_named(tmp_path: Path) -> None:
    write(
        tmp_path, {"old.py": b"import torch.optim\nprint 1\n", "own.py": b"# optconv: skip-file\n" + SCRIPT}
    )
    words = ["report", ".", "--to", "paddle", "-o", "report.html"]
    assert CliRunner().invoke(main, words).exit_code == 2
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert re.search(r"old\.py</code>.*?failed", html, re.DOTALL)
    assert re.search(r"own\.py</code>.*?skipped", html, re.DOTALL)


def test_what_is_new_since_the_baseline_is_marked(tmp_path: Path) -> None:
    words = ["report", ".", "--to", "paddle", "-o", "last.json"]
    assert CliRunner().invoke(main, words).exit_code == 0
    write(tmp_path, {"more.py": SCRIPT})
    text = text_of(page(tmp_path, "--baseline", "last.json"))
    assert "Compared with last.json: 3 new, 3 known, 0 gone." in text
    assert "1 new" in text


def test_it_is_in_chinese_when_asked_for(tmp_path: Path) -> None:
    html = page(tmp_path, "--lang", "zh")
    assert '<html lang="zh-CN">' in html
    assert "需要人工处理之处" in html
    assert "Where a person must act" not in html


def test_the_same_input_gives_the_same_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert page(tmp_path) == page(tmp_path)
    assert "2023-11-14" in page(tmp_path)


def test_a_project_without_anything_is_a_page_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_bytes(b"print(1)\n")
    text = text_of(page(tmp_path))
    assert "Nothing that refers to torch.optim was found." in text
    assert "Nothing is left for a person to do." in text
