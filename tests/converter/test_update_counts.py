"""Where a scheduler stands says how often the optimizer is updated between two of its steps."""

from __future__ import annotations

from functools import cache
from textwrap import dedent, indent

import pytest

from optconv.converter import Conversion, Options, Severity, convert_source
from optconv.mappings import Tables, load_tables

HEAD = """\
import torch
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.{scheduler}
"""
STEP = "StepLR(optimizer, 30, 0.5)"
COSINE = "CosineAnnealingLR(optimizer, 10)"
UPDATE = """\
optimizer.zero_grad()
loss = criterion(model(x), y)
loss.backward()
optimizer.step()
"""


@cache
def tables() -> Tables:
    return load_tables("mindspore", flavor="nn")


def convert(body: str, scheduler: str = STEP, before: str = "") -> Conversion:
    lines = []
    for line in dedent(body).splitlines():
        inside = line[: len(line) - len(line.lstrip())]
        lines.append(indent(UPDATE, inside).rstrip() if line.strip() == "UPDATE" else line)
    source = before + HEAD.format(scheduler=scheduler) + "\n".join(lines) + "\n"
    return convert_source(source.encode(), tables(), Options(annotate=False))


def schedule(body: str, scheduler: str = STEP, before: str = "") -> str:
    """Return what the scheduler becomes."""
    output = convert(body, scheduler, before).source.decode()
    assert "scheduler.step()" not in output
    return next(line for line in output.splitlines() if line.startswith("scheduler = ")).removeprefix(
        "scheduler = "
    )


def reason(body: str, scheduler: str = STEP, before: str = "") -> str:
    """Return why the scheduler stays."""
    conversion = convert(body, scheduler, before)
    assert "torch.optim.lr_scheduler." in conversion.source.decode()
    return next(d.message.en for d in conversion.diagnostics if d.code == "OC306")


@pytest.mark.parametrize(
    ("body", "steps"),
    [
        pytest.param(
            """\
            for x, y in loader:
                UPDATE
                scheduler.step()
            """,
            "30",
            id="behind each update",
        ),
        pytest.param(
            """\
            for i, (x, y) in enumerate(loader):
                if i % 4 == 3:
                    UPDATE
                    total += 1
                    scheduler.step()
            """,
            "30",
            id="behind each update, in a branch",
        ),
        pytest.param(
            """\
            for epoch in range(100):
                for x, y in loader:
                    UPDATE
                print(epoch)
                scheduler.step()
            """,
            "30 * len(loader)",
            id="behind the loop over batches",
        ),
        pytest.param(
            """\
            for epoch in range(100):
                for i, (x, y) in enumerate(tqdm(loader)):
                    UPDATE
                scheduler.step()
                if loss < 0.1:
                    break
            """,
            "30 * len(loader)",
            id="a loop that counts and shows its progress; left early behind the step",
        ),
        pytest.param(
            """\
            for epoch in range(100):
                for i in range(batches):
                    UPDATE
                scheduler.step()
            """,
            "30 * batches",
            id="a range",
        ),
    ],
)
def test_a_schedule_without_an_end_counts_updates(body: str, steps: str) -> None:
    assert f"decay_steps={steps}, " in schedule(body)


@pytest.mark.parametrize(
    ("loops", "total"),
    [
        pytest.param("for epoch in range(100):\n    for x, y in loader:\n", "100 * len(loader)", id="range"),
        pytest.param(
            "for epoch in range(1, args.epochs + 1):\n    for x, y in loader:\n",
            "args.epochs * len(loader)",
            id="a range from 1 on",
        ),
        pytest.param(
            "for epoch in range(start, epochs):\n    for x, y in loader:\n",
            "(epochs - start) * len(loader)",
            id="a range between two names",
        ),
        pytest.param("for epoch in range(5, 9):\n    for x, y in loader:\n", "4 * len(loader)", id="numbers"),
        pytest.param(
            "for epoch in range(0, n):\n    for x, y in loader:\n", "n * len(loader)", id="from 0 on"
        ),
    ],
)
def test_a_list_has_the_rate_of_every_update(loops: str, total: str) -> None:
    body = loops + "        UPDATE\n    scheduler.step()\n"
    assert schedule(body, COSINE) == (
        f"[0.1 * (1 + math.cos(math.pi * (step // len(loader)) / 10)) / 2 for step in range({total})]"
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(
            "for x, y in loader:\n    scheduler.step()\n    UPDATE\n", "does not say how many", id="in front"
        ),
        pytest.param(
            "for x, y in loader:\n    UPDATE\n    if bad:\n        continue\n    scheduler.step()\n",
            "does not say how many",
            id="passed over at times",
        ),
        pytest.param(
            "for e in r:\n    for x, y in loader:\n        UPDATE\n        if e:\n            break\n"
            "    scheduler.step()\n",
            "does not say how many",
            id="a loop that is left early",
        ),
        pytest.param(
            "for e in r:\n    for x, y in loader:\n        if e:\n            UPDATE\n    scheduler.step()\n",
            "does not say how many",
            id="an update in some rounds only",
        ),
        pytest.param(
            "for e in r:\n    for x, y in make():\n        UPDATE\n    scheduler.step()\n",
            "how many rounds the loop on line 5",
            id="a loop of unknown length",
        ),
        pytest.param(
            "loader = make()\nfor e in r:\n    for x, y in loader:\n        UPDATE\n    scheduler.step()\n",
            "how many rounds the loop on line 6",
            id="a loader that is made later",
        ),
        pytest.param(
            "for x, y in loader:\n    UPDATE\n    scheduler.step()\nscheduler.step()\n",
            "one place where `scheduler` steps",
            id="two places",
        ),
        pytest.param(
            "for e in r:\n    for x, y in loader:\n        UPDATE\n    scheduler.step(e)\n",
            "one place where `scheduler` steps",
            id="with an argument",
        ),
        pytest.param(
            "for x, y in loader:\n    UPDATE\n    scheduler.step()\n    log(optimizer)\n",
            "`optimizer` is used in other ways",
            id="an optimizer that is passed on",
        ),
        pytest.param("train(model, optimizer, scheduler)\n", "used in other ways", id="a training function"),
    ],
)
def test_where_that_cannot_be_seen_it_is_declined(body: str, words: str) -> None:
    assert words in reason(body)


