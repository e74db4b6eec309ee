"""``optconv report`` on a small project: what people read from it, as text and as Markdown."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from optconv.cli.main import main

from .conftest import tree, write

if TYPE_CHECKING:
    from pathlib import Path

TRAIN = b"""\
import torch
from torch.optim.lr_scheduler import OneCycleLR


def train(model, loader):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, foreach=True)
    scheduler = OneCycleLR(optimizer, max_lr=0.5, total_steps=1000)
    for images, labels in loader:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        scheduler.step()


def other(options):
    return torch.optim.SGD(**options)
"""
TOOLS = b"""\
import torch


def first(model):
    return torch.optim.Adafactor(model.parameters())


def second(model):
    return torch.optim.Adafactor(model.parameters(), lr=0.1)
"""
PROJECT = {
    "src/train.py": TRAIN,
    "src/lib/tools.py": TOOLS,
    "src/broken.py": b"import torch.optim\nx = = 1\n",
    "src/skipped.py": b"# optconv: skip-file\nimport torch\no = torch.optim.SGD(p)\n",
    "src/known.py": b"import torch\no = torch.optim.Muon(p)  # optconv: ignore[OC307]\n",
    "src/clean.py": b"import os\n",
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def report(*words: str | Path) -> Result:
    arguments = ["report", *map(str, words), "--to", "paddle", "--lang", "en"]
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def sections(markdown: str) -> dict[str, list[str]]:
    """Return the lines below each heading of a Markdown text, by its words."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in markdown.splitlines():
        heading = re.match(r"#+ (.*)", line)
        if heading:
            lines = found.setdefault(heading[1], [])
        elif line:
            lines.append(line)
    return found


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_first_lines_say_how_far_the_migration_is(here: Path) -> None:
    write(here, PROJECT)
    result = report("src")
    assert (result.exit_code, result.stderr) == (2, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "Migration report: PyTorch to PaddlePaddle"
    assert lines[2:7] == [
        "- 6 files seen: 1 with something to convert, 1 failed, 1 skipped.",
        "- 5 of 9 references to torch.optim can be converted (55 %).",
        "- A person must act at 5 places in 3 files, for 4 causes.",
        "- 1 diagnostic ignored by comments or the configuration.",
        "- 2 other uses of torch left in the files with something to convert (models, layers, data).",
    ]
    assert tree(here) == PROJECT


def test_the_causes_stand_under_what_they_ask_for_the_most_urgent_first(here: Path) -> None:
    write(here, PROJECT)
    found = sections(report("src", "--format", "markdown").stdout)
    asked = [
        "Files that could not be handled",
        "Left as it was: write it by hand",
        "Not understood: look what it is",
        "Other numbers: decide whether they matter",
    ]
    assert [heading for heading in found if heading in asked] == asked
    failed, declined, unclear, differs = (cells(found[heading][2]) for heading in asked)
    assert [failed[i] for i in (0, 2, 4)] == ["OC901", "1", "`src/broken.py:2`"]
    assert declined[:5] == ["OC307", "`optim.Adafactor`", "2", "1", "`src/lib/tools.py:5`"]
    assert declined[5].startswith("torch.optim.Adafactor has no counterpart in PaddlePaddle: ")
    assert unclear[:2] == ["OC204", "`optim.SGD`"]
    assert differs[:2] == ["OC201", "`optim.lr_scheduler.OneCycleLR`"]
    assert [cells(line)[:3] for line in found["What was dropped"][2:]] == [["OC101", "`optim.SGD`", "1"]]


def test_files_with_most_to_do_come_first_and_apis_with_most_references(here: Path) -> None:
    write(here, PROJECT)
    found = sections(report("src", "--format", "markdown").stdout)
    files = [cells(line) for line in found["Files"][2:]]
    assert files == [
        ["`src/lib/tools.py`", "2", "0", "2"],
        ["`src/train.py`", "6", "5", "2"],
        ["`src/broken.py`", "0", "0", "1"],
        ["`src/known.py`", "1", "0", "0"],
        ["`src/skipped.py`", "0", "0", "0"],
    ]
    assert cells(found["APIs"][0]) == [
        "API",
        "becomes",
        "references",
        "exact",
        "with a warning",
        "declined",
        "not understood",
        "files",
    ]
    apis = {cells(line)[0]: cells(line)[1:] for line in found["APIs"][2:]}
    assert [*apis][:2] == ["`optim.Adafactor`", "`optim.SGD`"]
    assert apis["`optim.Adafactor`"] == ["", "2", "", "", "2", "", "1"]
    assert apis["`optim.SGD`"] == ["`optimizer.SGD`, `optimizer.Momentum`", "2", "1", "", "", "1", "1"]
    assert apis["`optim.lr_scheduler.OneCycleLR`"] == ["`optimizer.lr.OneCycleLR`", "1", "", "1", "", "", "1"]


def test_the_outcomes_are_counted_and_their_shares_never_rounded_up(here: Path) -> None:
    write(here, PROJECT)
    found = sections(report("src", "--format", "markdown").stdout)
    assert [cells(line) for line in found["How far"][2:]] == [
        ["exact", "4", "44 %"],
        ["with a warning", "1", "11 %"],
        ["declined", "3", "33 %"],
        ["not understood", "1", "11 %"],
    ]


def test_the_text_has_the_same_tables_as_the_markdown(here: Path) -> None:
    write(here, PROJECT)
    markdown = sections(report("src", "--format", "markdown").stdout)
    text = report("src").stdout
    for heading, lines in markdown.items():
        assert f"{heading}\n" in text
        for line in lines:
            if line.startswith("| `src/"):
                assert re.search(" +".join(re.escape(cell.strip("`")) for cell in cells(line)), text)


@pytest.mark.parametrize(("format_", "most"), [("text", 15), ("markdown", 100)])
def test_long_tables_are_cut_and_what_is_left_out_is_counted(here: Path, format_: str, most: int) -> None:
    number = most + 3
    write(here, {f"src/f{i:03}.py": b"import torch\no = torch.optim.Muon(p)\n" for i in range(number)})
    said = report("src", "--format", format_).stdout
    assert len(re.findall(r"f\d{3}\.py\b[`| ]+1", said)) == most
    assert "... and 3 more" in said
    assert sections(report("src", "--format", "markdown").stdout)["Left as it was: write it by hand"][
        2
    ].startswith(f"| OC307 | `optim.Muon` | {number} | {number} | `src/f000.py:2` |")


def test_verbose_shows_tables_in_full(here: Path) -> None:
    write(here, {f"src/f{i:03}.py": b"import torch\no = torch.optim.Muon(p)\n" for i in range(18)})
    said = report("src", "--verbose").stdout
    assert len(re.findall(r"f\d{3}\.py +1", said)) == 18
    assert "more" not in said


@pytest.mark.parametrize(
    ("words", "status"),
    [((), 0), (("--fail-on", "error"), 1), (("--fail-on", "warning"), 1), (("--fail-on", "never"), 0)],
)
def test_it_fails_only_where_that_is_asked_for(here: Path, words: tuple[str, ...], status: int) -> None:
    write(here, {"a.py": TRAIN, "b.py": TOOLS})
    assert report(".", *words).exit_code == status


def test_something_to_convert_is_no_reason_to_fail(here: Path) -> None:
    write(here, {"a.py": b"import torch\no = torch.optim.SGD(m.parameters(), 0.1)\n"})
    assert report("a.py", "--fail-on", "info").exit_code == 0


def test_the_configuration_may_ask_for_it(here: Path) -> None:
    write(here, {"a.py": TOOLS, "pyproject.toml": b'[tool.optconv]\nfail-on = "error"\n'})
    assert report("a.py").exit_code == 1
    assert report("a.py", "--fail-on", "never").exit_code == 0


def test_where_nothing_is_found_it_says_so(here: Path) -> None:
    write(here, {"a.py": b"import os\n"})
    assert report("a.py").stdout == (
        "Migration report: PyTorch to PaddlePaddle\n\n"
        "- 1 file seen: 0 with something to convert, 0 failed, 0 skipped.\n"
        "- Nothing that refers to torch.optim was found.\n"
        "- Nothing is left for a person to do.\n"
    )
    (here / "empty").mkdir()
    assert "- 0 files seen" in report("empty").stdout


def test_what_is_only_marked_is_not_said_to_be_convertible(here: Path) -> None:
    write(here, {"a.py": TOOLS})
    said = report("a.py").stdout
    assert "1 file seen: 0 with something to convert" in said
    assert "other use" not in said


def test_a_table_is_not_broken_by_what_stands_in_a_file(here: Path) -> None:
    write(here, {"a|b [x](y).py": b"import torch\no = torch.optim.SGD(p, maximize=x|y)\n"})
    found = sections(report(".", "--format", "markdown").stdout)
    for lines in found.values():
        table = [line for line in lines if line.startswith("|")]
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table}) <= 1
    assert "[x](y)" not in re.sub(r"`[^`]*`", "", "\n".join(found["Files"]))


