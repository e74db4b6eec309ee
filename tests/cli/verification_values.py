"""Values of `VerificationReport` that are made by hand: no framework is needed for them."""

from __future__ import annotations

import math

from optconv.cli.problems import UNREADABLE, FileError
from optconv.cli.verify.report import VerificationReport, VerifiedFile
from optconv.converter.built_object import BuiltObject, WrittenObject
from optconv.converter.result import Outcome, Position
from optconv.converter.static_values.evaluate import UsedValue
from optconv.mappings import Text, load_tables
from optconv.parity.verify.result import Verdict, Verification, Worst

SOURCE = b"""\
import torch
from torch import optim
from torch.optim.lr_scheduler import StepLR

args = parser.parse_args()
optimizer = optim.SGD(model.parameters(), lr=args.lr)
scheduler = StepLR(
    optimizer,
    step_size=30,
)
warned = optim.RMSprop(model.parameters(), lr=0.01)
unknown = optim.Adam(model.parameters(), lr=config.lr)
left = optim.SGD(model.parameters(), lr=0.1, maximize=True)
wrong = optim.Adagrad(model.parameters(), lr=0.1)
fails = optim.Adamax(model.parameters(), lr=0.1)
"""

LR = UsedValue("args.lr", 0.1, "parser", 7)
GROWING = tuple(0.0 if step < 5 else 10.0 ** (step / 2 - 20) for step in range(40))
STEPS = tuple(0.1 * 0.1 ** (step // 30) for step in range(90))


def built(api: str, line: int, column: int, outcome: Outcome = Outcome.EXACT, **more: object) -> BuiltObject:
    """Return a construction of the file; ``becomes`` is the API that is written instead."""
    becomes = more.pop("becomes", None)
    written = WrittenObject(str(becomes), {}) if becomes else None
    kind = "scheduler" if "lr_scheduler" in api else "optimizer"
    codes = more.pop("codes", ())
    start = Position(line, column)
    return BuiltObject(api, kind, start, outcome, codes, written=written, **more)  # type: ignore[arg-type]


def measured(
    construction: BuiltObject, verdict: Verdict, closeness: str, share: float, **more: object
) -> Verification:
    """Return what was measured of a construction, with both scripts."""
    return Verification(
        construction,
        verdict,
        closeness=closeness,  # type: ignore[arg-type]
        worst=Worst(share, 11, 0, "rate"),
        steps=40,
        original=f"import torch\noptimizer = {construction.api}(params)\n",
        converted="import paddle\n",
        **more,  # type: ignore[arg-type]
    )


def verifications() -> tuple[Verification, ...]:
    """Return one of each kind, in the order of the file."""
    sgd = built("torch.optim.SGD", 6, 13, becomes="paddle.optimizer.SGD", used=(LR,))
    step = built(
        "torch.optim.lr_scheduler.StepLR",
        7,
        13,
        becomes="paddle.optimizer.lr.StepDecay",
        optimizer=sgd.start,
    )
    warned = built("torch.optim.RMSprop", 11, 10, Outcome.WARNED, codes=("OC201",), becomes="paddle.RMSProp")
    unknown = built("torch.optim.Adam", 12, 11, becomes="paddle.optimizer.Adam", missing=("config.lr",))
    left = built("torch.optim.SGD", 13, 8, Outcome.DECLINED, codes=("OC302",))
    wrong = built("torch.optim.Adagrad", 14, 9, becomes="paddle.optimizer.Adagrad")
    fails = built("torch.optim.Adamax", 15, 9, becomes="paddle.optimizer.Adamax")
    apart = tuple(rate * (1 + step / 100) for step, rate in enumerate(STEPS))
    return (
        measured(sgd, Verdict.AS_SAID, "exact", 2.2e-7, deviations=(0.0,) * 40),
        measured(step, Verdict.AS_SAID, "exact", 2e-7, deviations=GROWING[:20], rates=(STEPS, STEPS)),
        measured(warned, Verdict.AS_SAID, "lossy", 3.8e-3, deviations=(3.8e-3,) * 40),
        Verification(unknown, Verdict.NOT_MEASURED, Text.same("not known")),
        Verification(left, Verdict.NOT_CONVERTED),
        measured(
            wrong,
            Verdict.SILENT_DIFFERENCE,
            "lossy",
            math.inf,
            deviations=(*GROWING, math.inf),
            rates=(STEPS, apart),
        ),
        Verification(
            fails, Verdict.SILENT_FAILURE, Text.same("paddle: TypeError: x"), original="import torch"
        ),
    )


def report(*files: VerifiedFile, language: str = "en", unreadable: str = "") -> VerificationReport:
    """Return a report about some files, or about one with `verifications`."""
    given = files or (VerifiedFile("src/train.py", SOURCE, verifications()),)
    if unreadable:
        problem = FileError(UNREADABLE, path=unreadable, reason="Permission denied").diagnostic
        given = (*given, VerifiedFile(unreadable, problem=problem))
    versions = {"torch": "2.13.0", "paddle": "3.3.1"}
    return VerificationReport(load_tables("paddle"), language, given, versions)
