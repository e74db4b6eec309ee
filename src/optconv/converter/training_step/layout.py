"""Where statements stand: their indentation, the comments above them, and how lines are moved."""

from __future__ import annotations

import ast
import io
import tokenize

from optconv.converter.directives import is_marking_comment
from optconv.converter.file_context import FileContext
from optconv.converter.source import SourceText


def indentation_of(source: SourceText, statement: ast.stmt) -> str:
    """Return the white space in front of a statement."""
    start = source.line_start(statement.lineno)
    line = source.text[start : source.span(statement).start]
    return line[: len(line) - len(line.lstrip())]


def inner_indentation(source: SourceText, loop: ast.For | ast.While) -> str:
    """Return the indentation of the body of a loop."""
    outer = indentation_of(source, loop)
    if loop.body[0].lineno > loop.lineno:
        return indentation_of(source, loop.body[0])
    return outer + one_level(outer)


def one_level(indentation: str) -> str:
    """Return by how much a block goes in, where nothing else says so."""
    return "\t" if indentation.startswith("\t") else "    "


def moved(text: str, old: str, new: str, newline: str) -> str:
    """Return lines with another indentation; what stands further to the left, or in a string, stays there."""
    lines, strings = text.split(newline), _lines_of_strings(text, newline)
    return newline.join(
        new + line[len(old) :] if line.startswith(old) and number not in strings else line
        for number, line in enumerate(lines)
    )


def _lines_of_strings(text: str, newline: str) -> set[int]:
    """Return the lines (from 0) that begin inside of a string."""
    found: set[int] = set()
    begun: list[int] = []
    prefix = "if 1:\n" if text[:1].isspace() else "\n"  # one line, above text that may be indented
    try:
        for token in tokenize.generate_tokens(io.StringIO(prefix + text.replace(newline, "\n")).readline):
            name = tokenize.tok_name[token.type]
            if name == "FSTRING_START":
                begun.append(token.start[0])
            first = begun.pop() if name == "FSTRING_END" else token.start[0]
            if name in ("STRING", "FSTRING_END"):
                found.update(range(first - 1, token.end[0] - 1))
    except (tokenize.TokenError, SyntaxError):  # a part of a statement
        pass
    return found


def has_long_string(source: SourceText, statement: ast.stmt) -> bool:
    """Return whether a string in a statement goes over several lines: it must not be moved sideways."""
    return any(
        isinstance(part, (ast.Constant, ast.JoinedStr))
        and part.end_lineno != part.lineno
        and any(mark in source.of(part) for mark in ('"""', "'''", "\\\n", "\\\r"))
        for part in ast.walk(statement)
    )


def start_with_comments(source: SourceText, statement: ast.stmt) -> int:
    """Return where a statement begins with the comments directly above it, behind their indentation."""
    indentation = indentation_of(source, statement)
    line = statement.lineno
    while line > 1:
        start = source.line_start(line - 1)
        text = source.text[start : source.line_end(start)]
        if not text.startswith(f"{indentation}#") or is_marking_comment(text):
            break
        line -= 1
    return source.line_start(line)


def next_line(source: SourceText, statement: ast.stmt) -> int:
    """Return where the line behind a statement begins; the end of the text where there is none."""
    end = source.line_end(source.span(statement).end)
    return end + (len(source.newline) if source.text.startswith(source.newline, end) else 0)


def blank_lines_above(source: SourceText, context: FileContext, statement: ast.stmt, start: int) -> int:
    """Return how many blank lines a function needs in front of it, where it is put at ``start``."""
    wanted = 1 if indentation_of(source, statement) else 2
    siblings = context.scopes.siblings(statement)
    if siblings[0] is statement and wanted == 1:
        return 0
    line = source.line_of(start) - 1
    while (
        wanted
        and line >= 1
        and not source.text[source.line_start(line) : source.line_end(source.line_start(line))].strip()
    ):
        wanted -= 1
        line -= 1
    return 0 if line < 1 or source.is_between_cells(line) else wanted
