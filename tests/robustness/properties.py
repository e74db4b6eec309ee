"""What holds of the conversion of any bytes. Every check yields what is wrong, as a kind and a sentence.

`casepages.promises` asks more, of sources that are known to be sane; this is asked of whatever people and
generators write: no exception, no error of our own, nothing lost, the same result again.
"""

from __future__ import annotations

import ast
import copy
import io
import json
import re
import tokenize
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from optconv.converter import Conversion, Options, convert_content
from optconv.converter.edits import Edits
from optconv.converter.source import SourceText, UndecodableError, decode
from optconv.converter.yaml_tree import compose
from optconv.mappings import TableError, Tables

INTERNAL = "OC905"
_MARK = "# optconv: "
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Broken:
    """A property that does not hold."""

    kind: str  # "exception", "internal error", …: what failures are counted by
    detail: str


@dataclass(frozen=True)
class Applied:
    """Edits as they were applied to a text: the ranges that they replace, in order."""

    text: str
    spans: tuple[tuple[int, int], ...]


@contextmanager
def applied_edits() -> Iterator[list[Applied]]:
    """Collect the edits of every conversion inside of the block."""
    found: list[Applied] = []
    apply = Edits.apply

    def recorded(self: Edits, text: str) -> str:
        found.append(Applied(text, tuple(sorted((e.span.start, e.span.end) for e in self._edits))))
        return apply(self, text)

    with patch.object(Edits, "apply", recorded):
        yield found


def broken_properties(
    name: str, source: bytes, tables: Tables, options: Options
) -> tuple[Conversion | None, list[Broken]]:
    """Convert a file as its name asks for; return the conversion and every property that does not hold."""
    with applied_edits() as applied:
        try:
            conversion = convert_content(name, source, tables, options)
        except TableError:
            raise
        except Exception as error:  # this is what is looked for
            return None, [Broken("exception", described(error))]
    found = [Broken("internal error", d.message.en) for d in conversion.diagnostics if d.code == INTERNAL]
    if conversion.failed:
        if conversion.source != source:
            found.append(Broken("changed", "the file failed, and was changed all the same"))
        return conversion, found
    if conversion.source != source:
        checks = _CHECKS.get(Path(name).suffix, _python)
        with suppress(RecursionError):  # trees that are too deep to be written out are not compared
            found += checks(source, conversion.source, applied)
        found += _settles(name, source, conversion, tables, options)
    return conversion, found


