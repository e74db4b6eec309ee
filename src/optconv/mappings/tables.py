"""The tables of one target, found by the name of an API. Rows are loaded when they are first asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path

from optconv.mappings.case_loader import Catalogues
from optconv.mappings.catalogue_loader import (
    load_constants,
    load_diagnostic_kinds,
    load_idioms,
    load_source_catalogue,
    load_target_signatures,
)
from optconv.mappings.errors import UnknownFlavorError, UnknownTargetError
from optconv.mappings.extra_rows import check_annotation, check_row, collect_rows, is_for_flavors
from optconv.mappings.extra_tables import (
    ExtraTables,
    read_extra_tables,
    with_extra_signatures,
    with_extra_sources,
)
from optconv.mappings.row_documents import RowFolder, RowLayer, find_row
from optconv.mappings.row_loader import load_row
from optconv.mappings.schema import (
    Attach,
    DiagnosticKind,
    GroupFunctions,
    Idioms,
    Member,
    Row,
    SourceApi,
    SourceMember,
    StayingOptions,
    TargetApi,
    TrainingStep,
)
from optconv.mappings.target_loader import Flavor, Target, load_flavor, load_target
from optconv.mappings.text import Text
from optconv.mappings.yaml_reader import Located

_FOLDER = Path(__file__).parent
_SOURCE = "torch"
_FLAVORS = "flavors"


@dataclass
class Tables:
    """Everything that is known about converting from the source framework to one target.

    With a flavour, its rows come before those of the target, which hold for whatever it does not say. A
    team's own rows come before those that they stand beside.
    """

    target: Target
    target_folder: Path
    source_folder: Path
    flavor: Flavor | None = None
    extra: tuple[ExtraTables, ...] = ()  # a team's own, beside these
    _rows: dict[str, Row | None] = field(default_factory=dict, repr=False)
    _target_classes: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    def without_flavor(self) -> Tables:
        """Return the tables of the target itself."""
        extra = [file.path for file in self.extra]
        return load_tables(self.target.name, self.target_folder.parent, extra=extra)

    @property
    def folder(self) -> Path:
        """Return the folder of the rows that are these tables' own: the flavour's, or the target's."""
        return self.flavor.folder if self.flavor else self.target_folder

    @property
    def label(self) -> str:
        """Return what these tables are called, ``mindspore/nn``; without a flavour the target's name."""
        return f"{self.target.name}/{self.flavor.name}" if self.flavor else self.target.name

    @cached_property
    def _optimizers(self) -> tuple[dict[str, SourceApi], dict[str, str]]:
        return load_source_catalogue(self.source_folder / "catalogue.yaml")

    @cached_property
    def _surroundings(self) -> tuple[dict[str, SourceApi], dict[str, str]]:
        path = self.source_folder / "surroundings.yaml"
        return load_source_catalogue(path) if path.is_file() else ({}, {})

    @cached_property
    def _source(self) -> tuple[dict[str, SourceApi], dict[str, str]]:
        (apis, names), (others, other_names) = self._optimizers, self._surroundings
        apis, names = {**apis, **others}, {**names, **other_names}
        return with_extra_sources(self.extra, apis, names, self.target.module)

    @cached_property
    def _signatures(self) -> dict[str, TargetApi]:
        paths = dict.fromkeys((self.target_folder / "signatures.yaml", self.folder / "signatures.yaml"))
        loaded = (load_target_signatures(path) for path in paths if path.is_file() or not self.flavor)
        own = {name: api for apis in loaded for name, api in apis.items()}
        labels = dict.fromkeys((self.target.name, self.label))
        beside = (file.targets[label] for file in self.extra for label in labels if label in file.targets)
        return with_extra_signatures(beside, own, self._source[1])

    @cached_property
    def _layers(self) -> tuple[RowLayer, ...]:
        """Return the rows of the flavour, if there is one, and then those of the target."""
        of_target = self._layer(self.target.name, self.target_folder)
        if self.flavor is None:
            return (of_target,)
        apis = self.source_apis
        extra = {name: row for name, row in of_target.extra.items() if is_for_flavors(row, apis[name])}
        return self._layer(self.label, self.folder), replace(of_target, extra=extra)

    def _layer(self, label: str, folder: Path) -> RowLayer:
        files = RowFolder(folder)
        return RowLayer(files, collect_rows(self.extra, label, files, self.source_apis))

    @cached_property
    def idioms(self) -> Idioms:
        """Return the names around the source framework's optimizers; none where no file lists any."""
        path = self.source_folder / "idioms.yaml"
        return load_idioms(path) if path.is_file() else Idioms()

    @cached_property
    def constants(self) -> Mapping[str, str]:
        """Return what the tables call constants of the source framework, by every name that these have."""
        path = self.source_folder / "constants.yaml"
        return load_constants(path) if path.is_file() else {}

    @property
    def source_module(self) -> str:
        """Return the name of the source framework's top module."""
        return self.source_folder.name

    @cached_property
    def source_modules(self) -> frozenset[str]:
        """Return the top modules that APIs are in: the source framework's, and those of a team."""
        return frozenset({self.source_module, *(name.partition(".")[0] for name in self.extra_names)})

    @cached_property
    def extra_names(self) -> frozenset[str]:
        """Return every importable name of the APIs that a team has listed."""
        own = self._optimizers[0].keys() | self._surroundings[0].keys()
        return frozenset(name for name, api in self._source[1].items() if api not in own)

    @property
    def extra_kinds(self) -> Mapping[str, str]:
        """Return what each of those names is: an optimizer, a scheduler, a function or a class."""
        return {name: self.source_apis[self._source[1][name]].kind for name in self.extra_names}

    @property
    def source_apis(self) -> Mapping[str, SourceApi]:
        """Return the source framework's catalogue by name."""
        return self._source[0]

    @cached_property
    def source_prefixes(self) -> frozenset[str]:
        """Return every module name on the way to an API: the names a reference may go through."""
        return _prefixes(self._source[1])

    @cached_property
    def owned_modules(self) -> frozenset[str]:
        """Return the source modules whose members are all in the catalogue (not the top module).

        The modules of what surrounds the optimizers have many other members.
        """
        return frozenset(prefix for prefix in _prefixes(self._optimizers[1]) if "." in prefix)

    @cached_property
    def telling_names(self) -> frozenset[str]:
        """Return the words that make a file worth parsing: modules, members, what surrounds optimizers."""
        modules = {prefix.rpartition(".")[2] for prefix in self.owned_modules if prefix.count(".") == 1}
        around = {name.rpartition(".")[2] for name in (*self._surroundings[1], *self.extra_names)}
        return frozenset(modules | around | self.telling_members)

    @cached_property
    def models(self) -> SourceApi | None:
        """Return the class of the models whose parameters optimizers get, if it is in the catalogue."""
        return next((api for api in self.source_apis.values() if api.kind == "model"), None)

    @cached_property
    def member_names(self) -> frozenset[str]:
        """Return every method and attribute name of the source's optimizers and schedulers."""
        return frozenset(name for api in self.source_apis.values() for name in api.members)

    @cached_property
    def known_names(self) -> frozenset[str]:
        """Return every dotted name that is a module or an API: what a reference can consist of."""
        return self.source_prefixes | self.source_names

    @cached_property
    def source_names(self) -> frozenset[str]:
        """Return every importable name of every API."""
        return frozenset(self._source[1])

    def _source_members(self) -> Iterator[SourceMember]:
        """Return every method and attribute of every class of the source."""
        return (member for api in self.source_apis.values() for member in api.members.values())

    @cached_property
    def telling_members(self) -> frozenset[str]:
        """Return the member names that say by themselves that the object is an optimizer or a scheduler."""
        return frozenset(member.name for member in self._source_members() if member.telling)

    @cached_property
    def restoring_members(self) -> frozenset[str]:
        """Return the names of the members that load a saved state."""
        return frozenset(member.name for member in self._source_members() if member.restores)

    @cached_property
    def storing_members(self) -> frozenset[str]:
        """Return the names of the members that give a state to be saved."""
        return frozenset(member.name for member in self._source_members() if member.stores)

    @cached_property
    def scaler_members(self) -> frozenset[str]:
        """Return the member names that only gradient scalers have."""
        scalers = [api for api in self.source_apis.values() if api.kind == "scaler"]
        others = [api for api in self.source_apis.values() if api.kind != "scaler"]
        return frozenset(
            {name for api in scalers for name in api.members}
            - {name for api in others for name in api.members}
        )

    @cached_property
    def advancing_members(self) -> frozenset[str]:
        """Return the member names that update an optimizer, or that the target's optimizer does by itself."""
        rows = (self.row(api.name) for api in self._with_members)
        members = (member for row in rows if row for member in row.members.values())
        return frozenset(m.name for m in members if m.implied or m.training_step == "updates")

    @cached_property
    def changed_members(self) -> frozenset[str]:
        """Return the member names that are not written in the target as they are in the source."""
        changed = set()
        # What a model has is looked for at known models only.
        bases = [api for api in self._with_members if api.kind != "model"]
        for api, row in ((api, self.row(api.name)) for api in bases):
            for name, member in (row.members if row else {}).items():
                if _is_changed(name, member) or (member.training_step and api.kind != "tensor"):
                    changed.add(name)
        return frozenset(changed)

    def target_classes(self, kind: str) -> frozenset[str]:
        """Return the classes of the target that the rows of a kind of APIs (``optimizer``) write."""
        if kind not in self._target_classes:
            rows = (self.row(api.name) for api in self.source_apis.values() if api.kind == kind)
            self._target_classes[kind] = frozenset(case.to for row in rows if row for case in row.cases)
        return self._target_classes[kind]

    @cached_property
    def rate_readers(self) -> frozenset[str]:
        """Return the methods of the target's optimizers by which a converted scheduler reads their rate."""
        if self.attach is None:
            return frozenset()
        read = ast.walk(self.attach.read.tree)
        return frozenset(node.attr for node in read if isinstance(node, ast.Attribute))

    @cached_property
    def same_scheduler_members(self) -> frozenset[str]:
        """Return the member names of schedulers that are written in the target as they are in the source."""
        members = self._scheduler_row.members if self._scheduler_row else {}
        return frozenset(name for name, member in members.items() if not _is_changed(name, member))

    @cached_property
    def kept_groups(self) -> frozenset[str]:
        """Return the attributes that hold parameter groups, where the target's optimizers have them, too."""
        rows = (self.row(api.name) for api in self._with_members)
        members = (member for row in rows if row for member in row.members.values())
        return frozenset(m.name for m in members if any(item.in_place for item in m.items.values()))

    def _base(self, kind: str) -> SourceApi | None:
        """Return the class that all others of a kind are derived from."""
        return next((api for api in self.bases if api.kind == kind), None)

    @cached_property
    def bases(self) -> tuple[SourceApi, ...]:
        """Return the classes that those of optimizers, schedulers and the like are derived from."""
        return tuple(api for api in self.source_apis.values() if api.base is None)

    @cached_property
    def _with_members(self) -> tuple[SourceApi, ...]:
        """Return the classes whose rows say how members are written that others have, or a team's has."""
        listed = (self._source[1][name] for name in sorted(self.extra_names))
        return (*self.bases, *(self.source_apis[name] for name in dict.fromkeys(listed)))

    @cached_property
    def optimizer_base(self) -> SourceApi | None:
        """Return the base class of the optimizers."""
        return self._base("optimizer")

    @cached_property
    def optimizer_attribute(self) -> str:
        """Return what schedulers take first, and keep under the same name: their optimizer."""
        base = self._base("scheduler")
        return base.signatures[0].signature.names[0] if base else ""

    @cached_property
    def public_modules(self) -> frozenset[str]:
        """Return the modules that APIs are named after (``torch.optim.lr_scheduler``, not ``….sgd``)."""
        return frozenset(name.rpartition(".")[0] for name in self.source_apis)

    @cached_property
    def target_modules(self) -> frozenset[str]:
        """Return the top modules of the target's classes: its own, and those of a team."""
        return frozenset({self.target.module, *(name.partition(".")[0] for name in self._signatures)})

    @property
    def target_apis(self) -> Mapping[str, TargetApi]:
        """Return the target's classes and their methods by name."""
        return self._signatures

    def source_api(self, qualified_name: str) -> SourceApi | None:
        """Return the API that ``qualified_name`` (any importable path of it) stands for, if it is known."""
        name = self._source[1].get(qualified_name)
        return self.source_apis[name] if name else None

    def ancestry(self, api: SourceApi) -> Iterator[SourceApi]:
        """Return ``api`` and its bases, nearest first."""
        current: SourceApi | None = api
        while current is not None:
            yield current
            current = self.source_apis.get(current.base) if current.base else None

    def source_member(self, api: SourceApi, name: str) -> tuple[SourceApi, SourceMember] | None:
        """Return the member ``name`` of ``api`` and the class that defines it."""
        for ancestor in self.ancestry(api):
            if name in ancestor.members:
                return ancestor, ancestor.members[name]
        return None

    def target_api(self, name: str) -> TargetApi | None:
        """Return a class or ``Class.method`` of the target."""
        return self._signatures.get(name)

    def row(self, api: str) -> Row | None:
        """Return the row of a source API, or None when these tables have none. Raises `TableError`."""
        if api not in self._rows:
            document = find_row(self._layers, api)
            self._rows[api] = self._load(document) if document is not None else None
        return self._rows[api]

    def origin_of(self, api: str) -> str:
        """Return where the row of an API stands, ``acme.yaml:12``, if it is a team's own; else nothing."""
        row = self.row(api) if self.extra else None
        return row.origin if row is not None else ""

    def module_of(self, target: str) -> str:
        """Return the module that a class or function of the target is in, of ``Class.method`` the class's."""
        holder = target.rpartition(".")[0]
        return self.module_of(holder) if holder in self._signatures else holder

    def refuse_source_calls(self, apis: Iterable[SourceApi]) -> bool:
        """Return whether what the APIs become raises an error when it is called as they are.

        Of the classes of a team it is not known.
        """
        rows = (self.row(api.name) for api in apis)
        return self.target.refuses_source_calls and not any(row.origin for row in rows if row)

    def member(self, api: SourceApi, name: str) -> Member | None:
        """Return how the member ``name`` of ``api`` is written in the target; the nearest class decides."""
        for ancestor in self.ancestry(api):
            row = self.row(ancestor.name)
            if row is not None and name in row.members:
                return row.members[name]
        return None

    def staying_options(self, api: SourceApi) -> StayingOptions | None:
        """Return which options of a class's parameter groups stay on the parameters in the target."""
        rows = (self.row(ancestor.name) for ancestor in self.ancestry(api))
        return next((row.group_options_stay for row in rows if row and row.group_options_stay), None)

    def named(self, api: SourceApi) -> Text | None:
        """Return what differs where an optimizer's parameters are chosen by their names, or all are taken."""
        rows = (self.row(entry.name) for entry in self.ancestry(api))
        return next((row.named for row in rows if row and row.named), None)

    def switched(self, api: SourceApi) -> Text | None:
        """Return what differs in the target where parameters are frozen or unfrozen later on."""
        rows = (self.row(ancestor.name) for ancestor in self.ancestry(api))
        return next((row.switched for row in rows if row and row.switched), None)

    @cached_property
    def _scheduler_row(self) -> Row | None:
        """Return the row of the base class of schedulers."""
        base = self._base("scheduler")
        return self.row(base.name) if base else None

    @property
    def attach(self) -> Attach | None:
        """Return how schedulers and optimizers come together (None: a scheduler takes the optimizer)."""
        return self._scheduler_row.attach if self._scheduler_row else None

    @property
    def group_functions(self) -> GroupFunctions | None:
        """Return how a schedule is written for each parameter group, if the target's schedulers can."""
        return self._scheduler_row.group_functions if self._scheduler_row else None

    @cached_property
    def training_step(self) -> TrainingStep | None:
        """Return how training steps are written (None: as in the source framework)."""
        row = self.row(self.tensors.name) if self.tensors else None
        return row.training_step if row else None

    @cached_property
    def training_step_members(self) -> frozenset[str]:
        """Return the names of the members that are part of a training step."""
        rows = (self.row(api.name) for api in self.source_apis.values())
        members = (member for row in rows if row for member in row.members.values())
        return frozenset(member.name for member in members if member.training_step)

    @cached_property
    def tensors(self) -> SourceApi | None:
        """Return the class of what gradients are computed of, if it is in the catalogue."""
        return next((api for api in self.source_apis.values() if api.kind == "tensor"), None)

    @property
    def rate_name(self) -> str:
        """Return the source optimizers' parameter, and key of a group, that is the learning rate."""
        return self.attach.rate if self.attach else "lr"

    def rows(self) -> Iterator[Row]:
        """Return every row that is these tables' own, by file name, a team's last. Raises `TableError`."""
        for document in self._layers[0].rows():
            row = self._load(document)
            self._rows[row.api] = row
            yield row

    def extra_rows(self) -> Iterator[Row]:
        """Return every row of a team that holds for these tables. Raises `TableError`."""
        for api in dict.fromkeys(api for layer in self._layers for api in layer.extra):
            row = self.row(api)
            if row is not None and row.origin:
                yield row

    def check_extra(self) -> None:
        """Load all that a team has written for these tables. Raises `TableError`."""
        self.target_api("")  # reads all signatures
        list(self.extra_rows())

    def _load(self, document: Located) -> Row:
        source = self.source_apis.get(document.required("api").text())
        inherited = self._inherited(source) if source is not None else None
        catalogues = Catalogues(self.source_apis, self._signatures, frozenset({self.target.module}))
        row = load_row(document, catalogues, inherited)
        if row.origin and source is not None:
            base = self._base(source.kind)
            first = base.signatures[0].signature.names[:1] if base else ()
            check_annotation(document, row, self.source_names)
            check_row(document, row, source, self.attach, "".join(first), self.rate_name)
        return row

    def _inherited(self, source: SourceApi) -> Located | None:
        """Return what the nearest base class with such a part says for its subclasses."""
        for ancestor in self.ancestry(source):
            document = find_row(self._layers, ancestor.name) if ancestor is not source else None
            part = document.mapping().get("inherited") if document is not None else None
            if part is not None:
                return part
        return None


