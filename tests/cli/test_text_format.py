"""Diagnostics, excerpts and the summary as text."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from optconv.cli.excerpt import LONGEST, excerpt
from optconv.cli.formats.text_format import render
from optconv.cli.source_text import lines_of
from optconv.cli.terminal import escape, shown_path
from optconv.converter import Conversion, Diagnostic, Options, Position, Severity
from optconv.mappings import Tables, Text

from . import fake_converter
from .conftest import BEFORE, Run, Spawn, write

if TYPE_CHECKING:
    from pathlib import Path


def drawn(line: str, start: int, end: int) -> tuple[str, str]:
    """Return the excerpt of a line and its carets, one character for each terminal cell."""
    found = excerpt([line], Position(1, start), Position(1, end))
    assert found is not None
    return found.code, " " * found.indent + found.carets


def test_a_diagnostic_looks_like_this(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"\n" * 9 + b"x = torch.optim.Refused(p)\n"})
    assert run("a.py").stderr == (
        "a.py:10:5: OC302 [error] refused: about Refused\n"
        "   |\n"
        "10 | x = torch.optim.Refused(p)\n"
        "   |     ^^^^^^^^^^^^^^^^^^^\n"
        "   |\n"
        "1 file seen, 0 converted, 0 failed\n"
        "references: 0 exact, 0 with a warning, 1 declined, 0 not understood\n"
        "0 of 1 reference converted (0 %), 0 of them with a warning\n"
    )


def test_messages_are_in_the_language_that_was_chosen(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\n", "b.py": BEFORE, "c.py": b"def broken(\n"})
    said = run(".", "--lang", "zh").stderr
    assert "关于 Refused" in said
    assert "已转换 b.py" in said
    assert "共查看 3 个文件，1 个已转换，1 个失败" in said
    assert "2 处引用中转换了 1 处（50 %）" in said
    assert "1 个文件失败，未计入以上统计：c.py" in said


def test_diagnostics_come_in_the_order_of_the_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def convert_content(name: str, source: bytes, tables: Tables, options: Options) -> Conversion:
        conversion = fake_converter.convert_content(name, source, tables, options)
        return replace(conversion, diagnostics=conversion.diagnostics[::-1])

    monkeypatch.setattr("optconv.cli.convert.convert_content", convert_content)
    write(tmp_path, {"a.py": b"torch.optim.Lossy\ntorch.optim.Refused + torch.optim.Unclear\n"})
    said = run("a.py").stderr
    assert re.findall(r"a\.py:\d+:\d+: (\w+)", said) == ["OC201", "OC302", "OC204"]


@pytest.mark.parametrize(
    ("line", "start", "end", "code", "carets"),
    [
        pytest.param("a = b(c)", 5, 6, "a = b(c)", "    ^", id="ASCII"),
        pytest.param("\tb(c)", 2, 3, "    b(c)", "    ^", id="a tab before it"),
        pytest.param("ab\tb(c)", 4, 5, "ab  b(c)", "    ^", id="a tab to the next stop"),
        pytest.param("中\tb", 3, 4, "中  b", "    ^", id="a tab behind a wide character"),
        pytest.param("a\tb", 1, 4, "a   b", "^^^^^", id="a tab in it"),
        pytest.param("'中文' + b", 8, 9, "'中文' + b", "         ^", id="wide characters before it"),
        pytest.param("优化器 = b", 1, 4, "优化器 = b", "^^^^^^", id="wide characters in it"),
        pytest.param("'e\u0301' + b", 8, 9, "'e\u0301' + b", "      ^", id="a combining accent before it"),
        pytest.param("'🔥' + b", 7, 8, "'🔥' + b", "       ^", id="an emoji before it"),
        pytest.param("'\x1b' + b", 7, 8, "'\\x1b' + b", "         ^", id="a control character before it"),
        pytest.param("'\u202e' + b", 7, 8, "'\\u202e' + b", "           ^", id="a right-to-left override"),
        pytest.param("ab", 3, 3, "ab", "  ^", id="an empty place at the end"),
        pytest.param("ab", 9, 12, "ab", "  ^", id="a place beyond the end"),
        pytest.param("abc", 2, 99, "abc", " ^^", id="an end beyond the end"),
    ],
)
def test_carets_stand_under_the_place(line: str, start: int, end: int, code: str, carets: str) -> None:
    assert drawn(line, start, end) == (code, carets)


def test_a_place_of_several_lines_is_marked_to_the_end_of_its_first() -> None:
    found = excerpt(["f(a,", "  b)"], Position(1, 1), Position(2, 5))
    assert found is not None
    assert found.carets == "^^^^"


@pytest.mark.parametrize("column", [1, 30, 5000, 9990, 10000])
def test_of_a_very_long_line_the_part_around_the_place_is_shown(column: int) -> None:
    line = "-" * (column - 1) + "X" + "-" * (10_000 - column)
    code, carets = drawn(line, column, column + 1)
    assert code[carets.index("^")] == "X"
    assert carets.count("^") == 1
    assert len(code) <= LONGEST + 6


def test_a_long_place_in_a_long_line_is_marked_as_far_as_it_is_shown() -> None:
    code, carets = drawn("(" + "x" * 10_000, 1, 10_002)
    assert carets == "^" * (len(code) - len("..."))


@pytest.mark.parametrize("line", [0, 2, 3])
def test_without_a_line_there_is_no_excerpt(line: int) -> None:
    assert excerpt(["code", "  "], Position(line, 1), Position(line, 2)) is None


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        pytest.param(b"a\nb\r\nc\rd", ["a", "b", "c", "d"], id="all three line ends"),
        pytest.param(b"a\x0cb\x1cc", ["a\x0cb\x1cc"], id="a form feed ends none"),
        pytest.param("a\u2028b\x85c".encode(), ["a\u2028b\x85c"], id="separators of Unicode end none"),
        pytest.param(b"\xef\xbb\xbfa", ["a"], id="the byte order mark is no character"),
        pytest.param(b"# coding: gbk\n\xd6\xd0", ["# coding: gbk", "中"], id="a declared encoding"),
        pytest.param(b"# coding: klingon\n\xff", ["# coding: klingon", "\\xff"], id="an unknown encoding"),
        pytest.param(b"a\xff", ["a\\xff"], id="bytes that are no text"),
    ],
)
def test_lines_are_counted_as_python_counts_them(source: bytes, lines: list[str]) -> None:
    assert lines_of(source) == lines


def test_a_hostile_file_cannot_send_escape_sequences(run: Run, tmp_path: Path) -> None:
    hostile = b"torch.optim.Refused # \x1b]0;owned\x07 \x9b31m \xe2\x80\xae \x08\x08 \xc2\x9b1m\r"
    write(tmp_path, {"a\x1b[2J\nb.py": hostile})
    said = run(".").stderr
    assert not re.search(r"[^\n\x20-\x7e]", said)
    assert r"a\x1b[2J\nb.py:1:1: OC302" in said
    assert r"\x1b]0;owned\x07" in said


def test_a_message_cannot_forge_a_line_of_the_report() -> None:
    message = Text("the value 'x\n  evil.py:1:1: OC302\r\x1b[0m'\n", "")
    diagnostic = Diagnostic("OC302", "refused", Severity.ERROR, message, Position(1, 1), Position(1, 2))
    assert render("a.py", diagnostic, [], "en") == [
        "a.py:1:1: OC302 [error] refused: the value 'x evil.py:1:1: OC302 \\x1b[0m'"
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("plain 中文 é", "plain 中文 é", id="text stays"),
        pytest.param("\x1b\x00\x7f\x9b", r"\x1b\x00\x7f\x9b", id="control characters"),
        pytest.param("\u200b\u2066\u2029\ufeff", r"\u200b\u2066\u2029\ufeff", id="invisible characters"),
        pytest.param("\udcff", r"\udcff", id="half a character"),
    ],
)
def test_what_a_terminal_might_obey_is_escaped(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_a_file_name_that_is_no_text_is_shown_with_its_bytes(spawn: Spawn, tmp_path: Path) -> None:
    name = b"tr\xffin.py"
    with open(os.path.join(os.fsencode(tmp_path), name), "wb") as stream:  # noqa: PTH118, PTH123
        stream.write(b"torch.optim.Refused")
    assert shown_path(os.fsdecode(name)) == r"tr\xffin.py"
    assert rb"tr\xffin.py:1:1: OC302" in spawn(".").stderr
    assert rb"tr\xffin.py:1:1: OC302" in spawn(name).stderr


def test_notes_are_shown_only_when_asked_for_and_are_counted(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Noted"})
    said = run("a.py", "--check").stderr
    assert "OC101" not in said
    assert "1 note not shown (use --verbose)" in said
    said = run("a.py", "--check", "--verbose").stderr
    assert "a.py:1:1: OC101 [info] noted: about Noted" in said
    assert "not shown" not in said


def test_quiet_leaves_only_errors(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\ntorch.optim.Lossy\ntorch.optim.SGD\n"})
    said = run("a.py", "--quiet").stderr
    assert said.startswith("a.py:1:1: OC302 [error]")
    assert len(said.splitlines()) == 5


def test_the_rate_counts_what_was_declined_and_not_understood(run: Run, tmp_path: Path) -> None:
    words = ["SGD"] * 4 + ["Lossy"] * 2 + ["Refused"] * 2 + ["Unclear"]
    write(tmp_path, {"a.py": "\n".join(f"torch.optim.{word}" for word in words).encode()})
    said = run("a.py").stderr
    assert "references: 4 exact, 2 with a warning, 2 declined, 1 not understood\n" in said
    assert "6 of 9 references converted (66 %), 2 of them with a warning\n" in said


def test_the_rate_is_never_rounded_up_to_all(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.SGD\n" * 999 + b"torch.optim.Refused\n"})
    assert "999 of 1000 references converted (99 %)" in run("a.py").stderr


def test_of_very_many_failed_files_the_first_are_named(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {f"f{number:03}.py": b"def broken(" for number in range(23)})
    said = run(".").stderr.splitlines()[-1]
    assert said.startswith("23 files failed and are not counted above: f000.py, f001.py, ")
    assert said.endswith("f019.py and 3 more")


def test_a_directory_without_python_files_is_said(run: Run) -> None:
    result = run(".")
    assert (result.exit_code, result.stderr.splitlines()[0]) == (0, "0 files seen, 0 converted, 0 failed")
