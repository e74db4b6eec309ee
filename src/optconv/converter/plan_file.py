"""Converts a file that is parsed: everything is planned, then emitted, and what comes out is checked.

Python imports this when the first file is parsed: a run over files without a telling word does without it.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from symtable import symtable
from typing import TYPE_CHECKING

from optconv.converter.annotate import annotate
from optconv.converter.call_planner import CallPlanner
from optconv.converter.checkpoints import plan_checkpoints
from optconv.converter.class_calls import plan_class_set
from optconv.converter.class_sets import ClassSet, find_classes
from optconv.converter.directives import read_directives
from optconv.converter.edits import EditConflictError
from optconv.converter.emit import emit_constructions
from optconv.converter.evaluated_text import plan_evaluated_text
from optconv.converter.file_context import FileContext
from optconv.converter.handed_over import plan_handed_over
from optconv.converter.imports import plan_imports
from optconv.converter.kept_groups import plan_group_entries
from optconv.converter.members import plan_getattr, plan_member
from optconv.converter.model_parameters import plan_model_parameters
from optconv.converter.optimizers import plan_optimizer
from optconv.converter.references import Found, find_references, plan_other_use, use_of
from optconv.converter.remaining import count_remaining
from optconv.converter.resolved_file import ResolvedFile
from optconv.converter.result import Conversion, Diagnostic, Position, failed, in_order
from optconv.converter.schedulers import plan_schedulers
from optconv.converter.subclasses import emit_subclasses, plan_subclasses
from optconv.converter.surroundings import SURROUNDING, is_planned, plan_surroundings
from optconv.converter.training_step.plan import changes_gradients, plan_training_steps
from optconv.mappings import Tables

if TYPE_CHECKING:
    from optconv.converter.built_object import BuiltObject
    from optconv.converter.convert import Options


def convert_planned(
    source: bytes, context: FileContext, options: Options, also: Sequence[Diagnostic]
) -> Conversion:
    """Return what becomes of a file.

    Args:
        source: its bytes.
        context: what `prepare` returned for it.
        options: see `Options`.
        also: what else is to be said of it, where no comment ignores it.

    Raises:
        TableError: a table that the file needs is broken.
    """
    try:
        return _converted(source, context, options, also)
    finally:
        # What makes their texts holds on to the file, and the file to them: such a ring would stay in memory.
        context.edits.clear()


def _converted(
    source: bytes, context: FileContext, options: Options, also: Sequence[Diagnostic]
) -> Conversion:
    text = context.source
    _plan_and_emit(context)
    if options.annotate:
        annotate(context, "en" if text.encoding != "utf-8" else options.language)
    kept, ignored = (
        in_order(found) for found in context.directives.sift([*context.diagnostics, *also], options.ignored)
    )
    references = tuple(sorted(context.references, key=lambda r: r.start.order))
    schedules = tuple(sorted(context.schedules, key=lambda s: s.start.order))
    built: tuple[BuiltObject, ...] = ()
    if options.values is not None:
        # A conversion alone has no need of it.
        from optconv.converter.built_object_notes import note_built_objects

        built = note_built_objects(context, options.values)
    said = Conversion(source, kept, references, ignored=ignored, schedules=schedules, built=built)
    if not context.edits:
        return said
    if not options.write:
        return replace(said, would_change=True, remaining=count_remaining(context))
    problem = ""
    try:
        converted = context.edits.apply(text.text)
        _check_syntax(converted)
        remaining = count_remaining(context)
        return replace(said, source=text.encode(converted), remaining=remaining)
    except (EditConflictError, SyntaxError, ValueError) as error:
        problem = str(error)
    return failed(source, "OC905", Position(1, 1), problem)


def prepare(file: ResolvedFile, tables: Tables, options: Options) -> FileContext:
    """Return what planning a file of Python needs to know of it."""
    planner = CallPlanner(tables, file.text, file.scopes, options.target_version, file.names)
    directives = read_directives(file.text)
    return FileContext(file.text, tables, file.scopes, file.names, file.kinds, planner, directives)


@dataclass
class _Uses:
    """The references of a file, sorted by what is done about them."""

    calls: dict[ast.Call, Found] = field(default_factory=dict)  # whatever has a way to be written
    checkpoints: list[tuple[ast.Call, Found]] = field(default_factory=list)
    surrounding: list[tuple[Found, str]] = field(default_factory=list)
    classes: list[ClassSet] = field(default_factory=list)  # optimizers that are used as values
    others: list[tuple[Found, str]] = field(default_factory=list)


def _sort_references(context: FileContext) -> _Uses:
    uses = _Uses()
    references = [(found, use_of(context, found)) for found in find_references(context)]
    followed = find_classes(context, [found for found, use in references if use.startswith("value")])
    uses.classes = followed.sets
    for found, use in references:
        if found.node in followed.seen and use.startswith("value"):
            continue
        if found.several is not None:
            context.decline(found.node, found.api.name, "OC204", reason=found.several)
            continue
        call = context.scopes.parents[found.node]
        if found.api.kind == "checkpoint":
            if use == "call" and isinstance(call, ast.Call):
                uses.checkpoints.append((call, found))
        elif use == "call" and isinstance(call, ast.Call) and is_planned(context, found.api):
            uses.calls[call] = found
        elif found.api.kind in SURROUNDING:
            uses.surrounding.append((found, use))
        else:
            uses.others.append((found, use))
    context.mentioned |= {found.node: found.api.kind for found, use in uses.others if use.startswith("value")}
    return uses


def _plan_and_emit(context: FileContext) -> None:
    """Plan everything, constructions first (methods follow what became of their object), then emit."""
    uses = _sort_references(context)
    for call, found in uses.calls.items():
        if found.api.kind == "optimizer":
            plan_optimizer(context, call, found.api)
    schedulers = {call: found.api for call, found in uses.calls.items() if found.api.kind == "scheduler"}
    for class_set in uses.classes:
        plan_class_set(context, class_set)
    bases = [found for found, use in (*uses.others, *uses.surrounding) if use == "subclass"]
    classes = plan_subclasses(context, bases, schedulers)
    for own in classes.rewritten:
        schedulers |= own.calls
    attachments = plan_schedulers(context, list(schedulers.items()), classes.staying)
    for found, use in uses.others:
        if use != "subclass" and found.node not in context.handled:
            plan_other_use(context, found, use)
    changes = {call: found for call, found in uses.calls.items() if changes_gradients(context, found.api)}
    others = {call: found for call, found in uses.calls.items() if call not in changes}
    plan_surroundings(context, others, uses.surrounding)
    _note_uses(context, others)
    plan_training_steps(context, changes)
    plan_model_parameters(context)
    _plan_members(context)
    plan_checkpoints(context, uses.checkpoints)
    plan_handed_over(context)
    plan_evaluated_text(context)
    emit_subclasses(context, classes)
    context.spelling = plan_imports(context)
    emit_constructions(context, context.spelling, attachments)


def _note_uses(context: FileContext, calls: Mapping[ast.Call, Found]) -> None:
    """Note which APIs of the target the output names, so that it can import them."""
    for call, found in calls.items():
        construction = context.constructions[call]
        plan = construction.plan
        if plan.case is not None:
            context.use(found.node, found.root, "" if construction.absorbed else plan.case.to, plan.modules)


def _plan_members(context: FileContext) -> None:
    names = context.tables.member_names
    members = [node for node in context.scopes.attributes if node.attr in names]
    for node in sorted(members, key=lambda n: (n.lineno, n.col_offset)):
        plan_member(context, node)
    for call in context.scopes.calls:
        if isinstance(call.func, ast.Name) and call.func.id == "getattr":
            plan_getattr(context, call)
    plan_group_entries(context)


def _check_syntax(text: str) -> None:
    """Raise what the parser raises for ``text``.

    Making a symbol table runs the same parser and takes half the time, because no tree of Python objects is
    built. It refuses some texts that the parser accepts; then the parser decides.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            symtable(text, "<converted>", "exec")
        except (SyntaxError, RecursionError):
            ast.parse(text)
