"""What a second run makes of the marking comments of the first."""

from __future__ import annotations

from optconv.converter import Options, convert_source
from optconv.mappings import load_tables

MARKED = b"""import torch
# optconv: OC303 torch.optim.lr_scheduler.StepLR: not converted: another scheduler acts on it
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 30)
"""


def test_a_scheduler_that_was_declined_for_its_rival_stays_declined_with_the_same_words() -> None:
    conversion = convert_source(MARKED, load_tables("paddle"), Options())
    assert conversion.source == MARKED
    messages = [(found.code, found.message.en) for found in conversion.diagnostics]
    assert messages == [("OC303", "not converted: another scheduler acts on it")]


def test_a_scheduler_that_a_loop_builds_again_is_declined_and_says_so() -> None:
    source = b"import torch\no = torch.optim.SGD(p, lr=0.1)\nfor k in x:\n    s = torch.optim.lr_scheduler.StepLR(o, 3)\n"
    conversion = convert_source(source, load_tables("paddle"), Options(annotate=False))
    assert b"s = torch.optim.lr_scheduler.StepLR(o, 3)" in conversion.source
    messages = [found.message.en for found in conversion.diagnostics if found.code == "OC303"]
    assert len(messages) == 1
    assert "again and again for o" in messages[0]
