"""Runs scripts under one framework: jobs come as JSON lines on stdin, results go as JSON lines to stdout.

Started as ``python serve.py torch``. The first line out says which version is installed, or why the
framework cannot be imported; after that there is one line out for each line in::

    in   {"script": ..., "problem": {"dtype", "parameters", "gradients", "metrics", "curvatures", "batches"}}
    out  {"trajectory": [[[...]]], "observed": [...], "warnings": [...], "rates": [...]}
    out  {"error": {"type", "message", "line_number", "line"}}

This file holds the protocol and the names a script may use. What differs between frameworks lives in
``framework_<name>.py``; what a job means and how results are judged lives outside this folder.
"""

from __future__ import annotations

import importlib.util
import json
import os
import random
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any, Protocol, TextIO, cast

HERE = Path(__file__).resolve().parent
PREFIX = "framework_"
SCRIPT_NAME = "<parity script>"


class Framework(Protocol):
    """The functions of a ``framework_<name>.py``. Tensors are that framework's own."""

    VERSION: str

    def reset(self) -> None:
        """Put every global setting that a script may have changed back to its default."""

    def parameter(self, values: list[float], shape: list[int], dtype: str) -> Any:
        """Return a new trainable leaf parameter."""

    def constant(self, values: list[float], shape: list[int], dtype: str) -> Any:
        """Return a new tensor that takes no gradient."""

    def total(self, terms: list[Any]) -> Any:
        """Return the sum over all elements of all terms as a scalar tensor."""

    def lookup(self, parameter: Any, rows: list[int]) -> Any:
        """Return rows of a matrix, such that its gradient is sparse: it has only these rows."""

    def values(self, parameter: Any) -> list[float]:
        """Return the elements of a parameter in row-major order."""

    def rate(self, optimizer: Any) -> float:
        """Return the learning rate of an optimizer's first parameter group, as the next step will use it."""

    def model(self, parameters: list[Any]) -> Any:
        """Return an object of the framework's own that has just these parameters."""

    def network(self, parameters: list[Any]) -> Any:
        """Return a network of two layers: weight (out, in) and bias of each, x / (1 + abs(x)) between them.

        It is called with a batch and returns the last layer's output. Called with ``labels``, too, it
        returns an object with their cross entropy as ``loss`` and that output as ``logits``.
        """

    def labels(self, values: list[int]) -> Any:
        """Return class numbers in the integer type that the framework's cross entropy takes."""

    def cross_entropy(self) -> Any:
        """Return an object of the framework's for the mean cross entropy of logits and labels.

        It computes in float64: MindSpore's exponential is off by 2e-6 in float32 on a CPU (so is its tanh),
        and a whole training makes that visible (measured: 1e-4 of the distance travelled).
        """

    def mean_squared_error(self) -> Any:
        """Return the framework's object for the mean squared error."""


