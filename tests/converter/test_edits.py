"""Edits against a naive reference that writes the text character by character."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optconv.converter.edits import EditConflictError, Edits, Render
from optconv.converter.source import Span


@dataclass(frozen=True)
class Replacement:
    """A span and what is written for it: a constant, or its own rendered text with something around it."""

    start: int
    end: int
    keeps: bool

    def contains(self, other: Replacement) -> bool:
        """Return whether ``other`` stands inside this one."""
        return self.start <= other.start and other.end <= self.end and self != other


@dataclass(frozen=True)
class Insertion:
    """A text that is put at an offset; ``order`` decides between insertions at one place."""

    offset: int
    text: str
    order: int


@dataclass(frozen=True)
class Problem:
    """A text, and edits of it in the order in which they are made."""

    text: str
    replacements: tuple[Replacement, ...]
    insertions: tuple[Insertion, ...]


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    text = draw(st.text("abcdé日\n ", max_size=24))
    offsets = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(offsets, offsets, st.booleans()), max_size=8))
    chosen: list[Replacement] = []
    for first, second, keeps in spans:
        new = Replacement(min(first, second), max(first, second), keeps)
        if new.start < new.end and all(_fits(new, other) for other in chosen):
            chosen.append(new)
    insertions = draw(
        st.lists(st.builds(Insertion, offsets, st.text("+-", min_size=1, max_size=2), st.integers(-1, 1)))
    )
    return Problem(text, tuple(chosen), tuple(insertions))


def _fits(new: Replacement, other: Replacement) -> bool:
    apart = new.end <= other.start or other.end <= new.start
    same = (new.start, new.end) == (other.start, other.end)
    return apart or (not same and (new.contains(other) or other.contains(new)))


def _naive(problem: Problem, holder: Replacement | None) -> str:
    """Write one level: the characters that stand in ``holder``, with the edits directly inside it."""
    start, end = (holder.start, holder.end) if holder else (0, len(problem.text))
    written = ""
    position = start
    while True:
        here = [
            i for i in problem.insertions if i.offset == position and _holder_of(problem, position) == holder
        ]
        written += "".join(i.text for i in sorted(here, key=lambda i: i.order))
        inner = next(
            (r for r in problem.replacements if r.start == position and _around(problem, r) == holder), None
        )
        if inner is not None:
            written += f"<{_naive(problem, inner)}>" if inner.keeps else "#"
            position = inner.end
        elif position == end:
            return written
        else:
            written += problem.text[position]
            position += 1


def _around(problem: Problem, inner: Replacement) -> Replacement | None:
    around = [r for r in problem.replacements if r.contains(inner)]
    return min(around, key=lambda r: r.end - r.start, default=None)


def _holder_of(problem: Problem, offset: int) -> Replacement | None:
    """Return the innermost replacement that an insertion stands in; its ends are outside."""
    around = [r for r in problem.replacements if r.start < offset < r.end]
    return min(around, key=lambda r: r.end - r.start, default=None)


def _loses_an_edit(problem: Problem) -> bool:
    """Return whether something is edited inside a span that a constant is written for."""
    constants = [r for r in problem.replacements if not r.keeps]
    inner = any(constant.contains(other) for constant in constants for other in problem.replacements)
    return inner or any(c.start < i.offset < c.end for c in constants for i in problem.insertions)


def _edits(problem: Problem) -> Edits:
    edits = Edits()
    for replacement in problem.replacements:
        _replace(edits, replacement)
    for insertion in problem.insertions:
        edits.insert(insertion.offset, insertion.text, insertion.order)
    return edits


def _replace(edits: Edits, replacement: Replacement) -> None:
    span = Span(replacement.start, replacement.end)
    if replacement.keeps:
        edits.replace(span, lambda render: f"<{render(span)}>")
    else:
        edits.replace(span, "#")


@given(problems())
def test_nested_edits_and_insertions_come_out_as_in_the_naive_reference(problem: Problem) -> None:
    assume(not _loses_an_edit(problem))
    assert _edits(problem).apply(problem.text) == _naive(problem, None)


@given(problems())
def test_an_edit_that_would_be_lost_is_a_conflict(problem: Problem) -> None:
    assume(_loses_an_edit(problem))
    with pytest.raises(EditConflictError, match="lost"):
        _edits(problem).apply(problem.text)


@given(problems(), st.data())
def test_replacements_may_be_made_in_any_order(problem: Problem, data: st.DataObject) -> None:
    assume(not _loses_an_edit(problem))
    shuffled = data.draw(st.permutations(problem.replacements))
    other = Problem(problem.text, tuple(shuffled), problem.insertions)
    assert _edits(other).apply(problem.text) == _edits(problem).apply(problem.text)


@given(st.text(max_size=20), st.data())
def test_spans_that_overlap_without_nesting_are_refused(text: str, data: st.DataObject) -> None:
    text = f"{text}abc"
    first = data.draw(st.integers(0, len(text) - 3))
    second = data.draw(st.integers(first + 1, len(text) - 2))
    third = data.draw(st.integers(second + 1, len(text) - 1))
    fourth = data.draw(st.integers(third + 1, len(text)))
    edits = Edits()
    spans = [Span(first, third), Span(second, fourth)]
    for span in data.draw(st.permutations(spans)):
        edits.replace(span, "x")
    with pytest.raises(EditConflictError, match="overlap"):
        edits.apply(text)


def test_spans_inside_a_replaced_one_that_overlap_each_other_are_refused() -> None:
    edits = Edits()
    edits.replace(Span(0, 6), lambda render: render(Span(0, 6)))
    edits.replace(Span(1, 4), "x")
    edits.replace(Span(3, 5), "y")
    with pytest.raises(EditConflictError, match="overlap"):
        edits.apply("abcdef")


@given(st.text(max_size=40))
def test_without_edits_the_text_stays(text: str) -> None:
    edits = Edits()
    assert not edits
    assert edits.apply(text) == text


def test_parts_of_a_span_can_change_places_with_the_edits_inside_them() -> None:
    edits = Edits()

    def make(render: Render) -> str:
        return f"{render(Span(3, 5))}-{render(Span(0, 2))}"

    edits.replace(Span(0, 5), make)
    edits.replace(Span(0, 1), "A")
    edits.insert(4, "!")
    assert edits.apply("ab cd.") == "c!d-Ab."


def test_what_is_inserted_at_the_ends_of_a_span_stands_around_it_once() -> None:
    edits = Edits()
    edits.replace(Span(1, 3), lambda render: f"<{render(Span(1, 3))}>")
    edits.insert(1, "(")
    edits.insert(3, ")")
    assert edits.apply("abcd") == "a(<bc>)d"


def test_a_statement_that_moves_takes_along_what_is_inserted_above_it() -> None:
    edits = Edits()
    first, second = Span(0, 3), Span(4, 7)
    edits.replace(Span(0, 7), lambda render: f"{render(second)}\n{render(first)}", takes_insertions=True)
    edits.insert(0, "# 1\n")
    edits.insert(4, "# 2\n")
    edits.insert(7, ";")
    assert edits.apply("one\ntwo") == "# 2\ntwo\n# 1\none;"


def test_two_replacements_of_one_span_are_made_one_around_the_other() -> None:
    edits = Edits()
    edits.replace(Span(1, 2), lambda render: f"1{render(Span(1, 2))}")
    edits.replace(Span(1, 2), lambda render: f"2{render(Span(1, 2))}")
    assert edits.apply("abc") == "a12bc"