def _is_changed(name: str, member: Member) -> bool:
    """Return whether a member is not written in the target under its own name, with the same numbers."""
    same = all(
        case.to.rpartition(".")[2] == name and all(d.when is not None for d in case.differs)
        for case in member.cases
    )
    return bool(member.items or member.implied or not same)


def _prefixes(names: Iterable[str]) -> frozenset[str]:
    """Return every module name on the way to one of some dotted names."""
    prefixes: set[str] = set()
    for name in names:
        parts = name.split(".")
        prefixes.update(".".join(parts[:i]) for i in range(1, len(parts)))
    return frozenset(prefixes)


def target_names(folder: Path = _FOLDER) -> tuple[str, ...]:
    """Return the names of the targets there are tables for."""
    return tuple(sorted(path.parent.name for path in folder.glob("*/target.yaml")))


def flavor_names(target: str, folder: Path = _FOLDER) -> tuple[str, ...]:
    """Return the names of the flavours of a target beside its own tables; most targets have none."""
    return tuple(sorted(path.parent.name for path in (folder / target / _FLAVORS).glob("*/flavor.yaml")))


def table_labels(folder: Path = _FOLDER) -> tuple[str, ...]:
    """Return what all tables are called, those of flavours too: ``mindspore``, ``mindspore/nn``."""
    targets = target_names(folder)
    flavored = (f"{target}/{flavor}" for target in targets for flavor in flavor_names(target, folder))
    return tuple(sorted((*targets, *flavored)))


