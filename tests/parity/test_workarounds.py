"""A workaround of a row is measured like a conversion, and is a fault when it is not exact."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from optconv.mappings import Text, load_tables
from optconv.mappings.schema import Row, Workaround
from optconv.parity.rows import measure_row, row_evidence

if TYPE_CHECKING:
    from optconv.parity.run import WorkerPair

LOOP = """\
for step in range(steps):
    backward(step)
    optimizer.step()
    {clear}
    record()
"""
ORIGINAL = "optimizer = torch.optim.SGD(params, lr=0.1)\n" + LOOP.format(clear="optimizer.zero_grad()")
REWRITTEN = "optimizer = paddle.optimizer.SGD(0.1, params)\n" + LOOP.format(
    clear="optimizer.clear_grad(False)"
)


def row_with(rewritten: str) -> Row:
    """Return the row of SGD with one workaround and nothing else."""
    row = load_tables("paddle").row("torch.optim.SGD")
    assert row is not None
    workaround = Workaround("", Text("By hand", "手写"), ORIGINAL, rewritten)
    return replace(row, parity=(), workarounds=(workaround,))


def test_an_exact_workaround_is_recorded_under_its_title(workers: WorkerPair) -> None:
    measured = measure_row(row_with(REWRITTEN), load_tables("paddle"), workers)
    assert measured.faults == ()
    (evidence,) = row_evidence(measured, workers).cases
    assert (evidence.case, evidence.closeness, evidence.workaround) == ("By hand", "exact", True)


def test_a_workaround_with_other_numbers_is_a_fault(workers: WorkerPair) -> None:
    measured = measure_row(row_with(REWRITTEN.replace("0.1", "0.11")), load_tables("paddle"), workers)
    assert "is called exact and measures lossy" in measured.faults[0]
