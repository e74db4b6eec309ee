"""The promises of a conversion, on generated training scripts, on mutated ones, and on arbitrary bytes."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections import Counter

from casepages.outcome import run_source
from casepages.promises import broken_promises
from hypothesis import given
from hypothesis import strategies as st

from optconv.converter import Conversion, Options, convert_source
from optconv.mappings import load_tables

from .generated_scripts import Script, scripts

TABLES = load_tables("paddle")
BARE = Options(annotate=False)
EVERYTHING = Options(skim=False)


def _converted(source: bytes, options: Options = BARE) -> Conversion:
    return convert_source(source, TABLES, options)


@given(scripts(), st.booleans())
def test_no_promise_is_broken_on_a_generated_script(script: Script, annotate: bool) -> None:
    options = Options(annotate=annotate)
    source = script.text.encode()
    run = run_source(source, "utf-8", TABLES, options)
    assert not run.conversion.failed, (script.text, run.conversion.diagnostics)
    assert not broken_promises(run), f"{script.text}\n--- becomes\n{run.after}"


@given(scripts())
def test_the_output_parses(script: Script) -> None:
    output = _converted(script.text.encode(), Options()).source
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ast.parse(output)


@given(scripts(), st.booleans())
def test_a_second_run_changes_nothing(script: Script, annotate: bool) -> None:
    options = Options(annotate=annotate)
    once = _converted(script.text.encode(), options).source
    assert _converted(once, options).source == once


@given(scripts())
def test_all_comments_survive(script: Script) -> None:
    output = _converted(script.text.encode()).source.decode()
    assert _comments(output) == _comments(script.text)


def _comments(text: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text, newline=None).readline)
    return Counter(token.string.rstrip() for token in tokens if token.type == tokenize.COMMENT)


@given(scripts())
def test_lines_of_other_statements_are_the_same_bytes(script: Script) -> None:
    before = Counter(script.text.encode().splitlines(keepends=True))
    after = Counter(_converted(script.text.encode()).source.splitlines(keepends=True))
    lost = before - after
    untouched = {line.encode() for line in script.untouched}
    assert not [line for line in lost if line.rstrip(b"\r\n") in untouched and line.strip()], script.text


@given(scripts())
def test_a_file_without_the_framework_is_returned_as_it_is(script: Script) -> None:
    source = script.text.replace("torch", "jaxlib").encode()
    conversion = _converted(source, EVERYTHING)
    assert conversion.source == source
    assert not conversion.failed


@given(st.binary(max_size=200))
def test_arbitrary_bytes_raise_nothing(source: bytes) -> None:
    _holds_or_fails_cleanly(source, _converted(source, EVERYTHING))


@given(st.text(st.sampled_from("import torch.optim as o\n\r\f\t()[]{}:;=,'\"#\\é@*\0"), max_size=80))
def test_arbitrary_text_of_python_like_characters_raises_nothing(text: str) -> None:
    source = text.encode()
    _holds_or_fails_cleanly(source, _converted(source, EVERYTHING))


@given(scripts(), st.data())
def test_a_mutated_script_raises_nothing(script: Script, data: st.DataObject) -> None:
    source = bytearray(script.text.encode())
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, max(len(source) - 1, 0)))
        end = data.draw(st.integers(start, min(start + 8, len(source))))
        source[start:end] = data.draw(_SCRAPS)
    _holds_or_fails_cleanly(bytes(source), _converted(bytes(source), Options()))


_SCRAPS = st.sampled_from([b"", b"(", b")", b"\n", b"    ", b"\t", b"'", b"#", b"=", b",", b"*", b"lambda: ", b"\xff", b"\x00", b" if x else y", b".optim", b"global opt\n", b"(yield)", b"[0]", b"not ", b"\\\n", b":= "])  # fmt: skip


def _holds_or_fails_cleanly(source: bytes, conversion: Conversion) -> None:
    if conversion.failed:
        assert conversion.source == source
        assert len(conversion.diagnostics) == 1
        assert conversion.diagnostics[0].code.startswith("OC90"), conversion.diagnostics
        assert conversion.diagnostics[0].code != "OC905", conversion.diagnostics
        assert conversion.references == ()
        assert conversion.diagnostics[0].start.line >= 1
        assert conversion.diagnostics[0].start.column >= 1
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(conversion.source)
