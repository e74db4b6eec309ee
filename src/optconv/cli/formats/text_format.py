"""``--format text``: diagnostics with excerpts, differences, and a summary; of ``report``, its tables.

`convert` shows diagnostics on standard error, because its output may be code; `check` on standard output. The
summary goes to standard error. A report in a file has everything, without colours.

Everything that comes from a file (its name, its lines, parts of them in messages) is escaped before it is
shown, so that a hostile file cannot drive the terminal or forge a line of this report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from optconv.cli.diff import unified_diff
from optconv.cli.excerpt import Excerpt, excerpt
from optconv.cli.findings import CONVERTIBLE
from optconv.cli.outputs import StandardOutput
from optconv.cli.reading import STANDARD_INPUT
from optconv.cli.source_text import FileLines, decode
from optconv.cli.summary import summarise
from optconv.cli.terminal import escape, is_terminal, one_line, paint, say, send
from optconv.converter.result import Diagnostic, Severity
from optconv.mappings import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optconv.cli.baseline import Baseline
    from optconv.cli.outputs import Output
    from optconv.cli.report.model import MigrationReport
    from optconv.cli.settings import Settings
    from optconv.cli.tally import FileResult, Report, Tally
    from optconv.mappings import Tables

SUFFIXES = (".txt",)
_MOST = 15  # lines of a table of the report, unless it is verbose

_COLOURS = {Severity.INFO: "cyan", Severity.WARNING: "yellow", Severity.ERROR: "red"}
_DIFF_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


class TextReport:
    """Shows each file's diagnostics as soon as it is done."""

    def __init__(self, settings: Settings, output: Output) -> None:
        self._settings = settings
        self._output = output
        self._in_file = not isinstance(output, StandardOutput)
        self._aside = settings.command == "convert"  # diagnostics go to standard error

    def add(self, result: FileResult) -> None:
        """Show the difference, the diagnostics and the fate of one file."""
        settings = self._settings
        if settings.diff and result.changed and not self._in_file:
            _show_diff(result)
        lines = FileLines(result.name, result.before)
        for diagnostic in self._shown(result):
            for line in render(
                result.name, diagnostic, lines.of(diagnostic.start.cell), settings.language, err=self._aside
            ):
                self._say(line)
        if self._says_fate(result):
            fate = message("text.converted" if settings.writes else "text.would_convert")
            self._say(f"{fate.in_language(settings.language)} {escape(result.name)}")

    def close(self, tally: Tally, exit_status: int, baseline: Baseline | None) -> None:  # noqa: ARG002
        """Show the summary."""
        if not self._settings.quiet:
            for line in summarise(tally, self._settings, baseline):
                self._say(escape(line), err=True)

    def _shown(self, result: FileResult) -> list[Diagnostic]:
        """Return what is said of a file: nothing that the baseline knows."""
        least = self._settings.least_shown.rank
        found = (each.diagnostic for each in result.findings if each.new)
        return sorted((d for d in found if d.severity.rank >= least), key=lambda d: d.start.order)

    def _says_fate(self, result: FileResult) -> bool:
        shown_by_diff = self._settings.diff and not self._settings.check
        if self._settings.quiet or shown_by_diff or result.name == STANDARD_INPUT:
            return False
        if self._settings.command == "check":
            return any(found.new and found.diagnostic.code == CONVERTIBLE for found in result.findings)
        return result.changed

    def _say(self, line: str, *, err: bool = False) -> None:
        if self._in_file:
            self._output.write(f"{click.unstyle(line)}\n")
        else:
            say(line, err=err or self._aside)


def open_report(settings: Settings, tables: Tables, output: Output) -> Report:
    """Return the report of this format."""
    if settings.command == "report":
        from optconv.cli.report.model import CollectedReport  # of no use to the other commands

        return CollectedReport(settings, tables, _tables_of, output.write)
    return TextReport(settings, output)


def _tables_of(report: MigrationReport) -> Iterator[str]:
    from optconv.cli.reference.lookup import document_lines
    from optconv.cli.report.document import lay_out_report

    most = None if report.settings.verbose else _MOST
    for line in document_lines(lay_out_report(report, most), report.language):
        yield f"{line}\n"


def render(
    name: str, diagnostic: Diagnostic, lines: Sequence[str], language: str, *, err: bool = True
) -> list[str]:
    """Return a diagnostic as lines for a terminal.

    Args:
        name: the file's name.
        diagnostic: what to show.
        lines: the lines of the file, or of the cell that it is about; empty when it could not be read.
        language: "en" or "zh".
        err: whether they go to standard error.
    """
    colour = _COLOURS[diagnostic.severity]
    start = diagnostic.start
    cell = "" if start.cell is None else f"cell {start.cell}:"
    place = f"{escape(name)}:{cell}{start.line}:{start.column}"
    code = paint(diagnostic.code, colour, err=err)
    header = f"{paint(place, 'white', err=err)}: {code} [{diagnostic.severity.value}] {diagnostic.name}"
    text = one_line(diagnostic.message.in_language(language))
    found = excerpt(lines, start, diagnostic.end)
    return [f"{header}: {text}", *(_render_excerpt(found, colour, err=err) if found else [])]


def _render_excerpt(found: Excerpt, colour: str, *, err: bool) -> list[str]:
    empty = paint(" " * len(found.gutter) + " |", "blue", err=err)
    number = paint(f"{found.gutter} |", "blue", err=err)
    carets = " " * found.indent + paint(found.carets, colour, err=err)
    return [empty, f"{number} {found.code}", f"{empty} {carets}", empty]


def _show_diff(result: FileResult) -> None:
    """Send the difference: to a terminal escaped and coloured, to anything else as the bytes it is."""
    difference = unified_diff(escape(result.name), result.before, result.after)
    if not is_terminal(err=False):
        send(difference)
    else:
        for line in difference.split(b"\n")[:-1]:
            text = decode(line, like=result.before)
            say(_paint_diff_line(escape(text.replace("\t", " " * 4))))


def _paint_diff_line(line: str) -> str:
    if line.startswith(("---", "+++")):
        return paint(line, "white", err=False)
    colour = _DIFF_COLOURS.get(line[:1])
    return paint(line, colour, err=False) if colour else line
