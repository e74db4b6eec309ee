"""The text of a case: what may be left out of it, and the whole script it stands for.

A table row may name only the expression it is about; everything a script needs around it is always the
same and is written here, once.
"""

from __future__ import annotations

import ast

_IMPORT = "import torch\n"
_LOOP = """\
for step in range(steps):
    optimizer.zero_grad()
    loss = objective(step)
    loss.backward()
    optimizer.step()
"""
_PLAIN_OPTIMIZER = "optimizer = torch.optim.SGD(params, lr=0.1)\n"


def expand_case(text: str, step_argument: str = "") -> str:
    """Return the whole torch script for a case.

    ``torch.optim.X(params, ...)`` gets a plain training loop; ``torch.optim.lr_scheduler.X(optimizer, ...)``
    gets plain SGD at rate 0.1 before it and steps once a step, with ``step_argument`` as the argument;
    any other text is a script already. ``import torch`` comes first in each.
    """
    expression = text.strip()
    function = _called_function(expression)
    if function.startswith("torch.optim.lr_scheduler."):
        attached = f"{_PLAIN_OPTIMIZER}scheduler = {expression}\n"
        return f"{_IMPORT}{attached}{_LOOP}    scheduler.step({step_argument})\n    record()\n"
    if function.startswith("torch.optim."):
        return f"{_IMPORT}optimizer = {expression}\n{_LOOP}    record()\n"
    return _IMPORT + text.rstrip() + "\n"


def _called_function(text: str) -> str:
    """Return the dotted name of the function when the text is a single call, else an empty string."""
    try:
        body = ast.parse(text, mode="eval").body
    except SyntaxError:  # statements; what is wrong with them, if anything, the worker says
        return ""
    return ast.unparse(body.func) if isinstance(body, ast.Call) else ""
