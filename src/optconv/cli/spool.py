"""Results that are kept until all are there, on disk where they are large: they may be larger than memory."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Iterator
from typing import TypeVar

_Result = TypeVar("_Result")
_MOST_IN_MEMORY = 32_000_000  # bytes


def all_at_once(results: Iterable[_Result], last: type[Exception]) -> Iterator[_Result]:
    """Yield results only when all of them are there.

    Args:
        results: the results.
        last: an exception that ends them; it comes behind those before it. Any other comes at once.
    """
    with tempfile.SpooledTemporaryFile(_MOST_IN_MEMORY, prefix="optconv-") as file:
        end: Exception | None = None
        count = 0
        try:
            for result in results:
                pickle.dump(result, file)
                count += 1
        except last as error:
            end = error
        file.seek(0)
        for _ in range(count):
            yield pickle.load(file)  # noqa: S301 - nobody else can write to it
        if end is not None:
            raise end
