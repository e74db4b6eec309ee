"""The documents can be followed: their links lead somewhere, in the repository and in the site that is built of them.

``pytest tests/test_documentation.py --rewrite-cases`` writes what the tool says on the home pages.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from walkthrough.blocks import Block, read_blocks, write_blocks

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
_FENCED = re.compile(r"^(`{3,}).*?^\1$", re.MULTILINE | re.DOTALL)
_INLINE_CODE = re.compile(r"`[^`\n]+`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
# What a browser loads by itself, as opposed to where a reader may go.
_LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}
_NOT_LOADED = {"canonical", "alternate", "next", "prev"}  # every other <link> is
_URL_IN_STYLE = re.compile(r"(?:url\(|@import\s+)[\"']?((?:https?:)?//[^\"')\s]+)")


def _documents() -> list[Path]:
    return [
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
        *sorted(DOCS.rglob("*.md")),
    ]


def _prose(document: Path) -> str:
    return _FENCED.sub("", document.read_text(encoding="utf-8"))


def _anchors(document: Path) -> set[str]:
    """Return what GitHub calls the headings of a document."""
    anchors: set[str] = set()
    seen: Counter[str] = Counter()
    for heading in _HEADING.findall(_prose(document)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("\\", "")
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        anchors.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return anchors


@pytest.mark.parametrize("document", _documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_of_a_document_lead_to_files_and_headings(document: Path) -> None:
    broken = []
    for link in _LINK.findall(_INLINE_CODE.sub("`code`", _prose(document))):
        place, _, anchor = unquote(link).partition("#")
        target = document.parent / place if place else document
        if urlsplit(link).scheme:
            continue
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    assert broken == []


@dataclass
class _Page(HTMLParser):
    """What a page of the site names, leads to and loads."""

    names: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        self.names |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if _LOADED.get(tag) in values:
            self.loads.append(values[_LOADED[tag]])
        if tag == "link" and values.get("rel") not in _NOT_LOADED:
            self.loads.append(values["href"])
        self.loads += _URL_IN_STYLE.findall(values.get("style", ""))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site; a warning is an error (and with ``--quiet`` none would be counted)."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, _Page]:
    found = {}
    for path in sorted(site.rglob("*.html")):
        found[path] = _Page()
        found[path].feed(path.read_text(encoding="utf-8"))
    return found


def _place(site: Path, page: Path, link: str) -> tuple[Path, str]:
    """Return the file of the site that a link of a page means, and the anchor in it."""
    parts = urlsplit(link)
    path = unquote(parts.path)
    start = site if path.startswith("/") else page.parent
    target = Path(os.path.normpath(start / path.lstrip("/"))) if path else page
    return (target / "index.html" if target.is_dir() else target), unquote(parts.fragment)


def test_every_document_is_a_page_of_the_site(site: Path, pages: dict[Path, _Page]) -> None:
    names = {path.relative_to(site).as_posix() for path in pages}
    documents = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    expected = {re.sub(r"README\.md$", "index.md", name).removesuffix(".md") + ".html" for name in documents}
    assert expected | {"reference.html", "CONTRIBUTING.html", "CHANGELOG.html", "404.html"} == names


def test_links_of_the_site_lead_to_pages_and_headings(site: Path, pages: dict[Path, _Page]) -> None:
    broken = []
    for path, page in pages.items():
        for link in page.links + page.loads:
            if urlsplit(link).scheme:
                continue
            target, anchor = _place(site, path, link)
            known = pages.get(target)
            if not target.is_file() or (anchor and known and anchor not in known.names):
                broken.append(f"{path.relative_to(site)}: {link}")
    assert broken == []


def test_no_page_loads_anything_from_the_network(site: Path, pages: dict[Path, _Page]) -> None:
    loads = [
        f"{path}: {link}" for path, page in pages.items() for link in page.loads if urlsplit(link).netloc
    ]
    for style in site.rglob("*.css"):
        loads += [f"{style}: {url}" for url in _URL_IN_STYLE.findall(style.read_text(encoding="utf-8"))]
    assert loads == []


def test_every_page_can_be_reached_from_the_home_page(site: Path, pages: dict[Path, _Page]) -> None:
    reached, waiting = set(), [site / "index.html"]
    while waiting:
        path = waiting.pop()
        if path in reached or path not in pages:
            continue
        reached.add(path)
        links = [link for link in pages[path].links if not urlsplit(link).scheme]
        waiting += [_place(site, path, link)[0] for link in links]
    assert set(pages) - reached <= {site / "404.html"}


def test_a_page_says_which_language_it_is_in(site: Path) -> None:
    for path in site.rglob("*.html"):
        language = "zh" if (site / "zh") in path.parents else "en"
        assert f'<html lang="{language}"' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("home", ["index.md", "zh/index.md"])
def test_the_example_of_the_home_page_is_what_the_tool_does(
    home: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    printed: dict[str, str] = {}
    expected: dict[Block, str] = {}
    for block in read_blocks(DOCS / home):
        if block.what == "file":
            (tmp_path / block.name).write_text(block.text, encoding="utf-8")
        elif block.what:
            expected[block] = printed[block.what]
        elif block.text.startswith("optconv "):
            command = [sys.executable, "-m", *block.text.split()]
            done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
            printed = {"stdout": done.stdout, "stderr": done.stderr}
    assert len(expected) == 2
    if request.config.getoption("--rewrite-cases"):
        write_blocks(DOCS / home, expected)
    else:
        assert [block.text for block in expected] == list(expected.values())
