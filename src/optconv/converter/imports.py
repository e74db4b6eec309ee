"""Imports of the output: adds what it uses, removes what nothing uses any more, in the places they had."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from optconv.converter.comments import comments_in
from optconv.converter.file_context import FileContext, TargetUse
from optconv.converter.rewrite import keep_aliases
from optconv.converter.scopes import Binding

ImportStatement = ast.Import | ast.ImportFrom


@dataclass
class _Needs:
    """What one import statement of the input makes room for."""

    modules: set[str] = field(default_factory=set)  # lines such as "import paddle"
    names: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # module -> classes


def plan_imports(context: FileContext) -> dict[ast.expr, str]:
    """Edit the import statements and return how each target API is spelled, by the node it replaces."""
    if not context.uses:
        return {}
    roots = {use.root for use in context.uses if use.root is not None and not use.beside}
    handled = {node for node in context.handled if isinstance(node, ast.Name)}
    removed = _unused(context, roots | handled | context.gone)
    needs: dict[ImportStatement, _Needs] = defaultdict(_Needs)
    spelling: dict[ast.expr, str] = {}
    alone = _Needs()  # of a file that imports nothing
    for use in context.uses:
        anchor = _first_import(context) if use.root is None else _anchor(context, use.root)
        need = alone if anchor is None else needs[anchor]
        need.modules.update(f"import {module}" for module in use.modules)
        if not use.api:
            continue  # it becomes a part of another call
        spelling[use.node] = _spell(context, use, need, removed)
    _write_first_imports(context, alone)
    _share_module_imports(context, needs, removed)
    for statement in {*needs, *(_statement(context, binding) for binding in removed)}:
        _edit(context, statement, needs.get(statement, _Needs()), removed)
    return spelling


def import_beside(context: FileContext, node: ast.expr, target: str) -> bool:
    """Note that the output names a target API at ``node``, where the input names none of the source.

    The import goes where a name of the source framework is imported that is visible at ``node``, at best for
    the whole module. False: names of it are imported, but none of them is visible there.
    """
    visible: list[ast.Name] = []
    for name in context.scopes.names:
        scope = context.scopes.lookup(name.id, name)
        if scope is None or scope is not context.scopes.lookup(name.id, node):
            continue
        if any(b.kind == "import" and _is_ours(context, b) for b in scope.bindings[name.id]):
            visible.append(name)
            if scope is context.scopes.module:
                break
    if not visible:
        if any(b.kind == "import" and _is_ours(context, b) for b in _all_bindings(context)):
            return False
        context.uses.append(TargetUse(node, None, target, by_name=False, beside=True))
        return True
    context.uses.append(TargetUse(node, visible[-1], target, by_name=False, beside=True))
    return True


def _all_bindings(context: FileContext) -> Iterator[Binding]:
    for scope in context.scopes.scopes.values():
        for bindings in scope.bindings.values():
            yield from bindings


def _first_import(context: FileContext) -> ImportStatement | None:
    """Return the first import of the module, behind those of ``__future__``."""
    for statement in context.scopes.tree.body:
        if isinstance(statement, ast.Import):
            return statement
        if isinstance(statement, ast.ImportFrom) and statement.module != "__future__":
            return statement
    return None


def _write_first_imports(context: FileContext, need: _Needs) -> None:
    """Write the imports of a file that has none: behind its docstring and what comes from ``__future__``."""
    lines = sorted(need.modules)
    if not lines:
        return
    source, body = context.source, context.scopes.tree.body
    docstring = [s for s in body[:1] if isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)]
    behind = [*docstring, *(s for s in body if isinstance(s, ast.ImportFrom))]  # of __future__: no other
    text = source.newline.join(lines)
    if behind:
        end = source.line_end(source.span(behind[-1]).end)
        context.edits.insert(end, f"{source.newline}{source.newline}{text}")
        return
    first = min([body[0].lineno, *(d.lineno for d in getattr(body[0], "decorator_list", []))])
    apart = 3 if isinstance(body[0], (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else 2
    context.edits.insert(source.line_start(first), f"{text}{source.newline * apart}")


def _statement(context: FileContext, binding: Binding) -> ImportStatement:
    statement = context.scopes.statement(binding.node)
    assert isinstance(statement, (ast.Import, ast.ImportFrom))
    return statement


def _anchor(context: FileContext, root: ast.Name, depth: int = 0) -> ImportStatement:
    """Return the import statement that the name comes from, through assignments and star imports."""
    for binding in context.scopes.reaching(root.id, root):
        if binding.kind == "import":
            same = [binding, *_other_imports(context, binding)]
            own = [b for b in same if _is_ours(context, b)] or [binding]
            return _statement(context, min(own, key=lambda b: _statement(context, b).lineno))
        if binding.value is not None and depth < 8:
            inner = next(n for n in ast.walk(binding.value) if isinstance(n, ast.Name))
            return _anchor(context, inner, depth + 1)
    stars = [s for s in context.scopes.tree.body if isinstance(s, ast.ImportFrom) and s.names[0].name == "*"]
    ours = [s for s in stars if s.module in context.tables.source_prefixes]
    return (ours or stars)[-1]  # or one of the project's files, which imports it


def _spell(
    context: FileContext,
    use: TargetUse,
    need: _Needs,
    removed: set[Binding],
) -> str:
    module = context.tables.module_of(use.api)
    name, *members = use.api.removeprefix(f"{module}.").split(".")
    if use.by_name and context.scopes.is_free(name, f"{module}.{name}", removed):
        if name not in need.names[module]:
            need.names[module].append(name)
        return ".".join([name, *members])
    top = module.partition(".")[0]
    if top != context.tables.target.module:
        return _spell_foreign(context, use.api, module, need, removed)
    if context.scopes.is_free(top, top, removed):
        need.modules.add(f"import {top}")
        return use.api
    alias = context.target_alias or context.free_name(f"{top}_framework")
    context.target_alias = alias
    need.modules.add(f"import {top} as {alias}")
    return f"{alias}{use.api.removeprefix(top)}"


def _spell_foreign(context: FileContext, api: str, module: str, need: _Needs, removed: set[Binding]) -> str:
    """Spell a class of another package than the target's own, which may not import its modules by itself."""
    top = module.partition(".")[0]
    if context.scopes.is_free(top, top, removed):
        need.modules.add(f"import {module}")
        return api
    if module not in context.aliases:
        context.aliases[module] = context.free_name(module.replace(".", "_"))
    need.modules.add(f"import {module} as {context.aliases[module]}")
    return f"{context.aliases[module]}{api.removeprefix(module)}"


