"""How a model is asked for its parameters, where that feeds an optimizer: the target has other methods."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from optconv.converter.file_context import Construction, FileContext
from optconv.converter.group_dicts import GROUP_ENTRY
from optconv.converter.source import Span

_DEEPEST = 12
_ADDING = ("append", "extend", "insert", "add")


def plan_model_parameters(context: FileContext) -> None:
    """Rename the methods that give the parameters of every converted optimizer."""
    if not context.tables.target.idioms:
        return
    renamed: set[ast.Call] = set()
    for construction in context.constructions.values():
        if construction.api.kind == "optimizer" and construction.converted:
            _pairs_to_parameters(context, _given(construction), renamed)
            for call in asked_for(context, construction):
                if call not in renamed:
                    renamed.add(call)
                    _rename(context, call, _method(call))


def _given(construction: Construction) -> list[ast.expr]:
    """Return what an optimizer is given: one expression, or those of the groups that it is built with."""
    groups = [group[GROUP_ENTRY] for group in construction.groups if GROUP_ENTRY in group]
    return [*([construction.params] if construction.params is not None else []), *groups]


def asked_with_names(context: FileContext, construction: Construction) -> list[ast.Call]:
    """Return the calls that give names and parameters, of which an optimizer gets some or all parameters."""
    named, given = context.tables.idioms.named_parameter_iterators, _given(construction)
    return [call for call in asked_for(context, construction) if _is_asked(call, named) and call not in given]


def asked_for(context: FileContext, construction: Construction) -> list[ast.Call]:
    """Return the calls that ask models for the parameters that an optimizer gets."""
    feeding = _Feeding(context)
    for expression in _given(construction):
        feeding.follow(expression, 0)
    return feeding.calls


def gives_pairs(context: FileContext, node: ast.expr) -> bool:
    """Return whether an optimizer is given names and parameters; it gets the parameters alone then."""
    return bool(context.tables.target.idioms) and _is_asked(
        node, context.tables.idioms.named_parameter_iterators
    )


def _pairs_to_parameters(context: FileContext, given: list[ast.expr], renamed: set[ast.Call]) -> None:
    """Ask for the parameters alone where an optimizer is given their names, too."""
    idioms = context.tables.idioms
    for expression in given:
        named = _is_asked(expression, idioms.named_parameter_iterators)
        if named and isinstance(expression, ast.Call) and expression not in renamed:
            renamed.add(expression)
            _rename(context, expression, min(idioms.parameter_iterators))


def _method(call: ast.Call) -> str:
    assert isinstance(call.func, ast.Attribute)
    return call.func.attr


def _is_asked(node: ast.AST, methods: frozenset[str]) -> TypeGuard[ast.Call]:
    """Return whether ``node`` asks for all parameters; the arguments of the target's methods are others."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in methods
        and not node.args
        and not node.keywords
    )


def _rename(context: FileContext, call: ast.Call, method: str) -> None:
    written = context.tables.target.idioms.get(method)
    end = context.source.span(call.func).end
    if written is not None:
        context.edits.replace(Span(end - len(_method(call)), end), written)


class _Feeding:
    """The calls that give what flows into an expression, as far as the file shows it."""

    def __init__(self, context: FileContext) -> None:
        self.context = context
        self.calls: list[ast.Call] = []
        self._seen: set[ast.AST] = set()
        idioms = context.tables.idioms
        self._methods = idioms.parameter_iterators | idioms.named_parameter_iterators

    def follow(self, expression: ast.expr, depth: int) -> None:
        """Collect the calls of an expression, and of what its names are assigned."""
        if expression in self._seen or depth > _DEEPEST:
            return
        self._seen.add(expression)
        for part in ast.walk(expression):
            if isinstance(part, ast.Call):
                if _is_asked(part, self._methods) and not self._is_own(part):
                    self.calls.append(part)
                for value in self._returned(part):
                    self.follow(value, depth + 1)
            elif isinstance(part, (ast.Name, ast.Attribute)) and isinstance(part.ctx, ast.Load):
                for value in self._sources(part):
                    self.follow(value, depth + 1)

    def _is_own(self, call: ast.Call) -> bool:
        """Return whether a method of the file is called, which keeps its name."""
        return isinstance(self.context.kinds.functions.called_function(call), ast.FunctionDef)

    def _returned(self, call: ast.Call) -> Iterator[ast.expr]:
        function = self.context.kinds.functions.called_function(call)
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom)) and node.value is not None:
                    yield node.value

    def _sources(self, node: ast.Name | ast.Attribute) -> Iterator[ast.expr]:
        """Return what a name, or an attribute of ``self``, is assigned, loops over, or gets added."""
        if isinstance(node, ast.Attribute):
            yield from (v for v in self.context.kinds.functions.assigned(node) if v is not None)
            return
        scopes = self.context.scopes
        scope = scopes.lookup(node.id, node)
        if scope is None:
            return
        for binding in scopes.contributing(node.id, node):
            if binding.value is not None:
                yield binding.value
            elif binding.kind == "parameter" and isinstance(binding.node, ast.arg):
                yield from self._passed(binding.node)
        holders = (scopes.parents.get(binding.node) for binding in scope.bindings[node.id])
        yield from (holder.value for holder in holders if isinstance(holder, ast.AugAssign))
        for other in scopes.names_called.get(node.id, ()):
            if scopes.lookup(other.id, other) is scope:
                yield from self._added(other)

    def _passed(self, parameter: ast.arg) -> Iterator[ast.expr]:
        """Return what calls of the file pass for a parameter of a function."""
        functions = self.context.kinds.functions
        function = self.context.scopes.parents[self.context.scopes.parents[parameter]]
        if isinstance(function, ast.FunctionDef):
            passed = (functions.passed(call, function, parameter) for call in functions.calls_to(function))
            yield from (value for value in passed if value is not None)

    def _added(self, name: ast.Name) -> Iterator[ast.expr]:
        """Return what ``name.append(…)`` and the like put into a list."""
        parent = self.context.scopes.parents[name]
        call = self.context.scopes.parents.get(parent)
        if (
            isinstance(parent, ast.Attribute)
            and parent.attr in _ADDING
            and isinstance(call, ast.Call)
            and call.func is parent
        ):
            yield from call.args
