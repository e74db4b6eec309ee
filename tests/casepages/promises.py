"""What every conversion owes its user, whatever a page says. A check yields what is wrong, as sentences."""

from __future__ import annotations

import ast
import builtins
import io
import re
import symtable
import tokenize
import warnings
from collections import Counter
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from optconv.converter import Outcome, Position, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .outcome import Run

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_MARK = "# optconv: "


def broken_promises(run: Run) -> list[str]:
    """Return everything that is wrong with a conversion; nothing, if it keeps its promises."""
    if run.conversion.failed:
        return (
            [] if run.conversion.source == run.source else ["the file failed, and was changed all the same"]
        )
    found = [*_parses(run)]
    if not found:
        checks = (
            _settles,
            _looks,
            _places,
            _comments,
            _line_ends,
            _other_lines,
            _new_unknown_names,
            _everything_said,
        )
        found = [sentence for check in checks for sentence in check(run)]
    return found


def _parses(run: Run) -> Iterator[str]:
    try:
        _tree(run.after)
    except SyntaxError as error:
        yield f"the output is not Python: {error}"


def _settles(run: Run) -> Iterator[str]:
    """Converting the output changes nothing."""
    if run.again.source != run.conversion.source:
        yield f"the output is converted once more, to\n{run.again.source.decode(run.encoding)}"


def _looks(run: Run) -> Iterator[str]:
    """What is found without writing anything is what is found when something is written."""
    changes = run.bare.source != run.source
    if run.looked != replace(run.bare, source=run.source, would_change=changes):
        yield "without writing, something else is found"


def _places(run: Run) -> Iterator[str]:
    """Every position lies in the file, and every end behind its start."""
    lines = [line.rstrip("\r\n") for line in _LINE.findall(run.before.removeprefix("\ufeff"))]
    for found in run.conversion.diagnostics:
        for position in (found.start, found.end):
            if not (
                1 <= position.line <= len(lines) and 1 <= position.column <= len(lines[position.line - 1]) + 1
            ):
                yield f"{found.code} is at {position}, outside the file"
        if (found.end.line, found.end.column) <= (found.start.line, found.start.column):
            yield f"{found.code} ends at {found.end}, and begins at {found.start}"
    for reference in run.conversion.references:
        if not _word_at(lines, reference.start):
            yield f"{reference.api} is said to be at {reference.start}, where no name begins"


def _word_at(lines: list[str], position: Position) -> bool:
    begins = lines[position.line - 1][position.column - 1 :][:1]
    return begins.isidentifier() or begins in "([{"


def _comments(run: Run) -> Iterator[str]:
    """No comment is lost, none is changed, and none but marks is new."""
    before, after = Counter(_comments_of(run.before)), Counter(_comments_of(run.after))
    for comment in before - after:
        yield f"a comment is lost: {comment}"
    for comment in after - before:
        if not comment.startswith(_MARK):
            yield f"a comment is new: {comment}"


def _comments_of(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text.removeprefix("\ufeff"), newline=None).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def _line_ends(run: Run) -> Iterator[str]:
    """No kind of line end is new, and the file still ends as it did."""
    ends = re.compile(r"\r\n|\r|\n")
    new = set(ends.findall(run.after)) - set(ends.findall(run.before) or ["\n"])
    if new:
        yield f"line ends that the input does not have: {sorted(new)}"
    if run.before.endswith(("\r", "\n")) != run.after.endswith(("\r", "\n")):
        yield "the end of the file has changed"


def _other_lines(run: Run) -> Iterator[str]:
    """Lines are changed or taken away only where a statement refers to an API, or imports."""
    before, after = _LINE.findall(run.before), _LINE.findall(run.after)
    moved = _moved(run, before, after)
    if not moved and sum(not line.strip() for line in before) != sum(not line.strip() for line in after):
        yield "empty lines have come or gone"
    allowed = _changeable(run)
    for tag, start, end, _, _ in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag in ("replace", "delete"):
            for number in range(start + 1, end + 1):
                text = before[number - 1].strip()
                known = number in allowed or text in moved or _asks_for_parameters(text, after)
                if text and not known and not text.startswith("#"):
                    yield f"line {number} is changed, and refers to nothing: {text}"


def _asks_for_parameters(text: str, after: list[str]) -> bool:
    """Return whether nothing of a line has changed but how it asks a model for its parameters."""
    asked = text.replace(".parameters()", ".trainable_params()")
    asked = asked.replace(".named_parameters()", ".parameters_and_names()")
    return asked != text and asked in (line.strip() for line in after)


