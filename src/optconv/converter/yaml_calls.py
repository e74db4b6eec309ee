"""Plans what becomes of a class and its arguments in a configuration file, as the call that they stand for.

That call is written as Python and planned like any other. What cannot be read from the file is a parameter
of a function around it: interpolations, and the first argument, which the code that builds the object adds.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Sequence

from optconv.converter.binding import bind
from optconv.converter.call_plan import CallPlan, PlannedArgument, Remark
from optconv.converter.convert import Options
from optconv.converter.file_context import FileContext
from optconv.converter.optimizers import plan_optimizer
from optconv.converter.plan_file import prepare
from optconv.converter.resolved_file import index_file, resolve_file
from optconv.converter.schedulers import plan_schedulers
from optconv.converter.source import SourceText, Span, shortened
from optconv.converter.yaml_elsewhere import (
    remarks_about_builders,
    remarks_about_lists,
    remarks_about_overrides,
)
from optconv.converter.yaml_entries import Entry, Pair
from optconv.converter.yaml_plans import EntryPlan, Placed, Written
from optconv.converter.yaml_values import ValueReader, as_yaml, is_missing
from optconv.mappings import Tables, Text, message
from optconv.mappings.schema import SourceApi


def plan_entry(entry: Entry, api: SourceApi, text: str, tables: Tables, options: Options) -> EntryPlan:
    """Decide what becomes of one entry."""
    if api.kind not in ("optimizer", "scheduler"):
        return _left(entry, Remark("OC306", {"reason": message("yaml_calls.not_in_configurations")}))
    problem = entry.problem or _unwritable(entry.arguments)
    if problem is not None:
        return _left(entry, Remark("OC204", {"reason": problem}))
    call = _Call(entry, api, text)
    context = call.context(tables, options)
    node = call.node(context)
    if api.kind == "optimizer":
        plan_optimizer(context, node, api)
    else:
        obstacle = _obstacle(context, api)
        if obstacle is not None:
            return _left(entry, obstacle)
        plan_schedulers(context, [(node, api)], {})
    return call.result(context.constructions[node].plan, context)


def _left(entry: Entry, *remarks: Remark) -> EntryPlan:
    return EntryPlan(said=tuple(Placed(remark, entry.shown) for remark in remarks))


def _obstacle(context: FileContext, api: SourceApi) -> Remark | None:
    """Return why a scheduler cannot be built in a configuration file of the target."""
    tables = context.tables
    row = tables.row(api.name)
    no_way = context.planner.no_way(api.name)
    if no_way is None and tables.attach is not None:
        return Remark("OC304", {"reason": message("yaml_calls.handed_over", target=tables.target.title)})
    if no_way is None and row is not None and row.combine is not None:
        return Remark("OC306", {"reason": message("yaml_calls.made_of_others")})
    return no_way


def _unwritable(arguments: Sequence[Pair]) -> Text | None:
    """Return why no call can have these arguments."""
    names = [pair.key.text for pair in arguments]
    for name in names:
        if names.count(name) > 1:
            return message("binding.reason.twice", argument=name)
        if not name.isidentifier() or keyword.iskeyword(name):
            return message("binding.reason.unknown", argument=f"`{name}`")
    return None


class _Call:
    """The call of Python that an entry stands for, and the way back from it."""

    def __init__(self, entry: Entry, api: SourceApi, text: str) -> None:
        self._entry = entry
        self._api = api
        self._values = ValueReader(text, tuples=not entry.by_key)
        self._first = api.signatures[0].signature.names[0]
        self._pairs = {pair.key.text: pair for pair in entry.arguments}
        self._order: list[str] = [] if self._first in self._pairs else [self._first]
        self._order += self._pairs

    @property
    def _adds_first(self) -> bool:
        """Return whether the code that builds the object adds the first argument, whatever stands here."""
        return self._first not in self._pairs or is_missing(self._pairs[self._first].value)

    def context(self, tables: Tables, options: Options) -> FileContext:
        """Return a file with nothing but the call in it."""
        given = {name: self._values.python(pair.value) for name, pair in self._pairs.items()}
        arguments = ", ".join(f"{name}={given.get(name, name)}" for name in self._order)
        parameters = ", ".join([self._first, *self._values.unknown])
        text = (
            f"import {self._api.name.partition('.')[0]}\n"
            f"def build({parameters}):\n    return {self._api.name}({arguments})\n"
        )
        return prepare(
            resolve_file(index_file(SourceText(text, "utf-8"), ast.parse(text)), tables), tables, options
        )

    def node(self, context: FileContext) -> ast.Call:
        """Return the call in that file."""
        return next(call for call in context.scopes.calls if ast.unparse(call.func) == self._api.name)

    def result(self, plan: CallPlan, context: FileContext) -> EntryPlan:
        """Return what the plan of the call means for the entry."""
        remarks = [self._placed(remark) for remark in plan.remarks]
        if plan.case is None:
            return EntryPlan(said=tuple(remarks))
        if plan.case.expression is not None:
            return self._computed(self._entry.shown, self._api.short_name, plan.arguments[0].text)
        written: list[Written] = []
        for argument in plan.arguments:
            own = self._pair(argument)
            if own is None and argument.anchor == 0:
                continue  # what the code that builds the object adds
            value = None if argument.verbatim else as_yaml(argument.text, self._values)
            if value is None and not argument.verbatim:
                place = own.span if own is not None else self._entry.shown
                return self._computed(place, argument.keyword, argument.text)
            written.append(Written(argument.keyword, value, own))
        shared = self._shared(written)
        if shared is not None:
            return EntryPlan(said=(shared,))
        remarks += self._about_other_files(plan, written, context)
        return EntryPlan(plan.case.to, tuple(written), tuple(remarks))

    def _about_other_files(
        self, plan: CallPlan, written: Sequence[Written], context: FileContext
    ) -> list[Placed]:
        entry, api, tables = self._entry, self._api, context.tables
        values = context.planner.values(bind(self.node(context), api.signatures))
        passed = self._passed(plan, tables) if self._adds_first else None
        remarks = [
            *remarks_about_builders(entry, api, passed, written),
            *remarks_about_overrides(api, plan, values, context.planner),
        ]
        placed = [Placed(remark, entry.shown) for remark in remarks]
        return [*placed, *remarks_about_lists(entry, plan, written, tables)]

    def _pair(self, argument: PlannedArgument) -> Pair | None:
        return None if argument.anchor is None else self._pairs.get(self._order[argument.anchor])

    def _placed(self, remark: Remark) -> Placed:
        """Say something about the key that it is about, with the words of the file."""
        fields = {name: self._own_words(field) for name, field in remark.fields.items()}
        argument = fields.get("argument")
        named = re.match(r"\w+", argument) if isinstance(argument, str) else None
        pair = self._pairs.get(named.group()) if named else None
        place = self._entry.shown if pair is None else pair.span
        return Placed(Remark(remark.code, fields), place)

    def _own_words(self, field: str | Text) -> str | Text:
        shown = self._values.shown
        return shown(field) if isinstance(field, str) else Text(shown(field.en), shown(field.zh))

    def _computed(self, place: Span, name: str, expression: str) -> EntryPlan:
        shown = shortened(self._values.shown(expression))
        reason = message("yaml_calls.cannot_compute", argument=name, expression=shown)
        return EntryPlan(said=(Placed(Remark("OC306", {"reason": reason}), place),))

    def _shared(self, written: Sequence[Written]) -> Placed | None:
        """Return what to say where a value that changes or goes has an anchor in it."""
        kept = {id(argument.pair) for argument in written if argument.value is None}
        for pair in self._pairs.values():
            if id(pair) not in kept and any(node.anchor for node in pair.value.walk()):
                reason = message("yaml_calls.anchored_value", argument=pair.key.text)
                return Placed(Remark("OC306", {"reason": reason}), pair.span)
        return None

    def _passed(self, plan: CallPlan, tables: Tables) -> str | None:
        """Return how the first argument must be passed now; None: as before."""
        place = self._order.index(self._first)
        argument = next((a for a in plan.arguments if a.anchor == place), None)
        target = tables.target_api(plan.case.to) if plan.case is not None else None
        if argument is None or target is None:
            return None
        value = self._first if self._first in self._pairs else argument.text
        same = argument.keyword == self._first == target.signature.names[0] and value == self._first
        return None if same else f"{argument.keyword}={value}"
