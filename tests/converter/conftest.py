"""Hypothesis without chance: the same examples on every machine and in every run."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from optconv.mappings import Tables, load_tables

settings.register_profile(
    "reproducible",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("reproducible")


@pytest.fixture(scope="session")
def tables() -> Tables:
    """Return the tables for paddle, loaded once."""
    return load_tables("paddle")
