"""Rewrites the method of a scheduler's subclass that gives a list of rates: in the target it gives one."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from optconv.converter.compose import Piece, compose
from optconv.converter.file_context import FileContext
from optconv.converter.source import Span
from optconv.mappings import Text, message
from optconv.mappings.expressions import Expression
from optconv.mappings.schema import Subclass

OPTIMIZER = "optimizer"  # the first parameter of every scheduler, and the attribute that keeps it


class OtherShapeError(Exception):
    """The class has another shape; the reason is a text for people."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


@dataclass
class ClassEdits:
    """What is to be changed in a class of the shape."""

    replaced: list[tuple[Span, str]] = field(default_factory=list)
    handled: set[ast.AST] = field(default_factory=set)  # attributes and names that are taken care of
    references: list[Span] = field(default_factory=list)  # what refers to the base class
    annotation: ast.expr | None = None  # of the optimizer; it goes
    proportional: bool = True  # every rate is its base rate times something


def rewrite_rates(context: FileContext, method: ast.FunctionDef, rules: Subclass, edits: ClassEdits) -> None:
    """Every list of rates that the method returns becomes one rate."""
    returned = [
        node
        for node in ast.walk(method)
        if isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom))
        and context.kinds.functions.function_around(node) is method
    ]
    if not returned or len(method.args.args) != 1 or method.args.kwonlyargs:
        raise _returns_otherwise(rules)
    for node in returned:
        if not isinstance(node, ast.Return) or node.value is None:
            raise _returns_otherwise(rules)
        match node.value:
            case ast.Attribute(value=receiver_node, attr=name) as attribute if (
                name == rules.base_rates and context.kinds.functions.is_self(receiver_node)
            ):
                edits.handled.add(attribute)
                edits.references.append(context.source.span(attribute))
                receiver = Piece(context.source.of(attribute.value))
                edits.replaced.append(
                    (context.source.span(attribute), compose(rules.base_rate, {"self": receiver}))
                )
            case ast.ListComp(generators=[ast.comprehension(ifs=[], is_async=0)]) as rates:
                if not _rewrite_list(context, rates, rules, edits):
                    raise _returns_otherwise(rules)
            case _:
                raise _returns_otherwise(rules)


def _returns_otherwise(rules: Subclass) -> OtherShapeError:
    return OtherShapeError(message("subclass_rates.returns_otherwise", name=rules.computes))


def _rewrite_list(context: FileContext, rates: ast.ListComp, rules: Subclass, edits: ClassEdits) -> bool:
    """``[expression for base_lr in self.base_lrs]`` becomes the expression, over the one base rate."""
    generator, entry = rates.generators[0], rates.elt
    if not isinstance(generator.target, ast.Name):
        return False
    variable = generator.target.id
    source = generator.iter
    keys: dict[str, Expression] = {"": rules.base_rate}
    match source:
        case ast.Attribute(value=ast.Name() as receiver, attr=name) if name == rules.base_rates:
            edits.handled.add(source)
        case ast.Attribute(
            value=ast.Attribute(value=ast.Name() as receiver, attr=holder) as inner, attr=name
        ) if (holder, name) == (OPTIMIZER, rules.groups):
            edits.handled |= {source, inner}
            keys = dict(rules.group_rates)
        case _:
            return False
    if not context.kinds.functions.is_self(receiver):
        return False
    uses = [node for node in ast.walk(entry) if isinstance(node, ast.Name) and node.id == variable]
    piece = {"self": Piece(context.source.of(receiver))}
    rewritten: set[ast.AST] = set()
    for use in uses:
        holder_node = _key_of(context, use, keys)
        if holder_node is None or context.scopes.enclosing_scope(use).node is not rates:
            return False
        node, key = holder_node
        rewritten.add(node)
        edits.replaced.append((context.source.span(node), compose(keys[key], piece)))
    edits.references.append(context.source.span(source))
    edits.proportional = edits.proportional and _is_proportional(entry, rewritten)
    return _strip_brackets(context, rates, edits)


def _key_of(context: FileContext, use: ast.Name, keys: dict[str, Expression]) -> tuple[ast.expr, str] | None:
    """Return what is to be replaced: the name itself, or the entry of the group that it is."""
    if "" in keys:
        return use, ""
    parent = context.scopes.parents[use]
    match parent:
        case ast.Subscript(slice=ast.Constant(value=str(key)), ctx=ast.Load()) if key in keys:
            return (parent, key) if parent.value is use else None
    return None


def _is_proportional(node: ast.expr, rates: set[ast.AST]) -> bool:
    """Return whether an expression is a rate times something without one."""
    if node in rates:
        return True
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
        left, right = (any(part in rates for part in ast.walk(side)) for side in (node.left, node.right))
        if left and not right:
            return _is_proportional(node.left, rates)
        return right and not left and isinstance(node.op, ast.Mult) and _is_proportional(node.right, rates)
    return False


def _strip_brackets(context: FileContext, rates: ast.ListComp, edits: ClassEdits) -> bool:
    """Take away what is around the expression; parentheses stay where it goes over several lines."""
    whole, entry = context.source.span(rates), context.span_with_parentheses(rates.elt)
    outside = (Span(whole.start, entry.start), Span(entry.end, whole.end))
    if any(span.start <= offset < span.end for offset, _ in context.comments for span in outside):
        return False
    text = context.source.text[entry.start : entry.end]
    try:
        ast.parse(f"x = {text}")
        opening, closing = "", ""
    except SyntaxError:
        opening, closing = "(", ")"
    edits.replaced += [(outside[0], opening), (outside[1], closing)]
    return True
