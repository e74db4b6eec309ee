"""Classes of the file that are subclasses of optimizers or schedulers.

A scheduler's subclass of the common shape is rewritten, if everything that the file builds of it can be: its
constructor takes the rate then, and its objects come to their optimizers like any other scheduler.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from optconv.converter.binding import CannotBindError, bind
from optconv.converter.call_plan import Remark, kept_positional
from optconv.converter.file_context import FileContext
from optconv.converter.kept_subclasses import inspect_kept
from optconv.converter.references import Found, asks_for_class
from optconv.converter.result import Outcome, Reference
from optconv.converter.schedulers import find_obstacles
from optconv.converter.subclass_rates import OPTIMIZER, ClassEdits, OtherShapeError
from optconv.converter.subclass_shape import inspect_class, is_super
from optconv.mappings import Text, message
from optconv.mappings.expressions import Expression, parse_expression
from optconv.mappings.schema import ArgumentRule, Case, Difference, KeptSubclass, Row, SourceApi, Subclass
from optconv.mappings.signatures import Signature, SignatureVersion, parse_signature


@dataclass
class OwnClass:
    """A subclass that can be rewritten, and the calls that build it."""

    node: ast.ClassDef
    found: Found
    rules: Subclass | KeptSubclass
    edits: ClassEdits
    signature: Signature
    calls: dict[ast.Call, SourceApi] = field(default_factory=dict)


@dataclass
class Subclasses:
    """What becomes of the subclasses of a file."""

    rewritten: list[OwnClass] = field(default_factory=list)
    staying: dict[ast.Call, SourceApi] = field(default_factory=dict)  # what builds the others


def plan_subclasses(
    context: FileContext, found: list[Found], others: Mapping[ast.Call, SourceApi]
) -> Subclasses:
    """Decide which subclasses are rewritten; decline the rest with everything that is built of them.

    Args:
        context: the file.
        found: the references that are bases of classes.
        others: the constructions of schedulers in the file.
    """
    classes = [own for base in found if (own := _inspect(context, base)) is not None]
    for own in classes:
        for call in _calls_of(context, own.node):
            own.calls[call] = _own_api(context, own, call)
    building = {call: api for own in classes for call, api in own.calls.items()}
    staying = _staying(context, found, building)
    obstacles = find_obstacles(context, {**others, **building}, staying) if building else set()
    result = Subclasses(staying=staying)
    for own in classes:
        stopped = [call for call in own.calls if call in obstacles]
        if stopped:
            reason = message("subclasses.not_built", line=context.line(stopped[0]))
            _decline(context, own.found, own.node, reason)
            result.staying |= own.calls
        else:
            _accept(context, own)
            result.rewritten.append(own)
    return result


def _staying(
    context: FileContext, found: list[Found], building: Mapping[ast.Call, SourceApi]
) -> dict[ast.Call, SourceApi]:
    """Return what builds schedulers of classes that are not rewritten; they act on their optimizers, too."""
    return {
        call: base.api
        for base in found
        if base.api.kind == "scheduler"
        and isinstance(node := context.scopes.parents[base.node], ast.ClassDef)
        for call in _calls_of(context, node)
        if call not in building
    }


def emit_subclasses(context: FileContext, classes: Subclasses) -> None:
    """Add the edits for the classes that are rewritten, and leave positional arguments without keywords."""
    for own in classes.rewritten:
        for span, text in own.edits.replaced:
            context.edits.replace(span, text)
        for call in own.calls:
            construction = context.constructions[call]
            arguments = kept_positional(call, construction.plan.arguments, _target_names(own))
            construction.plan = replace(construction.plan, arguments=arguments)


def _target_names(own: OwnClass) -> tuple[str, ...]:
    if isinstance(own.rules, KeptSubclass):
        return own.signature.names
    return (own.rules.parameter, *own.signature.names[1:])


def _inspect(context: FileContext, found: Found) -> OwnClass | None:
    """Return the class when it has the shape that the tables know; decline it otherwise."""
    node = context.scopes.parents[found.node]
    assert isinstance(node, ast.ClassDef)
    said = context.mark_above(node, "OC306", found.api.name)
    if said is not None:  # what the file builds of it may look otherwise since an earlier run
        _stay(context, found, node, Remark("OC306", {}, Text.same(said)))
        return None
    row = context.tables.row(found.api.name)
    rules = row.subclass if row is not None else None
    if rules is None or row is None or row.annotation is None:
        _decline(context, found, node, None)
        return None
    try:
        if not _is_only_called(context, node):
            raise OtherShapeError(message("subclasses.other_use"))
        if isinstance(rules, KeptSubclass):
            edits = inspect_kept(context, node, found.api, rules)
        else:
            edits = inspect_class(context, node, found.api, rules)
        signature = _signature(node, found.api)
    except OtherShapeError as error:
        _decline(context, found, node, error.reason)
        return None
    asked = context.directives.left_as_asked(node.lineno, "OC306")
    if asked is not None:
        _stay(context, found, node, Remark("OC306", {}, asked))
        return None
    return OwnClass(node, found, rules, edits, signature)


def _is_only_called(context: FileContext, node: ast.ClassDef) -> bool:
    """Return whether every use of a class is a call of it, or asks for nothing but its name."""
    for name in context.scopes.names:
        bindings = context.scopes.reaching(name.id, name) if name.id == node.name else []
        if any(binding.node is node for binding in bindings):
            parent = context.scopes.parents[name]
            called = isinstance(parent, ast.Call) and parent.func is name and len(bindings) == 1
            if not called and not is_super(parent) and not asks_for_class(context, name):
                return False
    return True


def _decline(context: FileContext, found: Found, node: ast.ClassDef, reason: Text | None) -> None:
    api = found.api.name
    if reason is None:
        text = message("subclasses.other_contract", api=api)
    else:
        text = message("subclasses.by_hand", api=api, reason=reason)
    _stay(context, found, node, Remark("OC306", {"reason": text}))


def _stay(context: FileContext, found: Found, node: ast.ClassDef, remark: Remark) -> None:
    context.settle(found.node, found.api.name, [remark], converted=False)
    for call in _calls_of(context, node):
        context.decline(call, found.api.name, "OC102", name=node.name, line=context.line(node))


def _calls_of(context: FileContext, node: ast.ClassDef) -> list[ast.Call]:
    functions = context.kinds.functions
    return [call for call in context.scopes.calls if functions.called_function(call) is node]


def _signature(node: ast.ClassDef, base: SourceApi) -> Signature:
    """Return what the class is called with, without ``self``."""
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and method.name == "__init__":
            arguments = copy.deepcopy(method.args)
            del arguments.args[0]
            for argument in (*arguments.args, *arguments.kwonlyargs):
                argument.annotation = None
            return parse_signature(f"({ast.unparse(arguments)})")
    return base.signatures[0].signature


def _own_api(context: FileContext, own: OwnClass, call: ast.Call) -> SourceApi:
    """Return the class as an API of its own, with a row that passes on what this call passes."""
    name = own.node.name
    versions = (SignatureVersion("0", own.signature),)
    api = SourceApi(name, "scheduler", own.found.api.name, versions)
    try:
        given = bind(call, versions).arguments
    except CannotBindError:
        given = {}
    arguments: dict[str, Expression] = {}
    kept = isinstance(own.rules, KeptSubclass)
    if not isinstance(own.rules, KeptSubclass):
        arguments[own.rules.parameter] = parse_expression("base_lr")
    arguments |= {a: parse_expression(a) for a in given if kept or a != OPTIMIZER}
    resumes = own.signature.parameter(own.rules.resume) is not None
    case = Case(
        when=None,
        assume=None,
        to=name,
        arguments=arguments,
        groups={},
        drop=frozenset(),
        refuse=(),
        lossy=(ArgumentRule(own.rules.resume, own.rules.from_start, own.rules.resumed),) if resumes else (),
        differs=()
        if isinstance(own.rules, KeptSubclass) or own.edits.proportional
        else (Difference(parse_expression("own_rates"), own.rules.own_rates),),
    )
    context.own_rows[api] = Row(name, own.rules.resumed, "", (case,), {}, ())
    return api


def _accept(context: FileContext, own: OwnClass) -> None:
    row = context.tables.row(own.found.api.name)
    assert row is not None
    assert row.annotation is not None
    context.use(own.found.node, own.found.root, row.annotation)
    context.renamed.append(own.found.node)
    context.handled |= own.edits.handled
    if own.edits.annotation is not None:
        context.handled |= set(ast.walk(own.edits.annotation))
    for span in own.edits.references:
        context.references.append(
            Reference(own.found.api.name, context.source.position(span.start), Outcome.EXACT)
        )
    remarks = []
    if not own.calls and not isinstance(own.rules, KeptSubclass):
        fields: dict[str, str | Text] = {"name": own.node.name, "note": own.rules.elsewhere}
        remarks.append(Remark("OC208", fields))
    context.settle(own.found.node, own.found.api.name, remarks)
