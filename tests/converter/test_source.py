"""Texts and positions in them: what is decoded comes back byte for byte, and ast's positions mean our text."""

from __future__ import annotations

import ast
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optconv.converter.result import Position
from optconv.converter.source import SourceText, Span, UndecodableError, decode

NEWLINES = ["\n", "\r\n", "\r"]
TEXTS = st.text(st.sampled_from("ab =1é日𝄞\t\f\n\r\u2028\x85\x0b"), max_size=60)
# Names and strings of every width in UTF-8 (1 to 4 bytes), and what may stand around a statement.
NAMES = st.sampled_from(["a", "lr", "é", "größe", "学习率", "𝒳", "x𝄞".replace("𝄞", "1")])
STRINGS = st.sampled_from(["''", "'é'", "'日本'", "'𝄞'", "'\\t'", "'\t'", "'\x0b\u2028\x85'"])


@st.composite
def modules(draw: st.DrawFn) -> str:
    """A module of assignments and blocks in one kind of line end, or in several."""
    newlines = draw(st.lists(st.sampled_from(NEWLINES), min_size=1, max_size=3))
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 6))):
        lines += draw(st.sampled_from([_assignment, _block, _comment, _call]))(draw)
    return "".join(line + newlines[i % len(newlines)] for i, line in enumerate(lines))


def _assignment(draw: st.DrawFn) -> list[str]:
    space = draw(st.sampled_from(["", " ", "\t", "\f"]))
    return [f"{draw(NAMES)}{space}={space}{draw(STRINGS)}, {draw(NAMES)} # {draw(NAMES)}"]


def _block(draw: st.DrawFn) -> list[str]:
    indentation = draw(st.sampled_from(["    ", "\t", " ", "\f\t"]))
    return [f"if {draw(NAMES)}:", *(indentation + line for line in _assignment(draw))]


def _comment(draw: st.DrawFn) -> list[str]:
    return [draw(st.sampled_from(["", "# é", "\f", "\t# 日", "#"]))]


def _call(draw: st.DrawFn) -> list[str]:
    return [f"{draw(NAMES)}({draw(STRINGS)}, ", f"\t{draw(NAMES)}={draw(NAMES)}.{draw(NAMES)},", ")"]


@given(modules())
def test_the_text_of_every_node_is_what_ast_says(text: str) -> None:
    source = SourceText(text, "utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.expr, ast.stmt)):
            assert _unix(source.of(node)) == ast.get_source_segment(_unix(text), node)


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(modules())
def test_every_node_parses_to_itself_when_it_is_cut_out(text: str) -> None:
    source = SourceText(text, "utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.expr):
            cut = ast.parse(f"({source.of(node)}\n)", mode="eval").body
            assert ast.dump(cut) == ast.dump(node).replace("Store()", "Load()")


@given(TEXTS)
def test_a_position_leads_back_to_its_offset(text: str) -> None:
    source = SourceText(text, "utf-8")
    for offset in range(len(text) + 1):
        position = source.position(offset)
        start = source.line_start(position.line)
        bytes_before = len(text[start:offset].encode())
        assert source.offset(position.line, bytes_before) == offset
        assert start + position.column - 1 == offset
        assert source.line_of(offset) == position.line


@given(TEXTS)
def test_lines_are_counted_as_the_parser_counts_them(text: str) -> None:
    source = SourceText(text, "utf-8")
    lines = _unix(text).split("\n")
    assert source.line_of(len(text)) == len(lines)
    for number, line in enumerate(lines, 1):
        start = source.line_start(number)
        assert text[start : source.line_end(start)] == line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", "\n", id="a file without lines gets a line feed"),
        pytest.param("x", "\n", id="a line without an end gets a line feed"),
        pytest.param("a\nb\r\n", "\n", id="the first line end decides: line feed"),
        pytest.param("a\r\nb\n", "\r\n", id="the first line end decides: carriage return and line feed"),
        pytest.param("a\rb\n", "\r", id="the first line end decides: carriage return"),
        pytest.param("a\x0c\u2028b\r\n", "\r\n", id="a form feed and a line separator are no line ends"),
    ],
)
def test_the_line_end_of_a_file(text: str, expected: str) -> None:
    assert SourceText(text, "utf-8").newline == expected


