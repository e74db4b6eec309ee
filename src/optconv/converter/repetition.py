"""Whether it matters how often some statements run: once, or once for each of several equal things."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from enum import Enum

from optconv.converter.tree_index import position_of

_CONSUMING = ("next", "__next__", "pop", "popleft", "send", "get", "step", "read")


class Repetition(Enum):
    """What running some statements again does."""

    NOTHING = "nothing"  # the same values are computed and stored again
    CALLS = "calls"  # it calls something for its effect, such as printing
    COMPUTES = "computes"  # it computes a value that is another one the next time
    MAY_COMPUTE = "may compute"  # it computes a value that may be another one the next time
    CARRIES = "carries"  # it goes on from what was stored the time before


def repetition(
    body: list[ast.stmt], shared: set[str], is_pure_call: Callable[[ast.Call], bool]
) -> Repetition:
    """Return what running ``body`` again does.

    Args:
        body: the statements.
        shared: attributes that reach what the statements change; reading one is going on from it.
        is_pure_call: whether a call has no effect and the same result each time.
    """
    statements = list(_simple_statements(body))
    if not all(isinstance(s, _QUIET) for s in statements) or _goes_on(body, shared):
        return Repetition.CARRIES
    if any(isinstance(s, ast.AugAssign) and isinstance(s.target, ast.Name) for s in statements):
        return Repetition.CARRIES
    if any(not _writes_names(s) for s in statements if isinstance(s, (ast.Assign, ast.AnnAssign))):
        return Repetition.CARRIES
    computed = [call for s in statements for call in _computing_calls(s) if not is_pure_call(call)]
    if any(_name(call) in _CONSUMING for call in computed):
        return Repetition.COMPUTES
    if computed:
        return Repetition.MAY_COMPUTE
    calls = any(isinstance(s, ast.Expr) and not isinstance(s.value, ast.Constant) for s in statements)
    return Repetition.CALLS if calls else Repetition.NOTHING


_QUIET = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Return, ast.Pass, ast.If)


def _simple_statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, ast.If):
            yield from _simple_statements([*statement.body, *statement.orelse])


def _writes_names(statement: ast.Assign | ast.AnnAssign) -> bool:
    """Return whether it stores into variables; an entry of a group is stored by its own rules."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return all(
        isinstance(t, ast.Name) or (isinstance(t, ast.Subscript) and isinstance(t.value, ast.Name))
        for t in targets
    )


def _goes_on(body: list[ast.stmt], shared: set[str]) -> bool:
    """Return whether a variable is read before it is assigned, or what is changed is read another way."""
    parts = [part for statement in body for part in ast.walk(statement)]
    first: dict[str, tuple[int, int]] = {}
    for part in parts:
        if isinstance(part, ast.Name) and isinstance(part.ctx, (ast.Store, ast.Del)):
            place = position_of(part)
            first[part.id] = min(first.get(part.id, place), place)
    for part in parts:
        if isinstance(part, (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Await)):
            return True
        if isinstance(part, ast.Attribute) and part.attr in shared:
            return True
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and part.id in first:
            early = position_of(part) < first[part.id] or _is_in_its_own_value(part, body)
            if early:  # the value of an assignment stands behind its target and is computed before it
                return True
    return False


def _is_in_its_own_value(name: ast.Name, body: list[ast.stmt]) -> bool:
    """Return whether a variable is read in the value that it is assigned: ``x = x * 2``."""
    for statement in body:
        for part in ast.walk(statement):
            if isinstance(part, ast.Assign) and any(n is name for n in ast.walk(part.value)):
                return any(
                    isinstance(t, ast.Name) and t.id == name.id
                    for target in part.targets
                    for t in ast.walk(target)
                )
    return False


def _computing_calls(statement: ast.stmt) -> list[ast.Call]:
    """Return the calls whose result a statement uses; one on a line of its own is made for its effect."""
    holder: ast.AST = statement.test if isinstance(statement, ast.If) else statement
    own = statement.value if isinstance(statement, ast.Expr) else None
    calls = [part for part in ast.walk(holder) if isinstance(part, ast.Call)]
    return [call for call in calls if call is not own or _name(call) in _CONSUMING]


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
