"""The files of a project as modules: which file an import means, and what is defined in it."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Protocol

from optconv.converter.kinds import Trail
from optconv.converter.names import NOTHING, Meaning, joined_name
from optconv.converter.project_links import ModuleLinks
from optconv.converter.project_module import Definition, ProjectModule
from optconv.converter.project_text import STAR, ModuleText
from optconv.converter.resolved_file import resolve_file
from optconv.converter.source import ParseError, UndecodableError, decode, parse
from optconv.mappings import Tables

_PACKAGE_FILE = "__init__.py"
_MOST_RE_EXPORTS = 12  # files that one name is followed through
_MOST_KEPT = 64  # parsed modules: a tree is a hundred times as large as its file
_WHOLE = ""  # what is imported is the file itself


class ProjectFiles(Protocol):
    """The files of a project; reading them is the caller's business."""

    @property
    def paths(self) -> Collection[PurePosixPath]:
        """Return the paths of the Python files, relative to the root of the project."""

    def exists(self, path: PurePosixPath) -> bool:
        """Return whether there is such a file."""

    def read(self, path: PurePosixPath) -> bytes | None:
        """Return the bytes of a file as they were before this run, None when they cannot be read."""


@dataclass
class ProjectModules:
    """The modules of a project; each is read and parsed when something in it is asked for."""

    files: ProjectFiles
    tables: Tables
    _modules: dict[PurePosixPath, ProjectModule | None] = field(default_factory=dict)
    _files_of: dict[tuple[PurePosixPath, str], tuple[PurePosixPath, list[str]] | None] = field(
        default_factory=dict
    )
    _read: dict[PurePosixPath, bytes | None] = field(default_factory=dict)
    _texts: dict[PurePosixPath, ModuleText] = field(default_factory=dict)
    _resolving: set[tuple[PurePosixPath, str]] = field(default_factory=set)
    _importing: dict[tuple[PurePosixPath, str, str], list[PurePosixPath]] = field(default_factory=dict)
    _trail: Trail = field(default_factory=Trail)

    @cached_property
    def _sources(self) -> Mapping[PurePosixPath, bytes]:
        """Return what stands in the files: one that says nothing of optimizers may pass one on."""
        read = ((path, self._source_of(path)) for path in sorted(self.files.paths))
        return {path: source for path, source in read if source is not None}

    def _source_of(self, path: PurePosixPath) -> bytes | None:
        if path not in self._read:
            self._read[path] = self.files.read(path)
        return self._read[path]

    def _text_of(self, path: PurePosixPath) -> ModuleText:
        if path not in self._texts:
            self._texts[path] = ModuleText.of(self._source_of(path) or b"")
        return self._texts[path]

    def module_at(self, path: PurePosixPath) -> ProjectModule | None:
        """Return the module of a file, None when it is not there or is no Python that can be read."""
        if path not in self._modules:
            source = self._source_of(path)
            self._modules[path] = None if source is None else self._parsed(path, source)
        return self._modules[path]

    def _parsed(self, path: PurePosixPath, source: bytes) -> ProjectModule | None:
        try:
            text = decode(source)
            links = ModuleLinks(self, path)
            file = resolve_file(text, parse(text.text), self.tables, links, links, self._trail)
        except (UndecodableError, ParseError, RecursionError):
            return None
        return ProjectModule(file.text, file.scopes, file.names, file.kinds, path, source, links, self.tables)

    def forget(self) -> None:
        """Let go of what was parsed long ago; not while a file is converted: nodes are compared then."""
        for path in list(self._modules)[: max(len(self._modules) - _MOST_KEPT, 0)]:
            del self._modules[path]

    def importing(self, path: PurePosixPath, name: str, word: str = "") -> list[ProjectModule]:
        """Return the modules that import a name from a file, be it through others.

        Args:
            path: the file.
            name: what they import; also those count that import the whole file.
            word: what must stand in them, if not the name.
        """
        key = (path, name, word or name)
        if key not in self._importing:
            wanted = (word or name).encode()
            found = self._all_importing(path, name)
            self._importing[key] = [p for p in sorted(found) if wanted in self._sources[p]]
        return [module for module in map(self.module_at, self._importing[key]) if module is not None]

    def _all_importing(self, path: PurePosixPath, name: str) -> set[PurePosixPath]:
        found: set[PurePosixPath] = set()
        waiting = [path]
        while waiting:
            for importer, names in self._importers.get(waiting.pop(), {}).items():
                if importer in found or not names & {name, STAR, _WHOLE}:
                    continue
                found.add(importer)
                if importer.name == _PACKAGE_FILE or names & {name, STAR}:  # others may import it from there
                    waiting.append(importer)
        return found

    @cached_property
    def _importers(self) -> Mapping[PurePosixPath, Mapping[PurePosixPath, set[str]]]:
        """Return by which files each file is imported, and what of it, as far as their text tells."""
        collected: dict[PurePosixPath, dict[PurePosixPath, set[str]]] = defaultdict(dict)
        for importer in self._sources:
            for dotted in self._text_of(importer).dotted_names:
                found = self.file_of(importer, dotted)
                if found is None:
                    continue
                path, rest = found
                collected[path].setdefault(importer, set()).add(rest[0] if rest else _WHOLE)
                if not rest:  # its package may bind the name of its module itself
                    name = dotted.rpartition(".")[2]
                    collected[path.parent / _PACKAGE_FILE].setdefault(importer, set()).add(name)
        return collected

    def file_of(self, importer: PurePosixPath, dotted: str) -> tuple[PurePosixPath, list[str]] | None:
        """Return the file that a dotted name leads to, and what of the name is left behind it.

        Args:
            importer: the file in which the name stands.
            dotted: the name as it is imported, with leading dots for a relative import.
        """
        key = (importer.parent, dotted)
        if key not in self._files_of:
            self._files_of[key] = self._find_file(importer, dotted)
        return self._files_of[key]

    def _find_file(self, importer: PurePosixPath, dotted: str) -> tuple[PurePosixPath, list[str]] | None:
        name = dotted.lstrip(".")
        dots = len(dotted) - len(name)
        parts = name.split(".") if name else []
        if not dots and parts[0] == self.tables.source_module:
            return None
        around = list(importer.parents)
        if dots:
            return self._file_in(around[dots - 1], parts, relative=True) if dots <= len(around) else None
        # Beside a script, then in the folders around it, as if each of them were where Python looks.
        found = (self._file_in(folder, parts) for folder in (*around, PurePosixPath("src")))
        return next((place for place in found if place is not None), None)

    def _file_in(
        self, folder: PurePosixPath, parts: list[str], *, relative: bool = False
    ) -> tuple[PurePosixPath, list[str]] | None:
        for count in range(len(parts), 0, -1):
            place = folder.joinpath(*parts[:count])
            for path in (place / _PACKAGE_FILE, place.with_name(f"{place.name}.py")):
                if self.files.exists(path):
                    return path, parts[count:]
        package = folder / _PACKAGE_FILE
        return (package, parts) if relative and self.files.exists(package) else None

    def meaning(self, importer: PurePosixPath, dotted: str) -> Meaning | None:
        """Return what a name that is imported from the project stands for outside of it; None: for nothing.

        ``from .optimizers import Adam`` stands for the class that ``optimizers.py`` imports by that name, or
        for the one that a team has listed by its whole name.
        """
        outside = self._outside(importer, dotted)
        return outside if outside is not None else self._listed(importer, dotted)

    def _listed(self, importer: PurePosixPath, dotted: str) -> Meaning | None:
        """Return the API that a team has listed and that the project itself defines, by whichever path."""
        name = dotted.rpartition(".")[2]
        listed = {other for other in self.tables.extra_names if other.rpartition(".")[2] == name}
        own = self.definition(importer, dotted) if listed and dotted not in listed else None
        for other in sorted(listed) if own is not None else ():
            found = self.definition(importer, other)
            if found is not None and own is not None and found.node is own.node:
                return Meaning(frozenset({other}))
        return None

    def _outside(self, importer: PurePosixPath, dotted: str) -> Meaning | None:
        found = self.file_of(importer, dotted)
        if found is None:
            return None
        if not found[1]:
            return self._instead_of_module(importer, found[0])
        path, (name, *rest) = found
        key = (path, name)
        if not self._may_export_again(path, name, 0):
            return None
        module = self.module_at(path)
        if module is None or key in self._resolving or len(self._resolving) > _MOST_RE_EXPORTS:
            return None
        self._resolving.add(key)
        meaning = module.names.exported(name)
        self._resolving.remove(key)
        if not meaning.names or any(self.file_of(path, own) is not None for own in meaning.names):
            return None  # it is defined in the project, and relative names are for its own files only
        names = frozenset(".".join((name, *rest)) for name in meaning.names)
        return Meaning(names, meaning.certain, meaning.through_value)

    def _may_export_again(self, path: PurePosixPath, name: str, depth: int) -> bool:
        """Return whether a file may give others a name that it has from outside of the project.

        Judged by its text alone, so that most files need not be parsed.
        """
        text = self._text_of(path)
        if depth > _MOST_RE_EXPORTS or name in text.assigned:
            return True
        if name in text.imported:
            return any(self._leads_outside(path, dotted, depth) for dotted in text.imported[name])
        return any(self._leads_outside(path, joined_name(star, name), depth) for star in text.stars)

    def _leads_outside(self, path: PurePosixPath, dotted: str, depth: int) -> bool:
        found = self.file_of(path, dotted)
        if found is None:
            return dotted.partition(".")[0] in self.tables.source_modules
        return bool(found[1]) and self._may_export_again(found[0], found[1][0], depth + 1)

    def _instead_of_module(self, importer: PurePosixPath, path: PurePosixPath) -> Meaning | None:
        """Return what a package binds by the name of one of its modules, None where it binds the module.

        ``from .train import train`` in a package hides the module ``train`` from those that import it later.
        """
        place = path.parent if path.name == _PACKAGE_FILE else path.with_suffix("")
        package = self.module_at(place.parent / _PACKAGE_FILE) if place.name else None
        if package is None or package.path == path:
            return None
        bindings = package.scopes.module.bindings.get(place.name, [])
        if all(b.kind == "import" and self.file_of(package.path, b.imported) == (path, []) for b in bindings):
            return None
        found = self.definition(package.path, f".{place.name}", hidden=True)
        if found is None or package.path.parent in importer.parents:  # in the package it may be either
            return NOTHING
        folder = found.module.path.with_suffix("")
        parts = folder.parent.parts if folder.name == _PACKAGE_FILE[:-3] else folder.parts
        dotted = ".".join((*parts, found.node.name))
        place_of_it = (found.module.path, [found.node.name])
        return Meaning(frozenset({dotted})) if self.file_of(importer, dotted) == place_of_it else NOTHING

    def definition(
        self, importer: PurePosixPath, dotted: str, depth: int = 0, *, hidden: bool = False
    ) -> Definition | None:
        """Return the function or class of the project that an imported name certainly means.

        Args:
            importer: the file in which the name stands.
            dotted: the name as it is imported.
            depth: how many files it was followed through.
            hidden: whether the file itself is meant to bind it, be there a module of that name or not.
        """
        found = (importer, [dotted.lstrip(".")]) if hidden else self.file_of(importer, dotted)
        if found is None or len(found[1]) != 1 or depth > _MOST_RE_EXPORTS:
            return None
        module, name = self.module_at(found[0]), found[1][0]
        if module is None:
            return None
        bindings = module.scopes.module.bindings.get(name, [])
        if not bindings:
            return self._given_by_star(module, name, depth)
        if len(bindings) > 1:
            return None
        if bindings[0].kind == "import":
            return self.definition(module.path, bindings[0].imported, depth + 1)
        node = bindings[0].node
        return Definition(module, node) if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else None

    def _given_by_star(self, module: ProjectModule, name: str, depth: int) -> Definition | None:
        """Return what the last ``from … import *`` of a module that binds a name binds it to."""
        for star in reversed(module.scopes.module.star_imports):
            found = self.file_of(module.path, star)
            if found is None or found[1]:
                return None  # it may come from there, and is not known then
            given = self.module_at(found[0])
            if given is not None and given.gives_by_star(name):
                definition = self.definition(module.path, joined_name(star, name), depth + 1)
                if definition is not None:
                    return definition
        return None
