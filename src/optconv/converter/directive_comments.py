"""Finds the comments of a Python file with the code that each of them concerns.

A comment behind code concerns the whole logical line that it stands in, so it may stand behind any line of a
call; one that has a line for itself concerns the statement below it, decorators included.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Container, Iterator
from dataclasses import dataclass

from optconv.converter.result import Position
from optconv.converter.source import UndecodableError, decode

_LONE_RETURN = re.compile(r"\r(?!\n)")
_LAYOUT = (tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER)
_SKIP = re.compile(r"#[ \t]*optconv:[ \t]*skip-file(?![\w-])")
_SKIP_LINE = re.compile(rb"(?:^\xef\xbb\xbf|^|[\r\n])[ \t\f]*#[ \t]*optconv:[ \t]*skip-file(?![\w-])")


@dataclass(frozen=True)
class Comment:
    """One comment of a file."""

    text: str
    start: Position
    lines: Container[int]  # of the code that it concerns
    alone: bool  # it has a line for itself

    @property
    def asks_to_skip(self) -> bool:
        """Return whether it says that the file is to be left alone."""
        return self.alone and _SKIP.match(self.text) is not None


def may_ask_to_skip(source: bytes) -> bool:
    """Return whether a line of a file looks like the comment that the file is to be left alone."""
    return b"skip-file" in source and _SKIP_LINE.search(source) is not None


def skips_file(source: bytes) -> bool:
    """Return whether a line of a Python file is the comment that it is to be left alone.

    A line inside of a string is none, but in a file that cannot be decoded or parsed every line counts: that
    may be why it is to be left alone.
    """
    if not may_ask_to_skip(source):
        return False
    try:
        return text_skips_file(decode(source).text)
    except UndecodableError:
        return True


def text_skips_file(text: str) -> bool:
    """Return the same of a text."""
    if not may_ask_to_skip(text.encode("utf-8", "replace")):
        return False
    comments, whole = _python_comments(text)
    return not whole or any(comment.asks_to_skip for comment in comments)


def python_comments(text: str) -> list[Comment]:
    """Return every comment of a module."""
    return _python_comments(text)[0]


def _python_comments(text: str) -> tuple[list[Comment], bool]:
    """Return the comments up to where Python's tokenizer stops, and whether that is the end."""
    found: list[Comment] = []
    above: list[tuple[str, Position]] = []  # in lines of their own, for the statement below
    beside: list[tuple[str, Position, bool]] = []  # in the logical line that is being read
    top = first = code = 0  # lines: of the decorators, of the logical line, the last one with code
    decorates = False
    whole = True
    try:
        for token in _tokens(text):
            line, column = token.start
            if token.type == tokenize.COMMENT:
                comment, place = token.string.rstrip("\r"), Position(line, column + 1)
                if first:
                    beside.append((comment, place, code != line))
                else:
                    above.append((comment, place))
            elif token.type == tokenize.NEWLINE:
                found += [Comment(c, at, range(first or line, line + 1), alone) for c, at, alone in beside]
                top = top or first or line
                if not decorates:
                    found += [Comment(c, at, range(top, line + 1), alone=True) for c, at in above]
                    above, top = [], 0
                beside, first, decorates = [], 0, False
            elif token.type not in _LAYOUT:
                decorates = decorates or (not first and token.string == "@")
                first, code = first or line, token.end[0]
    except (tokenize.TokenError, SyntaxError, IndexError):
        whole = False
    rest = [*((c, at, True) for c, at in above), *beside]  # there is no statement below, or no end of one
    found += [Comment(c, at, range(at.line, at.line + 1), alone) for c, at, alone in rest]
    return found, whole


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    text = _LONE_RETURN.sub("\n", text)  # the tokenizer knows this line end no more; places stay
    return tokenize.generate_tokens(io.StringIO(text, newline="").readline)
