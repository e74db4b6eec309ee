"""Plans one call: which case of its row applies, what becomes of every argument, and what is said.

Planning is pure. It reads the row and the bound call and returns a `CallPlan`; nothing is edited here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from optconv.converter.binding import BoundCall
from optconv.converter.call_plan import CallPlan, PlannedArgument, Remark
from optconv.converter.coercion import coerce
from optconv.converter.compose import (
    CannotComposeError,
    Piece,
    compose,
    count_evaluations,
    render_pieces,
)
from optconv.converter.describe import describe, describe_negation
from optconv.converter.edits import Render
from optconv.converter.names import NameResolver
from optconv.converter.scopes import ScopeTree
from optconv.converter.source import SourceText, shortened
from optconv.converter.values import is_pure, known_value
from optconv.mappings import Tables, Text
from optconv.mappings.defaults import is_default
from optconv.mappings.expressions import UNKNOWN, Expression, parse_expression
from optconv.mappings.schema import Case, Difference, TargetApi
from optconv.mappings.signatures import version_key


@dataclass
class CallPlanner:
    """Plans calls of one file."""

    tables: Tables
    source: SourceText
    scopes: ScopeTree
    target_version: str | None
    names: NameResolver
    _values: dict[int, dict[str, Any]] = field(default_factory=dict)

    def plan(
        self,
        bound: BoundCall,
        cases: Sequence[Case],
        facts: Mapping[str, Any],
        extra: Mapping[str, Piece],
        group_values: Sequence[Mapping[str, Any]] = (),
    ) -> CallPlan:
        """Plan one call.

        Args:
            bound: the call with its arguments by parameter.
            cases: the cases of its row, in order.
            facts: values of the reserved names (``own_rates``).
            extra: pieces for names that are no parameters (``base_lr``, ``self``).
            group_values: known values of each parameter group; a condition must hold for all of them.
        """
        known_extra = {name: _value_of(piece, self.scopes) for name, piece in extra.items()}
        values = {**self.values(bound), **known_extra, **facts}
        alternatives = [values, *({**values, **group} for group in group_values)]
        chosen = self._choose(cases, alternatives)
        if chosen is None:
            return CallPlan(None, remarks=(Remark("OC306", {"reason": _NO_CASE}),))
        case, remarks = chosen
        # An unpacked key may go only if it would go in every case: it may be what decides between them.
        always_dropped = frozenset.intersection(*(c.drop for c in cases))
        hidden = [value for value, keys in bound.unpacked if not keys <= always_dropped]
        if hidden:
            shown = f"**{shortened(self.source.of(hidden[0]))}"
            return CallPlan(None, remarks=(Remark("OC204", {"reason": _UNPACKED.format(argument=shown)}),))
        refusals = [
            *self._refusals(case, values, group_values, bound),
            *self._version_problems(case, bound, values),
        ]
        if refusals:
            return CallPlan(None, remarks=tuple(refusals))
        try:
            arguments = self._arguments(case, bound, values, extra)
        except CannotComposeError as error:
            return CallPlan(None, remarks=(self.cannot_compose(error),))
        remarks = [
            *remarks,
            *self._assumed(case, alternatives, bound),
            *self._losses(case, alternatives),
            *self.differences(case.differs, *alternatives),
        ]
        # What a condition asks for had its effect: it chose the case.
        deciding = frozenset().union(*(c.when.names for c in cases if c.when is not None))
        # What a warning asks for may well have an effect.
        doubted = frozenset().union(
            *(d.when.names for d in case.differs if d.when is not None and d.when.holds(values) is not False)
        )
        dropped = sorted((case.drop & set(bound.arguments)) - deciding - doubted)
        dropped += [f"**{shortened(self.source.of(value))}" for value, _ in bound.unpacked]
        remarks += [Remark("OC101", {"argument": name}) for name in dropped]
        return CallPlan(case, tuple(arguments), tuple(remarks))

    def values(self, bound: BoundCall) -> dict[str, Any]:
        """Return what is known of each parameter: of a given argument, or of the default."""
        values: dict[str, Any] = {}
        for parameter in bound.signature.parameters:
            argument = bound.arguments.get(parameter.name)
            if argument is not None:
                constant = self.constant(argument.node)
                values[parameter.name] = constant or known_value(argument.node, self.scopes)
            elif parameter.default is not None:
                known = parse_expression(parameter.default).evaluate({})
                values[parameter.name] = self.tables.constants.get(parameter.default, known)
        return values

    def constant(self, node: ast.expr) -> str | None:
        """Return what the tables call the constant of the source framework that ``node`` certainly is."""
        if not isinstance(node, (ast.Name, ast.Attribute)) or not self.tables.constants:
            return None
        meaning = self.names.meaning(node)
        found = {self.tables.constants.get(name) for name in meaning.names}
        return found.pop() if meaning.certain and len(found) == 1 else None

    def _choose(
        self, cases: Sequence[Case], alternatives: Sequence[Mapping[str, Any]]
    ) -> tuple[Case, list[Remark]] | None:
        for case in cases:
            if case.when is None:
                return case, []
            outcomes = {case.when.holds(values) for values in alternatives}
            if outcomes == {True}:
                return case, []
            if outcomes <= {True, None} and case.assume is not None:
                remark = Remark("OC103", {"condition": describe(case.when), "note": case.assume})
                return case, [remark]
        return None

    def _refusals(
        self,
        case: Case,
        values: Mapping[str, Any],
        group_values: Sequence[Mapping[str, Any]],
        bound: BoundCall,
    ) -> Iterable[Remark]:
        for rule in case.refuse:
            # That a group itself has the parameter is said where its key is converted.
            others = [{k: v for k, v in group.items() if k != rule.parameter} for group in group_values]
            holds = _holds_for_all(rule.unless, [values, *({**values, **group} for group in others)])
            if holds is True or (holds is None and rule.loud):
                continue
            argument = bound.arguments.get(rule.parameter)
            value = f"={shortened(self.source.of(argument.node))}" if argument else ""
            yield Remark("OC302", {"argument": f"{rule.parameter}{value}", "note": rule.note})

    def _assumed(
        self, case: Case, alternatives: Sequence[Mapping[str, Any]], bound: BoundCall
    ) -> Iterable[Remark]:
        """Return what is taken for granted, because the target itself raises an error for other values.

        A value of another type is refused where it is passed: that goes without saying.
        """
        parameters = set(bound.signature.names)
        for rule in case.refuse:
            of_values = rule.unless.names <= parameters and "type_of" not in rule.unless.functions
            if rule.loud and of_values and _holds_for_all(rule.unless, alternatives) is None:
                yield Remark("OC103", {"condition": describe(rule.unless), "note": rule.note})

    def _version_problems(self, case: Case, bound: BoundCall, values: Mapping[str, Any]) -> Iterable[Remark]:
        target = self.tables.target_api(case.to)
        if self.target_version is None or target is None:
            return
        needs: dict[str, str | None] = {case.to: case.since or target.since}
        for keyword, expression in case.arguments.items():
            given = expression.names & bound.arguments.keys()
            if (
                keyword in target.added
                and given
                and not is_default(keyword, target, expression.evaluate(values))
            ):
                needs[f"{case.to}({keyword}=…)"] = target.added[keyword]
        for name, since in needs.items():
            remark = self.too_old(name, since)
            if remark is not None:
                yield remark

    def no_way(self, api: str) -> Remark | None:
        """Return what is to be said of an API that has no case: no counterpart, or no row."""
        row = self.tables.row(api)
        if row is not None and row.cases:
            return None
        title = self.tables.target.title
        if row is not None and row.unconvertible is not None:
            return Remark("OC307", {"api": api, "target": title, "note": row.unconvertible})
        return Remark("OC301", {"api": api, "target": title})

    def too_old(self, name: str, since: str | None) -> Remark | None:
        """Return what is to be said where ``name`` came with a later version than the one asked for."""
        asked = self.target_version
        if asked is None or since is None or version_key(asked) >= version_key(since):
            return None
        fields: dict[str, str | Text] = {
            "name": name,
            "target": self.tables.target.title,
            "since": since,
            "version": asked,
        }
        return Remark("OC305", fields)

    def _losses(self, case: Case, alternatives: Sequence[Mapping[str, Any]]) -> Iterable[Remark]:
        for rule in case.lossy:
            holds = _holds_for_all(rule.unless, alternatives)
            yield from _difference(holds, describe(rule.unless), rule.note)

    def differences(
        self, differs: Sequence[Difference], *alternatives: Mapping[str, Any]
    ) -> Iterable[Remark]:
        """Return what is to be said of differences that hold, or may hold, for one of the alternatives."""
        for difference in differs:
            if difference.loud:
                when = difference.when
                if when is None or any(when.holds(values) is not False for values in alternatives):
                    yield Remark("OC104", {"note": difference.note})
            elif difference.when is None:
                yield Remark("OC201", {"note": difference.note})
            else:
                outcomes = {difference.when.holds(values) for values in alternatives}
                unless = False if True in outcomes else None if None in outcomes else True
                condition = describe_negation(difference.when, *alternatives)
                yield from _difference(unless, condition, difference.note)

    def _arguments(
        self,
        case: Case,
        bound: BoundCall,
        values: Mapping[str, Any],
        extra: Mapping[str, Piece],
    ) -> list[PlannedArgument]:
        target = self.tables.target_api(case.to)
        planned = []
        self._check_evaluated_once(case, bound)
        for keyword, expression in case.arguments.items():
            argument = self._argument(keyword, expression, target, bound, values, extra)
            if argument is not None:
                planned.append(argument)
        given = sorted((a for a in planned if a.anchor is not None), key=lambda a: a.anchor or 0)
        return given + [argument for argument in planned if argument.anchor is None]

    def _check_evaluated_once(self, case: Case, bound: BoundCall) -> None:
        """Refuse to write an argument with effects into several arguments of the target."""
        for name, argument in bound.arguments.items():
            if not is_pure(argument.node):
                piece = Piece(self.source.of(argument.node), argument.node)
                if sum(count_evaluations(e, name, piece) for e in case.arguments.values()) > 1:
                    raise CannotComposeError(name)

    def _argument(
        self,
        keyword: str,
        expression: Expression,
        target: TargetApi | None,
        bound: BoundCall,
        values: Mapping[str, Any],
        extra: Mapping[str, Piece],
    ) -> PlannedArgument | None:
        own = {name: self.piece(name, bound) for name in expression.names & set(bound.signature.names)}
        pieces = {**own, **extra}
        if expression.names - pieces.keys():
            return None  # about a parameter that this version of the source framework does not have
        anchors = [bound.arguments[name].index for name in expression.names if name in bound.arguments]
        from_outside = expression.names & extra.keys()
        places = (extra[name].anchor for name in from_outside)
        anchors += [place for place in places if place is not None]
        value = expression.evaluate(values)
        self.check_names(expression, bound.node)
        can_be_left_out = not anchors or self._is_too_new(keyword, target)
        if can_be_left_out and not from_outside and is_default(keyword, target, value):
            return None
        wanted = target.types.get(keyword) if target else None
        node = _only_node(expression, pieces)

        def make(render: Render) -> str:
            text = compose(expression, render_pieces(pieces, self.source, render), value)
            return coerce(text, wanted, self.scopes, self.tables.idioms, node)

        text = compose(expression, pieces, value)
        typed = coerce(text, wanted, self.scopes, self.tables.idioms, node)
        verbatim = expression.text in bound.arguments and typed == text and node is not None
        anchor = min(anchors) if anchors else None
        return PlannedArgument(keyword, typed, anchor, verbatim, make, expression.modules)

    def cannot_compose(self, error: CannotComposeError) -> Remark:
        """Return what is to be said of an expression that cannot be written."""
        reason = (_TAKEN if error.taken else _EVALUATED_TWICE).format(argument=error.name)
        return Remark("OC306", {"reason": reason})

    def check_names(self, expression: Expression, node: ast.expr) -> None:
        """Refuse an expression with a module or a builtin function whose name means something else here."""
        for name in expression.modules:
            if not self.scopes.is_free(name, name):
                raise CannotComposeError(name, taken=True)
        for name in expression.functions:
            if self.scopes.lookup(name, node) is not None:
                raise CannotComposeError(name, taken=True)

    def piece(self, name: str, bound: BoundCall) -> Piece:
        """Return what stands for a parameter: the argument that was given, or the default."""
        argument = bound.arguments.get(name)
        if argument is None:
            default = bound.default(name) or "None"
            return Piece(
                repr(self.tables.constants[default]) if default in self.tables.constants else default
            )
        constant = self.constant(argument.node)
        if constant is not None:
            return Piece(repr(constant))
        return Piece(self.source.of(argument.node), argument.node)

    def _is_too_new(self, keyword: str, target: TargetApi | None) -> bool:
        """Return whether the target version that was asked for does not have the parameter yet."""
        since = target.added.get(keyword) if target else None
        if since is None or self.target_version is None:
            return False
        return version_key(self.target_version) < version_key(since)


_NO_CASE = Text(
    "which form is right depends on arguments that cannot be read from the source",
    "哪种写法正确取决于源码中读不出的参数",
)
_UNPACKED = Text(
    "its arguments are unpacked from `{argument}`; write them out",
    "它的参数由 `{argument}` 解包而来；请逐一写出",
)
_TAKEN = Text(
    "the output needs Python's own {argument}, and that name means something else in this file",
    "输出需要 Python 自带的 {argument}，而该名称在本文件中另有含义",
)
_EVALUATED_TWICE = Text(
    "the value of {argument} would be computed more than once or at another time; give it a name first",
    "{argument} 的值会被多次计算或在其他时刻计算；请先把它赋给一个变量",
)


def _only_node(expression: Expression, pieces: Mapping[str, Piece]) -> ast.expr | None:
    return pieces[expression.tree.id].node if isinstance(expression.tree, ast.Name) else None


def _value_of(piece: Piece, scopes: ScopeTree) -> Any:
    if piece.node is not None:
        return known_value(piece.node, scopes)
    try:
        return parse_expression(piece.text).evaluate({})
    except ValueError:
        return UNKNOWN


def _holds_for_all(condition: Expression, alternatives: Sequence[Mapping[str, Any]]) -> bool | None:
    """Return whether a condition holds for the optimizer and each of its groups; None: not to be known."""
    outcomes = {condition.holds(values) for values in alternatives}
    return False if False in outcomes else None if None in outcomes else True


def _difference(unless: bool | None, condition: Text, note: Text) -> Iterable[Remark]:
    if unless is False:
        yield Remark("OC201", {"note": note})
    elif unless is None:
        yield Remark("OC202", {"condition": condition, "note": note})
