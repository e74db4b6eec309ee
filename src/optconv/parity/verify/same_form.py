"""Whether a construction alone is converted as it is in its file: the same class with the same arguments."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from optconv.converter.built_object import BuiltObject, WrittenObject
from optconv.converter.schedule_texts import ScheduleTexts
from optconv.converter.static_values.evaluate import UsedValue
from optconv.mappings.bounded_evaluation import Work
from optconv.mappings.expressions import UNKNOWN

_MOST_WORK = 200_000


def other_form(
    in_file: BuiltObject, alone: BuiltObject, used: Iterable[UsedValue], named: Mapping[str, Any]
) -> str:
    """Return what is written for a construction alone, where it is something else; else an empty text.

    Args:
        in_file: the construction, converted in its file.
        alone: the same, converted in the script that measures it.
        used: what parts of the file's expressions come to.
        named: what the names of the script stand for.
    """
    ours, theirs = in_file.written, alone.written
    if ours is None or theirs is None:
        return "" if ours is theirs else _shown(alone)
    if ours.api != theirs.api or ours.in_front != theirs.in_front:
        return _shown(alone)
    before = {value.text: _any_function if value.is_function else value.value for value in used}
    for name in {*ours.arguments, *theirs.arguments}:
        first, second = _value(ours, name, before), _value(theirs, name, named)
        if not ours.api and isinstance(first, list) and isinstance(second, list):
            first, second = first[: len(second)], second[: len(first)]  # a rate for each update of a run
        if not _are_same(first, second):
            return _shown(alone)
    return ""


def _any_function(_: int) -> float:
    return 0.0


def _value(written: WrittenObject, name: str, meanings: Mapping[str, Any]) -> Any:
    text = written.arguments.get(name)
    if text is None:
        return None
    return ScheduleTexts({}, meanings, Work(_MOST_WORK)).value(text)


def _are_same(first: Any, second: Any) -> bool:
    """Return whether two values are one; of functions, and of what cannot be computed, nothing is asked."""
    if first is UNKNOWN or second is UNKNOWN or (callable(first) and callable(second)):
        return (first is UNKNOWN) == (second is UNKNOWN)
    if isinstance(first, (list, tuple)) and isinstance(second, (list, tuple)):
        return len(first) == len(second) and all(map(_are_same, first, second))
    if isinstance(first, float) and isinstance(second, float) and math.isnan(first):
        return math.isnan(second)
    return bool(first == second)


def _shown(alone: BuiltObject) -> str:
    if alone.written is None:
        return alone.api
    arguments = ", ".join(f"{name}={text}" for name, text in alone.written.arguments.items())
    return f"{alone.written.api}({arguments})"
