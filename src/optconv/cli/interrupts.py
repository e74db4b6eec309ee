"""Signals that end a run: each becomes an exception, and none of them comes in the middle of a write."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

# Ctrl-C, `kill`, and a terminal that is closed. Windows has no SIGHUP.
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_NUMBERS = tuple(getattr(signal, name) for name in _NAMES if hasattr(signal, name))
_USUAL = (signal.SIG_DFL, signal.default_int_handler)
_SHELL = 128  # what a shell adds to the number of a signal that ended a process

_received: list[int] = []


class EndedBySignalError(KeyboardInterrupt):
    """Somebody wants the run to end; `exit_status` is what a shell reports of such a process."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_status = _SHELL + number


@contextmanager
def signals_raise() -> Iterator[None]:
    """Let each signal that ends a run raise `EndedBySignalError` inside the block.

    A signal that is ignored (``nohup``) or handled already is left as it is.
    """
    before = {}
    if threading.current_thread() is threading.main_thread():  # no other one may set handlers
        before = {number: signal.getsignal(number) for number in _NUMBERS}
        before = {number: handler for number, handler in before.items() if handler in _USUAL}
    try:
        for number in before:
            signal.signal(number, _raise)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _received.clear()


def _raise(number: int, _: FrameType | None) -> None:
    _received.append(number)
    raise EndedBySignalError(number)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold such signals back until the block is done.

    Raises:
        EndedBySignalError: before the block, where a signal came and what it raised was lost, as Python loses
            what is raised while an object is finalized.
    """
    if _received:
        raise EndedBySignalError(_received[0])
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    held = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, _NUMBERS)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
