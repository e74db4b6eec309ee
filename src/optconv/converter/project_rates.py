"""Whether other files of a project change the learning rate of an optimizer that one of its files builds.

It is enough that they may: a scheduler that is written as a function of the epoch would overwrite the change.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from optconv.converter.project_module import ProjectModule
from optconv.converter.tree_index import arguments_of

if TYPE_CHECKING:
    from optconv.converter.project_modules import ProjectModules

_MOST_FILES = 16  # that one optimizer is followed through


def changes_elsewhere(
    project: ProjectModules, own: ProjectModule, construction: ast.Call, handed: Collection[ast.Call]
) -> bool:
    """Return whether files that get an optimizer, by a call or an import, may change its rate.

    Args:
        project: the project.
        own: the file that builds the optimizer.
        construction: the call that builds it.
        handed: the calls of the file that it is passed to.
    """
    found = [*_called(own, handed), *_related(own, construction), *_importing(project, own, construction)]
    seen: list[ProjectModule] = [own]
    while found and len(seen) < _MOST_FILES:
        module = found.pop()
        if module in seen:
            continue
        seen.append(module)
        if module.changes_given_rates:
            return True
        found += _called(module, [call for call in module.scopes.calls if _passes_optimizer(module, call)])
    return False


def _called(module: ProjectModule, calls: Collection[ast.Call]) -> Iterator[ProjectModule]:
    """Return the files of the functions and classes that calls call."""
    found = (module.links.called(call) for call in calls)
    return (definition.module for definition in found if definition is not None)


def _related(module: ProjectModule, construction: ast.Call) -> Iterator[ProjectModule]:
    """Return the files of the classes whose methods have the same ``self``."""
    holder = module.kinds.functions.class_around(construction)
    if holder is not None:
        yield from (related.module for related in module.links.relatives(holder))


def _importing(
    project: ProjectModules, module: ProjectModule, construction: ast.Call
) -> Iterator[ProjectModule]:
    """Return the files that import the function, class or variable that an optimizer comes from."""
    around = [construction, *module.scopes.ancestors(construction)]
    outer = next(
        (n for n in reversed(around) if isinstance(n, (ast.FunctionDef, ast.ClassDef, ast.Assign))), None
    )
    if isinstance(outer, ast.Assign):
        names = [target.id for target in outer.targets if isinstance(target, ast.Name)]
    else:
        names = [outer.name] if outer is not None else []
    for name in names:
        yield from project.importing(module.path, name)


def _passes_optimizer(module: ProjectModule, call: ast.Call) -> bool:
    parts = arguments_of(call)
    return any(
        isinstance(part, (ast.Name, ast.Attribute)) and module.kinds.values(part).kind == "optimizer"
        for part in parts
    )
