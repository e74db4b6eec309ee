"""Whole training loops with a comment for the tool at every statement: nothing else of their conversion changes."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path

import pytest

from optconv.converter import Options, convert_source
from optconv.mappings import load_tables, target_names

LOOPS = sorted((Path(__file__).parents[1] / "parity" / "loops").glob("*.py"))
NO_PLACE_ABOVE = re.compile(r"\s*(else|elif|except|finally|case|import|from)\b")
ERRORS = "# optconv: ignore[OC302, OC303, OC304, OC306, OC307, OC308]"
UNUSED = "# optconv: ignore[OC210]"


def logical_lines(text: str) -> list[range]:
    """Return the lines of every statement, or header of one, that has no comment behind it."""
    found = []
    commented: set[int] = set()
    first = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            commented.add(token.start[0])
        elif token.type == tokenize.NEWLINE:
            found.append(range(first, token.start[0] + 1))
            first = 0
        elif token.type not in (tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER):
            first = first or token.start[0]
    return [lines for lines in found if lines[-1] not in commented]


def with_comments(text: str, comment: str, place: str) -> str:
    """Return a source with a comment behind or above each statement."""
    lines = text.split("\n")
    for logical in reversed(logical_lines(text)):
        first = lines[logical[0] - 1]
        if place == "behind":
            lines[logical[-1] - 1] += f"  {comment}"
        elif not NO_PLACE_ABOVE.match(first):
            lines.insert(logical[0] - 1, first[: len(first) - len(first.lstrip())] + comment)
    return "\n".join(lines)


def without_comments(text: str, comment: str) -> list[str]:
    """Return the lines of a source without the comments, and without blank lines."""
    return [line for line in (line.replace(comment, "").rstrip() for line in text.split("\n")) if line]


@pytest.mark.parametrize("place", ["behind", "above"])
@pytest.mark.parametrize("target", target_names())
def test_comments_change_nothing_of_the_conversion(target: str, place: str) -> None:
    tables, options = load_tables(target), Options(annotate=False)
    for path in LOOPS:
        source = path.read_text(encoding="utf-8")
        plain = convert_source(source.encode(), tables, options)
        conversion = convert_source(with_comments(source, UNUSED, place).encode(), tables, options)
        assert not conversion.failed, path.name
        found, wanted = (without_comments(c.source.decode(), UNUSED) for c in (conversion, plain))
        assert found == wanted, path.name
        assert [d.code for d in conversion.diagnostics] == [d.code for d in plain.diagnostics], path.name


@pytest.mark.parametrize("place", ["behind", "above"])
@pytest.mark.parametrize("target", target_names())
def test_a_second_run_changes_nothing_where_every_error_is_ignored(target: str, place: str) -> None:
    tables = load_tables(target)
    for path in LOOPS:
        source = with_comments(path.read_text(encoding="utf-8"), ERRORS, place)
        conversion = convert_source(source.encode(), tables, Options())
        assert b"# optconv: OC" not in conversion.source, path.name
        assert convert_source(conversion.source, tables, Options()).source == conversion.source, path.name
