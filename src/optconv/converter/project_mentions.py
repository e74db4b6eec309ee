"""How the text of a file may use what it imports: a file that cannot do so need not be parsed.

Too many uses are found rather than too few: in comments and strings, too.
"""

from __future__ import annotations

import re
from functools import lru_cache

from optconv.converter.project_text import ModuleText

# Python's own ways to a member by its name as text (see `optconv.converter.module_members`).
_BY_TEXT = rb"(?:getattr|vars|__dict__)[^\r\n]*[\"']%s[\"']"
# The name as a string is none: lists of what a file exports have it so.
_READ = rb"(?<![\w\x80-\xff])(?<![\"'])(?:%s)(?![\w\x80-\xff])|[\"'](?:%s)(?![\w\x80-\xff\"'])"
_NEITHER_CALLED_NOR_OPENED = rb"(?:%s)(?![ \t]*[(.])"
_STORED = rb"\.\s*%s(?![\w\x80-\xff])(?![ \t]*[.(\[])"
_CALLED = rb"\.\s*%s\s*\("


def may_read(text: ModuleText, name: str) -> bool:
    """Return whether a file may do more with a name that it imports than to pass it on."""
    names = _alternatives(text, name)
    return _pattern(_READ, names, names).search(text.code) is not None


def may_derive(text: ModuleText, name: str) -> bool:
    """Return whether a file may define a class that inherits from one that it imports."""
    if b"class" not in text.code:
        return False
    names = _alternatives(text, name)
    named = _pattern(_NEITHER_CALLED_NOR_OPENED, _pattern(_READ, names, names).pattern)
    return (
        named.search(text.code) is not None or _pattern(_BY_TEXT, name.encode()).search(text.code) is not None
    )


def may_store(text: ModuleText, name: str) -> bool:
    """Return whether a file may assign to an attribute of that name."""
    return _pattern(_STORED, name.encode()).search(text.code) is not None


def may_call_method(text: ModuleText, name: str) -> bool:
    """Return whether a file may call a method of that name."""
    return _pattern(_CALLED, name.encode()).search(text.code) is not None


def _alternatives(text: ModuleText, name: str) -> bytes:
    return "|".join(sorted(text.names_for(name))).encode()


@lru_cache(maxsize=1024)
def _pattern(form: bytes, *words: bytes) -> re.Pattern[bytes]:
    return re.compile(form % words)