@pytest.mark.parametrize(
    "loops",
    [
        pytest.param("while True:\n    for x, y in loader:\n", id="no end"),
        pytest.param("for epoch in epochs():\n    for x, y in loader:\n", id="a function"),
    ],
)
def test_a_list_needs_an_end(loops: str) -> None:
    body = loops + "        UPDATE\n    scheduler.step()\n"
    assert "do not say how many there are" in reason(body, COSINE)
    assert "30 * len(loader)" in schedule(body)


def test_the_two_must_be_neighbours() -> None:
    body = "for x, y in loader:\n    UPDATE\n    scheduler.step()\n"
    conversion = convert_source(
        convert_text(body).replace("scheduler = ", "print()\nscheduler = ").encode(),
        tables(),
        Options(annotate=False),
    )
    assert "directly behind its optimizer" in conversion.diagnostics[0].message.en


def convert_text(body: str) -> str:
    return HEAD.format(scheduler=STEP) + body.replace("UPDATE", UPDATE.replace("\n", "\n    ").rstrip())


def test_a_loop_variable_of_the_list_does_not_hide_a_name_of_the_file() -> None:
    body = "for i in range(n):\n    UPDATE\n    scheduler.step()\n"
    found = schedule(body, "CosineAnnealingLR(optimizer, step)", before="step = 10\n")
    assert "math.pi * step_ / step" in found
    assert "for step_ in range(n)" in found


def test_nor_a_name_in_the_length_of_a_loop() -> None:
    body = """\
    for epoch in range(10):
        for i in range(step + step_):
            UPDATE
        scheduler.step()
    """
    found = schedule(body, COSINE, before="step, step_ = 10, 2\n")
    assert "math.pi * (step__ // (step + step_)) / 10" in found
    assert "for step__ in range(10 * (step + step_))" in found


def test_a_length_may_stand_in_a_list() -> None:
    body = "for i in range(n):\n    UPDATE\n    scheduler.step()\n"
    found = schedule(body, "CosineAnnealingLR(optimizer, T_max=n * len(loader))")
    assert "math.cos(math.pi * step / (n * len(loader)))" in found


def test_comments_inside_the_construction_stay() -> None:
    body = "for i in range(n):\n    UPDATE\n    scheduler.step()\n"
    conversion = convert(body, "CosineAnnealingLR(\n    optimizer,\n    10,  # half a period\n)")
    assert "# half a period\nscheduler = [" in conversion.source.decode()


def codes_of(conversion: Conversion) -> set[str]:
    """Return the codes of what is said, but for notes."""
    return {d.code for d in conversion.diagnostics if d.severity is not Severity.INFO}


EPOCHS = """\
for e in range(9):
    {before}
    for x, y in loader:
        {inside}
        UPDATE
    {between}
    scheduler.step()
    {behind}
"""


@pytest.mark.parametrize(
    ("place", "codes"),
    [
        pytest.param("before", set(), id="in front of the loop over batches"),
        pytest.param("inside", set(), id="in front of the update"),
        pytest.param("between", {"OC201"}, id="between the last update and the step"),
        pytest.param("behind", set(), id="behind the step"),
    ],
)
def test_the_rate_is_that_of_the_next_update(place: str, codes: set[str]) -> None:
    places = dict.fromkeys(("before", "inside", "between", "behind"), "pass")
    conversion = convert(EPOCHS.format(**{**places, place: "print(scheduler.get_last_lr()[0])"}))
    assert "print(float(optimizer.get_lr()))" in conversion.source.decode()
    assert codes_of(conversion) == codes


def test_a_rate_that_is_read_behind_the_training_is_doubted() -> None:
    body = "for x, y in loader:\n    UPDATE\n    scheduler.step()\nprint(scheduler.get_last_lr())\n"
    conversion = convert(body)
    assert "print([float(optimizer.get_lr())])" in conversion.source.decode()
    assert codes_of(conversion) == {"OC202"}


def test_the_optimizer_must_be_known_where_the_rate_is_read() -> None:
    body = "for x, y in loader:\n    UPDATE\n    scheduler.step()\n"
    conversion = convert(body + "def show(optimizer):\n    print(scheduler.get_last_lr())\n")
    assert "OC306" in codes_of(conversion)


def test_a_step_of_a_scheduler_that_is_built_elsewhere_stays() -> None:
    source = "from torch.optim.lr_scheduler import StepLR\n\ndef f(s: StepLR) -> None:\n    s.step()\n"
    conversion = convert_source(source.encode(), tables(), Options(annotate=False))
    assert "    s.step()" in conversion.source.decode()
    assert codes_of(conversion) == {"OC306"}