def described(error: BaseException) -> str:
    """Return an exception with the place in our code that it came from."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "optconv" in f.filename]
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {str(error)[:200]}{place}"


def _settles(
    name: str, source: bytes, conversion: Conversion, tables: Tables, options: Options
) -> Iterator[Broken]:
    """Converting the output changes nothing, and converting the input once more gives the same."""
    if convert_content(name, source, tables, options) != conversion:
        yield Broken("not deterministic", "the same input gives something else the second time")
    again = convert_content(name, conversion.source, tables, options)
    if again.source != conversion.source:
        yield Broken("second run", _first_difference(conversion.source, again.source))


def _first_difference(before: bytes, after: bytes) -> str:
    pairs = zip(before.splitlines(), after.splitlines(), strict=False)
    return next((f"{a!r} becomes {b!r}" for a, b in pairs if a != b), "lines come or go at the end")


def _python(source: bytes, output: bytes, applied: list[Applied]) -> Iterator[Broken]:
    try:
        before, after = decode(source), decode(output)
    except UndecodableError as error:
        yield Broken("encoding", str(error))
        return
    if (before.encoding, before.bom) != (after.encoding, after.bom):
        yield Broken("encoding", f"{before.encoding} becomes {after.encoding}")
    try:
        trees = parsed(before.text), parsed(after.text)
    except SyntaxError as error:
        yield Broken("syntax", f"the output is no Python: {error}")
        return
    yield from _kept_text(after.text, applied)
    yield from _kept_statements(before, trees, applied)
    yield from _kept_comments(before.text, after.text)
    new = set(_LINE_END.findall(after.text)) - set(_LINE_END.findall(before.text) or ["\n"])
    if new:
        yield Broken("line ends", f"line ends that the input does not have: {sorted(new)}")


def _kept_text(after: str, applied: list[Applied]) -> Iterator[Broken]:
    """What stands between the edits stands in the output, in the same order."""
    edits = applied[-1]
    start = position = 0
    for first, last in (*edits.spans, (len(edits.text), len(edits.text))):
        piece = edits.text[start:first]
        if first > start and piece.strip():
            position = after.find(piece, position)
            if position < 0:
                yield Broken("lost text", f"what is outside of the edits is gone: {piece[:80]!r}")
                return
            position += len(piece)
        start = max(start, last)


def _kept_statements(
    before: SourceText, trees: tuple[ast.Module, ast.Module], applied: list[Applied]
) -> Iterator[Broken]:
    """Statements that hold no edit are the same trees in the output."""
    kept = Counter(map(_dumped, _untouched(before, trees[0], applied[-1].spans)))
    there = Counter(_dumped(node) for node in ast.walk(trees[1]) if isinstance(node, ast.stmt))
    for lost in kept - there:
        yield Broken("lost statement", lost[:200])


def _dumped(node: ast.AST) -> str:
    try:
        return ast.dump(node)
    except ValueError:  # Python writes no number of so many digits
        return ast.dump(_WithoutNumbers().visit(copy.deepcopy(node)))


class _WithoutNumbers(ast.NodeTransformer):
    """Puts the length of each whole number in its place."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        """Shorten one number."""
        return ast.Constant(node.value.bit_length()) if isinstance(node.value, int) else node


def _untouched(text: SourceText, tree: ast.Module, spans: tuple[tuple[int, int], ...]) -> Iterator[ast.stmt]:
    """Yield the outermost statements of which no edit touches a part."""
    waiting: list[ast.AST] = [*tree.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            decorators = getattr(node, "decorator_list", [])
            start, end = min(text.span(part).start for part in (node, *decorators)), text.span(node).end
            if not any(first < end and start < max(last, first + 1) for first, last in spans):
                yield node
                continue
        waiting += ast.iter_child_nodes(node)


def _kept_comments(before: str, after: str) -> Iterator[Broken]:
    old, new = Counter(comments_of(before)), Counter(comments_of(after))
    for comment in old - new:
        yield Broken("lost comment", comment[:100])
    for comment in new - old:
        if not comment.startswith(_MARK):
            yield Broken("new comment", comment[:100])


def comments_of(text: str) -> list[str]:
    """Return the comments of a text, as far as it can be read as tokens."""
    found: list[str] = []
    tokens = tokenize.generate_tokens(io.StringIO(text, newline=None).readline)
    with suppress(tokenize.TokenError, SyntaxError):  # the parser takes some texts that this module does not
        found.extend(token.string.rstrip() for token in tokens if token.type == tokenize.COMMENT)
    return found


def parsed(text: str) -> ast.Module:
    """Parse a text without the warnings that it deserves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _notebook(source: bytes, output: bytes, _applied: list[Applied]) -> Iterator[Broken]:
    """Nothing has changed but the code of cells, and cells that could be parsed still can."""
    before, after = (json.loads(content.decode("utf-8-sig")) for content in (source, output))
    old, new = (_taken_sources(content) for content in (before, after))
    if json.dumps(before) != json.dumps(after):
        yield Broken("lost text", "something else than the code of cells has changed")
    for code, other in zip(old, new, strict=True):
        if code != other and _is_python(code) and not _is_python(other):
            yield Broken("syntax", f"a cell is no Python any more: {other[:200]!r}")
    comments = ("\n".join(code for code in cells if _is_python(code)) for cells in (old, new))
    yield from _kept_comments(*comments)


def _taken_sources(notebook: dict[str, Any]) -> list[str]:
    """Take the code out of a notebook, and return it."""
    code = [cell for cell in notebook["cells"] if cell.get("cell_type") == "code"]
    return ["".join(cell.pop("source", "")) for cell in code]


def _is_python(code: str) -> bool:
    try:
        parsed(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _yaml(source: bytes, output: bytes, applied: list[Applied]) -> Iterator[Broken]:
    text = output.decode("utf-8-sig")
    compose(text)
    yield from _kept_text(text, applied)
    old, new = (
        Counter(re.findall(r"(?:^|\s)(#[^\r\n]*)", part)) for part in (source.decode("utf-8-sig"), text)
    )
    for comment in old - new:
        yield Broken("lost comment", comment[:100])


_CHECKS = {".ipynb": _notebook, ".yaml": _yaml, ".yml": _yaml}
