"""Training steps with a scaled loss: gradients lose the scale, and an update may be left out."""

from __future__ import annotations

from optconv.converter.file_context import FileContext
from optconv.converter.source import shortened
from optconv.converter.training_step.gradients import Step
from optconv.converter.training_step.layout import indentation_of, one_level
from optconv.converter.training_step.obstacle import Obstacle
from optconv.converter.training_step.verbs import Verb, end_of
from optconv.mappings import message
from optconv.mappings.schema import ScaledStep

_MOST_ARGUMENTS = {"unscales": 1, "updates_scaled": 1, "adjusts": 0}


class Scaling:
    """Plans and writes what a gradient scaler does in one step."""

    def __init__(self, context: FileContext, step: Step, free_name: str) -> None:
        self.context = context
        self.step = step
        self.updates = [verb for verb in step.updates if verb.role == "updates_scaled"]
        self._verbs = [*self.updates, *(v for v in step.others if v.role in ("unscales", "adjusts"))]
        self._finite = free_name
        self._template: ScaledStep | None = None

    def plan(self) -> Obstacle | None:
        """Return what stands in the way; None as well where there is no scaler."""
        if not self._verbs:
            return None
        for verb in self._verbs:
            if len(verb.call.args) > _MOST_ARGUMENTS[verb.role] or verb.call.keywords:
                shown = shortened(self.context.source.of(verb.call))
                return Obstacle(message("training_step.telling_arguments", call=shown), verb.call)
        if len({min(verb.optimizers) for verb in self.updates}) != 1 or len(self.updates) < len(
            self.step.updates
        ):
            return Obstacle(message("scaling.several_optimizers"), self._verbs[0].call)
        self._template = self._row(self._verbs[0])
        if self._template is None:
            shown = shortened(self.context.source.of(self._verbs[0].call))
            return Obstacle(message("scaling.no_scaler", call=shown), self._verbs[0].call)
        return next((o for o in map(self._misplaced, self._verbs) if o is not None), None)

    def _row(self, verb: Verb) -> ScaledStep | None:
        """Return how the row of the scaler's class says that such a step is written."""
        for instance in self.context.kinds.values(verb.receiver).instances:
            for api in self.context.tables.ancestry(instance.api):
                row = self.context.tables.row(api.name)
                if row is not None and row.scaled_step is not None:
                    return row.scaled_step
        return None

    def _misplaced(self, verb: Verb) -> Obstacle | None:
        """Return an obstacle where what an update found out is not at hand."""
        scopes = self.context.scopes
        own = scopes.block_of(scopes.statement(verb.call))
        if verb.role == "adjusts":
            before = [u for u in self.updates if end_of(u.call) < end_of(verb.call)]
            placed = any(scopes.block_of(scopes.statement(u.call)) == own for u in before)
        elif verb.role == "unscales":  # an update behind it that does not unscale must know that this ran
            behind = [u for u in self.updates if end_of(u.call) > end_of(verb.call)]
            placed = not behind or any(scopes.block_of(scopes.statement(u.call)) == own for u in behind)
        else:
            placed = True
        if placed:
            return None
        reason = message(
            "scaling.not_in_block_of_step" if verb.role == "unscales" else "scaling.not_behind_step",
            call=shortened(self.context.source.of(verb.call)),
        )
        return Obstacle(reason, verb.call)

    def write(self, gradients: str) -> None:
        """Add the edits of what the scaler does; of an update, `update` gives the text."""
        for verb in self.step.others:
            if verb.role == "unscales":
                self._replace(verb, self._unscaled(verb, gradients))
            elif verb.role == "adjusts":
                assert self._template is not None
                scaler = self.context.source.of(verb.receiver)
                self._replace(verb, [self._template.adjust.format(scaler=scaler, finite=self._finite)])

    def _unscaled(self, verb: Verb, gradients: str) -> list[str]:
        assert self._template is not None
        scaler = self.context.source.of(verb.receiver)
        unscaled = self._template.unscale.format(scaler=scaler, gradients=gradients)
        return [
            f"{gradients} = {unscaled}",
            f"{self._finite} = {self._template.finite.format(gradients=gradients)}",
        ]

    def update(self, verb: Verb, gradients: str, update: str) -> str:
        """Return the statements in place of an update that is left out where a gradient is not finite."""
        unscaled = any(v.role == "unscales" and end_of(v.call) < end_of(verb.call) for v in self.step.others)
        lines = [] if unscaled else self._unscaled(verb, gradients)
        statement = self.context.scopes.statement(verb.call)
        lines += [
            f"if {self._finite}:",
            f"{one_level(indentation_of(self.context.source, statement))}{update}",
        ]
        return self.context.statement_separator(statement).join(lines)

    def _replace(self, verb: Verb, lines: list[str]) -> None:
        statement = self.context.scopes.statement(verb.call)
        self.context.replace(statement, self.context.statement_separator(statement).join(lines))

    @property
    def apis(self) -> list[str]:
        """Return the target's functions that are named."""
        if self._template is None:
            return []
        return [self._template.finite.partition("(")[0]]
