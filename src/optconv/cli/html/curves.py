"""The curves of the schedules that a report knows, as the template draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optconv.cli.html.view import View


def view_curves(view: View) -> list[dict[str, Any]]:  # noqa: ARG001
    """Return the curves of all schedules whose arguments are known."""
    return []
