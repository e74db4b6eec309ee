"""The language that people are spoken to in: which one it is, and that it is the one of usage errors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from optconv.cli.language import current_language, language_of_arguments
from optconv.cli.main import INTERRUPTED, main
from optconv.mappings import LANGUAGES, TableError

from .conftest import BEFORE, write

if TYPE_CHECKING:
    from pathlib import Path

CHINESE = "zh_CN.UTF-8"
CONFIGURED = b'[tool.optconv]\nlang = "zh"\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that the command runs in, with a file to convert."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"a.py": BEFORE})
    return tmp_path


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments, prog_name="optconv")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["check", ".", "--lang", "{}"], id="in two words"),
        pytest.param(["check", "--lang={}", "."], id="in one word"),
        pytest.param(["--lang", "fr", "--lang", "{}"], id="the last one that is a language"),
        pytest.param(["--lang", "{}", "--", "--lang", "fr"], id="a path that is called like the option"),
    ],
)
def test_the_language_of_arguments_is_what_lang_says(arguments: list[str], language: str) -> None:
    assert language_of_arguments([word.format(language) for word in arguments]) == language


@pytest.mark.parametrize(("locale", "language"), [(CHINESE, "zh"), ("de_DE.UTF-8", "en"), ("C", "en")])
@pytest.mark.parametrize(
    "arguments", [[], ["check"], ["--lang"], ["--lang", "fr"], ["--", "--lang", "en"], ["--language=en"]]
)
def test_else_it_is_that_of_the_locale(
    arguments: list[str], locale: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert (language_of_arguments(arguments), current_language()) == (language, language)


MISTAKES = [
    pytest.param(
        ["convert", "gone.py", "--to", "paddle"], "路径 'gone.py' 不存在。", id="a path that does not exist"
    ),
    pytest.param(["convert", "a.py"], "缺少选项 '--to'，即要转换到的框架。", id="no target"),
    pytest.param(
        ["convert", "a.py", "--to", "x"], "'--to' 的取值无效：没有目标框架 'x'", id="no such target"
    ),
    pytest.param(["convert"], "缺少参数 'PATH...'", id="no path"),
    pytest.param(["check", "a.py", "--frm"], "没有选项", id="no such option"),
    pytest.param(
        ["check", "a.py", "--lang"], "选项 '--lang' 需要一个取值。", id="an option without its value"
    ),
    pytest.param(["check", "a.py", "--quiet=1"], "选项 '--quiet' 不接受取值。", id="a value for a flag"),
    pytest.param(["chekc"], "没有命令 'chekc'。", id="no such command"),
    pytest.param(["targets", "paddle"], "多余的参数：paddle", id="too many arguments"),
    pytest.param(["show", "SGDD", "--to", "paddle"], "没有名为 SGDD 的接口。是否想用", id="no such API"),
    pytest.param(["explain", "OC1"], "没有名为 OC1 的诊断。", id="no such code"),
    pytest.param(["check", "a.py", "--fail-on", "x"], "'x' 不在可用的取值之中：'info'", id="no such choice"),
    pytest.param(
        ["check", "a.py", "--to", "paddle", "--select", "X1"], "没有名为 X1 的诊断；", id="no code to select"
    ),
    pytest.param(
        ["check", "a.py", "--to", "paddle", "-q", "-v"],
        "--verbose 和 --quiet 不能同时使用",
        id="two opposites",
    ),
    pytest.param(
        ["convert", "a.py", "--to", "paddle", "--diff", "-o", "b.py"],
        "--diff 和 --check 不写入任何内容",
        id="an output of nothing",
    ),
    pytest.param(["check", "a.py", "-o", "x.doc"], "从 'x.doc' 的结尾看不出它的格式", id="an unknown format"),
    pytest.param(["config", "--isolated", "--config", "a.py"], "--config 和 --isolated", id="contradiction"),
]


def errors_of(result: Result) -> list[str]:
    """Return what was said on standard error, after a look that all of it is in Chinese."""
    assert result.exit_code == 2
    lines = [line for line in result.stderr.splitlines() if line]
    assert [line for line in lines if not any("\u4e00" <= character <= "\u9fff" for character in line)] == []
    return lines


@pytest.mark.parametrize(("arguments", "sentence"), MISTAKES)
def test_a_usage_error_is_in_the_language_of_the_locale(
    arguments: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", CHINESE)
    *_, error = errors_of(run(*arguments))
    assert error.startswith("错误：")
    assert sentence in error


@pytest.mark.parametrize(("arguments", "sentence"), MISTAKES)
def test_and_in_that_of_the_option(arguments: list[str], sentence: str) -> None:
    command, *others = arguments
    assert sentence in errors_of(run(command, "--lang", "zh", *others))[-1]


def test_and_in_that_of_the_configuration(folder: Path) -> None:
    write(folder, {"pyproject.toml": CONFIGURED})
    assert "缺少选项 '--to'" in errors_of(run("check", "a.py"))[-1]
    assert "没有名为 X1 的诊断" in errors_of(run("check", "a.py", "--to", "paddle", "--select", "X1"))[-1]


def test_what_is_typed_goes_before_the_configuration(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, {"pyproject.toml": CONFIGURED})
    monkeypatch.setenv("LC_ALL", CHINESE)
    result = run("check", "a.py", "--lang", "en")
    assert result.stderr.isascii()
    assert "Error: Missing option '--to'" in result.stderr


def test_one_run_says_nothing_of_the_language_of_the_next() -> None:
    english = run("check").stderr
    assert english.isascii()
    errors_of(run("check", "--lang", "zh"))
    assert run("check").stderr == english


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b"[tool.optconv]\ntargt = 1\n",
            "pyproject.toml:2: [tool.optconv] targt：没有这个键；是否想用 target？",
        ),
        (b"[tool.optconv]\nannotate = 1\n", "[tool.optconv] annotate：应为 true 或 false，而不是 1"),
        (b"[tool.optconv]\nselect = ['X1']\n", "没有名为 X1 的诊断"),
        (b"[tool.optconv\n", "不是合法的 TOML"),
        (b"[tool]\noptconv = 1\n", "[tool.optconv] 必须是一个表"),
    ],
)
def test_a_broken_configuration_is_said_in_chinese(folder: Path, content: bytes, sentence: str) -> None:
    write(folder, {"pyproject.toml": content})
    assert sentence in errors_of(run("config", "--lang", "zh"))[-1]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "base.json：不是 JSON"),
        (b"{}", "base.json：不是 `optconv report --format json` 写出的报告"),
        (
            json.dumps({"tool": {"name": "optconv"}, "version": 1, "target": "x", "flavor": None}).encode(),
            "base.json：是关于 x 的报告，而不是关于 paddle 的报告",
        ),
    ],
)
def test_a_broken_baseline_is_said_in_chinese(folder: Path, content: bytes, sentence: str) -> None:
    write(folder, {"base.json": content})
    arguments = ("check", "a.py", "--to", "paddle", "--baseline", "base.json", "--lang", "zh")
    assert sentence in errors_of(run(*arguments))[-1]


def test_an_interruption_is_said_in_the_language_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("optconv.cli.convert.convert_content", interrupt)
    result = run("check", "a.py", "--to", "paddle", "--lang", "zh")
    assert result.exit_code == INTERRUPTED
    assert result.stderr == "\n已中断。每个文件要么保持原样，要么已完成转换。\n"


def test_a_broken_table_is_an_error_like_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def load_tables(target: str, **_: object) -> None:
        raise TableError(f"{target}/target.yaml:1: name: a word was expected")

    monkeypatch.setattr("optconv.cli.options.load_tables", load_tables)
    result = run("check", "a.py", "--to", "paddle", "--lang", "zh")
    assert result.stderr == "错误：paddle/target.yaml:1: name: a word was expected\n"


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        pytest.param(["--lang", "zh"], {"LANG": "C.UTF-8"}, id="the option"),
        pytest.param([], {"LC_ALL": CHINESE}, id="the locale"),
        pytest.param([], {"LC_ALL": CHINESE, "LANGUAGE": "en"}, id="whatever gettext is told"),
    ],
)
def test_the_same_in_a_process_of_its_own(arguments: list[str], variables: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "optconv", "check", ".", "--config", "gone", *arguments],
        env={**os.environ, **variables, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode("utf-8").splitlines()[-1] == "错误：'--config' 的取值无效：文件 'gone' 不存在。"
