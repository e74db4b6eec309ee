"""How reports for other programs name files, and where the pages of codes are."""

from __future__ import annotations

import os
from email.message import Message
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from optconv.cli.report_paths import path_uri, report_path
from optconv.cli.rule_pages import documentation_url, page_url


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.py", "a.py"),
        ("./lib/../a.py", "a.py"),
        ("lib/a b.py", "lib/a b.py"),
        ("../a.py", "../a.py"),
        ("<stdin>", "<stdin>"),
    ],
)
def test_a_path_is_seen_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert report_path(name) == expected


def test_a_whole_path_is_relative_where_the_file_is_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "real"
    here.mkdir()
    monkeypatch.chdir(here)
    assert report_path(str(here / "lib" / "a.py")) == "lib/a.py"
    assert report_path(str(tmp_path / "a.py")) == (tmp_path / "a.py").as_posix()
    assert report_path(str(tmp_path / "really.py")) == (tmp_path / "really.py").as_posix()


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_folder_may_be_named_through_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    monkeypatch.chdir(tmp_path / "real")
    assert report_path(str(tmp_path / "link" / "a.py")) == "a.py"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("lib/a.py", "lib/a.py"),
        ("a b%20#?.py", "a%20b%2520%23%3F.py"),
        ("c:d.py", "c%3Ad.py"),
        ("训.py", "%E8%AE%AD.py"),
        (r"tr\xffin.py", "tr%FFin.py"),
        (r"a\x1b.py", "a%5Cx1b.py"),
        ("<stdin>", "%3Cstdin%3E"),
    ],
)
def test_a_path_becomes_a_uri(path: str, uri: str) -> None:
    assert path_uri(path) == uri


def test_a_whole_path_becomes_a_file_uri(tmp_path: Path) -> None:
    assert path_uri((tmp_path / "a b.py").as_posix()) == (tmp_path / "a b.py").as_uri()


@pytest.mark.parametrize(
    "entries", [[], ["Source, https://example.org/"], ["documentation,https://example.org/docs"]]
)
def test_pages_are_where_the_package_says(monkeypatch: pytest.MonkeyPatch, entries: list[str]) -> None:
    message = Message()
    for entry in entries:
        message["Project-URL"] = entry
    documentation_url.cache_clear()
    monkeypatch.setattr("optconv.cli.rule_pages.metadata", lambda _: message)
    base = (
        "https://example.org/docs/" if "docs" in str(entries) else "https://optconv.readthedocs.io/en/latest/"
    )
    assert page_url("OC201") == f"{base}diagnostics/OC201/"
    documentation_url.cache_clear()


def test_a_source_that_is_not_installed_has_pages_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(name: str) -> Message:
        raise PackageNotFoundError(name)

    documentation_url.cache_clear()
    monkeypatch.setattr("optconv.cli.rule_pages.metadata", nowhere)
    assert page_url("OC201").startswith("https://")
    documentation_url.cache_clear()
