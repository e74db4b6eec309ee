"""What can be known of a value without running the program: literals, and names that hold one."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from optconv.converter.scopes import ScopeTree
from optconv.mappings.expressions import UNKNOWN, Typed, parse_expression
from optconv.mappings.schema import Idioms

_TYPES: dict[type[ast.expr], str] = {
    ast.Lambda: "function",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.ListComp: "list",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.GeneratorExp: "generator",
    ast.JoinedStr: "str",
}
_RESULTS = {
    **dict.fromkeys(("filter", "map", "zip", "iter", "reversed", "chain", "from_iterable"), "iterator"),
    "list": "list",
    "sorted": "list",
    "tuple": "tuple",
    "set": "set",
}
_NUMERIC = (ast.BinOp, ast.UnaryOp)
_DEEPEST = 20


def known_value(node: ast.expr, scopes: ScopeTree, depth: int = 0) -> Any:
    """Return the value of ``node`` as the tables' expressions see it.

    A literal gives its value; a list or tuple display gives a list or tuple with unknown entries where they
    are unknown; a name gives the value of its only binding; of a lambda, a dictionary, what `list` or
    `filter` returns and the like only the type is known. Anything else is `UNKNOWN`.
    """
    if depth > _DEEPEST:
        return UNKNOWN
    if isinstance(node, ast.Constant):
        return node.value
    if type(node) in _TYPES:
        return Typed(_TYPES[type(node)])
    if isinstance(node, (ast.List, ast.Tuple)):
        if any(isinstance(entry, ast.Starred) for entry in node.elts):
            return Typed("list" if isinstance(node, ast.List) else "tuple")
        entries = [known_value(entry, scopes, depth + 1) for entry in node.elts]
        return entries if isinstance(node, ast.List) else tuple(entries)
    if isinstance(node, _NUMERIC):
        return _number(node, scopes, depth)
    if isinstance(node, ast.Name):
        return _name(node, scopes, depth)
    return _called(node)


def _called(node: ast.expr) -> Any:
    """Return the type of what a call certainly gives: an open file, a path, an iterator, a list."""
    match node:
        case ast.Call(func=ast.Name(id="open")) | ast.Call(func=ast.Attribute(attr="open")):
            return Typed("file")
        case ast.Call(func=ast.Name(id="Path")) | ast.Call(func=ast.Attribute(attr="Path")):
            return Typed("path")
        case ast.Call(func=ast.Name(id="float"), args=[ast.Constant(value="inf" | "-inf" as text)]):
            return float(text)
        case ast.Call(func=ast.Name(id=name)) if name in _RESULTS:
            return Typed(_RESULTS[name])
        case ast.Call(func=ast.Attribute(attr="chain" | "from_iterable" as name)):
            return Typed(_RESULTS[name])
    return UNKNOWN


def _entered(node: ast.expr) -> Any:
    """Return the type of what a ``with`` statement gives: an open file, unless it is one in memory."""
    match node:
        case ast.Call(func=ast.Name(id="BytesIO")) | ast.Call(func=ast.Attribute(attr="BytesIO")):
            return UNKNOWN
    return Typed("file")


def dictionary_keys(node: ast.expr, scopes: ScopeTree) -> frozenset[str] | None:
    """Return every key that a dictionary can have, or None when that cannot be seen.

    Displays, ``dict(…)``, a choice between such, and a name that holds one and is not changed are seen.
    """
    match node:
        case ast.Dict(keys=keys):
            texts = [
                key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)
            ]
            return frozenset(texts) if len(texts) == len(keys) else None
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            names = [keyword.arg for keyword in keywords]
            return frozenset(name for name in names if name) if None not in names else None
        case ast.IfExp(body=body, orelse=orelse):
            return _united([dictionary_keys(body, scopes), dictionary_keys(orelse, scopes)])
        case ast.Name(id=name):
            scope = scopes.lookup(name, node)
            uses = [n for n in scopes.names if n.id == name and scopes.lookup(name, n) is scope]
            if scope is None or any(_may_change(scopes, use) for use in uses):
                return None
            values = [b.value if b.kind == "assign" and not b.path else None for b in scope.bindings[name]]
            return _united([None if v is None or v is node else dictionary_keys(v, scopes) for v in values])
    return None


def _united(parts: list[frozenset[str] | None]) -> frozenset[str] | None:
    known = [part for part in parts if part is not None]
    return frozenset().union(*known) if parts and len(known) == len(parts) else None


def _may_change(scopes: ScopeTree, use: ast.Name) -> bool:
    """Return whether a use of a dictionary may put something into it."""
    parent = scopes.parents[use]
    if isinstance(parent, ast.keyword):
        return parent.arg is not None  # only ``**name`` reads
    return not isinstance(parent, (ast.FormattedValue, ast.Compare))


def may_be_integer(node: ast.expr, scopes: ScopeTree) -> bool:
    """Return whether ``args.lr`` has an integer as its default in the file's argument parser.

    ``argparse`` does not pass a default that is no string through ``type=float``.
    """
    if not isinstance(node, ast.Attribute):
        return False
    for names, keywords in _parsed_arguments(scopes):
        default = keywords.get("default")
        if node.attr in names and isinstance(default, ast.Constant) and type(default.value) is int:
            return True
    return False


def _parsed_arguments(scopes: ScopeTree) -> Iterator[tuple[set[str], Mapping[str | None, ast.expr]]]:
    """Return the names of each argument of the file's argument parser, and how it was added."""
    for call in scopes.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "add_argument":
            flags = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            names = {flag.lstrip("-").replace("-", "_") for flag in flags}
            yield names, {keyword.arg: keyword.value for keyword in call.keywords}


