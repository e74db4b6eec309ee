"""Why a training step stays as it is."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from optconv.mappings import Text


@dataclass(frozen=True)
class Obstacle:
    """A reason, and where it stands."""

    reason: Text
    node: ast.stmt | ast.expr
