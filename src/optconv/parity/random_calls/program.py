"""A random program: an optimizer, schedulers, a training loop; its text, and the programs just below it.

A program is kept as values and not as text, so that a fault can be made small by leaving out one thing after
the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from optconv.parity.random_calls.legal_values import CLOSURE, PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterator

_HELPERS = {
    "setting(": "def setting(value):\n    return value\n",
    "decay": "def decay(epoch):\n    return 0.97\n",
}
_WRITES = {
    "": (),
    "scale in a loop": (
        "if step == 5:",
        "    for group in optimizer.param_groups:",
        "        group['lr'] *= 0.5",
    ),
    "set in a loop": ("for group in optimizer.param_groups:", "    group['lr'] = 0.1 * 0.9 ** step"),
    "set one": ("optimizer.param_groups[0]['lr'] = 0.05 + 0.01 * step",),
}
WRITES = tuple(_WRITES)
READS = ("", "optimizer.param_groups[0]['lr']", "scheduler.get_last_lr()[0]")


@dataclass(frozen=True)
class Argument:
    """One argument: how it is passed, and whether its value can be read from the source."""

    name: str
    text: str
    keyword: bool = True
    required: bool = False
    readable: bool = True


@dataclass(frozen=True)
class Construction:
    """A call of a class. The arguments are in the order of the signature, positional ones first."""

    api: str
    arguments: tuple[Argument, ...]
    takes_first: bool = True  # the first parameter is what every class takes, parameters or optimizer

    @property
    def short_name(self) -> str:
        """Return the last part of the name."""
        return self.api.rpartition(".")[2]

    def text(self, first: str) -> str:
        """Return the call, with ``first`` as its first argument."""
        values = (a.text if a.readable else f"given_{a.name}" for a in self.arguments)
        parts = [f"{a.name}={v}" if a.keyword else v for a, v in zip(self.arguments, values, strict=True)]
        return f"{self.api}({', '.join([first, *parts] if self.takes_first else parts)})"

    def settings(self) -> list[str]:
        """Return the statements that give names to the values that cannot be read."""
        return [f"given_{a.name} = setting({a.text})" for a in self.arguments if not a.readable]


@dataclass(frozen=True)
class Program:
    """An optimizer (with groups, or flat when there are none), its schedulers, and what the loop does."""

    optimizer: Construction
    groups: tuple[tuple[Argument, ...], ...] = ()
    schedulers: tuple[Construction, ...] = ()
    neighbours: bool = True  # the schedulers stand directly behind the optimizer
    write: str = ""  # a key of `_WRITES`
    read: str = ""  # one of `READS`
    set_to_none: str = ""  # the argument of zero_grad

    @property
    def outline(self) -> tuple[object, ...]:
        """Return what classes and arguments there are, without their values: two of one outline are alike."""
        calls = (self.optimizer, *self.schedulers)
        names = tuple((call.api, tuple(argument.name for argument in call.arguments)) for call in calls)
        options = frozenset(option.name for group in self.groups for option in group)
        return names, bool(self.groups), options, self.write, self.read

    def script(self) -> str:
        """Return the text of the program."""
        lines: list[str] = []
        for construction in (self.optimizer, *self.schedulers):
            lines += construction.settings()
        lines.append(f"optimizer = {self.optimizer.text(self._parameters())}")
        if self.schedulers and not self.neighbours:
            lines.append("if steps > 0:")
        indent = "" if self.neighbours else "    "
        names = self._scheduler_names()
        for name, scheduler in zip(names, self.schedulers, strict=True):
            lines.append(f"{indent}{name} = {scheduler.text('optimizer')}")
        lines.append("for step in range(steps):")
        lines += [f"    {line}" for line in self._loop(names)]
        body = "\n".join(lines) + "\n"
        helpers = [text for word, text in _HELPERS.items() if re.search(rf"\b{re.escape(word)}", body)]
        head = "\n\n".join(["import torch\n", *helpers, ""]) if helpers else "import torch\n"
        return head + body

    def smaller(self) -> Iterator[Program]:
        """Return every program with one thing less, the largest things first."""
        for index in range(len(self.schedulers)):
            rest = self.schedulers[:index] + self.schedulers[index + 1 :]
            yield replace(
                self, schedulers=rest, read=self.read if rest or "scheduler" not in self.read else ""
            )
        yield replace(self, groups=())
        yield replace(self, write="")
        yield replace(self, read="")
        yield replace(self, set_to_none="")
        yield replace(self, neighbours=True)
        for number, group in enumerate(self.groups):
            for shorter in _one_less(group):
                yield replace(self, groups=(*self.groups[:number], shorter, *self.groups[number + 1 :]))
        for arguments in _simpler(self.optimizer.arguments):
            yield replace(self, optimizer=replace(self.optimizer, arguments=arguments))
        for index, scheduler in enumerate(self.schedulers):
            for arguments in _simpler(scheduler.arguments):
                changed = replace(scheduler, arguments=arguments)
                yield replace(
                    self, schedulers=(*self.schedulers[:index], changed, *self.schedulers[index + 1 :])
                )

    def _scheduler_names(self) -> list[str]:
        return [f"scheduler{'' if i == 0 else i + 1}" for i in range(len(self.schedulers))]

    def _parameters(self) -> str:
        if not self.groups:
            return PARAMETERS.get(self.optimizer.short_name, "model.parameters()")
        texts = []
        for number, group in enumerate(self.groups):
            end = f"{number + 1}" if number + 1 < len(self.groups) else ""
            options = "".join(f", '{option.name}': {option.text}" for option in group)
            texts.append(f"{{'params': params[{number}:{end}]{options}}}")
        return f"[{', '.join(texts)}]"

    def _loop(self, names: list[str]) -> Iterator[str]:
        yield from _WRITES[self.write]
        zero_grad = f"optimizer.zero_grad({self.set_to_none})"
        if self.optimizer.short_name in CLOSURE:
            yield from (
                "def closure():",
                f"    {zero_grad}",
                "    loss = objective(step)",
                "    loss.backward()",
                "    return loss",
                "optimizer.step(closure)",
            )
        else:
            yield from (zero_grad, "loss = objective(step)", "loss.backward()", "optimizer.step()")
        for name, scheduler in zip(names, self.schedulers, strict=True):
            yield f"{name}.step({'metric(step)' if scheduler.short_name == 'ReduceLROnPlateau' else ''})"
        if self.read:
            yield f"observe({self.read})"
        yield "record()"


def _one_less(arguments: tuple[Argument, ...]) -> Iterator[tuple[Argument, ...]]:
    """Return the arguments without one. A positional one goes only when no other positional one follows."""
    for index, argument in enumerate(arguments):
        follows = any(not later.keyword for later in arguments[index + 1 :])
        if not argument.required and (argument.keyword or not follows):
            yield arguments[:index] + arguments[index + 1 :]


def _simpler(arguments: tuple[Argument, ...]) -> Iterator[tuple[Argument, ...]]:
    """Return the arguments without one, or with one that is passed in a simpler way."""
    yield from _one_less(arguments)
    for index, argument in enumerate(arguments):
        if not argument.readable:
            yield (*arguments[:index], replace(argument, readable=True), *arguments[index + 1 :])
    positional = [index for index, argument in enumerate(arguments) if not argument.keyword]
    if positional:
        last = positional[-1]
        yield (*arguments[:last], replace(arguments[last], keyword=True), *arguments[last + 1 :])
