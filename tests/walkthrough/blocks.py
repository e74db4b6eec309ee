"""The blocks of code in a document, and what the comment above each says that it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_COMMENT = r"(?:^<!-- (?P<says>[^>]+) -->\n)?"
_BLOCK = re.compile(_COMMENT + r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A block of code: ``<!-- what name -->`` stands above it, or nothing does."""

    language: str
    text: str
    what: str
    name: str
    place: tuple[int, int]  # of its text in the document


def read_blocks(document: Path) -> list[Block]:
    """Return the blocks of a document in their order. The name is the last word of a comment with several."""
    found = []
    for block in _BLOCK.finditer(document.read_text(encoding="utf-8")):
        words = (block["says"] or "").split()
        what, name = (words[:-1], words[-1]) if len(words) > 1 else (words, "")
        found.append(Block(block["language"], block["text"], " ".join(what), name, block.span("text")))
    return found


def write_blocks(document: Path, texts: Mapping[Block, str]) -> None:
    """Give blocks of a document other texts."""
    text = document.read_text(encoding="utf-8")
    for block in sorted(texts, key=lambda block: block.place, reverse=True):
        text = text[: block.place[0]] + texts[block] + text[block.place[1] :]
    document.write_text(text, encoding="utf-8")
