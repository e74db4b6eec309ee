"""What the tests of the command line share."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from click.testing import CliRunner, Result

from optconv.cli.main import main

from . import fake_converter

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

Run: TypeAlias = Callable[..., Result]
Open: TypeAlias = Callable[..., "Page"]
Spawn: TypeAlias = Callable[..., "subprocess.CompletedProcess[bytes]"]

BEFORE = b"opt = torch.optim.SGD(p)\n"
AFTER = b"opt = paddle.optimizer.SGD(p)\n"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the locale be an English one, whoever runs the tests; a test may set another."""
    for variable in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``optconv convert ... --to paddle`` inside ``tmp_path`` with the fake converter.

    ``command`` names another one that takes files.
    """
    monkeypatch.setattr("optconv.cli.convert.convert_content", fake_converter.convert_content)
    monkeypatch.chdir(tmp_path)
    return _invoke


@pytest.fixture
def run_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the same with the real converter."""
    monkeypatch.chdir(tmp_path)
    return _invoke


def _invoke(
    *arguments: str | Path, stdin: bytes = b"", to: str = "paddle", command: str = "convert"
) -> Result:
    words = [command, *map(str, arguments), "--to", to]
    result = CliRunner().invoke(main, words, input=stdin, prog_name="optconv")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def spawn(tmp_path: Path) -> Spawn:
    """Run the same in a process of its own; keywords go to `subprocess.run`.

    ``closing`` is a shell's words for the streams to close, such as ``<&-``.
    """

    def start(
        *arguments: str | bytes | Path, closing: str = "", **options: object
    ) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, fake_converter.__file__, "convert", *arguments, "--to", "paddle"]
        if closing:
            command = ["sh", "-c", f'exec "$0" "$@" {closing}', *command]
        keywords: dict[str, object] = {"cwd": tmp_path, "check": False, **options}
        if not {"stdout", "stderr"} & set(options):
            keywords["capture_output"] = True
        return subprocess.run(command, **keywords)  # type: ignore[call-overload, no-any-return]

    return start


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # the other tests do not wait for it

    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:  # without one of the system, Playwright's own is taken
        # A sandbox of its own needs rights that a container or the superuser does not give.
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        running = playwright.chromium.launch(executable_path=path, args=arguments)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open a page; at the end it must have loaded nothing else and complained of nothing."""
    contexts = []
    complaints: list[str] = []
    requests: list[str] = []

    def start(width: int = 1280, height: int = 800, *, path: Path, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.goto(path.as_uri())
        return page

    yield start
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith("file:")] == []


@pytest.fixture
def spawn_main(tmp_path: Path) -> Spawn:
    """Run ``optconv`` with any arguments in a process of its own; keywords go to `subprocess.run`."""

    def start(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "optconv", *arguments]
        return subprocess.run(command, cwd=tmp_path, check=False, **options)  # type: ignore[call-overload, no-any-return]

    return start


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file that the fake converter converts."""
    path = tmp_path / "train.py"
    path.write_bytes(BEFORE)
    return path


def notebook(*cells: str) -> bytes:
    """Return a notebook as Jupyter writes it; a cell that begins with # is Markdown."""
    document = {
        "cells": [
            {
                "cell_type": "markdown" if cell.startswith("#") else "code",
                "metadata": {},
                "source": cell.splitlines(keepends=True),
            }
            for cell in cells
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 2,
    }
    return json.dumps(document, indent=1, ensure_ascii=False).encode()


def write(root: Path, files: dict[str, bytes]) -> None:
    """Write a tree of files."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def tree(root: Path) -> dict[str, bytes]:
    """Return a tree of files, temporary ones included."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
