"""A small document as a value: what is shown as text on a terminal and as Markdown in a page.

Texts have an inline notation: `` `code` `` and ``[words](place)``, where a place is a file below ``docs`` or
an address. Everything else is meant literally.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from optconv.mappings import Text

_BACKTICK = "\\x60"


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title."""

    level: int
    text: Text


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    text: Text


@dataclass(frozen=True)
class Bullets:
    """A list without numbers."""

    items: tuple[Text, ...]


@dataclass(frozen=True)
class Table:
    """A table."""

    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True)
class Code:
    """Some lines of code."""

    language: str
    text: str


Block: TypeAlias = Heading | Paragraph | Bullets | Table | Code


@dataclass(frozen=True)
class Document:
    """Blocks, one below the other."""

    blocks: tuple[Block, ...]


def same(text: str) -> Text:
    """Return text that is the same in every language."""
    return Text.same(text)


def code(text: str) -> Text:
    """Return text as inline code; a backtick in it, which would end it, is written as an escape."""
    return same(f"`{text.replace('`', _BACKTICK)}`") if text else same("")


def joined(parts: list[Text] | tuple[Text, ...], separator: Text | str = "; ") -> Text:
    """Return the parts as one text; the Chinese separator for ``"; "`` is a full-width one."""
    if isinstance(separator, str):
        separator = Text(separator, {"; ": "；", ", ": "，", ". ": "。"}.get(separator, separator))
    return separator.join(parts)


def sentence(text: Text) -> Text:
    """Return text with a capital letter at its beginning."""
    return Text(text.en[:1].upper() + text.en[1:], text.zh)
