"""Writes the one function of the epoch that the rates of several schedulers combine to.

Each rate is a multiple of the base rate over the epoch, as the rows have it. In a sequence the function has
the one whose turn it is, shifted to its beginning; in a product all of them, multiplied.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from optconv.converter.base_rates import BASE_RATE
from optconv.converter.call_plan import CallPlan, PlannedArgument, Remark
from optconv.converter.combinations import OPTIMIZER_PARAMETER, Combination, Part
from optconv.converter.compose import CannotComposeError, Piece, compose, piece_of, render_pieces
from optconv.converter.edits import Render
from optconv.converter.file_context import Construction, FileContext
from optconv.converter.schedule_facts import schedule_facts
from optconv.converter.scopes import numbered
from optconv.converter.values import known_value
from optconv.mappings.expressions import UNKNOWN, Expression, parse_expression
from optconv.mappings.schema import Factor

EPOCH = "epoch"  # what the function's parameter is called


@dataclass
class FunctionWriter:
    """Writes the function that several schedulers combine to, in the tables' expression language."""

    context: FileContext
    whole: Combination
    facts: Mapping[str, Any]
    base: Piece
    pieces: dict[str, Piece] = field(default_factory=dict)
    parts: list[Construction] = field(default_factory=list)
    boundaries: list[str] = field(default_factory=list)  # what the milestones are called
    problem: Remark | None = None

    def __post_init__(self) -> None:
        for boundary in self.whole.boundaries:
            piece = piece_of(self.context.source, boundary)
            self.boundaries.append(self._name("boundary", piece))

    def factor(self, number: int, part: Part) -> Factor | None:
        """Return the way to write the rate of a part that is right for its place."""
        row = self.context.tables.row(part.api.name)
        values = self._values(number, part)
        for factor in row.factors if row else ():
            fits = factor.role in (None, self.whole.combine.role)
            if fits and (factor.when is None or factor.when.holds(values) is True):
                return factor
        return None

    def text(self, number: int, part: Part, factor: Factor) -> str:
        """Return the rate of a part over ``epoch``, in the names of the whole function."""
        values = self._values(number, part)
        remarks = [*self.context.planner.differences(factor.differs, values)]
        row = self.context.tables.row(part.api.name)
        deciding = {str(i): f.when for i, f in enumerate(row.factors if row else ()) if f.when is not None}
        remarks += dropped_arguments(part, {"": factor.expression, **deciding}, self.whole.combine.resume)
        epoch = f"{EPOCH} - {self.boundaries[number - 1]}" if number and self.boundaries else EPOCH
        construction = Construction(part.node, part.api, CallPlan(None, (), tuple(remarks)), absorbed=True)
        if part.holder is not None:
            text = self._held(part, factor, construction)
            self.parts.append(construction)
            if self._passes_rate(factor):
                self.pieces[BASE_RATE] = self.base
                return f"{text}({epoch}, {BASE_RATE})"
            return f"{text}({epoch})"
        self.parts.append(construction)
        index = self.whole.bound.arguments[self.whole.combine.schedulers].index
        renames = {}
        for name in factor.expression.names - {EPOCH}:
            if name == BASE_RATE:
                self.pieces[name] = self.base
            else:
                piece = self.context.planner.piece(name, part.bound)
                renames[name] = self._name(name, replace(piece, anchor=index))
        return _instantiate(factor.expression, {**renames, EPOCH: epoch})

    def joined(self, texts: list[str]) -> str:
        """Return the whole function's body."""
        if self.whole.combine.role == "product":
            return " * ".join(_in_parentheses(text, (ast.Add, ast.Sub)) for text in texts)
        whole = texts[-1]
        for text, boundary in zip(reversed(texts[:-1]), reversed(self.boundaries), strict=True):
            whole = f"{_in_parentheses(text, ())} if {EPOCH} < {boundary} else {whole}"
        return whole

    def _held(self, part: Part, factor: Factor, construction: Construction) -> str:
        """A part in a variable of its own becomes a function there, and is called by its name."""
        assert part.holder is not None
        passed = self._passes_rate(factor)
        names = factor.expression.names - {EPOCH} - ({BASE_RATE} if passed else set())
        pieces = {
            name: self.base if name == BASE_RATE else self.context.planner.piece(name, part.bound)
            for name in names
        }
        parameters = f"{EPOCH}, {BASE_RATE}" if passed else EPOCH
        expression = parse_expression(f"lambda {parameters}: {factor.expression.text}")
        try:
            self.context.planner.check_names(expression, part.node)
        except CannotComposeError as error:
            self.problem = self.context.planner.cannot_compose(error)

        text = self.context.source.of(part.entry)

        def make(render: Render) -> str:
            function = compose(expression, render_pieces(pieces, self.context.source, render))
            return f"{text} = ({function})" if "\n" in function else f"{text} = {function}"

        construction.instead = make
        construction.kept = tuple(piece.node for piece in pieces.values() if piece.node is not None)
        argument = PlannedArgument("", "", None, modules=expression.modules)
        construction.plan = replace(construction.plan, arguments=(argument,))
        index = self.whole.bound.arguments[self.whole.combine.schedulers].index
        piece = Piece(text, part.entry, index, stable=self._keeps_its_value(part.node))
        return self._name(text if text.isascii() else "part", piece)

    def _passes_rate(self, factor: Factor) -> bool:
        """Return whether a part in a variable is called with the base rate: each group has its own."""
        return self.base.around is not None and BASE_RATE in factor.expression.names

    def _keeps_its_value(self, node: ast.Call) -> bool:
        """Return whether a function may read the variable later.

        A loop may bind it again, and a function does not see the names of a class around it.
        """
        scopes = self.context.scopes
        scope = scopes.enclosing_scope(node)
        loops = (a for a in scopes.ancestors(node) if isinstance(a, (ast.For, ast.AsyncFor, ast.While)))
        return not isinstance(scope.node, ast.ClassDef) and not any(
            scopes.enclosing_scope(loop) is scope for loop in loops
        )

    def _values(self, number: int, part: Part) -> dict[str, Any]:
        until: Any = UNKNOWN
        if number < len(self.whole.boundaries):
            known = [known_value(b, self.context.scopes) for b in self.whole.boundaries[: number + 1]]
            begin = known[number - 1] if number else 0
            until = parse_expression("x - y").evaluate({"x": known[number], "y": begin})
        first = number == 0 or self.whole.combine.role == "product"
        own = {**schedule_facts(self.context, part.bound), "first": first, "until": until}
        return {**self.context.planner.values(part.bound), **self.facts, **own}

    def _name(self, wanted: str, piece: Piece) -> str:
        """Give a piece a name that no other one has, and no parameter of the whole."""
        taken = {*self.pieces, EPOCH, *self.whole.bound.signature.names}
        name = numbered(wanted, taken.__contains__)
        self.pieces[name] = piece
        return name


