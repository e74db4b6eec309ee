"""Which Python runs each framework: of this environment, or of another one that somebody names."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from optconv.cli.language import said
from optconv.cli.terminal import escape
from optconv.mappings import message

SOURCE = "torch"
_PLACES = (("bin", "python"), ("Scripts", "python.exe"))


def read_interpreters(named: Sequence[str], known: Sequence[str]) -> dict[str, str]:
    """Return the interpreter of each framework that one is named for.

    Args:
        named: each ``FRAMEWORK=PATH``; the path is an interpreter or a virtual environment.
        known: the frameworks.

    Raises:
        BadParameter: it is not written so, there is no such framework, or no interpreter.
    """
    found = {}
    for text in named:
        framework, equals, path = text.partition("=")
        if not equals or not path or framework not in known:
            problem = message("verify.no_framework", text=escape(text), known=", ".join(known))
            raise click.BadParameter(said(problem), param_hint="'--python'")
        found[framework] = interpreter_of(path)
    return found


def interpreter_of(path: str) -> str:
    """Return an interpreter: the file itself, or that of a virtual environment. Raises `BadParameter`."""
    place = Path(path).expanduser()
    candidates = [place, *(place.joinpath(*parts) for parts in _PLACES)]
    for candidate in candidates:
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return str(candidate)
    problem = message("verify.no_interpreter", path=escape(path))
    raise click.BadParameter(said(problem), param_hint="'--python'")
