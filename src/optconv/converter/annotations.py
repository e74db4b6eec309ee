"""Where an expression is a type: annotations, as code or as a string, and what stands for one elsewhere.

A string is taken for an annotation only where nothing else can stand; then its names are names of the file.
"""

from __future__ import annotations

import ast
import re

from optconv.converter.source import SourceText
from optconv.converter.tree_index import TreeIndex, last_name

_GENERIC = frozenset(
    {"Optional", "Union", "List", "Tuple", "Dict", "Set", "FrozenSet", "Type", "Callable", "Iterable"}
    | {"Iterator", "Sequence", "Mapping", "MutableMapping", "Generator", "ClassVar", "Final"}
)
_NO_TYPES_INSIDE = frozenset({"Literal", "Annotated"})
_TYPE_TEXT = re.compile(r"[A-Za-z_][\w.\[\], |]*")


def is_annotation(scopes: TreeIndex, node: ast.expr) -> bool:
    """Return whether an expression is (part of) a type and nothing else."""
    child: ast.AST = node
    for ancestor in scopes.ancestors(node):
        match ancestor:
            case ast.arg():
                return True
            case ast.AnnAssign():
                return ancestor.annotation is child
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return ancestor.returns is child
            case ast.Call():
                return _takes_type(ancestor, child)
            case ast.Subscript(value=holder) if holder is not child and last_name(holder) in _GENERIC:
                return True
            case ast.Subscript(value=holder) if last_name(holder) in _NO_TYPES_INSIDE:
                return False
            case ast.Assign():
                return isinstance(child, ast.BinOp) and isinstance(child.op, ast.BitOr)
            case ast.stmt() if type(ancestor).__name__ == "TypeAlias":  # Python 3.12
                return True
            case ast.stmt() | ast.Lambda():
                break
        child = ancestor
    return False


def _takes_type(call: ast.Call, child: ast.AST) -> bool:
    """Return whether an argument is a type: the first of ``cast``, a bound or a choice of ``TypeVar``."""
    if last_name(call.func) == "cast":
        return call.args[:1] == [child]
    if last_name(call.func) == "TypeVar":
        return child in call.args[1:] or (isinstance(child, ast.keyword) and child.arg == "bound")
    return False


def adopt_strings(scopes: TreeIndex, source: SourceText) -> None:
    """Make the names in annotations that are strings names of the file.

    Args:
        scopes: the index of the file.
        source: its text.
    """
    for string in scopes.strings:
        text = str(string.value)
        if len(text) > 200 or not _TYPE_TEXT.fullmatch(text) or not text.isascii():
            continue
        if string.lineno != string.end_lineno or not is_annotation(scopes, string):
            continue
        if source.of(string)[1:-1] != text:
            continue  # a prefix, an escape or three quotes
        try:
            parsed = ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError):
            continue
        _move(parsed, string)
        scopes.adopt(parsed, string)


def _move(tree: ast.expr, string: ast.Constant) -> None:
    """Give the nodes of a parsed string the places where they stand in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            node.lineno = node.end_lineno = string.lineno
            node.col_offset += string.col_offset + 1
            node.end_col_offset = (node.end_col_offset or 0) + string.col_offset + 1
