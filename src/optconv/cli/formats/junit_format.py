"""``--format junit``: a test report, for servers that show nothing else.

A file is a test case. It fails for what makes the run fail: new findings from the severity ``--fail-on`` on,
and what `check` finds to convert. It has one element that says so, whose text has a line for each finding:
the readers of this format show the first such element only. Everything else that is said of a file is its
output.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from html import escape as escape_markup
from typing import TYPE_CHECKING

from optconv.cli.findings import CONVERTIBLE, convertible
from optconv.cli.report.model import urgency
from optconv.cli.report_paths import report_path
from optconv.cli.terminal import escape, one_line
from optconv.mappings import diagnostic_kinds, message

if TYPE_CHECKING:
    from optconv.cli.baseline import Baseline
    from optconv.cli.findings import Finding
    from optconv.cli.outputs import Output
    from optconv.cli.settings import Settings
    from optconv.cli.tally import FileResult, Report, Tally
    from optconv.converter.result import Diagnostic
    from optconv.mappings import Tables

SUFFIXES = (".xml",)

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class JunitReport:
    """Keeps the test case of each file: how many there are stands above them."""

    def __init__(self, settings: Settings, tables: Tables, output: Output) -> None:
        self._settings = settings
        self._label = tables.label
        self._output = output
        self._cases: list[str] = []
        self._counts: Counter[str] = Counter()

    def add(self, result: FileResult) -> None:
        """Keep what came of one file."""
        failing, others = self._sorted(result)
        attributes = _attributes(classname=self._class, name=escape(report_path(result.name)))
        parts = []
        if result.failed:
            parts.append(self._verdict("error", result, failing))
        elif failing:
            parts.append(self._verdict("failure", result, failing))
        elif result.skipped:
            self._counts["skipped"] += 1
            reason = message("junit.skipped").in_language(self._settings.language)
            parts.append(f"<skipped{_attributes(message=reason)}/>")
        if others:
            parts.append(f"<system-out>{_text(self._lines(result, others))}</system-out>")
        body = "".join(f"\n      {part}" for part in parts)
        self._cases.append(
            f"    <testcase{attributes}>{body}\n    </testcase>\n"
            if parts
            else f"    <testcase{attributes}/>\n"
        )

    def close(self, tally: Tally, exit_status: int, baseline: Baseline | None) -> None:  # noqa: ARG002
        """Write the document."""
        counts = {
            "tests": str(len(self._cases)),
            "failures": str(self._counts["failure"]),
            "errors": str(self._counts["error"]),
        }
        name = f"optconv {self._settings.command} {self._label}"
        suite = _attributes(name=name, **counts, skipped=str(self._counts["skipped"]))
        self._output.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        self._output.write(f"<testsuites{_attributes(name='optconv', **counts)}>\n  <testsuite{suite}>\n")
        for case in self._cases:
            self._output.write(case)
        self._output.write("  </testsuite>\n</testsuites>\n")

    @property
    def _class(self) -> str:
        return f"optconv.{self._settings.command}.{self._label.replace('/', '-')}"

    def _sorted(self, result: FileResult) -> tuple[list[Diagnostic], list[Diagnostic]]:
        """Return what fails a file and what else is said of it, each in the order of the file."""
        failing = [found.diagnostic for found in result.findings if self._fails(found, result)]
        others = [found.diagnostic for found in result.findings if not self._fails(found, result)]
        if self._settings.check and result.changed:  # `convert --check` fails without a finding that says why
            failing.append(convertible(result.references))
        return (
            sorted(failing, key=lambda found: found.start.order),
            sorted(others, key=lambda found: found.start.order),
        )

    def _fails(self, finding: Finding, result: FileResult) -> bool:
        said, least = finding.diagnostic, self._settings.fail_on
        if result.failed and diagnostic_kinds()[said.code].topic == "failed":
            return True
        if least is None or not finding.new:
            return False
        return said.severity.rank >= least.rank or said.code == CONVERTIBLE

    def _verdict(self, element: str, result: FileResult, failing: list[Diagnostic]) -> str:
        self._counts[element] += 1
        worst = min(failing, key=lambda said: urgency(diagnostic_kinds()[said.code].topic))
        language = self._settings.language
        said = f"{worst.code} {worst.name}: {one_line(worst.message.in_language(language))}"
        if len(failing) > 1:
            count = str(len(failing) - 1)
            said = message("junit.more", message=said, count=count).in_language(language)
        attributes = _attributes(type=worst.code, message=said)
        return f"<{element}{attributes}>{_text(self._lines(result, failing))}</{element}>"

    def _lines(self, result: FileResult, said: Iterable[Diagnostic]) -> str:
        path = escape(report_path(result.name))
        return "\n".join(_line(path, found, self._settings.language) for found in said)


def open_report(settings: Settings, tables: Tables, output: Output) -> Report:
    """Return the report of this format."""
    return JunitReport(settings, tables, output)


def _line(path: str, said: Diagnostic, language: str) -> str:
    cell = "" if said.start.cell is None else f"cell {said.start.cell}:"
    text = one_line(said.message.in_language(language))
    place = f"{path}:{cell}{said.start.line}:{said.start.column}"
    return f"{place}: {said.code} [{said.severity.value}] {said.name}: {text}"


def _attributes(**values: str) -> str:
    return "".join(f' {name}="{_text(value)}"' for name, value in values.items())


def _text(text: str) -> str:
    """Return text as XML 1.0 takes it; a character that it does not allow is written as an escape."""
    allowed = _NO_XML.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
    return escape_markup(allowed)
