"""Comments that tell the tool what to do: ``# optconv: ignore[OC201]``, ``# optconv: skip-file``.

A directive behind code concerns the whole logical line that it stands in, so it may stand behind any line of
a call; one that has a line for itself concerns the statement below it.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from optconv.converter.result import Diagnostic, Position, diagnostic
from optconv.converter.source import SourceText
from optconv.mappings import Text, diagnostic_kinds

UNUSED = "OC210"
INVALID = "OC211"

_WORD = b"optconv:"
_DIRECTIVE = re.compile(r"#\s*optconv:\s*(?P<what>[^#]*)")
_IGNORE = re.compile(r"ignore\[(?P<codes>[^\]]*)\]\s*(?P<rest>.*)", re.DOTALL)
_MARKED_CODE = re.compile(r"OC\d{3}\b")  # what the tool itself writes above a statement
_SKIP = "skip-file"
_SKIP_LINE = re.compile(rb"^[ \t]*#[ \t]*optconv:[ \t]*skip-file[ \t]*\r?$", re.MULTILINE)
_LONE_RETURN = re.compile(r"\r(?!\n)")

_NO_CODE = Text(
    "name the codes that are to be ignored, `# optconv: ignore[OC201]`",
    "请写出要忽略的代码，例如 `# optconv: ignore[OC201]`",
)
_UNKNOWN_CODE = Text("there is no diagnostic {code}", "没有诊断代码 {code}")
_OWN_FAULT = Text(
    "{code} says that the file could not be handled at all, which cannot be ignored; use"
    " `# optconv: skip-file`",
    "{code} 表示文件根本无法处理，不能忽略；请使用 `# optconv: skip-file`",
)
_NO_DIRECTIVE = Text(
    "there is `# optconv: ignore[OC201]` for a statement, and `# optconv: skip-file` in a line of its own",
    "可用的写法是针对语句的 `# optconv: ignore[OC201]`，以及单独一行的 `# optconv: skip-file`",
)


@dataclass(frozen=True)
class Ignore:
    """One code that a comment ignores in some lines."""

    code: str
    lines: range
    start: Position
    end: Position


@dataclass(frozen=True)
class Directives:
    """What the comments of one file ask for, and what is wrong with them."""

    ignores: tuple[Ignore, ...] = ()
    problems: tuple[Diagnostic, ...] = ()

    def ignored_at(self, line: int, code: str) -> bool:
        """Return whether a comment ignores ``code`` in a line."""
        return any(ignore.code == code and line in ignore.lines for ignore in self.ignores)

    def sift(
        self, said: Iterable[Diagnostic], ignored: Collection[str]
    ) -> tuple[list[Diagnostic], list[Diagnostic]]:
        """Return what is to be said, complaints about the comments included, and what is ignored.

        Args:
            said: the diagnostics of the file.
            ignored: codes that are not to be said in it at all.
        """
        kept: list[Diagnostic] = []
        left_out: list[Diagnostic] = []
        for found in said:
            at_its_line = self.ignored_at(found.start.line, found.code)
            (left_out if at_its_line or found.code in ignored else kept).append(found)
        used = {(found.code, found.start.line) for found in left_out}
        for found in (*self.problems, *self._unused(used, ignored)):
            (left_out if found.code in ignored else kept).append(found)
        return kept, left_out

    def _unused(self, used: Collection[tuple[str, int]], ignored: Collection[str]) -> Iterator[Diagnostic]:
        for ignore in self.ignores:
            if ignore.code not in ignored and not any(
                code == ignore.code and line in ignore.lines for code, line in used
            ):
                yield diagnostic(UNUSED, ignore.start, ignore.end, code=ignore.code)


def is_marking_comment(text: str) -> bool:
    """Return whether a line is a comment that the tool itself wrote above a statement."""
    found = _DIRECTIVE.match(text.strip())
    return found is not None and _MARKED_CODE.match(found["what"]) is not None


def skips_file(source: bytes) -> bool:
    """Return whether a line of the file is the comment that it is to be left alone.

    The file may be one that cannot be parsed, so this looks at its bytes.
    """
    return _WORD in source and _SKIP_LINE.search(source) is not None


def read_directives(source: SourceText) -> Directives:
    """Return the directives in the comments of a Python file."""
    if _WORD.decode() not in source.text:
        return Directives()
    return _directives(_python_comments(source.text))


def read_yaml_directives(source: SourceText) -> Directives:
    """Return the directives in a YAML file: a comment concerns its own line, or the next one that is none."""
    if _WORD.decode() not in source.text:
        return Directives()
    return _directives(_yaml_comments(source.text))


@dataclass(frozen=True)
class _Comment:
    text: str
    start: Position
    lines: range  # of the code that it stands at


def _directives(comments: Iterable[_Comment]) -> Directives:
    ignores: list[Ignore] = []
    problems: list[Diagnostic] = []
    for comment in comments:
        found = _DIRECTIVE.search(comment.text)
        if found is None or _MARKED_CODE.match(found["what"]):
            continue
        start, end = (
            Position(comment.start.line, comment.start.column + offset)
            for offset in (found.start(), found.start() + len(found[0].rstrip()))
        )
        codes, reasons = _parse(found["what"].strip())
        ignores += [Ignore(code, comment.lines, start, end) for code in codes]
        problems += [diagnostic(INVALID, start, end, reason=reason) for reason in reasons]
    return Directives(tuple(ignores), tuple(problems))


def _parse(what: str) -> tuple[Sequence[str], Sequence[Text]]:
    """Return the codes that a directive ignores, and what is wrong with it."""
    if what == _SKIP:
        return (), ()
    ignore = _IGNORE.fullmatch(what)
    if ignore is None:
        return (), (_NO_CODE if what.startswith("ignore") else _NO_DIRECTIVE,)
    names = [name.strip() for name in ignore["codes"].split(",") if name.strip()]
    if not names:
        return (), (_NO_CODE,)
    by_name = {kind.name: code for code, kind in diagnostic_kinds().items()}
    codes, reasons = [], []
    for name in names:
        code = by_name.get(name, name.upper())
        if code not in diagnostic_kinds():
            reasons.append(_UNKNOWN_CODE.format(code=name))
        elif code.startswith("OC9"):
            reasons.append(_OWN_FAULT.format(code=code))
        else:
            codes.append(code)
    return codes, reasons


def _python_comments(text: str) -> Iterator[_Comment]:
    """Yield every comment of a module with the logical line that it concerns."""
    waiting: list[tuple[str, Position]] = []
    first_line = 0  # of the logical line that is being read; 0: none has begun
    text = _LONE_RETURN.sub("\n", text)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            line, column = token.start
            if token.type == tokenize.COMMENT:
                waiting.append((token.string.rstrip("\r"), Position(line, column + 1)))
            elif token.type == tokenize.NEWLINE:
                lines = range(first_line or line, line + 1)
                yield from (_Comment(comment, start, lines) for comment, start in waiting)
                waiting, first_line = [], 0
            elif token.type not in _LAYOUT:
                first_line = first_line or line
    except (tokenize.TokenError, SyntaxError, IndexError):
        pass
    yield from (_Comment(comment, start, range(start.line, start.line + 1)) for comment, start in waiting)


_LAYOUT = (tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER)
_YAML_COMMENT = re.compile(r"(?:^|\s)(#\s*optconv:.*)$")


def _yaml_comments(text: str) -> Iterator[_Comment]:
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        found = _YAML_COMMENT.search(line)
        if found is None:
            continue
        concerned = number
        if line.lstrip().startswith("#"):
            below = range(number + 1, len(lines) + 1)
            concerned = next((n for n in below if not lines[n - 1].lstrip().startswith("#")), number)
        yield _Comment(found[1], Position(number, found.start(1) + 1), range(concerned, concerned + 1))
