"""A YAML text as a tree in which every node knows where it stands; nothing is constructed from it.

The parser's events are put together here, and not by the library: in its tree an alias is the node of the
anchor itself, and the place where the alias stands is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from optconv.converter.source import Span

Kind = Literal["scalar", "sequence", "mapping", "alias"]
_DEEPEST_NESTING = 100
_PROPERTY = re.compile(r"[!&]\S*")
_BETWEEN = re.compile(r"(?:\s|#[^\r\n]*)*")
_BLOCK_SCALARS = ("|", ">")


class InvalidYamlError(ValueError):
    """A text is no YAML; ``offset`` is where that was noticed."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.offset = offset


@dataclass(eq=False)
class YamlNode:
    """One node, with its place in the text."""

    kind: Kind
    start: int  # of its tag and anchor, if it has any
    content: int  # where it begins behind them
    end: int = -1
    text: str = ""  # what a scalar says, the anchor that an alias means
    tag: str = ""  # as the parser reads it, where one is written
    anchor: str = ""
    style: str = ""  # the quote or sign of a scalar that is not plain; "flow" of a collection in brackets
    children: list[YamlNode] = field(default_factory=list)  # of a mapping: keys and values by turns
    target: YamlNode | None = None  # what an alias stands for

    @property
    def pairs(self) -> list[tuple[YamlNode, YamlNode]]:
        """Return the keys and values of a mapping."""
        return list(zip(self.children[::2], self.children[1::2], strict=True))

    @property
    def is_plain(self) -> bool:
        """Return whether this is a scalar without quotes and without a tag: its look says what it is."""
        return self.kind == "scalar" and not self.style and not self.tag

    @property
    def is_block(self) -> bool:
        """Return whether it is written over lines of its own: in a block style."""
        if self.kind == "scalar":
            return self.style in _BLOCK_SCALARS
        return self.kind != "alias" and self.style != "flow"

    @property
    def span(self) -> Span:
        """Return its place, with its tag and anchor."""
        return Span(self.start, self.end)

    def walk(self) -> Iterator[YamlNode]:
        """Return the node and everything in it, in order; aliases are not followed."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


def compose(text: str) -> list[YamlNode]:
    """Return the roots of the documents in ``text``.

    Raises:
        InvalidYamlError: it is no YAML.
    """
    composer = _Composer(text)
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = error.problem or error.context or "it cannot be parsed"
        raise InvalidYamlError(reason, _index(mark)) from error
    except yaml.reader.ReaderError as error:
        raise InvalidYamlError(str(error.reason), int(error.position)) from error
    return composer.roots


def _index(mark: Any) -> int:
    return 0 if mark is None else int(mark.index)


class _Composer:
    """Makes nodes of events."""

    def __init__(self, text: str) -> None:
        self.roots: list[YamlNode] = []
        self._text = text
        self._open: list[YamlNode] = []
        self._anchors: dict[str, YamlNode] = {}

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self._anchors = {}
            case yaml.ScalarEvent():
                node = self._node("scalar", event)
                node.text, node.style = event.value, event.style or ""
                node.end = _index(event.end_mark)
                if node.is_block:  # the line end behind it is no part of it here
                    node.end = node.start + len(self._text[node.start : node.end].rstrip())
                node.content = min(node.content, node.end)
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                is_list = isinstance(event, yaml.SequenceStartEvent)
                node = self._node("sequence" if is_list else "mapping", event)
                node.style = "flow" if event.flow_style else ""
                self._open.append(node)
                if len(self._open) > _DEEPEST_NESTING:
                    raise InvalidYamlError("nested too deeply", node.start)
            case yaml.CollectionEndEvent():
                self._close(event)

    def _node(self, kind: Kind, event: yaml.NodeEvent) -> YamlNode:
        start = _index(event.start_mark)
        tag, anchor = getattr(event, "tag", None) or "", event.anchor or ""
        content = start
        for _ in filter(None, (tag, anchor)):
            found = _PROPERTY.match(self._text, content)
            if found is not None:
                between = _BETWEEN.match(self._text, found.end())
                content = between.end() if between else found.end()
        node = YamlNode(kind, start, content, tag=tag, anchor=anchor)
        if anchor and kind != "alias":
            self._anchors[anchor] = node
        self._add(node)
        return node

    def _add(self, node: YamlNode) -> None:
        (self._open[-1].children if self._open else self.roots).append(node)

    def _alias(self, event: yaml.AliasEvent) -> None:
        name = event.anchor or ""
        target = self._anchors.get(name)
        if target is None:
            raise InvalidYamlError(f"found undefined alias {name!r}", _index(event.start_mark))
        start, end = _index(event.start_mark), _index(event.end_mark)
        self._add(YamlNode("alias", start, start, end, name, target=target))

    def _close(self, event: yaml.CollectionEndEvent) -> None:
        node = self._open.pop()
        if node.style == "flow":
            node.end = _index(event.end_mark)
        else:  # the parser means the next token, behind comments and blank lines
            node.content = node.children[0].start if node.children else node.content
            node.end = node.children[-1].end if node.children else node.content
