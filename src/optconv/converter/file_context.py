"""Everything that planning one file needs to read, and the places where it leaves what it found out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from optconv.converter.call_plan import CallPlan, Remark
from optconv.converter.call_planner import CallPlanner
from optconv.converter.comments import comments_of_module
from optconv.converter.compose import Piece, compose, render_pieces
from optconv.converter.directives import Directives, first_line_with_directives, is_directive
from optconv.converter.edits import Edits, Render
from optconv.converter.kinds import KindInference
from optconv.converter.names import NameResolver
from optconv.converter.object_values import Instance, Values
from optconv.converter.possible_groups import PossibleGroups
from optconv.converter.result import Diagnostic, Reference, diagnostic, outcome_of
from optconv.converter.schedule import Schedule
from optconv.converter.scopes import Scope, ScopeTree, numbered
from optconv.converter.source import SourceText, Span
from optconv.converter.written_already import is_written_around
from optconv.mappings import Tables, Text
from optconv.mappings.expressions import UNKNOWN, Expression
from optconv.mappings.schema import Row, SourceApi

_ABOUT_THE_LINE = ("# noqa", "# type:", "# pylint", "# isort", "# optconv: ignore")
MARK = "# optconv: "  # how a marking comment begins


@dataclass
class Construction:
    """A call that constructs an optimizer or a scheduler, and what was decided about it."""

    node: ast.Call
    api: SourceApi
    plan: CallPlan
    own_rates: Any = False  # whether parameter groups have rates of their own; UNKNOWN when not to be seen
    single_group: Any = True  # whether all parameters are in one group; UNKNOWN likewise
    ratios: Any = UNKNOWN  # of each group's rate to the base, as text; None where one cannot be seen
    params: ast.expr | None = None  # what it optimizes
    groups: tuple[Mapping[str, ast.expr], ...] = ()  # the entries of its parameter groups
    counted: tuple[ast.Call, ast.expr] | None = (
        None  # of a schedule over updates: its optimizer, and its name
    )
    scheduled: bool = False  # whether a scheduler of this file is attached to it
    in_front: bool = False  # a scheduler that is built before its optimizer now, and passed to it
    rate: ast.expr | None = None  # the user's learning-rate argument, if there is one
    rate_text: str = ""  # that argument, or the default of the source framework
    absorbed: bool = False  # it is a part of another call now
    instead: Callable[[Render], str] | None = None  # the statement that takes the place of its own
    kept: tuple[ast.expr, ...] = ()  # the parts of its arguments that are in that statement
    optimizer: ast.expr | None = None  # of a scheduler: what it acts on,
    rival: ast.Call | None = None  # and another one of the file that acts on that, too
    scattered: bool = False  # whether arguments of it stand elsewhere: in a dictionary, in ``partial(…)``
    reserved: Mapping[str, Piece] = field(
        default_factory=dict
    )  # of a scheduler: what stands for the names that rows have beside the parameters
    others: tuple[Construction, ...] = ()  # what it is where the call builds one of several classes

    @property
    def converted(self) -> bool:
        """Return whether the call is written for the target now."""
        return not self.plan.declined

    def of(self, api: SourceApi) -> Construction:
        """Return what is known of the call where it builds an object of a class."""
        return next((other for other in self.others if other.api is api), self)


@dataclass(frozen=True)
class TargetUse:
    """One place of the output that names an API of the target."""

    node: ast.expr  # the expression of the input that was there
    root: ast.Name | None  # its first name, whose import says where the new import belongs; None: anywhere
    api: str
    by_name: bool  # the input imported the class itself, not its module
    modules: frozenset[str] = frozenset()  # of the standard library, that the output names with it
    beside: bool = False  # the root only says where the import belongs, and stays


@dataclass(frozen=True)
class GroupEntry:
    """An entry of a parameter group in the source: the expression, the group in it, and the key."""

    node: ast.Subscript | ast.Call  # group["lr"], group.get("lr") or group.setdefault("lr", …)
    group: ast.expr
    key: str


@dataclass
class FileContext:
    """One file on its way through the converter."""

    source: SourceText
    tables: Tables
    scopes: ScopeTree
    names: NameResolver
    kinds: KindInference
    planner: CallPlanner
    directives: Directives = field(default_factory=Directives)
    edits: Edits = field(default_factory=Edits)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    schedules: list[Schedule] = field(default_factory=list)
    constructions: dict[ast.Call, Construction] = field(default_factory=dict)
    uses: list[TargetUse] = field(default_factory=list)
    mentioned: dict[ast.expr, str] = field(default_factory=dict)  # classes as values, and their kind
    renamed: list[ast.expr] = field(default_factory=list)  # references of which nothing but the name changes
    models: dict[ast.Call, list[ast.expr]] = field(default_factory=dict)  # of each construction, when found
    folded: set[ast.Call] = field(default_factory=set)  # calls that are part of a construction now
    handled: set[ast.AST] = field(default_factory=set)  # what the rewriting of a whole class takes care of
    group_entries: list[GroupEntry] | None = (
        None  # entries of parameter groups that stay, when they are found
    )
    own_rows: dict[SourceApi, Row] = field(default_factory=dict)  # of classes that the file itself defines
    gone: set[ast.Name] = field(default_factory=set)  # names that the output has no more
    taken_names: set[str] = field(default_factory=set)
    local_names: dict[Scope, set[str]] = field(default_factory=dict)  # taken in a function
    target_alias: str = ""  # what the target is imported as, where its own name means something else
    aliases: dict[str, str] = field(default_factory=dict)  # likewise of modules of other packages
    said_origins: set[str] = field(default_factory=set)  # rows of a team of which it was said
    spelling: Mapping[ast.expr, str] = field(default_factory=dict)  # of each target API, when all are known

    def row(self, api: SourceApi) -> Row | None:
        """Return the row of an API: of the tables, or of a class that the file itself defines."""
        return self.own_rows.get(api) or self.tables.row(api.name)

    def say(
        self,
        node: ast.expr | ast.stmt | ast.keyword,
        code: str,
        api: str | None,
        message: Text | None = None,
        /,
        **fields: str | Text,
    ) -> None:
        """Give a diagnostic about ``node``, with the message of its code or with another one."""
        span = self.source.span(node)
        start, end = self.source.position(span.start), self.source.position(span.end)
        self.diagnostics.append(diagnostic(code, start, end, api, message, **fields))

    def settle(self, node: ast.expr, api: str, remarks: Iterable[Remark], *, converted: bool = True) -> None:
        """Give the diagnostics of one reference and record what became of it."""
        severities = []
        for remark in remarks:
            self.say(node, remark.code, api, remark.message, **remark.fields)
            severities.append(self.diagnostics[-1].severity)
        outcome = outcome_of(severities, converted=converted)
        self.references.append(Reference(api, self.source.position(self.source.span(node).start), outcome))
        origin = self.tables.origin_of(api) if converted else ""
        if origin and api not in self.said_origins:
            self.said_origins.add(api)
            self.say(node, "OC108", api, api=api, origin=origin)

    def decline(self, node: ast.expr, api: str, code: str, /, **fields: str | Text) -> None:
        """Leave a reference as it is and say why."""
        self.settle(node, api, [Remark(code, fields)], converted=False)

    def mark_above(self, statement: ast.stmt, code: str, api: str) -> str | None:
        """Return the message of a marking comment of an earlier run directly above a statement."""
        beginning = f"{MARK}{code} {api}: "
        for line in range(statement.lineno - 1, 0, -1):
            start = self.source.line_start(line)
            text = self.source.text[start : self.source.line_end(start)].strip()
            if not is_directive(text):
                return None
            if text.startswith(beginning):
                return text.removeprefix(beginning)
        return None

    def built(self, instances: Iterable[Instance]) -> list[Construction]:
        """Return the planned constructions of some objects, in order."""
        found = [
            self.constructions[instance.construction].of(instance.api)
            for instance in instances
            if instance.construction is not None and instance.construction in self.constructions
        ]
        return sorted(found, key=lambda c: (c.node.lineno, c.node.col_offset, c.api.name))

    def left(self, instances: Iterable[Instance]) -> list[ast.Call]:
        """Return the constructions of some objects that stay in the source framework, in order.

        One that was never planned (its class is in a variable) stays, too.
        """
        calls = (instance.construction for instance in instances if instance.construction is not None)
        left = {c for c in calls if c not in self.constructions or not self.constructions[c].converted}
        return sorted(left, key=lambda call: (call.lineno, call.col_offset))

    def joined(self, values: Values, name: str) -> Any:
        """Return what is known of every object that ``values`` can be; `UNKNOWN` where they differ."""
        found = [getattr(construction, name) for construction in self.built(values.instances)]
        complete = bool(found) and not values.unknown and len(found) == len(values.instances)
        return found[0] if complete and all(value == found[0] for value in found) else UNKNOWN

    def facts(self, own_rates: Any) -> Mapping[str, Any]:
        """Return the values of the reserved names of conditions."""
        return {"own_rates": own_rates}

    def line(self, node: ast.AST) -> str | Text:
        """Return what the line of a node is called in messages, behind the word "line"."""
        return self.source.line_name(getattr(node, "lineno", 1))

    def replace(self, node: ast.expr | ast.stmt, text: str) -> None:
        """Replace a node's text."""
        self.edits.replace(self.source.span(node), text)

    def use(
        self, found_at: ast.expr, root: ast.Name, target: str, modules: frozenset[str] = frozenset()
    ) -> None:
        """Note that a target API is to be written where ``found_at`` stands.

        A file that imports the class by name gets the target's class imported by name; one that reaches it
        through a module gets the target's full dotted name. How it is spelled is decided when all uses are
        known.
        """
        by_name = isinstance(found_at, ast.Name) and self.names.is_imported(root)
        self.uses.append(TargetUse(found_at, root, target, by_name, modules))

    def statement_separator(self, statement: ast.stmt) -> str:
        """Return what stands between this statement and one that is put behind it."""
        start = self.source.span(statement).start
        indentation = self.source.text[self.source.line_start(self.source.line_of(start)) : start]
        return "; " if indentation.strip() else f"{self.source.newline}{indentation}"

    def insert_behind(self, statement: ast.stmt, text: str) -> None:
        """Insert a statement behind ``statement``, on a line of its own where that one has one."""
        span = self.source.span(statement)
        separator = self.statement_separator(statement)
        behind = self.source.text[span.end : self.source.line_end(span.end)].strip()
        if separator == "; " or (behind and not behind.startswith("#")):
            self.edits.insert(span.end, f"; {text}")
        else:
            self.edits.insert(self.source.line_end(span.end), f"{separator}{text}")

    def column(self, offset: int) -> int:
        """Return how many characters stand before ``offset`` on its line."""
        return offset - self.source.line_start(self.source.line_of(offset))

    def replace_composed(
        self, node: ast.expr | ast.stmt, expression: Expression, pieces: Mapping[str, Piece]
    ) -> None:
        """Replace a node by an expression of the tables, with the edits inside its pieces.

        Where an earlier run has written that expression, the node stays as a part of it.
        """
        if is_written_around(self.scopes, node, expression, pieces):
            return

        def make(render: Render) -> str:
            text = compose(expression, render_pieces(pieces, self.source, render))
            return text.replace(*quotes) if quotes else text

        quotes = self._quotes_around(node)
        self.edits.replace(self.source.span(node), make)

    def _quotes_around(self, node: ast.expr | ast.stmt) -> tuple[str, str] | None:
        """Return the quotes that cannot stand at ``node``, which is in an f-string, and those that can."""
        outer = next((a for a in self.scopes.ancestors(node) if isinstance(a, ast.JoinedStr)), None)
        if outer is None:
            return None
        text = self.source.of(outer).lstrip("rRfFbBuU")
        return None if text[:3] in ('"""', "'''") else ('"', "'") if text[:1] == '"' else ("'", '"')

    def remove_statement(self, statement: ast.stmt) -> None:
        """Remove a statement with its line; a block must not end up empty, and comments stay."""
        source = self.source
        span = source.span(statement)
        line = source.line_of(span.start)
        line_start, line_end = source.line_start(line), source.line_end(span.end)
        first = source.line_start(first_line_with_directives(source, line))  # they are about the statement
        before = source.text[line_start : span.start]
        behind = source.text[span.end : line_end].strip()
        inside = [text for offset, text in self.comments if span.start <= offset < span.end]
        if len(self.scopes.siblings(statement)) == 1 or before.strip() or behind.startswith(";"):
            self.edits.replace(span, "pass")
        elif inside:
            self.edits.replace(span, f"{source.newline}{before}".join(inside))
        elif behind and not behind.startswith(_ABOUT_THE_LINE):
            self.edits.replace(
                Span(span.start, line_end - len(source.text[span.end : line_end].lstrip())), ""
            )
        elif self.scopes.siblings(statement)[-1] is statement and source.text[:first].endswith(
            source.newline
        ):  # the line break in front of it: the one behind it is outside of the block, which may be an edit
            self.edits.replace(Span(first - len(source.newline), line_end), "")
        else:
            next_line = line_end + (
                len(source.newline) if source.text.startswith(source.newline, line_end) else 0
            )
            self.edits.replace(Span(first, next_line), "")

    def replace_statement(self, node: ast.stmt, make: Callable[[Render], str], kept: list[Span]) -> None:
        """Replace a statement; comments in it that are not in a ``kept`` part are put above it."""
        span = self.source.span(node)
        lost = [
            text
            for offset, text in self.comments
            if span.start <= offset < span.end and not any(k.start <= offset < k.end for k in kept)
        ]
        separator = self.statement_separator(node)
        above = "".join(f"{text}{separator}" for text in lost) if separator != "; " else ""
        self.edits.replace(span, lambda render: above + make(render))

    @cached_property
    def comments(self) -> list[tuple[int, str]]:
        """Return every comment of the file with its offset."""
        return comments_of_module(self.source)

    @cached_property
    def possible_groups(self) -> PossibleGroups:
        """Return what tells the expressions that may hold a parameter group from the others."""
        return PossibleGroups.in_file_of(self.kinds)

    def groups_of(self, node: ast.expr, path: tuple[int, ...] = ()) -> frozenset[ast.Attribute]:
        """Return where the groups come from that an expression, or its element at ``path``, may hold."""
        possible = self.possible_groups.may_hold_group(node, path)
        return self.kinds.values(node, path).groups if possible else frozenset()

    @cached_property
    def model_names(self) -> frozenset[str]:
        """Return the expressions, as text, that the file asks for their parameters: models."""
        iterators = self.tables.idioms.parameter_iterators | self.tables.idioms.named_parameter_iterators
        return frozenset(
            ast.unparse(call.func.value)
            for call in self.scopes.calls
            if isinstance(call.func, ast.Attribute) and call.func.attr in iterators
        )

    @cached_property
    def optimizer_restored(self) -> bool:
        """Return whether the file loads the state of an optimizer."""
        return any(
            node.attr in self.tables.restoring_members and self.kinds.values(node.value).kind == "optimizer"
            for node in self.scopes.attributes
        )

    def free_name(self, wanted: str) -> str:
        """Return ``wanted``, or it with a number, such that no scope of the file binds or reads it."""
        if not self.taken_names:
            self.taken_names = {name for scope in self.scopes.scopes.values() for name in scope.bindings}
            self.taken_names |= {name.id for name in self.scopes.names}
        name = numbered(wanted, self.taken_names.__contains__)
        self.taken_names.add(name)
        return name

    def free_local_name(self, statement: ast.stmt, wanted: str) -> str:
        """Return ``wanted``, or it with a number, such that the function around a statement has no such name.

        In a module or a class, the whole file has none.
        """
        scope = self.scopes.enclosing_scope(statement)
        if not isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self.free_name(wanted)
        if scope not in self.local_names:
            inside = [node for node in ast.walk(scope.node) if isinstance(node, ast.Name)]
            elsewhere = scope.global_names | scope.nonlocal_names  # would be bound outside of the function
            self.local_names[scope] = {*scope.bindings, *elsewhere, *(node.id for node in inside)}
        name = numbered(wanted, self.local_names[scope].__contains__)
        self.local_names[scope].add(name)
        return name

    def span_with_parentheses(self, node: ast.expr) -> Span:
        """Return the range of an expression with the redundant parentheses around it."""
        span = self.source.span(node)
        text = self.source.text
        start, end = span.start, span.end
        while True:
            before, after = self._before_comments(start), self._behind_comments(end)
            if before and after < len(text) and text[before - 1] == "(" and text[after] == ")":
                start, end = before - 1, after + 1
            else:
                return Span(start, end)

    @cached_property
    def _comment_starts(self) -> dict[int, int]:
        return {offset + len(text): offset for offset, text in self.comments}

    @cached_property
    def _comment_ends(self) -> dict[int, int]:
        return {offset: offset + len(text) for offset, text in self.comments}

    def _before_comments(self, place: int) -> int:
        """Return where the code in front of a place ends."""
        begins = self._comment_starts
        place = len(self.source.text[:place].rstrip())
        while place in begins:
            place = len(self.source.text[: begins[place]].rstrip())
        return place

    def _behind_comments(self, place: int) -> int:
        """Return where the code behind a place begins."""
        ends, text = self._comment_ends, self.source.text
        place += len(text[place:]) - len(text[place:].lstrip())
        while place in ends:
            place = ends[place]
            place += len(text[place:]) - len(text[place:].lstrip())
        return place
