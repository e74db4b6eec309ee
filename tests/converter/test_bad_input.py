"""What comes of input that is no plain, modern, well-encoded source."""

from __future__ import annotations

import codecs

import pytest

from optconv.converter import Conversion, Options, convert_source
from optconv.mappings import Tables

SMALL = "import torch\no = torch.optim.SGD(model.parameters(), lr=0.1)\n"
CONVERTED = "import paddle\no = paddle.optimizer.SGD(parameters=model.parameters(), learning_rate=0.1)\n"
EVERYTHING = Options(skim=False)


def _codes(conversion: Conversion) -> list[str]:
    return [found.code for found in conversion.diagnostics]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        pytest.param(b"# torch.optim\nx = '\xe9'\n", "OC902", id="bytes that are not UTF-8"),
        pytest.param(b"# coding: no-such-codec torch.optim\n", "OC902", id="an unknown coding"),
        pytest.param(b"# coding: rot13 torch.optim\n", "OC902", id="a coding that is not for text"),
        pytest.param(codecs.BOM_UTF8 + b"# coding: latin-1\nimport torch.optim\n", "OC902", id="a mark and a coding that disagree"),
        pytest.param("import torch.optim\n".encode("utf-16"), "OC902", id="UTF-16"),
        pytest.param(b"import torch.optim\nx = 1\x00\n", "OC901", id="a null byte"),
        pytest.param(b"import torch.optim\nprint 'lr', lr\n", "OC901", id="a print statement of Python 2"),
        pytest.param(b"import torch.optim\ntry: pass\nexcept E, e: pass\n", "OC901", id="an except clause of Python 2"),
        pytest.param(b"import torch.optim\nx = 0777 <> 1L\n", "OC901", id="numbers and operators of Python 2"),
        pytest.param(b"import torch.optim\nif x:\n\ty\n        z\n", "OC901", id="tabs and spaces that contradict each other"),
        pytest.param(b"import torch.optim\n  x = 1\n", "OC901", id="an indentation out of nowhere"),
        pytest.param(b"import torch.optim\nx = (\n", "OC901", id="a parenthesis that is never closed"),
        pytest.param(b"import torch.optim\nx = '''\n", "OC901", id="a string that is never closed"),
        pytest.param(b"import torch.optim \\", "OC901", id="a backslash at the very end"),
        pytest.param(codecs.BOM_UTF8 * 2 + SMALL.encode(), "OC901", id="two byte-order marks"),
        pytest.param(b"import torch.optim\nx = " + b"(" * 5000 + b"1" + b")" * 5000, "OC901", id="five thousand parentheses"),
        pytest.param(b"import torch.optim\nx = " + b"[" * 5000 + b"]" * 5000, "OC901", id="five thousand brackets"),
        pytest.param(b"import torch.optim\nx = " + b"-" * 50_000 + b"1\n", "OC901", id="fifty thousand signs"),
        pytest.param(b"import torch.optim\nx = f(" + b"lambda: " * 20_000 + b"1)\n", "OC901", id="twenty thousand lambdas"),
        pytest.param(b"import torch.optim\n%git status\n", "OC901", id="a magic command of a notebook"),
        pytest.param(b"import torch.optim\nreturn\nawait x\nyield\nbreak\n 1\n", "OC901", id="statements out of place and one out of line"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_diagnostic_and_the_same_bytes(
    source: bytes, code: str, tables: Tables
) -> None:
    conversion = convert_source(source, tables, EVERYTHING)
    assert conversion.source == source
    assert conversion.failed
    assert _codes(conversion) == [code]
    assert conversion.references == ()
    message = conversion.diagnostics[0].message
    assert message.en
    assert message.zh


def test_a_syntax_error_is_placed_where_the_parser_stopped(tables: Tables) -> None:
    conversion = convert_source("import torch.optim\n学习 = 率 = 1 +* 2\n".encode(), tables)
    start = conversion.diagnostics[0].start
    assert (start.line, start.column) == (2, 13)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"", id="an empty file"),
        pytest.param(b"\n", id="one line end"),
        pytest.param(b"\x0c", id="one form feed"),
        pytest.param(codecs.BOM_UTF8, id="only a byte-order mark"),
        pytest.param(b"# torch.optim.SGD(params, lr=0.1)", id="only a comment"),
        pytest.param(b"# a\n\n# torch.optim\r\n# b\r", id="only comments, with every kind of line end"),
        pytest.param(b"'''import torch; torch.optim.SGD(p)'''\n", id="only a docstring"),
        pytest.param(b"import torch\n", id="only the import"),
        pytest.param(b"from torch.optim import *\n", id="only a star import"),
    ],
)
def test_a_file_with_nothing_in_it_is_left_alone_without_a_word(source: bytes, tables: Tables) -> None:
    conversion = convert_source(source, tables, EVERYTHING)
    assert conversion == Conversion(source)


