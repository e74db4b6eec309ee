"""Writes a value in the type that the target insists on: ``1`` as ``1.0``, a tuple as a list."""

from __future__ import annotations

import ast
from typing import Any, TypeGuard

from optconv.converter.epoch_functions import with_integer_epochs
from optconv.converter.scopes import ScopeTree
from optconv.converter.splice import segment, spliced
from optconv.converter.values import (
    is_float,
    is_literal,
    is_number_in_tensor,
    is_truth,
    is_whole_number,
    known_value,
    may_be_integer,
)
from optconv.mappings.expressions import Typed
from optconv.mappings.schema import Idioms

_ALWAYS = "always_"  # a type that is made sure of, whether or not the value can be read


def coerce(text: str, wanted: str | None, scopes: ScopeTree, idioms: Idioms, node: ast.expr | None) -> str:
    """Write a value in the type that the target insists on; what is no literal stays as it is.

    Args:
        text: the value as it would be written.
        wanted: "float", "number", "floats", "int", "bool", "list", "iterable", "str", "epoch_function", one
            of these behind "always_", or None.
        scopes: to look up names.
        idioms: what makes tensors.
        node: the user's expression, when the text is one.
    """
    if wanted is not None and wanted.startswith(_ALWAYS):
        return _always(text, wanted.removeprefix(_ALWAYS), scopes, idioms, node)
    parsed = ast.parse(f"({text}\n)", mode="eval").body
    known = known_value(node if node is not None else parsed, scopes)
    literal = is_literal(parsed)
    if wanted == "number" and is_number_in_tensor(parsed, idioms):
        return _float(text, parsed, known, idioms, integer=False)
    if wanted == "float":
        return _float(
            text, parsed, known, idioms, may_be_integer(node, scopes) if node is not None else False
        )
    if wanted == "floats":
        return _floats(text, parsed, scopes, idioms, node)
    if wanted == "bool":
        whole = _is_whole(known) or (
            node is not None and (may_be_integer(node, scopes) or is_whole_number(node, scopes))
        )
        return (repr(bool(known)) if literal else f"bool({text})") if whole else text
    if wanted == "epoch_function":
        return with_integer_epochs(text, scopes, node)
    if wanted == "int" and isinstance(known, float) and known.is_integer():
        return repr(int(known)) if literal else f"int({text})"
    if wanted == "str" and isinstance(known, Typed) and known.type_name == "path":
        return f"str({text})"
    if wanted == "iterable" and (isinstance(parsed, ast.GeneratorExp) or _is_iterator(known)):
        return f"list{text}" if isinstance(parsed, ast.GeneratorExp) else f"list({text})"
    if wanted == "list":
        if isinstance(parsed, ast.Tuple):
            inside = text[1:-1]
            return f"[{inside if '#' in inside else inside.rstrip().removesuffix(',')}]"
        if isinstance(parsed, (ast.GeneratorExp, ast.Set, ast.SetComp)) or _calls_an_iterator(parsed):
            return f"list{text}" if isinstance(parsed, ast.GeneratorExp) else f"list({text})"
        if (
            isinstance(known, tuple)
            or _is_iterator(known)
            or (isinstance(known, Typed) and known.type_name in ("tuple", "set"))
        ):
            return f"list({text})"
    return text


def _always(text: str, wanted: str, scopes: ScopeTree, idioms: Idioms, node: ast.expr | None) -> str:
    """Convert what cannot be read, too: for the wrong type the target gives no error, and no update."""
    parsed = ast.parse(f"({text}\n)", mode="eval").body
    if wanted == "floats" and _shows_its_entries(parsed) and _shows_its_entries(node):
        pairs = zip(parsed.elts, node.elts, strict=True)
        parts = [(e, _always(segment(text, e), "float", scopes, idioms, n)) for e, n in pairs]
        return spliced(text, parts)
    written = coerce(text, wanted, scopes, idioms, node)
    if written != text or is_literal(parsed) or node is None:
        return written
    if wanted == "bool":
        return text if is_truth(node, scopes) else f"bool({text})"
    if wanted == "float":
        return text if is_float(node, scopes) else f"float({text})"
    known = known_value(node, scopes)
    sure = isinstance(known, (tuple, list)) and all(isinstance(entry, float) for entry in known)
    if isinstance(parsed, ast.Call) and ast.unparse(parsed.func) == "tuple" and len(parsed.args) == 1:
        text = segment(text, parsed.args[0])
    return text if sure else f"tuple(map(float, {text}))"


def _float(text: str, parsed: ast.expr, known: Any, idioms: Idioms, integer: bool) -> str:
    """Write a number as a float: ``1`` as ``1.0``, what may be an integer or a tensor through ``float()``."""
    if is_number_in_tensor(parsed, idioms):
        assert isinstance(parsed, ast.Call)
        inner = parsed.args[0]
        return _as_float(ast.unparse(inner)) if is_literal(inner) else f"float({text})"
    if integer:
        return f"float({text})"
    if _is_whole(known):
        return _as_float(text) if is_literal(parsed) else f"float({text})"
    return text


def _floats(text: str, parsed: ast.expr, scopes: ScopeTree, idioms: Idioms, node: ast.expr | None) -> str:
    """Write the entries of a tuple or list as floats; one that a name holds is made anew if it needs it."""
    if not _shows_its_entries(parsed):
        known = known_value(node if node is not None else parsed, scopes)
        whole = isinstance(known, (tuple, list)) and any(_is_whole(entry) for entry in known)
        return f"tuple(map(float, {text}))" if whole else text
    own = node.elts if _shows_its_entries(node) else parsed.elts
    pairs = zip(parsed.elts, own, strict=True)
    return spliced(text, [(e, coerce(segment(text, e), "float", scopes, idioms, n)) for e, n in pairs])


def _shows_its_entries(node: ast.expr | None) -> TypeGuard[ast.Tuple | ast.List]:
    """Return whether a display says of each place what stands there: none is unpacked into it."""
    return isinstance(node, (ast.Tuple, ast.List)) and not any(
        isinstance(entry, ast.Starred) for entry in node.elts
    )


def _is_whole(known: Any) -> bool:
    return isinstance(known, int) and not isinstance(known, bool)


def _is_iterator(known: Any) -> bool:
    return isinstance(known, Typed) and known.type_name in ("generator", "iterator")


def _calls_an_iterator(node: ast.expr) -> bool:
    iterators = ("range", "filter", "map", "chain", "reversed", "zip")
    match node:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name in iterators
    return False


def _as_float(text: str) -> str:
    """Write an integer literal as a float of the same digits."""
    stripped = text.strip()
    if any(mark in stripped.lower() for mark in ".e") and "x" not in stripped.lower():
        return stripped
    plain = stripped.lstrip("+-").replace("_", "")
    return f"{stripped}.0" if plain.isdigit() else f"float({text})"
