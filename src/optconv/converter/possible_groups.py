"""Which expressions of a file may hold a parameter group, whatever its objects are.

Most names of a file hold none, and it takes the file alone to see that: no other file gives one.
"""

from __future__ import annotations

import ast

from optconv.converter.kinds import KindInference
from optconv.converter.object_values import UNKNOWN_VALUES, Values


class PossibleGroups(KindInference):
    """Follows values in one file as if all that can have parameter groups had some."""

    def may_hold_group(self, node: ast.expr, path: tuple[int, ...] = ()) -> bool:
        """Return whether an expression, or the element of it at ``path``, may hold a parameter group."""
        return bool(self.values(node, path).groups)

    def _of_target(self, node: ast.Attribute, path: tuple[int, ...], depth: int) -> Values:
        """Return what an attribute holds where its object is an optimizer, and where it is not."""
        own = self._attribute(node, path, depth) if isinstance(node.value, ast.Name) else UNKNOWN_VALUES
        return own | Values(unknown=True, groups=frozenset({node})) if len(path) == 1 else own
