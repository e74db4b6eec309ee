"""Loads the cases of a row or of a member, and refuses what is incomplete or contradicts the catalogues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from optconv.mappings.expressions import Expression, read_expression
from optconv.mappings.rule_loader import (
    load_differences,
    load_group_entries,
    load_names,
    load_notes,
    load_rules,
    read_text,
)
from optconv.mappings.schema import (
    ArgumentRule,
    Case,
    SourceApi,
    TargetApi,
)
from optconv.mappings.signatures import SignatureVersion
from optconv.mappings.yaml_reader import Located

RESERVED_NAMES = frozenset(
    {
        "base_lr",
        "own_rates",
        "single_group",
        "rate_changes",
        "scheduled",
        "whole_list",
        "subscripted",
        "optimizer_restored",
        "one_pass",
        "grouped",
        "updates",
        "total_updates",
        "in_step",
        "regions",
        "several_optimizers",
        "combined",
        "repeatable",
        "fractions",
        "fraction",
        "gradients",
        "compared",
        "made_from",
        "made_into",
        "shared_rate",
    }
)
"""Names of the expression language beside the parameters.

``base_lr``: the rate the optimizer was built with (or has); ``own_rates``: whether parameter groups have
rates of their own; ``single_group``: whether there is one group; ``rate_changes``: whether the rate of the
optimizer that is built changes later on; ``scheduled``: whether a scheduler is attached; ``whole_list`` and
``subscripted``: whether the result of a method is used as a list, or an entry of it is taken;
``optimizer_restored``: whether the file loads the state of the optimizer, too; ``one_pass``: whether the
first argument is an iterator, which can be gone through once; ``grouped``: whether the parameters of an
optimizer come in groups; ``updates``: how often the optimizer is updated between two steps of its scheduler;
``total_updates``: how often in the whole run; ``in_step``: whether that count and the scheduler's own stand
at the same step; ``regions``: the precisions of the file's
regions of low precision; ``several_optimizers``: whether a scaler steps more than one;
``combined``: the function that several schedulers combine to; ``repeatable``: whether functions that are
given certainly have the same value for the same epoch each time; ``fractions``: whether an entry of a list
that is given is a number with a fraction; ``gradients``: those of a training step, where they are a value;
``compared``: whether an entry of a group is read to be compared with a number that float32 may not hold;
``made_from`` and ``made_into``: the class that an object was of, and that of the target that it is of now;
``shared_rate``: whether something else changes the rate of the scheduler's optimizer, too; ``fraction``:
whether a number that a method is called with has a fraction."""

CASE_KEYS = frozenset(
    {
        "when",
        "assume",
        "to",
        "with",
        "groups",
        "drop",
        "refuse",
        "refuse_in_groups",
        "group_entries",
        "lossy",
        "differs",
        "expression",
        "item",
        "before",
    }
)
INHERITED_KEYS = frozenset({"drop", "refuse", "lossy", "groups", "group_entries"})
_SHARED_KEYS = frozenset(  # beside `cases`: for all of them
    {"groups", "drop", "refuse", "refuse_in_groups", "group_entries", "lossy", "differs"}
)


@dataclass(frozen=True)
class Catalogues:
    """What a row is checked against."""

    source: Mapping[str, SourceApi]
    target: Mapping[str, TargetApi]
    modules: frozenset[str]  # the top modules of the target whose functions an expression may call


def load_cases(
    holder: Located,
    signatures: tuple[SignatureVersion, ...],
    catalogues: Catalogues,
    inherited: Located | None = None,
    mentioned: frozenset[str] = frozenset(),
) -> tuple[Case, ...]:
    """Load ``cases``, or the one case that is written directly in the row or member.

    Args:
        holder: the row or the member.
        signatures: of the source API, newest first.
        catalogues: what is known of both frameworks.
        inherited: what the row of the base class says about parameters that no case mentions.
        mentioned: parameters that the row speaks of outside of its cases.
    """
    top = holder.mapping()
    if "cases" in top:
        for key in sorted(top.keys() & (CASE_KEYS - _SHARED_KEYS)):
            raise top[key].error("stands beside 'cases'; move it into a case")
        entries = top["cases"].items()
        if not entries:
            raise top["cases"].error("expected at least one case")
        cases = tuple(
            _load_case(entry, holder, signatures, catalogues, inherited, mentioned) for entry in entries
        )
        for entry, case in zip(entries[:-1], cases[:-1], strict=True):
            if case.when is None:
                raise entry.error(
                    "only the last case may have no 'when': the cases after it are never reached"
                )
        return cases
    if top.keys() & CASE_KEYS:
        return (_load_case(holder, holder, signatures, catalogues, inherited, mentioned),)
    return ()


def _load_case(
    entry: Located,
    holder: Located,
    signatures: tuple[SignatureVersion, ...],
    catalogues: Catalogues,
    inherited: Located | None,
    mentioned: frozenset[str],
) -> Case:
    own = entry.mapping(allowed=None if entry is holder else CASE_KEYS | {"since"})
    for key in ("to", "with"):
        if key in own and "expression" in own:
            raise own[key].error("stands beside 'expression'; a case has one or the other")
    shared = {} if entry is holder else holder.mapping()
    parameters = _all_parameters(signatures)
    names = frozenset(parameters) | RESERVED_NAMES
    target = _load_target(own["to"], catalogues) if "to" in own else None
    arguments = load_arguments(own.get("with"), names | {"self", "optimizer"}, target)
    rules = {
        key: load_rules(own.get(key), names, parameters) + load_rules(shared.get(key), names, parameters)
        for key in ("refuse", "lossy")
    }
    case = Case(
        when=read_expression(own["when"], names) if "when" in own else None,
        assume=read_text(own["assume"]) if "assume" in own else None,
        to=target.name if target else "",
        arguments=arguments,
        groups=load_arguments(own.get("groups", shared.get("groups")), names, target=None),
        drop=load_names(own.get("drop"), parameters) | load_names(shared.get("drop"), parameters),
        refuse=rules["refuse"],
        lossy=rules["lossy"],
        differs=load_differences(own.get("differs"), names) + load_differences(shared.get("differs"), names),
        refuse_in_groups={
            **load_notes(shared.get("refuse_in_groups"), parameters),
            **load_notes(own.get("refuse_in_groups"), parameters),
        },
        group_entries=load_group_entries(own.get("group_entries", shared.get("group_entries"))),
        expression=read_expression(own["expression"], names | {"self", "optimizer"})
        if "expression" in own
        else None,
        item=read_expression(own["item"], names | {"self", "index", "optimizer"}) if "item" in own else None,
        before=_read_before(own["before"], names, catalogues) if "before" in own else None,
        since=own["since"].text() if "since" in own and entry is not holder else None,
    )
    if case.to == "" and case.expression is None:
        raise entry.error("a case needs 'to' or 'expression'")
    if inherited is not None:
        case = _inherit(case, inherited, names, parameters)
    if "api" in holder.mapping():
        mentioned |= {"optimizer"}  # a scheduler's first; how the two come together is said by 'attach'
    _check_complete(entry, case, {p: d for p, d in parameters.items() if p not in mentioned}, target)
    return case


def _read_before(located: Located, names: frozenset[str], catalogues: Catalogues) -> Expression:
    """Read what is evaluated in front of a call; it may call functions of the target by their whole names."""
    return read_expression(located, names | catalogues.modules | {"self"})


def _inherit(
    case: Case, inherited: Located, names: frozenset[str], parameters: Mapping[str, str | None]
) -> Case:
    """Add the rules of the base class's row for parameters that the case itself has no rule for.

    A parameter that the case writes is neither dropped nor refused; that it is lossy holds all the same.
    """
    rules = inherited.mapping(allowed=INHERITED_KEYS)
    written, ruled = _written(case), _ruled(case)
    open_to = {name: default for name, default in parameters.items() if name not in ruled}
    silent = {name: default for name, default in open_to.items() if name not in written}
    dropped = {entry.text() for entry in (rules["drop"].items() if "drop" in rules else ())}
    groups = load_arguments(rules.get("groups"), names, target=None)
    return replace(
        case,
        groups={**groups, **case.groups} if "groups" in rules else case.groups,
        group_entries=case.group_entries or load_group_entries(rules.get("group_entries")),
        drop=case.drop | (dropped & silent.keys()),
        refuse=case.refuse + _as_inherited(load_rules(rules.get("refuse"), names, silent, others=True)),
        lossy=case.lossy + _as_inherited(load_rules(rules.get("lossy"), names, open_to, others=True)),
    )


def _as_inherited(rules: tuple[ArgumentRule, ...]) -> tuple[ArgumentRule, ...]:
    return tuple(replace(rule, inherited=True) for rule in rules)


def _all_parameters(signatures: tuple[SignatureVersion, ...]) -> dict[str, str | None]:
    """Return every parameter that any version has, with its newest default."""
    parameters: dict[str, str | None] = {}
    for version in signatures:
        for parameter in version.signature.parameters:
            parameters.setdefault(parameter.name, parameter.default)
    return parameters


def _load_target(located: Located, catalogues: Catalogues) -> TargetApi:
    target = catalogues.target.get(located.text())
    if target is None:
        raise located.error(f"{located.text()} is not in the target's signatures")
    return target


def load_arguments(
    located: Located | None, names: frozenset[str], target: TargetApi | None
) -> dict[str, Expression]:
    """Load ``with``: a keyword of the target -> an expression over ``names``."""
    arguments: dict[str, Expression] = {}
    for key, value in located or ():
        if target is not None and target.signature.parameter(key) is None:
            known = ", ".join(target.signature.names)
            raise value.error(f"{target.name} has no parameter {key!r}; it has {known}")
        arguments[key] = read_expression(value, names)
    return arguments


def _check_complete(
    entry: Located, case: Case, parameters: Mapping[str, str | None], target: TargetApi | None
) -> None:
    """Nothing of the source may be forgotten, and the target must get what it requires."""
    mentioned = _written(case) | _ruled(case)
    forgotten = [name for name in parameters if name not in mentioned]
    if forgotten:
        raise entry.error(f"says nothing about {', '.join(forgotten)}; use, drop, refuse or call it lossy")
    missing = [
        p.name
        for p in (target.signature.parameters if target else ())
        if p.default is None and p.name not in case.arguments
    ]
    if missing:
        raise entry.error(f"{case.to} requires {', '.join(missing)}")


def _written(case: Case) -> set[str]:
    """Return the parameters of the source that the output of a case is computed from."""
    expressions = (*case.arguments.values(), case.expression, case.item, case.before)
    return {name for expression in expressions if expression for name in expression.names}


def _ruled(case: Case) -> set[str]:
    """Return the parameters of the source that a case drops, refuses or calls lossy."""
    return set(case.drop) | {rule.parameter for rule in (*case.refuse, *case.lossy)}
