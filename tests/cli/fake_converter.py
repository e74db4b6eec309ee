"""A converter whose every answer is written in its input, so that these tests need no tables.

Run as a script, it is the ``optconv`` command with this converter in the place of the real one.
"""

from __future__ import annotations

import os
import re
import signal
from typing import TYPE_CHECKING

from optconv.converter import Conversion, Diagnostic, Outcome, Position, Reference, Severity
from optconv.converter.result import diagnostic
from optconv.mappings import Text

if TYPE_CHECKING:
    from optconv.converter import Options
    from optconv.mappings import Tables

_API = re.compile(r"torch\.optim\.(\w+)")
_ANSWERS = {
    "SGD": (Outcome.EXACT, None),
    "Noted": (Outcome.EXACT, ("OC101", "noted", Severity.INFO)),
    "Lossy": (Outcome.WARNED, ("OC201", "lossy", Severity.WARNING)),
    "Unclear": (Outcome.NOT_UNDERSTOOD, ("OC204", "unclear", Severity.WARNING)),
    "Refused": (Outcome.DECLINED, ("OC302", "refused", Severity.ERROR)),
}
_CONVERTED = re.compile(rb"torch\.optim\.(?=SGD|Noted|Lossy)")


def convert_content(name: str, source: bytes, tables: Tables, options: Options) -> Conversion:  # noqa: ARG001
    """Convert ``torch.optim.SGD`` and the like as `_ANSWERS` says; other words of the input raise."""
    if b"raise fault" in source:
        raise RuntimeError("a fault\x1b[31m of the converter")
    if b"press ctrl-c" in source:
        os.kill(os.getpid(), signal.SIGINT)
    if b"def broken(" in source:
        place = Position(1, 1)
        return Conversion(source, (diagnostic("OC901", place, place, reason="cannot parse"),), failed=True)
    diagnostics = []
    references = []
    for number, line in enumerate(source.decode("utf-8", "backslashreplace").split("\n"), start=1):
        for match in _API.finditer(line):
            outcome, said = _ANSWERS[match[1]]
            start, end = Position(number, match.start() + 1), Position(number, match.end() + 1)
            references.append(Reference(match[0], start, outcome))
            if said:
                message = Text(f"about {match[1]}", f"关于 {match[1]}")
                diagnostics.append(Diagnostic(*said, message, start, end, match[0]))
    return Conversion(_CONVERTED.sub(b"paddle.optimizer.", source), tuple(diagnostics), tuple(references))


if __name__ == "__main__":
    from unittest.mock import patch

    from optconv.cli.main import main

    with patch("optconv.cli.convert.convert_content", convert_content):
        main(prog_name="optconv")
