"""The code of a workaround as a person needs it: without the words that only the parity harness knows."""

from __future__ import annotations

import ast
import re

from optconv.mappings import Text

_RECORDING = frozenset({"record", "observe"})
_NAMES = {
    "params": Text("`params` are the model's parameters", "`params` 是模型的参数"),
    "backward(": Text(
        "`backward(step)` is the forward and the backward pass", "`backward(step)` 表示前向和反向计算"
    ),
    "backward_rows(": Text(
        "`backward_rows(step)` is the forward and the backward pass, which gives sparse gradients",
        "`backward_rows(step)` 表示前向和反向计算，得到稀疏梯度",
    ),
    "model.": Text("`model` is the model", "`model` 是模型"),
    "objective(": Text("`objective(step)` is the loss of a step", "`objective(step)` 是每一步的损失"),
    "overflow(": Text(
        "`overflow(step)` is a factor that makes some gradients infinite",
        "`overflow(step)` 是使某些梯度变为无穷的因子",
    ),
    "metric(": Text("`metric(step)` is the metric of a step", "`metric(step)` 是每一步的指标"),
    "steps": Text("`steps` is the number of steps", "`steps` 是步数"),
}


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
        text for name, text in _NAMES.items() if any(re.search(rf"\b{re.escape(name)}", s) for s in scripts)
    ]
    if not found:
        return None
    return Text(
        "Here " + ", ".join(text.en for text in found) + ".",
        "其中" + "，".join(text.zh for text in found) + "。",
    )


def _only_records(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))):
            return name in _RECORDING
        case ast.For(body=body, orelse=[]) | ast.If(body=body, orelse=[]):
            return all(_only_records(inner) for inner in body)
    return False
