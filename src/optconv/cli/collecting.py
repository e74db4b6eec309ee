"""How often Python looks for garbage in a process that converts files."""

from __future__ import annotations

import atexit
import gc

# A syntax tree is many objects that live for as long as its file is converted. With Python's usual thresholds
# they are gone through again and again, which takes as long as all the rest. What is found out for a file
# holds on to itself in no ring, so that almost all of it is gone without anybody looking.
_THRESHOLDS = (1_000_000, 10, 10)


def collect_seldom() -> None:
    """Look for garbage less often to the end of the process, and not once more when it ends.

    Setting it back would go through everything.
    """
    gc.set_threshold(*_THRESHOLDS)
    atexit.register(gc.freeze)
