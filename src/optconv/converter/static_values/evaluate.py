"""Evaluates expressions of a file: their leaves are looked up, the arithmetic around them is computed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from optconv.converter.bindings import COMPREHENSIONS, Binding
from optconv.converter.file_context import FileContext
from optconv.converter.known_names import function_as_expression
from optconv.converter.static_values.places import Origin, Place, Places
from optconv.mappings.bounded_evaluation import UNBOUND, CannotEvaluateError, Evaluator, Work
from optconv.mappings.bounded_functions import BUILTINS, MATH
from optconv.mappings.expressions import UNKNOWN
from optconv.mappings.rates import RAISED

_MOST_WORK = 200_000
_DEEPEST = 20
_FAILED = (CannotEvaluateError, RecursionError, *RAISED)
_LEAVES = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)
_NUMERIC_MODULES = frozenset({"math", "numpy"})  # their functions of one name do the same with one number


@dataclass(frozen=True)
class UsedValue:
    """A part of an expression whose value was looked up."""

    text: str  # "args.lr"
    value: Any  # a number, a string, a list, …; of a function, the text of it
    origin: Origin
    line: int  # where it stands; 0 for what a person said
    is_function: bool = False
    cell: int | None = None  # of a notebook, where the line is one of


@dataclass(frozen=True)
class Evaluated:
    """What an expression comes to."""

    value: Any  # `UNKNOWN` where it cannot be computed; a function is a callable
    used: tuple[UsedValue, ...] = ()
    missing: tuple[str, ...] = ()  # the parts that would have to be known


@dataclass
class _Found:
    """What is found while one expression is evaluated."""

    used: dict[str, UsedValue] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    work: Work = field(default_factory=lambda: Work(_MOST_WORK))


class StaticValues:
    """Evaluates expressions of one file without running it.

    Args:
        context: the file.
        given: what a person says that parts of the file come to: the value as text, by the text of the part
            (``args.lr``) or its last name (``lr``).
    """

    def __init__(self, context: FileContext, given: Mapping[str, str]) -> None:
        self._context = context
        self._places = Places(context)
        self._given = {_normal(text): value for text, value in given.items()}

    def evaluate(self, node: ast.expr) -> Evaluated:
        """Return what an expression of the file comes to."""
        found = _Found()
        value = self._value(node, found, 0)
        if callable(value):
            value = _tried(value, found)
        used = tuple(found.used.values())
        if value is UNKNOWN:
            return Evaluated(UNKNOWN, used, tuple(dict.fromkeys(found.missing)) or (ast.unparse(node),))
        return Evaluated(value, used)

    def _value(self, node: ast.expr, found: _Found, depth: int) -> Any:
        if depth > _DEEPEST:
            return UNKNOWN
        folding = _Folding(self, found, depth)
        try:
            tree = folding.fold(node, frozenset())
            return Evaluator(folding.meaning, found.work).evaluate(tree)
        except _FAILED:
            return UNKNOWN

    def leaf(self, node: ast.expr, found: _Found, depth: int) -> Any:
        """Return the value of a leaf, and note it; `UNKNOWN` is noted as missing."""
        text = ast.unparse(node)
        said = self.said(node)
        if said is not None:
            value = _evaluated_text(said)
            shown = said if callable(value) else value
            found.used[text] = UsedValue(text, shown, "set", 0, callable(value))
            return value
        place = self._places.of(node)
        if place is None:
            function = self._function(node)
            place = Place(function, "assigned", function.lineno) if function is not None else None
        if place is None:
            found.missing.append(text)
            return UNKNOWN
        missing = len(found.missing)
        value = self._value(place.node, found, depth + 1)
        if value is UNKNOWN:
            if len(found.missing) == missing:  # nothing in it is unknown, but it cannot be computed
                found.missing.append(text)
            return UNKNOWN
        shown = ast.unparse(place.node) if callable(value) else value
        found.used[text] = UsedValue(text, shown, place.origin, place.line, callable(value))
        return value

    def said(self, node: ast.expr) -> str | None:
        """Return what a person says a part of the file comes to, as text."""
        if not self._given:
            return None
        text = ast.unparse(node)
        if text in self._given:
            return self._given[text]
        match node:
            case ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str() as name)):
                return self._given.get(name)
            case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str() as name), *_]):
                return self._given.get(name)
        return None

    def is_function(self, node: ast.expr) -> bool:
        """Return whether a name stands for a function of the file that can be evaluated."""
        return self._function(node) is not None

    def is_written_list(self, node: ast.expr) -> bool:
        """Return whether an expression is, or names, a list that is written out."""
        place = self._places.of(node)
        return isinstance(node if place is None else place.node, (ast.List, ast.Tuple, *COMPREHENSIONS))

    def _function(self, node: ast.expr) -> ast.Lambda | None:
        """Return a function of the file that a name stands for, where it comes to one expression."""
        if not isinstance(node, ast.Name):
            return None
        match self._context.scopes.reaching(node.id, node):
            case [Binding(kind="definition", node=ast.FunctionDef() as function)]:
                return function_as_expression(function)
        return None

    def is_builtin(self, name: ast.Name) -> bool:
        """Return whether a name is a function of the language that is known here."""
        return name.id in BUILTINS and self._context.scopes.lookup(name.id, name) is None

    def numeric_function(self, node: ast.expr) -> str | None:
        """Return which function or constant of `math` an expression is, under whatever name."""
        if not isinstance(node, (ast.Name, ast.Attribute)):
            return None
        meaning = self._context.names.meaning(node)
        module, _, name = (
            next(iter(meaning.names)).partition(".") if len(meaning.names) == 1 else ("", "", "")
        )
        return name if meaning.certain and module in _NUMERIC_MODULES and name in MATH else None


class _Folding:
    """Puts names of single values in the place of the leaves of one expression."""

    def __init__(self, values: StaticValues, found: _Found, depth: int) -> None:
        self._values = values
        self._found = found
        self._depth = depth
        self._leaves: list[ast.expr] = []
        self._known: dict[str, Any] = {}

    def meaning(self, name: str) -> Any:
        """Return what a name of the folded expression stands for; a leaf is looked up when it is needed."""
        if not name.startswith("<"):
            return UNBOUND
        if name not in self._known:
            leaf = self._leaves[int(name[1:-1])]
            self._known[name] = self._values.leaf(leaf, self._found, self._depth)
        return self._known[name]

    def fold(self, node: ast.expr, local: frozenset[str]) -> ast.expr:
        """Return an expression with names in the place of its leaves.

        Args:
            node: the expression.
            local: the names that lambdas and comprehensions around it bind.
        """
        if self._values.said(node) is not None:
            return self._leaf(node)
        function = self._values.numeric_function(node)
        if function is not None:
            return ast.Attribute(ast.Name("math", ast.Load()), function, ast.Load())
        if isinstance(node, _LEAVES):
            if isinstance(node, ast.Name) and (node.id in local or self._values.is_builtin(node)):
                return node
            if not self._goes_on(node, local):
                return self._leaf(node)
        inside = local | _bound_by(node)
        rebuilt: ast.expr = _rebuilt(node, lambda part: self.fold(part, inside))
        return rebuilt

    def _leaf(self, node: ast.expr) -> ast.Name:
        self._leaves.append(node)
        return ast.Name(f"<{len(self._leaves) - 1}>", ast.Load())

    def _goes_on(self, node: ast.expr, local: frozenset[str]) -> bool:
        """Return whether a part is computed from its own parts: arithmetic, and calls of what is known."""
        reads_local = any(isinstance(part, ast.Name) and part.id in local for part in ast.walk(node))
        match node:
            case ast.Call(func=ast.Name(id="len"), args=[counted]):
                return reads_local or self._values.is_written_list(counted)
            case ast.Call(func=ast.Name() as function) if self._values.is_builtin(function):
                return True
            case ast.Call(func=function) if self._values.numeric_function(function) is not None:
                return True
            case ast.Call(func=ast.Name() | ast.Lambda()):
                return reads_local or isinstance(node.func, ast.Lambda) or self._values.is_function(node.func)
            case ast.Subscript():
                return reads_local or not isinstance(node.slice, ast.Constant)
            case ast.Call() | ast.Attribute():
                return reads_local
        return False


def _bound_by(node: ast.expr) -> frozenset[str]:
    match node:
        case ast.Lambda(args=own):
            return frozenset(argument.arg for argument in (*own.posonlyargs, *own.args, *own.kwonlyargs))
    if isinstance(node, COMPREHENSIONS):
        targets = [part for generator in node.generators for part in ast.walk(generator.target)]
        return frozenset(part.id for part in targets if isinstance(part, ast.Name))
    return frozenset()


def _rebuilt(node: Any, fold: Callable[[ast.expr], ast.expr]) -> Any:
    """Return a copy of a node with its parts folded; what is bound stays as it is."""
    copied = type(node)()
    for name, value in ast.iter_fields(node):
        setattr(copied, name, _part(value, fold))
    return ast.copy_location(copied, node) if isinstance(node, ast.expr) else copied


def _part(value: Any, fold: Callable[[ast.expr], ast.expr]) -> Any:
    if isinstance(value, list):
        return [_part(entry, fold) for entry in value]
    if isinstance(value, ast.expr):
        stored = isinstance(getattr(value, "ctx", None), ast.Store)
        return value if stored else fold(value)
    return (
        _rebuilt(value, fold) if isinstance(value, (ast.arguments, ast.comprehension, ast.keyword)) else value
    )


def _tried(function: Callable[[int], Any], found: _Found) -> Any:
    """Return a function of the file, unless something is missing that it reads."""
    with suppress(*_FAILED):
        function(0)
    return UNKNOWN if found.missing else function


def _normal(text: str) -> str:
    """Return a text as it would be printed from its tree. Raises `SyntaxError`."""
    return ast.unparse(ast.parse(text.strip(), mode="eval").body)


def _evaluated_text(text: str) -> Any:
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        return Evaluator(lambda _: UNBOUND, Work(_MOST_WORK)).evaluate(tree)
    except (SyntaxError, *_FAILED):
        return text