ENCODINGS = [
    "utf-8",
    "latin-1",
    "iso-8859-15",
    "cp1252",
    "ascii",
    "gbk",
    "shift_jis",
    "koi8-r",
    "euc-jp",
    "utf-8-sig",
]


@given(st.sampled_from(ENCODINGS), st.text(max_size=30), st.sampled_from(NEWLINES))
def test_decoding_and_encoding_again_gives_the_same_bytes(encoding: str, text: str, newline: str) -> None:
    content = text.encode(encoding.removesuffix("-sig"), "ignore")
    source = f"# -*- coding: {encoding.removesuffix('-sig')} -*-{newline}".encode() + content
    if encoding == "utf-8-sig":
        source = codecs.BOM_UTF8 + source
    decoded = _decoded(source)
    assert decoded is None or decoded.encode(decoded.text) == source


@given(
    st.binary(max_size=60),
    st.sampled_from([b"", codecs.BOM_UTF8, b"# coding: latin-1\n", b"#!x\n# vim: fileencoding=cp1251\n"]),
)
def test_bytes_are_decoded_and_encoded_to_themselves_or_refused(content: bytes, beginning: bytes) -> None:
    decoded = _decoded(beginning + content)
    assert decoded is None or decoded.encode(decoded.text) == beginning + content


def _decoded(source: bytes) -> SourceText | None:
    try:
        return decode(source)
    except UndecodableError:
        return None


@given(st.sampled_from(["rot13", "hex", "base64", "zlib", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7", "utf-16", "utf-32", "undefined", "mbcs", "utf-8-sig", "utf_8"]), st.binary(max_size=20))  # fmt: skip
def test_a_codec_that_is_none_for_source_code_raises_nothing_else(codec: str, content: bytes) -> None:
    source = f"# coding: {codec}\n".encode() + content
    decoded = _decoded(source)
    assert decoded is None or decoded.encode(decoded.text) == source


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param(
            b"x = '\xe9'\n", "invalid or missing encoding|byte 5 is not utf-8", id="a byte that is not UTF-8"
        ),
        pytest.param(b"# coding: no-such-codec\n", "unknown encoding", id="an unknown encoding"),
        pytest.param(
            codecs.BOM_UTF8 + b"# coding: latin-1\n",
            "encoding problem",
            id="a mark of one encoding and the name of another",
        ),
        pytest.param(
            b"# coding: ascii\nx = '\xc3\xa9'\n",
            "byte",
            id="a byte that is not ASCII where ASCII is declared",
        ),
        pytest.param(
            b"# coding: cp1252\nx = '\x81'\n", "byte", id="a byte that the declared encoding leaves out"
        ),
        pytest.param(b"# coding: rot13\nx\n", "rot13|text encoding", id="a codec that is not for text"),
    ],
)
def test_what_cannot_be_decoded_says_why(source: bytes, message: str) -> None:
    with pytest.raises(UndecodableError, match=message):
        decode(source)


def test_the_byte_order_mark_is_no_part_of_the_text_and_is_kept() -> None:
    decoded = decode(codecs.BOM_UTF8 + b"x\n")
    assert decoded.text == "x\n"
    assert decoded.encode("y\n") == codecs.BOM_UTF8 + b"y\n"


def test_a_character_that_the_encoding_lacks_is_refused_when_written() -> None:
    with pytest.raises(UnicodeEncodeError):
        decode(b"# coding: latin-1\n").encode("日")


def test_a_node_without_an_end_has_no_span() -> None:
    with pytest.raises(ValueError, match="no end position"):
        SourceText("x", "utf-8").span(ast.Name("x", ast.Load(), lineno=1, col_offset=0))


def test_position_counts_characters_from_one() -> None:
    source = SourceText("é日\r\n𝄞x", "utf-8")
    assert source.position(5) == Position(2, 2)
    assert source.span(
        ast.Name("x", ast.Load(), lineno=2, col_offset=4, end_lineno=2, end_col_offset=5)
    ) == Span(5, 6)
