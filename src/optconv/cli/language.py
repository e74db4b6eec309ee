"""The language that people are spoken to in: of the command line, of the configuration, or of the locale."""

from __future__ import annotations

import gettext
import locale
import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optconv.mappings import Text

_NAMES = ("en", "zh")  # those of `optconv.mappings`, which `optconv --help` does not load
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_CHINESE = ("zh", "chinese")
_KEY = "optconv.language"  # in what click keeps for a command line
_CLICK_WORDS = "click"  # what the catalogue of click's own words is called
_NO_CATALOGUE = "messages"  # what gettext looks for when nobody says anything; there is none


def language_of_locale() -> str:
    """Return "zh" where the locale is a Chinese one, else "en".

    The variables that POSIX names for messages are asked first; where none is set, as on Windows, the
    locale of the system is.
    """
    for variable in _VARIABLES:
        if os.environ.get(variable):
            return _language(os.environ[variable])
    return _language(locale.getlocale()[0] or "")


def language_of_arguments(arguments: Sequence[str]) -> str:
    """Return the language of a command line that is not parsed yet: what ``--lang`` says, else the locale."""
    language = language_of_locale()
    words = iter(arguments)
    for word in words:
        if word == "--":
            break
        option, equals, value = word.partition("=")
        if option == "--lang":
            value = value if equals else next(words, "")
            language = value if value in _NAMES else language
    return language


def use_language(language: str) -> None:
    """Speak to people in a language ("en" or "zh") for the rest of a command line.

    Click asks gettext for its own words ("Usage", "No such option"), and gettext finds the catalogue by the
    environment; LANGUAGE is the variable that goes before all others there.
    """
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta[_KEY] = language
    if language == "zh":
        from pathlib import Path  # English help does not wait for it

        os.environ["LANGUAGE"] = language
        gettext.bindtextdomain(_CLICK_WORDS, Path(__file__).parent / "locale")
    gettext.textdomain(_CLICK_WORDS if language == "zh" else _NO_CATALOGUE)


def current_language() -> str:
    """Return the language of the command line that is being worked on; without one that of the locale."""
    context = click.get_current_context(silent=True)
    chosen: str | None = None if context is None else context.meta.get(_KEY)
    return chosen or language_of_locale()


def said(text: Text) -> str:
    """Return a message in the language of the command line that is being worked on."""
    return text.in_language(current_language())


def _language(name: str) -> str:
    return "zh" if name.lower().startswith(_CHINESE) else "en"
