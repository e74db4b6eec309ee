"""Blocks of code in a document that say what the tool does: read, and compared with what it does now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_BLOCK = r"(```{info}\n)(.*?)(```\n)"


def block(document: Path, info: str) -> str:
    """Return the one block of a document that is opened with these words."""
    text = document.read_text(encoding="utf-8")
    (found,) = re.findall(_BLOCK.format(info=re.escape(info)), text, re.DOTALL)
    return str(found[1])


def hold(document: Path, info: str, actual: str, request: pytest.FixtureRequest) -> None:
    """Compare a block of a document with what is true, or write it there (``--rewrite-cases``)."""
    if request.config.getoption("--rewrite-cases"):
        pattern = re.compile(_BLOCK.format(info=re.escape(info)), re.DOTALL)
        text = document.read_text(encoding="utf-8")
        document.write_text(pattern.sub(lambda m: f"{m[1]}{actual}{m[3]}", text), encoding="utf-8")
    assert block(document, info) == actual
