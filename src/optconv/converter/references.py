"""Finds every reference to an API of the source framework, and what kind of use each one is."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from optconv.converter.annotations import is_annotation
from optconv.converter.file_context import FileContext
from optconv.converter.module_members import member_around
from optconv.converter.tree_index import position_of
from optconv.mappings import Text, message
from optconv.mappings.schema import Row, SourceApi


@dataclass(frozen=True)
class Found:
    """One reference: the expression that names the API, and the name at its root."""

    node: ast.expr
    root: ast.Name
    api: SourceApi
    several: Text | None = None  # why it may be another one


def find_references(context: FileContext) -> list[Found]:
    """Return the references to known classes and functions; decline at once what cannot be one of them."""
    found = []
    candidates = _candidate_names(context)
    roots = [name for name in context.scopes.names if candidates is None or name.id in candidates]
    for root in sorted(roots, key=lambda n: (n.lineno, n.col_offset)):
        reference = _reference(context, root)
        if reference is not None:
            found.append(reference)
    return found


def _candidate_names(context: FileContext) -> set[str] | None:
    """Return the names that can lead to an API at all; None: any name can (a star import)."""
    stars = context.scopes.module.star_imports
    if any(star in context.tables.source_prefixes or context.names.is_own_module(star) for star in stars):
        return None
    candidates: set[str] = set()
    aliases: list[tuple[str, str]] = []
    for scope in context.scopes.scopes.values():
        for name, bindings in scope.bindings.items():
            for binding in bindings:
                if binding.kind == "import" and _may_lead_to_api(context, binding.imported):
                    candidates.add(name)
                elif binding.kind == "assign" and isinstance(binding.value, (ast.Name, ast.Attribute)):
                    aliases.append((name, _first_name(binding.value)))
    grown = -1
    while grown != len(candidates):
        grown = len(candidates)
        candidates.update(name for name, source in aliases if source in candidates)
    return candidates


def _first_name(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _reference(context: FileContext, root: ast.Name) -> Found | None:
    """Follow the attributes behind a name for as long as they lead towards an API."""
    meaning = context.names.meaning(root)
    if not meaning.names or not any(_may_lead_to_api(context, name) for name in meaning.names):
        return None
    node: ast.expr = root
    names = meaning.names
    parent = context.scopes.parents[root]
    while isinstance(parent, ast.Attribute) and parent.value is node:
        if all(context.tables.source_api(name) for name in names):
            break
        extended = context.names.meaning(parent).names
        if member_around(node, context.scopes.parents) is not None:
            break  # ``optim.__dict__["Adam"]``
        if not any(_may_lead_to_api(context, name) for name in extended):
            _decline_stray(context, parent, names)
            return None
        node, names, parent = parent, extended, context.scopes.parents[parent]
    member = member_around(node, context.scopes.parents)
    if member is not None and not any(map(context.tables.source_api, names)):
        extended = context.names.meaning(member[0]).names
        if extended and all(map(context.tables.source_api, extended)):
            return _classify(context, root, member[0], extended)
    return _classify(context, root, node, names)


def _leads_to_api(context: FileContext, name: str) -> bool:
    return name in context.tables.source_prefixes or context.tables.source_api(name) is not None


def _may_lead_to_api(context: FileContext, name: str) -> bool:
    """Return whether a name leads to an API, if need be through a module of the project that imports it."""
    return (
        _leads_to_api(context, name)
        or context.names.is_own_module(name)
        or any(_leads_to_api(context, other) for other in context.names.of_import(name).names)
    )


def _decline_stray(context: FileContext, node: ast.Attribute, names: frozenset[str]) -> None:
    """A name of a module whose every member is in the catalogue, but this one is not."""
    owned = sorted(name for name in names if name in context.tables.owned_modules)
    if owned and node.attr.startswith("__"):
        context.mentioned[node] = ""
        reason = message("references.module_as_value", module=owned[0])
        context.decline(node, owned[0], "OC204", reason=reason)
    elif owned and len(names) == 1 and isinstance(context.scopes.parents[node], ast.Call):
        name = f"{owned[0]}.{node.attr}"
        context.decline(node, name, "OC204", reason=message("references.unknown_name", name=name))


def _classify(context: FileContext, root: ast.Name, node: ast.expr, names: frozenset[str]) -> Found | None:
    apis = sorted(
        {api.name: api for api in map(context.tables.source_api, names) if api is not None}.values(),
        key=lambda api: api.name,
    )
    if not apis:
        _module_use(context, node, sorted(names & context.tables.owned_modules))
        return None
    certain = context.names.meaning(node).certain and all(context.tables.source_api(name) for name in names)
    if len(apis) > 1 or not certain:
        shown = ", ".join(sorted(api.name for api in apis))
        if not certain:
            shown += ", …"
        reason = message("references.one_of_several", names=shown)
        if context.names.meaning(node).through_value and isinstance(node, ast.Name):
            return Found(node, root, apis[0], reason)  # what is in the variable may be followed
        context.decline(node, apis[0].name, "OC204", reason=reason)
        return None
    return Found(node, root, apis[0])


def _module_use(context: FileContext, node: ast.expr, modules: list[str]) -> None:
    """``getattr(torch.optim, name)``: a module as a value. Giving it another name is no such use."""
    if not modules:
        return
    parent = context.scopes.parents[node]
    if isinstance(parent, ast.Assign) and parent.value is node and isinstance(parent.targets[0], ast.Name):
        return
    context.mentioned[node] = ""
    reason = message("references.module_as_value", module=modules[0])
    context.decline(node, modules[0], "OC204", reason=reason)
    _note_built(context, node, modules[0])


def _note_built(context: FileContext, node: ast.expr, module: str) -> None:
    """Note that ``getattr(optim, name)(…)`` builds an optimizer, of whichever class, which stays."""
    base = context.tables.optimizer_base
    member = context.scopes.parents[node]
    call = context.scopes.parents.get(member)
    if base is None or base.name.rpartition(".")[0] != module or not isinstance(member, ast.Call):
        return
    if isinstance(call, ast.Call) and call.func is member:
        context.kinds.class_calls[call] = frozenset({base})


def use_of(context: FileContext, found: Found) -> str:
    """Return how a reference is used: call, annotation, check, subclass or value."""
    parent = context.scopes.parents[found.node]
    if isinstance(parent, ast.Call) and parent.func is found.node:
        return (
            "value-call" if context.names.meaning(found.node).through_value and _is_alias(found) else "call"
        )
    if isinstance(parent, ast.ClassDef) and found.node in parent.bases:
        return "subclass"
    if is_annotation(context.scopes, found.node):
        return "annotation"
    if _in_instance_check(context, found.node):
        return "check"
    return "value"


def _is_alias(found: Found) -> bool:
    """Return whether the class itself (not only its module) was given another name by an assignment."""
    return isinstance(found.node, ast.Name)


def is_alias(context: FileContext, found: Found) -> bool:
    """Return whether a variable is read that holds a class, instead of the class being named."""
    return _is_alias(found) and context.names.meaning(found.node).through_value


def asks_for_class(context: FileContext, node: ast.expr) -> bool:
    """Return whether a class is used in an annotation or an instance check, where nothing is built of it."""
    return is_annotation(context.scopes, node) or _in_instance_check(context, node)


def _in_instance_check(context: FileContext, node: ast.expr) -> bool:
    """``isinstance(x, C)``, ``issubclass(c, (C, D))``, ``type(x) is C`` and ``case C():``."""
    parent = context.scopes.parents[node]
    match parent:
        case ast.MatchClass(patterns=[], kwd_patterns=[]):
            return True
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="type")) as left, ops=[ast.Is() | ast.IsNot() | ast.Eq()]
        ):
            return left is not node
        case ast.Tuple() | ast.BinOp():
            parent = context.scopes.parents[parent]
    return (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Name)
        and parent.func.id in ("isinstance", "issubclass")
        and parent.args[0] is not node
    )


def plan_other_use(context: FileContext, found: Found, use: str) -> None:
    """Convert an annotation or an instance check; decline a class used as a value."""
    row = context.tables.row(found.api.name)
    # A check asks for the very class; an annotation is right with a base class of what may be there, too.
    exact = row is not None and all(case.to == row.annotation for case in row.cases)
    staying = _staying(context, found) if use == "check" else None
    if staying is not None:
        fields = {"name": context.source.of(staying), "line": context.line(staying)}
        context.decline(found.node, found.api.name, "OC102", **fields)
    elif row is not None and row.annotation and (use == "annotation" or (use == "check" and exact)):
        context.use(found.node, found.root, row.annotation)
        context.renamed.append(found.node)
        context.settle(found.node, found.api.name, [])
    elif row is not None and use in ("value", "value-call") and _is_interchangeable(context, row):
        _plan_mention(context, found, row.cases[0].to, use, len(row.cases[0].arguments))
    elif use in ("annotation", "check"):
        reason = message("references.several_targets", api=found.api.name)
        context.decline(found.node, found.api.name, "OC306", reason=reason)
    elif use == "call" and row is not None and (remark := context.planner.no_way(found.api.name)):
        context.settle(found.node, found.api.name, [remark], converted=False)
    elif use == "call":
        reason = message("references.not_converted", api=found.api.name)
        context.decline(found.node, found.api.name, "OC306", reason=reason)
    else:
        is_class = found.api.kind in ("optimizer", "scheduler", "scaler", "class")
        reason = message("references.class_as_value" if is_class else "references.function_as_value")
        context.decline(found.node, found.api.name, "OC204", reason=reason)


def _staying(context: FileContext, found: Found) -> ast.expr | None:
    """Return what makes an instance check meet objects of the source framework, if something does.

    What is checked may be known. Otherwise it may be any object of that kind that stays in the file, or one
    of a class or of a module that is used as a value here.
    """
    call = next(a for a in context.scopes.ancestors(found.node) if isinstance(a, (ast.Call, ast.stmt)))
    checked = call.args[0] if isinstance(call, ast.Call) and call.args else None
    values = context.kinds.values(checked) if checked is not None else None
    if values is not None and values.instances and not values.unknown:
        left = context.left(values.instances)
        return left[0].func if left else None
    built = [c.node.func for c in context.constructions.values() if not c.converted and _alike(c.api, found)]
    named = [node for node, kind in context.mentioned.items() if kind in ("", found.api.kind)]
    return min([*built, *named], key=position_of, default=None)


def _alike(api: SourceApi, found: Found) -> bool:
    return api.kind == found.api.kind


def _is_interchangeable(context: FileContext, row: Row) -> bool:
    """Return whether a function can be named instead of another wherever it is called in the end.

    Its parameters are those of the target, in their order and with their defaults; one that the target lacks
    has no effect and comes last, so that the target itself refuses it.
    """
    source = context.tables.source_apis[row.api]
    target = context.tables.target_api(row.cases[0].to) if len(row.cases) == 1 else None
    if source.kind != "function" or target is None or target.types:
        return False
    case = row.cases[0]
    kept = [(p.name, p.default) for p in source.signatures[0].signature.parameters if p.name not in case.drop]
    plain = all(expression.text == keyword for keyword, expression in case.arguments.items())
    return (
        kept == [(p.name, p.default) for p in target.signature.parameters]
        and plain
        and not (case.when or case.refuse or case.lossy or case.differs)
    )


def _plan_mention(context: FileContext, found: Found, to: str, use: str, places: int) -> None:
    """Rename a function that is used as a value; a call by the name that it got stays as it is."""
    call = context.scopes.parents[found.node]
    if use == "value-call" and isinstance(call, ast.Call) and len(call.args) + len(call.keywords) > places:
        context.decline(found.node, found.api.name, "OC204", reason=message("references.function_as_value"))
        return
    if use == "value":
        context.use(found.node, found.root, to)
        context.renamed.append(found.node)
    context.settle(found.node, found.api.name, [])