def _layouts() -> list[tuple[str, bytes, bytes]]:
    """Return what each layout is called, an input in it, and the output."""
    pairs = [
        ("a byte-order mark", codecs.BOM_UTF8 + SMALL.encode(), codecs.BOM_UTF8 + CONVERTED.encode()),
        ("a byte-order mark and the coding that it means", _both("# coding: utf-8\n", codecs.BOM_UTF8)),
        ("latin-1 with a letter of it", _both("# -*- coding: latin-1 -*-\n# é\n", encoding="latin-1")),
        ("a coding on the second line", _both("#!/usr/bin/env python\n# vim: set fileencoding=cp1251 :\n# ж\n", encoding="cp1251")),
        ("GBK with Chinese comments", _both("# coding: gbk\n# 学习率\n", encoding="gbk")),
        ("carriage return and line feed", _both("", newline="\r\n")),
        ("carriage return alone", _both("", newline="\r")),
        ("no line end at the end", (SMALL.rstrip().encode(), CONVERTED.rstrip().encode())),
        ("form feeds between and before statements", _both("\x0c\nx = 1\n\x0cy = 2\n")),
        ("a match statement", _both("match x:\n    case {'a': [1, *b]} | None: pass\n")),
        ("syntax of Python 3.10", _both("with (open(a) as b, open(c) as d): pass\n")),
        ("an invalid escape in a string", _both("x = '\\d'\n")),
        ("a walrus, a positional-only parameter and an f-string", _both("def f(a, /): return (b := f'{a!r:>{w}}')\n")),
        ("non-ASCII identifiers", _both("学习率 = größe = 1\n")),
    ]  # fmt: skip
    return [(pair[0], *pair[1]) if len(pair) == 2 else pair for pair in pairs]  # type: ignore[misc]


def _both(
    before: str, mark: bytes = b"", *, encoding: str = "utf-8", newline: str = "\n"
) -> tuple[bytes, bytes]:
    texts = ((before + text).replace("\n", newline) for text in (SMALL, CONVERTED))
    first, second = (mark + text.encode(encoding) for text in texts)
    return first, second


@pytest.mark.parametrize(("source", "expected"), [pytest.param(*rest, id=name) for name, *rest in _layouts()])
def test_an_unusual_layout_is_kept(source: bytes, expected: bytes, tables: Tables) -> None:
    conversion = convert_source(source, tables, EVERYTHING)
    assert conversion.source == expected
    assert not conversion.failed
    assert convert_source(expected, tables, EVERYTHING).source == expected


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["line feed", "both", "carriage return"])
def test_statements_that_are_added_end_as_the_lines_of_the_file_do(newline: str, tables: Tables) -> None:
    source = "import torch\nif x:\n\to = torch.optim.SGD(model.parameters(),\n\t\tlr=0.1)\n\ty()\n\ts = torch.optim.lr_scheduler.StepLR(o, 3)\n"
    expected = "import paddle\nif x:\n\to = paddle.optimizer.SGD(parameters=model.parameters(),\n\t\tlearning_rate=0.1)\n\ty()\n\ts = paddle.optimizer.lr.StepDecay(learning_rate=o.get_lr(), step_size=3)\n\to.set_lr_scheduler(s)\n"  # fmt: skip
    assert (
        convert_source(source.replace("\n", newline).encode(), tables).source
        == expected.replace("\n", newline).encode()
    )


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp1251", "gbk"])
def test_a_mark_is_written_in_any_encoding_even_when_it_is_shortened(encoding: str, tables: Tables) -> None:
    long = "a_long_name_of_something + another_long_name_of_something"
    text = f"# coding: {encoding}\nimport torch\no = torch.optim.SGD(model.parameters(), maximize={long})\n"
    conversion = convert_source(text.encode(encoding), tables, Options(language="zh"))
    assert not conversion.failed
    assert _codes(conversion) == ["OC302"]
    marks = [
        line for line in conversion.source.decode(encoding).splitlines() if line.startswith("# optconv: ")
    ]
    assert len(marks) == 1