def _moved(run: Run, before: list[str], after: list[str]) -> set[str]:
    """Return the lines that stand elsewhere now: of forward passes that became functions, each as often as before."""
    if "value_and_grad" not in run.after or "value_and_grad" in run.before:
        return set()
    old, new = (Counter(line.strip() for line in lines) for lines in (before, after))
    return {line for line, count in old.items() if new[line] >= count}


def _changeable(run: Run) -> set[int]:
    starts = {reference.start.line for reference in run.conversion.references}
    allowed: set[int] = set()
    statements = [node for node in ast.walk(_tree(run.before)) if isinstance(node, ast.stmt)]
    holding = [n for n in statements if _holds_groups(n) or starts & set(_lines_that_may_change(n))]
    unpacked = {name for node in holding for name in _unpacked(node)}
    named: set[str] = set()
    for node in sorted(statements, key=lambda statement: statement.lineno):
        lines = set(_lines_that_may_change(node))
        if starts & lines and isinstance(node, ast.Assign):
            named |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        imports = isinstance(node, (ast.Import, ast.ImportFrom))
        converted = starts & lines or _lists(node, named)
        if converted or imports or _holds_groups(node) or _assigns(node, unpacked):
            allowed |= lines
    return allowed


def _unpacked(statement: ast.stmt) -> Iterator[str]:
    """Yield the variables that are unpacked into dictionaries or calls: their entries are part of these."""
    for part in ast.walk(statement):
        values = (
            [v for k, v in zip(part.keys, part.values, strict=True) if k is None]
            if isinstance(part, ast.Dict)
            else []
        )
        values += [part.value] if isinstance(part, ast.keyword) and part.arg is None else []
        yield from (value.id for value in values if isinstance(value, ast.Name))


def _assigns(statement: ast.stmt, names: set[str]) -> bool:
    return isinstance(statement, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id in names for target in statement.targets
    )


def _lists(statement: ast.stmt, named: set[str]) -> bool:
    """Return whether a statement only puts converted objects into a list, which one of them may replace."""
    match statement:
        case ast.Assign(value=ast.List(elts=entries) | ast.Tuple(elts=entries)):
            return bool(entries) and all(isinstance(e, ast.Name) and e.id in named for e in entries)
    return False


def _holds_groups(statement: ast.stmt) -> bool:
    """Return whether a plain statement writes parameter groups, which may stand far from their optimizer."""
    plain = isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Return))
    return plain and any(
        (isinstance(part, ast.Constant) and part.value == "params")
        or (isinstance(part, ast.keyword) and part.arg == "params")
        for part in ast.walk(statement)
    )


def _lines_that_may_change(node: ast.stmt) -> range:
    """Return a statement's lines without those of its body, but with its decorators.

    The body counts only in a loop, which may become one statement.
    """
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
    body = getattr(node, "body", None)
    if body and not isinstance(node, ast.For):
        return range(first, max(node.lineno + 1, int(body[0].lineno)))
    return range(first, (node.end_lineno or node.lineno) + 1)


def _new_unknown_names(run: Run) -> Iterator[str]:
    """Every name that the output uses is bound, unless it was already unbound in the input."""
    new = _unbound(run.after) - _unbound(run.before)
    if new:
        yield f"names that nothing binds: {', '.join(sorted(new))}"


def _unbound(text: str) -> set[str]:
    tree = _tree(text)
    if any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in ast.walk(tree)):
        return set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        table = symtable.symtable(text.removeprefix("\ufeff"), "input", "exec")
    bound = {
        symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()
    }
    bound |= set(dir(builtins)) | {"__file__", "__doc__", "__name__"}
    return {name for scope in _scopes(table) for name in _globals_of(scope)} - bound


def _scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _scopes(child)


def _globals_of(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or table.get_type() == "module"):
            yield symbol.get_name()


def _everything_said(run: Run) -> Iterator[str]:
    """Nothing is left or changed without a word: every outcome but exact has a diagnostic on its line."""
    spoken = {
        line
        for found in run.conversion.diagnostics
        if found.severity is not Severity.INFO or found.code == "OC102"
        for line in range(found.start.line, found.end.line + 1)
    }
    for reference in run.conversion.references:
        if reference.outcome is not Outcome.EXACT and reference.start.line not in spoken:
            place = f"{reference.api} on line {reference.start.line}"
            yield f"{place} is {reference.outcome.value}, and nothing is said"


def _tree(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        return ast.parse(text.removeprefix("\ufeff"))
