"""Text for people, in the languages that every message of the tool exists in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

LANGUAGES = ("en", "zh")
_WIDE = r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"  # Chinese characters and their punctuation
_GAP = re.compile(f"(?<={_WIDE}) (?={_WIDE})")


@dataclass(frozen=True)
class Text:
    """One message in English and in Chinese."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """Return the message in ``language`` (one of ``LANGUAGES``; anything else gives English)."""
        return self.zh if language == "zh" else self.en

    @staticmethod
    def same(text: str) -> Text:
        """Return what is written alike in both languages: code, names, numbers."""
        return Text(text, text)

    def join(self, parts: Iterable[Text]) -> Text:
        """Return the parts one behind the other, with this text between them."""
        alike = tuple(parts)
        return Text(self.en.join(part.en for part in alike), self.zh.join(part.zh for part in alike))

    def format(self, **fields: str | Text) -> Text:
        """Fill ``{name}`` fields; a field that is itself a `Text` is taken in the same language."""
        return Text(
            en=self.en.format(**{k: v if isinstance(v, str) else v.en for k, v in fields.items()}),
            zh=without_gaps(
                self.zh.format(**{k: v if isinstance(v, str) else v.zh for k, v in fields.items()})
            ),
        )


def without_gaps(text: str) -> str:
    """Return Chinese without spaces between its characters: folded lines and filled fields leave some."""
    return _GAP.sub("", text)
