"""The imports of the output: what it uses is there, what nothing uses is gone, each in its place."""

from __future__ import annotations

import pytest

from .helpers import becomes, output

SGD = "torch.optim.SGD(m.parameters(), lr=0.1)"
PADDLE = "paddle.optimizer.SGD(parameters=m.parameters(), learning_rate=0.1)"

CASES = {
    "the only import is replaced": (f"import torch\n{SGD}\n", f"import paddle\n{PADDLE}\n"),
    "the import stays for what else needs it": (f"import torch\n{SGD}\ntorch.ones(1)\n", f"import paddle\nimport torch\n{PADDLE}\ntorch.ones(1)\n"),
    "the import of the submodule goes when the other stays": (f"import torch\nimport torch.optim\n{SGD}\ntorch.ones(1)\n", f"import torch\nimport paddle\n{PADDLE}\ntorch.ones(1)\n"),
    "an import of another submodule stays": (f"import torch\nimport torch.nn\n{SGD}\ntorch.nn.Linear\n", f"import paddle\nimport torch\nimport torch.nn\n{PADDLE}\ntorch.nn.Linear\n"),
    "an unused import is none of ours": (f"import torch\nimport torch.nn as nn\n{SGD}\n", f"import paddle\nimport torch.nn as nn\n{PADDLE}\n"),
    "an alias that nothing else uses goes": ("import torch.optim as optim\noptim.SGD(m.parameters(), lr=0.1)\n", f"import paddle\n{PADDLE}\n"),
    "two statements become one": ("import torch\nfrom torch import optim\noptim.SGD(m.parameters(), lr=0.1)\n", f"import torch\nimport paddle\n{PADDLE}\n"),
    "one name of several goes": ("from torch import nn, optim\noptim.SGD(m.parameters(), lr=0.1)\nnn.Linear\n", f"import paddle\nfrom torch import nn\n{PADDLE}\nnn.Linear\n"),
    "one module of several goes": (f"import os, torch\n{SGD}\nos.path\n", f"import paddle\nimport os\n{PADDLE}\nos.path\n"),
    "a class is imported by name where it was": ("from torch.optim import SGD\nSGD(m.parameters(), lr=0.1)\n", "from paddle.optimizer import SGD\nSGD(parameters=m.parameters(), learning_rate=0.1)\n"),
    "a class under another name loses it": ("from torch.optim import SGD as S\nS(m.parameters(), lr=0.1)\n", "from paddle.optimizer import SGD\nSGD(parameters=m.parameters(), learning_rate=0.1)\n"),
    "a name that is taken is written out": ("from torch.optim import SGD as S\nSGD = 1\nS(m.parameters(), lr=0.1)\n", f"import paddle\nSGD = 1\n{PADDLE}\n"),
    "a class that is kept for a subclass keeps its name": ("from torch.optim import SGD\nclass A(SGD): pass\nSGD(m.parameters(), lr=0.1)\n", f"import paddle\nfrom torch.optim import SGD\nclass A(SGD): pass\n{PADDLE}\n"),
    "the target's name is taken": (f"import torch\npaddle = 1\n{SGD}\n", f"import paddle as paddle_framework\npaddle = 1\n{PADDLE.replace('paddle.', 'paddle_framework.')}\n"),
    "the target's name and its replacement are taken": (f"import torch\npaddle = paddle_framework = 1\n{SGD}\n", f"import paddle as paddle_framework_2\npaddle = paddle_framework = 1\n{PADDLE.replace('paddle.', 'paddle_framework_2.')}\n"),
    "the target is imported already": (f"import paddle\nimport torch\n{SGD}\n", f"import paddle\n{PADDLE}\n"),
    "the import of a function stays in it": (f"def f():\n    import torch\n    {SGD}\n", f"def f():\n    import paddle\n    {PADDLE}\n"),
    "an import that is alone in its block becomes another": (f"import torch\nif x:\n    import torch.optim\n{SGD}\ntorch.ones(1)\n", None),
    "an import in try keeps its place": (f"try:\n    import torch\nexcept ImportError:\n    raise\n{SGD}\n", f"try:\n    import paddle\nexcept ImportError:\n    raise\n{PADDLE}\n"),
    "a name in __all__ keeps its import": ("from torch.optim import SGD\n__all__ = ['SGD']\nSGD(m.parameters(), lr=0.1)\n", None),
    "a name in a quoted annotation keeps its import": (f"import torch\ndef f(x: 'torch.Tensor'): ...\n{SGD}\n", f"import paddle\nimport torch\ndef f(x: 'torch.Tensor'): ...\n{PADDLE}\n"),
    "a docstring and a future import stay first": (f'"""Doc of torch."""\nfrom __future__ import annotations\n\nimport torch\n{SGD}\n', f'"""Doc of torch."""\nfrom __future__ import annotations\n\nimport paddle\n{PADDLE}\n'),
    "an import behind a semicolon": (f"import os; import torch\n{SGD}\n", f"import os; import paddle\n{PADDLE}\n"),
    "an import before a semicolon": (f"import torch; import os\n{SGD}\n", f"import paddle; import os\n{PADDLE}\n"),
    "a comment behind the import stays": (f"import torch  # deep\n{SGD}\n", f"import paddle  # deep\n{PADDLE}\n"),
    "a comment above the import stays above it": (f"import os\n# deep learning\nimport torch\n{SGD}\n", f"import os\n# deep learning\nimport paddle\n{PADDLE}\n"),
    "a name goes from an import with a comment above": ("# 1\nfrom torch import nn, optim\noptim.SGD(m.parameters(), lr=0.1)\nnn.Linear\n", f"# 1\nfrom torch import nn\nimport paddle\n{PADDLE}\nnn.Linear\n"),
    "a star import stays": ("from torch.optim import *\nSGD(m.parameters(), lr=0.1)\n", f"import paddle\nfrom torch.optim import *\n{PADDLE}\n"),
    "a module under a second name": ("import torch\noptim = torch.optim\noptim.SGD(m.parameters(), lr=0.1)\n", None),
    "imports in both branches": (f"if x:\n    import torch\nelse:\n    import torch\n{SGD}\n", None),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [pytest.param(*pair, id=name) for name, pair in CASES.items()])
