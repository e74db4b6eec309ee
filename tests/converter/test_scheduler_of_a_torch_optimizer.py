"""A scheduler stays with an optimizer that stays."""

from __future__ import annotations

import pytest

from optconv.converter import Options, convert_source
from optconv.mappings import load_tables


@pytest.mark.parametrize(
    "construction",
    [
        pytest.param("torch.optim.SGD(p, lr=0.1, maximize=True)", id="declined"),
        pytest.param("cls(p, lr=0.1, maximize=True)", id="of a class in a variable"),
    ],
)
def test_a_scheduler_stays_with_an_optimizer_that_stays(construction: str) -> None:
    source = f"import torch\ncls = torch.optim.SGD\no = {construction}\ns = torch.optim.lr_scheduler.StepLR(o, 3)\n"
    conversion = convert_source(source.encode(), load_tables("paddle"), Options(annotate=False))
    assert conversion.source.decode() == source
    assert "OC102" in [found.code for found in conversion.diagnostics]
