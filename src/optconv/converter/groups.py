"""Converts the dictionaries of parameter groups: other keys, values in the target's terms."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optconv.converter.binding import BoundCall
from optconv.converter.call_plan import Remark
from optconv.converter.coercion import coerce
from optconv.converter.compose import Piece, compose, piece_of, render_pieces
from optconv.converter.edits import Render
from optconv.converter.file_context import FileContext
from optconv.converter.group_dicts import GROUP_ENTRY, DictNode, GroupDict
from optconv.converter.group_keys import keeps_rate
from optconv.converter.group_rates import is_base_visible, is_same_rate, remove_entry
from optconv.converter.iterables import IS_ITERATOR, is_iterator
from optconv.converter.source import Span, shortened
from optconv.converter.values import is_literal, is_pure, known_value
from optconv.mappings import Text, message
from optconv.mappings.expressions import UNKNOWN
from optconv.mappings.schema import Case, GroupEntries


class _UnsupportedKeyError(Exception):
    """A key of a parameter group cannot be converted, and why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


@dataclass(frozen=True)
class Entry:
    """One entry that a dictionary gets: its key, its value as known now, and how it is written at the end."""

    key: str
    text: str
    make: Callable[[Render], str]


def convert_groups(
    context: FileContext,
    bound: BoundCall,
    case: Case,
    nodes: Sequence[DictNode],
    groups: Sequence[GroupDict | None],
    base: Piece,
    shape: str,
    changed: frozenset[str],
) -> Remark | tuple[str | None, ...]:
    """Edit the dictionaries of an optimizer's parameter groups.

    Args:
        context: the file.
        bound: the construction of the optimizer.
        case: how it is written in the target.
        nodes: the dictionaries.
        groups: what they hold; None where a key cannot be read.
        base: the learning rate that the optimizer itself is given.
        shape: "shared" when other code reads the dictionaries, too, so none of their entries may change;
            "changed" when other code may change them.
        changed: the keys that cannot stay as they are; without any, groups that cannot be seen are right.

    Returns:
        Why they cannot be converted (nothing has been edited then), or else for each group the multiple of
        the base rate that it has, None where that cannot be seen.
    """
    if shape == "changed" and changed:
        return Remark("OC306", {"reason": message("groups.changed_elsewhere")})
    edits: dict[tuple[int, str], tuple[DictNode, str, ast.expr, list[Entry]]] = {}
    removed: list[tuple[DictNode, str]] = []  # what the target's groups cannot have, and need not
    for node, group in zip(nodes, groups, strict=True):
        if group is None and not changed:
            continue
        if group is None:
            shown = shortened(context.source.of(node))
            return Remark("OC204", {"reason": message("groups.unreadable_keys", group=shown)})
        for part in (group, *group.parts):
            for key, value in part.own.items():
                try:
                    converted = _converted(context, bound, case, key, value, base)
                except _UnsupportedKeyError as error:
                    return Remark("OC302", {"argument": f"'{key}'", "note": error.reason})
                if not converted and case.group_entries is not None:
                    removed.append((part.node, key))
                    continue
                edits[id(part.node), key] = (part.node, key, value, converted)
    if removed and (shape == "shared" or not all(remove_entry(context, *entry) for entry in removed)):
        assert case.group_entries is not None
        return Remark("OC302", {"argument": f"'{removed[0][1]}'", "note": case.group_entries.otherwise})
    if shape == "shared" and any(_changes(context, edit) for edit in edits.values()):
        return Remark("OC306", {"reason": message("groups.used_elsewhere")})
    rate = context.tables.rate_name
    own_rate = keeps_rate(case, rate)
    for node, key, value, converted in edits.values():
        redundant = not own_rate and is_same_rate(context, key, value, base)
        if not (redundant and remove_entry(context, node, key)):
            edit_entry(context, node, key, value, converted)
    texts = {
        id(value): None if own_rate else _number(made[0].text)
        for _, key, value, made in edits.values()
        if key == rate and made
    }
    return tuple(None if g is None else texts.get(id(g.entries.get(rate)), "1.0") for g in groups)


def write_groups(
    context: FileContext,
    bound: BoundCall,
    case: Case,
    groups: Sequence[Mapping[str, ast.expr]],
    base: Piece,
    quote: str,
) -> Remark | tuple[Callable[[Render], str], tuple[str | None, ...]]:
    """Write new dictionaries for groups whose entries stand in several places of the source.

    Returns:
        Why they cannot be converted, or what writes the list of them, and the ratios as of `convert_groups`.
    """
    ratios: list[str | None] = []
    written: list[list[tuple[str, Callable[[Render], str]]]] = []
    for entries in groups:
        ratios.append("1.0")
        written.append([])
        for key, value in entries.items():
            try:
                converted = _converted(context, bound, case, key, value, base)
            except _UnsupportedKeyError as error:
                return Remark("OC302", {"argument": f"'{key}'", "note": error.reason})
            if key == context.tables.rate_name and converted:
                ratios[-1] = _number(converted[0].text)
                if keeps_rate(case, context.tables.rate_name):
                    ratios[-1] = None
                elif is_same_rate(context, key, value, base):
                    continue
            span = context.source.span(value)
            kept = [(key, lambda render, span=span: render(span))] if case.group_entries is None else []
            written[-1] += [(entry.key, entry.make) for entry in converted] or kept

    def make(render: Render) -> str:
        texts = [", ".join(f"{quote}{key}{quote}: {text(render)}" for key, text in g) for g in written]
        return f"[{', '.join(f'{{{text}}}' for text in texts)}]"

    return make, tuple(ratios)


