"""All reports of one run, each in its format and at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optconv.cli.formats import open_report
from optconv.cli.outputs import open_output
from optconv.cli.problems import FileError
from optconv.cli.terminal import escape, say

if TYPE_CHECKING:
    from optconv.cli.baseline import Baseline
    from optconv.cli.settings import Settings
    from optconv.cli.tally import FileResult, Tally
    from optconv.mappings import Tables

_NOT_WRITTEN = 2


class Reports:
    """Tells every report of a run what came of each file."""

    def __init__(self, settings: Settings, tables: Tables, baseline: Baseline | None) -> None:
        self._settings = settings
        self._baseline = baseline
        self._outputs = [open_output(choice) for choice in settings.outputs]
        self._reports = [
            open_report(choice.format, settings, tables, output)
            for choice, output in zip(settings.outputs, self._outputs, strict=True)
        ]

    def add(self, result: FileResult) -> None:
        """Tell what came of one file."""
        for report in self._reports:
            report.add(result)

    def close(self, tally: Tally) -> int:
        """Tell the summary, and return the exit status. A report that cannot be written makes it 2."""
        status = tally.exit_status(self._settings)
        for report, output in zip(self._reports, self._outputs, strict=True):
            report.close(tally, status, self._baseline)
            try:
                output.close()
            except FileError as error:
                message = error.diagnostic.message.in_language(self._settings.language)
                say(f"{error.diagnostic.code}: {escape(message)}", err=True)
                status = _NOT_WRITTEN
        return status
