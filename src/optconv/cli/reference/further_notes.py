"""Every note of a row with the words of the table that lead to it, so that none is left out of its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from optconv.cli.reference.document import Bullets, Code, Heading, Paragraph, Table
from optconv.mappings import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from optconv.cli.reference.document import Block


def find_notes(value: object, place: tuple[str, ...] = ()) -> Iterator[tuple[str, Text]]:
    """Return every text within ``value``, a row or a part of one, with its place: ``attach.single``."""
    if isinstance(value, Text):
        yield ".".join(place), value
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from find_notes(entry, (*place, str(key)))
    elif isinstance(value, (tuple, list)):
        for entry in value:
            yield from find_notes(entry, place)
    elif is_dataclass(value):
        for member in fields(value):
            yield from find_notes(getattr(value, member.name), (*place, member.name))


def not_said_in(blocks: Iterable[Block], notes: Iterable[tuple[str, Text]]) -> list[tuple[str, Text]]:
    """Return the notes that stand nowhere in some blocks, each once."""
    said = [text.en for block in blocks for text in _texts(block)]
    missing: dict[str, tuple[str, Text]] = {}
    for place, note in notes:
        if not any(note.en in text for text in said):
            missing.setdefault(note.en, (place, note))
    return list(missing.values())


def _texts(block: Block) -> tuple[Text, ...]:
    match block:
        case Heading(text=text) | Paragraph(text=text):
            return (text,)
        case Bullets(items=items):
            return items
        case Table(rows=rows):
            return tuple(cell for row in rows for cell in row)
        case Code():
            return ()
