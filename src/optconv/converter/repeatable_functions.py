"""Whether a function gives the same value for the same argument each time it is called."""

from __future__ import annotations

import ast
from typing import Any

from optconv.converter.file_context import FileContext
from optconv.converter.values import is_literal
from optconv.mappings.expressions import UNKNOWN

PURE_BUILTINS = frozenset(
    {"min", "max", "abs", "float", "int", "round", "pow", "sum", "len", "bool", "range", "divmod", "sorted"}
)
_PURE_MODULES = frozenset({"math", "numpy"})  # their own functions; numpy.random is an attribute of one
_DEEPEST = 6


def is_repeatable(context: FileContext, node: ast.expr, depth: int = 0) -> Any:
    """Return True for a function that certainly is, else `UNKNOWN`; a literal is, and a list of such is.

    Such a function computes with its parameter, literals, and variables that are assigned once.
    """
    if depth > _DEEPEST:
        return UNKNOWN
    match node:
        case ast.Lambda(args=arguments, body=body):
            return True if _is_pure(context, body, _parameters(arguments)) else UNKNOWN
        case ast.List(elts=entries) | ast.Tuple(elts=entries):
            found = [is_repeatable(context, entry, depth + 1) for entry in entries]
            return True if all(value is True for value in found) else UNKNOWN
        case ast.Name():
            bound = context.scopes.reaching(node.id, node)
            if len(bound) == 1 and isinstance(bound[0].node, ast.FunctionDef):
                return True if _is_pure_function(context, bound[0].node) else UNKNOWN
            if len(bound) == 1 and bound[0].kind == "assign" and bound[0].value is not None:
                return is_repeatable(context, bound[0].value, depth + 1)
    return True if is_literal(node) else UNKNOWN


def _parameters(arguments: ast.arguments) -> set[str]:
    return {node.arg for node in ast.walk(arguments) if isinstance(node, ast.arg)}


def _is_pure_function(context: FileContext, function: ast.FunctionDef) -> bool:
    quiet = (ast.Return, ast.Assign, ast.AugAssign, ast.If, ast.Pass)
    statements = [node for node in ast.walk(function) if isinstance(node, ast.stmt) and node is not function]
    plain = [s for s in statements if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
    if function.decorator_list or not all(isinstance(statement, quiet) for statement in plain):
        return False
    stored = [n for s in plain for n in ast.walk(s) if isinstance(getattr(n, "ctx", None), ast.Store)]
    if not all(isinstance(node, ast.Name) for node in stored):
        return False
    own = _parameters(function.args) | {node.id for node in stored if isinstance(node, ast.Name)}
    return all(_is_pure(context, statement, own) for statement in plain)


def _is_pure(context: FileContext, tree: ast.AST, own: set[str]) -> bool:
    """Return whether everything that ``tree`` reads and calls stays the same."""
    effects = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom, ast.Lambda)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    known = own | {node.id for node in names if isinstance(node.ctx, ast.Store)}
    called: set[ast.AST] = set()
    for part in ast.walk(tree):
        if isinstance(part, effects):
            return False
        if isinstance(part, ast.Call):
            if not is_pure_call(context, part):
                return False
            called.update(ast.walk(part.func))
        elif isinstance(part, ast.Attribute) and part not in called and not _is_of_module(context, part):
            return False
    read = [n for n in names if isinstance(n.ctx, ast.Load) and n not in called and n.id not in known]
    return all(_is_fixed(context, name) for name in read)


def is_pure_call(context: FileContext, call: ast.Call) -> bool:
    """Return whether a call is one of a function that has no effect and no memory, as Python's ``max``."""
    match call.func:
        case ast.Name(id=name):
            return name in PURE_BUILTINS and context.scopes.lookup(name, call.func) is None
        case ast.Attribute():
            return _is_of_module(context, call.func)
    return False


def has_one_result(context: FileContext, call: ast.Call) -> bool:
    """Return whether a call has no effect and one result: of Python's own functions, or of this file's."""
    return is_pure_call(context, call) or (
        isinstance(call.func, ast.Name) and is_repeatable(context, call.func) is True
    )


def _is_of_module(context: FileContext, node: ast.Attribute) -> bool:
    """``math.pi``, ``np.cos``: directly of a module that has no state."""
    names = context.names.meaning(node.value).names if isinstance(node.value, ast.Name) else frozenset()
    return bool(names) and names <= _PURE_MODULES


def _is_fixed(context: FileContext, node: ast.Name) -> bool:
    """Return whether a variable is assigned once, and not again and again by a loop."""
    scope = context.scopes.lookup(node.id, node)
    if scope is None:
        return node.id in PURE_BUILTINS
    bindings = scope.bindings[node.id]
    if len(bindings) != 1:
        return False
    loops = (ast.For, ast.AsyncFor, ast.While)
    return bindings[0].kind in ("parameter", "import") or not any(
        isinstance(ancestor, loops) for ancestor in context.scopes.ancestors(bindings[0].node)
    )
