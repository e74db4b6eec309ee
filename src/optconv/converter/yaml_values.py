"""Values of a configuration file as expressions of Python, and such expressions as values again."""

from __future__ import annotations

import ast
import math
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from optconv.converter.source import shortened
from optconv.converter.yaml_tree import YamlNode
from optconv.mappings.expressions import UNKNOWN, Typed, parse_expression

_PLACEHOLDER = "config_value_"  # and a number: stands in Python for what cannot be known of a value
_INTERPOLATION = re.compile(r"[$@]|.*\$\{", re.DOTALL)  # `${lr}`, `@lr`, `$x * 2`
_MISSING = "???"  # a value that is still to be given
_DEEPEST = 20
_LONGEST = 100  # characters of a number
_MOST_VALUES = 20_000  # in all arguments of one class
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TAGS = "tag:yaml.org,2002:"


@dataclass
class ValueReader:
    """Writes values as Python, and keeps the text of each one that cannot be known."""

    text: str  # of the file
    tuples: bool = False  # whether ``(1, 2)`` is a tuple, not a text
    unknown: dict[str, YamlNode] = field(default_factory=dict)  # what stands for it in Python -> the value
    left: int = (
        _MOST_VALUES  # that may still be written: lists of aliases of lists of aliases grow without end
    )

    def python(self, node: YamlNode, depth: int = 0) -> str:
        """Return a value as Python text.

        An alias says what its anchor says. An interpolation, a mapping and a value with a tag are unknown,
        as a variable is.
        """
        self.left -= 1
        if self.left < 0:
            return self._placeholder(node)
        if node.kind == "alias" and node.target is not None and depth < _DEEPEST:
            return self.python(node.target, depth + 1)
        if node.kind == "sequence" and not node.tag and depth < _DEEPEST:
            entries = [self.python(child, depth + 1) for child in node.children[: self.left + 1]]
            return f"[{', '.join(entries)}]" if self.left >= 0 else self._placeholder(node)
        known = self._scalar(node) if node.kind == "scalar" and not node.tag else None
        return self._placeholder(node) if known is None else known

    def shown(self, text: str) -> str:
        """Return a text about the Python with the file's own text in it, for messages."""

        def own(found: re.Match[str]) -> str:
            node = self.unknown.get(found.group())
            return found.group() if node is None else shortened(self.raw(node))

        return re.sub(rf"\b{_PLACEHOLDER}\d+\b", own, text)

    def raw(self, node: YamlNode) -> str:
        """Return the text of a value."""
        return self.text[node.start : node.end]

    def _scalar(self, node: YamlNode) -> str | None:
        """Return a scalar as Python text; None: it cannot be known."""
        if node.text == _MISSING or is_interpolated(node.text):
            return None
        if not node.is_plain:
            return repr(node.text)
        if node.text.startswith("(") and node.text.endswith(")"):
            return node.text if self.tuples and _is_tuple(node.text) else None
        return _plain(node.text)

    def _placeholder(self, node: YamlNode) -> str:
        name = f"{_PLACEHOLDER}{len(self.unknown) + 1}"
        self.unknown[name] = node
        return name


def is_missing(node: YamlNode) -> bool:
    """Return whether a value is still to be given by somebody else."""
    return node.kind == "scalar" and node.text == _MISSING


def is_interpolated(text: str) -> bool:
    """Return whether a text stands for what is known only when the file is used."""
    return _INTERPOLATION.match(text) is not None


def _is_tuple(text: str) -> bool:
    try:
        return isinstance(ast.literal_eval(text), tuple)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False


def _plain(text: str) -> str | None:
    """Return what a plain scalar is taken for, as Python text.

    ``1e-3`` is a number here, as it is for the readers of configurations, although YAML 1.1 wants a point.
    """
    kind = _kind(text)
    if kind == "null":
        return "None"
    if kind in ("bool", "int", "float") and len(text) <= _LONGEST:
        if _INTEGER.fullmatch(text) or (kind == "float" and _FLOAT.fullmatch(text)):
            return text
        value = _constructed(text, kind)
        if isinstance(value, float) and not math.isfinite(value):
            return None if math.isnan(value) else f'float("{value}")'
        return repr(value)
    return repr(text) if kind == "str" else None


def _kind(text: str) -> str:
    if _FLOAT.fullmatch(text) and not _INTEGER.fullmatch(text) and re.search("[.eE]", text):
        return "float"
    tag = yaml.SafeLoader("").resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return str(tag).removeprefix(_TAGS)


def _constructed(text: str, kind: str) -> Any:
    return yaml.SafeLoader("").construct_object(yaml.ScalarNode(f"{_TAGS}{kind}", text))


def as_yaml(text: str, reader: ValueReader) -> str | None:
    """Return Python text as a value of a configuration file; None: it would have to be computed there."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None
    return _written(tree, text.strip(), reader)


def _written(tree: ast.expr, text: str, reader: ValueReader) -> str | None:
    if isinstance(tree, ast.Name):
        node = reader.unknown.get(tree.id)
        return None if node is None or node.anchor else reader.raw(node)  # an anchor stands once
    if isinstance(tree, (ast.List, ast.Tuple)):
        entries = [_entry(entry, text, reader) for entry in tree.elts]
        found = [entry for entry in entries if entry is not None]
        return f"[{', '.join(found)}]" if len(found) == len(entries) else None
    if any(isinstance(part, (ast.Lambda, ast.ListComp)) for part in ast.walk(tree)):
        return None
    try:
        value = parse_expression(text).evaluate({})
    except ValueError:
        return None
    return None if value is UNKNOWN or isinstance(value, Typed) else _literal(value, text)


def _entry(entry: ast.expr, text: str, reader: ValueReader) -> str | None:
    """Write an entry of a list in brackets, in which some signs need quotes."""
    own = ast.get_source_segment(text, entry)
    written = _written(entry, own, reader) if own is not None else None
    node = reader.unknown.get(entry.id) if isinstance(entry, ast.Name) else None
    if written is None or (node is not None and (node.is_block or "\n" in written)):
        return None
    needs_quotes = node is not None and node.is_plain and re.search(r"[][{},]", written)
    return f'"{written}"' if needs_quotes else written


def _literal(value: Any, text: str) -> str | None:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return text if _INTEGER.fullmatch(text) else str(value)
    if isinstance(value, float):
        return _float(value, text)
    if isinstance(value, str):
        return value if _WORD.fullmatch(value) and _kind(value) == "str" else _quoted(value)
    return None


def _quoted(value: str) -> str | None:
    return None if "\n" in value or "\r" in value else "'{}'".format(value.replace("'", "''"))


def _float(value: float, text: str) -> str | None:
    """Write a float so that every reader takes it for one: with a point and a signed exponent."""
    if not math.isfinite(value):
        return {math.inf: ".inf", -math.inf: "-.inf"}.get(value)
    if not _FLOAT.fullmatch(text) or float(text) != value or not text.lstrip("+-")[0].isdigit():
        text = repr(value)
    mantissa, _, exponent = text.lower().partition("e")
    if "." not in mantissa:
        mantissa += ".0"
    if not exponent:
        return mantissa
    return f"{mantissa}e{exponent if exponent[0] in '+-' else '+' + exponent}"
