"""Notes the optimizers and schedulers of a file when it is decided what becomes of them (`built_object`)."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from optconv.converter.binding import BoundCall, CannotBindError, bind
from optconv.converter.branches import exclusive
from optconv.converter.built_object import BuiltArgument, BuiltObject, WrittenObject
from optconv.converter.combinations import OPTIMIZER_PARAMETER, Combination, combination_by_curve
from optconv.converter.file_context import Construction, FileContext
from optconv.converter.group_dicts import GROUP_ENTRY
from optconv.converter.result import Outcome, Position
from optconv.converter.rivals import same_optimizer
from optconv.converter.static_values.evaluate import StaticValues, UsedValue
from optconv.converter.values import known_value
from optconv.mappings import Text, message
from optconv.mappings.expressions import UNKNOWN, Typed
from optconv.mappings.schema import SourceApi

_PLAIN = (bool, int, float, str, type(None))


def note_built_objects(context: FileContext, given: Mapping[str, str]) -> tuple[BuiltObject, ...]:
    """Return the optimizers and schedulers that a planned file builds, in order.

    Schedulers that others are made of are parts of those.

    Args:
        context: the file, with everything planned and emitted.
        given: what a person says that parts of its expressions come to.
    """
    noting = _Noting(context, StaticValues(context, given))
    found = [noting.note(construction) for construction in context.constructions.values()]
    return tuple(sorted((o for o in found if o is not None), key=lambda o: o.start.order))


@dataclass
class _Values:
    """What is found out about the arguments of one call."""

    used: dict[str, UsedValue] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)


class _Noting:
    def __init__(self, context: FileContext, values: StaticValues) -> None:
        self._context = context
        self._static = values
        self._apis = {node: construction.api for node, construction in context.constructions.items()}
        self._made = 0  # names so far
        combined = (self._combination(c) for c in context.constructions.values())
        self._combinations = {whole.node: whole for whole in combined if whole is not None}
        self._parts = {part.node for whole in self._combinations.values() for part in whole.parts}
        self._schedulers = dict(self._optimizer_arguments())

    def _optimizer_arguments(self) -> Iterator[tuple[ast.Call, ast.expr]]:
        """Give the schedulers that are no parts of others, with their optimizers as they are named."""
        for node, api in self._apis.items():
            whole = self._combinations.get(node)
            if api.kind != "scheduler" or node in self._parts:
                continue
            with suppress(CannotBindError):
                own = bind(node, api.signatures).arguments.get(OPTIMIZER_PARAMETER)
                optimizer = own.node if own is not None else whole.optimizer if whole is not None else None
                if optimizer is not None:
                    yield node, optimizer

    def note(self, construction: Construction) -> BuiltObject | None:
        """Return one construction; None for a part of another one, and for what builds neither kind."""
        kind = construction.api.kind
        if kind not in ("optimizer", "scheduler") or construction.node in self._parts:
            return None
        return self._noted(construction)

    def _noted(self, construction: Construction) -> BuiltObject:
        api, node = construction.api, construction.node
        start = self._start(node)
        outcome, codes = self._said(node, api)
        bare = BuiltObject(api.name, api.kind, start, outcome, codes, written=_written(construction))
        obstacle = self._obstacle(construction)
        if obstacle is not None:
            return replace(bare, obstacle=obstacle)
        try:
            bound = bind(node, api.signatures)
        except CannotBindError as error:
            return replace(bare, obstacle=error.reason)
        return self._bound(bare, construction, bound)

    def _bound(self, bare: BuiltObject, construction: Construction, bound: BoundCall) -> BuiltObject:
        values = _Values()
        whole = self._combinations.get(construction.node)
        parts = () if whole is None else tuple(self._noted(self._of(part.node)) for part in whole.parts)
        listed = whole.combine.schedulers if whole is not None else ""
        not_read = {OPTIMIZER_PARAMETER, GROUP_ENTRY, listed}
        arguments = tuple(
            self._argument(name, argument.node, values)
            for name, argument in bound.arguments.items()
            if name not in not_read
        )
        groups = tuple(
            tuple(self._argument(key, node, values) for key, node in entries.items() if key != GROUP_ENTRY)
            for entries in construction.groups
        )
        params = bound.arguments.get(GROUP_ENTRY)
        optimizer = bound.arguments.get(OPTIMIZER_PARAMETER)
        first = whole.parts[0].bound.arguments.get(OPTIMIZER_PARAMETER) if whole and whole.parts else None
        own = optimizer or first
        return replace(
            bare,
            arguments=arguments,
            groups=groups,
            by_model=params is not None and self._comes_from_model(params.node),
            optimizer=self._optimizer(own.node) if own is not None else None,
            beside=self._beside(construction.node, own.node) if own is not None else (),
            parts=parts,
            parts_parameter=listed,
            used=(*values.used.values(), *(used for part in parts for used in part.used)),
            missing=(*values.missing, *(missing for part in parts for missing in part.missing)),
            obstacle=next((part.obstacle for part in parts if part.obstacle is not None), None),
        )

    def _of(self, node: ast.Call) -> Construction:
        return self._context.constructions[node]

    def _start(self, node: ast.Call) -> Position:
        return self._context.source.position(self._context.source.span(node).start)

    def _said(self, node: ast.Call, api: SourceApi) -> tuple[Outcome, tuple[str, ...]]:
        """Return what became of a call, and the codes of what was said of it."""
        span = self._context.source.span(node)
        start, end = self._context.source.position(span.start), self._context.source.position(span.end)
        outcomes = [r.outcome for r in self._context.references if r.start == start and r.api == api.name]
        codes = {
            d.code
            for d in self._context.diagnostics
            if d.api == api.name and start.order <= d.start.order < end.order
        }
        return outcomes[0] if outcomes else Outcome.NOT_UNDERSTOOD, tuple(sorted(codes))

    def _obstacle(self, construction: Construction) -> Text | None:
        api = construction.api
        if construction.others:
            return message("verify.obstacle.several_classes")
        if construction.scattered:
            return message("verify.obstacle.scattered")
        if api.name not in self._context.tables.source_apis:
            return message("verify.obstacle.own_class")
        if self._context.tables.origin_of(api.name):
            return message("verify.obstacle.own_mapping")
        whole = self._combinations.get(construction.node)
        if whole is not None and whole.obstacle is not None:
            return whole.obstacle
        if whole is not None and not all(part.node in self._context.constructions for part in whole.parts):
            return message("verify.obstacle.scattered")
        return None

    def _combination(self, construction: Construction) -> Combination | None:
        """Return what a scheduler is made of, where it is made of others."""
        node, api = construction.node, construction.api
        try:
            bound = bind(node, api.signatures)
        except CannotBindError:
            return None
        return combination_by_curve(self._context, node, api, bound, self._apis)

    def _optimizer(self, node: ast.expr) -> Position | None:
        """Return where the only optimizer that an expression can be is built in this file."""
        values = self._context.kinds.values(node)
        calls = {i.construction for i in values.instances if i.construction in self._context.constructions}
        if values.unknown or len(calls) != 1 or len(values.instances) != 1:
            return None
        call = calls.pop()
        assert call is not None
        return self._start(call)

    def _beside(self, node: ast.Call, optimizer: ast.expr) -> tuple[Position, ...]:
        """Return the other schedulers that act on the same optimizer in one run."""
        found = []
        for other, its_optimizer in self._schedulers.items():
            apart = other is node or exclusive(self._context.scopes, node, other)
            if not apart and same_optimizer(self._context, optimizer, its_optimizer):
                found.append(self._start(other))
        return tuple(sorted(found, key=lambda position: position.order))

    def _comes_from_model(self, node: ast.expr) -> bool:
        match node:
            case ast.Call(func=ast.Attribute(attr=name), args=[], keywords=[]):
                return name in self._context.tables.idioms.parameter_iterators
        return False

    def _argument(self, parameter: str, node: ast.expr, values: _Values) -> BuiltArgument:
        named: dict[str, Any] = {}
        template = self._template(parameter, node, values, named)
        return BuiltArgument(parameter, template, named)

    def _template(self, parameter: str, node: ast.expr, values: _Values, named: dict[str, Any]) -> str:
        known = known_value(node, self._context.scopes)
        if _is_plain(known):
            values.used |= {used.text: used for used in self._static.evaluate(node).used}
            return repr(known)
        if isinstance(node, (ast.List, ast.Tuple)) and not any(isinstance(e, ast.Starred) for e in node.elts):
            entries = [self._template(parameter, entry, values, named) for entry in node.elts]
            if isinstance(node, ast.List):
                return f"[{', '.join(entries)}]"
            return f"({', '.join(entries)}{',' if len(entries) == 1 else ''})"
        evaluated = self._static.evaluate(node)
        values.used |= {used.text: used for used in evaluated.used}
        if evaluated.value is UNKNOWN:
            values.missing |= dict.fromkeys(evaluated.missing)
        self._made += 1
        # The key of a parameter group may be any text, and the name stands in a script that is run.
        name = f"{parameter if parameter.isidentifier() else 'value'}_{self._made}"
        named[name] = evaluated.value
        return f"lambda epoch: {name}[epoch]" if callable(evaluated.value) else name


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return value is not UNKNOWN and not isinstance(value, Typed) and isinstance(value, _PLAIN)


def _written(construction: Construction) -> WrittenObject | None:
    plan = construction.plan
    if plan.case is None:
        return None
    arguments = {argument.parameter: argument.text for argument in plan.arguments}
    return WrittenObject(plan.case.to, arguments, construction.in_front)
