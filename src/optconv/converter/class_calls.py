"""Plans classes that are used as values: each set of classes and calls becomes the target's, or stays.

A call that can build one of several classes is planned for each of them. It is converted when all of them are
given the same arguments then; each class is named where it was named.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from optconv.converter.call_plan import CallPlan, PlannedArgument, Remark
from optconv.converter.class_sets import Candidate, ClassSet
from optconv.converter.edits import Edit
from optconv.converter.file_context import Construction, FileContext
from optconv.converter.optimizers import plan_construction
from optconv.converter.references import Found
from optconv.converter.source import Span, shortened
from optconv.converter.tree_index import position_of
from optconv.mappings import Text, diagnostic_kinds, message
from optconv.mappings.schema import Case, SourceApi


@dataclass
class _Planned:
    """One call, planned for one of the classes that it can build."""

    candidate: Candidate
    construction: Construction
    edits: list[Edit]
    folded: set[ast.Call]

    @property
    def case(self) -> Case:
        """Return how the class is written in the target."""
        assert self.construction.plan.case is not None
        return self.construction.plan.case

    @property
    def name(self) -> str:
        """Return the class without its module."""
        return self.construction.api.short_name

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Return what is to be said of the call for this class."""
        return self.construction.plan.remarks


class _StaysError(Exception):
    """A set cannot be converted: what is to be said of which call."""

    def __init__(self, call: ast.Call, api: str, remarks: Iterable[Remark]) -> None:
        super().__init__(api)
        self.call = call
        self.api = api
        self.remarks = tuple(remarks)


def plan_class_set(context: FileContext, classes: ClassSet) -> None:
    """Convert the classes and the calls of a set, or leave them all and say why."""
    if classes.obstacles:
        _leave(context, classes)
        return
    try:
        planned = {call: _plan_call(context, call, found) for call, found in classes.calls.items()}
        targets = {mention.node: _target_of(context, mention, planned) for mention in classes.mentions}
        partials = _partials(context, planned)
    except _StaysError as error:
        _leave(context, classes, error)
        return
    for call, alternatives in planned.items():
        _convert_call(context, call, alternatives)
    context.edits.extend(partials)
    for mention in classes.mentions:
        context.use(mention.node, mention.root, targets[mention.node])
        context.renamed.append(mention.node)
        context.settle(mention.node, mention.api.name, [])


def _plan_call(context: FileContext, call: ast.Call, candidates: list[Candidate]) -> list[_Planned]:
    """Plan a call for each class that it can build; the arguments must be the same."""
    planned = _plan_for_all(context, call, candidates, frozenset())
    if not _agree(planned):
        # One class may be given what another one has as its default: it can be written for both.
        written = (argument for one in planned for argument in one.construction.plan.arguments)
        complete = _plan_for_all(context, call, candidates, frozenset(a.parameter for a in written))
        if not _agree(complete):
            other = next(one for one in planned if not _agree([planned[0], one]))
            raise _unlike(call, planned[0], other)
        planned = complete
    first = planned[0]
    for other in planned[1:]:
        if _texts(context, first) != _texts(context, other) or first.folded != other.folded:
            reason = message("class_calls.unlike_groups", first=first.name, second=other.name)
            raise _StaysError(call, first.construction.api.name, [_unsupported(reason)])
    return planned


def _unlike(call: ast.Call, first: _Planned, other: _Planned) -> _StaysError:
    """Return the error for a call that would need other arguments for two classes."""
    one, two = _shown(first), _shown(other)
    reason = message("class_calls.unlike_arguments", first=first.name, second=other.name, one=one, other=two)
    return _StaysError(call, first.construction.api.name, [_unsupported(reason)])


def _plan_for_all(
    context: FileContext, call: ast.Call, candidates: list[Candidate], written_out: frozenset[str]
) -> list[_Planned]:
    """Plan a call for each class, with some parameters written even where they have their default."""
    several = len({candidate.found.api for candidate in candidates}) > 1
    context.planner.written_out = written_out
    try:
        return [_plan_for(context, call, candidate, several) for candidate in candidates]
    finally:
        context.planner.written_out = frozenset()


def _plan_for(context: FileContext, call: ast.Call, candidate: Candidate, several: bool) -> _Planned:
    api, before = candidate.found.api, set(context.folded)
    construction, edits = context.edits.tried(
        lambda: plan_construction(context, call, api, candidate.partials)
    )
    folded, context.folded = context.folded - before, before
    plan = construction.plan
    if plan.case is None:
        remarks = [_about(api, remark) for remark in plan.remarks] if several else plan.remarks
        raise _StaysError(call, api.name, remarks)
    if plan.case.expression is not None:
        reason = message("class_calls.becomes_expression", api=api.name)
        raise _StaysError(call, api.name, [_unsupported(reason)])
    return _Planned(candidate, construction, edits, folded)


def _unsupported(reason: Text) -> Remark:
    return Remark("OC306", {"reason": reason})


def _agree(planned: list[_Planned]) -> bool:
    """Return whether the same arguments are right for all classes, whether they have a keyword or not."""
    arguments = [{(a.parameter, a.text, a.anchor) for a in p.construction.plan.arguments} for p in planned]
    return all(own == arguments[0] for own in arguments)


def _texts(context: FileContext, planned: _Planned) -> list[tuple[Span, str]]:
    """Return what becomes of parameter groups and dictionaries, as text."""
    return [
        (edit.span, _text(context, edit))
        for edit in planned.edits
        if edit not in _of_partials(context, planned)
    ]


def _text(context: FileContext, edit: Edit) -> str:
    return edit.make(lambda span: context.source.text[span.start : span.end])


