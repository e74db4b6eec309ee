"""The counts of a run in words."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from optconv.cli.report.counted import counted
from optconv.converter.result import Outcome, Severity
from optconv.mappings import Text, message

if TYPE_CHECKING:
    from optconv.cli.baseline import Baseline
    from optconv.cli.settings import Settings
    from optconv.cli.tally import Tally

_SOURCE = "torch.optim"


def summarise(tally: Tally, settings: Settings, baseline: Baseline | None = None) -> list[str]:
    """Return the lines of the summary in the language that was chosen.

    Args:
        tally: the counts.
        settings: the choices of the run.
        baseline: the earlier report that the run was compared with.
    """
    sentences = [
        _files(tally, settings),
        *_references(tally),
        *_remaining(tally),
        *_diagnostics(tally, settings),
        *_left_out(tally),
        *_compared(tally, baseline),
        *_failed(tally),
    ]
    return [sentence.in_language(settings.language) for sentence in sentences]


def _files(tally: Tally, settings: Settings) -> Text:
    files = message(
        "summary.files" if settings.writes else "summary.files_unwritten",
        files=counted(tally.files, "file"),
        changed=str(tally.changed),
        failed=str(tally.failed),
    )
    if not settings.flavor:
        return files
    return message("summary.of_flavor", flavor=settings.flavor, files=files)


def _references(tally: Tally) -> list[Text]:
    if not tally.references:
        return [message("summary.no_references", source=_SOURCE)]
    exact, warned, declined, unclear = (str(tally.outcomes[outcome]) for outcome in Outcome)
    percent = Fraction(100 * tally.converted, tally.references).__floor__()  # never rounded up to 100
    return [
        message("summary.outcomes", exact=exact, warned=warned, declined=declined, unclear=unclear),
        message(
            "summary.rate",
            converted=str(tally.converted),
            references=counted(tally.references, "reference"),
            percent=str(percent),
            warned=warned,
        ),
    ]


def _remaining(tally: Tally) -> list[Text]:
    """Say how much else of the converted files is not the target's yet."""
    if not tally.remaining:
        return []
    module = _SOURCE.partition(".")[0]
    return [message("summary.remaining", uses=counted(tally.remaining, "other-use"), module=module)]


def _diagnostics(tally: Tally, settings: Settings) -> list[Text]:
    # Of a file with something to convert it is said on a line of its own.
    notes = tally.new[Severity.INFO] - tally.convertible
    if not notes or settings.verbose:
        return []
    return [message("summary.notes", notes=counted(notes, "note"))]


def _left_out(tally: Tally) -> list[Text]:
    """Say what somebody chose not to be told: nothing is hidden in silence."""
    said = []
    if tally.ignored:
        said.append(message("summary.ignored", diagnostics=counted(tally.ignored, "diagnostic")))
    if tally.skipped == 1:
        said.append(message("summary.skipped_one"))
    elif tally.skipped:
        said.append(message("summary.skipped", files=counted(tally.skipped, "file")))
    return said


def _compared(tally: Tally, baseline: Baseline | None) -> list[Text]:
    if baseline is None:
        return []
    return [
        message(
            "summary.compared_with",
            report=baseline.name,
            new=str(sum(tally.new.values())),
            known=str(len(baseline.seen)),
            gone=str(len(baseline.gone)),
        )
    ]


def _failed(tally: Tally) -> list[Text]:
    """Name the files that the rate knows nothing of."""
    if not tally.failed:
        return []
    names = Text.same(", ".join(tally.failed_names))
    more = tally.failed - len(tally.failed_names)
    if more:
        names = message("summary.and_more", names=names, count=str(more))
    if tally.failed == 1:
        return [message("summary.failed_one", name=names)]
    return [message("summary.failed", files=counted(tally.failed, "file"), names=names)]
