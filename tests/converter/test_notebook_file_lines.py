"""Where the lines of the cells of a notebook stand in its JSON."""

from __future__ import annotations

import codecs
import json

import pytest

from optconv.converter import file_lines_of_cells


def document(*sources: object) -> dict[str, object]:
    cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in sources]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def lines(text: str | bytes) -> dict[int, list[int]]:
    source = text.encode() if isinstance(text, str) else text
    found = file_lines_of_cells("a.ipynb", source)
    assert found is not None
    return {number: list(each) for number, each in found.items()}


def test_each_line_stands_where_its_string_does() -> None:
    cell = ["import torch\n", "\n", "x = 'torch'"]
    text = json.dumps(document(["first"], cell), indent=1)
    places = lines(text)[2]
    shown = text.splitlines()
    assert [shown[line - 1].strip().strip(",") for line in places] == [json.dumps(line) for line in cell]


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_line_ends_of_the_file_and_a_mark_change_nothing(mark: bytes) -> None:
    text = json.dumps(document(["a\n", "b"]), indent=1)
    assert lines(mark + text.replace("\n", "\r\n").encode()) == lines(text)


def test_lines_of_one_string_stand_in_one_line() -> None:
    text = json.dumps(document("a\r\nb\rc\nd", ["e\nf", "g\n", ""]), indent=1)
    found = lines(text)
    assert found[1] == [found[1][0]] * 4
    first = found[2][0]
    assert found[2] == [first, first, first + 2]
    assert text.splitlines()[first - 1].strip() == r'"e\nf",'


def test_the_empty_line_behind_the_last_line_end_and_an_empty_cell_have_a_place() -> None:
    text = json.dumps(document(["a\n"], [], ""), indent=1)
    found = lines(text)
    assert found[1] == [found[1][0]] * 2
    assert [text.splitlines()[found[number][0] - 1].strip() for number in (2, 3)] == [
        '"source": []',
        '"source": ""',
    ]


def test_a_notebook_in_one_line_has_one_line() -> None:
    assert lines(json.dumps(document(["a\n", "b"], ["c"]))) == {1: [1, 1], 2: [1]}


@pytest.mark.parametrize("source", [b"{}", b"\xff", b"x = 1"])
def test_what_is_no_notebook_has_no_cells(source: bytes) -> None:
    assert lines(source) == {}


def test_a_file_without_cells_says_so() -> None:
    assert file_lines_of_cells("a.py", b"x = 1") is None
