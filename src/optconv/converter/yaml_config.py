"""Converts the classes that configuration files name, with their arguments: YAML in, the same YAML out.

The text is never written anew. What changes is spliced into it, so that comments, quotes, anchors, the order
of keys and the line ends stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from optconv.converter.annotate import insert_marks, marking_comment
from optconv.converter.call_plan import Remark
from optconv.converter.convert import Options
from optconv.converter.directives import Directives, read_yaml_directives
from optconv.converter.edits import EditConflictError, Edits
from optconv.converter.result import (
    Conversion,
    Diagnostic,
    Position,
    Reference,
    Severity,
    diagnostic,
    failed,
    in_order,
    outcome_of,
)
from optconv.converter.source import SourceText, UndecodableError, decode_utf8
from optconv.converter.yaml_calls import plan_entry
from optconv.converter.yaml_comments import skips_yaml
from optconv.converter.yaml_edits import write_entry
from optconv.converter.yaml_entries import Entry, find_entries
from optconv.converter.yaml_plans import EntryPlan, Placed
from optconv.converter.yaml_tree import InvalidYamlError, YamlNode, compose
from optconv.converter.yaml_values import is_interpolated
from optconv.mappings import TableError, Tables, message
from optconv.mappings.schema import SourceApi

_NOT_BUILT = ("checkpoint", "model", "tensor")  # kinds of APIs that are nothing to be built


def convert_yaml_config(source: bytes, tables: Tables, options: Options) -> Conversion:
    """Convert one configuration file.

    Args:
        source: the bytes of the file.
        tables: what is known of the target.
        options: see `Options`; a file that names no class of ours is not parsed in any case.

    Returns:
        See `convert_source`. No exception is raised for anything that stands in ``source``.

    Raises:
        TableError: a table that the file needs is broken.
    """
    if not _may_concern(source, tables):
        return Conversion(source)
    if skips_yaml(source):
        return Conversion(source, skipped=True)
    try:
        text = decode_utf8(source)
        return _File(text, compose(text.text), tables, options).convert(source)
    except UndecodableError as error:
        return failed(source, "OC902", Position(1, 1), str(error))
    except InvalidYamlError as error:
        return failed(source, "OC908", text.position(min(error.offset, len(text.text))), str(error))
    except TableError:
        raise
    except Exception as error:  # a defect of ours must not cost anybody a file, or the rest of a run
        return failed(source, "OC905", Position(1, 1), f"{type(error).__name__}: {error}")


def _may_concern(source: bytes, tables: Tables) -> bool:
    """Return whether ``source`` has the words for a class of the source framework, wherever they stand."""
    words = tables.idioms.class_keys | tables.idioms.class_tags
    if not any(word.encode() in source for word in words):
        return False
    modules = "|".join(sorted(tables.source_modules)).encode()
    named = re.findall(rb"\b(?:%s)(?:\.\w+)+" % modules, source)
    return any(_is_ours(name.decode(errors="replace"), tables) for name in set(named))


def _is_ours(name: str, tables: Tables) -> bool:
    """Return whether a name is an API that can be built, or stands in a module that we know all of."""
    api = tables.source_api(name)
    if api is not None:
        return api.kind not in _NOT_BUILT
    return name in tables.owned_modules or name.rpartition(".")[0] in tables.owned_modules


@dataclass
class _File:
    """One configuration file on its way through the converter."""

    text: SourceText
    roots: Sequence[YamlNode]
    tables: Tables
    options: Options
    edits: Edits = field(default_factory=Edits)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    left: dict[Entry, str] = field(default_factory=dict)  # entries that stay, and what they are called
    said_origins: set[str] = field(default_factory=set)  # rows of a team of which it was said
    marks: dict[int, dict[str, None]] = field(default_factory=dict)  # what is to stand above a line

    @cached_property
    def entries(self) -> Sequence[Entry]:
        """Return the places that name a class of the source framework."""
        return find_entries(self.text.text, self.roots, self.tables)

    @cached_property
    def directives(self) -> Directives:
        """Return what the comments of the file ask for."""
        return read_yaml_directives(self.text, self.roots, self.entries)

    def convert(self, source: bytes) -> Conversion:
        """Return the conversion of the file, whose bytes are ``source``."""
        ours = [entry for entry in self.entries if _is_ours(entry.name, self.tables)]
        for entry in ours:
            self._convert_entry(entry)
        for line, texts in self.marks.items():
            insert_marks(self.text, self.edits, line, texts)
        kept, ignored = (in_order(d) for d in self.directives.sift(self.diagnostics, self.options.ignored))
        said = Conversion(source, kept, tuple(self.references), ignored=ignored)
        if not self.edits:
            return said
        try:
            converted = self.edits.apply(self.text.text)
            compose(converted)
        except (EditConflictError, InvalidYamlError) as error:
            return failed(source, "OC905", Position(1, 1), str(error))
        remaining = len(self.entries) - len(ours)
        return replace(said, source=self.text.encode(converted), remaining=remaining)

    def _convert_entry(self, entry: Entry) -> None:
        api = self.tables.source_api(entry.name)
        name = api.name if api is not None else entry.name
        plan = self._plan(entry, api)
        said = [self._say(placed, name) for placed in self._with_origin(plan, entry, name)]
        self.diagnostics += said
        start = self.text.position(entry.shown.start)
        outcome = outcome_of([found.severity for found in said], converted=bool(plan.to))
        self.references.append(Reference(name, start, outcome))
        if plan.to:
            write_entry(self.edits, self.text, entry, plan)
            return
        self.left[entry] = name
        errors = [
            found
            for found in said
            if found.severity is Severity.ERROR
            and not self.directives.ignored_at(found.start.line, found.code)
        ]
        if self.options.annotate and errors:
            texts = (marking_comment(found, self.options.language) for found in errors)
            self.marks.setdefault(self._line_above(entry.shown.start), {}).update(dict.fromkeys(texts))

    def _with_origin(self, plan: EntryPlan, entry: Entry, api: str) -> Sequence[Placed]:
        """Return what is said of an entry, and of a row of a team that it is converted by, once."""
        origin = self.tables.origin_of(api) if plan.to else ""
        if not origin or api in self.said_origins:
            return plan.said
        self.said_origins.add(api)
        return (*plan.said, Placed(Remark("OC108", {"api": api, "origin": origin}), entry.shown))

    def _plan(self, entry: Entry, api: SourceApi | None) -> EntryPlan:
        around = entry.around
        if around is not None and around in self.left:
            line = str(self.text.line_of(around.shown.start))
            remark = Remark("OC102", {"name": self.left[around], "line": line})
        elif api is None:
            unread = is_interpolated(entry.name)
            reason = message(
                "yaml_config.interpolated" if unread else "references.unknown_name", name=entry.name
            )
            remark = Remark("OC204", {"reason": reason})
        else:
            return plan_entry(entry, api, self.text.text, self.tables, self.options)
        return EntryPlan(said=(Placed(remark, entry.shown),))

    def _say(self, placed: Placed, api: str) -> Diagnostic:
        start, end = self.text.position(placed.place.start), self.text.position(placed.place.end)
        remark = placed.remark
        return diagnostic(remark.code, start, end, api, remark.message, **remark.fields)

    def _line_above(self, offset: int) -> int:
        """Return the line above which a comment about a place can stand: one that no text goes on into."""
        start = self.text.line_start(self.text.line_of(offset))
        for root in self.roots:
            for node in root.walk():
                if node.kind == "scalar" and node.start < start < node.end:
                    return self._line_above(node.start)
        return self.text.line_of(offset)
