"""The switch that rewrites the expected blocks of the case pages, and what a run of tests begins with."""

from __future__ import annotations

import signal

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-cases",
        action="store_true",
        help="write what the converter does now into the selected case pages (-k), for review by git diff",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--rewrite-cases") and config.getoption("numprocesses", default=None):
        raise pytest.UsageError("--rewrite-cases writes files: run it in one process (without -n)")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Started in the background of a script, and so would be the processes of the tests that interrupt some.
        signal.signal(signal.SIGINT, signal.default_int_handler)
