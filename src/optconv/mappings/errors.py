"""What can be wrong with the tables or with the name of a target."""

from __future__ import annotations


class TableError(ValueError):
    """A table is broken. The message is one line: ``file:line: key: what was expected``."""


class UnknownTargetError(ValueError):
    """There is no folder of tables with the name that was given."""


class UnknownFlavorError(ValueError):
    """The target has no flavour with the name that was given."""
