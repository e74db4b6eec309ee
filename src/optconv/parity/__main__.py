"""Measures the table rows on the real frameworks: ``python -m optconv.parity --to paddle``.

For people who edit tables, and for their checks; what users of the tool see is in the ``cli`` room.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from optconv.converter import Options
from optconv.mappings import Tables, load_tables, target_names
from optconv.mappings.errors import TableError, UnknownFlavorError
from optconv.parity.evidence import (
    ApiEvidence,
    Evidence,
    evidence_path,
    find_staleness,
    read_evidence,
    rounded,
    write_evidence,
)
from optconv.parity.rows import MeasuredCase, MeasuredRow, measure_row, row_evidence
from optconv.parity.run import worker_pair
from optconv.parity.versions import measure_row_on, require_version
from optconv.parity.workers import WorkerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from optconv.mappings.schema import Row

_EXAMPLES = """\
examples:
  python -m optconv.parity --to paddle                           measure every row
  python -m optconv.parity --to paddle --api torch.optim.SGD     measure one
  python -m optconv.parity --to mindspore --flavor nn            measure the rows of a flavour
  python -m optconv.parity --to paddle --write                   and record the evidence
  python -m optconv.parity --to paddle --check                   and fail when the record is stale
  python -m optconv.parity --to paddle --target-version 2.6.2 --write
                                                                 measure on an older version, too
  python -m optconv.parity --to paddle --mappings acme.yaml      measure the rows of a team's own file
  python -m optconv.parity --to paddle --random 5000 --seed 7    judge random calls (needs hypothesis)

exit status: 0 all rows keep their promise, 1 some do not or the record is stale, 2 it could not be measured
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure rows, print a table, and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        tables = load_tables(options.to, flavor=options.flavor, extra=options.mappings)
        if options.mappings and (options.write or options.check or options.random or options.target_version):
            raise _UsageError("--mappings measures your own rows; the record is of optconv's own")
        if options.random:
            return _run_random(tables, options)
        return _measure_version(tables, options) if options.target_version else _measure_all(tables, options)
    except (TableError, UnknownFlavorError, WorkerError, _UsageError) as error:
        print(error, file=sys.stderr)
        return 2


def _measure_all(tables: Tables, options: argparse.Namespace) -> int:
    path = evidence_path(tables.folder)
    recorded = read_evidence(path)
    measured: dict[str, ApiEvidence] = {}
    problems: list[str] = []
    with worker_pair(tables.target.name) as workers:
        for row in _chosen_rows(tables, options.api, own=not options.mappings):
            result = measure_row(row, tables, workers)
            _print_row(result)
            problems += [f"{row.api}: {fault}" for fault in result.faults]
            if not result.faults:
                measured[row.api] = row_evidence(result, workers)
    if options.check:
        stale = find_staleness(recorded, measured, complete=not options.api)
        problems += [f"stale: {line}" for line in stale]
    if options.write:
        kept = {api: entry for api, entry in recorded.items() if options.api and api not in options.api}
        write_evidence(path, {**kept, **_with_other_versions(measured, recorded)})
        print(f"{path}: {len(measured)} rows written, {len(kept)} kept; rows with faults are left out")
    _print_summary(len(measured), problems)
    return 1 if problems else 0


def _with_other_versions(measured: Evidence, recorded: Evidence) -> Evidence:
    """Return what was measured, with what is recorded of the same APIs on older versions."""
    return {
        api: replace(entry, other_versions=recorded[api].other_versions) if api in recorded else entry
        for api, entry in measured.items()
    }


