"""Reads case pages, and writes expected blocks back into them. Nothing is converted here.

A page is Markdown. Every heading of the second level begins a case::

    ## momentum is given

    A sentence that says what the case shows.

    ```python torch
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    ```

    ```python paddle
    optimizer = paddle.optimizer.Momentum(...)
    ```

    ```text paddle
    no diagnostics
    exact 1
    ```

The input stands in the one block called ``python torch``. A target has two blocks: the expected source, which
is missing when nothing changes, and the report. Words behind the target in the line that opens the report are
options, spelled as on the command line (``text paddle --target-version 2.6.2``). A flavour of a target
stands behind it with a slash (``text mindspore/nn``). Any number of targets may
follow one input; text may stand anywhere between the blocks and is kept.

What Markdown or an editor would lose is written with visible signs: ``␍`` carriage return, ``␉`` tab, ``␌``
form feed, ``⟨BOM⟩`` byte-order mark, ``␄`` at the very end: no line end there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = "python torch"
_FENCE = re.compile(r"```(\S.*)?\n")
_HEADING = re.compile(r"## +(.*?)\s*\n")
_SIGNS = {"␍": "\r", "␉": "\t", "␌": "\f", "⟨BOM⟩": "\ufeff"}
_NO_LINE_END = "␄"


@dataclass(frozen=True)
class Block:
    """A fenced block: the words behind its opening fence, and its text as it stands on the page."""

    info: str
    text: str

    def __str__(self) -> str:
        return f"```{self.info}\n{self.text}```\n"


@dataclass(frozen=True)
class Expected:
    """What a page expects of one target."""

    target: str
    options: tuple[str, ...]
    source: str | None  # None: the input, unchanged
    report: str


@dataclass(frozen=True)
class Case:
    """One case of a page: its heading, and its pieces in order (text as ``str``)."""

    path: Path
    heading: str
    pieces: tuple[str | Block, ...]

    @property
    def blocks(self) -> list[Block]:
        """Return the blocks of the case in order."""
        return [piece for piece in self.pieces if isinstance(piece, Block)]

    @property
    def source(self) -> str:
        """Return the input, with its visible signs replaced by what they stand for."""
        (block,) = (block for block in self.blocks if block.info == SOURCE)
        return from_page(block.text)

    @property
    def expected(self) -> list[Expected]:
        """Return what is expected, by target, in the order of the page."""
        found = []
        for block in self.blocks:
            kind, _, words = block.info.partition(" ")
            if kind == "text" and words:
                target, *options = words.split()
                sources = [b.text for b in self.blocks if b.info == f"python {target}"]
                found.append(Expected(target, tuple(options), sources[0] if sources else None, block.text))
        return found


def read_page(path: Path) -> list[Case]:
    """Return the cases of a page.

    Raises:
        ValueError: a heading without exactly one input, a heading that stands twice, a block left open.
    """
    cases = [_case(path, heading, lines) for heading, lines in _sections(path)[1:]]
    for case in cases:
        if sum(block.info == SOURCE for block in case.blocks) != 1:
            raise ValueError(f"{path}: {case.heading}: exactly one ```{SOURCE} block is wanted")
    headings = [case.heading for case in cases]
    if len(set(headings)) < len(headings):
        raise ValueError(f"{path}: a heading stands twice")
    return cases


def rewrite_case(path: Path, heading: str, expected: Expected) -> None:
    """Put the expected blocks of one case and one target in place of those that stand there, if any do."""
    text = ""
    for title, lines in _sections(path):
        if title == heading:
            pieces = _with_expected(_case(path, title, lines).pieces, expected)
            lines = [f"## {title}\n", *map(str, pieces)]
        text += "".join(lines)
    path.write_text(text, encoding="utf-8", newline="")


def from_page(text: str) -> str:
    """Replace visible signs by what they stand for."""
    if text.endswith(f"{_NO_LINE_END}\n"):
        text = text[: -len(_NO_LINE_END) - 1]
    for sign, meant in _SIGNS.items():
        text = text.replace(sign, meant)
    return text


def to_page(text: str) -> str:
    """Write a source so that it can stand in a block."""
    for sign, meant in _SIGNS.items():
        text = text.replace(meant, sign)
    return text if text.endswith("\n") else f"{text}{_NO_LINE_END}\n"


def _sections(path: Path) -> list[tuple[str, list[str]]]:
    """Cut the lines of a page at its second-level headings; the first section is what stands above them."""
    sections: list[tuple[str, list[str]]] = [("", [])]
    inside = False
    for line in _lines(path):
        if _FENCE.fullmatch(line):
            inside = not inside
        heading = _HEADING.fullmatch(line)
        if heading and not inside:
            sections.append((heading.group(1), []))
        sections[-1][1].append(line)
    if inside:
        raise ValueError(f"{path}: {sections[-1][0]}: a block is left open")
    return sections


def _lines(path: Path) -> list[str]:
    """Return the lines with their ends; only a line feed ends a line of a page."""
    with path.open(encoding="utf-8", newline="\n") as page:
        return list(page)


def _case(path: Path, heading: str, lines: list[str]) -> Case:
    pieces: list[str | Block] = []
    info: str | None = None
    text = ""
    for line in lines[1:]:
        fence = _FENCE.fullmatch(line)
        if fence is None:
            text += line
        elif info is None:
            pieces.append(text)
            info, text = (fence.group(1) or "").strip(), ""
        else:
            pieces.append(Block(info, text))
            info, text = None, ""
    return Case(path, heading, (*pieces, text))


def _with_expected(pieces: tuple[str | Block, ...], expected: Expected) -> list[str | Block]:
    """Return the pieces with the target's blocks replaced, or added behind the last block."""
    source_info = f"python {expected.target}"
    report_info = " ".join(["text", expected.target, *expected.options])
    new: list[str | Block] = [Block(report_info, expected.report)]
    if expected.source is not None:
        new[:0] = [Block(source_info, expected.source), "\n"]
    old = [
        i
        for i, piece in enumerate(pieces)
        if isinstance(piece, Block)
        and (piece.info == source_info or piece.info.split()[:2] == report_info.split()[:2])
    ]
    if not old:
        last = max(i for i, piece in enumerate(pieces) if isinstance(piece, Block))
        return [*pieces[: last + 1], "\n", *new, *pieces[last + 1 :]]
    kept = [piece for piece in pieces[old[0] : old[-1]] if isinstance(piece, str) and piece.strip()]
    return [*pieces[: old[0]], *kept, *new, *pieces[old[-1] + 1 :]]
