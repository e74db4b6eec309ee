"""Writes a converted entry of a configuration file: its class, and the keys and values that change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from optconv.converter.edits import Edits
from optconv.converter.source import SourceText, Span
from optconv.converter.yaml_entries import Entry, Pair
from optconv.converter.yaml_plans import EntryPlan, Written
from optconv.converter.yaml_tree import YamlNode

_COMMENT = re.compile(r"(?<=\s)#[^\r\n]*")
_COMMA = re.compile(r"\s*,[ \t]*")


def write_entry(edits: Edits, source: SourceText, entry: Entry, plan: EntryPlan) -> None:
    """Add the edits for an entry that is converted."""
    _Writer(edits, source, entry, plan.arguments).write(plan.to)


class _Writer:
    def __init__(self, edits: Edits, source: SourceText, entry: Entry, arguments: Sequence[Written]) -> None:
        self._edits = edits
        self._source = source
        self._entry = entry
        self._pairs = [Pair(*pair) for pair in entry.node.pairs] if entry.node.kind == "mapping" else []
        own = {pair.key: [a for a in arguments if a.pair is pair] for pair in entry.arguments}
        self._written = own
        self._gone = [pair for pair in self._pairs if pair.key in own and not own[pair.key]]
        self._added = [argument for argument in arguments if argument.pair is None]
        self._in_brackets = entry.node.style == "flow"

    def write(self, name: str) -> None:
        """Write the name of the class and all arguments."""
        self._edits.replace(self._entry.named, name)
        for pair in self._pairs:
            written = self._written.get(pair.key)
            if written:
                self._change(pair, written)
        for run in self._runs():
            self._remove(run)
        if self._added:
            self._add([f"{argument.name}: {argument.value}" for argument in self._added])

    def _change(self, pair: Pair, written: Sequence[Written]) -> None:
        """Write what has become of a key and its value."""
        if len(written) == 1 and (written[0].value is None or not pair.value.is_block):
            if written[0].name != pair.key.text:
                self._edits.replace(pair.key.span, self._key(pair, written[0].name))
            if written[0].value is not None:
                self._replace_value(pair.value, written[0].value)
            return
        line_break = self._line_break(pair)
        above = "".join(f"{comment}{line_break}" for comment in self._comments(pair.span))
        separator = ", " if self._in_brackets else line_break
        pairs = separator.join(self._pair(pair, argument) for argument in written)
        self._edits.replace(pair.span, above + pairs)

    def _add(self, pairs: Sequence[str]) -> None:
        """Write arguments that were not there, behind the others."""
        staying = [pair for pair in self._pairs if pair not in self._gone and not pair.value.is_block]
        node = self._entry.node
        if not staying and self._in_brackets:
            self._edits.insert(node.content + 1, ", ".join(pairs))
        elif not staying:  # a tag, and nothing behind it that stays
            self._edits.insert(self._entry.shown.end, f" {{{', '.join(pairs)}}}")
        elif self._in_brackets:
            self._edits.insert(staying[-1].value.end, "".join(f", {pair}" for pair in pairs))
        else:
            separator = self._line_break(staying[-1])
            place = self._source.line_end(staying[-1].value.end)
            self._edits.insert(place, "".join(f"{separator}{pair}" for pair in pairs))

    def _key(self, pair: Pair, name: str) -> str:
        quote = pair.key.style
        return f"{quote}{name}{quote}"

    def _pair(self, pair: Pair, argument: Written) -> str:
        value = argument.value
        if value is None:
            value = self._source.text[pair.value.start : pair.value.end]
        return f"{self._key(pair, argument.name)}: {value}"

    def _replace_value(self, value: YamlNode, text: str) -> None:
        empty = value.content == value.end and self._source.text[value.content - 1 : value.content] == ":"
        self._edits.replace(Span(value.content, value.end), f" {text}" if empty else text)

    def _line_break(self, pair: Pair) -> str:
        """Return a line break with the indentation of the keys."""
        start = self._source.line_start(self._source.line_of(pair.key.start))
        return self._source.newline + " " * (pair.key.start - start)

    def _comments(self, span: Span) -> Iterator[str]:
        """Return the comments in a part of the entry."""
        text = self._source.text
        leaves = [node for node in self._entry.node.walk() if not node.children]
        ends = [self._entry.node.start, *(leaf.end for leaf in leaves)]
        starts = [*(leaf.start for leaf in leaves), len(text)]
        for end, start in zip(ends, starts, strict=True):
            for match in _COMMENT.finditer(text, max(end, span.start), min(start, span.end)):
                yield match.group().rstrip()

    def _runs(self) -> list[list[int]]:
        """Return the places of the pairs that go, those that follow each other together."""
        runs: list[list[int]] = []
        for place in (i for i, pair in enumerate(self._pairs) if pair in self._gone):
            if runs and runs[-1][-1] == place - 1:
                runs[-1].append(place)
            else:
                runs.append([place])
        return runs

    def _remove(self, run: Sequence[int]) -> None:
        """Take out keys and their values; comments stay."""
        first = self._pairs[run[0]]
        line = self._source.line_start(self._source.line_of(first.key.start))
        if self._in_brackets:
            self._cut(first, self._span_in_brackets(run))
        elif self._source.text[line : first.key.start].strip():  # it shares its line with a dash
            behind = self._pairs[run[-1] + 1 :]
            end = behind[0].key.start if behind else self._pairs[run[-1]].value.end
            self._cut(first, Span(first.key.start, end))
        else:
            self._remove_lines([self._pairs[place] for place in run])

    def _cut(self, pair: Pair, span: Span) -> None:
        """Take out a part that shares its lines with others."""
        line_break = self._line_break(pair)
        kept = "".join(f"{comment}{line_break}" for comment in self._comments(span))
        self._edits.replace(span, f" {kept}" if kept else "")

    def _span_in_brackets(self, run: Sequence[int]) -> Span:
        start, end = self._pairs[run[0]].key.start, self._pairs[run[-1]].value.end
        comma = _COMMA.match(self._source.text, end)
        if comma is not None and run[-1] + 1 < len(self._pairs):
            return Span(start, comma.end())
        return Span(self._pairs[run[0] - 1].value.end if run[0] else start, end)

    def _remove_lines(self, pairs: Sequence[Pair]) -> None:
        source = self._source
        silent: list[Span] = []  # lines without a comment that follow each other
        for pair in pairs:
            place = Span(pair.key.start, source.line_end(pair.value.end))
            comments = list(self._comments(place))
            if comments:
                self._remove_whole(silent)
                silent = []
                self._edits.replace(place, self._line_break(pair).join(comments))
            else:
                silent.append(place)
        self._remove_whole(silent)

    def _remove_whole(self, places: Sequence[Span]) -> None:
        """Take out lines with a line end: the one behind them, or at the end of the file the one in front."""
        if not places:
            return
        source = self._source
        start, end = source.line_start(source.line_of(places[0].start)), places[-1].end
        if source.text.startswith(source.newline, end):
            end += len(source.newline)
        elif start:
            start -= len(source.newline)
        self._edits.replace(Span(start, end), "")
