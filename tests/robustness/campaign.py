"""How many examples the generators of this folder are asked for: a few, or as many as a campaign wants.

``OPTCONV_EXAMPLES=20000 pytest tests/robustness --hypothesis-seed=1`` is a campaign. Without the variable the
examples are the same few in every run.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache

from hypothesis import HealthCheck, settings

from optconv.converter import Options
from optconv.mappings import Tables, load_labelled

from .properties import broken_properties

LABELS = ("paddle", "mindspore", "mindspore/nn")
_EXAMPLES = int(os.environ.get("OPTCONV_EXAMPLES", "0"))

campaign = settings(
    derandomize=not _EXAMPLES,
    max_examples=_EXAMPLES or 25,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@cache
def tables_of(label: str) -> Tables:
    """Return the tables of a target, which are loaded once."""
    return load_labelled(label)


def assert_nothing_breaks(source: bytes, name: str = "train.py", labels: Sequence[str] = LABELS) -> None:
    """Convert a file for each target, whatever words stand in it, and hold it against the properties."""
    for label in labels:
        _, broken = broken_properties(name, source, tables_of(label), Options(skim=False))
        assert not broken, (label, broken, source[:2000])
