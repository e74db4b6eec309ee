"""The functions of the file that some code calls or names, directly or through one another."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from optconv.converter.file_context import FileContext
from optconv.converter.scopes import FunctionNode, Scope

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def reached_functions(context: FileContext, nodes: Iterable[ast.AST]) -> list[FunctionNode]:
    """Return the functions, methods and lambdas of the file that may run where ``nodes`` run."""
    found: list[FunctionNode] = []
    stack = list(nodes)
    while stack:
        for function in _named(context, stack.pop()):
            if function not in found:
                found.append(function)
                stack.append(function)
    return found


def _named(context: FileContext, node: ast.AST) -> Iterator[FunctionNode]:
    """Return the functions of the file that are named in one piece of code, whether it calls them or not."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            for binding in context.scopes.reaching(part.id, part):
                candidate = binding.node if binding.kind == "definition" else binding.value
                if isinstance(candidate, _FUNCTIONS):
                    yield candidate
        elif isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Load):
            holder = context.kinds.functions.class_of(part.value)
            for statement in holder.body if holder is not None else ():
                if isinstance(statement, _FUNCTIONS) and getattr(statement, "name", "") == part.attr:
                    yield statement


def hidden_reads(context: FileContext, nodes: Iterable[ast.AST], scope: Scope) -> list[ast.expr]:
    """Return what the functions that ``nodes`` reach read of a scope, and of their own objects."""
    found: list[ast.expr] = []
    for part in (part for f in reached_functions(context, nodes) for part in ast.walk(f)):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            if context.scopes.lookup(part.id, part) is scope:
                found.append(part)
        elif (
            isinstance(part, ast.Attribute)
            and isinstance(part.ctx, ast.Load)
            and context.kinds.functions.is_self(part.value)
        ):
            found.append(part)
    return found
