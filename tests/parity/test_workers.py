"""How a framework's process can fail, and which interpreter it gets."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from optconv.parity import workers as workers_module
from optconv.parity.workers import (
    FrameworkMissingError,
    FrameworkWorker,
    Run,
    WorkerDiedError,
    WorkerTimeoutError,
)

from .fake_framework import ONE, StartFake, succeed

# How a process can fail.


def test_a_script_that_ends_the_process_is_told_with_what_it_last_said(start_fake: StartFake) -> None:
    worker = start_fake()
    with pytest.raises(WorkerDiedError, match=r"ended with status 7\n[\s\S]*last words"):
        worker.run("import os; os.write(2, b'last words'); os._exit(7)", ONE)


def test_after_a_death_the_next_script_gets_a_new_process(start_fake: StartFake) -> None:
    worker = start_fake()
    with pytest.raises(WorkerDiedError):
        worker.run("import os; os._exit(7)", ONE)
    assert isinstance(worker.run("record()", ONE), Run)


def test_a_process_that_died_between_scripts_is_noticed(start_fake: StartFake) -> None:
    worker = start_fake()
    script = "import os, threading, time\nthreading.Timer(0.05, os._exit, [5]).start()\nrecord()"
    assert isinstance(worker.run(script, ONE), Run)
    time.sleep(0.5)
    with pytest.raises(WorkerDiedError, match="status 5"):
        worker.run("record()", ONE)


def test_a_script_that_never_ends_is_stopped(start_fake: StartFake) -> None:
    worker = start_fake(job_seconds=0.3)
    with pytest.raises(WorkerTimeoutError, match=r"no answer within 0.3 s from: .*serve.py fake"):
        worker.run("while True: pass", ONE)
    assert isinstance(worker.run("record()", ONE), Run)


def test_a_framework_that_never_starts_is_stopped(start_fake: StartFake) -> None:
    worker = start_fake("import time\ntime.sleep(60)\n", start_seconds=0.3)
    with pytest.raises(WorkerTimeoutError):
        worker.run("record()", ONE)


def test_a_long_complaint_on_standard_error_does_not_stop_the_process(start_fake: StartFake) -> None:
    script = "import sys\nfor _ in range(3000): sys.stderr.write('x' * 1000)\nrecord()"
    assert isinstance(start_fake().run(script, ONE), Run)


def test_closing_ends_the_process(start_fake: StartFake) -> None:
    with start_fake() as worker:
        process_id = int(succeed(worker.run("import os; observe(os.getpid()); record()", ONE)).observed[0])
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)
    worker.close()


# Which interpreter, which framework.


def test_the_version_is_known_without_a_script(start_fake: StartFake) -> None:
    assert start_fake().version == "1.2.3"


def test_nothing_starts_before_it_is_needed() -> None:
    FrameworkWorker("fake", python="/no/such/python").close()


def test_the_interpreter_comes_from_the_environment(
    start_fake: StartFake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "other-python"
    other.write_text(f'#!/bin/sh\nOTHER=yes exec "{sys.executable}" "$@"\n')
    other.chmod(0o755)
    monkeypatch.setenv("OPTCONV_PYTHON_FAKE", str(other))
    run = succeed(start_fake().run("import os; observe(os.environ['OTHER'] == 'yes'); record()", ONE))
    assert run.observed == (1.0,)


def test_it_runs_under_an_interpreter_that_is_isolated(start_fake: StartFake, tmp_path: Path) -> None:
    isolated = tmp_path / "isolated-python"
    isolated.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "$@"\n')
    isolated.chmod(0o755)
    assert isinstance(start_fake(python=str(isolated)).run("record()", ONE), Run)


def test_an_interpreter_that_does_not_exist_is_named(start_fake: StartFake) -> None:
    with pytest.raises(WorkerDiedError, match="cannot start /no/such/python"):
        start_fake(python="/no/such/python").run("record()", ONE)


def test_a_missing_framework_is_an_error_with_the_command_that_installs_it(tmp_path: Path) -> None:
    bare = tmp_path / "bare-python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "$@"\n')
    bare.chmod(0o755)
    with FrameworkWorker("torch", str(bare)) as worker, pytest.raises(FrameworkMissingError) as caught:
        worker.run("record()", ONE)
    message = str(caught.value)
    assert "torch cannot be imported" in message
    assert "ModuleNotFoundError: No module named 'torch'" in message
    assert f"{bare} -m pip install 'torch==" in message
    assert "OPTCONV_PYTHON_TORCH" in message


def test_a_broken_framework_is_as_good_as_a_missing_one(start_fake: StartFake) -> None:
    with pytest.raises(FrameworkMissingError, match=r"OSError: libfake\.so not found"):
        start_fake("raise OSError('libfake.so not found')\n").run("record()", ONE)


def test_a_framework_nobody_wrote_a_file_for_is_missing() -> None:
    with FrameworkWorker("nonesuch") as worker, pytest.raises(FrameworkMissingError, match="nonesuch"):
        worker.run("record()", ONE)


def test_the_install_commands_are_what_the_project_declares() -> None:
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    for requirement in workers_module._REQUIREMENTS.values():
        assert f'"{requirement}",' in project