def _number(text: str) -> str | None:
    """Return the text of a number; of anything else it is not known what it is elsewhere."""
    return text if is_literal(ast.parse(f"({text})", mode="eval").body) else None


def _changes(context: FileContext, edit: tuple[DictNode, str, ast.expr, list[Entry]]) -> bool:
    _, key, value, entries = edit
    return bool(entries) and [(e.key, e.text) for e in entries] != [(key, context.source.of(value))]


def _converted(
    context: FileContext, bound: BoundCall, case: Case, key: str, value: ast.expr, base: Piece
) -> list[Entry]:
    """Return what one entry of a group becomes."""
    if case.group_entries is not None and not _is_possible(case, case.group_entries, key):
        if _is_the_same(context, bound, key, value):
            return []
        raise _UnsupportedKeyError(case.group_entries.otherwise)
    if key in case.refuse_in_groups:
        if _is_the_same(context, bound, key, value):
            return []
        raise _UnsupportedKeyError(case.refuse_in_groups[key])
    own = key not in bound.signature.names and key != GROUP_ENTRY
    if (own and key not in case.arguments) or key in case.drop:
        return []  # a key of the user's own, such as a name, or one without effect: the target ignores it
    using = {keyword: e for keyword, e in case.arguments.items() if key in e.names}
    if not using or (len(using) > 1 and not is_pure(value) and not isinstance(value, (ast.Tuple, ast.List))):
        raise _UnsupportedKeyError(message("groups.computed_twice" if using else "groups.no_such_option"))
    return [_entry(context, case, keyword, key, value, base) for keyword in using]


def _is_possible(case: Case, entries: GroupEntries, key: str) -> bool:
    """Return whether a group of the target can have what one entry of the source's says."""
    keywords = {keyword for keyword, expression in case.arguments.items() if key in expression.names}
    return key == GROUP_ENTRY or (bool(keywords) and keywords <= entries.keys.keys())


def _is_the_same(context: FileContext, bound: BoundCall, key: str, value: ast.expr) -> bool:
    """Return whether a group certainly has the value that the optimizer itself is given."""
    argument = bound.arguments.get(key)
    general = argument.node if argument else ast.parse(bound.default(key) or "None", mode="eval").body
    known = known_value(value, context.scopes)
    return known is not UNKNOWN and known == known_value(general, context.scopes)


def _entry(context: FileContext, case: Case, keyword: str, key: str, value: ast.expr, base: Piece) -> Entry:
    general = case.arguments[keyword]
    own_key = key if key == GROUP_ENTRY and general.text == key else keyword
    if case.group_entries is not None:
        own_key = case.group_entries.keys.get(keyword, own_key)
    expression = case.groups.get(keyword, general)
    if "base_lr" in expression.names and is_same_rate(context, key, value, base):
        return Entry(own_key, "1.0", lambda _: "1.0")
    if "base_lr" in expression.names and not is_base_visible(context, base.node, value):
        raise _UnsupportedKeyError(message("groups.base_may_differ"))
    if base.node is not None and "base_lr" in expression.names and not is_pure(base.node):
        raise _UnsupportedKeyError(message("groups.computed_twice"))
    pieces = {key: piece_of(context.source, value), "base_lr": base}
    if IS_ITERATOR in expression.names:
        expression = expression.decided({IS_ITERATOR: is_iterator(context, value)}, (IS_ITERATOR,))
    if expression.names - pieces.keys():
        raise _UnsupportedKeyError(message("groups.no_such_option"))
    if "base_lr" in expression.names and _known(context, base) == 0:
        raise _UnsupportedKeyError(message("groups.base_zero"))
    target = context.tables.target_api(case.to)
    known = expression.evaluate({key: known_value(value, context.scopes), "base_lr": _known(context, base)})
    typed = target.types.get(keyword) if target else None
    own_type = "list" if case.group_entries is not None else context.tables.target.group_parameters
    wanted = own_type if key == GROUP_ENTRY else typed
    node = value if expression.text == key else None

    def make(render: Render) -> str:
        text = compose(expression, render_pieces(pieces, context.source, render), known)
        return coerce(text, wanted, context.scopes, context.tables.idioms, node)

    return Entry(
        own_key,
        coerce(compose(expression, pieces, known), wanted, context.scopes, context.tables.idioms, node),
        make,
    )


def _known(context: FileContext, base: Piece) -> Any:
    if base.node is not None:
        return known_value(base.node, context.scopes)
    return known_value(ast.parse(base.text, mode="eval").body, context.scopes)


def edit_entry(context: FileContext, node: DictNode, key: str, value: ast.expr, entries: list[Entry]) -> None:
    """Replace one entry of a dictionary, keeping the quotes of its key and the space around its colon."""
    source = context.source
    if not entries:
        return
    if isinstance(node, ast.Call):
        keyword = next(k for k in node.keywords if k.arg == key)
        name, separator = key, "="
        start, end = source.span(keyword).start, source.span(keyword).end
    else:
        key_node = next(k for k in node.keys if isinstance(k, ast.Constant) and k.value == key)
        assert key_node is not None
        value_span = context.span_with_parentheses(value)
        name, start, end = source.of(key_node), source.span(key_node).start, value_span.end
        separator = source.text[source.span(key_node).end : value_span.start]
    if len(entries) == 1 and entries[0].text == source.of(value):
        if entries[0].key != key:
            context.edits.replace(Span(start, start + len(name)), name.replace(key, entries[0].key))
        return

    def make(render: Render) -> str:
        return ", ".join(f"{name.replace(key, e.key)}{separator}{e.make(render)}" for e in entries)

    context.edits.replace(Span(start, end), make)
