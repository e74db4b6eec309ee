"""PaddlePaddle's side of ``serve.Framework``."""

from __future__ import annotations

import builtins
from types import SimpleNamespace
from typing import Any

import numpy
import paddle
from paddle.amp import grad_scaler
from paddle.base.framework import EagerParamBase

VERSION: str = paddle.__version__.partition("+")[0]

paddle.set_device("cpu")


def _as_float(value: Any) -> float:
    return builtins.float(value.item() if isinstance(value, paddle.Tensor) else value)


# A scaler switches itself off where there is no GPU; scaling is the same arithmetic on the CPU. When it finds
# an overflow it prints its scale with float() of a tensor of one element,
# which numpy 2.4 refuses. Nothing else is changed.
_GPU = SimpleNamespace(is_gpu_place=lambda: True)
grad_scaler._dygraph_tracer = lambda: SimpleNamespace(_expected_place=_GPU)
grad_scaler.float = _as_float


class _Layer(paddle.nn.Layer):  # type: ignore[misc]
    def __init__(self, weight: Any, bias: Any) -> None:
        super().__init__()
        self.weight, self.bias = weight, bias

    def forward(self, x: Any) -> Any:
        return paddle.matmul(x, self.weight, transpose_y=True) + self.bias


class _Network(paddle.nn.Layer):  # type: ignore[misc]
    """Two layers with softsign between them."""

    def __init__(self, parameters: list[Any]) -> None:
        super().__init__()
        self.hidden, self.head = _Layer(*parameters[:2]), _Layer(*parameters[2:])

    def forward(self, x: Any, labels: Any = None) -> Any:
        hidden = self.hidden(x)
        logits = self.head(hidden / (1 + hidden.abs()))
        if labels is None:
            return logits
        return SimpleNamespace(loss=cross_entropy()(logits, labels), logits=logits)


class _CrossEntropy(paddle.nn.CrossEntropyLoss):  # type: ignore[misc]
    def forward(self, logits: Any, labels: Any) -> Any:
        return super().forward(logits.astype("float64"), labels).astype("float32")


def reset() -> None:
    """Undo what an earlier script may have set globally."""
    paddle.seed(0)
    paddle.set_default_dtype("float32")
    paddle.set_grad_enabled(True)
    grad_scaler.amp_global_state().amp_dtype = "float32"  # the last auto_cast leaves its own


def constant(values: list[float], shape: list[int], dtype: str) -> Any:
    """Return a tensor that takes no gradient."""
    return paddle.to_tensor(numpy.array(values, dtype=dtype).reshape(shape))


def parameter(values: list[float], shape: list[int], dtype: str) -> Any:
    """Return a new parameter under a name of its own.

    Paddle keeps an optimizer's state and a group's options by the parameter's name or on the parameter, so
    a parameter is never used for two jobs.
    """
    return EagerParamBase.from_tensor(constant(values, shape, dtype), trainable=True)


def rate(optimizer: Any) -> float:
    """Return the rate of the first parameter group: the optimizer's, times that of the group."""
    groups = optimizer._param_groups
    first = groups[0] if groups else None
    ratio = first.get("learning_rate", 1.0) if isinstance(first, dict) else 1.0
    return float(optimizer.get_lr() * ratio)


def model(parameters: list[Any]) -> Any:
    """Return a layer with these parameters."""
    return paddle.nn.ParameterList(parameters)


def network(parameters: list[Any]) -> Any:
    """Return a layer of two layers with these parameters."""
    return _Network(parameters)


def labels(values: list[int]) -> Any:
    """Return class numbers."""
    return paddle.to_tensor(values, dtype="int64")


def cross_entropy() -> Any:
    """Return the layer for the mean cross entropy."""
    return _CrossEntropy()


def mean_squared_error() -> Any:
    """Return the layer for the mean squared error."""
    return paddle.nn.MSELoss()


def total(terms: list[Any]) -> Any:
    """Return the sum over all elements of all terms."""
    return paddle.add_n([term.sum() for term in terms])


def lookup(parameter: Any, rows: list[int]) -> Any:
    """Return rows of a matrix; its gradient is sparse."""
    return paddle.nn.functional.embedding(paddle.to_tensor(rows), parameter, sparse=True)


def values(parameter: Any) -> list[float]:
    """Return the elements in row-major order."""
    elements: list[float] = parameter.numpy().reshape(-1).tolist()
    return elements
