"""What becomes of the methods and attributes of an API, as values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optconv.cli.reference.form_description import Conditional, conditionals, describe_rules
from optconv.converter.describe import describe
from optconv.mappings.expressions import parse_expression
from optconv.mappings.schema import Difference

if TYPE_CHECKING:
    from optconv.mappings import Tables, Text
    from optconv.mappings.schema import Case, GroupItem, Member, Row, SourceApi


@dataclass(frozen=True)
class MemberForm:
    """One way to write a member in the target."""

    condition: Text | None
    code: str
    first_entry: str | None  # what is written where entry 0 of the result is taken at once
    refused: tuple[Conditional, ...]  # each: unless which condition
    lossy: tuple[Conditional, ...]  # each: unless which condition
    differs: tuple[Conditional, ...]  # each: when


@dataclass(frozen=True)
class ItemLine:
    """How one entry of the parameter groups is read and written."""

    key: str
    read: str | None
    write: str | None
    not_written: tuple[Conditional, ...]
    differs: tuple[Conditional, ...]


@dataclass(frozen=True)
class MemberLine:
    """One method or attribute of the source."""

    name: str
    source: str  # as it is called: "zero_grad(set_to_none=True)"
    forms: tuple[MemberForm, ...]
    items: tuple[ItemLine, ...]
    unconvertible: Text | None = None  # why there is no counterpart
    unassignable: Text | None = None  # why it may be read only
    through: str = ""  # the attribute behind it that the items belong to


def describe_members(row: Row, source: SourceApi, tables: Tables) -> tuple[MemberLine, ...]:
    """Return the members that a row says something about."""
    return tuple(_describe_member(member, source, tables) for member in row.members.values())


def _describe_member(member: Member, source: SourceApi, tables: Tables) -> MemberLine:
    found = tables.source_member(source, member.name)
    signatures = found[1].signatures if found else ()
    shown = ""
    if signatures:
        parameters = signatures[0].signature.parameters
        shown = "({})".format(
            ", ".join(p.name if p.default is None else f"{p.name}={p.default}" for p in parameters)
        )
    receiver = source.kind if source.kind in ("optimizer", "scheduler") else "self"
    return MemberLine(
        name=member.name,
        source=f"{member.name}{shown}",
        forms=tuple(_describe_form(case, receiver) for case in member.cases),
        items=tuple(_describe_item(key, item, receiver) for key, item in member.items.items()),
        unconvertible=member.unconvertible,
        unassignable=member.unassignable,
        through=f".{member.through}" if member.through else "",
    )


def _describe_form(case: Case, receiver: str) -> MemberForm:
    if case.expression is not None:
        code = _about(case.expression.text, receiver)
    else:
        given = ", ".join(f"{k}={_about(e.text, receiver)}" for k, e in case.arguments.items() if k != "self")
        code = f"{receiver}.{case.to.rpartition('.')[2]}({given})"
    if case.before is not None:
        code = f"{_about(case.before.text, receiver)}; {code}"
    return MemberForm(
        condition=describe(case.when) if case.when else None,
        code=code,
        first_entry=_about(case.item.text, receiver) if case.item else None,
        refused=describe_rules(case.refuse),
        lossy=describe_rules(case.lossy),
        differs=conditionals(case.differs),
    )


def _describe_item(key: str, item: GroupItem, receiver: str) -> ItemLine:
    return ItemLine(
        key=key,
        read=_about(item.read.text, receiver) if item.read else None,
        write=_about(item.write.text, receiver) if item.write else None,
        not_written=conditionals((*item.refuse_write, *item.refuse_absolute, *_always_refused(item))),
        differs=conditionals(item.differs),
    )


def _always_refused(item: GroupItem) -> list[Difference]:
    """Return what is refused whatever is written: the entry itself, or one group among several."""
    found = [Difference(None, item.refuse)] if item.refuse is not None else []
    if item.refuse_single is not None:
        found.append(Difference(parse_expression("not single_group"), item.refuse_single))
    return found


def _about(text: str, receiver: str) -> str:
    return re.sub(r"\bself\b", receiver, text)
