"""Finds the API that a person means: any importable name, the end of one, or what comes near to one."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from optconv.mappings import Tables

_MOST = 3


def find_apis(tables: Tables, name: str) -> list[str]:
    """Return the APIs that ``name`` stands for: none, one, or several that end in it.

    Args:
        tables: of the target.
        name: ``torch.optim.adam.Adam``, ``lr_scheduler.StepLR``, ``StepLR``.
    """
    exact = tables.source_apis.get(name) or tables.source_api(name)  # of some only members count
    if exact is not None:
        return [exact.name]
    ending = (tables.source_api(known) for known in tables.source_names if known.endswith(f".{name}"))
    found = {api.name for api in ending if api is not None}
    return sorted(found or {known for known in tables.source_apis if known.endswith(f".{name}")})


def near_misses(wanted: str, known: Iterable[str]) -> list[str]:
    """Return the known names that come nearest to what was typed; only letters of another case come first."""
    by_lower: dict[str, str] = {}
    for name in sorted(known):
        by_lower[name.lower()] = name
        by_lower.setdefault(name.rpartition(".")[2].lower(), name)
    last = wanted.lower().rpartition(".")[2]
    found = get_close_matches(wanted.lower(), by_lower, n=_MOST) + get_close_matches(last, by_lower, n=_MOST)
    return list(dict.fromkeys(by_lower[name] for name in found))[:_MOST]
