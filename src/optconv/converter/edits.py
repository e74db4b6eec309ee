"""Edits of a text: collected in any order, nested where one stands inside another, applied once.

An edit that replaces a whole expression is given a function that renders any range of the text with the
edits inside it applied, so that a converted call inside the argument of a converted call is one edit.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from optconv.converter.source import Span

Render = Callable[[Span], str]
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Edit:
    """Replace ``span`` by what ``make`` returns; an empty span inserts."""

    span: Span
    make: Callable[[Render], str]
    order: int = 0  # of insertions at one place
    takes_insertions: bool = False  # whether insertions at its very start are part of it


class EditConflictError(Exception):
    """Two edits overlap without one containing the other."""


class Edits:
    """The edits of one text."""

    def __init__(self) -> None:
        self._edits: list[Edit] = []

    def __bool__(self) -> bool:
        return bool(self._edits)

    def replace(
        self, span: Span, make: Callable[[Render], str] | str, *, takes_insertions: bool = False
    ) -> None:
        """Replace ``span`` by a text, or by what a function makes of rendered parts of the text."""
        made = _constant(make) if isinstance(make, str) else make
        self._edits.append(Edit(span, made, takes_insertions=takes_insertions))

    def insert(self, offset: int, text: str, order: int = 0) -> None:
        """Insert ``text`` at ``offset``; insertions at one place come in the order of ``order``."""
        self._edits.append(Edit(Span(offset, offset), _constant(text), order))

    def tried(self, plan: Callable[[], T]) -> tuple[T, list[Edit]]:
        """Return what ``plan`` returns, and the edits that it made, which are taken back."""
        before = len(self._edits)
        result = plan()
        made = self._edits[before:]
        del self._edits[before:]
        return result, made

    def extend(self, edits: list[Edit]) -> None:
        """Make edits that were taken back."""
        self._edits += edits

    def clear(self) -> None:
        """Let go of all edits: what makes their texts holds on to the file that they are of."""
        self._edits.clear()

    def apply(self, text: str) -> str:
        """Return ``text`` with all edits applied.

        Raises:
            EditConflictError: two edits overlap, or one inside another was not written out.
        """
        # An insertion at the start of a replaced span comes before it, unless the span takes it in.
        ordered = sorted(
            self._edits,
            key=lambda e: (
                e.span.start,
                not e.takes_insertions,
                e.span.start != e.span.end,
                -e.span.end,
                e.order,
            ),
        )
        made: dict[int, str] = {}
        result = _render(text, ordered, (), made, Span(0, len(text)))
        if len(made) < len(ordered):
            raise EditConflictError("an edit inside a replaced expression was lost")
        return result


def _render(text: str, edits: list[Edit], making: tuple[Edit, ...], made: dict[int, str], span: Span) -> str:
    """Render any range of the text with the edits inside it, but for those that are being made."""
    first = bisect_left(edits, span.start, key=_start)
    last = bisect_right(edits, span.end, first, key=_start)
    inside = [e for e in edits[first:last] if e not in making and _belongs(e, span, making)]
    pieces: list[str] = []
    position = span.start
    index = 0
    while index < len(inside):
        edit = inside[index]
        if edit.span.start < position:
            raise EditConflictError(f"edits overlap at character {edit.span.start}")
        index += 1
        while index < len(inside) and inside[index].span.start < edit.span.end:
            if inside[index].span.end > edit.span.end:
                raise EditConflictError(f"edits overlap at character {inside[index].span.start}")
            index += 1
        pieces.append(text[position : edit.span.start])
        if id(edit) not in made:  # one that asks for its parts several times, as those in it do, is made once
            made[id(edit)] = edit.make(partial(_render, text, edits, (*making, edit), made))
        pieces.append(made[id(edit)])
        position = edit.span.end
    pieces.append(text[position : span.end])
    return "".join(pieces)


def _start(edit: Edit) -> int:
    return edit.span.start


def _belongs(edit: Edit, span: Span, making: tuple[Edit, ...]) -> bool:
    """Return whether an edit stands inside ``span``.

    What is inserted at the very edge of an expression stands outside it; what is inserted at the start of a
    statement that moves, moves with it.
    """
    if not (span.start <= edit.span.start and edit.span.end <= span.end):
        return False
    at_edge = edit.span.start == edit.span.end and edit.span.start in (span.start, span.end)
    if not at_edge or not making:
        return True
    return making[-1].takes_insertions and edit.span.start < making[-1].span.end


def _constant(text: str) -> Callable[[Render], str]:
    return lambda _: text