def is_whole_number(node: ast.expr, scopes: ScopeTree, depth: int = 0) -> bool:
    """Return whether ``node`` is certainly an integer: counted, rounded, or an argument parsed as one."""
    if isinstance(known_value(node, scopes), int):
        return True
    if depth > _DEEPEST:
        return False
    match node:
        case ast.Call(func=ast.Name(id="len" | "int" | "round"), args=[_], keywords=[]):
            return True
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.FloorDiv()):
            return all(is_whole_number(part, scopes, depth + 1) for part in (node.left, node.right))
        case ast.Attribute(attr=name):
            types = [keywords.get("type") for names, keywords in _parsed_arguments(scopes) if name in names]
            return any(isinstance(kind, ast.Name) and kind.id == "int" for kind in types)
        case ast.Name(id=name):
            bound = scopes.reaching(name, node)
            values = [b.value if b.kind == "assign" and not b.path else None for b in bound]
            return bool(values) and all(
                value is not None and is_whole_number(value, scopes, depth + 1) for value in values
            )
    return False


def is_float(node: ast.expr, scopes: ScopeTree, depth: int = 0) -> bool:
    """Return whether ``node`` is certainly a float: written so, divided, or an argument parsed as one."""
    if isinstance(known_value(node, scopes), float):
        return True
    match node:
        case ast.Call(func=ast.Name(id="float")) | ast.BinOp(op=ast.Div()):
            return True
        case ast.BinOp(left=left, right=right):
            return is_float(left, scopes, depth + 1) or is_float(right, scopes, depth + 1)
        case ast.UnaryOp(operand=operand):
            return is_float(operand, scopes, depth + 1)
        case ast.Attribute(value=holder, attr=name) if _is_parsed(holder, scopes):
            parsed = [keywords for names, keywords in _parsed_arguments(scopes) if name in names]
            kinds = [keywords.get("type") for keywords in parsed]
            floats = bool(kinds) and all(isinstance(k, ast.Name) and k.id == "float" for k in kinds)
            return floats and not may_be_integer(node, scopes)
        case ast.Name(id=name) if depth < _DEEPEST:
            bound = scopes.reaching(name, node)
            values = [b.value if b.kind == "assign" and not b.path else None for b in bound]
            return bool(values) and all(v is not None and is_float(v, scopes, depth + 1) for v in values)
    return False


def _is_parsed(node: ast.expr, scopes: ScopeTree) -> bool:
    """Return whether ``node`` is what an argument parser gave, or a parameter that is called like it."""
    if not isinstance(node, ast.Name):
        return False
    bound = scopes.reaching(node.id, node)
    if bound and all(binding.kind == "parameter" for binding in bound):
        return node.id in ("args", "opt", "opts", "options", "flags")
    calls = [b.value.func for b in bound if isinstance(b.value, ast.Call)]
    return (
        bool(bound)
        and len(calls) == len(bound)
        and all(
            isinstance(function, ast.Attribute) and function.attr.startswith("parse") for function in calls
        )
    )


