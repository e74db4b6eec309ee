"""What the parts of a training step are called in the output."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from optconv.converter.file_context import FileContext
from optconv.converter.scopes import Scope, numbered
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
    parts: Mapping[str, str] = field(
        default_factory=dict
    )  # optimizer -> its gradients, where they have a name


class NameGiver:
    """Gives names that are free: in the whole file, and among those that were given in one scope."""

    def __init__(self, context: FileContext, template: TrainingStep) -> None:
        self._context = context
        self._wanted = template.names
        self._given: dict[Scope, set[str]] = defaultdict(set)
        self._taken: dict[Scope, set[str]] = {}

    def names_for(self, step: Step) -> dict[Verb, StepNames]:
        """Return the names of every backward pass of a step."""
        several = len(step.forwards) > 1
        found = {}
        for forward in step.forwards:
            suffix = f"_{_short(forward.loss)}" if several and _short(forward.loss) else ""
            give = self._giver(step.flow.scope)
            scaled = any(verb.role == "scales" and verb.call is forward.loss for verb in step.others)
            wanted = f"scaled_{_LOSS}" if scaled else _LOSS
            loss = forward.loss.id if isinstance(forward.loss, ast.Name) else give(wanted)
            gradients = give(f"{self._wanted['gradients']}{suffix}")
            found[forward.backward] = StepNames(
                loss=loss,
                forward=give(f"{self._wanted['pass']}{suffix}"),
                function=give(f"{self._wanted['function']}{suffix}"),
                gradients=gradients,
                own_gradients=gradients,
                total=give(self._wanted["total"]) if step.collected else "",
                parts=self._parts(step, step.optimizers_of(forward), gradients),
            )
        if step.collected:
            total = next(iter(found.values())).total
            found = {verb: replace(names, total=total) for verb, names in found.items()}
        return found

    def _parts(self, step: Step, optimizers: list[str], gradients: str) -> dict[str, str]:
        """Name the gradients of each of several optimizers, where something changes them."""
        if len(optimizers) == 1 or step.collected or not any(verb.role == "limits" for verb in step.others):
            return {}
        give = self._giver(step.flow.scope)
        return {name: give(f"{gradients}_{name.rpartition('.')[2]}") for name in optimizers}

    def give_in(self, scope: Scope, key: str) -> str:
        """Return a free name for one of the parts that the tables name."""
        return self._giver(scope)(self._wanted[key])

    def give_free(self, scope: Scope, wanted: str) -> str:
        """Return a free name for something of a scope."""
        return self._giver(scope)(wanted)

    def give(self, step: Step, wanted: str) -> str:
        """Return a free name for something else of a step."""
        return self._giver(step.flow.scope)(wanted)

    def _names_in(self, scope: Scope) -> set[str]:
        """Return every name that a function mentions; of a module, that the file does."""
        if scope not in self._taken:
            nodes = list(ast.walk(scope.node))
            self._taken[scope] = {node.id for node in nodes if isinstance(node, ast.Name)}
            self._taken[scope] |= {node.arg for node in nodes if isinstance(node, ast.arg)}
            for inner in self._context.scopes.scopes.values():
                if inner is scope or isinstance(scope.node, ast.Module):
                    self._taken[scope] |= inner.bindings.keys()
        return self._taken[scope]

    def _giver(self, scope: Scope) -> Callable[[str], str]:
        """Return what gives a free name that is, or begins with, the wanted one."""

        def give(wanted: str) -> str:
            taken, given = self._names_in(scope), self._given[scope]
            name = numbered(wanted, lambda candidate: candidate in taken or candidate in given)
            given.add(name)
            return name

        return give


def _short(loss: ast.expr) -> str:
    if isinstance(loss, ast.Name):
        return loss.id
    return loss.attr if isinstance(loss, ast.Attribute) else ""
