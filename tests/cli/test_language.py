"""The language of the messages: what was typed, what is configured, what the environment asks for."""

from __future__ import annotations

import locale
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from optconv.cli.language import language_of_locale
from optconv.cli.main import main

from .conftest import write

if TYPE_CHECKING:
    from pathlib import Path

VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
ENGLISH, CHINESE = "nothing that refers to torch.optim found", "没有发现对 torch.optim 的引用"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the environment without a word about the language."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("values", "language"),
    [
        pytest.param({"LANG": "zh_CN.UTF-8"}, "zh", id="LANG"),
        pytest.param({"LANG": "zh_TW"}, "zh", id="another region"),
        pytest.param({"LANG": "zh"}, "zh", id="the language alone"),
        pytest.param({"LANG": "Chinese_China.936"}, "zh", id="as Windows calls it"),
        pytest.param({"LANG": "en_US.UTF-8"}, "en", id="English"),
        pytest.param({"LANG": "de_DE.UTF-8"}, "en", id="a language that there is not"),
        pytest.param({"LANG": "C.UTF-8"}, "en", id="none"),
        pytest.param({"LC_MESSAGES": "zh_CN", "LANG": "en_US"}, "zh", id="LC_MESSAGES goes before LANG"),
        pytest.param({"LC_MESSAGES": "en_US", "LANG": "zh_CN"}, "en", id="LC_MESSAGES goes before LANG, too"),
        pytest.param({"LC_ALL": "zh_CN", "LC_MESSAGES": "en_US"}, "zh", id="LC_ALL goes before LC_MESSAGES"),
        pytest.param({"LC_ALL": "C", "LC_MESSAGES": "zh_CN", "LANG": "zh_CN"}, "en", id="LC_ALL goes before all"),
        pytest.param({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_CN"}, "zh", id="an empty one is none"),
    ],
)  # fmt: skip
def test_the_environment_asks_for(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], language: str
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    assert language_of_locale() == language


@pytest.mark.parametrize(
    ("name", "language"),
    [("zh_CN", "zh"), ("Chinese (Simplified)_China", "zh"), ("en_US", "en"), (None, "en")],
)
def test_without_variables_the_system_is_asked(
    monkeypatch: pytest.MonkeyPatch, name: str | None, language: str
) -> None:
    monkeypatch.setattr(locale, "getlocale", lambda: (name, None))
    assert language_of_locale() == language


def said(*words: str) -> str:
    return (
        CliRunner().invoke(main, ["check", "a.py", "--to", "paddle", *words], catch_exceptions=False).stderr
    )


def test_what_is_typed_goes_before_the_configuration_and_that_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"a.py": b""})
    assert ENGLISH in said()
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert CHINESE in said()
    write(tmp_path, {"pyproject.toml": b'[tool.optconv]\nlang = "en"\n'})
    assert ENGLISH in said()
    assert CHINESE in said("--lang", "zh")
    assert CHINESE in said("--isolated")
