"""Evaluates the texts of a schedule: its arguments in the source, and what is written in the output."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from optconv.mappings.bounded_evaluation import UNBOUND, CannotEvaluateError, Evaluator, Work
from optconv.mappings.expressions import UNKNOWN
from optconv.mappings.rates import RAISED

_LARGEST_SPAN = 10**6
_FAILED = (CannotEvaluateError, RecursionError, *RAISED)


class ScheduleTexts:
    """Evaluates texts over the names of a file.

    Args:
        names: text by name, None for one that is not known.
        meanings: the values of parts of the texts, whatever they would evaluate to.
        work: how much may be evaluated.
    """

    def __init__(self, names: Mapping[str, str | None], meanings: Mapping[str, Any], work: Work) -> None:
        self._names = names
        self._known: dict[str, Any] = {}  # by name
        self._meant: dict[str, str] = {}  # the name that takes the place of a part, by its dump
        for number, (text, value) in enumerate(meanings.items()):
            tree = _parsed(text)
            if isinstance(tree, ast.Name):
                self._known[tree.id] = value
            elif not isinstance(tree, ast.Constant):
                self._meant[ast.dump(tree)] = f"<{number}>"  # a name that no file has
                self._known[f"<{number}>"] = value
        self._evaluator = Evaluator(self._meaning, work)

    def value(self, text: str) -> Any:
        """Return the value of a text, `UNKNOWN` where it has none that can be computed."""
        try:
            return self._evaluate(text)
        except _FAILED:
            return UNKNOWN

    def entries(self, text: str, numbers: Sequence[int]) -> tuple[float, ...] | None:
        """Return some entries of a list of rates, up to the first that it does not have.

        Where each round of the loop over a range gives one entry, no others are computed.
        """
        try:
            tree = self._tree(text)
            if isinstance(tree, ast.ListComp) and _gives_one_entry_a_round(tree):
                found = self._evaluator.elements(tree, {}, numbers)
            else:
                listed = self._evaluator.evaluate(tree)
                found = [listed[number] for number in numbers if number < len(listed)]
        except _FAILED:
            return None
        if not all(isinstance(rate, (int, float)) and math.isfinite(rate) for rate in found):
            return None
        return tuple(map(float, found)) or None

    def largest_number(self, texts: Iterable[str]) -> int:
        """Return the largest whole number in texts and in what their names stand for; 0 for none."""
        wanted, seen, largest = list(texts), set[str](), 0
        while wanted:
            for node in ast.walk(_parsed(wanted.pop())):
                if isinstance(node, ast.Constant) and type(node.value) is int and node.value <= _LARGEST_SPAN:
                    largest = max(largest, node.value)
                text = self._names.get(node.id) if isinstance(node, ast.Name) else None
                if text is not None and text not in seen:
                    seen.add(text)
                    wanted.append(text)
        return largest

    def _evaluate(self, text: str) -> Any:
        return self._evaluator.evaluate(self._tree(text))

    def _tree(self, text: str) -> ast.expr:
        """Return a text parsed, with a name in the place of each part whose value is given."""
        replaced: ast.expr = _Replacing(self._meant).visit(_parsed(text))
        return replaced

    def _meaning(self, name: str) -> Any:
        if name not in self._known:
            if name not in self._names:
                return UNBOUND
            text = self._names[name]
            self._known[name] = UNKNOWN  # while it is evaluated: it may be a part of itself
            self._known[name] = UNKNOWN if text is None else self.value(text)
        return self._known[name]


class _Replacing(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit(self, node: ast.AST) -> Any:
        name = self.names.get(ast.dump(node)) if self.names and isinstance(node, ast.expr) else None
        return self.generic_visit(node) if name is None else ast.Name(name, ast.Load())


def _parsed(text: str) -> ast.expr:
    return ast.parse(f"({text}\n)", mode="eval").body


def _gives_one_entry_a_round(tree: ast.ListComp) -> bool:
    """Return whether a comprehension has one loop over a range, and else only names for single values."""
    counting = 0
    for generator in tree.generators:
        match generator:
            case ast.comprehension(iter=ast.Call(func=ast.Name(id="range"), args=[_]), ifs=[]):
                counting += 1
            case ast.comprehension(iter=ast.List(elts=[_]), ifs=[]):
                pass
            case _:
                return False
    return counting == 1
