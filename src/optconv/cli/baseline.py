"""An earlier report in JSON, whose findings are known and no news."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optconv.cli.findings import CONVERTIBLE, fingerprint_of_convertible
from optconv.cli.language import said
from optconv.cli.problems import FileError
from optconv.cli.reading import read_file
from optconv.cli.report_paths import report_path
from optconv.cli.terminal import escape, shortened, shown_path
from optconv.converter.result import Outcome
from optconv.mappings import diagnostic_kinds, message

if TYPE_CHECKING:
    from optconv.cli.settings import Settings

REPORT_VERSION = 1
_CONVERTED = frozenset(outcome.value for outcome in Outcome if outcome.is_converted)


class BaselineError(click.ClickException):
    """The baseline cannot be used; the message says why."""

    exit_code = 2

    def __init__(self, text: str) -> None:
        super().__init__(shortened(text))


@dataclass(frozen=True)
class KnownFinding:
    """A finding of the earlier report."""

    path: str
    code: str
    line: int
    message: str
    api: str | None


@dataclass
class Baseline:
    """The findings of an earlier report by their fingerprints, and which of them were seen again."""

    name: str
    known: dict[str, KnownFinding]
    summary: dict[str, Any] = field(default_factory=dict)  # that of the earlier report
    seen: set[str] = field(default_factory=set)

    def knows(self, fingerprint: str) -> bool:
        """Return whether a finding was in the earlier report, and note that it was seen again."""
        if fingerprint not in self.known:
            return False
        self.seen.add(fingerprint)
        return True

    @property
    def gone(self) -> list[KnownFinding]:
        """Return the findings that were not seen again."""
        return [found for fingerprint, found in self.known.items() if fingerprint not in self.seen]


def read_baseline(name: str, settings: Settings) -> Baseline:
    """Return the findings of a report that an earlier run wrote with ``--format json``.

    That a file has something to convert is a finding of `check` alone. A report of another command tells it,
    too; and where another command is compared with a report of `check`, it is no finding that is gone.

    Args:
        name: the file, as typed.
        settings: those of this run; a report about another target says nothing to it.

    Raises:
        BaselineError: it cannot be read, or is no such report.
    """
    shown = escape(shown_path(name))
    try:
        document = json.loads(read_file(Path(name)))
    except FileError as error:
        raise BaselineError(said(error.diagnostic.message)) from error
    except (ValueError, RecursionError) as error:
        raise BaselineError(
            said(message("baseline.not_json", path=shown, problem=escape(str(error))))
        ) from error
    try:
        if document["tool"]["name"] != "optconv" or document["version"] != REPORT_VERSION:
            raise BaselineError(said(message("baseline.other_version", path=shown)))
        about, wanted = (
            _label(document["target"], document["flavor"]),
            _label(settings.target, settings.flavor),
        )
        if about != wanted:
            raise BaselineError(
                said(message("baseline.other_target", path=shown, other=escape(about), target=wanted))
            )
        known = {
            fingerprint: finding
            for file in document["files"]
            for fingerprint, finding in _findings(file)
            if settings.command == "check" or finding.code != CONVERTIBLE
        }
        return Baseline(name, known, document["summary"])
    except (KeyError, TypeError, AttributeError) as error:
        raise BaselineError(said(message("baseline.no_report", path=shown))) from error


def _label(target: str, flavor: str | None) -> str:
    return f"{target}/{flavor}" if flavor else str(target)


def _findings(file: dict[str, Any]) -> Iterator[tuple[str, KnownFinding]]:
    """Yield the findings of one file of a report, each with its fingerprint."""
    converted = [found for found in file["references"] if found["outcome"] in _CONVERTED]
    if file["changed"] and converted:
        counts = {"count": str(len(converted)), "total": str(len(file["references"]))}
        text = diagnostic_kinds()[CONVERTIBLE].message.format(**counts).en
        line = min(found["line"] for found in converted)
        known = {"code": CONVERTIBLE, "line": line, "message": text, "api": None}
        yield fingerprint_of_convertible(report_path(file["path"])), _known(file["path"], known)
    for found in file["diagnostics"]:
        yield found["fingerprint"], _known(file["path"], found)


def _known(path: Any, found: dict[str, Any]) -> KnownFinding:
    """Return a finding of the document. Raises `KeyError` or `TypeError` where it is none."""
    known = KnownFinding(path, found["code"], found["line"], found["message"], found["api"])
    texts = (known.path, known.code, known.message, known.api or "")
    if not all(isinstance(text, str) for text in texts) or not isinstance(known.line, int):
        raise TypeError
    return known
