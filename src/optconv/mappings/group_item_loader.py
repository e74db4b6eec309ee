"""Loads ``items``: how the entries of parameter groups are read and written in the target."""

from __future__ import annotations

import ast

from optconv.mappings.case_loader import RESERVED_NAMES, Catalogues
from optconv.mappings.expressions import Expression, read_expression
from optconv.mappings.rule_loader import load_differences, read_text
from optconv.mappings.schema import GroupItem, InPlace
from optconv.mappings.yaml_reader import Located

_ITEM_KEYS = frozenset(
    {
        "read",
        "read_ratio",
        "write",
        "in_place",
        "refuse",
        "differs",
        "refuse_write",
        "refuse_absolute",
        "refuse_single",
    }
)
_BESIDE_IN_PLACE = frozenset({"in_place", "differs", "refuse_write"})
_TYPES = ("float", "floats", "bool")


def load_group_items(located: Located | None, catalogues: Catalogues) -> dict[str, GroupItem]:
    """Load ``items``: key of a parameter group -> its rules."""
    return {key: _load_group_item(item, catalogues) for key, item in located or ()}


def _load_group_item(located: Located, catalogues: Catalogues) -> GroupItem:
    mapping = located.mapping(allowed=_ITEM_KEYS)
    if "refuse" in mapping and len(mapping) > 1:
        raise mapping["refuse"].error("stands alone: an entry that is refused has no other rules")
    others = sorted(mapping.keys() - _BESIDE_IN_PLACE) if "in_place" in mapping else []
    if others:
        raise mapping[others[0]].error("stands beside 'in_place'; an entry has one or the other")
    names = frozenset({"self", "value"})
    ratio = mapping.get("read_ratio")
    return GroupItem(
        read=read_expression(mapping["read"], names) if "read" in mapping else None,
        write=read_expression(mapping["write"], names | catalogues.modules) if "write" in mapping else None,
        differs=load_differences(mapping.get("differs"), RESERVED_NAMES),
        read_ratio=read_expression(ratio, frozenset({"self", "ratio"})) if ratio else None,
        refuse=read_text(mapping["refuse"]) if "refuse" in mapping else None,
        refuse_single=read_text(mapping["refuse_single"]) if "refuse_single" in mapping else None,
        refuse_write=load_differences(mapping.get("refuse_write"), RESERVED_NAMES),
        refuse_absolute=load_differences(mapping.get("refuse_absolute"), RESERVED_NAMES),
        in_place=_load_in_place(mapping["in_place"], catalogues) if "in_place" in mapping else None,
    )


def _load_in_place(located: Located, catalogues: Catalogues) -> InPlace:
    mapping = located.mapping(allowed=frozenset({"read", "write", "type"}))
    if "write" in mapping and "type" in mapping:
        raise mapping["type"].error("stands beside 'write'; it is about what is assigned")
    return InPlace(
        read=read_expression(mapping["read"], frozenset({"entry"})) if "read" in mapping else None,
        write=_load_write(mapping["write"], catalogues) if "write" in mapping else None,
        type=mapping["type"].one_of(*_TYPES) if "type" in mapping else "",
    )


def _load_write(located: Located, catalogues: Catalogues) -> Expression:
    """Load the call of a function of the target, by its whole name, that writes an entry."""
    expression = read_expression(located, frozenset({"entry", "value"}) | catalogues.modules)
    called = ast.unparse(expression.tree.func) if isinstance(expression.tree, ast.Call) else located.text()
    if called not in catalogues.target:
        raise located.error(f"{called} is not in the target's signatures")
    return expression
