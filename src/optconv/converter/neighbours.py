"""Finds an optimizer and its scheduler that stand next to each other and can change places."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from optconv.converter.directives import is_directive
from optconv.converter.file_context import Construction, FileContext
from optconv.converter.source import Span
from optconv.converter.tree_index import arguments_of
from optconv.converter.values import is_harmless, is_literal, is_pure
from optconv.mappings.schema import Idioms

_COLLECTING = frozenset({"filter", "list", "tuple", "dict", "chain", "set", "id", "isinstance"})
_BARRIER = re.compile(r"#\s*(%%|In\s?\[|[-=#*~_ ]*$)")  # a notebook cell or a ruler: nothing moves across it


@dataclass(frozen=True)
class Neighbours:
    """Two statements that can change places: the optimizer's and, behind it, the scheduler's."""

    optimizer: Construction
    optimizer_unit: Span  # the statement with the comments that belong to it
    scheduler_unit: Span
    scheduler_name: str  # what the scheduler is called, to be passed to the optimizer


def find_neighbours(
    context: FileContext,
    node: ast.Call,
    optimizer: ast.expr,
    built: list[Construction],
    arguments: list[ast.expr] | None = None,
) -> Neighbours | None:
    """Return the pair when the scheduler built by ``node`` can come before its optimizer.

    Both must be plain assignments, one behind the other; nothing that is evaluated may notice the exchange;
    and the optimizer's learning rate must be what the scheduler starts from.

    Args:
        context: the file.
        node: the call that builds the scheduler.
        optimizer: the optimizer, as the call names it.
        built: what the optimizer can be.
        arguments: what is evaluated for the scheduler, where that is not its arguments but for the optimizer.
    """
    if len({construction.node for construction in built}) != 1 or built[0].plan.case is None:
        return None
    if any(construction.scattered for construction in built):
        return None  # the rate that the scheduler would take the place of may stand elsewhere
    if not all(_takes_scheduler(context, construction) for construction in built):
        return None
    first = context.scopes.statement(built[0].node)
    second = context.scopes.statement(node)
    if not (_assigns(first, built[0].node) and _assigns(second, node)):
        return None
    siblings = context.scopes.siblings(first)
    behind = siblings[siblings.index(first) + 1 :]
    while behind and _does_nothing(behind[0]):
        behind.pop(0)
    if not behind or behind[0] is not second or not context.source.in_one_cell(first, second):
        return None
    if ast.dump(_target(first)) != ast.dump(_as_store(optimizer)) or not _can_swap(
        first, second, _others(node, optimizer) if arguments is None else arguments, optimizer, context
    ):
        return None
    if built[0].rate is not None and not _can_move(context, built[0].rate):
        return None
    units = _units(context, first, second)
    if units is None:
        return None
    return Neighbours(built[0], *units, context.source.of(_target(second)))


def _takes_scheduler(context: FileContext, optimizer: Construction) -> bool:
    """Return whether the target's class takes a scheduler, which starts from the rate that the source has."""
    attach, case = context.tables.attach, optimizer.plan.case
    target = context.tables.target_api(case.to) if case is not None else None
    takes = attach is not None and target is not None and attach.argument in target.signature.names
    return takes and optimizer.rate_text != "None"


def _assigns(statement: ast.stmt, value: ast.expr) -> bool:
    match statement:
        case (
            ast.Assign(targets=[ast.Name() | ast.Attribute(value=ast.Name())])
            | ast.AnnAssign(target=ast.Name() | ast.Attribute(value=ast.Name()))
        ):
            return statement.value is value
    return False


def _can_move(context: FileContext, rate: ast.expr) -> bool:
    """Return whether the rate may be computed earlier; what reads another optimizer stays where it is."""
    members = context.tables.member_names
    reads = any(isinstance(part, ast.Attribute) and part.attr in members - {"lr"} for part in ast.walk(rate))
    return is_pure(rate) and not (reads and any(isinstance(part, ast.Subscript) for part in ast.walk(rate)))


