"""A child process that answers JSON lines: start, ask with a time limit, notice its death, end it.

What the lines mean is not known here.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import tempfile
import threading
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

# The frameworks are given tiny arrays: threads would only cost time, and change the order of summation.
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_TAIL_BYTES = 2000


class WorkerError(Exception):
    """A worker process could not do what it was asked."""


class WorkerDiedError(WorkerError):
    """The process ended before it answered. The message has the end of what it wrote to stderr."""


class WorkerTimeoutError(WorkerError):
    """The process did not answer in time and has been ended."""


class WorkerProcess:
    """One running child process. Not restarted: after an error, make a new one."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)
        # A file, not a pipe: a pipe that nobody empties would stop a chatty framework.
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  `close` closes it
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                encoding="utf-8",
                env={**os.environ, **_ONE_THREAD},
            )
        except OSError as error:
            self._errors.close()
            raise WorkerDiedError(f"cannot start {self._command[0]}: {error}") from error
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read_lines, daemon=True)
        self._reader.start()

    def send(self, message: dict[str, Any]) -> None:
        """Write one message to the process.

        Raises:
            WorkerDiedError: The process is no longer there to read it.
        """
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(json.dumps(message) + "\n")
            stdin.flush()
        except OSError as error:
            raise self._died() from error

    def receive(self, timeout: float) -> dict[str, Any]:
        """Return the next message from the process, waiting at most ``timeout`` seconds.

        Raises:
            WorkerDiedError: The process ended instead.
            WorkerTimeoutError: It did not answer in time; it is ended.
        """
        try:
            line = self._lines.get(timeout=timeout)
        except queue.Empty:
            self.close()
            command = " ".join(self._command)
            raise WorkerTimeoutError(f"no answer within {timeout:g} s from: {command}") from None
        if line is None:
            raise self._died()
        message: dict[str, Any] = json.loads(line)
        return message

    def close(self) -> None:
        """End the process and wait for its end. Closing twice does nothing."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None and not stream.closed:
                _close_quietly(stream)

    def _read_lines(self) -> None:
        """Move lines to the queue as they come; None marks the end."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _died(self) -> WorkerDiedError:
        status = self._process.wait()
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - _TAIL_BYTES))
        tail = self._errors.read().decode("utf-8", "replace").strip()
        self.close()
        return WorkerDiedError(f"{' '.join(self._command)} ended with status {status}\n{tail}".rstrip())


def _close_quietly(stream: IO[Any]) -> None:
    """Close a pipe to a process that is gone: what was still buffered for it cannot be delivered."""
    with contextlib.suppress(OSError):
        stream.close()
