"""The curves of the schedules that a report knows, as the template draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optconv.cli.html.file_view import Anchors
    from optconv.cli.report.model import MigrationReport


def curves_of_report(report: MigrationReport, anchors: Anchors) -> list[dict[str, Any]]:  # noqa: ARG001
    """Return the curves of all schedules whose arguments are known."""
    return []
