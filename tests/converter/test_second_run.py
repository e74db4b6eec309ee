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


def test_a_scheduler_that_was_converted_is_known_and_an_optimizer_that_still_has_step_is_spoken_of() -> None:
    scheduler = b"from mindspore.experimental.optim.lr_scheduler import StepLR\nscheduler = StepLR(o, 3)\nscheduler.step()\n"
    optimizer = b"import mindspore\noptimizer = mindspore.experimental.optim.SGD(p, 0.1)\noptimizer.step()\n"
    codes = {}
    for source in (scheduler, optimizer):
        conversion = convert_source(source, load_tables("mindspore"), Options())
        assert conversion.source == source
        codes[source] = [found.code for found in conversion.diagnostics]
    assert codes == {scheduler: [], optimizer: ["OC205"]}


def test_how_a_converted_scheduler_reads_the_rate_of_its_optimizer_is_not_spoken_of() -> None:
    source = b"""import torch
optimizer = torch.optim.SGD(parameters, lr=0.1)
print()
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 30)
"""
    first = convert_source(source, load_tables("paddle"), Options())
    assert b"learning_rate=optimizer.get_lr()" in first.source
    second = convert_source(first.source, load_tables("paddle"), Options())
    assert (second.source, second.diagnostics) == (first.source, ())
    by_hand = b"import torch.optim\noptimizer = build()\noptimizer.get_lr()\n"
    assert [d.code for d in convert_source(by_hand, load_tables("paddle"), Options()).diagnostics] == [
        "OC205"
    ]