def test_several_reports_of_one_run_are_written_beside_each_other(here: Path) -> None:
    write(here, PROJECT)
    result = report(
        "src", "-o", "r.json", "-o", "r.md", "-o", "r.txt", "-o", "markdown=summary", "-o", "r.html"
    )
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", "")
    markdown = (here / "r.md").read_text(encoding="utf-8")
    assert (
        markdown
        == (here / "summary").read_text(encoding="utf-8")
        == report("src", "--format", "markdown").stdout
    )
    assert (here / "r.txt").read_text(encoding="utf-8") == report("src").stdout
    assert json.loads((here / "r.json").read_text(encoding="utf-8"))["command"] == "report"
    assert (here / "r.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_one_report_may_go_to_standard_output_beside_files(here: Path) -> None:
    write(here, PROJECT)
    result = report("src", "-o", "r.md", "-o", "text=-")
    assert result.stdout.startswith("Migration report")
    assert report("src", "-o", "r.md", "--format", "json").stdout.startswith('{"version"')


def test_a_file_is_written_whole_or_not_at_all(here: Path) -> None:
    write(here, {"a.py": TOOLS, "r.md": b"the last one"})
    (here / "r.md").chmod(0o644)
    assert report("gone.py", "-o", "r.md").exit_code == 2
    assert (here / "r.md").read_bytes() == b"the last one"


def test_the_report_of_a_flavor_names_it(here: Path) -> None:
    write(here, {"a.py": TRAIN})
    words = ["report", "a.py", "--to", "mindspore", "--flavor", "nn", "--lang", "en"]
    said = CliRunner().invoke(main, words, catch_exceptions=False).stdout
    assert said.splitlines()[0].startswith("Migration report: PyTorch to MindSpore")


def test_it_is_told_in_chinese(here: Path) -> None:
    write(here, PROJECT)
    words = ["report", "src", "--to", "paddle", "--lang", "zh"]
    said = CliRunner().invoke(main, words, catch_exceptions=False).stdout
    assert said.splitlines()[0].startswith("迁移报告：PyTorch → ")
    for word in ("进度", "需要人工处理之处", "删除的内容", "文件", "接口"):
        assert f"\n{word}\n" in said
