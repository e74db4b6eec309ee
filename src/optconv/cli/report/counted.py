"""A number with what it counts, in words that fit one and many."""

from __future__ import annotations

from typing import Literal

from optconv.mappings import Text, message

Noun = Literal["cause", "diagnostic", "error", "file", "note", "other-use", "place", "reference", "warning"]


def counted(number: int, noun: Noun) -> Text:
    """Return a number with a noun: "1 file", "2 files"; in Chinese with the measure word that it takes."""
    if number == 1:
        return message(f"count.one.{noun}")
    return message(f"count.many.{noun}", number=str(number))