def _measure_version(tables: Tables, options: argparse.Namespace) -> int:
    """Measure rows on an older version of the target; what is recorded is how many cases ended how."""
    version, path = options.target_version, evidence_path(tables.folder)
    recorded = read_evidence(path)
    problems: list[str] = []
    with worker_pair(tables.target.name) as workers:
        require_version(workers, version)
        for row in _chosen_rows(tables, options.api):
            result = measure_row_on(version, row, tables, workers, recorded.get(row.api))
            print(
                f"{row.api}: {', '.join(f'{n} {ending}' for ending, n in result.endings.items())}", flush=True
            )
            problems += [f"{row.api}: {fault}" for fault in result.faults]
            entry = recorded.get(row.api)
            if entry is not None and not result.faults:
                others = {**entry.other_versions, version: result.endings}
                recorded[row.api] = replace(entry, other_versions=others)
    if options.write:
        write_evidence(path, recorded)
    for problem in problems:
        print(f"  FAULT: {problem}")
    return 1 if problems else 0


def _run_random(tables: Tables, options: argparse.Namespace) -> int:
    """Judge random calls, print every fault and how the calls ended."""
    try:
        from optconv.parity.random_calls.campaign import run_campaign
    except ImportError as error:  # hypothesis is no dependency of the tool
        raise _UsageError(f"{error}\nInstall it:  {sys.executable} -m pip install hypothesis") from error
    conversion = Options(target_version=options.target_version)
    with worker_pair(tables.target.name) as workers:
        if options.target_version:
            require_version(workers, options.target_version)
        count, number, only = options.random, options.seed, tuple(options.api)
        tally = run_campaign(tables, workers, count, number, only, _print_at_once, conversion)
    print(tally.table())
    print(f"{tally.calls} calls, {len(tally.faults)} faults")
    return 1 if tally.faults else 0


def _chosen_rows(tables: Tables, names: Sequence[str], *, own: bool = True) -> Iterable[Row]:
    """Return the rows of the named APIs, or every row: optconv's own, or those of a team beside them."""
    if not names:
        return tables.rows() if own else tables.extra_rows()
    rows = {name: tables.row(name) for name in names}
    unknown = [name for name, row in rows.items() if row is None]
    if unknown:
        raise _UsageError(f"no row for: {', '.join(unknown)}")
    return [row for row in rows.values() if row is not None]


def _print_row(row: MeasuredRow) -> None:
    print(row.api)
    for item in row.cases:
        print(f"  {_describe_result(item)}  {_shorten(item.case.code)}")
        for fault in item.faults:
            print(f"    FAULT: {fault}")
    if not row.cases:
        print(f"    FAULT: {row.faults[0]}")
    sys.stdout.flush()


def _describe_result(item: MeasuredCase) -> str:
    worst = item.measurement.worst
    size = rounded(worst.deviation) if worst is not None and worst.deviation is not None else "-"
    return f"{item.measurement.closeness or 'failed':6}  {size:>8}"


def _shorten(code: str) -> str:
    """Return a case on one line: its statements, or the first hundred characters of them."""
    line = "; ".join(part.strip() for part in code.strip().splitlines())
    return line if len(line) <= 100 else line[:97] + "..."


def _print_at_once(line: str) -> None:
    print(line, flush=True)


def _print_summary(kept: int, problems: Sequence[str]) -> None:
    print(f"{kept} rows keep their promise, {len(problems)} findings")
    for problem in problems:
        print(f"  {problem}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m optconv.parity",
        description="Run the cases of the table rows on the real frameworks and compare the numbers.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--to", required=True, choices=target_names(), help="the target framework")
    parser.add_argument("--flavor", metavar="NAME", help="the rows of this flavour of the target")
    parser.add_argument(
        "--mappings",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="the rows of a file of your own; the workers must find its packages (PYTHONPATH)",
    )
    parser.add_argument("--api", action="append", default=[], metavar="NAME", help="only this row")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--write", action="store_true", help="record the evidence of rows without faults")
    what.add_argument("--check", action="store_true", help="compare with the recorded evidence")
    what.add_argument(
        "--random", type=int, default=0, metavar="COUNT", help="judge random calls instead of rows"
    )
    parser.add_argument(
        "--target-version", metavar="VERSION", help="measure rows on this version of the target"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="NUMBER", help="of the random calls (0)")
    return parser


class _UsageError(ValueError):
    """What was asked for cannot be had: an API without a row, random calls without hypothesis."""


if __name__ == "__main__":
    sys.exit(main())
