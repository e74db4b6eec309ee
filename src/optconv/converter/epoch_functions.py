"""Writes functions of the epoch for a target that calls them with a tensor, and the source with an integer.

``lambda epoch: 0.9 ** epoch`` becomes ``lambda epoch: 0.9 ** int(epoch)``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from optconv.converter.scopes import ScopeTree
from optconv.converter.splice import parsed, segment, spliced
from optconv.converter.values import known_value
from optconv.mappings.expressions import Typed

_SEVERAL = ("list", "tuple", "set", "generator", "iterator")
_BINDING = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.NamedExpr)


def with_integer_epochs(text: str, scopes: ScopeTree, node: ast.expr | None) -> str:
    """Return the text of a function, or a list of functions, such that each of them gets an integer.

    Args:
        text: the value as it would be written.
        scopes: to look up names.
        node: the user's expression, when the text is one.
    """
    tree = parsed(text)
    if isinstance(tree, ast.Constant):
        return text  # None: there is no function
    if isinstance(tree, ast.Lambda):
        return _of_lambda(text)
    if isinstance(tree, (ast.List, ast.Tuple)) and not any(isinstance(e, ast.Starred) for e in tree.elts):
        own = node.elts if isinstance(node, (ast.List, ast.Tuple)) else tree.elts
        pairs = zip(tree.elts, own, strict=True)
        return spliced(text, [(e, with_integer_epochs(segment(text, e), scopes, n)) for e, n in pairs])
    if isinstance(tree, ast.ListComp) and isinstance(tree.elt, ast.Lambda):
        return spliced(text, [(tree.elt, _of_lambda(segment(text, tree.elt)))])
    known = known_value(node if node is not None else tree, scopes)
    if isinstance(known, (list, tuple)) or (isinstance(known, Typed) and known.type_name in _SEVERAL):
        return f"[lambda epoch, function=function: function(int(epoch)) for function in {text}]"
    if isinstance(node, ast.Name) and _keeps_its_value(node, scopes):
        return f"lambda epoch: {text}(int(epoch))"
    return f"lambda epoch, function={text}: function(int(epoch))"


def _of_lambda(text: str) -> str:
    """Return a lambda that reads ``int(epoch)`` wherever it read its first parameter."""
    own = parsed(text)
    assert isinstance(own, ast.Lambda)
    parameters = [*own.args.posonlyargs, *own.args.args]
    if not parameters or _is_intricate(own, parameters[0].arg):
        return f"lambda epoch: ({text})(int(epoch))"
    name = parameters[0].arg
    return spliced(text, [(use, f"int({name})") for use in _uses(own.body, name)])


def _is_intricate(tree: ast.Lambda, name: str) -> bool:
    """Return whether the name is bound again inside, or read later, or where its place is not known."""
    for part in ast.walk(tree.body):
        if isinstance(part, ast.JoinedStr):
            return True
        if isinstance(part, _BINDING):
            names = [n for n in ast.walk(part) if isinstance(n, ast.Name)]
            inner = {n.id for n in names if isinstance(n.ctx, ast.Store)}
            inner |= {n.arg for n in ast.walk(part) if isinstance(n, ast.arg)}
            reads = isinstance(part, (ast.Lambda, ast.GeneratorExp)) and any(_uses(part, name))
            called_at_once = isinstance(part, ast.GeneratorExp)
            if name in inner or (reads and not called_at_once):
                return True
    return False


def _uses(tree: ast.AST, name: str) -> Iterator[ast.Name]:
    """Return where a name is read, but for ``int(name)``."""
    match tree:
        case ast.Call(func=ast.Name(id="int"), args=[ast.Name(id=read)], keywords=[]) if read == name:
            return
        case ast.Name(id=read) if read == name:
            yield tree
    for child in ast.iter_child_nodes(tree):
        yield from _uses(child, name)


def _keeps_its_value(node: ast.Name, scopes: ScopeTree) -> bool:
    """Return whether a function may read the name later: it is defined or imported once, in no loop."""
    scope = scopes.lookup(node.id, node)
    bindings = scope.bindings[node.id] if scope is not None else []
    if len(bindings) != 1 or scope is None or isinstance(scope.node, ast.ClassDef) or node.id == "epoch":
        return False
    binding = bindings[0]
    in_loop = any(isinstance(a, (ast.For, ast.AsyncFor, ast.While)) for a in scopes.ancestors(binding.node))
    return not in_loop and (isinstance(binding.node, ast.FunctionDef) or binding.kind == "import")
