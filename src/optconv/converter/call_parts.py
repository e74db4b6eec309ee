"""Constructions whose arguments stand in several places: in the call, in ``partial(…)``, in a dictionary.

All are bound as one call. Afterwards each argument is written where it stands.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from optconv.converter.binding import Argument, BoundCall, CannotBindError, bind, source_order
from optconv.converter.call_plan import CallPlan, PlannedArgument, Remark
from optconv.converter.class_places import Places
from optconv.converter.edits import Render
from optconv.converter.file_context import FileContext
from optconv.converter.group_dicts import DictNode, is_dict_display
from optconv.converter.group_rates import remove_entry
from optconv.converter.groups import Entry, edit_entry
from optconv.converter.rewrite import rewrite_call
from optconv.converter.source import Span, shortened
from optconv.converter.values import dictionary_keys
from optconv.mappings import Text, message
from optconv.mappings.schema import Case
from optconv.mappings.signatures import SignatureVersion

_APART = 1_000  # the anchors of the arguments of each part begin at a multiple of it; those of the call at 0


@dataclass(frozen=True, eq=False)
class Part:
    """Something beside the call that holds arguments of it."""

    node: DictNode
    offset: int
    keys: tuple[str, ...] = ()  # of a dictionary; a call of ``partial`` has none
    place: int | None = None  # where the dictionary is unpacked in the call

    @property
    def is_dictionary(self) -> bool:
        """Return whether the part is a dictionary that is unpacked."""
        return bool(self.keys)


@dataclass
class _Collected:
    """The arguments of all parts of a construction, in the order in which they are bound."""

    positional: list[ast.expr] = field(default_factory=list)
    keywords: list[ast.keyword] = field(default_factory=list)
    anchors: dict[ast.expr, int] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)

    def new_offset(self) -> int:
        """Return where the anchors of one more part begin."""
        return _APART * (len(self.parts) + 1)


def bind_parts(
    context: FileContext,
    node: ast.Call,
    versions: Sequence[SignatureVersion],
    partials: Sequence[ast.Call] = (),
) -> tuple[BoundCall, tuple[Part, ...]]:
    """Bind a call together with what ``partial`` and dictionaries give it.

    Args:
        context: the file.
        node: the call.
        versions: the signatures of the API, newest first.
        partials: the calls of ``partial`` that it goes through, the outermost first.

    Raises:
        CannotBindError: it fits no signature, or arguments cannot be seen.
    """
    collected = _Collected()
    for partial in reversed(partials):
        part = Part(partial, collected.new_offset())
        collected.parts.append(part)
        _collect(context, collected, partial, part.offset, skipped=1)
    _collect(context, collected, node, 0, skipped=0)
    if not collected.parts:
        return bind(node, versions, lambda value: dictionary_keys(value, context.scopes)), ()
    whole = ast.Call(func=node.func, args=collected.positional, keywords=collected.keywords)
    bound = bind(whole, versions, lambda value: dictionary_keys(value, context.scopes))
    arguments = {
        name: Argument(argument.node, collected.anchors[argument.node])
        for name, argument in bound.arguments.items()
    }
    return replace(bound, node=node, arguments=arguments), tuple(collected.parts)


def _collect(context: FileContext, collected: _Collected, call: ast.Call, offset: int, skipped: int) -> None:
    """Add the arguments of one call; of ``partial``, those behind the class."""
    order = source_order(call)
    for value in call.args[skipped:]:
        collected.positional.append(value)
        collected.anchors[value] = offset + order[value]
    for keyword in call.keywords:
        place = order[keyword.value]
        held = _dictionary(context, keyword.value) if keyword.arg is None and not offset else None
        if held is None:
            if keyword.arg is None and offset:
                raise CannotBindError(_unseen(context, keyword.value))
            collected.keywords.append(keyword)
            collected.anchors[keyword.value] = offset + place
            continue
        entries = list(_entries(held))
        part = Part(held, collected.new_offset(), tuple(key for key, _ in entries), place)
        collected.parts.append(part)
        for index, (key, value) in enumerate(entries):
            collected.keywords.append(ast.keyword(arg=key, value=value))
            collected.anchors[value] = part.offset + index


def _unseen(context: FileContext, node: ast.expr) -> Text:
    return message("binding.unpacked", argument=f"**{shortened(context.source.of(node))}")


def _dictionary(context: FileContext, node: ast.expr) -> DictNode | None:
    """Return the dictionary that is unpacked: one that is written out, for this call alone."""
    held = node
    if isinstance(node, ast.Name):
        bindings = context.scopes.reaching(node.id, node)
        value = bindings[0].value if len(bindings) == 1 and not bindings[0].path else None
        if value is None or bindings[0].kind != "assign" or not _is_only_for(context, node):
            return None
        held = value
    if not isinstance(held, (ast.Dict, ast.Call)) or not is_dict_display(held):
        return None
    return held if _entries(held) else None


def _is_only_for(context: FileContext, node: ast.Name) -> bool:
    """Return whether a variable is used at ``node`` only: assigned once, and out of reach of other files."""
    places = Places(context)
    scope = context.scopes.lookup(node.id, node)
    if scope is None or len(scope.bindings[node.id]) != 1 or places.names_of(node) != [node]:
        return False
    binding = scope.bindings[node.id][0]
    return places.runs_on_import(node) or not places.is_open(node.id, scope, binding.node)


def _entries(node: DictNode) -> list[tuple[str, ast.expr]]:
    """Return the entries of a dictionary; none where a key cannot be read or stands there twice."""
    if isinstance(node, ast.Call):
        pairs = [(keyword.arg, keyword.value) for keyword in node.keywords]
    else:
        pairs = [
            (key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None, value)
            for key, value in zip(node.keys, node.values, strict=True)
        ]
    entries = [(key, value) for key, value in pairs if key is not None]
    whole = len(entries) == len(pairs) and len({key for key, _ in entries}) == len(entries)
    return entries if whole else []


def write_parts(context: FileContext, plan: CallPlan, bound: BoundCall, parts: Sequence[Part]) -> CallPlan:
    """Write the arguments that stand beside the call; return the plan with what is left for the call."""
    case = plan.case
    if case is None or case.expression is not None:
        return plan
    for argument in plan.arguments:
        if len(_homes(case, argument, bound)) > 1:
            return _declined(message("call_parts.two_places", argument=argument.parameter))
    for part in parts:
        own = [argument for argument in plan.arguments if _is_of(part, argument)]
        if not part.is_dictionary:
            _write_partial(context, part, own)
        elif own and (declined := _write_entries(context, part, own)) is not None:
            return declined
    used = [part for part in parts if any(_is_of(part, argument) for argument in plan.arguments)]
    return CallPlan(case, tuple(_of_call(context, plan, used)), plan.remarks)


def _is_of(part: Part, argument: PlannedArgument) -> bool:
    return argument.anchor is not None and argument.anchor // _APART * _APART == part.offset


def _declined(reason: Text) -> CallPlan:
    return CallPlan(None, remarks=(Remark("OC306", {"reason": reason}),))


def _homes(case: Case, argument: PlannedArgument, bound: BoundCall) -> set[int]:
    """Return which parts hold what an argument of the target is written from."""
    names = case.arguments[argument.parameter].names
    return {given.index // _APART for name, given in bound.arguments.items() if name in names}


def _of_call(context: FileContext, plan: CallPlan, parts: Sequence[Part]) -> Iterator[PlannedArgument]:
    """Return the arguments of the call itself, in order, with the dictionaries that it unpacks."""
    unpacked = [
        PlannedArgument("", f"**{context.source.of(part.node)}", part.place, verbatim=True, star="**")
        for part in parts
        if part.place is not None
    ]
    own = [a for a in plan.arguments if a.anchor is not None and a.anchor < _APART]
    yield from sorted([*own, *unpacked], key=lambda a: a.anchor or 0)
    yield from (a for a in plan.arguments if a.anchor is None)


def _write_entries(context: FileContext, part: Part, arguments: Sequence[PlannedArgument]) -> CallPlan | None:
    """Rename the keys of a dictionary and convert its values; return why not."""
    entries = _entries(part.node)
    kept = {(a.anchor or 0) - part.offset for a in arguments}
    for index, (key, value) in enumerate(entries):
        if index in kept:
            planned = [a for a in arguments if a.anchor == part.offset + index]
            edit_entry(context, part.node, key, value, [_entry(argument) for argument in planned])
        elif index > min(kept) and not remove_entry(context, part.node, key):
            return _cannot_remove(context, part, key)
    if min(kept) > 0 and not _remove_first(context, part.node, min(kept)):
        return _cannot_remove(context, part, entries[0][0])
    return None


def _cannot_remove(context: FileContext, part: Part, key: str) -> CallPlan:
    where = shortened(context.source.of(part.node))
    return _declined(message("call_parts.cannot_remove", argument=key, where=where))


def _remove_first(context: FileContext, node: DictNode, count: int) -> bool:
    """Remove the first entries of a dictionary; return whether nothing but commas stands between them."""
    source = context.source
    if isinstance(node, ast.Call):
        spans = [source.span(keyword) for keyword in node.keywords]
    else:
        pairs = zip(node.keys, node.values, strict=True)
        ends = [(key, context.span_with_parentheses(value).end) for key, value in pairs]
        spans = [Span(source.span(key).start, end) for key, end in ends if key is not None]
    between = [source.text[spans[i].end : spans[i + 1].start].strip() for i in range(count)]
    if any(text != "," for text in between):
        return False
    context.edits.replace(Span(spans[0].start, spans[count].start), "")
    return True


def _entry(argument: PlannedArgument) -> Entry:
    return Entry(argument.parameter, argument.text, lambda render: argument.written(render).text)


def _write_partial(context: FileContext, part: Part, arguments: Sequence[PlannedArgument]) -> None:
    """Write the arguments that ``partial`` holds; the class in front of them is written with its name."""
    assert isinstance(part.node, ast.Call)
    call = part.node
    span, called = context.source.span(call), context.span_with_parentheses(call.func)
    first = PlannedArgument("", context.source.of(call.args[0]), 0, verbatim=True)
    own = [first, *(replace(a, anchor=(a.anchor or 0) - part.offset) for a in arguments)]

    def make(render: Render) -> str:
        written = [argument.written(render) for argument in own]
        return rewrite_call(
            render(span), render(called), written, context.source.newline, context.column(span.start)
        )

    context.edits.replace(span, make)
