"""Converts comprehensions over parameter groups: a list with the rate of each."""

from __future__ import annotations

import ast

from optconv.converter.group_items import (
    Access,
    GroupUseError,
    Plan,
    item_of,
    plan_read,
    read_remarks,
    read_text,
)
from optconv.converter.group_loops import entries_of
from optconv.converter.values import is_pure
from optconv.mappings import message

_CONSUMERS = ("max", "min", "sum", "sorted", "list", "tuple", "set", "any", "all")


def plan_comprehension(access: Access, generator: ast.comprehension) -> Plan:
    """``[group["lr"] for group in optimizer.param_groups]``: a list with the rate of each group."""
    context = access.context
    whole = context.scopes.parents[generator]
    ratios = access.facts["ratios"]
    if not isinstance(ratios, tuple):
        raise GroupUseError(message("group_items.count_unknown"))
    if not _is_list(access, whole) or not is_pure(access.node.value):
        raise GroupUseError(message("group_items.other_use"))
    assert isinstance(whole, (ast.ListComp, ast.GeneratorExp))
    if len(whole.generators) > 1 or generator.ifs or not isinstance(generator.target, ast.Name):
        raise GroupUseError(message("group_items.other_use"))
    entries, plan, element = entries_of(access, whole, generator.target), Plan(), whole.elt
    opening, closing = ("([", "])") if _lends_parentheses(access, whole) else ("[", "]")
    if len(ratios) == 1:
        for entry in entries:
            plan_read(access, plan, entry, 0, silent=False)
        span = context.source.span(element)
        plan.edits.append(
            lambda: context.edits.replace(
                context.source.span(whole), lambda render: f"{opening}{render(span)}{closing}"
            )
        )
        return plan
    if element is not entries[0] or len(entries) > 1:
        raise GroupUseError(message("group_items.other_use"))
    item = item_of(access, entries[0])
    texts = [read_text(access, item, which, {"self": access.receiver}) for which in range(len(ratios))]
    for which in range(len(ratios)):
        plan.say(read_remarks(access, item, which))
    plan.edits.append(lambda: context.replace(whole, f"{opening}{', '.join(texts)}{closing}"))
    return plan


def _lends_parentheses(access: Access, whole: ast.expr) -> bool:
    """Return whether the parentheses of ``max(x for x in y)`` are those of the call and of its argument."""
    call = access.context.scopes.parents[whole]
    source = access.context.source
    if not isinstance(call, ast.Call) or whole not in call.args:
        return False
    return source.span(whole).end == source.span(call).end


def _is_list(access: Access, whole: ast.AST) -> bool:
    """Return whether a list can stand where the comprehension stands."""
    if isinstance(whole, ast.ListComp):
        return True
    call = access.context.scopes.parents[whole]
    return (
        isinstance(whole, ast.GeneratorExp)
        and isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in _CONSUMERS
    )
