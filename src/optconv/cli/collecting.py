"""How often Python looks for garbage in a process that converts files."""

from __future__ import annotations

import gc

# A syntax tree is many objects that live for as long as its file is converted. With Python's usual thresholds
# they are gone through again and again, which takes as long as all the rest.
_THRESHOLDS = (100_000, 10, 10)


def collect_seldom() -> None:
    """Look for garbage less often to the end of the process: setting it back goes through everything."""
    gc.set_threshold(*_THRESHOLDS)
