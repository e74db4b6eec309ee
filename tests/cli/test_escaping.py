"""What reports show of hostile names and sources: each format stays what it is, and drives no terminal."""

from __future__ import annotations

import json
import os
import re
import xml.etree.ElementTree as ET
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from click.testing import CliRunner
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from optconv.cli.main import main
from optconv.cli.reference.document import Code, Document, Table
from optconv.cli.reference.render_markdown import render_markdown
from optconv.mappings import Text

PIECES = [
    *("\x1b[31m", "\x07", "\x9b1m", "\x7f", "\x85", "\x0b", "\x0c", "\x1c", "\r", "\n", "\t", "\x00"),
    *("\u202e", "\u2066", "\u200b", "\u2028", "\u2029", "\ufeff", "\u00ad", "\U000e0001", "\udcff", "\ufffe"),
    *("\n::error file=x::forged", "%0A", "%", "]]>", "<!--", "&amp;", "&", '"', "'", '" onload="alert(1)'),
    *("<script>alert(1)</script>", "</script>", "</style>", "<img src=x onerror=alert(1)>", "<b>"),
    *(
        "[words](javascript:alert(1))",
        "![x](http://example.org/x)",
        "|",
        "`",
        "``",
        "\\",
        "\\|",
        "*",
        "_",
        "#",
    ),
    *("{{7*7}}", "{% raw %}", "${x}", "\\x1b", "学", "é", "a", " ", ":", ",", ";", "$(id)"),
]
words = st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join)
STATEMENTS = [
    "o = torch.optim.SGD(m.parameters(), lr=0.1, maximize={})",
    "o = torch.optim.SGD(m.parameters(), **{{{}: 1}})",
    "o = getattr(torch.optim, {})(m.parameters())",
    "o = torch.optim.SGD([{{'params': p, {}: 1}}], lr=0.1)",
    "optimizer.param_groups[0][{}] *= 2",
    "s = torch.optim.lr_scheduler.LambdaLR(o, lambda e: {})",
]
# Everything that a terminal may obey, but the line end and the tab; and what is no text.
UNSHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
OUTPUTS = ("r.txt", "r.md", "r.html", "r.json", "r.sarif", "r.xml", "github=r.github", "gitlab=r.gitlab")


@st.composite
def sources(draw: st.DrawFn) -> bytes:
    statements = draw(st.lists(st.tuples(st.sampled_from(STATEMENTS), words), min_size=1, max_size=3))
    comment = re.sub("[\r\n\x00]", " ", draw(words))
    lines = [statement.format(json.dumps(word, ensure_ascii=False)) for statement, word in statements]
    text = "\n".join(["import torch", *lines, f"# optconv: ignore[{comment}]", f"# {comment}", ""])
    return re.sub("[\ud800-\udfff\x00]", "?", text).encode()


names = words.map(lambda text: re.sub("[/\x00]", "-", text)[:60] + ".py")


@given(
    st.dictionaries(names, sources(), min_size=1, max_size=2), st.sampled_from(["check", "report", "convert"])
)
@settings(
    max_examples=15, deadline=None, database=None, phases=[Phase.generate]
)  # a run takes too long to shrink
def test_no_name_and_no_source_breaks_a_format_or_drives_a_terminal(
    files: dict[str, bytes], command: str
) -> None:
    with TemporaryDirectory() as folder:
        before = Path.cwd()
        os.chdir(folder)
        try:
            _check_reports(files, command)
        finally:
            os.chdir(before)


def _check_reports(files: dict[str, bytes], command: str) -> None:
    Path("p").mkdir()
    for name, source in files.items():
        Path("p", name).write_bytes(source)
    option = "--report" if command == "convert" else "-o"
    arguments = [word for output in OUTPUTS for word in (option, output)]
    result = CliRunner().invoke(main, [command, "p", "--to", "paddle", *arguments], prog_name="optconv")
    assert isinstance(result.exception, SystemExit | None)
    assert "OC905" not in result.output
    texts = {path.suffix: path.read_bytes().decode() for path in Path().glob("r.*")}
    for shown in (result.stdout, result.stderr, *texts.values()):
        assert not UNSHOWN.search(shown)
    for suffix in (".txt", ".md"):
        assert not re.search("(?m)^::", texts[suffix])
    assert not re.search("(?m)^::", result.output)
    _check_github(texts[".github"])
    _check_sarif(json.loads(texts[".sarif"], parse_constant=pytest.fail))
    for found in _strings([json.loads(texts[suffix]) for suffix in (".json", ".gitlab")]):
        found.encode()
    ET.fromstring(texts[".xml"])  # noqa: S314 - our own
    _check_page(texts[".html"])
    _check_tables(texts[".md"])


def _check_github(text: str) -> None:
    for line in text.splitlines():
        assert re.fullmatch(r"::(error|warning|notice) [^:]*title=OC\d+ [a-z-]+::.*|There are .*", line)


def _check_sarif(log: dict[str, Any]) -> None:
    for result in log["runs"][0]["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch("(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri)
        assert Path(os.fsdecode(unquote_to_bytes(uri))).exists()


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for entry in (*value.keys(), *value.values()) for text in _strings(entry)]
    if isinstance(value, list):
        return [text for entry in value for text in _strings(entry)]
    return [value] if isinstance(value, str) else []


class Page(HTMLParser):
    """Counts what a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


def _check_page(text: str) -> None:
    page = Page()
    page.feed(text)
    page.close()
    assert (page.tags["script"], page.tags["style"], page.tags["img"]) == (1, 1, 0)
    assert not any(name.startswith("on") for name in page.attributes)
    assert all(link.startswith("#") for link in page.links)


def _check_tables(text: str) -> None:
    """Every line of a table has as many cells as its head, as GitHub counts them."""
    for block in text.split("\n\n"):
        if block.startswith("|"):
            cells = [len(re.findall(r"(?:\\.|[^|\\])*\|", line)) for line in block.rstrip("\n").split("\n")]
            assert len(set(cells)) == 1
    outside = re.sub(r"\\.|(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    assert not re.search(r"<\w|\]\(", outside)


def test_a_difference_in_a_pipe_is_the_bytes_that_patch_takes(tmp_path: Path) -> None:
    """On a terminal it is escaped (`test_streams`); for a program it must be what stands in the file."""
    source = "import torch  # \x1b[31m \u202e\no = torch.optim.SGD(m.parameters(), lr=0.1)\n".encode()
    (tmp_path / "a.py").write_bytes(source)
    arguments = ["convert", str(tmp_path / "a.py"), "--to", "paddle", "--diff", "-q"]
    result = CliRunner().invoke(main, arguments, prog_name="optconv")
    assert b"-import torch  # \x1b[31m \xe2\x80\xae\n" in result.stdout_bytes


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        pytest.param("``<b>`", r"\``<b>`", id="a backtick before code"),
        pytest.param("a`b", r"a\`b", id="a lone backtick"),
        pytest.param("a\n| b", r"a\\n\| b", id="a line end and a bar"),
        pytest.param("\\|", r"\\\\\|", id="a backslash before a bar"),
    ],
)
def test_a_cell_of_markdown_stays_one_cell(text: str, rendered: str) -> None:
    document = Document((Table((Text.same("x"),), ((Text.same(text),),)),))
    assert render_markdown(document, "en").splitlines()[-1] == f"| {rendered} |"


def test_a_block_of_code_in_markdown_is_not_ended_by_what_stands_in_it() -> None:
    rendered = render_markdown(Document((Code("python", "x = 1\n```\n<b>\x1b\n"),)), "en")
    assert rendered == "````python\nx = 1\n```\n<b>\\x1b\n````\n"
