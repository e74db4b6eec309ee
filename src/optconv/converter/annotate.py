"""Marking comments above statements that could not be converted."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from optconv.converter.directives import is_directive
from optconv.converter.edits import Edits
from optconv.converter.file_context import MARK, FileContext
from optconv.converter.result import Diagnostic, Severity
from optconv.converter.source import SourceText

_LONGEST = 200


def annotate(context: FileContext, language: str) -> None:
    """Put a comment above every statement that has an error, unless it stands there already.

    None is put where a person ignores the error: that comment says enough.
    """
    errors = [found for found in context.diagnostics if found.severity is Severity.ERROR]
    errors = [found for found in errors if not context.directives.ignored_at(found.start.line, found.code)]
    if not errors:
        return
    statements = _statements_by_line(context)
    marked: dict[int, list[str]] = {}
    for found in errors:
        line = statements.get(found.start.line, found.start.line)
        text = marking_comment(found, language)
        if text not in marked.setdefault(line, []):
            marked[line].append(text)
    for line, texts in marked.items():
        writable = [_writable(text, context.source.encoding) for text in texts]
        insert_marks(context.source, context.edits, _first_line(context.source, line), writable)


def _writable(text: str, encoding: str) -> str:
    """Return a text with escapes in place of what the file's encoding does not have: a team's notes may."""
    return text.encode(encoding, "backslashreplace").decode(encoding)


def marking_comment(found: Diagnostic, language: str) -> str:
    """Return the comment that says why a place stays."""
    message = " ".join(found.message.in_language(language).split())
    message = message.removeprefix(f"{found.api} ")
    text = f"{_start(found)}{message}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _start(found: Diagnostic) -> str:
    """Return how the comment begins: by this a comment of an earlier run is recognized."""
    return f"{MARK}{found.code} {found.api}: " if found.api else f"{MARK}{found.code} "


def _first_line(source: SourceText, line: int) -> int:
    """Return the line above which a comment can stand: not one that goes on with the line before."""
    while line > 1 and source.text[: source.line_start(line)].rstrip("\r\n").endswith("\\"):
        line -= 1
    return line


def insert_marks(source: SourceText, edits: Edits, line: int, texts: Iterable[str]) -> None:
    """Insert marking comments above ``line``, indented as it is, but for one that stands there already."""
    start = source.line_start(line)
    indentation = source.text[start:][: len(source.text[start:]) - len(source.text[start:].lstrip(" \t\f"))]
    present: list[str] = []
    above = line - 1
    while above >= 1:
        text = source.text[source.line_start(above) : source.line_end(source.line_start(above))].strip()
        if not is_directive(text):
            break
        present.append(text)
        above -= 1
    for text in texts:
        if not any(_same_mark(text, other) for other in present):
            edits.insert(start + len(indentation), f"{text}{source.newline}{indentation}", order=-1)


def _same_mark(text: str, other: str) -> bool:
    """Compare what two comments begin with; the rest may name lines, which move."""
    size = len(MARK) + len("OC302")
    own, theirs = text[size:].partition(": "), other[size:].partition(": ")
    return text[:size] == other[:size] and own[0] == theirs[0]


def _statements_by_line(context: FileContext) -> dict[int, int]:
    """Return, for every line, the line above which a comment about it can stand.

    That is the first line of the innermost statement, moved up past anything that shares a line with it: a
    statement before a semicolon, or the header that a one-line block stands behind.
    """
    first: dict[int, int] = {}
    stack: list[tuple[list[ast.stmt], int]] = [(context.scopes.tree.body, 0)]
    while stack:
        block, header_line = stack.pop()
        previous_end, previous_top = 0, 0
        for statement in block:
            beginning = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", []))])
            top = beginning
            if beginning <= previous_end:
                top = previous_top
            elif beginning == header_line:
                top = first.get(header_line, header_line)
            end = statement.end_lineno or beginning
            for line in range(beginning, end + 1):
                first[line] = top
            previous_end, previous_top = end, top
            for name in ("body", "orelse", "finalbody", "handlers", "cases"):
                inner = getattr(statement, name, None)
                if isinstance(inner, list):
                    parts = [p for p in inner if isinstance(p, (ast.ExceptHandler, ast.match_case))]
                    for part in parts:
                        first[_line_of(part)] = _line_of(
                            part
                        )  # a comment can stand above ``except`` and ``case``
                        stack.append((part.body, _line_of(part)))
                    statements = [part for part in inner if isinstance(part, ast.stmt)]
                    stack.append((statements, _header_line(statement, statements)))
    return first


def _line_of(part: ast.ExceptHandler | ast.match_case) -> int:
    return part.lineno if isinstance(part, ast.ExceptHandler) else (part.pattern.end_lineno or 0)


def _header_line(statement: ast.stmt, block: list[ast.stmt]) -> int:
    """Return the line of the header if the block begins on it (``if x: y``), else 0."""
    if block and block[0].lineno == statement.lineno:
        return statement.lineno
    return 0
