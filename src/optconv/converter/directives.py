"""Comments that tell the tool what to do: ``# optconv: ignore[OC201]``, ``# optconv: skip-file``.

Which code a comment concerns is found by `optconv.converter.directive_comments` and `yaml_comments`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from optconv.converter.directive_comments import Comment, python_comments
from optconv.converter.result import Diagnostic, Position, diagnostic
from optconv.converter.source import SourceText
from optconv.converter.yaml_comments import yaml_comments
from optconv.converter.yaml_entries import Entry
from optconv.converter.yaml_tree import YamlNode
from optconv.mappings import Text, diagnostic_kinds, message

UNUSED = "OC210"
INVALID = "OC211"

_WORD = "optconv:"
_DIRECTIVE = re.compile(r"#\s*optconv:\s*(?P<what>[^#]*)")
_IGNORE = re.compile(r"ignore\[(?P<codes>[^\]]*)\]\s*(?P<reason>.*)", re.DOTALL)
_MARKED_CODE = re.compile(r"OC\d{3}\b")  # what the tool itself writes above a statement
_OF_COMMENTS = (UNUSED, INVALID)  # are said of comments
_OF_FILES = ("OC107",)  # are said of files as a whole


@dataclass(frozen=True)
class Ignore:
    """One code that a comment ignores in some lines."""

    code: str
    lines: Container[int]
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

    def left_as_asked(self, line: int, code: str) -> Text | None:
        """Return what to say of a statement that stays because a comment at it ignores a code.

        There no marking comment was written, which would tell the next run that the statement is to stay.
        """
        return message("directives.left_as_asked") if self.ignored_at(line, code) else None

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
            is_ignored = found.code in ignored or self._ignores_complaint(found)
            (left_out if is_ignored else kept).append(found)
        return kept, left_out

    def _unused(self, used: Collection[tuple[str, int]], ignored: Collection[str]) -> Iterator[Diagnostic]:
        for ignore in self.ignores:
            if ignore.code not in (*ignored, *_OF_COMMENTS) and not any(
                code == ignore.code and line in ignore.lines for code, line in used
            ):
                yield diagnostic(UNUSED, ignore.start, ignore.end, code=ignore.code)

    def _ignores_complaint(self, found: Diagnostic) -> bool:
        """Return whether the comment that a complaint is about says that it is not to be made."""
        return any(ignore.code == found.code and ignore.start == found.start for ignore in self.ignores)


def first_line_with_directives(source: SourceText, line: int) -> int:
    """Return the first of the comments for the tool directly above a line; the line where there is none."""
    text = _line(source, line)
    indentation = text[: len(text) - len(text.lstrip())]
    while line > 1:
        above = _line(source, line - 1)
        if not above.startswith(f"{indentation}#") or not is_directive(above) or is_marking_comment(above):
            break
        line -= 1
    return line


def _line(source: SourceText, line: int) -> str:
    start = source.line_start(line)
    return source.text[start : source.line_end(start)]


def is_directive(text: str) -> bool:
    """Return whether a line is a comment for the tool or by it."""
    return _DIRECTIVE.match(text.strip()) is not None


def is_marking_comment(text: str) -> bool:
    """Return whether a line is a comment that the tool itself wrote above a statement."""
    found = _DIRECTIVE.match(text.strip())
    return found is not None and _MARKED_CODE.match(found["what"]) is not None


def read_directives(source: SourceText) -> Directives:
    """Return the directives in the comments of a Python file."""
    return _directives(python_comments(source.text)) if _WORD in source.text else Directives()


def read_yaml_directives(
    source: SourceText, roots: Sequence[YamlNode], entries: Sequence[Entry]
) -> Directives:
    """Return the directives in the comments of a YAML file.

    Args:
        source: its text.
        roots: its documents.
        entries: the places in it that name a class.
    """
    return _directives(yaml_comments(source, roots, entries)) if _WORD in source.text else Directives()


def _directives(comments: Iterable[Comment]) -> Directives:
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
    """Return the codes that a directive ignores, and what is wrong with it.

    A file that is skipped never comes here: what is seen here of ``skip-file`` stands where it does nothing.
    """
    ignore = _IGNORE.fullmatch(what)
    if ignore is None:
        forgotten = re.fullmatch(r"ignore\b(?![\w-]).*", what, re.DOTALL)
        return (), (message("directives.no_code" if forgotten else "directives.unknown"),)
    names = [name.strip() for name in ignore["codes"].split(",") if name.strip()]
    if not names:
        return (), (message("directives.no_code"),)
    by_name = {kind.name: code for code, kind in diagnostic_kinds().items()}
    codes, reasons = [], []
    for name in names:
        code = by_name.get(name.lower(), name.upper())
        if code not in diagnostic_kinds():
            reasons.append(message("directives.unknown_code", code=name))
        elif code.startswith("OC9"):
            reasons.append(message("directives.fault", code=code))
        elif code in _OF_FILES:
            reasons.append(message("directives.whole_file", code=code))
        else:
            codes.append(code)
    return codes, reasons
