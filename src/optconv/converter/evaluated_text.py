"""Code in strings: ``eval("optim.Adam")`` is left, and a word is said where it names one of the APIs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from optconv.converter.file_context import FileContext
from optconv.mappings import message

_EVALUATING = frozenset({"eval", "exec"})
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*(?:\.[^\W\d]\w*)*")


def plan_evaluated_text(context: FileContext) -> None:
    """Say where a string that is evaluated names a class, a function or a module of the tables."""
    for call in context.scopes.calls:
        function = call.func
        if not isinstance(function, ast.Name) or function.id not in _EVALUATING or not call.args:
            continue
        if context.scopes.lookup(function.id, function) is not None:
            continue  # a function of the file's own
        for api in dict.fromkeys(_named(context, call)):
            reason = message("evaluated_text.in_string", function=function.id)
            context.decline(call, api, "OC204", reason=reason)


def _named(context: FileContext, call: ast.Call) -> Iterator[str]:
    """Return the APIs, and the modules of nothing but APIs, that the strings of an argument name."""
    tables = context.tables
    for part in ast.walk(call.args[0]):
        if not isinstance(part, ast.Constant) or not isinstance(part.value, str):
            continue
        for written in _NAME.findall(part.value):
            first, _, rest = written.partition(".")
            for start in _imported(context, first, call):
                name = f"{start}.{rest}" if rest else start
                api = tables.source_api(name)
                if api is not None:
                    yield api.name
                elif name in tables.owned_modules:
                    yield name


def _imported(context: FileContext, name: str, call: ast.Call) -> Iterator[str]:
    """Return what a name means where a call evaluates it, as far as it is imported."""
    scope = context.scopes.lookup(name, call)
    for binding in scope.bindings[name] if scope is not None else ():
        if binding.kind == "import":
            yield from context.names.of_import(binding.imported).names
