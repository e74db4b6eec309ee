"""Finds the places of a configuration file that name a class and its arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from optconv.converter.source import Span
from optconv.converter.yaml_tree import YamlNode
from optconv.mappings import Tables, Text, message

_MERGE = "<<"
_FURTHER_LINE_ENDS = re.compile("[\x85\u2028\u2029]")  # of YAML 1.1, and of nothing else


@dataclass(frozen=True)
class Pair:
    """A key and its value."""

    key: YamlNode
    value: YamlNode

    @property
    def span(self) -> Span:
        """Return the place of both."""
        return Span(self.key.start, self.value.end)


@dataclass(frozen=True, eq=False)
class Entry:
    """One place that names a class: a mapping with a certain key, or a node with a certain tag."""

    node: YamlNode
    name: str  # of the class, "torch.optim.SGD"
    named: Span  # where the name stands
    shown: Span  # what a diagnostic points to
    by_key: bool  # not by a tag
    arguments: tuple[Pair, ...] = ()
    options: frozenset[str] = frozenset()  # keys beside them that are no arguments
    problem: Text | None = None  # why its arguments cannot be seen, or not be rewritten
    around: Entry | None = None  # the entry of whose arguments it is a part


def find_entries(text: str, roots: Sequence[YamlNode], tables: Tables) -> list[Entry]:
    """Return the places that name a class of the source framework, or one of a team's, in their order.

    They may name any class of the framework, also one that the tables are not about.
    """
    finder = _Finder(text, tables)
    return list(finder.entries(roots))


class _Finder:
    def __init__(self, text: str, tables: Tables) -> None:
        self._text = text
        self._idioms = tables.idioms
        self._tables = tables
        self._merged: set[YamlNode] = set()
        self._odd_lines = _FURTHER_LINE_ENDS.search(text) is not None

    def entries(self, roots: Sequence[YamlNode]) -> Iterator[Entry]:
        self._merged = {node for root in roots for node in _merged_nodes(root)}
        waiting: list[tuple[YamlNode, Entry | None]] = [(root, None) for root in reversed(roots)]
        while waiting:
            node, around = waiting.pop()
            entry = self._by_tag(node, around) or self._by_key(node, around)
            if entry is not None:
                yield entry
            waiting.extend((child, entry or around) for child in reversed(node.children))

    def _is_of_source(self, name: str) -> bool:
        return name.startswith(f"{self._tables.source_module}.") or name in self._tables.extra_names

    def _by_tag(self, node: YamlNode, around: Entry | None) -> Entry | None:
        start = next((word for word in self._idioms.class_tags if node.tag.startswith(word)), None)
        name = node.tag.removeprefix(start or "")
        if start is None or not self._is_of_source(name):
            return None
        place = self._text.find(node.tag, node.start, node.content)
        if place < 0:
            named = shown = Span(node.start, node.content)
            unusual = message("yaml_entries.unusual_form")
            return Entry(node, name, named, shown, by_key=False, problem=unusual, around=around)
        shown = Span(place, place + len(node.tag))
        named = Span(shown.end - len(name), shown.end)
        problem = None
        if node.kind == "sequence" or (node.kind == "scalar" and node.text):
            problem = message("yaml_entries.positional_arguments", argument=node.tag)
        pairs = tuple(Pair(*pair) for pair in node.pairs) if node.kind == "mapping" else ()
        problem = problem or self._problem(node, pairs)
        return Entry(node, name, named, shown, by_key=False, arguments=pairs, problem=problem, around=around)

    def _by_key(self, node: YamlNode, around: Entry | None) -> Entry | None:
        if node.kind != "mapping":
            return None
        pairs = [Pair(*pair) for pair in node.pairs]
        naming = [pair for pair in pairs if pair.key.text in self._idioms.class_keys]
        found = naming[0] if naming else None
        name = _said(found.value) if found is not None else ""
        if found is None or not self._is_of_source(name):
            return None
        named = self._inside_quotes(found.value)
        arguments = tuple(pair for pair in pairs if pair not in naming and not self._is_option(pair))
        unusual = len(naming) > 1 or self._text[named.start : named.end] != name or found.value.anchor
        problem = message("yaml_entries.unusual_form") if unusual else self._problem(node, tuple(pairs))
        return Entry(
            node,
            name,
            named,
            found.span,
            by_key=True,
            arguments=arguments,
            options=frozenset(pair.key.text for pair in pairs if self._is_option(pair)),
            problem=problem,
            around=around,
        )

    def _is_option(self, pair: Pair) -> bool:
        return pair.key.text in self._idioms.class_options

    def _problem(self, node: YamlNode, pairs: tuple[Pair, ...]) -> Text | None:
        """Return why the arguments cannot be seen, or cannot be rewritten where they stand."""
        if node in self._merged:
            return message("yaml_entries.merged_elsewhere")
        for pair in pairs:
            if pair.key.text == _MERGE and pair.key.is_plain:
                return message("yaml_entries.merged_here")
            if pair.key.text in self._idioms.positional_keys:
                return message("yaml_entries.positional_arguments", argument=pair.key.text)
            if not self._is_simple(pair.key):
                return message("yaml_entries.unusual_form")
        in_brackets = node.kind == "mapping" and node.style == "flow"
        alone = in_brackets and not self._text.startswith("{", node.content)  # in a list: [key: value]
        return message("yaml_entries.unusual_form") if alone or self._odd_lines else None

    def _is_simple(self, key: YamlNode) -> bool:
        """Return whether a key is written as it is, with nothing in front of it."""
        span = self._inside_quotes(key)
        before = self._text[self._text.rfind("\n", 0, key.start) + 1 : key.start]
        marked = re.search(r"(?:^|[\s{,])\?\s*$", before)
        plain = key.kind == "scalar" and not key.tag and not key.anchor and not marked
        return plain and self._text[span.start : span.end] == key.text

    def _inside_quotes(self, node: YamlNode) -> Span:
        quoted = node.style in ("'", '"')
        return Span(node.content + quoted, node.end - quoted)


def _said(node: YamlNode) -> str:
    """Return the text of a scalar, or of the one that an alias stands for."""
    target = node.target if node.kind == "alias" else node
    return target.text if target is not None and target.kind == "scalar" else ""


def _merged_nodes(root: YamlNode) -> Iterator[YamlNode]:
    """Return the mappings that are merged into others."""
    for node in root.walk():
        for key, value in node.pairs if node.kind == "mapping" else ():
            if key.text == _MERGE and key.is_plain:
                sources = value.children if value.kind == "sequence" else [value]
                yield from (source.target for source in sources if source.target is not None)
