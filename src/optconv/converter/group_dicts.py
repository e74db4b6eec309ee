"""The dictionaries of parameter groups, with the dictionaries that are unpacked into them."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from optconv.converter.parameter_uses import other_uses
from optconv.converter.scopes import ScopeTree

GROUP_ENTRY = "params"  # the key of a parameter group that holds its parameters, and the first parameter
DictNode = ast.Dict | ast.Call


@dataclass(frozen=True)
class GroupDict:
    """One dictionary: the entries that are written in it, and what is unpacked into it."""

    node: DictNode
    own: Mapping[str, ast.expr]
    parts: tuple[GroupDict, ...] = ()

    @property
    def entries(self) -> dict[str, ast.expr]:
        """Return every entry of the group by its key."""
        unpacked = {key: value for part in self.parts for key, value in part.own.items()}
        return {**unpacked, **self.own}


def is_dict_display(node: ast.expr | None) -> bool:
    """Return whether an expression is a dictionary that is written out, or ``dict(...)`` with keywords."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args
    return isinstance(node, ast.Dict)


def read_groups(nodes: Sequence[DictNode], scopes: ScopeTree) -> list[GroupDict | None]:
    """Return the groups of an optimizer; None for one with keys that cannot be read from the source."""
    return [_read(node, nodes, scopes) for node in nodes]


def _read(node: DictNode, nodes: Sequence[DictNode], scopes: ScopeTree) -> GroupDict | None:
    own: dict[str, ast.expr] = {}
    parts = []
    for key, value in _pairs(node):
        if isinstance(key, str):
            own[key] = value
        else:
            part = _unpacked(value, nodes, scopes) if key is None else None
            # What an entry in front of the unpacking says, the unpacked one may say again.
            if part is None or own.keys() & part.own.keys():
                return None
            parts.append(part)
    return GroupDict(node, own, tuple(parts))


def _pairs(node: DictNode) -> list[tuple[object, ast.expr]]:
    """Return keys and values; the key of what is unpacked is None, one that cannot be read a node."""
    if isinstance(node, ast.Call):
        return [(keyword.arg, keyword.value) for keyword in node.keywords]
    return [
        (key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else key, value)
        for key, value in zip(node.keys, node.values, strict=True)
    ]


def _unpacked(value: ast.expr, nodes: Sequence[DictNode], scopes: ScopeTree) -> GroupDict | None:
    """Return the dictionary that a variable holds, when it is unpacked into these groups and nothing else."""
    if not isinstance(value, ast.Name):
        return None
    bindings = scopes.reaching(value.id, value)
    if len(bindings) != 1 or bindings[0].kind != "assign" or bindings[0].path:
        return None
    held = bindings[0].value
    if not isinstance(held, (ast.Dict, ast.Call)) or not is_dict_display(held):
        return None
    if not all(_is_unpacked_into(use, nodes, scopes) for use in [value, *other_uses(value, scopes)]):
        return None
    pairs = _pairs(held)
    if not all(isinstance(key, str) for key, _ in pairs):
        return None
    return GroupDict(held, {str(key): entry for key, entry in pairs})


def _is_unpacked_into(use: ast.Name, nodes: Sequence[DictNode], scopes: ScopeTree) -> bool:
    holder = scopes.parents[use]
    if isinstance(holder, ast.keyword):
        return holder.arg is None and scopes.parents[holder] in nodes
    return holder in nodes
