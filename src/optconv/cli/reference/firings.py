"""Where the tables give a diagnostic: the arguments and APIs that a code is about, as values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from optconv.mappings import Text, message

if TYPE_CHECKING:
    from optconv.cli.reference.form_description import Conditional
    from optconv.cli.reference.row_description import RowDescription, ShownWorkaround


@dataclass(frozen=True)
class Firing:
    """One reason for a diagnostic; the same reason in several APIs is one."""

    argument: str  # "" where it is about the API as a whole
    condition: Text
    note: Text


_Finder: TypeAlias = "Callable[[RowDescription], Iterable[Firing]]"
_NO_NOTE = Text("", "")


def find_firings(code: str, rows: Sequence[RowDescription]) -> dict[Firing, list[RowDescription]]:
    """Return why the tables give a diagnostic, and for which APIs; nothing for other diagnostics."""
    found: dict[Firing, list[RowDescription]] = {}
    finder = _FINDERS.get(code)
    for row in rows if finder is not None else ():
        for firing in dict.fromkeys(finder(row) if finder is not None else ()):
            found.setdefault(firing, []).append(row)
    return found


def find_workarounds(
    code: str, rows: Sequence[RowDescription]
) -> list[tuple[RowDescription, tuple[ShownWorkaround, ...]]]:
    """Return the workarounds for what a diagnostic is about, by API."""
    found = []
    for row in rows:
        about = {firing.argument for firing in _FINDERS.get(code, _nothing)(row)}
        matching = tuple(entry for entry in row.workarounds if entry.parameter in about)
        if matching and code in _WITH_WORKAROUNDS:
            found.append((row, matching))
    return found


def _nothing(row: RowDescription) -> Iterator[Firing]:  # noqa: ARG001
    yield from ()


def _dropped(row: RowDescription) -> Iterator[Firing]:
    for form in row.forms:
        for line in form.parameters:
            if line.fate == "dropped":
                yield Firing(line.name, message("reference.always"), _NO_NOTE)


def _assumed(row: RowDescription) -> Iterator[Firing]:
    for form in row.forms:
        if form.assume is not None and form.condition is not None:
            yield Firing("", form.condition, form.assume)


def _refused(row: RowDescription) -> Iterator[Firing]:
    for form in row.forms:
        for line in form.parameters:
            if line.fate == "refused":
                yield from (_unless(line.name, rule) for rule in line.rules)
        for name, note in form.not_in_groups.items():
            yield Firing(name, message("reference.in_group"), note)
    for member in row.members:
        for member_form in member.forms:
            yield from (_unless(f"{member.source}", rule) for rule in member_form.refused)


def _differing(row: RowDescription) -> Iterator[Firing]:
    for form in row.forms:
        for line in form.parameters:
            if line.fate == "lossy":
                yield from (_unless(line.name, rule) for rule in line.rules)
        yield from (_when("", difference) for difference in form.differs if not difference.loud)
    for member in row.members:
        for member_form in member.forms:
            yield from (_unless(member.source, rule) for rule in member_form.lossy)
            yield from (_when(member.source, difference) for difference in member_form.differs)
        for item in member.items:
            yield from (_when(f"{member.name}{member.through}[...]['{item.key}']", d) for d in item.differs)


def _may_raise(row: RowDescription) -> Iterator[Firing]:
    for form in row.forms:
        yield from (_when("", difference) for difference in form.differs if difference.loud)


def _may_differ(row: RowDescription) -> Iterator[Firing]:
    """What always differs needs no value, so it is never in doubt."""
    return (firing for firing in _differing(row) if firing.condition != message("reference.always"))


def _newer(row: RowDescription) -> Iterator[Firing]:
    for form in row.forms:
        if form.since != row.target_versions[0]:
            yield Firing(form.to, message("reference.needs_version", version=form.since), _NO_NOTE)
        for line in form.parameters:
            for argument in line.becomes:
                if argument.added is not None:
                    name = f"{form.to}({argument.name}=...)"
                    yield Firing(name, message("reference.needs_version", version=argument.added), _NO_NOTE)


def _unsupported_use(row: RowDescription) -> Iterator[Firing]:
    if row.forms and all(form.condition is not None for form in row.forms):
        yield Firing("", message("reference.conditions_unreadable"), message("reference.no_form_for_all"))
    for member in row.members:
        if member.unassignable is not None:
            yield Firing(f"{member.name} = ...", message("reference.always"), member.unassignable)
        for item in member.items:
            yield from (_when(f"{member.name}[...]['{item.key}'] = ...", rule) for rule in item.not_written)


def _without_counterpart(row: RowDescription) -> Iterator[Firing]:
    if row.unconvertible is not None:
        yield Firing("", message("reference.always"), row.unconvertible)
    for member in row.members:
        if member.unconvertible is not None:
            yield Firing(member.source, message("reference.always"), member.unconvertible)


def _unless(argument: str, rule: Conditional) -> Firing:
    condition = message("reference.always")
    if rule.condition is not None:
        condition = message("reference.unless", condition=rule.condition)
    return Firing(argument, condition, rule.note)


def _when(argument: str, rule: Conditional) -> Firing:
    condition = message("reference.always")
    if rule.condition is not None:
        condition = message("reference.when", condition=rule.condition)
    return Firing(argument, condition, rule.note)


_FINDERS: Mapping[str, _Finder] = {
    "OC101": _dropped,
    "OC103": _assumed,
    "OC104": _may_raise,
    "OC201": _differing,
    "OC202": _may_differ,
    "OC302": _refused,
    "OC305": _newer,
    "OC306": _unsupported_use,
    "OC307": _without_counterpart,
}
_WITH_WORKAROUNDS = frozenset({"OC201", "OC202", "OC302", "OC307"})
