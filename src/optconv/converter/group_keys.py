"""Which keys of a parameter group mean something else in the target, and whether its rate does."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from optconv.converter.group_dicts import GROUP_ENTRY
from optconv.mappings.schema import Case


def keeps_rate(case: Case, rate_name: str) -> bool:
    """Return whether the rate of a group stays as it is: no multiple of the optimizer's, no other key."""
    general = case.arguments.get(rate_name)
    return general is not None and general.text == rate_name and rate_name not in case.groups


def changed_keys(
    case: Case, cases: Sequence[Case], parameters: Collection[str], rate_name: str
) -> frozenset[str]:
    """Return the keys that a group may not have unseen, because they would have to be written in another way.

    Args:
        case: how the optimizer is written.
        cases: every way to write it: a group could have what asks for another one.
        parameters: of the optimizer in the source framework.
        rate_name: the parameter that is the learning rate.
    """
    if case.group_entries is not None:
        # A rate gets no schedule, an iterator would be gone through before its time; other keys are errors.
        return frozenset({GROUP_ENTRY, rate_name})
    renamed = {
        name
        for keyword, expression in case.arguments.items()
        for name in expression.names
        if name != GROUP_ENTRY and keyword != expression.text
    }
    if not keeps_rate(case, rate_name):
        return frozenset(renamed | {rate_name})
    deciding = {name for other in cases if other.when is not None for name in other.when.names}
    ruled = {r.parameter for r in (*case.refuse, *case.lossy) if not r.loud and not r.inherited}
    return frozenset((renamed | deciding | ruled | case.refuse_in_groups.keys()) & set(parameters))
