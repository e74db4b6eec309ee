"""All reports of one run, each in its format and at its place."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from optconv.cli.formats import open_report
from optconv.cli.outputs import open_output
from optconv.cli.problems import FileError
from optconv.cli.terminal import escape, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from optconv.cli.baseline import Baseline
    from optconv.cli.settings import Settings
    from optconv.cli.tally import FileResult, Report, Tally
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
        self._broken: dict[Report, OSError] = {}  # why each of them cannot be written any more

    def add(self, result: FileResult) -> None:
        """Tell what came of one file.

        Raises:
            OSError: a standard stream cannot be written, and the run is for nothing else.
        """
        for report in self._reports:
            self._tell(report, lambda report: report.add(result))

    def close(self, tally: Tally) -> int:
        """Tell the summary, and return the exit status. A report that cannot be written makes it 2.

        Raises:
            OSError: a standard stream could not be written. Everything else is done.
        """
        status = tally.exit_status(self._settings)
        for report, output in zip(self._reports, self._outputs, strict=True):
            self._tell(report, partial(_close, tally=tally, status=status, baseline=self._baseline))
            try:
                output.close()
            except FileError as error:
                message = error.diagnostic.message.in_language(self._settings.language)
                with suppress(OSError):
                    say(f"{error.diagnostic.code}: {escape(message)}", err=True)
                status = _NOT_WRITTEN
        if self._broken:
            raise next(iter(self._broken.values()))
        return status

    def _tell(self, report: Report, tell: Callable[[Report], None]) -> None:
        """Tell a report something; where its stream is broken, the files and the other reports go on."""
        if report in self._broken:
            return
        try:
            tell(report)
        except OSError as error:
            if not self._settings.writes and len(self._reports) == 1:
                raise
            self._broken[report] = error


def _close(report: Report, tally: Tally, status: int, baseline: Baseline | None) -> None:
    report.close(tally, status, baseline)
