"""Finds the comments of a configuration file with the lines that each of them concerns.

All lines of one entry, which is a mapping that names a class and the key in front of it, are what a logical
line is in Python.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from optconv.converter.directive_comments import Comment, may_ask_to_skip
from optconv.converter.source import SourceText, UndecodableError, decode_utf8
from optconv.converter.yaml_entries import Entry
from optconv.converter.yaml_tree import InvalidYamlError, YamlNode, compose

_COMMENT = re.compile(r"(?<!\S)#[^\r\n]*")
_CODE = re.compile(r"(?<![^\r\n])[ \t]*[^\s#]")  # at the beginning of a line that is no comment


def skips_yaml(source: bytes) -> bool:
    """Return whether a line of a YAML file is the comment that it is to be left alone."""
    if not may_ask_to_skip(source):
        return False
    try:
        text = decode_utf8(source)
        found = yaml_comments(text, compose(text.text))
    except (UndecodableError, InvalidYamlError):
        return True
    return any(comment.asks_to_skip for comment in found)


def yaml_comments(
    source: SourceText, roots: Iterable[YamlNode], entries: Iterable[Entry] = ()
) -> list[Comment]:
    """Return every comment of a YAML file.

    Args:
        source: its text.
        roots: its documents.
        entries: the places in it that name a class.
    """
    text = source.text
    scalars = _scalars(source, roots)
    starts = [start for start, _ in scalars]
    zones = _zones(source, roots, entries)
    found = []
    for match in _COMMENT.finditer(text):
        at = bisect_right(starts, match.start()) - 1
        if at >= 0 and match.start() < scalars[at][1]:
            continue
        place = source.position(match.start())
        alone = not text[source.line_start(place.line) : match.start()].strip()
        below = _CODE.search(text, match.end()) if alone else None
        line = source.line_of(below.end() - 1) if below is not None else place.line
        found.append(Comment(match[0], place, zones.get(line, range(line, line + 1)), alone))
    return found


def _scalars(source: SourceText, roots: Iterable[YamlNode]) -> Sequence[tuple[int, int]]:
    """Return the ranges in which a ``#`` is text: quoted scalars, and the lines of block scalars."""
    found = []
    for root in roots:
        for node in root.walk():
            if node.kind == "scalar" and node.style:
                start = source.line_end(node.content) if node.is_block else node.start
                found.append((start, node.end))
    return sorted(found)


def _zones(
    source: SourceText, roots: Iterable[YamlNode], entries: Iterable[Entry]
) -> dict[int, frozenset[int]]:
    """Return for each line of an entry all lines of it, from its key on, but for those of entries in it."""
    mappings = (node for root in roots for node in root.walk() if node.kind == "mapping")
    holders = {value: key for mapping in mappings for key, value in mapping.pairs}
    owner: dict[int, int] = {}
    for number, entry in enumerate(entries):  # an entry comes behind the one around it
        head = holders.get(entry.node, entry.node)
        last = source.line_of(max(entry.node.end - 1, entry.node.start))
        owner.update(dict.fromkeys(range(source.line_of(head.start), last + 1), number))
    lines: dict[int, set[int]] = {}
    for line, number in owner.items():
        lines.setdefault(number, set()).add(line)
    return {line: frozenset(lines[number]) for line, number in owner.items()}
