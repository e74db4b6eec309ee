"""``--format html``: the migration report as one page for a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optconv.cli.report.model import CollectedReport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optconv.cli.outputs import Output
    from optconv.cli.report.model import MigrationReport
    from optconv.cli.settings import Settings
    from optconv.cli.tally import Report
    from optconv.mappings import Tables

SUFFIXES = (".html", ".htm")
SHOWS_TEXT = True


def open_report(settings: Settings, tables: Tables, output: Output) -> Report:
    """Return the report of this format."""
    return CollectedReport(settings, tables, _write, output.write)


def _write(report: MigrationReport) -> Iterator[str]:
    from optconv.cli.html.page import render_page

    yield render_page(report)