def test_a_tall_sum_is_an_argument_or_too_deep_but_never_an_exception(tables: Tables) -> None:
    for terms in (500, 3_000, 30_000):
        total = "+".join(["1"] * terms)
        source = f"import torch\no = torch.optim.SGD(model.parameters(), lr={total})\n".encode()
        conversion = convert_source(source, tables)
        assert _codes(conversion) == (["OC901"] if conversion.failed else [])
        assert conversion.failed == (conversion.source == source)


@pytest.mark.parametrize(
    "nested",
    [
        pytest.param("x" + ".a" * 1_500, id="attributes"),
        pytest.param("x" + "[0]" * 300, id="subscripts"),
        pytest.param("x" + "()" * 300, id="calls"),
        pytest.param("not " * 1_500 + "x", id="negations"),
        pytest.param("x" + " if y else z" * 500, id="conditional expressions"),
        pytest.param("f(" * 90 + ")" * 90, id="calls in calls"),
        pytest.param("[" * 90 + "]" * 90, id="lists in lists"),
        pytest.param("lambda: " * 90 + "x", id="lambdas in lambdas"),
        pytest.param("(" * 150 + "1" + ")" * 150, id="parentheses around one number"),
    ],
)
@pytest.mark.parametrize(
    "place",
    ["lr={}", "momentum={}, lr=0.1", "betas=(0.9, {})"],
    ids=["a rate", "a momentum", "an entry of betas"],
)
def test_nested_arguments_are_converted_or_too_deep_but_never_an_exception(
    nested: str, place: str, tables: Tables
) -> None:
    api = "Adam" if "betas" in place else "SGD"
    source = f"import torch\no = torch.optim.{api}(model.parameters(), {place.format(nested)})\n".encode()
    conversion = convert_source(source, tables)
    assert not conversion.failed or (_codes(conversion) == ["OC901"] and conversion.source == source)


def test_many_branches_and_many_blocks_are_read(tables: Tables) -> None:
    elifs = "if x: pass\n" + "elif y: pass\n" * 1_000
    nested = "".join(f"{' ' * depth}if x:\n" for depth in range(90)) + " " * 90 + "pass\n"
    conversion = convert_source((SMALL + elifs + nested).encode(), tables)
    assert conversion.source.decode() == CONVERTED + elifs + nested


def test_a_line_of_two_megabytes_is_read(tables: Tables) -> None:
    line = "x = '" + "torch.optim é" * 145_000 + "'\n"
    conversion = convert_source((line + SMALL).encode(), tables)
    assert len(line.encode()) > 2_000_000
    assert conversion.source.decode() == line + CONVERTED


def test_two_megabytes_of_statements_on_one_line_are_read(tables: Tables) -> None:
    line = "y = x.a; " * 40_000
    conversion = convert_source((SMALL + line + "\n").encode(), tables)
    assert conversion.source.decode() == CONVERTED + line + "\n"


def test_a_file_that_never_mentions_the_framework_is_not_even_decoded(tables: Tables) -> None:
    assert convert_source(b"\xff\x00(", tables) == Conversion(b"\xff\x00(")