def is_truth(node: ast.expr, scopes: ScopeTree) -> bool:
    """Return whether ``node`` is certainly True or False: written so, compared, or a flag of the parser."""
    if isinstance(known_value(node, scopes), bool):
        return True
    match node:
        case ast.Compare() | ast.UnaryOp(op=ast.Not()) | ast.Call(func=ast.Name(id="bool" | "isinstance")):
            return True
        case ast.Attribute(value=holder, attr=name) if _is_parsed(holder, scopes):
            parsed = [keywords for names, keywords in _parsed_arguments(scopes) if name in names]
            actions = [keywords.get("action") for keywords in parsed]
            return bool(actions) and all(
                isinstance(a, ast.Constant) and a.value in ("store_true", "store_false") for a in actions
            )
    return False


def is_number_in_tensor(node: ast.expr, idioms: Idioms) -> bool:
    """Return whether ``node`` wraps a number in a tensor: ``torch.tensor(0.01)``."""
    match node:
        case (
            ast.Call(func=ast.Attribute(attr=name), args=[_, *_])
            | ast.Call(func=ast.Name(id=name), args=[_, *_])
        ):
            return name in idioms.number_constructors
    return False


def is_literal(node: ast.expr) -> bool:
    """Return whether ``node`` is written out in full: numbers, strings, and displays of them."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return all(is_literal(entry) for entry in node.elts)
    if isinstance(node, ast.UnaryOp):
        return is_literal(node.operand)
    return isinstance(node, ast.Constant)


def is_pure(node: ast.expr) -> bool:
    """Return whether evaluating ``node`` once more, earlier or later, changes nothing.

    Attributes and subscripts count as pure: properties with effects are not what hyper-parameters are.
    """
    impure = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
    return not any(isinstance(part, impure) for part in ast.walk(node))


def is_harmless(node: ast.expr) -> bool:
    """Return whether ``node`` may be evaluated earlier or later, or another time.

    ``len(loader)`` and arithmetic are; the inside of a lambda is not evaluated then at all.
    """
    if isinstance(node, ast.Lambda):
        return True
    harmless = ("len", "int", "float", "range", "list", "max", "min", "round", "sorted")
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and not (isinstance(part.func, ast.Name) and part.func.id in harmless):
            return False
    return not any(
        isinstance(part, (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)) for part in ast.walk(node)
    )


def _number(node: ast.expr, scopes: ScopeTree, depth: int) -> Any:
    """Compute with known numbers, in the tables' own careful arithmetic; ``folder / "name"`` is a path."""
    match node:
        case ast.BinOp(op=ast.Div(), right=ast.Constant(value=str()) | ast.JoinedStr()):
            return Typed("path")
    if isinstance(node, ast.UnaryOp):
        operand = known_value(node.operand, scopes, depth + 1)
        symbol = {ast.USub: "-x", ast.UAdd: "+x", ast.Not: "not x"}.get(type(node.op))
        return UNKNOWN if symbol is None else parse_expression(symbol).evaluate({"x": operand})
    if isinstance(node, ast.BinOp):
        symbols: dict[type[ast.operator], str] = {
            ast.Add: "x + y",
            ast.Sub: "x - y",
            ast.Mult: "x * y",
            ast.Div: "x / y",
            ast.Pow: "x ** y",
            ast.FloorDiv: "x // y",
        }
        symbol = symbols.get(type(node.op))
        left = known_value(node.left, scopes, depth + 1)
        right = known_value(node.right, scopes, depth + 1)
        return UNKNOWN if symbol is None else parse_expression(symbol).evaluate({"x": left, "y": right})
    return UNKNOWN


def _name(node: ast.Name, scopes: ScopeTree, depth: int) -> Any:
    scope = scopes.lookup(node.id, node)
    bindings = scope.bindings[node.id] if scope else []
    if len(bindings) != 1 or scopes.may_be_rebound_by_star(bindings[0]):
        return UNKNOWN
    binding = bindings[0]
    holder = scopes.parents.get(binding.node)
    if isinstance(holder, ast.withitem):
        return _entered(holder.context_expr)
    if binding.kind == "definition" and isinstance(binding.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return Typed("function")
    if binding.kind != "assign" or binding.value is None or binding.path:
        return UNKNOWN
    value = known_value(binding.value, scopes, depth + 1)
    # A list may be changed in place between its definition and its use; its type stays.
    return Typed("list") if isinstance(value, list) else value
