"""Reads a YAML file into plain data that remembers the line of every key and value.

Every scalar is read as text: ``1e-3``, ``2.10`` and ``no`` mean what is written and not what YAML makes of
them. Duplicate keys, anchors, tags and non-text keys are refused, so a table can neither run code nor grow
beyond its own size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from optconv.mappings.errors import TableError

# The C parser is about ten times faster; a PyYAML built without it still works.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LARGEST_TABLE = 1_000_000  # characters
_LONGEST_CHARACTER = 4  # bytes
_DEEPEST_NESTING = 40
_LONGEST_KEY, _LONGEST_REASON = 200, 600  # characters of a message: it may quote what stands in the file


@dataclass(frozen=True)
class Located:
    """A value of a YAML file: text, a list or a mapping of `Located`, and where it stands."""

    value: str | list[Located] | dict[str, Located]
    path: Path
    line: int
    key: str  # dotted path of keys from the top of the file, for messages
    own: bool = True  # of optconv's own tables; those of others need no second language and no reference

    def error(self, expected: str) -> TableError:
        """Return the error that says that something else was expected here."""
        key = _shortened(self.key, _LONGEST_KEY) or "table"
        return TableError(f"{self.path}:{self.line}: {key}: {_shortened(expected, _LONGEST_REASON)}")

    def text(self) -> str:
        """Return the value as text; `TableError` when it is a list or a mapping."""
        if not isinstance(self.value, str):
            raise self.error("expected text")
        return self.value

    def one_of(self, *choices: str) -> str:
        """Return the value as text; `TableError` when it is none of ``choices``."""
        if self.text() not in choices:
            raise self.error(f"expected one of {', '.join(choices)}")
        return self.text()

    def items(self) -> list[Located]:
        """Return the value as a list; `TableError` when it is something else."""
        if not isinstance(self.value, list):
            raise self.error("expected a list")
        return self.value

    def mapping(self, *, allowed: frozenset[str] | None = None) -> dict[str, Located]:
        """Return the value as a mapping; `TableError` when it is none or has a key not in ``allowed``."""
        if not isinstance(self.value, dict):
            raise self.error("expected a mapping")
        for key, entry in self.value.items():
            if allowed is not None and key not in allowed:
                raise entry.error(f"unknown key {key!r}; expected one of {', '.join(sorted(allowed))}")
        return self.value

    def required(self, key: str) -> Located:
        """Return the entry ``key`` of a mapping; `TableError` when it is missing."""
        mapping = self.mapping()
        if key not in mapping:
            raise self.error(f"the key {key!r} is missing")
        return mapping[key]

    def __iter__(self) -> Iterator[tuple[str, Located]]:
        """Iterate over the keys and values of a mapping."""
        return iter(self.mapping().items())


def read_yaml(path: Path, *, own: bool = True) -> Located:
    """Read the one document of ``path``.

    Args:
        path: the file.
        own: whether it is one of optconv's own tables.

    Raises:
        TableError: the file cannot be read, is no YAML, or uses what tables must not use.
    """
    text = _read_text(path)
    if len(text) > _LARGEST_TABLE:
        raise TableError(f"{path}:1: table: larger than {_LARGEST_TABLE:,} characters")
    return parse_yaml(text, path, own=own)


def _read_text(path: Path) -> str:
    """Return the text of a file; of one that is larger than a table may be, no more than shows that."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_TABLE * _LONGEST_CHARACTER)
        cut_off = len(content) == _LARGEST_TABLE * _LONGEST_CHARACTER
        return content.decode("utf-8-sig", "replace" if cut_off else "strict")
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise TableError(f"{path}:1: table: cannot be read: {reason}") from error


def parse_yaml(text: str, path: Path, *, own: bool = True) -> Located:
    """Parse the one document in ``text``; ``path`` is for messages. Raises `TableError`."""
    _refuse_misuse(text, path)
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TableError(f"{path}:{line}: table: not valid YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise TableError(f"{path}:1: table: not valid YAML: {reason}") from error
    if node is None:
        raise TableError(f"{path}:1: table: the file is empty")
    return _locate(node, path, "", own)


def _refuse_misuse(text: str, path: Path) -> None:
    """Stop before a parser that follows aliases and recurses over nested nodes is given the text."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
                raise TableError(f"{path}:{_line(event)}: table: anchors and aliases are not allowed")
            if isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) and event.tag is not None:
                tag = _shortened(event.tag, _LONGEST_KEY)
                raise TableError(f"{path}:{_line(event)}: table: the tag {tag} is not allowed")
            if depth > _DEEPEST_NESTING:
                raise TableError(f"{path}:{_line(event)}: table: nested too deeply")
    except yaml.YAMLError as error:
        if "nesting depth" in str(error):  # libyaml looks ahead, and has a limit of its own
            raise TableError(f"{path}:1: table: nested too deeply") from error
        return  # the parser proper says what is wrong and where


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}..."


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _locate(node: Any, path: Path, key: str, own: bool) -> Located:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return Located(str(node.value), path, line, key, own)
    if isinstance(node, yaml.SequenceNode):
        entries = [_locate(child, path, f"{key}[{i}]", own) for i, child in enumerate(node.value)]
        return Located(entries, path, line, key, own)
    mapping: dict[str, Located] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise TableError(f"{path}:{line}: {_shortened(key, _LONGEST_KEY) or 'table'}: a key must be text")
        name = str(key_node.value)
        inner = f"{key}.{name}" if key else name
        if name in mapping:
            twice = Located(name, path, key_node.start_mark.line + 1, inner)
            raise twice.error("this key stands here twice")
        located = _locate(value_node, path, inner, own)
        # A mapping value may start on a later line; the line of its key is what a person looks for.
        mapping[name] = Located(located.value, path, key_node.start_mark.line + 1, inner, own)
    return Located(mapping, path, line, key, own)
