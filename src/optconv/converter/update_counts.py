"""How often an optimizer is updated between two steps of its scheduler, and in the whole run.

Where the target's optimizer counts its updates itself, a schedule is a function of that count. The loops say
how the count and the scheduler's own steps belong together: a scheduler that steps behind each update has the
same count, one that steps behind a loop over batches has one step for each pass through them. Anything else
is declined.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from optconv.converter.file_context import FileContext
from optconv.converter.tree_index import arguments_of, last_name, position_of
from optconv.converter.values import known_value
from optconv.mappings import Text, message
from optconv.mappings.expressions import UNKNOWN

UPDATES = (
    "updates"  # what the rows call how often the optimizer is updated between two steps of its scheduler,
)
TOTAL_UPDATES = "total_updates"  # and in the whole run
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_JUMPS = (ast.Break, ast.Continue, ast.Return)


@dataclass(frozen=True)
class UpdateCount:
    """How an optimizer's count of updates belongs to the steps of its scheduler."""

    updates: str  # between two steps of the scheduler, as source text
    total: str | None  # of the whole run at most; None where that cannot be seen


def count_updates(
    context: FileContext, scheduler: ast.Call, optimizer: ast.Call, optimizer_name: ast.expr
) -> UpdateCount | Text:
    """Return how often the optimizer is updated for its scheduler, or why that cannot be seen.

    Args:
        context: the file.
        scheduler: the call that builds the scheduler, assigned to a name.
        optimizer: the call that builds the optimizer, in the statement in front of that.
        optimizer_name: the optimizer as the scheduler is given it.
    """
    statement = context.scopes.statement(scheduler)
    assert isinstance(statement, (ast.Assign, ast.AnnAssign))
    name = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    found = []
    for node, built in ((name, scheduler), (optimizer_name, optimizer)):
        if _is_passed_on(context, node, scheduler):
            return message("update_counts.passed_on", name=context.source.of(node))
        step = _only_step(context, built)
        if step is None:
            return message("update_counts.not_one_place", name=context.source.of(node))
        found.append(step)
    return _Place(context, optimizer, *found).count()


def _is_passed_on(context: FileContext, name: ast.expr, scheduler: ast.Call) -> bool:
    """Return whether a name or attribute is read other than for one of its own members."""
    text, last = ast.unparse(name), last_name(name)
    given = arguments_of(scheduler)
    spelled: list[ast.Name | ast.Attribute] = [
        *context.scopes.names_called.get(last, ()),
        *context.scopes.attributes_called.get(last, ()),
    ]
    for node in spelled:
        if not isinstance(node.ctx, ast.Load):
            continue
        own = node in given or isinstance(context.scopes.parents[node], ast.Attribute)
        if not own and ast.unparse(node) == text and _may_be_same(context, node, name):
            return True
    return False


def _may_be_same(context: FileContext, one: ast.expr, other: ast.expr) -> bool:
    """Return whether two names of one spelling can be one: variables of two functions are not."""
    if isinstance(one, ast.Name) and isinstance(other, ast.Name):
        return context.scopes.lookup(one.id, one) is context.scopes.lookup(other.id, other)
    if isinstance(one, ast.Attribute) and isinstance(other, ast.Attribute):
        holders = [context.kinds.functions.class_of(node.value) for node in (one, other)]
        return None in holders or holders[0] is holders[1]
    return True


def _only_step(context: FileContext, construction: ast.Call) -> ast.stmt | None:
    """Return the statement in which an object steps, if that is one certain place."""
    steps = []
    for node in context.scopes.attributes:
        if node.attr not in context.tables.advancing_members:
            continue
        values = context.kinds.values(node.value)
        if not any(instance.construction is construction for instance in values.instances):
            continue
        call = context.scopes.parents[node]
        statement = context.scopes.parents[call]
        certain = len(values.instances) == 1 and not values.unknown
        bare = isinstance(call, ast.Call) and call.func is node and not call.args and not call.keywords
        if not (certain and bare and isinstance(statement, ast.Expr)):
            return None
        steps.append(statement)
    return steps[0] if len(steps) == 1 else None


def in_step(context: FileContext, node: ast.expr, scheduler: ast.Call, optimizer: ast.Call) -> Any:
    """Return whether the count of updates is in step with the scheduler at ``node``.

    It is behind the scheduler's step, and in front of the update; `UNKNOWN` outside of the block of the step.
    """
    step, update = _only_step(context, scheduler), _only_step(context, optimizer)
    if step is None or update is None:
        return UNKNOWN
    scopes = context.scopes
    siblings = scopes.siblings(step)
    here, there = (_standing_in(context, inner, siblings) for inner in (node, update))
    if here is None or there is None:
        return UNKNOWN
    if here is not there:
        return siblings.index(here) < siblings.index(there) or here in siblings[siblings.index(step) + 1 :]
    round_ = scopes.siblings(update)
    inside = _standing_in(context, node, round_)
    return inside is not None and round_.index(inside) < round_.index(update)


def _standing_in(context: FileContext, node: ast.AST, block: list[ast.stmt]) -> ast.stmt | None:
    """Return the statement of a block that ``node`` stands in."""
    around = {id(ancestor) for ancestor in (node, *context.scopes.ancestors(node))}
    return next((statement for statement in block if id(statement) in around), None)


def means_the_same(context: FileContext, name: ast.expr, elsewhere: ast.expr) -> bool:
    """Return whether a name or attribute means at ``elsewhere`` what it means where it stands."""
    scopes = context.scopes
    for part in ast.walk(name):
        if isinstance(part, ast.Name):
            if scopes.lookup(part.id, part) is not scopes.lookup(part.id, elsewhere):
                return False
            here, there = scopes.reaching(part.id, part), scopes.reaching(part.id, elsewhere)
            if {id(b) for b in here} != {id(b) for b in there}:
                return False
    return True


