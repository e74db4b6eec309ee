"""Finds the classes that are used as values together with the calls that they reach.

Classes and calls that belong together are one set: each class goes to calls of the set only, and each call
calls classes of the set only. A set is converted as a whole or stays as a whole.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from optconv.converter.class_places import Obstacle, Opening, Places
from optconv.converter.class_sources import Source, trace
from optconv.converter.class_uses import follow
from optconv.converter.file_context import FileContext
from optconv.converter.references import Found, is_alias
from optconv.converter.tree_index import position_of
from optconv.mappings import Text, message


@dataclass(frozen=True)
class Candidate:
    """A class that a call can call."""

    found: Found
    partials: tuple[ast.Call, ...] = ()


@dataclass
class ClassSet:
    """Classes and calls that belong together."""

    mentions: list[Found] = field(default_factory=list)
    calls: dict[ast.Call, list[Candidate]] = field(default_factory=dict)
    obstacles: dict[ast.expr, Obstacle] = field(default_factory=dict)  # by the mention or the call
    openings: dict[Opening, ast.expr] = field(default_factory=dict)  # with the mention or the call

    def of_mention(self, mention: Found) -> list[ast.Call]:
        """Return the calls that call what is named at one place."""
        return [c for c, found in self.calls.items() if any(one.found is mention for one in found)]


@dataclass
class ClassValues:
    """The classes of a file that are used as values."""

    sets: list[ClassSet]
    seen: set[ast.expr]  # every expression that holds one


def find_classes(context: FileContext, values: Sequence[Found]) -> ClassValues:
    """Follow the optimizer classes that are used as values, and sort them into sets.

    What each call builds is noted, so that it is known of its result.

    Args:
        context: the file.
        values: the references that are no calls, annotations or the like: a class is named, or a variable is
            read that holds one.
    """
    classes = [found for found in values if found.api.kind == "optimizer" and found.several is None]
    mentions = [found for found in classes if not is_alias(context, found)]
    finder = _Finder(context, mentions)
    sets = [finder.collect(mention) for mention in mentions if mention.node not in finder.done]
    for collected in sets:
        for call, candidates in collected.calls.items():
            # One that can build something else, too, stays: then it does not matter what.
            if candidates:
                context.kinds.class_calls[call] = frozenset(one.found.api for one in candidates)
    return ClassValues(sets, finder.seen)


class _Finder:
    """Collects the sets of one file."""

    def __init__(self, context: FileContext, mentions: Sequence[Found]) -> None:
        self.context = context
        self.places = Places(context)
        self.by_node = {found.node: found for found in mentions}
        self.done: set[ast.expr] = set()
        self.seen: set[ast.expr] = set()

    def collect(self, first: Found) -> ClassSet:
        """Return the set that a class belongs to."""
        collected = ClassSet()
        todo = [first]
        while todo:
            mention = todo.pop()
            if mention.node in self.done:
                continue
            self.done.add(mention.node)
            todo += self._add(collected, mention)
        collected.mentions.sort(key=lambda found: position_of(found.node))
        self._close(collected)
        return collected

    def _add(self, collected: ClassSet, mention: Found) -> list[Found]:
        """Add a class with the calls that it reaches; return the other classes of these calls."""
        uses = follow(self.places, mention.node)
        self.seen |= uses.seen
        collected.mentions.append(mention)
        obstacles = uses.obstacles
        if not obstacles and not uses.calls:
            obstacles = [Obstacle(message("class_sets.no_call"), mention.node)]
        if obstacles and obstacles[0] not in collected.obstacles.values():  # else it has been said
            collected.obstacles[mention.node] = obstacles[0]
        for opening in uses.openings:
            collected.openings.setdefault(opening, mention.node)
        new = (call for call in uses.calls if call not in collected.calls)
        return [found for call in new for found in self._add_call(collected, call)]

    def _add_call(self, collected: ClassSet, call: ast.Call) -> list[Found]:
        sources = trace(self.places, call, self.by_node.keys())
        collected.calls[call] = sorted(
            (self._candidate(source) for source in sources.classes), key=lambda c: position_of(c.found.node)
        )
        if sources.obstacles:
            collected.obstacles[call] = sources.obstacles[0]
        for opening in sources.openings:
            collected.openings.setdefault(opening, call)
        return [candidate.found for candidate in collected.calls[call]]

    def _candidate(self, source: Source) -> Candidate:
        return Candidate(self.by_node[source.mention], source.partials)

    def _close(self, collected: ClassSet) -> None:
        """Turn what other files can reach into obstacles, unless the file is a program.

        A file that builds the optimizer when it is imported is a program: nobody imports it for its names.
        """
        if any(self.places.runs_on_import(call) for call in collected.calls):
            return
        classes = [candidate.found.api for found in collected.calls.values() for candidate in found]
        refuses = self.context.tables.refuse_source_calls(classes)
        for opening, node in collected.openings.items():
            if opening.given or not refuses:
                collected.obstacles.setdefault(node, Obstacle(self._reached_by_others(opening), node))

    def _reached_by_others(self, opening: Opening) -> Text:
        if opening.given:
            return message("class_sets.given_by_others", name=opening.name)
        source, target = self.context.tables.source_module, self.context.tables.target
        if target.refuses_source_calls:  # then the class is a team's, of which this is not known
            return message("class_sets.taken_of_team", name=opening.name, source=source, target=target.title)
        return message("class_sets.taken_by_others", name=opening.name, source=source, target=target.title)
