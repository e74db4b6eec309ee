"""Measures the constructions of one file on the real frameworks."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, isfinite
from typing import TYPE_CHECKING

from optconv.converter.built_object import BuiltArgument, BuiltObject
from optconv.converter.convert import Options, convert_source
from optconv.converter.result import Outcome, Position
from optconv.mappings import Text, message
from optconv.mappings.expressions import UNKNOWN
from optconv.parity.compare import classify
from optconv.parity.problem import (
    SHAPES,
    Problem,
    Shape,
    fitting,
    rate_problem,
    standard_problems,
    valley_problem,
)
from optconv.parity.run import Measurement, ProblemResult, Rates, measure_scripts
from optconv.parity.sensitivity import is_sensitive
from optconv.parity.verify.result import Verdict, Verification, Worst
from optconv.parity.verify.same_form import other_form
from optconv.parity.verify.script import CannotBuildError, Script, write_script
from optconv.parity.verify.span import steps_to_see

if TYPE_CHECKING:
    from optconv.converter.result import Conversion
    from optconv.mappings import Tables
    from optconv.mappings.schema import SourceApi
    from optconv.parity.run import WorkerPair

_MATRICES: tuple[Shape, ...] = ((4, 5), (3, 6), (5, 3), (2, 7))
_PLAIN = "torch.optim.SGD"
_PLAIN_RATE = "0.1"


def verify_conversion(
    conversion: Conversion, tables: Tables, workers: WorkerPair, steps: int, options: Options
) -> Iterator[Verification]:
    """Measure everything that a converted file builds, one after the other, in the order of the file.

    Args:
        conversion: of the file, made with ``values`` of the options.
        tables: of the target.
        workers: for torch and the same target.
        steps: of the optimizers' problems; that of a schedule goes on for as long as something happens.
        options: for the conversion of the constructions alone.

    Raises:
        FrameworkMissingError: one of the frameworks cannot be imported.
    """
    others = {built.start: built for built in conversion.built}
    for built in conversion.built:
        yield _Measuring(built, others, tables, workers, steps, options).verify()


@dataclass(frozen=True)
class _Measuring:
    """The measurement of one construction."""

    built: BuiltObject
    others: dict[Position, BuiltObject]
    tables: Tables
    workers: WorkerPair
    steps: int
    options: Options

    def verify(self) -> Verification:
        if not self.built.outcome.is_converted:
            return Verification(self.built, Verdict.NOT_CONVERTED)
        reason = self._not_known()
        if reason is not None:
            return Verification(self.built, Verdict.NOT_MEASURED, reason)
        try:
            scripts = [self._script()]
            if self.built.kind == "optimizer" and not self.built.groups:
                scripts.append(self._script(in_groups=True))
        except CannotBuildError as error:
            text = message("verify.no_value", parameter=error.parameter, step=str(error.step))
            return Verification(self.built, Verdict.NOT_MEASURED, text)
        first = self._measured(scripts[0], self.built)
        if len(scripts) == 1 or not first.verdict.is_proof:
            return first
        in_groups = self._measured(scripts[1], None)
        return first if in_groups.verdict.is_proof or not in_groups.verdict.is_defect else in_groups

    @cached_property
    def optimizer(self) -> BuiltObject:
        """Return the measured optimizer, or that of the scheduler.

        A plain one takes its place where it is built elsewhere, and where the conversion warns that its own
        numbers differ: what the scheduler does could not be seen.
        """
        if self.built.kind == "optimizer":
            return self.built
        found = self.others.get(self.built.optimizer) if self.built.optimizer is not None else None
        if found is None:
            return self._plain(BuiltArgument(self.tables.rate_name, _PLAIN_RATE))
        if found.outcome is not Outcome.WARNED:
            return found
        rate = self._rate_of(found)
        missing = found.missing if UNKNOWN in rate.values.values() else ()
        return replace(self._plain(rate), missing=missing)

    def _plain(self, rate: BuiltArgument) -> BuiltObject:
        return BuiltObject(_PLAIN, "optimizer", self.built.start, Outcome.EXACT, (), (rate,))

    def _rate_of(self, optimizer: BuiltObject) -> BuiltArgument:
        """Return the learning rate that an optimizer is given, or the default of its class."""
        name = self.tables.rate_name
        given = next((each for each in optimizer.arguments if each.parameter == name), None)
        parameter = self._api(optimizer.api).signatures[0].signature.parameter(name)
        default = parameter.default if parameter is not None else None
        return given or BuiltArgument(name, default or _PLAIN_RATE)

    @cached_property
    def schedulers(self) -> list[BuiltObject]:
        """Return the measured scheduler and those beside it, in the order of the file."""
        if self.built.kind == "optimizer":
            return []
        found = [self.built, *(self.others[start] for start in self.built.beside if start in self.others)]
        return sorted(found, key=lambda built: built.start.order)

    def _not_known(self) -> Text | None:
        """Return why a script cannot be written: something of the file is not known."""
        involved = [self.built, self.optimizer, *self.schedulers]
        for built in involved:
            if built.obstacle is not None:
                return built.obstacle
        missing = dict.fromkeys(text for built in involved for text in built.missing)
        if not missing:
            return None
        options = " ".join(f"--set {shlex.quote(f'{text}=VALUE')}" for text in missing)
        return message("verify.missing", values=", ".join(f"`{text}`" for text in missing), options=options)

    def _api(self, name: str) -> SourceApi:
        return self.tables.source_apis[name]

    def _shapes(self) -> tuple[Shape, ...]:
        shapes = _MATRICES if "matrices" in self._api(self.optimizer.api).needs else SHAPES
        return shapes * max(1, ceil(len(self.optimizer.groups) / len(shapes)))

    @cached_property
    def schedule_steps(self) -> int:
        """Return how many steps show all that the schedulers do: their curves are computed for it."""
        if self.built.kind == "optimizer":
            return self.steps
        return max(self.steps, *(steps_to_see(built, self.tables) for built in self.schedulers))

    def _script(self, *, in_groups: bool = False) -> Script:
        return write_script(
            self.optimizer,
            self._api(self.optimizer.api),
            [(built, self._api(built.api)) for built in self.schedulers],
            self.schedule_steps,
            len(self._shapes()),
            in_groups=in_groups,
        )

    def _problems(self, script: Script) -> tuple[Problem, ...]:
        target, shapes = self.tables.target, self._shapes()
        if "(closure)" in script.text:
            return fitting((valley_problem("valley"),), target.precision, dense=target.dense)
        problems = list(standard_problems(self.steps, shapes))
        if self.built.kind == "scheduler":  # what matters is the rate, to the end of the schedule
            problems = [*problems[:2], rate_problem("rate", self.schedule_steps, shapes)]
        if target.precision == "float32":
            del problems[0]  # it has a twin in float32
        # Over many steps parameters grow, and what float32 keeps of a movement says too little of the rate.
        # The optimizers themselves say what theirs is.
        problems = [replace(problem, reads_rate=False) for problem in problems]
        return fitting(tuple(problems), target.precision, dense=target.dense)

    def _measured(self, script: Script, in_file: BuiltObject | None) -> Verification:
        """Convert and run a script; a construction of the file, if one is given, must be written as there."""
        conversion = convert_source(script.text.encode(), self.tables, self.options)
        if in_file is not None:
            other = self._other_form(conversion)
            if other:
                text = message("verify.other_form", written=other)
                return Verification(in_file, Verdict.NOT_MEASURED, text, original=script.text)
        original, converted = (script.complete(t) for t in (script.text, conversion.source.decode()))
        problems = self._problems(script)
        measurement = measure_scripts(original, converted, problems, self.workers)
        warned = any(reference.outcome is not Outcome.EXACT for reference in conversion.references)
        if in_file is not None:
            warned = self.built.outcome is not Outcome.EXACT
        return self._judged(measurement, problems, warned=warned)

    def _other_form(self, conversion: Conversion) -> str:
        """Return what is written for an object alone and is something else in the file; empty: nothing is."""
        own = self.optimizer.written is not None  # else it stands for one that is built elsewhere
        involved = [*([self.optimizer] if own else []), *self.schedulers]
        used = [used for built in involved for used in built.used]
        named = {name: value for built in involved for name, value in built.named_values.items()}
        named["steps"] = self.schedule_steps
        for kind in ("optimizer", "scheduler"):
            in_file = [built for built in involved if built.kind == kind]
            alone = [built for built in conversion.built if built.kind == kind]
            for ours, theirs in zip(in_file, alone, strict=False):
                other = other_form(ours, theirs, used, named)
                if other:
                    return other
        return ""

    def _judged(self, measurement: Measurement, problems: Sequence[Problem], *, warned: bool) -> Verification:
        found = Verification(
            self.built,
            Verdict.AS_SAID,
            original=measurement.torch_text,
            converted=measurement.target_text,
        )
        failed = next((result for result in measurement.results if result.failure), None)
        if failed is not None:
            ours = failed.failure.startswith("torch: ")
            verdict = Verdict.REFUSED if ours else Verdict.AS_SAID if warned else Verdict.SILENT_FAILURE
            return replace(found, verdict=verdict, reason=Text.same(failed.failure))
        found = _with_numbers(found, measurement)
        if any(r.deviation.diverged for r in measurement.results if r.deviation is not None):
            return replace(found, verdict=Verdict.DIVERGED)
        if found.closeness == "exact":
            return replace(found, verdict=Verdict.SAME_WITH_VALUES) if warned else found
        if warned:
            return found
        sensitive = is_sensitive(measurement, problems, self.workers.torch)
        return replace(found, verdict=Verdict.SENSITIVE if sensitive else Verdict.SILENT_DIFFERENCE)


def _with_numbers(found: Verification, measurement: Measurement) -> Verification:
    """Return what was measured: of the parameters, and of the learning rates that the optimizers have."""
    worst, longest = measurement.worst, max(measurement.results, key=_length)
    assert worst is not None
    assert worst.deviation is not None
    deviation = worst.deviation
    largest = Worst(deviation.largest, deviation.step, deviation.parameter, worst.problem)
    share, step = _rate_difference(longest.rates)
    if share > largest.share:
        largest = Worst(share, step, None, longest.problem)
    return replace(
        found,
        closeness=classify(largest.share),
        worst=largest,
        steps=worst.steps,
        deviations=_by_step(measurement.results),
        rates=longest.rates,
    )


def _rate_difference(rates: tuple[Rates, Rates]) -> tuple[float, int]:
    """Return the largest difference of rates, as a share of the highest one, and behind which step it is."""
    highest = max(map(abs, rates[0]), default=0.0) or 1.0
    pairs = enumerate(zip(*rates, strict=False))
    shares = [(abs(a - b) / highest, step) for step, (a, b) in pairs if isfinite(a) and isfinite(b)]
    return max(shares, default=(0.0, 0))


def _length(result: ProblemResult) -> int:
    return result.steps


def _by_step(results: Sequence[ProblemResult]) -> tuple[float, ...]:
    """Return the largest deviation of any problem, for each step that one of them has."""
    series = [result.deviation.by_step for result in results if result.deviation is not None]
    longest = max(map(len, series), default=0)
    return tuple(max(values[step] for values in series if step < len(values)) for step in range(longest))
