"""The code cells of a notebook as one module, so that names go from cell to cell, and the way back.

Lines that are found again stand between the cells. Nothing goes across them: what moves statements asks
`SourceText.in_one_cell`.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from optconv.converter.directive_comments import text_skips_file
from optconv.converter.file_context import MARK
from optconv.converter.notebook.magics import CellCode, Held, read_cell
from optconv.converter.notebook.scan import Cell
from optconv.converter.source import CellLine, SourceText

_WORD = "optconv_cell"  # begins the names that stand for what is not Python


class BrokenCellsError(Exception):
    """The cells cannot be told apart in what was made of them, or a piece that was held back is lost."""


@dataclass(frozen=True)
class JoinedCell:
    """One code cell on its way through the converter."""

    cell: Cell
    code: CellCode
    returns: bool  # its lines end with CR LF; here they end with LF


class JoinedCells:
    """The code cells of a notebook, as one text."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        """Read the code cells of a notebook."""
        everything = "\n".join(cell.text for cell in cells)
        self._word = next(word for word in _candidates() if word not in everything)
        self._call = re.compile(rf'\b(?P<name>{self._word}_\d+)\([\w", ]*\)(?P<behind>;?)')
        names = (f"{self._word}_{number}" for number in itertools.count(1))
        self.cells = [_read(cell, names) for cell in cells]

    @cached_property
    def source(self) -> SourceText:
        """Return the module, which knows what its lines are called."""
        pieces: list[str] = []
        places: list[CellLine] = []
        for index, joined in enumerate(self.cells):
            pieces.append(f"{self._divider(index)}\n{self._with_arguments(joined.code)}\n")
            places.append(CellLine(joined.cell.number, 0))
            places += [CellLine(joined.cell.number, line) for line in joined.code.lines]
        last = places[-1].cell if places else 0
        places += [CellLine(last, 0)] * 2  # the line behind the last cell, and the end of the text
        return SourceText(f"{''.join(pieces)}{self._divider(len(self.cells))}\n", "utf-8", b"", tuple(places))

    @cached_property
    def skips_file(self) -> bool:
        """Return whether a comment in a cell says that the file is to be left alone."""
        own = (joined for joined in self.cells if not joined.code.alone or joined.code.problem)
        texts = (joined.cell.text if joined.code.alone else joined.code.text for joined in own)
        return any(text_skips_file(text) for text in texts)

    def line_of(self, cell: int, line: int) -> int:
        """Return which line of the module a line of a cell is, where it is one."""
        return self.source.cell_lines.index(CellLine(cell, line)) + 1

    def changed(self, converted: str) -> dict[int, str]:
        """Return the new text of each cell that is not as it was, by the number of the cell.

        Args:
            converted: what was made of the module.

        Raises:
            BrokenCellsError: it does not fall into the same cells with the same magics.
        """
        lines = list(re.finditer(rf'^"{self._word}:(\d+)"$\n', converted, re.MULTILINE))
        if [int(line[1]) for line in lines] != list(range(len(self.cells) + 1)) or lines[0].start():
            raise BrokenCellsError("the cells of the notebook cannot be told apart any more")
        if lines[-1].end() != len(converted):
            raise BrokenCellsError("code was put behind the last cell of the notebook")
        found: dict[int, str] = {}
        for joined, above, below in zip(self.cells, lines, lines[1:], strict=False):
            text = self._restored(joined, converted[above.end() : below.start()].removesuffix("\n"))
            if text != joined.cell.text:
                found[joined.cell.number] = text
        return found

    def _divider(self, index: int) -> str:
        return f'"{self._word}:{index}"'

    def _restored(self, joined: JoinedCell, text: str) -> str:
        """Return the text of a cell with its magics in it again."""
        code = joined.code
        if code.alone:
            *above, own = text.split("\n")  # nothing is marked in a cell that another program reads
            if own != self._with_arguments(code) or not all(line.startswith(MARK) for line in above):
                raise BrokenCellsError("a cell that is not Python was changed")
            return joined.cell.text
        begins = bool(code.held) and code.held[0].text.startswith("%%")
        first = code.held[0].name if begins else ""
        if begins and code.text.lstrip().startswith(first) and not text.lstrip().startswith(first):
            raise BrokenCellsError("code was put above a cell magic")
        waiting = {held.name: held for held in code.held}

        def put_back(call: re.Match[str]) -> str:
            held = waiting.pop(call["name"], None)
            if held is None or not call["behind"].startswith(held.behind):
                raise BrokenCellsError("a line that is not Python was moved or written twice")
            return held.text + call["behind"].removeprefix(held.behind)

        text = self._call.sub(put_back, text)
        if waiting or self._word in text:
            raise BrokenCellsError("a line that is not Python was lost")
        return text.replace("\n", "\r\n") if joined.returns else text

    def _with_arguments(self, code: CellCode) -> str:
        """Return a cell in which the calls have what the magics may use as arguments.

        An imported name is given as a string: so it counts as used, and not as a use that can be converted.
        """
        words = {held.name: held.words for held in code.held}

        def with_arguments(call: re.Match[str]) -> str:
            used = words[call["name"]]
            given = [f'"{word}"' for word in sorted(used & self._imported)]
            given += sorted(used & self._assigned - self._imported)
            return f"{call['name']}({', '.join(given)}){call['behind']}"

        return self._call.sub(with_arguments, code.text)

    @cached_property
    def _imported(self) -> frozenset[str]:
        imports = (n for n in self._nodes() if isinstance(n, (ast.Import, ast.ImportFrom)))
        aliases = (alias for node in imports for alias in node.names)
        return frozenset((alias.asname or alias.name).partition(".")[0] for alias in aliases)

    @cached_property
    def _assigned(self) -> frozenset[str]:
        found: set[str] = set()
        for node in self._nodes():
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found.add(node.name)
        return frozenset(found)

    def _nodes(self) -> Iterator[ast.AST]:
        return (node for joined in self.cells for node in ast.walk(joined.code.tree))


def _candidates() -> Iterator[str]:
    yield _WORD
    yield from (f"{_WORD}{number}" for number in itertools.count(2))


def _read(cell: Cell, names: Iterator[str]) -> JoinedCell:
    bare = cell.text.replace("\r\n", "\n")
    returns = bare != cell.text and "\r" not in bare and bare.count("\n") == cell.text.count("\r\n")
    return JoinedCell(cell, read_cell(bare if returns else cell.text, names), returns)


def held_of(cells: Iterable[JoinedCell]) -> Iterator[tuple[Cell, Held]]:
    """Yield every piece that is not Python, with its cell."""
    return ((joined.cell, held) for joined in cells for held in joined.code.held)
