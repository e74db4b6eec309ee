"""Rewrites the text of one call with libcst: comments and layout stay where they are.

libcst is imported when the first call is rewritten; a file with nothing to convert never pays for it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from optconv.converter.call_plan import PlannedArgument
from optconv.converter.comments import comments_in

if TYPE_CHECKING:
    import libcst as cst

_LONG = 2_000  # characters; what is shorter cannot be nested too deeply for libcst
_DEEPEST = 1_000


def rewrite_call(
    text: str, function: str, arguments: Sequence[PlannedArgument], newline: str, column: int = 0
) -> str:
    """Return the text of a call with another function and other arguments.

    Args:
        text: the call as it stands, with edits inside its arguments applied.
        function: the text of the function that is called instead.
        arguments: the new arguments; those with an anchor take the place (and the comments and line breaks)
            of the argument they stand for, the others come last.
        newline: the line end of the file.
        column: where on its line the call begins, from 0; arguments that are aligned with the opening
            parenthesis stay aligned with it.
    """
    import libcst as cst

    config = cst.PartialParserConfig(default_newline=newline)
    call = cst.ensure_type(_parse(text, config), cst.Call)
    module = cst.Module(body=[], default_newline=newline)
    old_function = module.code_for_node(call.func)
    new_arguments = _lay_out(list(call.args), arguments, config)
    changed = call.with_changes(func=_parse(function, config), args=new_arguments)
    code = module.code_for_node(changed)
    if newline not in old_function + function:
        code = _realign(code, column + len(old_function), column + len(function), newline)
    return _with_comments(code, text, len(module.code_for_node(changed.func)), newline, column)


def _parse(text: str, config: Any) -> cst.BaseExpression:
    """Parse an expression that may go over several lines, as it may where it stands."""
    import libcst as cst

    if len(text) > _LONG:
        _refuse_deep_nesting(text)
    expression = cst.parse_expression(f"({text})", config=config)
    if isinstance(expression, (cst.GeneratorExp, cst.Tuple)) and text.startswith("("):
        return cst.parse_expression(text, config=config)
    outer: Any = expression
    inner: cst.BaseExpression = outer.with_changes(lpar=outer.lpar[1:], rpar=outer.rpar[:-1])
    return inner


def _refuse_deep_nesting(text: str) -> None:
    """Stop before libcst's parser, which recurses without a limit of its own, is given something too deep."""
    depths: list[tuple[ast.AST, int]] = [(ast.parse(f"({text}\n)", mode="eval").body, 0)]
    while depths:
        node, depth = depths.pop()
        if depth > _DEEPEST:
            raise RecursionError("nested too deeply")
        depths.extend((child, depth + 1) for child in ast.iter_child_nodes(node))


def _lay_out(old: list[cst.Arg], arguments: Sequence[PlannedArgument], config: Any) -> list[cst.Arg]:
    import libcst as cst

    if not arguments:
        return []
    separator = _separator(old)
    last_comma = old[-1].comma if old else cst.MaybeSentinel.DEFAULT
    last_whitespace = old[-1].whitespace_after_arg if old else cst.SimpleWhitespace("")
    new = []
    for i, argument in enumerate(arguments):
        following = arguments[i + 1].anchor if i + 1 < len(arguments) else None
        splits = argument.anchor is not None and following == argument.anchor
        was_last = argument.anchor == len(old) - 1 and i + 1 < len(arguments)
        arg = _argument(old, argument, separator, config, keep_comma=not (splits or was_last))
        new.append(arg.with_changes(whitespace_after_arg=cst.SimpleWhitespace("")) if was_last else arg)
    # The last argument ends the way the last one ended before: with or without a comma, on its own line.
    final_anchor = arguments[-1].anchor
    if final_anchor != len(old) - 1 or final_anchor is None:
        new[-1] = new[-1].with_changes(comma=last_comma, whitespace_after_arg=last_whitespace)
    return [
        arg.with_changes(comma=separator)
        if i < len(new) - 1 and not isinstance(arg.comma, cst.Comma)
        else arg
        for i, arg in enumerate(new)
    ]


