"""Converts a notebook: JSON in, the same JSON out but for the code of the cells that changed."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import replace

from optconv.converter.built_object import BuiltObject
from optconv.converter.convert import (
    Options,
    convert_text,
    has_telling_letters,
    may_concern,
)
from optconv.converter.notebook.joined import BrokenCellsError, JoinedCells, held_of
from optconv.converter.notebook.literals import Literals
from optconv.converter.notebook.magics import said_of
from optconv.converter.notebook.scan import Cell, NotebookError, scan
from optconv.converter.result import Conversion, Diagnostic, Position, Reference, diagnostic, failed, in_order
from optconv.converter.schedule import Schedule
from optconv.converter.source import SourceText
from optconv.mappings import Tables

_START = Position(1, 1)


def convert_notebook(source: bytes, tables: Tables, options: Options) -> Conversion:
    """Convert the code cells of one notebook.

    Args:
        source: the bytes of the file.
        tables: what is known of the target.
        options: see `Options`.

    Returns:
        The new bytes with everything that was found and said; places are lines of cells. What is no notebook
        comes back as it is, with one diagnostic, and a notebook of another language as it is.

    Raises:
        TableError: a table that the file needs is broken.
    """
    if options.skim and not has_telling_letters(source, tables):
        return Conversion(source)
    bom = codecs.BOM_UTF8 if source.startswith(codecs.BOM_UTF8) else b""
    try:
        text = source[len(bom) :].decode()
        cells = scan(text).code_cells
    except UnicodeDecodeError as error:
        return failed(source, "OC902", _START, f"byte {error.start} is not {error.encoding}")
    except NotebookError as error:
        return failed(source, "OC907", error.position, error.reason)
    joined = JoinedCells(cells)
    if joined.skips_file:
        return Conversion(source, skipped=True)
    invalid, taken = list(_invalid_cells(joined, tables, options)), list(_taken_code(joined, tables))
    if options.skim and not taken and not may_concern(joined.source.text.encode(), tables):
        return Conversion(source, tuple(invalid))
    # Whether a notebook changes is seen in its cells.
    conversion = convert_text(joined.source, tables, replace(options, write=True), taken)
    if conversion.failed:
        return replace(conversion, source=source)
    try:
        changes = joined.changed(conversion.source.decode())
        new = bom + _with_changes(text, cells, changes).encode()
    except BrokenCellsError as error:
        return failed(source, "OC905", _START, str(error))
    return Conversion(
        new,
        in_order([*invalid, *(_in_cell(found, joined.source) for found in conversion.diagnostics)]),
        tuple(_reference_in_cell(found, joined.source) for found in conversion.references),
        remaining=conversion.remaining,
        ignored=tuple(_in_cell(found, joined.source) for found in conversion.ignored),
        schedules=tuple(_schedule_in_cell(found, joined.source) for found in conversion.schedules),
        built=tuple(_built_in_cell(found, joined.source) for found in conversion.built),
    )


def cell_texts(source: bytes) -> dict[int, str]:
    """Return the text of each code cell of a notebook by its number; none of what is no notebook."""
    try:
        cells = scan(source.removeprefix(codecs.BOM_UTF8).decode()).code_cells
    except (UnicodeDecodeError, NotebookError):
        return {}
    return {cell.number: cell.text for cell in cells}


def _invalid_cells(joined: JoinedCells, tables: Tables, options: Options) -> Iterator[Diagnostic]:
    """Say which cells are not valid Python."""
    for each in joined.cells:
        problem = each.code.problem
        if problem is not None and (not options.skim or _concerns(each.cell.text, tables)):
            place = replace(problem.position, cell=each.cell.number)
            yield diagnostic("OC901", place, _behind(place), reason=problem.reason)


def _taken_code(joined: JoinedCells, tables: Tables) -> Iterator[Diagnostic]:
    """Say which code is in the hands of a magic, at its line of the joined cells."""
    for cell, held in held_of(joined.cells):
        if held.magic and _concerns(held.text, tables):
            place = Position(joined.line_of(cell.number, held.line), 1)
            yield diagnostic("OC204", place, _behind(place), reason=said_of(held))


def _concerns(text: str, tables: Tables) -> bool:
    return may_concern(text.encode("utf-8", "replace"), tables)


def _behind(place: Position) -> Position:
    return replace(place, column=place.column + 1)


def _with_changes(text: str, cells: list[Cell], changes: dict[int, str]) -> str:
    """Return the notebook with other texts in some of its cells.

    Raises:
        BrokenCellsError: what was written does not say what it should.
    """
    if not changes:
        return text
    literals = Literals(text, cells)
    pieces: list[str] = []
    position = 0
    for cell in (cell for cell in cells if cell.number in changes):
        pieces += [text[position : cell.source.start], literals.written(cell, changes[cell.number])]
        position = cell.source.end
    new = f"{''.join(pieces)}{text[position:]}"
    wanted = [changes.get(cell.number, cell.text) for cell in cells]
    if [cell.text for cell in scan(new).code_cells] != wanted:
        raise BrokenCellsError("the notebook could not be written with the new code")
    return new


def _in_cell(found: Diagnostic, source: SourceText) -> Diagnostic:
    return replace(found, start=_place(found.start, source), end=_place(found.end, source))


def _reference_in_cell(found: Reference, source: SourceText) -> Reference:
    return replace(found, start=_place(found.start, source))


def _schedule_in_cell(found: Schedule, source: SourceText) -> Schedule:
    return replace(found, start=_place(found.start, source))


def _built_in_cell(found: BuiltObject, source: SourceText) -> BuiltObject:
    used = [(each, source.cell_lines[each.line - 1]) for each in found.used if each.line]
    said = [each for each in found.used if not each.line]
    return replace(
        found,
        start=_place(found.start, source),
        optimizer=_place(found.optimizer, source) if found.optimizer is not None else None,
        beside=tuple(_place(position, source) for position in found.beside),
        parts=tuple(_built_in_cell(part, source) for part in found.parts),
        used=(*said, *(replace(each, line=max(line.line, 1), cell=line.cell) for each, line in used)),
    )


def _place(position: Position, source: SourceText) -> Position:
    """Return where a place of the joined cells stands in the notebook."""
    line = source.cell_lines[position.line - 1]
    return Position(max(line.line, 1), position.column, line.cell)