def _unused(context: FileContext, converted: set[ast.Name]) -> set[Binding]:
    """Return the imports that were used, and of which every use has been converted."""
    reached: dict[int, list[ast.Name]] = defaultdict(list)
    imports = [b for b in _all_bindings(context) if b.kind == "import" and _is_ours(context, b)]
    for text in {binding.name for binding in imports}:
        for name in context.scopes.names_called[text]:
            for binding in context.scopes.reaching(text, name):
                reached[id(binding)].append(name)
    mentioned = _mentioned_names(context)
    return {b for b in imports if b.name not in mentioned and _is_done(context, b, reached, converted)}


def _is_ours(context: FileContext, binding: Binding) -> bool:
    """Return whether an import brings in the source framework, or an optimizer part of it."""
    prefixes = context.tables.source_prefixes
    alias = binding.node
    if isinstance(alias, ast.alias) and alias.asname is None and "." in alias.name:
        return alias.name in prefixes  # ``import torch.amp`` binds ``torch``, too, and is none of ours
    tables = context.tables
    meant = context.names.of_import(binding.imported).names
    return any(meant <= names for names in (prefixes, tables.source_names, tables.constants.keys()))


def _is_done(
    context: FileContext,
    binding: Binding,
    reached: dict[int, list[ast.Name]],
    converted: set[ast.Name],
) -> bool:
    alias = binding.node
    assert isinstance(alias, ast.alias)
    statement = _statement(context, binding)
    uses = reached[id(binding)]
    if not isinstance(statement, ast.Import) or alias.asname is not None:
        return bool(uses) and all(name in converted for name in uses)
    # ``import torch.optim`` binds ``torch``, as ``import torch`` does: each stands for the uses of both.
    twins = _other_imports(context, binding)
    everything = [name for b in [binding, *twins] for name in reached[id(b)]]
    left = [name for name in everything if name not in converted]
    if "." not in alias.name:
        return bool(uses) and not left
    goes_through = any(_goes_through(context, name, alias.name) for name in left)
    has_converted = any(name in converted for name in everything)
    plain = any(_plain_import(b) for b in twins)
    return has_converted and not goes_through and (plain or not left)


def _other_imports(context: FileContext, binding: Binding) -> list[Binding]:
    """Return the other imports that bind the same name in the same scope (``import torch.nn``)."""
    for scope in context.scopes.scopes.values():
        bindings = scope.bindings.get(binding.name, [])
        if binding in bindings:
            return [b for b in bindings if b is not binding and b.kind == "import"]
    return []


def _plain_import(binding: Binding) -> bool:
    return isinstance(binding.node, ast.alias) and binding.node.name == binding.name


