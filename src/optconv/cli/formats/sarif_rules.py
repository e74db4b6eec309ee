"""What a SARIF log says of the codes that occur in it: rules, and kinds of notifications."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from optconv.cli.rule_pages import page_url
from optconv.converter.result import Severity
from optconv.mappings import diagnostic_kinds, message

if TYPE_CHECKING:
    from optconv.mappings.schema import DiagnosticKind

LEVELS = {Severity.INFO: "note", Severity.WARNING: "warning", Severity.ERROR: "error"}
"""What SARIF calls the severities."""

_SENTENCE = re.compile(r".+?(?:\.(?= |$)|。|$)", re.DOTALL)


def describe_codes(codes: Iterable[str], language: str) -> list[dict[str, Any]]:
    """Return a reporting descriptor for each code, in order; a code that is not known any more has none."""
    kinds = diagnostic_kinds()
    return [_descriptor(kinds[code], language) for code in sorted(set(codes)) if code in kinds]


def _descriptor(kind: DiagnosticKind, language: str) -> dict[str, Any]:
    meaning = kind.meaning.in_language(language)
    text = message("sarif.help", meaning=kind.meaning, action=kind.action)
    markdown = message("sarif.help_markdown", meaning=kind.meaning, action=kind.action)
    return {
        "id": kind.code,
        "name": kind.name.title().replace("-", ""),  # "UnsupportedArgument"
        "shortDescription": {"text": first_sentence(meaning)},
        "fullDescription": {"text": meaning},
        "help": {"text": text.in_language(language), "markdown": markdown.in_language(language)},
        "helpUri": page_url(kind.code),
        "defaultConfiguration": {"level": LEVELS[Severity(kind.severity)]},
        "properties": {"topic": kind.topic, "tags": ["migration", kind.topic]},
    }


def first_sentence(text: str) -> str:
    """Return the first sentence of a text in English or Chinese."""
    found = _SENTENCE.match(text)
    return found[0] if found is not None else text
