"""The keys of ``[tool.optconv]``, and what each of them may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from optconv.cli.language import said
from optconv.cli.selection import InvalidPatternError, UnknownCodeError, check_pattern, codes_of
from optconv.converter.result import Severity
from optconv.mappings import LANGUAGES, Text, message, target_names

NEVER = "never"
SEVERITIES = (*(severity.value for severity in Severity), NEVER)


def _unexpected(problem: Text) -> ValueError:
    return ValueError(said(problem))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _unexpected(message("configuration.expected_text", value=repr(value)))
    return value


def _one_of(choices: Sequence[str], value: Any) -> str:
    if value not in choices:
        raise _unexpected(
            message("configuration.expected_one_of", choices=", ".join(choices), value=repr(value))
        )
    return _text(value)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise _unexpected(message("configuration.expected_texts", value=repr(value)))
    return tuple(value)


def _codes(value: Any) -> tuple[str, ...]:
    selectors = _texts(value)
    try:
        codes_of(selectors)
    except UnknownCodeError as error:
        raise ValueError(str(error)) from error
    return selectors


def _codes_by_pattern(value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise _unexpected(message("configuration.expected_codes", value=repr(value)))
    found = {}
    for pattern, codes in value.items():
        _patterns([pattern])
        try:
            found[pattern] = _codes(codes)
        except ValueError as error:
            raise _unexpected(message("configuration.at", place=pattern, problem=str(error))) from error
    return found


def _patterns(value: Any) -> tuple[str, ...]:
    patterns = _texts(value)
    try:
        for pattern in patterns:
            check_pattern(pattern)
    except InvalidPatternError as error:
        raise ValueError(str(error)) from error
    return patterns


def _interpreters(value: Any) -> dict[str, str]:
    known = ("torch", *target_names())
    if not isinstance(value, dict) or not all(isinstance(path, str) for path in value.values()):
        raise _unexpected(message("configuration.expected_interpreters", value=repr(value)))
    for name in value:
        _one_of(known, name)
    return dict(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _unexpected(message("configuration.expected_flag", value=repr(value)))
    return value


KEYS: Mapping[str, Callable[[Any], Any]] = {
    "target": lambda value: _one_of(target_names(), value),
    "flavor": _text,
    "target-version": _text,
    "select": _codes,
    "ignore": _codes,
    "per-file-ignores": _codes_by_pattern,
    "exclude": _patterns,
    "fail-on": partial(_one_of, SEVERITIES),
    "annotate": _flag,
    "lang": partial(_one_of, LANGUAGES),
    "mappings": _texts,
    "project-root": _text,
    "python": _interpreters,
}
"""Every key, with the function that checks its value."""
