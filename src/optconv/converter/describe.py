"""Says the conditions of the tables to people: Python text, and words for the names only tables have."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from optconv.mappings import Text
from optconv.mappings.expressions import Expression, parse_expression

_RESERVED = {
    "own_rates": (
        Text("a parameter group has a learning rate of its own", "有参数组设置了自己的学习率"),
        Text("no parameter group has a learning rate of its own", "没有参数组设置自己的学习率"),
    ),
    "single_group": (
        Text("there is one parameter group", "只有一个参数组"),
        Text("there are several parameter groups", "有多个参数组"),
    ),
    "scheduled": (
        Text("the optimizer has a scheduler", "优化器有调度器"),
        Text("the optimizer has no scheduler", "优化器没有调度器"),
    ),
    "whole_list": (
        Text("the result is used as a list", "结果作为列表使用"),
        Text("only one entry of the result is used", "只使用结果的一项"),
    ),
    "subscripted": (
        Text("an entry of the result is taken", "取用结果中的某一项"),
        Text("no entry of the result is taken", "不取用结果中的项"),
    ),
    "optimizer_restored": (
        Text("the file loads the state of the optimizer, too", "文件同时加载优化器的状态"),
        Text("the file does not load the state of the optimizer", "文件没有加载优化器的状态"),
    ),
    "repeatable": (
        Text("the function always has the same value for an epoch", "该函数对同一 epoch 总是返回相同的值"),
        Text("the function may have another value each time", "该函数每次可能返回不同的值"),
    ),
    "fraction": (
        Text("the number has a fraction", "该数含小数"),
        Text("the number is a whole one", "该数是整数"),
    ),
    "fractions": (
        Text("a milestone has a fraction", "某个里程碑含小数"),
        Text("no milestone has a fraction", "里程碑都是整数"),
    ),
    "shared_rate": (
        Text("something else changes the rate of this optimizer, too", "该优化器的学习率还会被其他代码改变"),
        Text("nothing else changes the rate of this optimizer", "没有其他代码改变该优化器的学习率"),
    ),
    "compared": (
        Text("the two are exactly equal at times", "两者有时恰好相等"),
        Text("the two are never exactly equal", "两者从不恰好相等"),
    ),
    "rate_changes": (
        Text("the learning rate changes later on", "学习率之后会变化"),
        Text("the learning rate never changes", "学习率始终不变"),
    ),
    "one_pass": (
        Text("its first argument is an iterator", "它的第一个实参是迭代器"),
        Text("its first argument is no iterator", "它的第一个实参不是迭代器"),
    ),
    "grouped": (
        Text("the parameters come in groups", "参数以参数组给出"),
        Text("the parameters come in one list", "参数以一个列表给出"),
    ),
    "in_step": (
        Text(
            "it is read behind the scheduler's step or in front of the update",
            "在调度器前进之后或更新之前读取",
        ),
        Text("it is read between the update and the scheduler's step", "在更新与调度器前进之间读取"),
    ),
    "several_optimizers": (
        Text("it steps several optimizers between two updates", "两次 update 之间它用于多个优化器"),
        Text("it steps one optimizer between two updates", "两次 update 之间它只用于一个优化器"),
    ),
}
_CLASSES = {  # of an optimizer: that it is one, and that it is not
    "made_from": (
        Text("the optimizer is a {name}", "优化器是 {name}"),
        Text("the optimizer is no {name}", "优化器不是 {name}"),
    ),
    "made_into": (
        Text("the optimizer becomes a {name}", "优化器转换为 {name}"),
        Text("the optimizer does not become a {name}", "优化器不转换为 {name}"),
    ),
}
_OPPOSITES: dict[type[ast.cmpop], str] = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: ">=",
    ast.GtE: "<",
    ast.Gt: "<=",
    ast.LtE: ">",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}


def describe(condition: Expression) -> Text:
    """Return a condition for people: ``momentum == 0`` in backticks."""
    return _describe(condition.tree)


def describe_negation(condition: Expression, *alternatives: Mapping[str, Any]) -> Text:
    """Return the opposite of a condition for people, without the parts that are known for all values."""
    tree = condition.tree
    if isinstance(tree, ast.BoolOp):
        parts = [(part, parse_expression(ast.unparse(part))) for part in tree.values]
        unknown = [p for p, e in parts if any(e.holds(values) is None for values in alternatives)]
        if len(unknown) == 1:
            return _negation(unknown[0])
    return _negation(tree)


def _describe(tree: ast.expr) -> Text:
    match tree:
        case ast.Name(id=name) if name in _RESERVED:
            return _RESERVED[name][0]
        case ast.UnaryOp(op=ast.Not(), operand=operand) if not isinstance(operand, ast.Name):
            return _negation(operand)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)) if name in _RESERVED:
            return _RESERVED[name][1]
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="type_of"), args=[value]), ops=[op], comparators=[types]
        ):
            return _type_in_words(value, types, positive=isinstance(op, (ast.In, ast.Eq)))
        case ast.Compare(left=ast.Constant(value=name), ops=[op], comparators=[ast.Name(id="regions")]):
            return _region_in_words(name, isinstance(op, ast.In))
        case ast.Compare(left=ast.Name(id=made), ops=[op], comparators=[ast.Constant(value=str(name))]) if (
            made in _CLASSES
        ):
            return _CLASSES[made][not isinstance(op, ast.Eq)].format(name=name)
        case ast.BoolOp(op=op, values=values) if _mentions_reserved(tree):
            return _joined([_describe(value) for value in values], isinstance(op, ast.And))
    return _code(ast.unparse(tree))


def _negation(tree: ast.expr) -> Text:
    match tree:
        case ast.Name(id=name) if name in _RESERVED:
            return _RESERVED[name][1]
        case ast.Name(id=name):
            return _code(f"not {name}")
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _describe(operand)
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="type_of"), args=[value]), ops=[op], comparators=[types]
        ):
            return _type_in_words(value, types, positive=not isinstance(op, (ast.In, ast.Eq)))
        case ast.Compare(left=ast.Constant(value=name), ops=[op], comparators=[ast.Name(id="regions")]):
            return _region_in_words(name, not isinstance(op, ast.In))
        case ast.Compare(left=ast.Name(id=made), ops=[op], comparators=[ast.Constant(value=str(name))]) if (
            made in _CLASSES
        ):
            return _CLASSES[made][isinstance(op, ast.Eq)].format(name=name)
        case ast.BoolOp(op=op, values=values):
            return _joined([_negation(value) for value in values], isinstance(op, ast.Or))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _code(f"{ast.unparse(left)} {_OPPOSITES[type(op)]} {ast.unparse(right)}")
    return _code(f"not ({ast.unparse(tree)})")


def _region_in_words(precision: Any, positive: bool) -> Text:
    if positive:
        return Text(f"it is used with a region of {precision}", f"它与 {precision} 区域一起使用")
    return Text(f"it is used without a region of {precision}", f"它没有与 {precision} 区域一起使用")


def _type_in_words(value: ast.expr, types: ast.expr, *, positive: bool) -> Text:
    """Say ``type_of(x) not in ("list", "tuple")`` as "`x` is not a list or tuple"."""
    names = ast.literal_eval(types)
    kinds = [names] if isinstance(names, str) else list(names)
    shown = ast.unparse(value)
    return Text(
        f"`{shown}` is {'' if positive else 'not '}a {' or '.join(kinds)}",
        f"`{shown}` {'是' if positive else '不是'} {' 或 '.join(kinds)}",
    )


def _code(text: str) -> Text:
    return Text(f"`{text}`", f"`{text}`")


def _joined(parts: list[Text], both: bool) -> Text:
    return Text(
        (" and " if both else " or ").join(part.en for part in parts),
        (" 且 " if both else " 或 ").join(part.zh for part in parts),
    )


def _mentions_reserved(tree: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id in {*_RESERVED, *_CLASSES, "regions"}
        for node in ast.walk(tree)
    )
