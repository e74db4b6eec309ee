"""Writes training steps: the forward pass as a function, and calls of what gives its gradients."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass

from optconv.converter.directives import first_line_with_directives
from optconv.converter.edits import Render
from optconv.converter.file_context import FileContext
from optconv.converter.source import Span
from optconv.converter.training_step.constants import spelled, write_constants
from optconv.converter.training_step.forward import Forward
from optconv.converter.training_step.gradients import Step
from optconv.converter.training_step.layout import (
    blank_lines_above,
    indentation_of,
    inner_indentation,
    moved,
    next_line,
    one_level,
    start_with_comments,
)
from optconv.converter.training_step.names import StepNames
from optconv.converter.training_step.placement import Loop, Placement
from optconv.converter.training_step.scaling import Scaling
from optconv.converter.training_step.verbs import Verb
from optconv.mappings.schema import TrainingStep


@dataclass(frozen=True)
class _Written:
    """One forward pass with what its parts are called."""

    forward: Forward
    names: StepNames
    weights: str
    added_to: str = ""  # the gradients that its own are added to


class StepWriter:
    """Writes the steps of one function."""

    def __init__(
        self,
        context: FileContext,
        template: TrainingStep,
        step: Step,
        names: dict[Verb, StepNames],
        scaling: Scaling,
    ) -> None:
        self.context = context
        self.template = template
        self.step = step
        self.names = names
        self.scaling = scaling
        self.source = context.source
        self.placement = Placement(context, step)

    def write(self) -> None:
        """Add the edits of the step."""
        written = [self._prepare(forward) for forward in self.step.forwards]
        in_place: list[_Written] = []
        hoisted: dict[Loop, list[_Written]] = defaultdict(list)
        for entry in written:
            loop = self.placement.loop_to_leave(entry.forward)
            if loop is None:
                in_place.append(entry)
                self._write_in_place(entry)
            else:
                hoisted[loop].append(entry)
        for loop, entries in hoisted.items():
            self._write_in_front(loop, entries)
        firsts = [entry.forward.block[entry.forward.first] for entry in in_place]
        if self.step.collected and not any(map(self._starts_at, [*firsts, *hoisted])):
            self._start_in_front()
        for entry in written:
            self._write_backward(entry)
        for update in self.step.updates:
            self.context.replace(update.call, self._update(update))
        if self.scaling.apis:
            self.scaling.write(self._gradients(self.step.updates[0]))
        for clear in self.step.clears:
            self._write_clear(clear)
        write_constants(self.context, self.template, self.step)

    # -- what is written ------------------------------------------------------------------------------

    def _prepare(self, forward: Forward) -> _Written:
        names = self.names[forward.backward]
        optimizers = self.step.optimizers_of(forward)
        weights = self.template.weights.format(optimizer=optimizers[0])
        for optimizer in optimizers[1:]:
            more = self.template.weights.format(optimizer=optimizer)
            weights = self.template.all_weights.format(weights=weights, more=more)
        first = self._first_of(forward)
        return _Written(
            forward, names, weights, "" if first is forward else self.names[first.backward].gradients
        )

    def _first_of(self, forward: Forward) -> Forward:
        """Return the forward pass whose gradients those of ``forward`` are added to; often itself."""
        if self.step.collected:
            return forward
        for update in self.step.updates:
            together = self.step.uses[update]
            if forward in together and all(len(self.step.optimizers_of(f)) == 1 for f in together):
                return together[0]
        return forward

    def _function(self, entry: _Written) -> str:
        """Return the expression that makes the function which gives loss and gradients."""
        with_results = (
            self.template.gradients_and_results if entry.forward.results else self.template.gradients
        )
        return with_results.format(forward=entry.names.forward, weights=entry.weights)

    def _call(self, entry: _Written, function: str) -> str:
        """Return the statement that computes loss and gradients."""
        results = entry.forward.results
        given = entry.names.loss
        if results:
            inner = ", ".join(results) + ("," if len(results) == 1 else "")
            given = f"({given}, ({inner}))"
        gradients = entry.names.own_gradients
        return f"{given}, {gradients} = {function}({', '.join(entry.forward.arguments)})"

    def _plain_call(self, entry: _Written) -> str:
        """Return the statement that computes the loss without gradients."""
        results = entry.forward.results
        inner = ", ".join(results) + ("," if len(results) == 1 else "")
        given = f"{entry.names.loss}, ({inner})" if results else entry.names.loss
        return f"{given} = {entry.names.forward}({', '.join(entry.forward.arguments)})"

    def _split(self, entry: _Written) -> list[str]:
        """Return the statements that give the gradients of each optimizer a name of their own."""
        return [
            f"{name} = {self._part(entry.forward, optimizer)}"
            for optimizer, name in entry.names.parts.items()
        ]

    def _calls(self, entry: _Written, indentation: str, made: str = "") -> str:
        """Return the statements in place of the forward pass; ``made`` makes what gives the gradients."""
        lines = [*([made] if made else []), self._call(entry, entry.names.function)]
        lines += self._split(entry)
        if entry.added_to:
            total = self.template.sum.format(total=entry.added_to, gradients=entry.names.own_gradients)
            lines.append(f"{entry.added_to} = {total}")
        if entry.forward.tests:
            level = one_level(indentation)
            tests = [self.source.of(test) for test in reversed(entry.forward.tests)]
            test = tests[0] if len(tests) == 1 else " and ".join(f"({text})" for text in tests)
            plain = self._plain_call(entry)
            lines = [f"if {test}:", *(f"{level}{line}" for line in lines), "else:", f"{level}{plain}"]
        return self.source.newline.join(f"{indentation}{line}" for line in lines)

    def _definition(self, entry: _Written, outer: str, inner: str, render: Render) -> str:
        """Return the function with the forward pass."""
        newline, forward = self.source.newline, entry.forward
        header = f"{outer}def {entry.names.forward}({', '.join(forward.arguments)}):"
        lines = [header]
        if forward.shared:
            word = "global" if isinstance(self.step.flow.scope.node, ast.Module) else "nonlocal"
            lines.append(f"{inner}{word} {', '.join(forward.shared)}")
        if forward.statements:
            span = self._span(forward)
            old = indentation_of(self.source, forward.statements[0])
            lines.append(moved(render(span), old, inner, newline))
        loss = (
            render(self.context.span_with_parentheses(forward.loss))
            if self._is_expression(forward)
            else entry.names.loss
        )
        results = forward.results
        if results:
            loss += ", (" + ", ".join(results) + (",)" if len(results) == 1 else ")")
        lines.append(f"{inner}return {loss}")
        return newline.join(lines)

    def _is_expression(self, forward: Forward) -> bool:
        return not isinstance(forward.loss, ast.Name)

    # -- where it is written --------------------------------------------------------------------------

    def _span(self, forward: Forward) -> Span:
        """Return the lines of a forward pass, without the line end behind them."""
        first, last = forward.statements[0], forward.statements[-1]
        end = self.source.line_end(self.source.span(last).end)
        return Span(self.source.line_start(first_line_with_directives(self.source, first.lineno)), end)

    def _place(self, forward: Forward) -> Span:
        """Return what the call takes the place of."""
        if forward.statements:
            return self._span(forward)
        statement = self.context.scopes.statement(forward.backward.call)
        span = self.source.span(statement)
        return Span(self.source.line_start(statement.lineno), span.end)

    def _write_in_front(self, loop: Loop, entries: list[_Written]) -> None:
        """Put the functions in front of a loop, and calls where the forward passes stood."""
        start = start_with_comments(self.source, loop)
        whole = Span(start, self.source.line_end(self.source.span(loop).end))
        outer, inner = indentation_of(self.source, loop), inner_indentation(self.source, loop)
        entries = sorted(entries, key=lambda entry: self._place(entry.forward).start)
        newline = self.source.newline

        def make(render: Render) -> str:
            parts = [newline * blank_lines_above(self.source, self.context, loop, start)]
            gap = newline * (2 if not outer else 1)
            for entry in entries:
                parts += [self._definition(entry, outer, inner, render), newline, gap]
            for entry in entries:
                parts += [
                    f"{outer}{entry.names.function} = {spelled(self.context, self._function(entry))}",
                    newline,
                ]
            if self._starts_at(loop):
                parts += self._start_of_total()
            parts.append(newline)
            position = start
            for entry in entries:
                place = self._place(entry.forward)
                parts.append(render(Span(position, place.start)))
                old = indentation_of(self.source, entry.forward.block[entry.forward.first])
                parts.append(self._calls(entry, old))
                position = place.end
            parts.append(render(Span(position, whole.end)))
            return "".join(parts)

        self.context.edits.replace(whole, make, takes_insertions=True)

    def _starts_at(self, statement: ast.stmt) -> bool:
        return self.step.collected and statement is self.placement.start

    def _start_of_total(self) -> list[str]:
        """Return the statement that starts the total, unless gradients are cleared in front of it all."""
        scopes = self.context.scopes
        for clear in self.step.clears:
            statement = scopes.statement(clear.call)
            in_front = statement.lineno < self.placement.start.lineno
            if in_front and scopes.block_of(statement) == scopes.block_of(self.placement.start):
                return []
        total = self.names[self.step.forwards[0].backward].total
        return [f"{indentation_of(self.source, self.placement.start)}{total} = None", self.source.newline]

    def _start_in_front(self) -> None:
        """Start the total in front of a statement that the functions stay in."""
        self.context.edits.insert(
            start_with_comments(self.source, self.placement.start), "".join(self._start_of_total())
        )

    def _write_in_place(self, entry: _Written) -> None:
        """Put the function where the forward pass stood, and its call behind it."""
        forward, newline = entry.forward, self.source.newline
        place = self._place(forward)
        outer = indentation_of(self.source, forward.block[forward.first])
        inner = outer + one_level(outer)

        def make(render: Render) -> str:
            here = forward.block[forward.first]
            gap = newline if self._needs_gap(here, place) else ""
            parts = [gap, self._definition(entry, outer, inner, render), newline, newline]
            made = f"{entry.names.function} = {spelled(self.context, self._function(entry))}"
            total = self._start_of_total() if self._starts_at(forward.block[forward.first]) else []
            if forward.tests:  # where no gradients are computed, there may be no optimizer
                return "".join([*parts, *total, self._calls(entry, outer, made)])
            parts += [f"{outer}{made}", newline, *total, self._calls(entry, outer)]
            return "".join(parts)

        self.context.edits.replace(place, make, takes_insertions=True)

    def _needs_gap(self, statement: ast.stmt, place: Span) -> bool:
        """Return whether a blank line must separate a function from the line above its place."""
        line = self.source.line_of(place.start) - 1
        if line < 1 or self.source.is_between_cells(line):
            return False
        if self.context.scopes.siblings(statement)[0] is statement:
            return False
        start = self.source.line_start(line)
        return bool(self.source.text[start : self.source.line_end(start)].strip())

    # -- the verbs ------------------------------------------------------------------------------------

    def _write_backward(self, entry: _Written) -> None:
        statement = self.context.scopes.statement(entry.forward.backward.call)
        if self.step.collected:
            total, gradients = entry.names.total, entry.names.own_gradients
            added = self.template.sum.format(total=total, gradients=gradients)
            text = f"{total} = {gradients} if {total} is None else {added}"
            if entry.forward.statements:
                self.context.replace(statement, text)
            else:  # its place is taken by the call
                self.context.insert_behind(statement, text)
        elif entry.forward.statements:
            self._remove(statement)

    def _update(self, update: Verb) -> str:
        assert update.optimizer is not None
        optimizer = self.source.of(update.optimizer)
        gradients = self._gradients(update)
        text = self.template.update.format(optimizer=optimizer, gradients=gradients)
        if update.role == "updates_scaled":  # without gradients the source framework's is an error
            return self.scaling.update(update, gradients, text)
        if self.step.collected and not self._follows_backward(update):
            # Without gradients the source framework's update does nothing.
            statement = self.context.scopes.statement(update.call)
            level = one_level(indentation_of(self.source, statement))
            separator = self.context.statement_separator(statement)
            text = f"if {gradients} is not None:{separator}{level}{text}"
        return text

    def _follows_backward(self, update: Verb) -> bool:
        """Return whether a backward pass certainly runs before an update, in the same round."""
        scopes = self.context.scopes
        around = [scopes.statement(update.call), *scopes.ancestors(scopes.statement(update.call))]
        return any(
            isinstance(other, ast.stmt)
            and scopes.block_of(other) == scopes.block_of(scopes.statement(forward.backward.call))
            and other.lineno > forward.backward.call.lineno
            for forward in self.step.forwards
            for other in around
            if other in scopes.parents and isinstance(other, ast.stmt)
        )

    def _gradients(self, update: Verb) -> str:
        """Return the gradients that an update gets."""
        forwards = self.step.uses[update]
        if self.step.collected:
            gradients = self.names[forwards[0].backward].total
        else:
            shared = [f for f in forwards if self._first_of(f) is f]
            gradients = self._given(shared[0], min(update.optimizers))
            for forward in shared[1:]:
                more = self._given(forward, min(update.optimizers))
                gradients = self.template.sum.format(total=gradients, gradients=more)
        return gradients

    def _given(self, forward: Forward, optimizer: str) -> str:
        return self.names[forward.backward].parts.get(optimizer) or self._part(forward, optimizer)

    def _part(self, forward: Forward, optimizer: str) -> str:
        """Return the gradients of one optimizer among those of a forward pass."""
        gradients = self.names[forward.backward].gradients
        optimizers = self.step.optimizers_of(forward)
        for other in optimizers[: optimizers.index(optimizer)]:
            weights = self.template.weights.format(optimizer=other)
            gradients = self.template.rest.format(gradients=gradients, weights=weights)
        if optimizer != optimizers[-1]:
            weights = self.template.weights.format(optimizer=optimizer)
            gradients = self.template.first.format(gradients=gradients, weights=weights)
        return gradients

    def _write_clear(self, clear: Verb) -> None:
        statement = self.context.scopes.statement(clear.call)
        if self.step.collected:
            total = self.names[self.step.forwards[0].backward].total
            self.context.replace(statement, f"{total} = None")
        else:
            self._remove(statement)

    def _remove(self, statement: ast.stmt) -> None:
        """Remove a statement; of the blank lines around it, those above it stay."""
        self.context.remove_statement(statement)
        line = statement.lineno - 1
        end = next_line(self.source, statement)
        above = (
            self.source.text[
                self.source.line_start(line) : self.source.line_end(self.source.line_start(line))
            ]
            if line
            else "x"
        )
        below = self.source.text[end : self.source.line_end(end)]
        behind = self.source.text[
            self.source.span(statement).end : self.source.line_end(self.source.span(statement).end)
        ]
        alone = len(self.context.scopes.siblings(statement)) > 1 and not behind.strip()
        if alone and end < len(self.source.text) and not above.strip() and not below.strip():
            self.context.edits.replace(Span(end, self.source.line_end(end) + len(self.source.newline)), "")
