"""Who calls a function of one file from the other files of its project, and who uses it in another way.

Calls that are missed would make certain what is not: one of them may pass something else.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from optconv.converter.project_mentions import may_call_method, may_read
from optconv.converter.project_module import Definition, ProjectModule

if TYPE_CHECKING:
    from optconv.converter.project_modules import ProjectModules

_CONSTRUCTOR = "__init__"
_MOST_BASES = 8  # classes that one is followed up through
_HOLDERS = (ast.Call, ast.keyword, ast.Return, ast.Tuple, ast.List, ast.Dict, ast.IfExp)
_LOOKING = ("isinstance", "issubclass")

Use = tuple[ProjectModule, ast.Call | None]
"""A call, and the module in which it stands; None: another use, behind which there may be calls."""


def uses_elsewhere(
    project: ProjectModules, own: ProjectModule, function: ast.FunctionDef, depth: int
) -> Iterator[Use]:
    """Return the calls of a function from other files, and of a constructor those through subclasses."""
    holder = own.scopes.parents[function]
    if not isinstance(holder, ast.ClassDef):
        yield from _uses(project, Definition(own, function))
    elif function.name == _CONSTRUCTOR:
        yield from _uses(project, Definition(own, holder))
        yield from _through_subclasses(project, Definition(own, holder), function)
    else:
        yield from _method_calls(project, own, function, depth)


def method_of(found: Definition, name: str, depth: int = 0) -> Definition | None:
    """Return the method that objects of a class certainly have by a name, be it inherited."""
    assert isinstance(found.node, ast.ClassDef)
    method = found.module.kinds.functions.method(found.node, name)
    if method is not None:
        return Definition(found.module, method)
    own = any(getattr(statement, "name", None) == name for statement in found.node.body)
    for base in found.module.links.bases(found.node) if not own and depth < _MOST_BASES else ():
        inherited = method_of(base, name, depth + 1)
        if inherited is not None:
            return inherited
    return None


def _uses(project: ProjectModules, found: Definition) -> Iterator[Use]:
    """Return the uses of a function or class in the files that import it."""
    callers = project.callers(found.module.path, found.node.name, may=may_read)
    if callers is None:
        yield found.module, None
        return
    for module in callers:
        names = _names_of(module, found.node.name)
        for use in (use for name in names for use in _reads(module, name)):
            meant = module.links.definition_of(use)
            if meant is not None and meant.node is found.node:
                yield from _use(module, use)


def _reads(module: ProjectModule, name: str) -> Iterator[ast.Name | ast.Attribute]:
    """Return where a file reads a name, or an attribute that is called so."""
    yield from module.scopes.names_called[name]
    yield from (a for a in module.scopes.attributes_called[name] if isinstance(a.ctx, ast.Load))


def _use(module: ProjectModule, use: ast.Name | ast.Attribute) -> Iterator[Use]:
    parent = module.scopes.parents[use]
    match parent:
        case ast.Call(func=function) if function is use:
            yield module, parent
        case ast.Call(func=ast.Name(id=name)) if name in _LOOKING:
            return
        case ast.Assign(value=value) | ast.AnnAssign(value=value) if value is use:
            yield module, None
        case ast.Attribute(attr=name) if name == _CONSTRUCTOR:  # ``Base.__init__(self, …)``
            yield module, None
        case _ if isinstance(parent, _HOLDERS):
            yield module, None


def _through_subclasses(
    project: ProjectModules, found: Definition, constructor: ast.FunctionDef
) -> Iterator[Use]:
    """Return the calls of subclasses that inherit a constructor, and those by ``super()``."""
    assert isinstance(found.node, ast.ClassDef)
    own = (Definition(found.module, node) for node in found.module.kinds.functions.below(found.node))
    for related in (*own, *found.module.links.subclasses(found.node)):
        module, node = related.module, related.node
        assert isinstance(node, ast.ClassDef)
        used = method_of(related, _CONSTRUCTOR)
        if used is not None and used.node is constructor:
            functions = module.kinds.functions
            yield from ((module, c) for c in module.scopes.calls if functions.called_function(c) is node)
            yield from _uses(project, related)
            continue
        above = [method_of(base, _CONSTRUCTOR) for base in module.links.bases(node)]
        if any(method is not None and method.node is constructor for method in above):
            yield from ((module, call) for call in module.scopes.calls if _is_super_call(module, call, node))


def _is_super_call(module: ProjectModule, node: ast.Call, holder: ast.ClassDef) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=name)):
            return name == _CONSTRUCTOR and module.kinds.functions.class_around(node) is holder
    return False


def _method_calls(
    project: ProjectModules, own: ProjectModule, method: ast.FunctionDef, depth: int
) -> Iterator[Use]:
    """Return the calls of a method on objects that other files build, or on objects that are not known."""
    holder = own.scopes.parents[method]
    assert isinstance(holder, ast.ClassDef)
    callers = project.callers(own.path, holder.name, method.name, may_call_method)
    if callers is None:
        yield own, None
        return
    for module in callers:
        unknown = False
        for use in module.scopes.attributes_called[method.name]:
            call = module.scopes.parents[use]
            if not isinstance(call, ast.Call) or call.func is not use:
                continue
            called = module.links.called(call)
            if called is not None and called.node is method:
                yield module, call
            elif called is None and (call.args or call.keywords) and not unknown:
                unknown = not _is_something_else(module, use.value, depth)
        if unknown:
            yield module, None


def _is_something_else(module: ProjectModule, receiver: ast.expr, depth: int) -> bool:
    """Return whether an object is certainly of no class of another file: a module, an optimizer, ``self``."""
    functions = module.kinds.functions
    return (
        functions.class_of(receiver) is not None
        or bool(module.names.meaning(receiver).names)
        or bool(module.kinds.values(receiver, (), depth).instances)
    )


def _names_of(module: ProjectModule, name: str) -> set[str]:
    """Return what a file may call something that it imports: its name, and what it is imported as."""
    imported = (b for bindings in module.scopes.module.bindings.values() for b in bindings)
    return {name, *(b.name for b in imported if b.imported.rpartition(".")[2] == name)}
