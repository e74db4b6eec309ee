"""Text for people, in the languages that every message of the tool exists in."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Text:
    """One message in English and in Chinese."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """Return the message in ``language`` (one of ``LANGUAGES``; anything else gives English)."""
        return self.zh if language == "zh" else self.en

    def format(self, **fields: str | Text) -> Text:
        """Fill ``{name}`` fields; a field that is itself a `Text` is taken in the same language."""
        return Text(
            en=self.en.format(**{k: v if isinstance(v, str) else v.en for k, v in fields.items()}),
            zh=self.zh.format(**{k: v if isinstance(v, str) else v.zh for k, v in fields.items()}),
        )