class Session:
    """The state of one job, and the functions that are injected into its script."""

    def __init__(self, framework: Framework, problem: dict[str, Any]) -> None:
        self.framework = framework
        self.problem = problem
        self.parameters = [
            framework.parameter(values, shape, problem["dtype"]) for shape, values in problem["parameters"]
        ]
        self.trajectory: list[list[list[float]]] = []
        self.observed: list[float] = []
        self.rates: list[float] = []

    def objective(self, step: int) -> Any:
        """Return a scalar loss whose gradient is the prescribed array: sum over p of sum(p * g).

        A parameter with a curvature c also has c / 2 * sum(p * p) in the loss, so its gradient is
        g + c * p. One whose gradient is None takes no part in the loss.
        """
        terms = []
        for index, gradient in enumerate(self.problem["gradients"][step]):
            if gradient is None:
                continue
            parameter = self.parameters[index]
            shape, _ = self.problem["parameters"][index]
            terms.append(parameter * self.framework.constant(gradient, shape, self.problem["dtype"]))
            curvature = self.problem["curvatures"][index]
            if curvature:
                terms.append(parameter * parameter * (curvature / 2))
        return self.framework.total(terms)

    def backward(self, step: int) -> Any:
        """Add this step's gradients to the parameters' and return the loss, as a closure needs it."""
        loss = self.objective(step)
        loss.backward()
        return loss

    def backward_rows(self, step: int) -> None:
        """Add this step's gradients, as sparse ones, to two rows of every parameter that is a matrix.

        One of the rows may come twice, and every row is left out of some steps, as in an embedding.
        """
        terms = []
        for index, (shape, _) in enumerate(self.problem["parameters"]):
            gradient = self.problem["gradients"][step][index]
            if len(shape) != 2 or gradient is None:
                continue
            height, width = shape
            rows = [step % height, (7 * step + step // 3) % height]
            parts = [value for row in rows for value in gradient[row * width : (row + 1) * width]]
            weights = self.framework.constant(parts, [len(rows), width], self.problem["dtype"])
            terms.append(self.framework.lookup(self.parameters[index], rows) * weights)
        if terms:
            self.framework.total(terms).backward()

    def metric(self, step: int) -> float:
        """Return the validation loss that the problem prescribes for this step."""
        return float(self.problem["metrics"][step])

    def overflow(self, step: int) -> float:
        """Return a factor of the loss: 1, or at some steps so much that scaled gradients are infinite."""
        return 3e38 if step % 7 in (3, 4) or step == 26 else 1.0

    def record(self, optimizer: Any = None) -> None:
        """Store a copy of every parameter, and the learning rate of an optimizer."""
        self.trajectory.append([self.framework.values(parameter) for parameter in self.parameters])
        if optimizer is not None:
            self.rates.append(self.framework.rate(optimizer))

    def observe(self, value: Any) -> None:
        """Store a number the script has read, a Python number or a tensor with one element."""
        self.observed.append(float(value.item() if hasattr(value, "item") else value))

    def names(self) -> dict[str, Any]:
        """Return the names a script finds defined."""
        return {
            **(self.network_names() if self.problem["batches"] else {}),
            "__name__": "__parity__",
            "params": list(self.parameters),
            "model": self.framework.model(self.parameters),
            "steps": len(self.problem["gradients"]),
            "objective": self.objective,
            "backward": self.backward,
            "backward_rows": self.backward_rows,
            "metric": self.metric,
            "overflow": self.overflow,
            "loss": self.metric,
            "record": self.record,
            "observe": self.observe,
        }

    def network_names(self) -> dict[str, Any]:
        """Return the names of a problem with networks, each object the framework's own."""
        half = len(self.parameters) // 2

        def rows(values: list[list[float]]) -> Any:
            flat = [value for row in values for value in row]
            return self.framework.constant(flat, [len(values), len(values[0])], self.problem["dtype"])

        return {
            "network": self.framework.network(self.parameters[:half]),
            "other_network": self.framework.network(self.parameters[half:]),
            "batches": [(rows(x), self.framework.labels(y)) for x, y, _ in self.problem["batches"]],
            "targets": [rows(values) for _, _, values in self.problem["batches"]],
            "criterion": self.framework.cross_entropy(),
            "distance": self.framework.mean_squared_error(),
        }


def run_job(framework: Framework, job: dict[str, Any]) -> dict[str, Any]:
    """Run one script on one problem and return the line that answers it."""
    framework.reset()
    random.seed(0)
    script = job["script"]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        session = Session(framework, job["problem"])
        try:
            exec(compile(script, SCRIPT_NAME, "exec"), session.names())  # noqa: S102  running it is the point
        except (Exception, SystemExit) as error:
            return {"error": describe_error(error, script)}
    if not session.trajectory:
        nothing = {"type": "NoRecordError", "message": "the script never called record()"}
        return {"error": {**nothing, "line_number": 0, "line": ""}}
    return {
        "trajectory": session.trajectory,
        "observed": session.observed,
        "warnings": [f"{warning.category.__name__}: {warning.message}" for warning in caught],
        "rates": session.rates,
    }


def describe_error(error: BaseException, script: str) -> dict[str, Any]:
    """Return the error's type and message, and the innermost line of the script that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    number = next((frame.lineno for frame in reversed(frames) if frame.filename == SCRIPT_NAME), 0) or 0
    if isinstance(error, SyntaxError) and error.filename == SCRIPT_NAME:
        number = error.lineno or 0
    lines = script.splitlines()
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    return {"type": type(error).__name__, "message": str(error), "line_number": number, "line": line}


def take_over_standard_streams() -> tuple[TextIO, TextIO]:
    """Return private copies of stdin and stdout, so that neither framework nor script can touch them.

    Whatever is printed from here on, from C++ too, lands in stderr; whoever reads stdin finds it empty.
    """
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, replies


def block_other_frameworks(name: str) -> None:
    """Make importing any other framework fail: a script that still does was not converted.

    Without this, a forgotten ``import torch`` passes unnoticed wherever both are installed.
    """
    for path in HERE.glob(f"{PREFIX}*.py"):
        other = path.stem.removeprefix(PREFIX)
        if other != name:
            sys.modules[other] = None  # type: ignore[assignment]  # the documented way to forbid an import


def load_framework(name: str) -> Framework:
    """Import ``framework_<name>.py`` by its path, and the framework with it."""
    specification = importlib.util.spec_from_file_location(PREFIX + name, HERE / f"{PREFIX}{name}.py")
    if specification is None or specification.loader is None:
        raise ImportError(f"no {PREFIX}{name}.py in {HERE}")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return cast("Framework", module)


def main(name: str) -> None:
    """Serve jobs until stdin ends."""
    requests, replies = take_over_standard_streams()

    def reply(message: dict[str, Any]) -> None:
        replies.write(json.dumps(message) + "\n")
        replies.flush()

    block_other_frameworks(name)
    try:
        framework = load_framework(name)
    except Exception as error:  # a broken installation raises anything: OSError, RuntimeError, ...
        reply({"missing": f"{type(error).__name__}: {error}"})
        return
    spoiled = getattr(framework, "SPOILED_BY_ERRORS", False)
    reply({"version": framework.VERSION, "spoiled_by_errors": spoiled})
    for line in requests:
        reply(run_job(framework, json.loads(line)))


if __name__ == "__main__":
    # Python puts this folder first on the path; a framework's own imports must not find these files.
    sys.path[:] = [entry for entry in sys.path if not entry or Path(entry).resolve() != HERE]
    main(sys.argv[1])