def _instantiate(expression: Expression, names: Mapping[str, str]) -> str:
    """Return the text of an expression of the tables with its names replaced."""
    tree, text = expression.tree, expression.text
    enclosed = {argument for node in ast.walk(tree) if isinstance(node, ast.Call) for argument in node.args}
    places = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in names]
    for node in sorted(places, key=lambda n: -n.col_offset):
        new = names[node.id]
        written = new if new.isidentifier() or node in enclosed or node is tree else f"({new})"
        text = text[: node.col_offset] + written + text[node.end_col_offset :]
    return text


def _in_parentheses(text: str, operators: tuple[type[ast.operator], ...]) -> str:
    tree = parse_expression(text).tree
    torn = isinstance(tree, (ast.IfExp, ast.Lambda)) or (
        isinstance(tree, ast.BinOp) and isinstance(tree.op, operators)
    )
    return f"({text})" if torn else text


def dropped_arguments(part: Part, used: Mapping[str, Expression], resume: str) -> tuple[Remark, ...]:
    """Say which arguments of a part have no effect on the numbers (``verbose``)."""
    read = {name for expression in used.values() for name in expression.names} | {OPTIMIZER_PARAMETER, resume}
    return tuple(Remark("OC101", {"argument": n}) for n in sorted(part.bound.arguments.keys() - read))
