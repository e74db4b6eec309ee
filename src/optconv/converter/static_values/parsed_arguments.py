"""The defaults that argument parsers of a file give: ``argparse``, and options of ``click``."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from optconv.converter.scopes import ScopeTree

_ADDING = frozenset({"add_argument", "option", "add_option"})
_CONVERTED: Mapping[str, Any] = {"float": float, "int": int, "str": str}
_FLAGS = {"store_true": False, "store_false": True}


def parsed_default(scopes: ScopeTree, name: str) -> ast.expr | None:
    """Return the value that an argument has when it is not on the command line, as an expression.

    Args:
        scopes: the file.
        name: the attribute that holds it.

    Returns:
        None where no parser of the file has it, where it must be given, or where two parsers do not agree.
    """
    found = [_default(call) for call in _adding(scopes) if _destination(call) == name]
    known = [node for node in found if node is not None]
    if not known or len(known) < len(found) or len({ast.dump(node) for node in known}) > 1:
        return None
    return known[0]


def _adding(scopes: ScopeTree) -> list[ast.Call]:
    return [c for c in scopes.calls if isinstance(c.func, ast.Attribute) and c.func.attr in _ADDING]


def _destination(call: ast.Call) -> str:
    """Return the name of the attribute: ``dest``, else the first long flag, else the first one."""
    for keyword in call.keywords:
        if keyword.arg == "dest" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    flags = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    long = [flag for flag in flags if flag.startswith("--")]
    return (long or flags or [""])[0].lstrip("-").replace("-", "_")


def _default(call: ast.Call) -> ast.expr | None:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    required = given.get("required")
    if isinstance(required, ast.Constant) and required.value is True:
        return None
    default = given.get("default")
    action = given.get("action")
    if default is None and isinstance(action, ast.Constant) and action.value in _FLAGS:
        return _constant(_FLAGS[action.value], call)
    if default is None:
        positional = all(isinstance(a, ast.Constant) and not str(a.value).startswith("-") for a in call.args)
        return None if positional else _constant(None, call)
    return _converted(default, given.get("type"))


def _converted(default: ast.expr, kind: ast.expr | None) -> ast.expr | None:
    """Apply the type: a parser calls it for a default that is a string, and for no other."""
    if not (isinstance(default, ast.Constant) and isinstance(default.value, str)) or kind is None:
        return default
    convert = _CONVERTED.get(kind.id) if isinstance(kind, ast.Name) else None
    if convert is None:
        return None
    try:
        return _constant(convert(default.value), default)
    except ValueError:
        return None


def _constant(value: Any, place: ast.expr) -> ast.Constant:
    return ast.copy_location(ast.Constant(value), place)
