"""``--format sarif``: one run in a SARIF 2.1.0 log, for code scanning and for viewers.

A file that could not be handled is no result but a notification of the run. With a baseline every result
says whether it is new, and what the earlier report had and this one has not is there as absent. What
somebody ignores is there as suppressed. Nothing in the log names a folder of this machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from optconv import __version__
from optconv.cli.findings import find
from optconv.cli.formats.sarif_rules import LEVELS, describe_codes
from optconv.cli.report.entries import Entry, Region, entries_of
from optconv.cli.report.model import CollectedReport
from optconv.cli.report_paths import path_uri, report_path
from optconv.cli.rule_pages import documentation_url
from optconv.cli.terminal import escape, one_line
from optconv.converter import cells_of
from optconv.converter.result import Severity
from optconv.mappings import diagnostic_kinds, message

if TYPE_CHECKING:
    from optconv.cli.baseline import Baseline, KnownFinding
    from optconv.cli.outputs import Output
    from optconv.cli.report.model import MigrationReport
    from optconv.cli.settings import Settings
    from optconv.cli.tally import FileResult, Report
    from optconv.mappings import Tables

SUFFIXES = (".sarif", ".sarif.json")

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_FINGERPRINT = "optconv/v1"
_LANGUAGES = {"en": "en-US", "zh": "zh-CN"}
_FAILED = 2
_FAILURE = "failed"  # the topic of codes that say that a file could not be handled
_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")  # in a message of SARIF, [words](place) is a link


def open_report(settings: Settings, tables: Tables, output: Output) -> Report:
    """Return the report of this format."""
    return CollectedReport(settings, tables, _write, output.write)


def _write(report: MigrationReport) -> Iterator[str]:
    yield json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]}, indent=2) + "\n"


def _run(report: MigrationReport) -> dict[str, Any]:
    language = report.language
    results: list[dict[str, Any]] = []
    failures: list[Entry] = []
    for file in report.files:
        said = entries_of(file, file.findings, language)
        failures += (entry for entry in said if entry.topic == _FAILURE)
        results += (_open(entry, report.baseline) for entry in said if entry.topic != _FAILURE)
        results += _suppressed(file, report)
    if report.baseline is not None:
        present = {result["partialFingerprints"][_FINGERPRINT] for result in results}
        results += _absent(report.baseline, present)
    rules = describe_codes((result["ruleId"] for result in results), language)
    notifications = describe_codes((entry.diagnostic.code for entry in failures), language)
    _number(results, rules)
    return {
        "tool": {
            "driver": {
                "name": "optconv",
                "version": __version__,
                "semanticVersion": __version__,
                "informationUri": documentation_url(),
                "language": _LANGUAGES[language],
                "rules": rules,
                "notifications": notifications,
            }
        },
        # The slash at the end makes all of it the category under which code scanning keeps the results.
        "automationDetails": {"id": f"optconv/{report.tables.label}/"},
        "invocations": [
            {
                "executionSuccessful": report.exit_status != _FAILED,
                "exitCode": report.exit_status,
                "toolExecutionNotifications": [_notification(entry, notifications) for entry in failures],
            }
        ],
        "originalUriBaseIds": {_ROOT: {"description": {"text": message("sarif.root").in_language(language)}}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "language": _LANGUAGES[language],
        "results": results,
    }


def _open(entry: Entry, baseline: Baseline | None) -> dict[str, Any]:
    result = {**_result(entry), "suppressions": []}  # of all results of a run, or of none
    if baseline is not None:
        result["baselineState"] = "new" if entry.finding.new else "unchanged"
    return result


def _suppressed(file: FileResult, report: MigrationReport) -> Iterator[dict[str, Any]]:
    """Yield what is ignored in a file, numbered behind what is said of equal lines."""
    said = [finding.diagnostic for finding in file.findings]
    ignored = find(file.name, file.before, [*said, *file.ignored], None)[len(said) :]
    for entry in entries_of(file, ignored, report.language):
        kind = "external" if entry.diagnostic.code in file.ignored_codes else "inSource"
        result = {**_result(entry), "suppressions": [{"kind": kind}]}
        if report.baseline is not None:
            known = entry.finding.fingerprint in report.baseline.known
            result["baselineState"] = "unchanged" if known else "new"
        yield result


def _absent(baseline: Baseline, present: set[str]) -> Iterator[dict[str, Any]]:
    """Yield what the earlier report had and this one has not, failures left out: they were no results."""
    kinds = diagnostic_kinds()
    for fingerprint, known in baseline.known.items():
        kind = kinds.get(known.code)
        failure = kind is not None and kind.topic == _FAILURE
        if fingerprint in baseline.seen or fingerprint in present or failure:
            continue
        yield {
            "ruleId": known.code,
            "level": LEVELS[Severity(kind.severity)] if kind is not None else "none",
            "message": {"text": _plain(one_line(known.message))},
            "locations": [_location(report_path(escape(known.path)), _known_region(known))],
            "partialFingerprints": {_FINGERPRINT: fingerprint},
            "suppressions": [],
            "baselineState": "absent",
        }


def _known_region(known: KnownFinding) -> Region | None:
    in_cell = cells_of(known.path, b"") is not None  # then the line is that of a cell, and which is not known
    return None if in_cell else Region(known.line, known.line)


def _result(entry: Entry) -> dict[str, Any]:
    said = entry.diagnostic
    properties: dict[str, Any] = {} if said.api is None else {"api": said.api}
    if said.start.cell is not None:
        properties |= {"cell": said.start.cell, "line": said.start.line, "column": said.start.column}
    return {
        "ruleId": said.code,
        "level": LEVELS[said.severity],
        "message": {"text": _plain(entry.message)},
        "locations": [_location(entry.path, entry.region, said.start.cell)],
        "partialFingerprints": {_FINGERPRINT: entry.finding.fingerprint},
        "properties": properties,
    }


def _notification(entry: Entry, descriptors: list[dict[str, Any]]) -> dict[str, Any]:
    said = entry.diagnostic
    index = [descriptor["id"] for descriptor in descriptors].index(said.code)
    return {
        "descriptor": {"id": said.code, "index": index},
        "level": LEVELS[said.severity],
        "message": {"text": _plain(entry.message)},
        "locations": [_location(entry.path, entry.region, said.start.cell)],
    }


def _location(path: str, region: Region | None, cell: int | None = None) -> dict[str, Any]:
    uri = path_uri(path)
    place: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if not uri.startswith("file:"):
        place["artifactLocation"]["uriBaseId"] = _ROOT
    if region is not None:
        place["region"] = _region(region)
    location: dict[str, Any] = {"physicalLocation": place}
    if cell is not None:
        location["logicalLocations"] = [{"name": f"cell {cell}", "kind": "cell"}]
    return location


def _region(region: Region) -> dict[str, int]:
    found = {
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    }
    return {name: number for name, number in found.items() if number is not None}


def _number(results: list[dict[str, Any]], rules: list[dict[str, Any]]) -> None:
    """Write into each result where its rule stands in the list of rules."""
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    for result in results:
        if result["ruleId"] in numbers:
            result["ruleIndex"] = numbers[result["ruleId"]]


def _plain(text: str) -> str:
    """Return a message as SARIF takes it for plain text: what looks like a link to it is none."""
    return _LINK.sub(r"\\[", text)
