"""The switch that rewrites the expected blocks of the case pages."""

from __future__ import annotations

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