def _argument(
    old: list[cst.Arg], argument: PlannedArgument, separator: cst.Comma, config: Any, *, keep_comma: bool
) -> cst.Arg:
    import libcst as cst

    tight = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    keyword = cst.Name(argument.keyword) if argument.keyword else None
    if argument.anchor is None:
        value = _parse(argument.text, config)
        return cst.Arg(value=value, keyword=keyword, equal=tight if keyword else cst.MaybeSentinel.DEFAULT)
    place = old[argument.anchor]
    value = _parenthesized(place.value) if argument.verbatim else _parse(argument.text, config)
    equal: Any = place.equal if place.keyword is not None and keyword is not None else tight
    changed = place.with_changes(
        value=value,
        keyword=keyword,
        equal=equal if keyword else cst.MaybeSentinel.DEFAULT,
        star=argument.star,
    )
    return changed if keep_comma else changed.with_changes(comma=separator)


def _parenthesized(value: cst.BaseExpression) -> cst.BaseExpression:
    """Give a generator that was the only argument the parentheses it needs beside a keyword."""
    import libcst as cst

    if isinstance(value, cst.GeneratorExp) and not value.lpar:
        return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return value


def _separator(old: list[cst.Arg]) -> cst.Comma:
    """Return a comma that separates arguments the way they are separated now: by a space or a line break."""
    import libcst as cst

    for argument in old[:-1]:
        if isinstance(argument.comma, cst.Comma):
            whitespace = argument.comma.whitespace_after
            if isinstance(whitespace, cst.ParenthesizedWhitespace):
                bare = whitespace.first_line.with_changes(whitespace=cst.SimpleWhitespace(""), comment=None)
                return cst.Comma(whitespace_after=whitespace.with_changes(first_line=bare, empty_lines=[]))
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def _realign(code: str, old_column: int, new_column: int, newline: str) -> str:
    """Move continuation lines that were aligned with the first argument to where that is now."""
    if newline not in code or '"""' in code or "'''" in code:
        return code
    first, *rest = code.split(newline)
    old_indentation, new_indentation = " " * (old_column + 1), " " * (new_column + 1)
    return newline.join(
        [first]
        + [
            new_indentation + line[len(old_indentation) :]
            if re.match(f"{old_indentation}[^ ]", line)
            else line
            for line in rest
        ]
    )


def _with_comments(code: str, text: str, function_length: int, newline: str, column: int) -> str:
    """Put comments that the new code lacks (of dropped and of split arguments) behind its parenthesis."""
    if "#" not in text:
        return code
    left = comments_in(code)
    lost = []
    for comment in comments_in(text):
        if comment in left:
            left.remove(comment)
        else:
            lost.append(comment)
    if not lost:
        return code
    opening = code.index("(", function_length) + 1
    indentation = _indentation(code, newline) or " " * (column + 4)
    comments = "".join(f"{newline}{indentation}{comment}" for comment in lost[1:])
    rest = code[opening:]
    begins_new_line = rest.lstrip(" \t").startswith(newline)
    return f"{code[:opening]}  {lost[0]}{comments}{'' if begins_new_line else newline + indentation}{rest}"


def _indentation(code: str, newline: str) -> str:
    lines = code.split(newline)[1:]
    return lines[0][: len(lines[0]) - len(lines[0].lstrip())] if lines else ""


def keep_aliases(text: str, kept: Sequence[int], newline: str) -> str:
    """Return an import statement with only the names at the places ``kept``."""
    import libcst as cst

    config = cst.PartialParserConfig(default_newline=newline)
    line = cst.ensure_type(cst.parse_statement(text, config=config), cst.SimpleStatementLine)
    statement = line.body[0]
    assert isinstance(statement, (cst.Import, cst.ImportFrom))
    assert not isinstance(statement.names, cst.ImportStar)
    names = [statement.names[i] for i in kept]
    if kept[-1] != len(statement.names) - 1:
        final = statement.names[-1].comma
        names[-1] = names[-1].with_changes(comma=_without_comment(names[-1].comma, final))
    changed = line.with_changes(body=[statement.with_changes(names=names)])
    return cst.Module(body=[changed], default_newline=newline).code.rstrip("\r\n")


def _without_comment(own: Any, final: Any) -> Any:
    """Return the comma of the last name: how the list ended, with the name's own comment."""
    import libcst as cst

    if not isinstance(final, cst.Comma) or not isinstance(own, cst.Comma):
        return final
    own_space, final_space = own.whitespace_after, final.whitespace_after
    if isinstance(own_space, cst.ParenthesizedWhitespace) and isinstance(
        final_space, cst.ParenthesizedWhitespace
    ):
        return final.with_changes(whitespace_after=final_space.with_changes(first_line=own_space.first_line))
    return final
