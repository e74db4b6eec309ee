"""What a migration report says in sentences: the summary, and how it compares with an earlier report."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from optconv.cli.report.counted import counted
from optconv.mappings import Text, message

if TYPE_CHECKING:
    from optconv.cli.baseline import Baseline
    from optconv.cli.report.model import MigrationReport


def percent(part: int, whole: int) -> str:
    """Return a share in whole percent, never rounded up."""
    return str(Fraction(100 * part, whole).__floor__()) if whole else "-"


def summary_sentences(report: MigrationReport) -> list[Text]:
    """Return what a migration owner asks first, in sentences."""
    tally = report.tally
    source = f"{report.tables.source_module}.optim"
    said = [
        message(
            "report.files_seen",
            files=counted(tally.files, "file"),
            changed=str(tally.changed),
            failed=str(tally.failed),
            skipped=str(tally.skipped),
        )
    ]
    if tally.references:
        share = percent(tally.converted, tally.references)
        said.append(
            message(
                "report.rate",
                converted=str(tally.converted),
                total=counted(tally.references, "reference"),
                source=source,
                percent=share,
            )
        )
    else:
        said.append(message("report.no_references", source=source))
    if report.to_do:
        said.append(
            message(
                "report.work",
                places=counted(report.places_to_do, "place"),
                files=counted(report.files_to_do, "file"),
                causes=counted(len(report.to_do), "cause"),
            )
        )
    else:
        said.append(message("report.nothing_to_do"))
    return [*said, *remark_sentences(report)]


def remark_sentences(report: MigrationReport) -> list[Text]:
    """Return what the summary says beside its figures: what is ignored, and what else is left."""
    tally, said = report.tally, []
    if tally.ignored:
        said.append(message("report.ignored", count=counted(tally.ignored, "diagnostic")))
    if tally.remaining:
        module = report.tables.source_module
        said.append(message("report.remaining", count=counted(tally.remaining, "other-use"), module=module))
    return said


def compared_with(name: str, report: MigrationReport, baseline: Baseline) -> Text:
    """Return how many findings are new, known and gone since an earlier report, which is called ``name``."""
    return message(
        "report.compared_with",
        report=name,
        new=str(report.new),
        known=str(len(baseline.seen)),
        gone=str(len(baseline.gone)),
    )
