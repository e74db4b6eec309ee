"""Puts the body of a loop in the place of the loop: moved to the left, comments and layout kept."""

from __future__ import annotations

import ast

from optconv.converter.edits import Render
from optconv.converter.file_context import FileContext
from optconv.converter.source import Span


def can_unwrap(context: FileContext, loop: ast.For) -> bool:
    """Return whether the body can stand in place of the loop: no string in it goes over several lines."""
    if _is_on_header_line(loop):
        return True
    texts = (ast.Constant, ast.JoinedStr)
    return not any(
        isinstance(part, texts)
        and part.end_lineno != part.lineno
        and any(mark in context.source.of(part) for mark in ('"""', "'''", "\\\n", "\\\r"))
        for statement in loop.body
        for part in ast.walk(statement)
        if isinstance(part, texts)
    )


def unwrap(context: FileContext, loop: ast.For) -> None:
    """Replace a loop by its body. A comment on the line of its header goes above it."""
    source = context.source
    body = Span(source.span(loop.body[0]).start, source.span(loop).end)
    if _is_on_header_line(loop):
        context.replace_statement(loop, lambda render: render(body), kept=[body])
        return
    start = source.span(loop).start
    outer = source.text[source.line_start(source.line_of(start)) : start]
    inner = source.text[source.line_start(source.line_of(body.start)) : body.start]
    colon = source.text.index(":", context.span_with_parentheses(loop.iter).end)
    # From the end of the header line on: what stands or is inserted directly above the first statement
    # (comments, marks) moves with it.
    kept = Span(source.line_end(colon), body.end)

    def make(render: Render) -> str:
        lines = render(kept).split(source.newline)[1:]
        moved = [outer + line[len(inner) :] if line.startswith(inner) else line for line in lines]
        return source.newline.join(moved).lstrip(" \t")

    context.replace_statement(loop, make, kept=[kept])


def _is_on_header_line(loop: ast.For) -> bool:
    return loop.body[0].lineno == (loop.iter.end_lineno or loop.iter.lineno)
