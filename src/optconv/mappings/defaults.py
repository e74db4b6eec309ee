"""When an argument says no more than the target's own default: the converter leaves it out then."""

from __future__ import annotations

from typing import Any

from optconv.mappings.expressions import UNKNOWN, parse_expression
from optconv.mappings.schema import TargetApi


def is_default(keyword: str, target: TargetApi | None, value: Any) -> bool:
    """Return whether leaving the keyword out gives the same value.

    Args:
        keyword: a parameter of the target.
        target: the class or method that has it.
        value: what it would be given, or `UNKNOWN`.
    """
    parameter = target.signature.parameter(keyword) if target else None
    if target is None or parameter is None or parameter.default is None or value is UNKNOWN:
        return False
    same = [parse_expression(parameter.default).evaluate({})]
    if keyword in target.inert:
        same.append(target.inert[keyword].evaluate({}))
    return any(_equal(value, other) for other in same)


def _equal(left: Any, right: Any) -> bool:
    """Return whether two defaults mean the same; True and 1 do not."""
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    return bool(left == right) and (left is None) == (right is None)
