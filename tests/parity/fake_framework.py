"""A framework made of lists, for tests of the protocol; it starts in a few hundredths of a second."""

from __future__ import annotations

from collections.abc import Callable

from optconv.parity.problem import Parameter, Problem
from optconv.parity.workers import FrameworkWorker, Run, ScriptFailure

StartFake = Callable[..., FrameworkWorker]

ONE = Problem("one", (Parameter((2,), (1.0, 0.1)),), (((1.0, 1.0),),) * 3, (0.5, 0.4, 0.3), curvatures=(0.0,))
FAKE_FRAMEWORK = """\
import sys
VERSION = "1.2.3"
print("chatter while importing")
sys.stdout.flush()

def reset():
    pass

def parameter(values, shape, dtype):
    return list(values)

def constant(values, shape, dtype):
    return list(values)

def model(parameters):
    return None

def total(terms):
    return 0.0

def values(parameter):
    return list(parameter)
"""


def succeed(result: Run | ScriptFailure) -> Run:
    """Return the run of a script that must not have failed."""
    assert isinstance(result, Run), str(result)
    return result


def fail(result: Run | ScriptFailure) -> ScriptFailure:
    """Return the failure of a script that must have failed."""
    assert isinstance(result, ScriptFailure)
    return result
