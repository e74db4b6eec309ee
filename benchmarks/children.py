"""Measures what one child process uses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# The peak that Linux reports for a child is never less than what the process that started it had. So it is
# started by a process that has next to nothing.
_STARTER = """
import os, resource, sys, time
null = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
start = time.monotonic()
child = os.posix_spawn(sys.executable, [sys.executable, *sys.argv[1:]], os.environ, file_actions=null)
_, status, used = os.wait4(child, 0)
wall = time.monotonic() - start
print([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss, wall])
"""
_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


@dataclass(frozen=True)
class Usage:
    """What a child and its own children used."""

    cpu: float  # seconds, user and system
    peak: int  # bytes of the largest of them
    wall: float  # seconds that passed


def child_environment(bytecode: Path) -> dict[str, str]:
    """Return an environment in which bytecode is kept, as in an installation, but in a folder of ours."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(bytecode)}


def measure_child(arguments: Sequence[str], environment: Mapping[str, str]) -> Usage:
    """Run this Python with ``arguments``; status 2 is that of a tree in which a file is no Python."""
    command = [sys.executable, "-I", "-S", "-c", _STARTER, *arguments]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    status, cpu, peak, wall = json.loads(done.stdout)
    if status not in (0, 1, 2):
        raise RuntimeError(f"{' '.join(arguments)} ended with status {status}")
    return Usage(cpu, peak * _UNIT, wall)


def best_of(
    rounds: int,
    commands: Mapping[str, Callable[[], Sequence[str]]],
    environment: Mapping[str, str],
) -> dict[str, Usage]:
    """Return the best round of each command; the commands take turns, so that a busy machine slows all alike.

    Args:
        rounds: how often each is run.
        commands: what gives the arguments of a command, after it has prepared a round of it.
        environment: of the commands.
    """
    found: dict[str, list[Usage]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, arguments in commands.items():
            found[name].append(measure_child(arguments(), environment))
    return {
        name: Usage(min(u.cpu for u in used), min(u.peak for u in used), min(u.wall for u in used))
        for name, used in found.items()
    }