def load_labelled(label: str) -> Tables:
    """Return the tables that are called ``label``. Raises as `load_tables` does."""
    target, _, flavor = label.partition("/")
    return load_tables(target, flavor=flavor or None)


def load_tables(
    target: str, folder: Path = _FOLDER, *, flavor: str | None = None, extra: Sequence[Path] = ()
) -> Tables:
    """Return the tables for converting to ``target``.

    Args:
        target: its name.
        folder: the folder of all tables.
        flavor: the name of one of its flavours (see `flavor_names`).
        extra: files of a team's own tables beside these; each may build on those before it.

    Raises:
        UnknownTargetError: there are none; the message lists the targets there are.
        UnknownFlavorError: the target has no such flavour; the message lists those it has.
        TableError: a table is broken.
    """
    path = folder / target / "target.yaml"
    if not path.is_file():
        raise UnknownTargetError(f"unknown target {target!r}; known: {', '.join(target_names())}")
    tables = Tables(load_target(path), path.parent, source_folder=folder / _SOURCE)
    if flavor is not None:
        tables = _flavored(tables, flavor, flavor_names(target, folder))
    if extra:
        labels = frozenset(table_labels(folder))
        tables = replace(tables, extra=tuple(read_extra_tables(file, labels) for file in extra))
        tables.check_extra()  # what is wrong with a file that a person named is said at once
    return tables


def _flavored(tables: Tables, name: str, known: tuple[str, ...]) -> Tables:
    """Return the tables of a flavour: those of the target, with its own before them."""
    target = tables.target
    if name not in known:
        there_are = f"known: {', '.join(known)}" if known else "it has none"
        raise UnknownFlavorError(f"unknown flavor {name!r} of {target.name}; {there_are}")
    flavor = load_flavor(tables.target_folder / _FLAVORS / name)
    return replace(tables, target=replace(target, title=flavor.title), flavor=flavor)


@lru_cache(maxsize=1)
def diagnostic_kinds() -> Mapping[str, DiagnosticKind]:
    """Return what every diagnostic code means, by code."""
    return load_diagnostic_kinds(_FOLDER / "diagnostics.yaml")
