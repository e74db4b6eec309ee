"""What is known of the objects that an expression can hold."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from optconv.mappings.schema import SourceApi


@dataclass(frozen=True)
class Instance:
    """An optimizer, scheduler or scaler: of which class, and by which call (None: known by annotation)."""

    api: SourceApi
    construction: ast.Call | None


@dataclass(frozen=True)
class Values:
    """What an expression can hold."""

    instances: frozenset[Instance] = frozenset()
    unknown: bool = False  # also something that could not be followed
    calls: frozenset[ast.Call] = frozenset()  # where the trails end: the calls that made the objects
    groups: frozenset[ast.Attribute] = frozenset()  # a parameter group: the attributes that it was taken from

    def __or__(self, other: Values) -> Values:
        if other is NO_VALUES or other is self:
            return self
        if self is NO_VALUES:
            return other
        return Values(
            self.instances | other.instances,
            self.unknown or other.unknown,
            self.calls | other.calls,
            self.groups | other.groups,
        )

    @property
    def apis(self) -> list[SourceApi]:
        """Return the classes of the objects, in an order that does not change from run to run."""
        return sorted({instance.api for instance in self.instances}, key=lambda api: api.name)

    @property
    def kind(self) -> str | None:
        """Return "optimizer", "scheduler" or "scaler" when every value that is known is one."""
        kinds = {instance.api.kind for instance in self.instances}
        return next(iter(kinds)) if len(kinds) == 1 else None


UNKNOWN_VALUES = Values(unknown=True)
NO_VALUES = Values()  # None, or something that is certainly none of these
