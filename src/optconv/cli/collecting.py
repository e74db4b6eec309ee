"""How often Python looks for garbage during a run."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# A syntax tree is many objects that live for as long as its file is converted. With Python's usual thresholds
# they are gone through again and again, which takes as long as all the rest.
_THRESHOLDS = (100_000, 50, 100)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look for garbage less often while the block runs."""
    before = gc.get_threshold()
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
