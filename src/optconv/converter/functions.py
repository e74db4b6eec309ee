"""The functions and classes of one file: what a call calls, what it passes, and what ``self`` is."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection
from functools import cached_property

from optconv.converter.scopes import Binding, FunctionNode, ScopeTree


class FileFunctions:
    """Looks up the functions and classes that one module defines."""

    def __init__(self, scopes: ScopeTree) -> None:
        self._scopes = scopes
        self._calls_of: dict[ast.AST, list[ast.Call]] | None = None
        self._exits: dict[ast.FunctionDef, list[ast.Return | ast.Yield | ast.YieldFrom]] = {}
        self._families: dict[ast.ClassDef, list[ast.ClassDef]] = {}
        self._bases: dict[ast.ClassDef, dict[ast.ClassDef, None]] = {}

    def exits(self, function: ast.FunctionDef) -> list[ast.Return | ast.Yield | ast.YieldFrom]:
        """Return the statements and expressions by which a function gives values to its caller."""
        if function not in self._exits:
            kinds = (ast.Return, ast.Yield, ast.YieldFrom)
            inside = [node for node in ast.walk(function) if isinstance(node, kinds)]
            self._exits[function] = [node for node in inside if self.function_around(node) is function]
        return self._exits[function]

    def called_function(self, node: ast.Call) -> FunctionNode | ast.ClassDef | None:
        """Return the function or class of this file that a call certainly calls."""
        if isinstance(node.func, ast.Name):
            bindings = self._scopes.reaching(node.func.id, node.func)
            if len(bindings) == 1 and bindings[0].kind == "definition":
                definition = bindings[0].node
                if isinstance(definition, (ast.FunctionDef, ast.ClassDef)):
                    return definition
        if isinstance(node.func, ast.Attribute) and self.is_self(node.func.value):
            holder = self.class_around(node)
            return self.method(holder, node.func.attr) if holder is not None else None
        return None

    def method(self, holder: ast.ClassDef, name: str) -> ast.FunctionDef | None:
        """Return the method of a class that a name certainly means: one that is defined once."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        defined = [s for s in holder.body if isinstance(s, kinds) and s.name == name]
        return defined[0] if len(defined) == 1 and isinstance(defined[0], ast.FunctionDef) else None

    def called_lambda(self, node: ast.Call) -> ast.Lambda | None:
        """Return the lambda of this file that a call certainly calls: ``make = lambda params: …``."""
        if not isinstance(node.func, ast.Name):
            return None
        bindings = self._scopes.reaching(node.func.id, node.func)
        value = bindings[0].value if len(bindings) == 1 and not bindings[0].path else None
        return value if isinstance(value, ast.Lambda) and bindings[0].kind == "assign" else None

    def function_around(self, node: ast.AST) -> ast.AST | None:
        """Return the function whose body ``node`` stands in."""
        functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
        return next((a for a in self._scopes.ancestors(node) if isinstance(a, functions)), None)

    def class_around(self, node: ast.AST) -> ast.ClassDef | None:
        """Return the class whose ``self`` is in effect at ``node``."""
        return next((a for a in self._scopes.ancestors(node) if isinstance(a, ast.ClassDef)), None)

    def class_of(self, node: ast.expr) -> ast.ClassDef | None:
        """Return the class of this file that ``node`` (``self``, or a variable) is an instance of."""
        if self.is_self(node):
            return self.class_around(node)
        if not isinstance(node, ast.Name):
            return None
        bindings = self._scopes.reaching(node.id, node)
        if len(bindings) == 1 and isinstance(bindings[0].node, ast.arg):
            return self._annotated_class(bindings[0].node)
        built = [binding.value for binding in bindings]
        classes = {self.called_function(value) if isinstance(value, ast.Call) else None for value in built}
        only = classes.pop() if len(classes) == 1 else None
        return only if isinstance(only, ast.ClassDef) else None

    def _annotated_class(self, parameter: ast.arg) -> ast.ClassDef | None:
        """Return the class of this file that a parameter is annotated with."""
        written = parameter.annotation
        if isinstance(written, ast.Constant):
            written = self._scopes.string_annotations.get(written)
        found = self._scopes.reaching(written.id, written) if isinstance(written, ast.Name) else []
        node = found[0].node if len(found) == 1 else None
        return node if isinstance(node, ast.ClassDef) else None

    def takes_keywords(self, node: ast.Name) -> ast.FunctionDef | None:
        """Return the function whose ``**kwargs`` a name is."""
        bindings = self._scopes.reaching(node.id, node)
        if len(bindings) != 1 or bindings[0].kind != "parameter":
            return None
        function = self._scopes.parents[self._scopes.parents[bindings[0].node]]
        taken = isinstance(function, ast.FunctionDef) and function.args.kwarg is bindings[0].node
        return function if taken and isinstance(function, ast.FunctionDef) else None

    def property_of(self, holder: ast.ClassDef, name: str) -> ast.FunctionDef | None:
        """Return the method of a class that computes an attribute."""
        for statement in holder.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == name:
                decorators = [d.id for d in statement.decorator_list if isinstance(d, ast.Name)]
                return statement if decorators in (["property"], ["cached_property"]) else None
        return None

    def is_self(self, node: ast.expr) -> bool:
        """Return whether ``node`` is the first parameter of a method around it."""
        if not isinstance(node, ast.Name):
            return False
        bindings = self._scopes.reaching(node.id, node)
        if len(bindings) != 1 or bindings[0].kind != "parameter":
            return False
        function = self._scopes.parents[self._scopes.parents[bindings[0].node]]
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        first = [*function.args.posonlyargs, *function.args.args][:1]
        return (
            first == [bindings[0].node]
            and isinstance(self._scopes.parents[function], ast.ClassDef)
            and not _is_static(function)
        )

    def assigned(self, node: ast.expr) -> list[ast.expr | None]:
        """Return what a name or ``self.x`` is assigned, place by place; None where it is unknown."""
        if isinstance(node, ast.Name):
            bindings = self._scopes.reaching(node.id, node)
        elif isinstance(node, ast.Attribute) and (holder := self.class_of(node.value)) is not None:
            bindings = self.attribute_bindings.get((holder, node.attr), [])
        else:
            bindings = []
        return [None if binding.path or binding.kind != "assign" else binding.value for binding in bindings]

    def given(self, node: ast.expr) -> list[ast.expr | None]:
        """Return what `assigned` does; for a parameter, its default and what calls of the file pass."""
        found: list[ast.expr | None] = []
        for binding in self._scopes.reaching(node.id, node) if isinstance(node, ast.Name) else ():
            if isinstance(binding.node, ast.arg):
                function = self._scopes.parents[self._scopes.parents[binding.node]]
                assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
                found.append(default_of(function.args, binding.node))
                if isinstance(function, ast.FunctionDef):
                    found += [self.passed(call, function, binding.node) for call in self.calls_to(function)]
        return [*self.assigned(node), *found]

    @cached_property
    def attribute_bindings(self) -> dict[tuple[ast.ClassDef, str], list[Binding]]:
        """Return everything that is assigned to an attribute of an object of a class of the file."""
        collected: dict[tuple[ast.ClassDef, str], list[Binding]] = defaultdict(list)
        for node in self._scopes.attributes:
            if isinstance(node.ctx, ast.Store):
                holder = self.class_of(node.value)
                if holder is not None:
                    value, path = self._scopes.assigned_value(node)
                    kind = "assign" if value is not None else "other"
                    collected[holder, node.attr].append(Binding(node.attr, node, kind, value, path))
        return collected

    def family(self, holder: ast.ClassDef) -> list[ast.ClassDef]:
        """Return the classes of the file that a class inherits from, and those that inherit from it."""
        if holder not in self._families:
            self._families[holder] = [*self._above(holder), *self.below(holder)]
        return self._families[holder]

    def below(self, holder: ast.ClassDef) -> list[ast.ClassDef]:
        """Return the classes of the file that inherit from a class."""
        return self._subclasses.get(holder, [])

    @cached_property
    def _subclasses(self) -> dict[ast.ClassDef, list[ast.ClassDef]]:
        collected: dict[ast.ClassDef, list[ast.ClassDef]] = defaultdict(list)
        for node in self.classes:
            for holder in self._above(node):
                collected[holder].append(node)
        return collected

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        """Return the classes of the file."""
        return [node for node in self._scopes.scopes if isinstance(node, ast.ClassDef)]

    def _above(self, node: ast.ClassDef) -> Collection[ast.ClassDef]:
        if node in self._bases:
            return self._bases[node]
        found: dict[ast.ClassDef, None] = {}
        waiting = [node]
        while waiting:
            current = waiting.pop()
            for base in current.bases:
                bindings = self._scopes.reaching(base.id, base) if isinstance(base, ast.Name) else []
                for binding in bindings:
                    inner = binding.node
                    if isinstance(inner, ast.ClassDef) and inner is not node and inner not in found:
                        found[inner] = None
                        waiting.append(inner)
        self._bases[node] = found
        return found

    def calls_to(self, function: ast.FunctionDef) -> list[ast.Call]:
        """Return the calls of the file that certainly call ``function``; of a class, its ``__init__``."""
        if self._calls_of is None:
            self._calls_of = defaultdict(list)
            for call in self._scopes.calls:
                called = self.called_function(call)
                if isinstance(called, ast.ClassDef):
                    called = next(
                        (s for s in called.body if isinstance(s, ast.FunctionDef) and s.name == "__init__"),
                        None,
                    )
                if called is not None:
                    self._calls_of[called].append(call)
        return self._calls_of.get(function, [])

    def passed(self, call: ast.Call, function: ast.FunctionDef, parameter: ast.arg) -> ast.expr | None:
        """Return the expression that ``call`` passes for ``parameter``; None when that cannot be seen."""
        for keyword in call.keywords:
            if keyword.arg == parameter.arg:
                return keyword.value
        positional = [*function.args.posonlyargs, *function.args.args]
        is_method = isinstance(self._scopes.parents[function], ast.ClassDef) and not _is_static(function)
        if parameter in positional:
            index = positional.index(parameter) - (1 if is_method else 0)
            if 0 <= index < len(call.args) and not any(
                isinstance(a, ast.Starred) for a in call.args[: index + 1]
            ):
                return call.args[index]
        if any(keyword.arg is None for keyword in call.keywords) or any(
            isinstance(argument, ast.Starred) for argument in call.args
        ):
            return None
        return default_of(function.args, parameter)


def default_of(arguments: ast.arguments, parameter: ast.arg) -> ast.expr | None:
    """Return the default of a parameter."""
    positional = [*arguments.posonlyargs, *arguments.args]
    if parameter in positional:
        index = positional.index(parameter) - (len(positional) - len(arguments.defaults))
        return arguments.defaults[index] if index >= 0 else None
    if parameter in arguments.kwonlyargs:
        return arguments.kw_defaults[arguments.kwonlyargs.index(parameter)]
    return None


def _is_static(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in function.decorator_list)
