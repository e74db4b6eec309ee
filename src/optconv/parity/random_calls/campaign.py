"""Many random programs: how they ended, and the smallest program for each fault."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, seed, settings

from optconv.parity.random_calls.judge import ENDINGS, Verdict, judge
from optconv.parity.random_calls.strategies import concrete_apis, programs

if TYPE_CHECKING:
    from collections.abc import Callable

    from optconv.converter import Options
    from optconv.mappings import Tables
    from optconv.mappings.schema import SourceApi
    from optconv.parity.random_calls.program import Program
    from optconv.parity.run import WorkerPair

    Judge = Callable[[Program], Verdict]


_MOST_OF_A_KIND = 6  # that many are made small: two faults of a kind may have nothing to do with each other


@dataclass(frozen=True)
class Fault:
    """The smallest program that was found for a fault."""

    api: str
    verdict: Verdict
    script: str

    def __str__(self) -> str:
        parts = (
            f"{self.api}: {self.verdict.kind}: {self.verdict.words}",
            self.script,
            self.verdict.converted,
        )
        return "\n".join(part.rstrip() for part in parts) + "\n"


@dataclass
class Tally:
    """How the programs about each API ended, and the faults."""

    endings: dict[str, Counter[str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def calls(self) -> int:
        """Return how many programs torch ran to numbers: the others are not calls."""
        return sum(
            count
            for endings in self.endings.values()
            for e, count in endings.items()
            if not e.startswith("torch ")
        )

    def table(self) -> str:
        """Return the counts as text, one line for each API."""
        lines = [" ".join([" " * 48, *(f"{ending:>14}" for ending in ENDINGS)])]
        for api, counts in self.endings.items():
            lines.append(" ".join([f"{api:48}", *(f"{counts[ending]:14}" for ending in ENDINGS)]))
        total = sum(self.endings.values(), Counter[str]())
        lines.append(" ".join([f"{'all':48}", *(f"{total[ending]:14}" for ending in ENDINGS)]))
        return "\n".join(lines)


def run_campaign(
    tables: Tables,
    workers: WorkerPair,
    count: int,
    number: int = 0,
    only: tuple[str, ...] = (),
    progress: Callable[[str], None] = lambda _: None,
    options: Options | None = None,
) -> Tally:
    """Judge ``count`` random programs, the same number about each API.

    Args:
        tables: Of the target framework.
        workers: For torch and the same target.
        count: How many programs, all APIs together.
        number: The seed. The same number gives the same programs to the same version of hypothesis where the
            same modules are imported: it tries the constants that it finds in them, too.
        only: Names of APIs; by default all that can be built.
        progress: Is told a line for each API when it is done, and for each fault.
        options: For the conversions.
    """
    apis = [api for api in concrete_apis(tables) if not only or api.name in only]
    tally = Tally()
    for api in apis:
        each = max(1, round(count / len(apis)))
        endings, faults = _try_api(tables, api, each, number, lambda p: judge(p, tables, workers, options))
        tally.endings[api.name] = endings
        tally.faults += faults
        progress(f"{api.name}: " + ", ".join(f"{n} {ending}" for ending, n in sorted(endings.items())))
        for fault in faults:
            progress(str(fault))
    return tally


def _try_api(
    tables: Tables, api: SourceApi, count: int, number: int, verdict_of: Judge
) -> tuple[Counter[str], list[Fault]]:
    endings: Counter[str] = Counter()
    found: dict[str, list[tuple[Program, Verdict]]] = {}

    @seed(f"{number} {api.name}")
    @settings(
        max_examples=count,
        phases=[Phase.generate],  # what is found is made small below: faster, and several faults at once
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(programs(tables, api))
    def try_one(program: Program) -> None:
        verdict = verdict_of(program)
        endings[verdict.ending] += 1
        if verdict.ending == "FAULT":
            found.setdefault(verdict.kind, []).append((program, verdict))

    try_one()
    faults = {}
    for kind, programs_of_kind in found.items():
        for program, first in programs_of_kind[:_MOST_OF_A_KIND]:
            smallest, verdict = _smallest(program, first, verdict_of)
            faults[kind, smallest.outline] = Fault(api.name, verdict, smallest.script())
    return endings, list(faults.values())


def _smallest(program: Program, verdict: Verdict, verdict_of: Judge) -> tuple[Program, Verdict]:
    """Leave out one thing after the other for as long as the fault stays."""
    kind = verdict.kind
    again = True
    while again:
        again = False
        for candidate in program.smaller():
            if candidate == program:
                continue
            tried = verdict_of(candidate)
            if tried.ending == "FAULT" and tried.kind == kind:
                program, verdict, again = candidate, tried, True
                break
    return program, verdict