def _of_partials(context: FileContext, planned: _Planned) -> list[Edit]:
    """Return the edits of the calls of ``partial`` that a class goes through."""
    spans = [context.source.span(partial) for partial in planned.candidate.partials]
    return [edit for edit in planned.edits if edit.span in spans]


def _partials(context: FileContext, planned: Mapping[ast.Call, list[_Planned]]) -> list[Edit]:
    """Return the edits of all calls of ``partial``; one that several calls go through must suit them all."""
    edits: dict[Span, tuple[Edit, str]] = {}
    for call, alternatives in planned.items():
        for one in alternatives:
            for edit in _of_partials(context, one):
                known = edits.setdefault(edit.span, (edit, _text(context, edit)))
                if known[1] != _text(context, edit):
                    name = one.construction.api.name
                    raise _StaysError(call, name, [_unsupported(message("class_calls.unlike_partial"))])
    return [edit for edit, _ in edits.values()]


def _shown(planned: _Planned) -> str:
    arguments = planned.construction.plan.arguments
    written = (f"{a.parameter}={shortened(a.text)}" for a in arguments if not a.star)
    return f"{planned.case.to.rpartition('.')[2]}({', '.join(written)})"


def _target_of(context: FileContext, mention: Found, planned: Mapping[ast.Call, list[_Planned]]) -> str:
    """Return the class of the target that a class becomes: one and the same for all calls that it reaches."""
    targets: dict[str, ast.Call] = {}
    for call, alternatives in planned.items():
        for one in alternatives:
            if one.candidate.found is mention:
                targets.setdefault(one.case.to, call)
    (first, call), *others = targets.items()
    for second, other in others:
        reason = message(
            "class_calls.several_targets",
            api=mention.api.name,
            first=first,
            second=second,
            line=context.line(call),
            other=context.line(other),
        )
        raise _StaysError(other, mention.api.name, [_unsupported(reason)])
    return first


def _convert_call(context: FileContext, call: ast.Call, planned: list[_Planned]) -> None:
    """Write one call, and say what is to be said of it."""
    first = planned[0]
    arguments = _common(planned)
    remarks = tuple(_joined(planned))
    for one in planned:
        one.construction.plan = CallPlan(one.case, arguments, one.remarks)
    construction = first.construction
    alternatives = {one.construction.api.name: one.construction for one in planned}
    construction.others = tuple(other for other in alternatives.values() if other is not construction)
    context.constructions[call] = construction
    context.edits.extend([e for e in first.edits if e not in _of_partials(context, first)])
    context.folded |= first.folded
    context.use(call, first.candidate.found.root, "", construction.plan.modules)
    context.settle(call, construction.api.name, remarks)


def _common(planned: list[_Planned]) -> tuple[PlannedArgument, ...]:
    """Return the arguments, with keywords where a class needs them."""
    plans = [one.construction.plan.arguments for one in planned]
    with_keyword = {a.parameter for arguments in plans for a in arguments if a.keyword}
    own = [replace(a, keyword=a.parameter, place="") if a.parameter in with_keyword else a for a in plans[0]]
    return tuple(own)


def _joined(planned: list[_Planned]) -> Iterable[Remark]:
    """Return the remarks of all classes, each once; what is not said of all of them names its class."""
    said: list[tuple[str, Text]] = []
    for one in planned:
        for remark in one.remarks:
            text = _text_of(remark)
            if (remark.code, text) in said:
                continue
            said.append((remark.code, text))
            if all(any(_text_of(r) == text for r in other.remarks) for other in planned):
                yield remark
            else:
                yield _about(one.construction.api, remark)


def _about(api: SourceApi, remark: Remark) -> Remark:
    """Return a remark that names the class that it is about."""
    text = _text_of(remark)
    if api.name in text.en:
        return remark
    return replace(remark, message=message("class_calls.of_class", api=api.name, message=text))


def _text_of(remark: Remark) -> Text:
    return remark.message or diagnostic_kinds()[remark.code].message.format(**remark.fields)


def _leave(context: FileContext, classes: ClassSet, error: _StaysError | None = None) -> None:
    """Leave a set as it is: the reason is said where it stands, and the rest follows."""
    nodes: dict[ast.expr, str] = {found.node: found.api.name for found in classes.mentions}
    nodes |= {call: _first(classes, call).name for call in classes.calls}
    context.mentioned |= {found.node: found.api.kind for found in classes.mentions}
    culprits: set[ast.expr] = {error.call} if error is not None else set(classes.obstacles)
    first = min(culprits, key=position_of)
    for node, api in sorted(nodes.items(), key=lambda entry: position_of(entry[0])):
        if error is not None and node is error.call:
            api, remarks = error.api, error.remarks
        elif node in classes.obstacles and error is None:
            reason = classes.obstacles[node].reason
            reason = reason if isinstance(node, ast.Call) else message("class_calls.as_value", reason=reason)
            remarks = (Remark("OC204", {"reason": reason}),)
        else:
            shown = first.func if first in classes.calls and isinstance(first, ast.Call) else first
            name = shortened(context.source.of(shown))
            remarks = (Remark("OC102", {"name": name, "line": context.line(first)}),)
        context.settle(node, api, remarks, converted=False)
        if node in classes.calls and isinstance(node, ast.Call):
            plan = CallPlan(None, remarks=remarks)
            context.constructions[node] = Construction(node, _first(classes, node), plan)


def _first(classes: ClassSet, call: ast.Call) -> SourceApi:
    """Return the first class that a call can build, or one that it may build."""
    known = classes.calls[call]
    return (known[0].found if known else classes.mentions[0]).api
