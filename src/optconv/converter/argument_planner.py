"""Plans the arguments of one call: what each argument of the target is written from.

Planning is pure. It reads the bound call and the expressions of a case; nothing is edited here.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from optconv.converter.binding import BoundCall
from optconv.converter.call_plan import PlannedArgument, Remark
from optconv.converter.coercion import coerce
from optconv.converter.compose import (
    CannotComposeError,
    Piece,
    compose,
    count_evaluations,
    piece_of,
    render_pieces,
)
from optconv.converter.edits import Render
from optconv.converter.names import NameResolver
from optconv.converter.scopes import ScopeTree
from optconv.converter.source import SourceText
from optconv.converter.values import is_pure, known_value
from optconv.mappings import Tables, message
from optconv.mappings.defaults import is_default
from optconv.mappings.expressions import Expression, parse_expression
from optconv.mappings.schema import Case, TargetApi
from optconv.mappings.signatures import version_key


@dataclass
class ArgumentPlanner:
    """Plans the arguments of calls of one file."""

    tables: Tables
    source: SourceText
    scopes: ScopeTree
    target_version: str | None
    names: NameResolver
    written_out: frozenset[str] = (
        frozenset()
    )  # parameters that are written even where they have their default

    def values(self, bound: BoundCall) -> dict[str, Any]:
        """Return what is known of each parameter: of a given argument, or of the default."""
        values: dict[str, Any] = {}
        for parameter in bound.signature.parameters:
            argument = bound.arguments.get(parameter.name)
            if argument is not None:
                constant = self.constant(argument.node)
                values[parameter.name] = constant or known_value(argument.node, self.scopes)
            elif parameter.default is not None:
                known = parse_expression(parameter.default).evaluate({})
                values[parameter.name] = self.tables.constants.get(parameter.default, known)
        return values

    def constant(self, node: ast.expr) -> str | None:
        """Return what the tables call the constant of the source framework that ``node`` certainly is."""
        if not isinstance(node, (ast.Name, ast.Attribute)) or not self.tables.constants:
            return None
        meaning = self.names.meaning(node)
        found = {self.tables.constants.get(name) for name in meaning.names}
        return found.pop() if meaning.certain and len(found) == 1 else None

    def piece(self, name: str, bound: BoundCall) -> Piece:
        """Return what stands for a parameter: the argument that was given, or the default."""
        argument = bound.arguments.get(name)
        if argument is None:
            default = bound.default(name) or "None"
            return Piece(
                repr(self.tables.constants[default]) if default in self.tables.constants else default
            )
        constant = self.constant(argument.node)
        if constant is not None:
            return Piece(repr(constant))
        return piece_of(self.source, argument.node)

    def arguments(
        self,
        case: Case,
        bound: BoundCall,
        values: Mapping[str, Any],
        extra: Mapping[str, Piece],
    ) -> list[PlannedArgument]:
        """Return the arguments of the target, those that the user gave first and in their order.

        Raises:
            CannotComposeError: an argument would be evaluated twice, or a name that is needed is taken.
        """
        target = self.tables.target_api(case.to)
        planned = []
        self._check_evaluated_once(case, bound)
        for keyword, expression in case.arguments.items():
            argument = self._argument(keyword, expression, target, bound, values, extra)
            if argument is not None:
                planned.append(argument)
        given = sorted((a for a in planned if a.anchor is not None), key=lambda a: a.anchor or 0)
        return given + [argument for argument in planned if argument.anchor is None]

    def whole(
        self,
        expression: Expression,
        bound: BoundCall,
        extra: Mapping[str, Piece],
    ) -> PlannedArgument:
        """Return what is written in place of a whole construction: an expression over its parameters.

        Raises:
            CannotComposeError: an argument would be evaluated twice, or a name that is needed is taken.
        """
        own = {name: self.piece(name, bound) for name in expression.names & set(bound.signature.names)}
        pieces = {**own, **extra}
        trees = [piece.node or ast.parse(f"({piece.text}\n)", mode="eval") for piece in pieces.values()]
        used = {n.id for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Name)}
        expression = expression.with_other_variables(used)
        self.check_names(expression, bound.node)

        def make(render: Render) -> str:
            return compose(expression, render_pieces(pieces, self.source, render))

        return PlannedArgument("", compose(expression, pieces), None, make=make, modules=expression.modules)

    def _check_evaluated_once(self, case: Case, bound: BoundCall) -> None:
        """Refuse to write an argument with effects into several arguments of the target."""
        for name, argument in bound.arguments.items():
            if not is_pure(argument.node):
                piece = piece_of(self.source, argument.node)
                if sum(count_evaluations(e, name, piece) for e in case.arguments.values()) > 1:
                    raise CannotComposeError(name)

    def _argument(
        self,
        keyword: str,
        expression: Expression,
        target: TargetApi | None,
        bound: BoundCall,
        values: Mapping[str, Any],
        extra: Mapping[str, Piece],
    ) -> PlannedArgument | None:
        own = {name: self.piece(name, bound) for name in expression.names & set(bound.signature.names)}
        pieces = {**own, **extra}
        if expression.names - pieces.keys():
            return None  # about a parameter that this version of the source framework does not have
        anchors = [bound.arguments[name].index for name in expression.names if name in bound.arguments]
        from_outside = expression.names & extra.keys()
        places = (extra[name].anchor for name in from_outside)
        anchors += [place for place in places if place is not None]
        value = expression.evaluate(values)
        self.check_names(expression, bound.node)
        can_be_left_out = not anchors or self._is_too_new(keyword, target)
        can_be_left_out = can_be_left_out and not from_outside and keyword not in self.written_out
        if can_be_left_out and is_default(keyword, target, value):
            return None
        wanted = target.types.get(keyword) if target else None
        node = _only_node(expression, pieces)

        def make(render: Render) -> str:
            text = compose(expression, render_pieces(pieces, self.source, render), value)
            return coerce(text, wanted, self.scopes, self.tables.idioms, node)

        text = compose(expression, pieces, value)
        typed = coerce(text, wanted, self.scopes, self.tables.idioms, node)
        verbatim = expression.text in bound.arguments and typed == text and node is not None
        anchor = min(anchors) if anchors else None
        return PlannedArgument(keyword, typed, anchor, verbatim, make, expression.modules)

    def check_names(self, expression: Expression, node: ast.expr) -> None:
        """Refuse an expression with a module or a builtin function whose name means something else here."""
        for name in expression.modules:
            if not self.scopes.is_free(name, name):
                raise CannotComposeError(name, taken=True)
        for name in expression.functions:
            if self.scopes.lookup(name, node) is not None:
                raise CannotComposeError(name, taken=True)

    def cannot_compose(self, error: CannotComposeError) -> Remark:
        """Return what is to be said of an expression that cannot be written."""
        reason = message(
            "argument_planner.builtin_hidden" if error.taken else "argument_planner.evaluated_twice",
            argument=error.name,
        )
        return Remark("OC306", {"reason": reason})

    def _is_too_new(self, keyword: str, target: TargetApi | None) -> bool:
        """Return whether the target version that was asked for does not have the parameter yet."""
        since = target.added.get(keyword) if target else None
        if since is None or self.target_version is None:
            return False
        return version_key(self.target_version) < version_key(since)


def _only_node(expression: Expression, pieces: Mapping[str, Piece]) -> ast.expr | None:
    return pieces[expression.tree.id].node if isinstance(expression.tree, ast.Name) else None
