"""The files of a project as modules: which file an import means, and what is defined in it."""

from __future__ import annotations

import ast
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from optconv.converter.kinds import Trail
from optconv.converter.module_files import PACKAGE_FILE, ModuleFiles, Place, ProjectFiles
from optconv.converter.names import NOTHING, Meaning, joined_name
from optconv.converter.project_links import ModuleLinks
from optconv.converter.project_module import Definition, ProjectModule
from optconv.converter.project_sources import ProjectSources
from optconv.converter.project_text import STAR, ModuleText, dotted_names_in
from optconv.converter.resolved_file import ParsedFile, index_file, resolve_file
from optconv.converter.source import ParseError, UndecodableError, decode, parse
from optconv.mappings import Tables

_MOST_RE_EXPORTS = 12  # files that one name is followed through
_MOST_KEPT = 96  # parsed files: a tree is a hundred times as large as its file
_WHOLE = ""  # what is imported is the file itself
Mention = Callable[[ModuleText, str], bool]
"""Whether the text of a file may do something with a word (see `optconv.converter.project_mentions`)."""


@dataclass
class ProjectModules:
    """The modules of a project; each is read and parsed when something in it is asked for."""

    files: ProjectFiles
    tables: Tables
    _modules: dict[PurePosixPath, ProjectModule | None] = field(default_factory=dict)
    _parsed: OrderedDict[PurePosixPath, ParsedFile | None] = field(default_factory=OrderedDict)
    _resolving: set[tuple[PurePosixPath, str]] = field(default_factory=set)
    _importing: dict[tuple[PurePosixPath, str, str, Mention | None], list[PurePosixPath]] = field(
        default_factory=dict
    )
    _trail: Trail = field(default_factory=Trail)

    def __post_init__(self) -> None:
        """Prepare to look for files."""
        self._sources = ProjectSources(self.files)
        self._module_files = ModuleFiles(self.files, self.tables.source_module)

    def module_at(self, path: PurePosixPath) -> ProjectModule | None:
        """Return the module of a file, None when it is not there or is no Python that can be read."""
        if path not in self._modules:
            self._modules[path] = self._resolved(path)
        return self._modules[path]

    def _resolved(self, path: PurePosixPath) -> ProjectModule | None:
        if path not in self._parsed:
            self._parsed[path] = self._parse(path)
        self._parsed.move_to_end(path)
        parsed = self._parsed[path]
        if parsed is None:
            return None
        links = ModuleLinks(self, path)
        file = resolve_file(parsed, self.tables, links, links, self._trail)
        return ProjectModule(file.text, file.scopes, file.names, file.kinds, path, links, self.tables)

    def _parse(self, path: PurePosixPath) -> ParsedFile | None:
        source = self._sources.of(path)
        try:
            text = decode(source) if source is not None else None
            return index_file(text, parse(text.text)) if text is not None else None
        except (UndecodableError, ParseError, RecursionError):
            return None

    def forget(self) -> None:
        """Let go of what was found out for one file; not while it is converted: nodes are compared then.

        What is made of a file must not depend on which others were converted before it. So the trees alone
        are kept: what was found out of them may have been cut short where that file had its limits.
        """
        self._let_go_of_modules()
        while len(self._parsed) > _MOST_KEPT:
            self._parsed.popitem(last=False)

    def rest(self) -> None:
        """Let go of all that can be read again: another project's turn has come, or the run is over."""
        self._let_go_of_modules()
        self._parsed.clear()
        self._sources.forget()

    def _let_go_of_modules(self) -> None:
        """Forget the modules; they hold on to each other, and to the project, and would stay in memory."""
        for module in self._modules.values():
            if module is not None:
                module.links.forget()
        self._modules.clear()

    def importing(
        self, path: PurePosixPath, name: str, word: str = "", may: Mention | None = None
    ) -> list[ProjectModule]:
        """Return the modules that import a name from a file, be it through others.

        Args:
            path: the file.
            name: what they import; also those count that import the whole file.
            word: what must stand in them, if not the name.
            may: whether the text of a file may do with that word what is asked for; None: any may.
        """
        return self._modules_at(self._paths_importing(path, name, word or name, may))

    def callers(
        self, path: PurePosixPath, name: str, word: str = "", may: Mention | None = None
    ) -> list[ProjectModule] | None:
        """Return what `importing` does; None where that is too many files to ask for one expression."""
        found = self._paths_importing(path, name, word or name, may)
        return self._modules_at(found) if self._trail.may_ask(found) else None

    def _modules_at(self, paths: list[PurePosixPath]) -> list[ProjectModule]:
        return [module for module in map(self.module_at, paths) if module is not None]

    def _paths_importing(
        self, path: PurePosixPath, name: str, word: str, may: Mention | None
    ) -> list[PurePosixPath]:
        key = (path, name, word, may)
        if key not in self._importing:
            found = sorted(self._all_importing(path, name))
            self._importing[key] = [p for p in found if self._mentions(p, word, may)]
        return self._importing[key]

    def _mentions(self, path: PurePosixPath, word: str, may: Mention | None) -> bool:
        if word.encode() not in (self._sources.of(path) or b""):
            return False
        return may is None or may(self._sources.text_of(path), word)

    def _all_importing(self, path: PurePosixPath, name: str) -> set[PurePosixPath]:
        found: set[PurePosixPath] = set()
        waiting = [path]
        while waiting:
            for importer, names in self._importers.get(waiting.pop(), {}).items():
                if importer in found or not names & {name, STAR, _WHOLE}:
                    continue
                found.add(importer)
                if importer.name == PACKAGE_FILE or names & {name, STAR}:  # others may import it from there
                    waiting.append(importer)
        return found

    @cached_property
    def _importers(self) -> Mapping[PurePosixPath, Mapping[PurePosixPath, set[str]]]:
        """Return by which files each file is imported, and what of it, as far as their text tells."""
        collected: dict[PurePosixPath, dict[PurePosixPath, set[str]]] = defaultdict(dict)
        for importer in sorted(self.files.paths):
            for dotted in dotted_names_in(self._sources.of(importer) or b""):
                found = self.file_of(importer, dotted)
                if found is None:
                    continue
                path, rest = found
                collected[path].setdefault(importer, set()).add(rest[0] if rest else _WHOLE)
                if not rest:  # its package may bind the name of its module itself
                    name = dotted.rpartition(".")[2]
                    collected[path.parent / PACKAGE_FILE].setdefault(importer, set()).add(name)
        return collected

    def file_of(self, importer: PurePosixPath, dotted: str) -> Place | None:
        """Return the file that a dotted name leads to, and what of the name is left behind it.

        Args:
            importer: the file in which the name stands.
            dotted: the name as it is imported, with leading dots for a relative import.
        """
        return self._module_files.file_of(importer, dotted)

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
        if not self._may_export_again(path, name, frozenset()):
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

    def _may_export_again(
        self, path: PurePosixPath, name: str, asked: frozenset[tuple[PurePosixPath, str]]
    ) -> bool:
        """Return whether a file may give others a name that it has from outside of the project.

        Judged by its text alone, so that most files need not be parsed. What leads back to what is asked
        (examples in the text of a file import it, too) leads nowhere else.
        """
        text = self._sources.text_of(path)
        if len(asked) > _MOST_RE_EXPORTS:
            return True
        if (path, name) in asked:
            return False
        asked |= {(path, name)}
        if name in text.assigned:
            return True
        if name in text.imported:
            return any(self._leads_outside(path, dotted, asked) for dotted in text.imported[name])
        return any(self._leads_outside(path, joined_name(star, name), asked) for star in text.stars)

    def _leads_outside(
        self, path: PurePosixPath, dotted: str, asked: frozenset[tuple[PurePosixPath, str]]
    ) -> bool:
        found = self.file_of(path, dotted)
        if found is None:
            return dotted.partition(".")[0] in self.tables.source_modules
        return bool(found[1]) and self._may_export_again(found[0], found[1][0], asked)

    def _instead_of_module(self, importer: PurePosixPath, path: PurePosixPath) -> Meaning | None:
        """Return what a package binds by the name of one of its modules, None where it binds the module.

        ``from .train import train`` in a package hides the module ``train`` from those that import it later.
        """
        place = path.parent if path.name == PACKAGE_FILE else path.with_suffix("")
        package = self.module_at(place.parent / PACKAGE_FILE) if place.name else None
        if package is None or package.path == path:
            return None
        bindings = package.scopes.module.bindings.get(place.name, [])
        if all(b.kind == "import" and self.file_of(package.path, b.imported) == (path, []) for b in bindings):
            return None
        found = self.definition(package.path, f".{place.name}", hidden=True)
        if found is None or package.path.parent in importer.parents:  # in the package it may be either
            return NOTHING
        folder = found.module.path.with_suffix("")
        parts = folder.parent.parts if folder.name == PACKAGE_FILE[:-3] else folder.parts
        dotted = ".".join((*parts, found.node.name))
        place_of_it = (found.module.path, [found.node.name])
        return Meaning(frozenset({dotted})) if self.file_of(importer, dotted) == place_of_it else NOTHING

    def may_bind(self, path: PurePosixPath, name: str) -> bool:
        """Return whether a file may bind a name, be it by a star, judged by its text alone."""
        mentioned = not name.isascii() or name.encode() in (self._sources.of(path) or b"")
        return mentioned or bool(self._sources.text_of(path).stars)

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
            given = self.module_at(found[0]) if self.may_bind(found[0], name) else None
            if given is not None and given.gives_by_star(name):
                definition = self.definition(module.path, joined_name(star, name), depth + 1)
                if definition is not None:
                    return definition
        return None
