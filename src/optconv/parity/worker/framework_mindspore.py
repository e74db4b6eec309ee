"""MindSpore's side of ``serve.Framework``."""

from __future__ import annotations

import builtins
from types import SimpleNamespace
from typing import Any

import mindspore
import numpy
from mindspore import Parameter, ParameterTuple, Tensor, nn, ops

# After an exception inside a gradient function the process goes on recording, and later scripts are spoiled.
SPOILED_BY_ERRORS = True
VERSION: str = mindspore.__version__.partition("+")[0]

mindspore.set_device("CPU")
# Each operation is awaited: with arrays so small, handing it to another thread costs ten times as much.
mindspore.runtime.launch_blocking()

_made = 0  # parameters so far: two of one name cannot be given to one optimizer


class _Model(nn.Cell):  # type: ignore[misc]
    """A cell that has parameters and computes nothing."""

    def __init__(self, parameters: list[Any]) -> None:
        super().__init__()
        self.entries = ParameterTuple(parameters)


class _Layer(nn.Cell):  # type: ignore[misc]
    def __init__(self, weight: Any, bias: Any) -> None:
        super().__init__()
        self.weight, self.bias = weight, bias

    def construct(self, x: Any) -> Any:
        return ops.dense(x, self.weight, self.bias)


class _Network(nn.Cell):  # type: ignore[misc]
    """Two layers with softsign between them."""

    def __init__(self, parameters: list[Any]) -> None:
        super().__init__(auto_prefix=False)  # both networks may go to one optimizer: names stay
        self.hidden, self.head = _Layer(*parameters[:2]), _Layer(*parameters[2:])

    def construct(self, x: Any, labels: Any = None) -> Any:
        hidden = self.hidden(x)
        logits = self.head(hidden / (1 + hidden.abs()))
        if labels is None:
            return logits
        return SimpleNamespace(loss=cross_entropy()(logits, labels), logits=logits)


class _CrossEntropy(nn.Cell):  # type: ignore[misc]
    """MindSpore's own refuses float64."""

    def construct(self, logits: Any, labels: Any) -> Any:
        logits = logits.astype(mindspore.float64)
        chosen = ops.gather_elements(logits, 1, labels.reshape(-1, 1)).reshape(-1)
        return (ops.log(ops.exp(logits).sum(-1)) - chosen).mean().astype(mindspore.float32)


def reset() -> None:
    """Undo what an earlier script may have set globally."""
    mindspore.set_seed(0)
    mindspore.set_context(mode=mindspore.PYNATIVE_MODE)


def constant(values: list[float], shape: list[int], dtype: str) -> Any:
    """Return a tensor that takes no gradient."""
    return Tensor(numpy.array(values, dtype=dtype).reshape(shape))


def parameter(values: list[float], shape: list[int], dtype: str) -> Any:
    """Return a new parameter under a name of its own."""
    global _made
    _made += 1
    return Parameter(constant(values, shape, dtype), name=f"parameter_{_made}")


def rate(optimizer: Any) -> float:
    """Return the rate of the first parameter group; the optimizers of ``nn`` give that of the next update."""
    groups = getattr(optimizer, "param_groups", None)
    try:
        found = groups[0]["lr"] if groups else optimizer.get_lr()
    except RuntimeError:
        return float("nan")  # a list of rates has none behind the last update
    found = found[0] if isinstance(found, (list, tuple)) else found
    return float(found.asnumpy() if hasattr(found, "asnumpy") else found)


def model(parameters: list[Any]) -> Any:
    """Return a cell with these parameters."""
    return _Model(parameters)


def network(parameters: list[Any]) -> Any:
    """Return a cell of two layers with these parameters."""
    return _Network(parameters)


def labels(values: list[int]) -> Any:
    """Return class numbers; cross entropy refuses int64."""
    return Tensor(values, mindspore.int32)


def cross_entropy() -> Any:
    """Return a cell for the mean cross entropy."""
    return _CrossEntropy()


def mean_squared_error() -> Any:
    """Return the cell for the mean squared error."""
    return nn.MSELoss()


def total(terms: list[Any]) -> Any:
    """Return the sum over all elements of all terms."""
    return builtins.sum((term.sum() for term in terms[1:]), terms[0].sum())


def lookup(parameter: Any, rows: list[int]) -> Any:
    """Return rows of a matrix; its gradient is dense, because MindSpore has no other in this mode."""
    return ops.gather(parameter, Tensor(rows, mindspore.int32), 0)


def values(parameter: Any) -> list[float]:
    """Return the elements in row-major order."""
    elements: list[float] = parameter.asnumpy().reshape(-1).tolist()
    return elements
