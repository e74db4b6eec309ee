"""What is to be said of a converted entry about other files: the code that builds it, and overrides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from optconv.converter.call_plan import CallPlan, Remark
from optconv.converter.call_planner import CallPlanner
from optconv.converter.yaml_entries import Entry
from optconv.converter.yaml_plans import Placed, Written
from optconv.mappings import Tables, Text, message
from optconv.mappings.expressions import UNKNOWN
from optconv.mappings.schema import SourceApi

_NOTHING = Text("", "")


def remarks_about_builders(
    entry: Entry, api: SourceApi, passed: str | None, written: Sequence[Written]
) -> Iterator[Remark]:
    """Return what to say about the code that builds the object.

    Args:
        entry: the entry, which is converted.
        api: its class.
        passed: how the first argument must be passed now; None: as before, or it stands in the entry.
        written: its arguments.
    """
    notes = []
    if passed is not None:
        example = message("yaml_elsewhere.example", passed=passed) if entry.by_key else _NOTHING
        name = api.signatures[0].signature.names[0]
        notes.append(message("yaml_elsewhere.passes_first", name=name, passed=passed, example=example))
    renamed = _renamed(written)
    if renamed:
        names = ", ".join(f"{old} -> {' + '.join(new)}" for old, new in renamed.items())
        notes.append(message("yaml_elsewhere.renamed", names=names))
    if notes:
        yield Remark("OC208", {"name": api.name, "note": Text("; ", "；").join(notes)})


def _renamed(written: Sequence[Written]) -> Mapping[str, list[str]]:
    """Return the keys that have other names now."""
    renamed: dict[str, list[str]] = {}
    for argument in written:
        if argument.pair is not None:
            renamed.setdefault(argument.pair.key.text, []).append(argument.name)
    return {old: new for old, new in renamed.items() if new != [old]}


def remarks_about_overrides(
    api: SourceApi, plan: CallPlan, values: Mapping[str, Any], planner: CallPlanner
) -> Iterator[Remark]:
    """Return what to say of values that decided which class it is: a configuration may be overridden.

    Where the target has no parameter of that name, it raises an error for an override by itself. Nor is there
    anything to say where the class is right for other values, too.
    """
    tables = planner.tables
    row = tables.row(api.name)
    target = tables.target_api(plan.case.to) if plan.case is not None else None
    if row is None or target is None:
        return
    chosen = planner.choose(row.cases, [values])
    silent = []
    for name in (name for name in target.signature.names if name in values):
        other = planner.choose(row.cases, [{**values, name: UNKNOWN}])
        if chosen is not None and (other is None or other[0] is not chosen[0]):
            silent.append(f"`{name}`")
    if silent:
        condition = message("yaml_elsewhere.nothing_else", names=", ".join(silent))
        note = message("yaml_elsewhere.other_class", target=tables.target.title)
        yield Remark("OC202", {"condition": condition, "note": note})


def remarks_about_lists(
    entry: Entry, plan: CallPlan, written: Sequence[Written], tables: Tables
) -> Iterator[Placed]:
    """Return what to say of lists that the target wants to be Python's own."""
    options = tables.idioms.list_options
    target = tables.target_api(plan.case.to) if plan.case is not None else None
    if target is None or not entry.by_key or options & entry.options:
        return
    for argument in written:
        wanted = target.types.get(argument.name) == "list"
        if wanted and argument.pair is not None and argument.pair.value.kind == "sequence":
            note = message(
                "yaml_elsewhere.wants_own_list",
                target=tables.target.title,
                argument=argument.name,
                option="/".join(sorted(options)),
            )
            yield Placed(Remark("OC104", {"note": note}), argument.pair.span)
