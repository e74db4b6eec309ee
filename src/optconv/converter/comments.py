"""Finds comments, so that none is lost when what stands around it is rewritten."""

from __future__ import annotations

import io
import re
import tokenize

from optconv.converter.source import SourceText

_LONE_RETURN = re.compile(r"\r(?!\n)")


def find_comments(source: SourceText) -> list[tuple[int, str]]:
    """Return every comment with the offset of its first character, in order.

    A text that is not a whole module gives the comments up to where Python's tokenizer stops.
    """
    found: list[tuple[int, str]] = []
    text = _LONE_RETURN.sub("\n", source.text)  # the tokenizer knows this line end no more; offsets stay
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if token.type == tokenize.COMMENT:
                line, column = token.start
                found.append((source.line_start(line) + column, token.string.rstrip("\r")))
    except (tokenize.TokenError, SyntaxError, IndexError):
        return found
    return found


def comments_in(text: str) -> list[str]:
    """Return the comments of an expression or a statement that may go over several lines."""
    return [comment for _, comment in find_comments(SourceText(text, "utf-8"))]
