"""The small scripts that constructions of a file are measured in."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optconv.converter.built_object import BuiltObject
from optconv.mappings.bounded_evaluation import CannotEvaluateError
from optconv.mappings.rates import RAISED
from optconv.mappings.schema import SourceApi

RECORD = "record()"
_RECORD_WITH_RATE = "record(optimizer)"
_MORE_ENTRIES = 10  # of the table of a function than there are steps: frameworks ask ahead


class CannotBuildError(Exception):
    """A function that an object is built with has no value at some step; says at which."""

    def __init__(self, parameter: str, step: int) -> None:
        super().__init__(parameter, step)
        self.parameter = parameter
        self.step = step


@dataclass(frozen=True)
class Script:
    """A script for torch, which is converted, and what stands in front of it in both frameworks."""

    text: str
    settings: str  # gives values to names that the conversion shall not know

    def complete(self, text: str) -> str:
        """Return a script, converted or not, that is ready to run and records the learning rate, too."""
        return self.settings + text.replace(RECORD, _RECORD_WITH_RATE)


def write_script(
    optimizer: BuiltObject,
    api: SourceApi,
    schedulers: Sequence[tuple[BuiltObject, SourceApi]],
    steps: int,
    parameters: int,
    *,
    in_groups: bool = False,
) -> Script:
    """Return the script that measures an optimizer, alone or with its schedulers.

    Args:
        optimizer: as the file builds it.
        api: its class.
        schedulers: of this optimizer, each with its class.
        steps: how many steps are made.
        parameters: how many parameters there are.
        in_groups: hand the parameters over in two groups without options of their own.

    Raises:
        CannotBuildError: a function has no value at some step.
    """
    lines = [
        "import torch\n",
        f"optimizer = {_built(optimizer, api, _params(optimizer, parameters, in_groups))}",
    ]
    values = dict(optimizer.named_values)
    for number, (built, its_api) in enumerate(schedulers):
        construction = f"{_name(number)} = {_scheduler(built, its_api)}"
        apart = built.written is not None and not built.written.in_front
        lines += ["if steps > 0:", f"    {construction}"] if apart else [construction]
        values |= built.named_values
    lines += ["", "for step in range(steps):", *(f"    {line}" for line in _loop(api, schedulers))]
    return Script("\n".join(lines) + "\n", _settings(values, steps))


def _built(built: BuiltObject, api: SourceApi, first: Sequence[str]) -> str:
    """Return a call; parameters that the newest version of the class has no more are left out."""
    known = api.signatures[0].signature
    options = [f"{a.parameter}={a.template}" for a in built.arguments if known.parameter(a.parameter)]
    return f"{built.api}({', '.join([*first, *options])})"


def _params(optimizer: BuiltObject, parameters: int, in_groups: bool) -> list[str]:
    groups = optimizer.groups or ((), ()) if in_groups else optimizer.groups
    if not groups:
        return ["model.parameters()" if optimizer.by_model else "params"]
    texts = []
    for number, options in enumerate(groups):
        start, end = (parameters * (number + i) // len(groups) for i in (0, 1))
        own = "".join(f", {option.parameter!r}: {option.template}" for option in options)
        texts.append(f"{{'params': params[{start}:{end}]{own}}}")
    return [f"[{', '.join(texts)}]"]


def _name(number: int) -> str:
    return f"scheduler_{number + 1}" if number else "scheduler"


def _scheduler(built: BuiltObject, api: SourceApi) -> str:
    first = ["optimizer"] if api.signatures[0].signature.parameter("optimizer") else []
    if built.parts_parameter:
        parts = [f"{part.api}({', '.join(['optimizer', *_options(part)])})" for part in built.parts]
        first.append(f"{built.parts_parameter}=[{', '.join(parts)}]")
    return _built(built, api, first)


def _options(part: BuiltObject) -> list[str]:
    return [f"{argument.parameter}={argument.template}" for argument in part.arguments]


def _loop(api: SourceApi, schedulers: Sequence[tuple[BuiltObject, SourceApi]]) -> list[str]:
    """Return the body of the training loop: what ``step`` insists on is given to it."""
    if "sparse_gradients" in api.needs:
        lines = ["optimizer.zero_grad()", "backward_rows(step)", "optimizer.step()"]
    elif _must_be_given(api):
        lines = [
            *(
                "def closure():",
                "    optimizer.zero_grad()",
                "    loss = objective(step)",
                "    loss.backward()",
            ),
            *("    return loss", "", "optimizer.step(closure)"),
        ]
    else:
        lines = ["optimizer.zero_grad()", "loss = objective(step)", "loss.backward()", "optimizer.step()"]
    for number, (_, its_api) in enumerate(schedulers):
        lines.append(f"{_name(number)}.step({'metric(step)' if _must_be_given(its_api) else ''})")
    return [*lines, RECORD]


def _must_be_given(api: SourceApi) -> bool:
    """Return whether ``step`` of a class has a parameter without a default: a closure, or a metric."""
    member = api.members.get("step")
    newest = member.signatures[0].signature if member is not None and member.signatures else None
    return newest is not None and any(parameter.default is None for parameter in newest.parameters)


def _settings(values: Mapping[str, Any], steps: int) -> str:
    lines = []
    for name, value in values.items():
        text = literal(_table(name, value, steps) if callable(value) else value)
        lines.append(f"{name} = {text}\n")
    return "".join(lines)


def _table(parameter: str, function: Any, steps: int) -> list[Any]:
    """Return the values of a function of the user's file, which is evaluated here and never run."""
    table: list[Any] = []
    for step in range(steps + _MORE_ENTRIES):
        try:
            table.append(function(step))
        except (CannotEvaluateError, RecursionError, *RAISED):
            if step <= steps:
                raise CannotBuildError(parameter, step) from None
            break
    return table


def literal(value: Any) -> str:
    """Return a value as Python text that needs no name but ``float``."""
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(map(literal, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' if len(value) == 1 else ''})"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{literal(key)}: {literal(entry)}' for key, entry in value.items())}}}"
    if isinstance(value, range):
        return literal(list(value))
    return repr(value)
