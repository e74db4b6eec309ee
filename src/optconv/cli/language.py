"""The language that a person's environment asks for."""

from __future__ import annotations

import locale
import os

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_CHINESE = ("zh", "chinese")


def language_of_locale() -> str:
    """Return "zh" where the locale is a Chinese one, else "en".

    The variables that POSIX names for messages are asked first; where none is set, as on Windows, the
    locale of the system is.
    """
    for variable in _VARIABLES:
        if os.environ.get(variable):
            return _language(os.environ[variable])
    return _language(locale.getlocale()[0] or "")


def _language(name: str) -> str:
    return "zh" if name.lower().startswith(_CHINESE) else "en"
