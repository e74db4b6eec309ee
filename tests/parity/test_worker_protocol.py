"""What a script can say and be told, and how it can fail."""

from __future__ import annotations

import pytest

from optconv.parity.workers import Run, ScriptFailure

from .fake_framework import ONE, StartFake, fail, succeed

# What a script can say and be told.


def test_a_script_finds_its_names_and_its_records_come_back(start_fake: StartFake) -> None:
    script = """\
for step in range(steps):
    params[0][0] += metric(step) + loss(step)
    observe(metric(step))
    record()
"""
    run = succeed(start_fake().run(script, ONE))
    assert run.trajectory == (((2.0, 0.1),), ((2.8, 0.1),), ((3.4, 0.1),))
    assert run.observed == (0.5, 0.4, 0.3)


def test_numbers_that_are_not_finite_come_back(start_fake: StartFake) -> None:
    run = succeed(start_fake().run("params[0][:] = [float('nan'), float('-inf')]; record()", ONE))
    assert str(run.trajectory) == "(((nan, -inf),),)"


def test_a_later_script_sees_nothing_of_an_earlier_one(start_fake: StartFake) -> None:
    worker = start_fake()
    succeed(worker.run("left_behind = params; params[0][0] = 9.0; steps = 1; record()", ONE))
    run = succeed(worker.run("observe('left_behind' in globals()); observe(steps); record()", ONE))
    assert run.observed == (0.0, 3.0)
    assert run.trajectory == (((1.0, 0.1),),)


def test_warnings_are_collected_every_time(start_fake: StartFake) -> None:
    worker = start_fake()
    script = "import warnings\nwarnings.warn('take care', DeprecationWarning)\nrecord()"
    for _ in range(2):
        assert succeed(worker.run(script, ONE)).warnings == ("DeprecationWarning: take care",)


def test_output_of_framework_and_script_does_not_disturb_the_protocol(start_fake: StartFake) -> None:
    script = """\
import os
print('{}', flush=True)
os.write(1, b'{"error": 1}')
os.system('echo {}')
record()
"""
    assert succeed(start_fake().run(script, ONE)).trajectory == (((1.0, 0.1),),)


def test_a_script_that_reads_standard_input_finds_it_empty(start_fake: StartFake) -> None:
    assert fail(start_fake().run("input()", ONE)).type == "EOFError"


def test_a_script_cannot_import_another_framework(start_fake: StartFake) -> None:
    failure = fail(start_fake().run("import other", ONE))
    assert failure.type == "ModuleNotFoundError"


def test_a_framework_s_own_imports_do_not_find_the_worker_s_files(start_fake: StartFake) -> None:
    assert fail(start_fake().run("import serve", ONE)).type == "ModuleNotFoundError"


# How a script can fail.


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(
            "x = 1\nx.missing\nrecord()",
            ScriptFailure("AttributeError", "'int' object has no attribute 'missing'", 2, "x.missing"),
            id="an exception has the line it came from",
        ),
        pytest.param(
            "def inner():\n    return 1 / 0\ninner()",
            ScriptFailure("ZeroDivisionError", "division by zero", 2, "return 1 / 0"),
            id="the innermost line of the script is named",
        ),
        pytest.param(
            "import json\njson.loads(1)",
            ScriptFailure(
                "TypeError",
                "the JSON object must be str, bytes or bytearray, not int",
                2,
                "json.loads(1)",
            ),
            id="lines of other files are not",
        ),
        pytest.param(
            "x = 1\nfor\n",
            ScriptFailure("SyntaxError", "invalid syntax (<parity script>, line 2)", 2, "for"),
            id="not Python",
        ),
        pytest.param("exit(3)", ScriptFailure("SystemExit", "3", 1, "exit(3)"), id="leaving is an error"),
        pytest.param(
            "x = 1",
            ScriptFailure("NoRecordError", "the script never called record()", 0, ""),
            id="nothing recorded",
        ),
    ],
)
def test_a_failing_script_is_a_result(start_fake: StartFake, script: str, expected: ScriptFailure) -> None:
    worker = start_fake()
    assert worker.run(script, ONE) == expected
    assert isinstance(worker.run("record()", ONE), Run)


def test_a_failure_reads_as_a_sentence() -> None:
    assert str(ScriptFailure("TypeError", "bad", 3, "f(x)")) == "TypeError: bad (line 3: f(x))"
    assert str(ScriptFailure("NoRecordError", "nothing", 0, "")) == "NoRecordError: nothing"
