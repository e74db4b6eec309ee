"""Text on a terminal: what may be shown, how wide it is, when it may be coloured, and how it is sent."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from contextlib import suppress
from typing import TextIO

import click

# Control characters, invisible formatting (which can turn the direction of a line), surrogates, and line
# and paragraph separators. A file that is shown must not be able to drive the terminal.
_UNSHOWN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_LINE_ENDS = re.compile(r"[\r\n]+")
_LONGEST_COMPLAINT = 1000  # characters
_ZERO_WIDTH_CATEGORIES = frozenset({"Mn", "Me"})


def escape(text: str) -> str:
    r"""Return ``text`` with everything that a terminal might obey written as ``\x1b``, ``\u202e`` ..."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in _UNSHOWN_CATEGORIES
        else character
        for character in text
    )


def one_line(text: str) -> str:
    """Return a message as one line in which everything is escaped that might drive a display."""
    # Not one expression with the space around: of a very long run of it each part would be tried.
    lines = (line.strip() for line in _LINE_ENDS.split(text))
    return escape(" ".join(line for line in lines if line))


def shortened(text: str) -> str:
    """Return what is wrong with a file as one can read it, however much of the file it quotes."""
    return text if len(text) <= _LONGEST_COMPLAINT else f"{text[:_LONGEST_COMPLAINT]}..."


def shown_path(path: str | os.PathLike[str]) -> str:
    r"""Return a file name as text: bytes that are no text in the file system's encoding become ``\xff``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def width(text: str) -> int:
    """Return how many terminal cells ``text`` takes: East Asian wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(_character_width(character) for character in text)


def _character_width(character: str) -> int:
    if unicodedata.category(character) in _ZERO_WIDTH_CATEGORIES:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def is_terminal(*, err: bool) -> bool:
    """Return whether standard output (or standard error) is a terminal."""
    stream = _stream(err=err)
    return stream is not None and stream.isatty()


def use_colour(*, err: bool) -> bool:
    """Return whether colour may be sent: to a terminal only, and not when ``NO_COLOR`` forbids it."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return is_terminal(err=err)


def paint(text: str, colour: str, *, err: bool) -> str:
    """Return ``text`` in bold ``colour`` when the stream may be coloured."""
    return click.style(text, fg=colour, bold=True) if use_colour(err=err) else text


def say(text: str, *, err: bool = False) -> None:
    """Write one line at once; a character that the stream's encoding does not have is escaped."""
    click.echo(encodable(text, err=err), err=err)


def encodable(text: str, *, err: bool) -> str:
    """Return text with every character escaped that the encoding of the stream does not have."""
    encoding = getattr(_stream(err=err), "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def send(content: bytes) -> None:
    """Write ``content`` to standard output, as it is and at once."""
    click.echo(content, nl=False)


def discard_output() -> None:
    """Let what is still buffered go nowhere: at exit Python would complain about the closed pipe."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (_stream(err=False), _stream(err=True)):
        with suppress(OSError, ValueError):  # a stream without a file descriptor has nothing to flush
            if stream is not None:
                os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _stream(*, err: bool) -> TextIO | None:
    """Return the stream, or None: a process may be started with the stream closed."""
    return sys.stderr if err else sys.stdout
