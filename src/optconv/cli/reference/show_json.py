"""``optconv show --format json``: what is known about an API as one JSON value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from optconv.mappings import Text

if TYPE_CHECKING:
    from optconv.cli.reference.row_description import RowDescription


def as_json(row: RowDescription, language: str) -> dict[str, Any]:
    """Return the description of a row with its texts in one language, and the classes it was measured in."""
    found = _plain(row, language)
    return {**found, "classes": _plain(row.classes, language)}


def _plain(value: Any, language: str) -> Any:
    if isinstance(value, Text):
        return value.in_language(language)
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name), language) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(entry, language) for key, entry in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(entry, language) for entry in value]
    return value