def _does_nothing(statement: ast.stmt) -> bool:
    """A string on a line of its own, written as a comment."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _target(statement: ast.stmt) -> ast.expr:
    assert isinstance(statement, (ast.Assign, ast.AnnAssign))
    return statement.targets[0] if isinstance(statement, ast.Assign) else statement.target


def _as_store(node: ast.expr) -> ast.expr:
    """Return a copy of a name or attribute as the target of an assignment, to compare it with one."""
    copied = ast.parse(ast.unparse(node), mode="eval").body
    if isinstance(copied, (ast.Name, ast.Attribute)):
        copied.ctx = ast.Store()
    return copied


def _others(node: ast.Call, optimizer: ast.expr) -> list[ast.expr]:
    return [a for a in arguments_of(node) if a is not optimizer]


def _can_swap(
    first: ast.stmt, second: ast.stmt, others: list[ast.expr], optimizer: ast.expr, context: FileContext
) -> bool:
    """Return whether neither statement reads what the other writes or notices when it runs."""
    assert isinstance(first, (ast.Assign, ast.AnnAssign))
    own_name = ast.unparse(optimizer)
    for argument in others:
        if any(ast.unparse(part) == own_name for part in ast.walk(argument) if isinstance(part, ast.expr)):
            return False
        if not is_harmless(argument):
            return False
    if not _is_quiet(first, context.tables.idioms) and not all(is_literal(argument) for argument in others):
        return False
    scheduler = ast.unparse(_target(second))
    read = {ast.unparse(part) for part in ast.walk(first) if isinstance(part, (ast.Name, ast.Attribute))}
    return scheduler not in read


def _is_quiet(statement: ast.Assign | ast.AnnAssign, idioms: Idioms) -> bool:
    """Return whether the calls in the optimizer's arguments only collect parameters."""
    assert isinstance(statement.value, ast.Call)
    quiet = (
        _COLLECTING | idioms.parameter_iterators | idioms.named_parameter_iterators | idioms.module_iterators
    )
    return all(
        (part.func.id if isinstance(part.func, ast.Name) else getattr(part.func, "attr", "")) in quiet
        for part in ast.walk(statement.value)
        if isinstance(part, ast.Call) and part is not statement.value
    )


def _units(context: FileContext, first: ast.stmt, second: ast.stmt) -> tuple[Span, Span] | None:
    """Return the two statements with their comments, or None when they share a line with others."""
    source = context.source
    spans = source.span(first), source.span(second)
    if not (_stands_alone(context, spans[0]) and _stands_alone(context, spans[1])):
        return None
    between = source.text[source.line_end(spans[0].end) : spans[1].start]
    if any(_BARRIER.match(line.strip()) for line in between.splitlines() if line.strip()):
        return None
    second_start = _with_comments(context, spans[1].start, source.line_end(spans[0].end))
    # A comment above the first statement alone speaks of both; with two comments, each goes with its own.
    # What tells this tool something goes with its own in any case.
    first_start = _with_comments(context, spans[0].start, 0)
    above = source.text[first_start : spans[0].start].splitlines()
    if second_start == spans[1].start and not any(is_directive(line) for line in above):
        first_start = spans[0].start
    return Span(first_start, source.line_end(spans[0].end)), Span(second_start, source.line_end(spans[1].end))


def _stands_alone(context: FileContext, span: Span) -> bool:
    """Return whether nothing but space stands before the statement, and nothing but a comment behind it."""
    source = context.source
    before = source.text[source.line_start(source.line_of(span.start)) : span.start]
    behind = source.text[span.end : source.line_end(span.end)].strip()
    return not before.strip() and (not behind or behind.startswith("#"))


def _with_comments(context: FileContext, start: int, limit: int) -> int:
    """Return where the block of comment lines directly above the statement begins, else its own start."""
    source = context.source
    line = source.line_of(start)
    indentation = source.text[source.line_start(line) : start]
    beginning = start
    while line > 1:
        line -= 1
        line_start = source.line_start(line)
        text = source.text[line_start : source.line_end(line_start)]
        own = text.startswith(indentation) and text[len(indentation) :].startswith("#")
        if not own or _BARRIER.match(text.strip()) or line_start < limit:
            break
        beginning = line_start + len(indentation)
    return beginning
