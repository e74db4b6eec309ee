"""What the parts of a training step are called in the output."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

from optconv.converter.file_context import FileContext
from optconv.converter.scopes import Scope
from optconv.converter.training_step.gradients import Step
from optconv.converter.training_step.verbs import Verb
from optconv.mappings.schema import TrainingStep

_LOSS = "loss"  # what a loss is called that has no name


@dataclass(frozen=True)
class StepNames:
    """The names of one backward pass."""

    loss: str
    forward: str
    function: str
    gradients: str
    own_gradients: str  # before they are added to those of another backward pass
    total: str


class NameGiver:
    """Gives names that are free: in the whole file, and among those that were given in one scope."""

    def __init__(self, context: FileContext, template: TrainingStep) -> None:
        self._context = context
        self._wanted = template.names
        self._given: dict[Scope, set[str]] = defaultdict(set)
        self._taken = {name for scope in context.scopes.scopes.values() for name in scope.bindings}
        self._taken |= {name.id for name in context.scopes.names}

    def names_for(self, step: Step) -> dict[Verb, StepNames]:
        """Return the names of every backward pass of a step."""
        several = len(step.forwards) > 1
        found = {}
        for forward in step.forwards:
            suffix = f"_{_short(forward.loss)}" if several and _short(forward.loss) else ""
            give = self._giver(step.flow.scope)
            loss = forward.loss.id if isinstance(forward.loss, ast.Name) else give(_LOSS)
            gradients = give(f"{self._wanted['gradients']}{suffix}")
            found[forward.backward] = StepNames(
                loss=loss,
                forward=give(f"{self._wanted['forward']}{suffix}"),
                function=give(f"{self._wanted['function']}{suffix}"),
                gradients=gradients,
                own_gradients=gradients,
                total=give(self._wanted["total"]) if step.collected else "",
            )
        if step.collected:
            total = next(iter(found.values())).total
            found = {verb: replace(names, total=total) for verb, names in found.items()}
        return found

    def give(self, step: Step, wanted: str) -> str:
        """Return a free name for something else of a step."""
        return self._giver(step.flow.scope)(wanted)

    def _giver(self, scope: Scope) -> Callable[[str], str]:
        """Return what gives a free name that is, or begins with, the wanted one."""

        def give(wanted: str) -> str:
            candidate, number = wanted, 1
            while candidate in self._taken or candidate in self._given[scope]:
                number += 1
                candidate = f"{wanted}_{number}"
            self._given[scope].add(candidate)
            return candidate

        return give


def _short(loss: ast.expr) -> str:
    if isinstance(loss, ast.Name):
        return loss.id
    return loss.attr if isinstance(loss, ast.Attribute) else ""
