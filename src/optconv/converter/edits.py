"""Edits of a text: collected in any order, nested where one stands inside another, applied once.

An edit that replaces a whole expression is given a function that renders any range of the text with the
edits inside it applied, so that a converted call inside the argument of a converted call is one edit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from optconv.converter.source import Span

Render = Callable[[Span], str]


@dataclass(frozen=True, eq=False)
class Edit:
    """Replace ``span`` by what ``make`` returns; an empty span inserts."""

    span: Span
    make: Callable[[Render], str]
    order: int = 0  # of insertions at one place


class EditConflictError(Exception):
    """Two edits overlap without one containing the other."""


class Edits:
    """The edits of one text."""

    def __init__(self) -> None:
        self._edits: list[Edit] = []

    def __bool__(self) -> bool:
        return bool(self._edits)

    def replace(self, span: Span, make: Callable[[Render], str] | str) -> None:
        """Replace ``span`` by a text, or by what a function makes of the rendered parts of it."""
        self._edits.append(Edit(span, _constant(make) if isinstance(make, str) else make))

    def insert(self, offset: int, text: str, order: int = 0) -> None:
        """Insert ``text`` at ``offset``; insertions at one place come in the order of ``order``."""
        self._edits.append(Edit(Span(offset, offset), _constant(text), order))

    def apply(self, text: str) -> str:
        """Return ``text`` with all edits applied.

        Raises:
            EditConflictError: two edits overlap.
        """
        # An insertion at the start of a replaced span comes before it, not inside it.
        ordered = sorted(
            self._edits,
            key=lambda e: (e.span.start, e.span.start != e.span.end, -e.span.end, e.order),
        )
        return _render(text, Span(0, len(text)), ordered)


def _render(text: str, span: Span, edits: list[Edit]) -> str:
    """Render ``span``; ``edits`` are the sorted edits inside it."""
    pieces: list[str] = []
    position = span.start
    index = 0
    while index < len(edits):
        edit = edits[index]
        if edit.span.start < position:
            raise EditConflictError(f"edits overlap at character {edit.span.start}")
        inner_end = index + 1
        while inner_end < len(edits) and edits[inner_end].span.start < edit.span.end:
            if edits[inner_end].span.end > edit.span.end:
                raise EditConflictError(f"edits overlap at character {edits[inner_end].span.start}")
            inner_end += 1
        inner = edits[index + 1 : inner_end]
        pieces.append(text[position : edit.span.start])
        pieces.append(edit.make(partial(_render_part, text, inner)))
        position = edit.span.end
        index = inner_end
    pieces.append(text[position : span.end])
    return "".join(pieces)


def _render_part(text: str, edits: list[Edit], part: Span) -> str:
    return _render(text, part, _within(edits, part))


def _constant(text: str) -> Callable[[Render], str]:
    return lambda _: text


def _within(edits: list[Edit], span: Span) -> list[Edit]:
    return [edit for edit in edits if span.start <= edit.span.start and edit.span.end <= span.end]
