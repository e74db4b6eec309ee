"""Finds comments, so that none is lost when what stands around it is rewritten."""

from __future__ import annotations

import io
import re
import tokenize

from optconv.converter.source import SourceText

_FORMATTED = frozenset({"f", "fr", "rf", "t", "tr", "rt"})
_PREFIX = re.compile(r"[A-Za-z]*\Z")
_LONGER_THAN_ANY = 3  # letters: no prefix of a string has so many
_LONE_RETURN = re.compile(r"\r(?!\n)")
_COMMENT_OR_STRING = re.compile(
    r"#[^\r\n]*|\"\"\"[^\\\"]*(?:(?:\\.|\"(?!\"\"))[^\\\"]*)*\"\"\""
    r"|'''[^\\']*(?:(?:\\.|'(?!''))[^\\']*)*'''"
    r"|\"[^\\\"\r\n]*(?:\\.[^\\\"\r\n]*)*\"|'[^\\'\r\n]*(?:\\.[^\\'\r\n]*)*'",
    re.DOTALL,
)


def comments_of_module(source: SourceText) -> list[tuple[int, str]]:
    """Return every comment of a module that Python can parse, with the offset of its first character.

    Python's tokenizer makes an object of every token, and costs as much as parsing. Comments are what is
    in no string; only in a formatted string may another string stand, and then the tokenizer is asked.
    """
    if "#" not in source.text:
        return []
    found: list[tuple[int, str]] = []
    for match in _COMMENT_OR_STRING.finditer(source.text):
        text = match.group()
        if text.startswith("#"):
            found.append((match.start(), text))
        elif _prefix(source.text, match.start()) in _FORMATTED and _may_hold_another(text):
            return find_comments(source)
    return found


def _prefix(text: str, start: int) -> str:
    """Return the letters in front of a string: looking for them in the pattern would try every word."""
    before = _PREFIX.search(text[max(0, start - _LONGER_THAN_ANY) : start])
    return before[0].lower() if before is not None else ""


def _may_hold_another(formatted: str) -> bool:
    """Return whether what looks like a formatted string may go on: braces are open, or have a comment."""
    return formatted.count("{") != formatted.count("}") or "#" in formatted


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
