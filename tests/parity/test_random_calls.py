"""Random legal calls of everything in the catalogue end as the tool promises, and the generator is what it says."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optconv.mappings import load_tables, target_names
from optconv.parity.random_calls import campaign
from optconv.parity.random_calls.campaign import Fault, run_campaign
from optconv.parity.random_calls.judge import Verdict, judge
from optconv.parity.random_calls.legal_values import values_of
from optconv.parity.random_calls.program import Argument, Construction, Program
from optconv.parity.random_calls.strategies import concrete_apis, programs

if TYPE_CHECKING:
    from optconv.parity.run import WorkerPair

TABLES = load_tables("paddle")
SGD = Construction("torch.optim.SGD", (Argument("lr", "0.1", keyword=False), Argument("momentum", "0.9")))
STEP = Construction("torch.optim.lr_scheduler.StepLR", (Argument("step_size", "3", required=True),))

# The number of programs, of which torch refuses some, and how many calls are the least. More are judged with
# python -m optconv.parity --to paddle --random 5000 --seed 7
PROGRAMS = {"paddle": 420, "mindspore": 200}  # a step takes MindSpore longer
LEAST_CALLS = {"paddle": 300, "mindspore": 150}


@pytest.mark.parametrize("target", target_names())
def test_random_calls_have_their_numbers_or_are_spoken_of(target: str) -> None:
    """In a process of its own: hypothesis tries constants of the modules that are imported, so here of others."""
    command = [sys.executable, "-m", "optconv.parity", "--to", target, "--random", str(PROGRAMS[target])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    calls = re.search(r"^(\d+) calls, 0 faults$", done.stdout, re.MULTILINE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert calls is not None
    assert int(calls[1]) >= LEAST_CALLS[target], done.stdout


def test_every_parameter_of_the_catalogue_has_legal_values() -> None:
    ours = {"params", "optimizer", "schedulers"}  # the program gives these itself
    unknown = [
        f"{api.short_name}.{parameter.name}"
        for api in concrete_apis(TABLES)
        for parameter in api.signatures[0].signature.parameters
        if parameter.name not in ours and values_of(api.short_name, parameter.name) is None
    ]
    assert unknown == []


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.sampled_from(concrete_apis(TABLES)).flatmap(lambda api: programs(TABLES, api)))
def test_every_program_parses_and_so_do_the_smaller_ones(program: Program) -> None:
    ast.parse(program.script())
    for smaller in program.smaller():
        ast.parse(smaller.script())


def test_the_script_of_a_program() -> None:
    groups = ((Argument("lr", "1"),), ())
    program = Program(SGD, groups, (STEP,), neighbours=False, read="scheduler.get_last_lr()[0]")
    assert (
        program.script()
        == """\
import torch
optimizer = torch.optim.SGD([{'params': params[0:1], 'lr': 1}, {'params': params[1:]}], 0.1, momentum=0.9)
if steps > 0:
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=3)
for step in range(steps):
    optimizer.zero_grad()
    loss = objective(step)
    loss.backward()
    optimizer.step()
    scheduler.step()
    observe(scheduler.get_last_lr()[0])
    record()
"""
    )


def test_a_value_that_cannot_be_read_has_a_name() -> None:
    hidden = replace(SGD, arguments=(Argument("momentum", "0.9", readable=False),))
    lines = Program(hidden).script().splitlines()
    assert "def setting(value):" in lines
    assert "given_momentum = setting(0.9)" in lines
    assert "optimizer = torch.optim.SGD(model.parameters(), momentum=given_momentum)" in lines


@pytest.mark.parametrize(
    ("program", "ending"),
    [
        (Program(SGD), "exact"),
        (Program(replace(SGD, arguments=(*SGD.arguments, Argument("dampening", "0.5")))), "warned"),
        (Program(replace(SGD, arguments=(*SGD.arguments, Argument("differentiable", "2")))), "torch refused"),
        (Program(replace(SGD, arguments=(Argument("lr", "-1"),))), "torch refused"),
        (Program(SGD, schedulers=(STEP, STEP)), "declined"),
    ],
)
def test_how_programs_end(program: Program, ending: str, workers: WorkerPair) -> None:
    assert judge(program, TABLES, workers).ending == ending


def test_rounding_in_torch_itself_is_no_fault_of_a_row(pairs: dict[str, WorkerPair]) -> None:
    arguments = (Argument("alpha", "0.462"), Argument("weight_decay", "0.01"), Argument("centered", "True"))
    program = Program(Construction("torch.optim.RMSprop", arguments))
    verdict = judge(program, load_tables("mindspore"), pairs["mindspore"])
    assert verdict.ending == "torch rounds", verdict.words


def test_a_silent_difference_is_a_fault_and_is_made_small(
    workers: WorkerPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A judge that finds fault with every momentum stands for a broken row."""

    def find_fault(program: Program, *_: object) -> Verdict:
        broken = any(argument.name == "momentum" for argument in program.optimizer.arguments)
        return (
            Verdict("FAULT", "silent difference", "all of it", "the output") if broken else Verdict("exact")
        )

    monkeypatch.setattr(campaign, "judge", find_fault)
    told: list[str] = []
    tally = run_campaign(TABLES, workers, 30, only=("torch.optim.SGD",), progress=told.append)
    (fault,) = tally.faults
    assert "optimizer = torch.optim.SGD(model.parameters(), momentum=" in fault.script
    assert "scheduler" not in fault.script
    assert str(fault).startswith("torch.optim.SGD: silent difference: all of it\nimport torch\n")
    assert str(fault) in told
    assert "torch.optim.SGD" in tally.table()


def test_the_same_seed_gives_the_same_programs(workers: WorkerPair, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def note(program: Program, *_: object) -> Verdict:
        seen.append(program.script())
        return Verdict("exact")

    monkeypatch.setattr(campaign, "judge", note)
    for number in (3, 3, 4):
        run_campaign(TABLES, workers, 120, number)  # the first of each API is always the simplest
    count = len(seen) // 3
    assert seen[:count] == seen[count : 2 * count]
    assert seen[:count] != seen[2 * count :]


def test_a_fault_is_printed_with_both_scripts() -> None:
    verdict = Verdict("FAULT", "kind", "words", "the output\n")
    assert str(Fault("torch.optim.SGD", verdict, "the input\n")) == (
        "torch.optim.SGD: kind: words\nthe input\nthe output\n"
    )
