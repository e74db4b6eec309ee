"""The text of a case: what may be left out of it, and the whole script it stands for.

A table row may name only the expression it is about; everything a script needs around it is always the
same and is written here, once.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from types import MappingProxyType

_IMPORT = "import torch\n"
_LOOP = """\
for step in range(steps):
    optimizer.zero_grad()
    loss = objective(step)
    loss.backward()
    optimizer.step()
"""
_NO_OTHERS: Mapping[str, str] = MappingProxyType({})
_PLAIN_OPTIMIZER = "optimizer = torch.optim.SGD(params, lr=0.1)\n"


def expand_case(text: str, step_argument: str = "", kinds: Mapping[str, str] = _NO_OTHERS) -> str:
    """Return the whole torch script for a case.

    ``torch.optim.X(params, ...)`` gets a plain training loop; ``torch.optim.lr_scheduler.X(optimizer, ...)``
    gets plain SGD at rate 0.1 before it and steps once a step, with ``step_argument`` as the argument;
    any other text is a script already. ``import torch`` comes first in each, where torch is named in it, and
    the import of the module of a team's own class.

    Args:
        text: the case.
        step_argument: what ``scheduler.step`` is called with.
        kinds: the other APIs that may be called like those of torch, and which of them are what.
    """
    expression = text.strip()
    function = _called_function(expression)
    kind = kinds.get(function, "")
    if function.startswith("torch.optim.lr_scheduler.") or kind == "scheduler":
        attached = f"{_PLAIN_OPTIMIZER}scheduler = {expression}\n"
        script = f"{attached}{_LOOP}    scheduler.step({step_argument})\n    record()\n"
    elif function.startswith("torch.optim.") or kind == "optimizer":
        script = f"optimizer = {expression}\n{_LOOP}    record()\n"
    else:
        script = text.rstrip() + "\n"
    own = f"import {function.rpartition('.')[0]}\n" if kind else ""
    # An import that nothing uses would stay in the conversion, and fail there.
    used = not kinds or re.search(r"(?<!\w)torch\b", script) is not None
    return f"{_IMPORT if used else ''}{own}{script}"


def _called_function(text: str) -> str:
    """Return the dotted name of the function when the text is a single call, else an empty string."""
    try:
        body = ast.parse(text, mode="eval").body
    except SyntaxError:  # statements; what is wrong with them, if anything, the worker says
        return ""
    return ast.unparse(body.func) if isinstance(body, ast.Call) else ""
