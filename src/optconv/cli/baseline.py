"""An earlier report in JSON, whose findings are known and no news."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from optconv.cli.problems import FileError
from optconv.cli.reading import read_file
from optconv.cli.terminal import escape, shown_path

REPORT_VERSION = 1


class BaselineError(click.ClickException):
    """The baseline cannot be used; the message says why."""

    exit_code = 2


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


def read_baseline(name: str, target: str, flavor: str | None) -> Baseline:
    """Return the findings of a report that an earlier run wrote with ``--format json``.

    Args:
        name: the file, as typed.
        target: that of this run; a report about another one says nothing here.
        flavor: the family of its classes.

    Raises:
        BaselineError: it cannot be read, or is no such report.
    """
    shown = escape(shown_path(name))
    try:
        document = json.loads(read_file(Path(name)))
    except FileError as error:
        raise BaselineError(error.diagnostic.message.en) from error
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"{shown}: not JSON: {escape(str(error))}") from error
    try:
        if document["tool"]["name"] != "optconv" or document["version"] != REPORT_VERSION:
            raise BaselineError(f"{shown}: not a report of this version of optconv")
        if (document["target"], document["flavor"]) != (target, flavor):
            raise BaselineError(f"{shown}: a report about {document['target']}, not about {target}")
        known = {
            found["fingerprint"]: _known(file["path"], found)
            for file in document["files"]
            for found in file["diagnostics"]
        }
        return Baseline(name, known, document["summary"])
    except (KeyError, TypeError, AttributeError) as error:
        raise BaselineError(f"{shown}: not a report that `optconv report --format json` wrote") from error


def _known(path: Any, found: dict[str, Any]) -> KnownFinding:
    """Return a finding of the document. Raises `KeyError` or `TypeError` where it is none."""
    known = KnownFinding(path, found["code"], found["line"], found["message"], found["api"])
    texts = (known.path, known.code, known.message, known.api or "")
    if not all(isinstance(text, str) for text in texts) or not isinstance(known.line, int):
        raise TypeError
    return known
