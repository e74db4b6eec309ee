"""The forms that an API can take in the target, and what becomes of each of its parameters, as values."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optconv.converter.coercion import coerce
from optconv.converter.compose import CannotComposeError, Piece, compose
from optconv.converter.describe import describe
from optconv.converter.scopes import ScopeTree
from optconv.mappings import Text
from optconv.mappings.defaults import is_default
from optconv.mappings.expressions import parse_expression
from optconv.mappings.signatures import version_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from optconv.mappings import Tables
    from optconv.mappings.expressions import Expression
    from optconv.mappings.schema import ArgumentRule, Case, Difference, Row, SourceApi, TargetApi


@dataclass(frozen=True)
class Conditional:
    """A note and the condition under which it holds (None: always)."""

    condition: Text | None
    note: Text
    loud: bool = False


@dataclass(frozen=True)
class TargetArgument:
    """One argument of the target that is computed from a parameter of the source."""

    name: str
    expression: str
    default: str | None  # of the target; None where it is required
    pinned: str | None = None  # what is written where the source leaves it out, because the defaults differ
    type: str | None = None  # where the target insists on one
    added: str | None = None  # the version of the target that has it first, where not all have it


@dataclass(frozen=True)
class ParameterLine:
    """What becomes of one parameter of the source."""

    name: str
    default: str | None
    since: str | None  # the version of the source that has it first, where not all have it
    until: str | None  # the version of the source that no longer has it
    becomes: tuple[TargetArgument, ...]
    # written, expressed, dropped, decides (which form is taken), refused, lossy, combined or attached
    fate: str
    rules: tuple[Conditional, ...] = ()  # unless which condition it cannot be converted, or numbers differ


@dataclass(frozen=True)
class Form:
    """One way to write the API in the target."""

    condition: Text | None
    assume: Text | None
    to: str
    since: str
    parameters: tuple[ParameterLine, ...]
    constants: tuple[TargetArgument, ...]  # written whatever the source says
    group_keys: tuple[TargetArgument, ...]  # what is written otherwise in a parameter group
    not_in_groups: Mapping[str, Text]  # parameters that a group cannot have for itself, and why
    differs: tuple[Conditional, ...]
    expression: str = ""  # what is written instead of a call of `to`


def describe_forms(row: Row, source: SourceApi, tables: Tables) -> tuple[Form, ...]:
    """Return the forms of a row in the order in which they are tried."""
    forms = []
    for number, case in enumerate(row.cases):
        defaults = _defaults(source)
        left_out = {
            name: text for name, text in defaults.items() if _may_be_left_out(name, text, row, number)
        }
        forms.append(_describe_form(case, row, source, tables, left_out))
    return tuple(forms)


def _may_be_left_out(name: str, default: str, row: Row, number: int) -> bool:
    """Return whether a case can be taken although a parameter has its default."""
    values = {name: parse_expression(default).evaluate({})}
    earlier = (case.when for case in row.cases[:number])
    own = row.cases[number].when
    return all(when is None or when.holds(values) is not True for when in earlier) and (
        own is None or own.holds(values) is not False
    )


def conditionals(differences: tuple[Difference, ...]) -> tuple[Conditional, ...]:
    """Return differences with their conditions in words."""
    return tuple(Conditional(describe(d.when) if d.when else None, d.note, d.loud) for d in differences)


def describe_rules(rules: tuple[ArgumentRule, ...], parameter: str | None = None) -> tuple[Conditional, ...]:
    """Return rules (about one parameter) with the conditions that free from them in words."""
    return tuple(
        Conditional(_condition(rule.unless), rule.note, rule.loud)
        for rule in rules
        if parameter in (None, rule.parameter)
    )


def _condition(condition: Expression) -> Text | None:
    """Return a condition in words; None for one that never holds."""
    return None if condition.holds({}) is False else describe(condition)


def _describe_form(
    case: Case, row: Row, source: SourceApi, tables: Tables, defaults: Mapping[str, str]
) -> Form:
    """Return a form, given the defaults of the parameters that may be left out where it is taken."""
    target = tables.target_api(case.to)
    oldest = tables.target.versions[0]
    since = max((v for v in (row.since, target.since if target else None, oldest) if v), key=version_key)
    deciding = frozenset().union(*(c.when.names for c in row.cases if c.when is not None))
    written = {
        keyword: _target_argument(keyword, expression, target, defaults, tables)
        for keyword, expression in case.arguments.items()
    }
    parameters = _parameter_names(source)
    return Form(
        condition=describe(case.when) if case.when else None,
        assume=case.assume,
        to=case.to,
        since=since,
        parameters=tuple(_parameter_line(name, source, case, written, deciding, row) for name in parameters),
        constants=tuple(
            argument
            for keyword, argument in written.items()
            if not case.arguments[keyword].names & {*parameters}
        ),
        group_keys=tuple(
            TargetArgument(keyword, expression.text, None) for keyword, expression in case.groups.items()
        ),
        not_in_groups=case.refuse_in_groups,
        differs=conditionals(case.differs),
        expression=case.expression.text if case.expression else "",
    )


def _parameter_names(source: SourceApi) -> list[str]:
    """Return the parameters of all versions, those of the newest first and in its order."""
    return list(dict.fromkeys(name for version in source.signatures for name in version.signature.names))


def _defaults(source: SourceApi) -> dict[str, str]:
    """Return the newest default of each parameter that the newest version still has."""
    newest = source.signatures[0].signature if source.signatures else None
    return {p.name: p.default for p in (newest.parameters if newest else ()) if p.default is not None}


def _parameter_line(
    name: str,
    source: SourceApi,
    case: Case,
    written: Mapping[str, TargetArgument],
    deciding: frozenset[str],
    row: Row,
) -> ParameterLine:
    newest_first = [version for version in source.signatures if version.signature.parameter(name)]
    first, last = newest_first[-1], newest_first[0]
    parameter = last.signature.parameter(name)
    gone = (
        source.signatures[source.signatures.index(last) - 1].since
        if last is not source.signatures[0]
        else None
    )
    refused, lossy = describe_rules(case.refuse, name), describe_rules(case.lossy, name)
    becomes = tuple(written[k] for k, expression in case.arguments.items() if name in expression.names)
    fate = "written" if becomes else "dropped" if name in case.drop else "attached"
    if row.combine is not None and name in (row.combine.schedulers, row.combine.milestones):
        fate = "combined"
    if fate == "dropped" and name in deciding:
        fate = "decides"
    if case.expression is not None and name in case.expression.names:
        fate = "expressed"
    elif refused or lossy:
        fate = "refused" if refused else "lossy"
    return ParameterLine(
        name=name,
        default=parameter.default if parameter else None,
        since=first.since if first is not source.signatures[-1] else None,
        until=gone,
        becomes=becomes,
        fate=fate,
        rules=refused + lossy,
    )


def _target_argument(
    keyword: str,
    expression: Expression,
    target: TargetApi | None,
    defaults: Mapping[str, str],
    tables: Tables,
) -> TargetArgument:
    parameter = target.signature.parameter(keyword) if target else None
    wanted = target.types.get(keyword) if target else None
    values = {name: parse_expression(text).evaluate({}) for name, text in defaults.items()}
    value = expression.evaluate(values)
    pinned = None
    if expression.names and expression.names <= defaults.keys() and not is_default(keyword, target, value):
        pinned = _written_value(expression, value, wanted, defaults, tables)
    return TargetArgument(
        name=keyword,
        expression=expression.text,
        default=parameter.default if parameter else None,
        pinned=pinned,
        type=wanted,
        added=_added(target, keyword, tables),
    )


def _written_value(
    expression: Expression, value: Any, wanted: str | None, defaults: Mapping[str, str], tables: Tables
) -> str | None:
    """Return what the converter writes where all arguments that an expression reads are left out."""
    pieces = {name: Piece(defaults[name]) for name in expression.names}
    try:
        text = compose(expression, pieces, value)
    except CannotComposeError:
        return None
    return coerce(text, wanted, ScopeTree(ast.parse("")), tables.idioms, None)


def _added(target: TargetApi | None, keyword: str, tables: Tables) -> str | None:
    added = target.added.get(keyword) if target else None
    oldest = tables.target.versions[0]
    return added if added and version_key(added) > version_key(oldest) else None
