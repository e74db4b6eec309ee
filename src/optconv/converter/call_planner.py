"""Plans one call: which case of its row applies, what becomes of every argument, and what is said.

Planning is pure. It reads the row and the bound call and returns a `CallPlan`; nothing is edited here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

from optconv.converter.argument_planner import ArgumentPlanner
from optconv.converter.binding import BoundCall
from optconv.converter.call_plan import CallPlan, PlannedArgument, Remark, kept_positional
from optconv.converter.compose import (
    CannotComposeError,
    Piece,
)
from optconv.converter.describe import describe, describe_negation
from optconv.converter.scopes import ScopeTree
from optconv.converter.source import shortened
from optconv.converter.values import known_value
from optconv.mappings import Text, message
from optconv.mappings.defaults import is_default
from optconv.mappings.expressions import UNKNOWN, Expression, parse_expression
from optconv.mappings.schema import Case, Difference
from optconv.mappings.signatures import version_key


class CallPlanner(ArgumentPlanner):
    """Plans calls of one file."""

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
        chosen = self.choose(cases, alternatives)
        if chosen is None:
            return _declined("OC306", message("call_planner.no_case"))
        case, remarks = chosen
        case = _decided(case, values, facts)
        # An unpacked key may go only if it would go in every case: it may be what decides between them.
        always_dropped = frozenset.intersection(*(c.drop for c in cases))
        hidden = [value for value, keys in bound.unpacked if not keys <= always_dropped]
        if hidden:
            shown = f"**{shortened(self.source.of(hidden[0]))}"
            return _declined("OC204", message("call_planner.unpacked", argument=shown))
        refusals = [
            *self._refusals(case, values, group_values, bound),
            *self._version_problems(case, bound, values),
        ]
        if refusals:
            return CallPlan(None, remarks=tuple(refusals))
        try:
            if case.expression is not None and "self" not in extra:
                arguments = [self.whole(case.expression.decided(values, facts), bound, extra)]
            else:
                arguments = self.arguments(case, bound, values, extra)
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
        return CallPlan(case, self._positional(case, bound, arguments), tuple(remarks))

    def _positional(
        self, case: Case, bound: BoundCall, arguments: Sequence[PlannedArgument]
    ) -> tuple[PlannedArgument, ...]:
        """Leave arguments positional for as long as the target has the same parameters in the same places."""
        target = self.tables.target_api(case.to)
        names = zip(target.signature.names, bound.signature.names, strict=False) if target else ()
        same = tuple(ours for ours, _ in takewhile(lambda pair: pair[0] == pair[1], names))
        return kept_positional(bound.node, tuple(arguments), same)

    def choose(
        self, cases: Sequence[Case], alternatives: Sequence[Mapping[str, Any]]
    ) -> tuple[Case, list[Remark]] | None:
        """Return the first case that is right for all alternatives, and what is assumed then."""
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
                if unless is None and difference.known:
                    continue
                condition = describe_negation(difference.when, *alternatives)
                yield from _difference(unless, condition, difference.note)


def _decided(case: Case, values: Mapping[str, Any], facts: Mapping[str, Any]) -> Case:
    """Return a case whose arguments ask for no facts: what they depend on is decided here."""
    if not any(expression.names & facts.keys() for expression in case.arguments.values()):
        return case
    arguments = {keyword: e.decided(values, facts) for keyword, e in case.arguments.items()}
    return replace(case, arguments=arguments)


def _declined(code: str, reason: Text) -> CallPlan:
    return CallPlan(None, remarks=(Remark(code, {"reason": reason}),))


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