@dataclass
class _Place:
    """Where an optimizer is built, where it is updated and where its scheduler steps."""

    context: FileContext
    built: ast.Call
    step: ast.stmt  # of the scheduler
    update: ast.stmt  # of the optimizer

    def count(self) -> UpdateCount | Text:
        """Return how the two counts belong together."""
        updates = self._updates()
        return updates if isinstance(updates, Text) else UpdateCount(updates, self._total())

    def _updates(self) -> str | Text:
        """Return how many updates there are for a step of the scheduler."""
        siblings = self.context.scopes.siblings(self.step)
        place = siblings.index(self.step)
        before = siblings[:place]
        if self.update in before:
            between = before[before.index(self.update) + 1 :]
            return self._other_place() if _jumps(between) else "1"
        loop = next((s for s in before if isinstance(s, ast.For) and self.update in s.body), None)
        if loop is None or loop.orelse or _jumps(loop.body) or _jumps(s for s in before if s is not loop):
            return self._other_place()
        rounds = self._rounds(loop)
        return rounds or message("update_counts.unknown_rounds", line=self.context.line(loop))

    def _other_place(self) -> Text:
        return message("update_counts.other_place", line=self.context.line(self.step))

    def _total(self) -> str | None:
        """Return how many updates there are at most, where every loop around them says how long it is."""
        scopes = self.context.scopes
        if scopes.enclosing_scope(self.update) is not scopes.enclosing_scope(self.built):
            return None
        around = {id(ancestor) for ancestor in scopes.ancestors(self.built)}
        loops = [a for a in scopes.ancestors(self.update) if isinstance(a, _LOOPS) and id(a) not in around]
        factors = [self._rounds(loop) for loop in reversed(loops)]
        known = [factor for factor in factors if factor is not None]
        if len(known) < len(factors) or not known:
            return None
        return " * ".join(_as_factor(factor) for factor in known) if len(known) > 1 else known[0]

    def _rounds(self, loop: ast.AST) -> str | None:
        """Return how many rounds a loop makes, as text that means the same where the optimizer is built."""
        if not isinstance(loop, ast.For):
            return None
        return self._length(loop.iter)

    def _length(self, node: ast.expr) -> str | None:
        match node:
            case ast.Call(func=ast.Name(id="enumerate" | "tqdm"), args=[inner, *_]):
                return self._length(inner)
            case ast.Call(func=ast.Name(id="range" as name), args=[stop], keywords=[]) if self._is_builtin(
                name, node
            ):
                return self._written(stop)
            case ast.Call(func=ast.Name(id="range" as name), args=[start, stop], keywords=[]) if (
                self._is_builtin(name, node)
            ):
                return self._difference(start, stop)
            case ast.Name() | ast.Attribute() if self._is_builtin("len", node):
                written = self._written(node)
                return written and f"len({written})"
        return None

    def _difference(self, start: ast.expr, stop: ast.expr) -> str | None:
        """Return ``stop - start``; of ``range(1, epochs + 1)`` that is ``epochs``."""
        match start, stop:
            case ast.Constant(value=int(first)), ast.BinOp(
                left=left, op=ast.Add(), right=ast.Constant(value=int(more))
            ):
                if first == more:
                    return self._written(left)
        known = [known_value(part, self.context.scopes) for part in (start, stop)]
        if all(isinstance(part, ast.Constant) for part in (start, stop)):
            return repr(known[1] - known[0])
        first_text, last_text = self._written(start), self._written(stop)
        if first_text is None or last_text is None:
            return None
        return last_text if first_text == "0" else f"{last_text} - {_as_factor(first_text)}"

    def _is_builtin(self, name: str, node: ast.AST) -> bool:
        return self.context.scopes.lookup(name, node) is None

    def _written(self, node: ast.expr) -> str | None:
        """Return the text of a number or a name, if it means the same where the optimizer is built."""
        parts = list(ast.walk(node))
        plain = (ast.Name, ast.Attribute, ast.Constant, ast.BinOp, ast.operator, ast.expr_context)
        if not all(isinstance(part, plain) for part in parts):
            return None
        if not all(self._is_stable(part) for part in parts if isinstance(part, (ast.Name, ast.Attribute))):
            return None
        return self.context.source.of(node)

    def _is_stable(self, part: ast.Name | ast.Attribute) -> bool:
        scopes = self.context.scopes
        if isinstance(part, ast.Attribute):
            return not any(a.attr == part.attr and not isinstance(a.ctx, ast.Load) for a in scopes.attributes)
        if scopes.lookup(part.id, part) is not scopes.lookup(part.id, self.built):
            return False
        here, there = scopes.reaching(part.id, part), scopes.reaching(part.id, self.built)
        own = scopes.lookup(part.id, part) is scopes.enclosing_scope(self.built)
        before = all(position_of(b.node) < position_of(self.built) for b in there) or not own
        return {id(b) for b in here} == {id(b) for b in there} and before


def _jumps(statements: Iterable[ast.stmt]) -> bool:
    """Return whether some statements can leave their block, or the round of a loop that they stand in."""
    return any(isinstance(node, _JUMPS) for statement in statements for node in _inside(statement))


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """Return the parts of a statement that run with it."""
    yield node
    if not isinstance(node, _SCOPES):
        for child in ast.iter_child_nodes(node):
            yield from _inside(child)


def _as_factor(text: str) -> str:
    """Put parentheses around what would be torn apart by a multiplication."""
    return f"({text})" if isinstance(ast.parse(text, mode="eval").body, ast.BinOp) else text
