"""PyTorch's side of ``serve.Framework``."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch

VERSION: str = torch.__version__.partition("+")[0]  # without the build: 2.13.0+cpu and +cu128 are one release

torch.set_num_threads(1)

# A scaler for a GPU switches itself off where there is none; scaling is the same arithmetic on the CPU.
torch.cuda.amp.common.amp_definitely_not_available = lambda: False


class _Layer(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, weight: Any, bias: Any) -> None:
        super().__init__()
        self.weight, self.bias = weight, bias

    def forward(self, x: Any) -> Any:
        return torch.nn.functional.linear(x, self.weight, self.bias)


class _Network(torch.nn.Module):  # type: ignore[misc]
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


class _CrossEntropy(torch.nn.CrossEntropyLoss):  # type: ignore[misc]
    def forward(self, logits: Any, labels: Any) -> Any:
        return super().forward(logits.double(), labels).float()


def reset() -> None:
    """Undo what an earlier script may have set globally."""
    torch.manual_seed(0)
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)


def constant(values: list[float], shape: list[int], dtype: str) -> Any:
    """Return a tensor on the processor, whatever device is the default."""
    return torch.tensor(values, dtype=getattr(torch, dtype), device="cpu").reshape(shape)


def parameter(values: list[float], shape: list[int], dtype: str) -> Any:
    """Return a new ``Parameter``."""
    return torch.nn.Parameter(constant(values, shape, dtype))


def rate(optimizer: Any) -> float:
    """Return the rate of the first parameter group."""
    return float(optimizer.param_groups[0]["lr"])


def model(parameters: list[Any]) -> Any:
    """Return a module with these parameters."""
    return torch.nn.ParameterList(parameters)


def network(parameters: list[Any]) -> Any:
    """Return a module of two layers with these parameters."""
    return _Network(parameters)


def labels(values: list[int]) -> Any:
    """Return class numbers."""
    return torch.tensor(values, dtype=torch.int64)


def cross_entropy() -> Any:
    """Return the module for the mean cross entropy."""
    return _CrossEntropy()


def mean_squared_error() -> Any:
    """Return the module for the mean squared error."""
    return torch.nn.MSELoss()


def total(terms: list[Any]) -> Any:
    """Return the sum over all elements of all terms."""
    return torch.stack([term.sum() for term in terms]).sum()


def lookup(parameter: Any, rows: list[int]) -> Any:
    """Return rows of a matrix; its gradient is sparse."""
    return torch.nn.functional.embedding(torch.tensor(rows), parameter, sparse=True)


def values(parameter: Any) -> list[float]:
    """Return the elements in row-major order."""
    elements: list[float] = parameter.detach().reshape(-1).tolist()
    return elements
