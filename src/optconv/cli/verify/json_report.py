"""What ``optconv verify`` measures, as JSON."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from optconv import __version__
from optconv.cli.verify.words import claimed, measured
from optconv.parity.compare import CLOSE, EXACT

if TYPE_CHECKING:
    from optconv.cli.verify.report import VerificationReport, VerifiedFile
    from optconv.parity.verify.result import Verification

_VERSION = 1


def render_json(report: VerificationReport) -> str:
    """Return the report as JSON; what is no finite number is a text, because JSON has none."""
    tables = report.tables
    document = {
        "version": _VERSION,
        "optconv": __version__,
        "target": tables.target.name,
        "flavor": tables.flavor,
        "frameworks": dict(report.versions),
        "limits": {"exact": EXACT, "close": CLOSE},
        "status": report.status,
        "files": [_file(file, report.language) for file in report.files],
    }
    return json.dumps(_finite(document), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _file(file: VerifiedFile, language: str) -> dict[str, Any]:
    problem = file.problem
    return {
        "path": file.name,
        "problem": None
        if problem is None
        else {"code": problem.code, "message": problem.message.in_language(language)},
        "constructions": [_construction(found, language) for found in file.verifications],
    }


def _construction(found: Verification, language: str) -> dict[str, Any]:
    built, worst = found.built, found.worst
    return {
        "api": built.api,
        "becomes": built.written.api if built.written is not None else None,
        "cell": built.start.cell,
        "line": built.start.line,
        "column": built.start.column,
        "claimed": built.outcome.value,
        "codes": list(built.codes),
        "verdict": found.verdict.value,
        "measured": found.closeness,
        "message": f"{claimed(found).in_language(language)}; {measured(found).in_language(language)}",
        "worst": None
        if worst is None
        else {
            "share": worst.share,
            "step": worst.step,
            "parameter": worst.parameter,
            "problem": worst.problem,
        },
        "values": [
            {
                "name": used.text,
                "value": used.value,
                "origin": used.origin,
                "cell": used.cell,
                "line": used.line or None,
            }
            for used in built.used
        ],
        "missing": list(built.missing),
        "deviations": list(found.deviations),
        "rates": {"before": list(found.rates[0]), "after": list(found.rates[1])},
        "scripts": {"before": found.original, "after": found.converted},
    }


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, range, frozenset)):
        return [_finite(entry) for entry in value]
    return value
