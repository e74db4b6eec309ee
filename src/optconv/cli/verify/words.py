"""What is said of a construction and its measurement, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optconv.cli.terminal import escape
from optconv.converter.result import Outcome, Position
from optconv.mappings import Text, message
from optconv.parity.verify.result import Verdict

if TYPE_CHECKING:
    from optconv.cli.verify.report import VerificationReport
    from optconv.converter.static_values.evaluate import UsedValue
    from optconv.parity.verify.result import Verification, Worst

_MOST_CHARACTERS = 60  # of a value


def place(file: str, start: Position) -> str:
    """Return a place as a person reads it, ``train.py:12:5``; nothing in it can drive a display."""
    cell = "" if start.cell is None else f"cell {start.cell}:"
    return f"{escape(file)}:{cell}{start.line}:{start.column}"


def claimed(found: Verification) -> Text:
    """Return what the conversion says of a construction."""
    built = found.built
    outcome = message(f"verify.claimed.{built.outcome.value}")
    if not built.codes or built.outcome is Outcome.EXACT:
        return outcome
    return message("verify.claimed_with", outcome=outcome, codes=", ".join(built.codes))


def measured(found: Verification) -> Text:
    """Return what was measured of a construction, or why nothing was."""
    said = message(f"verify.verdict.{found.verdict.value}")
    if found.worst is None:
        return said if found.reason is None else message("verify.because", verdict=said, reason=found.reason)
    size = _size(found.worst, message(f"reference.closeness.{found.closeness}"))
    if found.verdict is Verdict.AS_SAID:
        return size
    return message("verify.sized", size=size, verdict=said)


def _size(worst: Worst, closeness: Text) -> Text:
    if worst.share == 0:
        return message("verify.no_deviation", closeness=closeness)
    return message(
        "verify.size" if worst.parameter is not None else "verify.size_of_rate",
        closeness=closeness,
        share=number(worst.share),
        place=_place(worst),
    )


def _place(worst: Worst) -> Text:
    step = str(worst.step + 1)
    if worst.parameter is None:
        return message("verify.place_of_rate", step=step)
    return message("verify.place", step=step, parameter=str(worst.parameter + 1), problem=worst.problem)


def used_value(used: UsedValue) -> Text:
    """Return one value that a construction was measured with, and where it comes from."""
    value = str(used.value) if used.is_function else repr(used.value)
    if len(value) > _MOST_CHARACTERS:
        value = f"{value[: _MOST_CHARACTERS - 3]}..."
    return message("verify.value", name=used.text, value=value, origin=origin(used))


def origin(used: UsedValue) -> Text:
    """Return where a value comes from."""
    if used.origin == "set":
        return message("verify.given")
    line = Text.same(str(used.line))
    if used.cell is not None:
        line = message("verify.line_of_cell", line=line, cell=str(used.cell))
    return message(f"verify.origin.{used.origin}", line=line)


def number(value: float) -> str:
    """Return a number with two digits, ``3.1e-07``."""
    return "0" if value == 0 else f"{value:.1e}"


def short_number(value: float) -> str:
    """Return a limit with one digit, ``2e-5``."""
    return f"{value:.0e}".replace("e-0", "e-")


def defect(found: Verification) -> Text:
    """Return what a person shall do about a defect of the tables."""
    return message("verify.defect", api=found.built.api)


def summary(report: VerificationReport) -> list[Text]:
    """Return the sentences at the end of a report."""
    proofs = report.count(Verdict.AS_SAID, Verdict.SAME_WITH_VALUES)
    defects = report.count(Verdict.SILENT_DIFFERENCE, Verdict.SILENT_FAILURE)
    left = report.count(Verdict.NOT_CONVERTED)
    unmeasured = len(report.verifications) - proofs - defects - left
    if not report.verifications:
        return [message("verify.nothing_built")]
    counts = message(
        "verify.summary",
        proofs=str(proofs),
        defects=str(defects),
        unmeasured=str(unmeasured),
        left=str(left),
    )
    said = [counts]
    if report.versions:
        versions = ", ".join(f"{name} {version}" for name, version in report.versions.items())
        said.append(message("verify.measured_on", versions=versions))
    measured_on = report.versions.get(report.tables.target.name)
    wanted = report.target_version or report.tables.target.versions[-1]
    if measured_on is not None and measured_on != wanted:
        said.append(message("verify.other_version", converted=wanted, measured=measured_on))
    return [*said, message("verify.nothing_run")]
