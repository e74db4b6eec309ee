"""Rewrites the text of one call with libcst: comments and layout stay where they are.

libcst is imported when the first call is rewritten; a file with nothing to convert never pays for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from optconv.converter.call_plan import PlannedArgument

if TYPE_CHECKING:
    import libcst as cst


def rewrite_call(text: str, function: str, arguments: Sequence[PlannedArgument], newline: str) -> str:
    """Return the text of a call with another function and other arguments.

    Args:
        text: the call as it stands, with edits inside its arguments applied.
        function: the text of the function that is called instead.
        arguments: the new arguments; those with an anchor take the place (and the comments and line breaks)
            of the argument they stand for, the others come last.
        newline: the line end of the file.
    """
    import libcst as cst

    config = cst.PartialParserConfig(default_newline=newline)
    call = cst.ensure_type(cst.parse_expression(text, config=config), cst.Call)
    new_arguments = _lay_out(list(call.args), arguments, config)
    changed = call.with_changes(func=cst.parse_expression(function, config=config), args=new_arguments)
    return cst.Module(body=[], default_newline=newline).code_for_node(changed)


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
        value = cst.parse_expression(argument.text, config=config)
        return cst.Arg(value=value, keyword=keyword, equal=tight if keyword else cst.MaybeSentinel.DEFAULT)
    place = old[argument.anchor]
    value = place.value if argument.verbatim else cst.parse_expression(argument.text, config=config)
    equal: Any = place.equal if place.keyword is not None and keyword is not None else tight
    changed = place.with_changes(
        value=value, keyword=keyword, equal=equal if keyword else cst.MaybeSentinel.DEFAULT, star=""
    )
    return changed if keep_comma else changed.with_changes(comma=separator)


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


def keep_aliases(text: str, kept: Sequence[int], newline: str) -> str:
    """Return an import statement with only the names at the places ``kept``."""
    import libcst as cst

    config = cst.PartialParserConfig(default_newline=newline)
    line = cst.ensure_type(cst.parse_statement(text, config=config), cst.SimpleStatementLine)
    statement = line.body[0]
    assert isinstance(statement, (cst.Import, cst.ImportFrom))
    assert not isinstance(statement.names, cst.ImportStar)
    names = [statement.names[i] for i in kept]
    names[-1] = names[-1].with_changes(comma=statement.names[-1].comma)
    changed = line.with_changes(body=[statement.with_changes(names=names)])
    return cst.Module(body=[changed], default_newline=newline).code.rstrip("\r\n")
