"""The code of a workaround as a person needs it: without the words that only the parity harness knows."""

from __future__ import annotations

import ast
import re

from optconv.mappings import Text, message

_RECORDING = frozenset({"record", "observe"})
EXPLAINED_NAMES = {
    "params": "params",
    "backward": "backward(",
    "backward_rows": "backward_rows(",
    "model": "model.",
    "objective": "objective(",
    "overflow": "overflow(",
    "metric": "metric(",
    "steps": "steps",
}
"""What a script does not define itself, and how that stands in it; `reference.name` says what it is."""


def without_harness(script: str) -> str:
    """Return a script without the statements that only record numbers for a comparison."""
    lines = script.rstrip().splitlines()
    removed: set[int] = set()
    for statement in ast.walk(ast.parse(script)):
        if isinstance(statement, ast.stmt) and _only_records(statement):
            removed.update(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
    return "\n".join(line for number, line in enumerate(lines, 1) if number not in removed) + "\n"


def explain_names(*scripts: str) -> Text | None:
    """Return what the free names of some scripts stand for, as one sentence."""
    found = [
        message(f"reference.name.{name}")
        for name, fragment in EXPLAINED_NAMES.items()
        if any(re.search(rf"\b{re.escape(fragment)}", script) for script in scripts)
    ]
    if not found:
        return None
    return message("reference.names", names=Text(", ", "，").join(found))


def _only_records(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))):
            return name in _RECORDING
        case ast.For(body=body, orelse=[]) | ast.If(body=body, orelse=[]):
            return all(_only_records(inner) for inner in body)
    return False