def test_imports(before: str, after: str | None) -> None:
    converted = output(before)
    assert "SGD(parameters=" in converted
    if after is not None:
        assert converted == after


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(
            "from torch.optim import (  # why\n    SGD,\n    Adam,  # second\n)\n",
            id="behind a name that goes",
        ),
        pytest.param(
            "from torch.optim import (\n    # first\n    SGD,\n    # second\n    Adam,\n    # end\n)\n",
            id="above the names",
        ),
        pytest.param("from torch.optim import (SGD,  # only\n)\n", id="behind the only name"),
        pytest.param(
            "from torch.optim import \\\n    SGD, \\\n    Adam  # end\n",
            id="behind a statement on several lines",
        ),
        pytest.param("from torch.optim import SGD  # noqa: F401\n", id="for a linter"),
        pytest.param(
            "import torch\nimport torch.optim as optim  # short\nfrom torch.optim import SGD\noptim.SGD\n",
            id="behind an import that stays",
        ),
    ],
)
def test_no_comment_of_an_import_is_lost(statement: str) -> None:
    converted = output(f"{statement}SGD(m.parameters(), lr=0.1)\n")
    comments = [part.split("\n")[0] for part in statement.split("#")[1:]]
    assert [comment for comment in comments if f"#{comment}" not in converted] == []


def test_a_scheduler_and_its_optimizer_share_one_import() -> None:
    becomes(
        "from torch.optim import SGD\nfrom torch.optim.lr_scheduler import StepLR\no = SGD(m.parameters(), lr=0.1)\nx()\ns = StepLR(o, 3)\n",
        "from paddle.optimizer import SGD\nfrom paddle.optimizer.lr import StepDecay\no = SGD(parameters=m.parameters(), learning_rate=0.1)\nx()\ns = StepDecay(learning_rate=o.get_lr(), step_size=3)\no.set_lr_scheduler(s)\n",
    )  # fmt: skip
