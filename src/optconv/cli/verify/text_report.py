"""Shows what ``optconv verify`` measures, one construction after the other, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from optconv.cli.terminal import escape, one_line, paint, width
from optconv.cli.verify.sparkline import sparkline
from optconv.cli.verify.words import claimed, defect, measured, number, place, summary, used_value
from optconv.mappings import Text, message
from optconv.parity.verify.result import Verdict

if TYPE_CHECKING:
    from optconv.cli.verify.report import VerificationReport, VerifiedFile
    from optconv.parity.verify.result import Verification

_INDENT = "    "
_LONGEST_LINE = 200  # of a script: the table of a function is longer
_COLOURS = {
    Verdict.AS_SAID: "green",
    Verdict.SAME_WITH_VALUES: "green",
    Verdict.SILENT_DIFFERENCE: "red",
    Verdict.SILENT_FAILURE: "red",
}


def problem_lines(file: VerifiedFile, language: str) -> Iterator[str]:
    """Give the line that says why a file could not be read."""
    assert file.problem is not None
    problem = file.problem
    words = one_line(problem.message.in_language(language))
    yield f"{place(file.name, problem.start)}: {problem.code} {words}"


def construction_lines(
    name: str, found: Verification, language: str, *, verbose: bool, blocks: bool
) -> Iterator[str]:
    """Give the lines about one construction.

    Args:
        name: of the file.
        found: the construction, measured.
        language: of the words.
        verbose: show the scripts, too.
        blocks: whether the terminal has block characters.
    """
    built = found.built
    becomes = f" -> {built.written.api}" if built.written is not None and built.written.api else ""
    yield f"{place(name, built.start)}: {built.api}{becomes}"
    rows = [(message("verify.label.claimed"), claimed(found).in_language(language))]
    if found.verdict is not Verdict.NOT_CONVERTED:
        words = one_line(measured(found).in_language(language))
        rows.append((message("verify.label.measured"), paint(words, _colour(found), err=False)))
    rows += _series(found, blocks)
    rows += [
        (message("verify.label.value"), one_line(used_value(u).in_language(language))) for u in built.used
    ]
    yield from _aligned(rows, language)
    if found.verdict.is_defect:
        yield _INDENT + paint(one_line(defect(found).in_language(language)), "red", err=False)
    if verbose or found.verdict.is_defect:
        yield from _scripts(found, language)


def summary_lines(report: VerificationReport) -> Iterator[str]:
    """Give the lines at the end."""
    for sentence in summary(report):
        yield one_line(sentence.in_language(report.language))


def _colour(found: Verification) -> str:
    return _COLOURS.get(found.verdict, "yellow")


def _series(found: Verification, blocks: bool) -> Iterator[tuple[Text, str]]:
    if found.deviations:
        largest = max(found.deviations)
        line = sparkline(found.deviations, unicode=blocks)
        yield message("verify.label.deviation"), f"{line}  0 .. {number(largest)}" if largest else "0"
    before, after = found.rates
    if before and len(set(before)) > 1:
        yield message("verify.label.rate"), f"{sparkline(before, unicode=blocks)}  {_ends(before)}"
        yield Text.same(""), f"{sparkline(after, unicode=blocks)}  {_ends(after)}"


def _ends(rates: tuple[float, ...]) -> str:
    return f"{rates[0]:.4g} .. {rates[-1]:.4g} ({min(rates):.4g} to {max(rates):.4g})"


def _aligned(rows: list[tuple[Text, str]], language: str) -> Iterator[str]:
    labels = [label.in_language(language) for label, _ in rows]
    widest = max(map(width, labels))
    for label, (_, text) in zip(labels, rows, strict=True):
        yield f"{_INDENT}{label}{' ' * (widest - width(label) + 2)}{text}"


def _scripts(found: Verification, language: str) -> Iterator[str]:
    original, converted = message("verify.label.original"), message("verify.label.converted")
    for label, script in ((original, found.original), (converted, found.converted)):
        if script:
            yield f"{_INDENT}{label.in_language(language)}"
            for line in script.splitlines():
                shown = line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 3]}..."
                yield f"{_INDENT}  | {escape(shown)}".rstrip()
