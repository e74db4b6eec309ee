"""How a program may end: with the numbers that were promised, declined, or with an error that was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optconv.converter import Conversion, Options, Outcome, Severity, convert_source
from optconv.parity.problem import (
    Problem,
    fitting,
    plain_problem,
    rate_problem,
    sparse_problem,
    valley_problem,
)
from optconv.parity.run import Measurement, measure_scripts
from optconv.parity.sensitivity import is_sensitive

if TYPE_CHECKING:
    from optconv.mappings import Tables
    from optconv.parity.random_calls.program import Program
    from optconv.parity.run import WorkerPair

_LEFT = (Outcome.DECLINED, Outcome.NOT_UNDERSTOOD)
_STEP_NEEDS = "OC106"
_SILENT = "silent difference"
_LOUD_WORDS = ("raise", "refuse", "Error")

ENDINGS = (
    "exact",
    "warned",
    "warned, exact",
    "declined",
    "raises as said",
    "raises, unread",  # for a value that the source does not show; the tables say the target refuses it
    "torch refused",
    "torch diverged",
    "torch rounds",  # by as much as the target differs: its numbers have no more digits with these values
    "FAULT",
)


@dataclass(frozen=True)
class Verdict:
    """How one program ended. Of a fault: what kind (to tell two from each other), and in words."""

    ending: str
    kind: str = ""
    words: str = ""
    converted: str = ""


def problems_of(script: str, tables: Tables) -> tuple[Problem, ...]:
    """Return what a program runs on: few steps, because there are thousands of programs."""
    if "(closure)" in script:
        problems: tuple[Problem, ...] = (valley_problem("valley", steps=6),)
    else:
        problems = (
            plain_problem("float64", steps=12),
            sparse_problem("sparse participation", steps=12),
            rate_problem("rate", steps=24),
        )
    return fitting(problems, tables.target.precision, dense=tables.target.dense)


def judge(program: Program, tables: Tables, workers: WorkerPair, options: Options | None = None) -> Verdict:
    """Convert a program, run it on both frameworks, and return how it ended.

    Args:
        program: What to judge.
        tables: Of the target framework.
        workers: For torch and the same target.
        options: For the conversion.

    Raises:
        FrameworkMissingError: One of the frameworks cannot be imported.
    """
    script = program.script()
    problems = problems_of(script, tables)
    conversion = convert_source(script.encode(), tables, options or Options())
    text = conversion.source.decode()
    if conversion.failed:
        return Verdict("FAULT", "not converted at all", _said(conversion), text)
    if any(reference.outcome in _LEFT for reference in conversion.references):
        return _judge_declined(script, conversion, problems, workers)
    measurement = measure_scripts(script, text, problems, workers)
    verdict = _judge_numbers(measurement, conversion, _tables_know(program, tables))
    if verdict.kind == _SILENT and is_sensitive(measurement, problems, workers.torch):
        return Verdict("torch rounds", words=verdict.words)
    return verdict


def _judge_declined(
    script: str, conversion: Conversion, problems: tuple[Problem, ...], workers: WorkerPair
) -> Verdict:
    """A declined program is not run in the target; torch must take it, and a reason must have been given."""
    if not any(diagnostic.severity is not Severity.INFO for diagnostic in conversion.diagnostics):
        return Verdict("FAULT", "declined in silence", "", conversion.source.decode())
    measurement = measure_scripts(script, "", problems[:1], workers)
    refused = any(failure.partition(": ")[2].startswith("torch: ") for failure in measurement.failures)
    return Verdict("torch refused" if refused else "declined")


def _judge_numbers(measurement: Measurement, conversion: Conversion, known: bool) -> Verdict:
    text = measurement.target_text
    for failure in measurement.failures:
        reason = failure.partition(": ")[2]
        if reason.startswith("torch: "):
            return Verdict("torch refused", words=reason)
    warned = any(diagnostic.severity is not Severity.INFO for diagnostic in conversion.diagnostics)
    if measurement.failures:
        if any(word in _said(conversion) for word in _LOUD_WORDS):
            return Verdict("raises as said")
        if known:
            return Verdict("raises, unread")
        words = measurement.failures[0]
        kind = words.partition(": ")[2].partition(" (line")[0]
        return Verdict("FAULT", f"target fails: {kind[:60]}", words, text)
    worst = measurement.worst
    assert worst is not None
    assert worst.deviation is not None
    if measurement.closeness == "exact":
        return Verdict("warned, exact" if warned else "exact")
    if warned:
        return Verdict("warned")
    if all(
        r.deviation.diverged for r in measurement.results if r.deviation and r.deviation.closeness != "exact"
    ):
        return Verdict("torch diverged")  # 0 / 0 with eps=0, say: no numbers that could be the same
    words = f"{worst.deviation.largest:.1e} on {worst.problem}, step {worst.deviation.step}, and no warning"
    return Verdict("FAULT", _SILENT, words, text)


def _tables_know(program: Program, tables: Tables) -> bool:
    """Return whether a value that cannot be read is one that the target may refuse, by what the tables say.

    That is a rule with ``loud``, or an argument of which the target insists on a type.
    """
    for construction in (program.optimizer, *program.schedulers):
        hidden = {argument.name for argument in construction.arguments if not argument.readable}
        row = tables.row(construction.api)
        for case in row.cases if row is not None else ():
            target = tables.target_api(case.to)
            insisting = target.types if target is not None else {}
            typed = {case.arguments[name].text for name in insisting if name in case.arguments}
            loud = {rule.parameter for rule in case.refuse if rule.loud}
            if hidden & (typed | loud):
                return True
    return False


def _said(conversion: Conversion) -> str:
    said = (d for d in conversion.diagnostics if d.code != _STEP_NEEDS)  # says nothing of this program
    return " ".join(f"{d.code} {d.message.en}" for d in said)
