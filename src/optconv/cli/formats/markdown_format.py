"""``--format markdown``: the migration report for a page or for the summary of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optconv.cli.reference.render_markdown import render_markdown
from optconv.cli.report.document import lay_out_report
from optconv.cli.report.model import CollectedReport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optconv.cli.outputs import Output
    from optconv.cli.report.model import MigrationReport
    from optconv.cli.settings import Settings
    from optconv.cli.tally import Report
    from optconv.mappings import Tables

SUFFIXES = (".md", ".markdown")
_MOST = 100  # lines of a table: a job's summary may have 1 MiB at most


def open_report(settings: Settings, tables: Tables, output: Output) -> Report:
    """Return the report of this format."""
    return CollectedReport(settings, tables, _write, output.write)


def _write(report: MigrationReport) -> Iterator[str]:
    yield render_markdown(lay_out_report(report, _MOST), report.language)
