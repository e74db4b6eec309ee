"""Help in English and Chinese: the file of messages has every text of it, and none that is not in the code."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from optconv.cli.chinese_help import in_paragraphs
from optconv.cli.main import _summary, main
from optconv.cli.terminal import width
from optconv.mappings import messages_about

GROUP = click.Context(main, **main.context_settings)  # with -h: click keeps the option that it makes first
NAMES = main.list_commands(GROUP)
MESSAGES = messages_about("help")
KEYS = {text.en: key for key, text in MESSAGES.items()}
COLUMNS = 80  # of a terminal; click asks for it, and takes this where there is none


def command_called(name: str) -> click.Command:
    command = main.get_command(GROUP, name)
    assert command is not None
    return command


COMMANDS = {"main": main, **{name: command_called(name) for name in NAMES}}


def options_of(command: click.Command) -> Iterator[click.Option]:
    for parameter in command.get_params(click.Context(command, parent=GROUP)):
        if isinstance(parameter, click.Option):
            yield parameter


def texts() -> Iterator[tuple[str, str]]:
    """Yield what the end of a key must be, and an English text in the code."""
    for name, command in COMMANDS.items():
        assert command.help, name
        yield name, command.help
        for option in options_of(command):
            assert option.help, f"{name} {option.name}"
            yield max(option.opts, key=len).lstrip("-"), option.help
    for name in NAMES:
        yield f"{name}.summary", _summary(name)


def help_of(command: str | None, language: str | None = None) -> str:
    arguments = [*([command] if command else []), "--help", *(["--lang", language] if language else [])]
    result = CliRunner().invoke(main, arguments, prog_name="optconv")
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def test_every_text_of_the_help_is_in_the_file_and_no_other() -> None:
    assert set(KEYS) == {in_paragraphs(text) for _, text in texts()}


def test_it_stands_there_once_under_the_name_of_the_option_or_the_command() -> None:
    assert len(KEYS) == len(MESSAGES)
    found = [(f".{KEYS[in_paragraphs(text)]}", f".{name}") for name, text in texts()]
    assert [(key, name) for key, name in found if not key.endswith(name)] == []


@pytest.mark.parametrize("name", [None, *NAMES])
def test_english_help_is_what_stands_in_the_code(name: str | None) -> None:
    shown = " ".join(help_of(name).split())
    command = COMMANDS[name or "main"]
    assert command.help is not None
    assert " ".join(command.help.split()) in shown
    assert shown.isascii()


@pytest.mark.parametrize("name", [None, *NAMES])
def test_chinese_help_says_it_all_in_lines_that_fit(
    name: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = help_of(name)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    chinese = help_of(name)
    assert options_in(chinese) == options_in(english)
    assert [line for line in chinese.splitlines() if width(line) > COLUMNS] == []
    shown = "".join(chinese.split())
    command = COMMANDS[name or "main"]
    missing = [text for text in chinese_texts(command) if "".join(text.split()) not in shown]
    assert missing == []


def options_in(help_text: str) -> list[str]:
    """Return the first column of the list of options."""
    _, listed = re.split("^(?:Options|选项):$", help_text, flags=re.MULTILINE)
    return re.findall(r"^  (-\S.*?)(?:  |$)", listed, re.MULTILINE)


def chinese_texts(command: click.Command) -> Iterator[str]:
    translations = {
        text.en: text.zh for topic in ("help", "click") for text in messages_about(topic).values()
    }
    for text in [command.help, *(option.help for option in options_of(command))]:
        yield translations[in_paragraphs(text or "")]
    if command is main:
        for name in NAMES:
            yield translations[_summary(name)]


def test_help_is_in_the_language_that_is_asked_for() -> None:
    assert help_of("check", "zh").startswith("用法: optconv check [OPTIONS] PATH...\n")
    assert help_of("check", "en").startswith("Usage: optconv check [OPTIONS] PATH...\n")


def test_without_arguments_the_help_is_shown_in_the_language_of_the_locale(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    result = CliRunner().invoke(main, [], prog_name="optconv")
    assert "把 Python 文件和笔记本转换到另一个框架。" in result.output


def test_a_text_that_the_file_does_not_have_is_shown_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    explain = COMMANDS["explain"]
    monkeypatch.setattr(explain, "help", "Something\n    new.")
    assert "  Something new.\n" in help_of("explain")


def test_an_encoding_without_chinese_gets_escapes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "optconv", "check", "--lang", "zh", "--help"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert rb"\u9009\u9879:" in done.stdout
