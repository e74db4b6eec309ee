"""What libcst's QualifiedNameProvider says of every name of a source, and how ours compares with it.

The provider looks at one scope at a time and at all of its assignments, whatever their order. We also ask
which of them can be in effect at a use, and follow values (``Opt = optim.Adam``), so we may say less or more
in known ways; each such way is a `Verdict` of its own.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import libcst as cst
from libcst.metadata import (
    CodeRange,
    MetadataWrapper,
    PositionProvider,
    QualifiedName,
    QualifiedNameProvider,
    QualifiedNameSource,
)

from optconv.converter.names import Meaning, NameResolver
from optconv.converter.scopes import ScopeTree
from optconv.converter.source import decode
from optconv.mappings import Tables, load_tables, target_names

Place = tuple[int, int, int, int]  # first line, first column, last line, last column; columns count from 0


class Verdict(Enum):
    """How our meaning of one expression compares with the provider's."""

    SAME = "the same names"
    UNCERTAIN = "the provider's names among others, reported as uncertain"
    FEWER = "some of the provider's names: the other assignments cannot be in effect here"
    FOLLOWED = "more than the provider: an assigned value was followed"
    STAR = "more than the provider: a star import was looked into"
    NOT_HERE = "nothing, where an assignment that the provider also sees is in effect"
    MISSED = "nothing, where the provider sees nothing but imports"
    INVENTED = "certain of a name that the provider rules out"

    @property
    def is_defect(self) -> bool:
        """Return whether the comparison ended in a way that is wrong whatever the reason."""
        return self in (Verdict.MISSED, Verdict.INVENTED)


@dataclass(frozen=True)
class Comparison:
    """One expression of a source, what both say of it, and the verdict."""

    place: Place
    text: str
    provider: frozenset[QualifiedName]
    ours: Meaning
    verdict: Verdict

    def __str__(self) -> str:
        theirs = ", ".join(sorted(f"{name.name} ({name.source.name})" for name in self.provider)) or "nothing"
        ours = (
            f"{', '.join(sorted(self.ours.names)) or 'nothing'}{'' if self.ours.certain else ' (uncertain)'}"
        )
        return f"line {self.place[0]}: `{self.text}`: {self.verdict.value}; provider: {theirs}; ours: {ours}"


@lru_cache(maxsize=1)
def any_tables() -> Tables:
    """Return the tables of a target; the source catalogue is the same in all of them."""
    return load_tables(target_names()[0])


def compare(text: str, *, of_any_package: bool = False) -> list[Comparison]:
    """Compare every name and attribute that either side takes for something of the source framework.

    Args:
        text: the source.
        of_any_package: also compare names that are imported from other packages.
    """
    provided = _provided(text)
    compared = []
    for place, (shown, ours, is_star) in _resolved(text).items():
        provider = provided.get(place, frozenset())
        concerns = _is_anything if of_any_package else _is_torch
        verdict = _verdict(provider, ours, concerns, is_star=is_star)
        if verdict is not None:
            compared.append(Comparison(place, shown, provider, ours, verdict))
    return sorted(compared, key=lambda comparison: comparison.place)


def _provided(text: str) -> dict[Place, frozenset[QualifiedName]]:
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    names = wrapper.resolve(QualifiedNameProvider)
    places = wrapper.resolve(PositionProvider)
    provided: dict[Place, frozenset[QualifiedName]] = {}
    for node, found in names.items():
        if isinstance(node, (cst.Name, cst.Attribute)):
            qualified = found() if callable(found) else found
            provided[_place(places[node])] = frozenset(qualified)
    return provided


def _place(found: CodeRange) -> Place:
    return found.start.line, found.start.column, found.end.line, found.end.column


def _resolved(text: str) -> dict[Place, tuple[str, Meaning, bool]]:
    """Return, by place, the text of each name and attribute, what we make of it, and if a star gave it."""
    source = decode(text.encode())
    scopes = ScopeTree(ast.parse(text))
    tables = any_tables()
    names = NameResolver(scopes, tables)
    resolved = {}
    for node in [*scopes.names, *scopes.attributes]:
        root = _root(node)
        if root is None:
            continue  # the provider takes ``torch.ones(2).to`` for a name ``torch.ones.to``; there is none
        span = source.span(node)
        first, last = source.position(span.start), source.position(span.end)
        place = (first.line, first.column - 1, last.line, last.column - 1)
        is_star = not scopes.reaching(root.id, root)
        resolved[place] = (source.of(node), names.meaning(node), is_star)
    return resolved


def _root(node: ast.expr) -> ast.Name | None:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node if isinstance(node, ast.Name) else None


def _is_torch(name: str) -> bool:
    return name == "torch" or name.startswith("torch.")


def _is_anything(name: str) -> bool:
    return bool(name)


def _verdict(
    provider: frozenset[QualifiedName], ours: Meaning, concerns: Callable[[str], bool], *, is_star: bool
) -> Verdict | None:
    """Compare two answers; None when neither speaks of what concerns us."""
    imported = {n.name for n in provider if n.source is QualifiedNameSource.IMPORT and concerns(n.name)}
    other = {n.name for n in provider} - imported
    own = {name for name in ours.names if concerns(name)}
    if not imported and not own:
        return None
    if own - imported:
        return _more(ours, is_star=is_star)
    if own == imported:
        return Verdict.SAME if ours.certain and not other else _partly(ours)
    if own:
        return Verdict.FEWER
    return Verdict.NOT_HERE if other else Verdict.MISSED


def _more(ours: Meaning, *, is_star: bool) -> Verdict:
    if is_star:
        return Verdict.STAR
    if ours.through_value:
        return Verdict.FOLLOWED
    return Verdict.INVENTED if ours.certain else Verdict.UNCERTAIN


def _partly(ours: Meaning) -> Verdict:
    return Verdict.FEWER if ours.certain else Verdict.UNCERTAIN