def _goes_through(context: FileContext, name: ast.Name, module: str) -> bool:
    """Return whether the attribute chain on ``name`` leads through ``module``."""
    node: ast.expr = name
    text = name.id
    parent = context.scopes.parents[node]
    while isinstance(parent, ast.Attribute) and parent.value is node and text != module:
        text = f"{text}.{parent.attr}"
        node, parent = parent, context.scopes.parents[parent]
    return text == module


def _mentioned_names(context: FileContext) -> set[str]:
    """Return names that are used in strings: in ``__all__`` and in annotations."""
    mentioned: set[str] = set()
    for node in context.scopes.strings:
        if node in context.scopes.string_annotations:
            continue  # its names are names of the file
        text = str(node.value)
        if len(text) < 200 and not isinstance(context.scopes.parents.get(node), ast.Expr):
            first = text.strip().split("[")[-1].split(".")[0].strip(" ]'\"")
            if first.isidentifier():
                mentioned.add(first)
    return mentioned


def _share_module_imports(
    context: FileContext, needs: dict[ImportStatement, _Needs], removed: set[Binding]
) -> None:
    """Write ``import <target>`` once per block: in place of a removed import if there is one at hand."""
    chosen: ImportStatement
    holders: dict[tuple[tuple[int, str], str], list[ImportStatement]] = defaultdict(list)
    for statement, need in needs.items():
        for line in need.modules:
            holders[context.scopes.block_of(statement), line].append(statement)
    top = {line for (block, line) in holders if block[0] == id(context.scopes.tree)}
    for (block, line), statements in holders.items():
        if line in top and block[0] != id(context.scopes.tree):
            for statement in statements:
                needs[statement].modules.discard(line)  # the whole file has it already
            continue
        statements.sort(key=lambda s: s.lineno)
        chosen = statements[0]
        siblings = context.scopes.siblings(chosen)
        for sibling in siblings[siblings.index(chosen) :]:
            if not isinstance(sibling, (ast.Import, ast.ImportFrom)):
                break
            if all(_is_removed(alias, removed) for alias in sibling.names):
                chosen = sibling
                break
        for statement in statements:
            needs[statement].modules.discard(line)
        if not _imported_already(context, statements[0], line):
            needs[chosen].modules.add(line)


def _imported_already(context: FileContext, statement: ImportStatement, line: str) -> bool:
    return any(
        isinstance(other, ast.Import) and context.source.of(other).strip() == line
        for other in [*context.scopes.siblings(statement), *context.scopes.tree.body]
    )


def _is_removed(alias: ast.alias, removed: set[Binding]) -> bool:
    return any(binding.node is alias for binding in removed)


def _edit(context: FileContext, statement: ImportStatement, need: _Needs, removed: set[Binding]) -> None:
    """Make the edits of one import statement."""
    kept = [i for i, alias in enumerate(statement.names) if not _is_removed(alias, removed)]
    lines = sorted(need.modules)
    lines += [f"from {module} import {', '.join(names)}" for module, names in sorted(need.names.items())]
    lines = [line for line in lines if not _imported_already(context, statement, line)]
    span = context.source.span(statement)
    if not kept and not lines:
        _delete(context, statement)
        return
    separator = context.statement_separator(statement)
    if not kept:
        lost = [] if separator == "; " else comments_in(context.source.of(statement))
        context.edits.replace(span, separator.join([*lost, *lines]))
        return
    if len(kept) < len(statement.names):
        old, newline = context.source.of(statement), context.source.newline
        context.edits.replace(span, lambda _: _shortened(old, kept, newline, separator))
    for line in lines:
        if separator == "; " or _has_comment_above(context, statement):
            context.insert_behind(statement, line)
        else:
            context.edits.insert(span.start, f"{line}{separator}")


def _shortened(old: str, kept: list[int], newline: str, separator: str) -> str:
    """Return an import statement with some of its names, below the comments of the others."""
    text = keep_aliases(old, kept, newline)
    lost = [comment for comment in comments_in(old) if comment not in comments_in(text)]
    above = "" if separator == "; " else "".join(f"{comment}{separator}" for comment in lost)
    return f"{above}{text}"


def _has_comment_above(context: FileContext, statement: ast.stmt) -> bool:
    line = statement.lineno - 1
    if line < 1:
        return False
    start = context.source.line_start(line)
    return context.source.text[start : context.source.line_end(start)].lstrip().startswith("#")


def _delete(context: FileContext, statement: ImportStatement) -> None:
    """Remove a statement, unless it shares its line; an import too many harms nobody."""
    source = context.source
    span = source.span(statement)
    before = source.text[source.line_start(source.line_of(span.start)) : span.start]
    behind = source.text[span.end : source.line_end(span.end)].strip()
    alone = len(context.scopes.siblings(statement)) == 1
    if alone or not (before.strip() or behind.startswith(";")):
        context.remove_statement(statement)
