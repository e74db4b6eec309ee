"""Marking comments: above the statement, once, in the file's own layout, and nowhere where they would break it."""

from __future__ import annotations

import ast

import pytest

from optconv.converter import Options

from .helpers import convert, output, said

L = "torch.optim.Adafactor(p)"  # has no counterpart: an error
MARKS = Options()

PLACES = {
    "at the top": (f"{L}\n", 0),
    "in a block": (f"if x:\n    y\n    {L}\n", 2),
    "in a block of tabs": (f"if x:\n\t{L}\n", 1),
    "in a line of several lines": (f"x = f(\n    1,\n    {L},\n)\n", 0),
    "behind a backslash": (f"x = \\\n    {L}\n", 0),
    "behind a semicolon": (f"x = 1; {L}\n", 0),
    "behind a colon": (f"if x: {L}\n", 0),
    "behind two colons": (f"class T:\n    def f(self): {L}\n", 1),
    "behind the end of a string of several lines": (f"x = '''\n'''; {L}\n", 0),
    "in a condition": (f"if {L}:\n    x\n", 0),
    "in the condition of elif": (f"if x:\n    y\nelif {L}:\n    z\n", 2),
    "in the body of else": (f"if x:\n    y\nelse:\n    {L}\n", 3),
    "behind else": (f"if x:\n    y\nelse: {L}\n", 2),
    "in the body of except": (f"try:\n    x\nexcept E:\n    {L}\n", 3),
    "behind except": (f"try:\n    x\nexcept E: {L}\n", 2),
    "behind finally": (f"try:\n    x\nfinally: {L}\n", 2),
    "in a case": (f"match x:\n    case 1:\n        {L}\n", 2),
    "behind a case": (f"match x:\n    case 1: {L}\n", 1),
    "in a decorator": (f"@f({L})\ndef g(): pass\n", 0),
    "in a default argument": (f"@f\ndef g(x={L}): pass\n", 0),
    "in a base class": ("class A(torch.optim.Adafactor):\n    x = 1\n", 0),
    "in a lambda": (f"x = lambda: {L}\n", 0),
    "in a comprehension": (f"x = [\n    {L}\n    for p in ps\n]\n", 0),
    "in an f-string": (f'x = f"{{{L}}}"\n', 0),
    "in a loop's iterable": (f"for x in {L}:\n    y\n", 0),
    "in with": (f"with {L} as x:\n    y\n", 0),
    "behind a form feed": (f"x\n\x0c{L}\n", 1),
    "behind a backslash in a block": (f"if x: \\\n    {L}\n", 0),
    "behind a backslash without indentation": (f"if x: \\\n{L}\n", 0),
    "behind a semicolon and a backslash": (f"x = 1; \\\n{L}\n", 0),
    "in the last line without an end": (f"{L}", 0),
}  # fmt: skip


@pytest.mark.parametrize(("text", "above"), [pytest.param(*pair, id=name) for name, pair in PLACES.items()])
def test_a_mark_stands_above_the_statement(text: str, above: int) -> None:
    source = f"import torch\n{text}"
    lines = output(source, MARKS).split("\n")
    before = source.split("\n")
    marks = [i for i, line in enumerate(lines) if line.lstrip("\f").strip().startswith("# optconv: OC")]
    assert marks == [1 + above]
    assert lines[: marks[0]] + lines[marks[0] + 1 :] == before
    following = before[marks[0]]
    indentation = following[: len(following) - len(following.lstrip(" \t\f"))]
    assert lines[marks[0]].startswith(f"{indentation}# optconv: ")
    ast.parse("\n".join(lines))


def test_without_annotations_nothing_is_marked() -> None:
    text = f"import torch\n{L}\n"
    assert output(text) == text
    assert said(text) == ["2:OC307"]


def test_two_errors_of_one_statement_are_two_marks_and_the_same_twice_is_one() -> None:
    text = "import torch\nf(torch.optim.Adafactor(p), torch.optim.Muon(p), torch.optim.Adafactor(q))\n"
    marks = [line for line in output(text, MARKS).splitlines() if line.startswith("# optconv: ")]
    assert len(marks) == 2
    assert "Adafactor" in marks[0]
    assert "Muon" in marks[1]


def test_a_warning_is_not_marked() -> None:
    text = "import torch\ntorch.optim.SGD(**options)\n"
    assert said(text, MARKS) == ["2:OC204"]
    assert output(text, MARKS) == text


def test_a_mark_that_is_there_is_not_repeated_when_the_file_has_moved_on() -> None:
    once = output(f"import torch\n{L}\n", MARKS)
    moved = once.replace("import torch\n", "import torch\n\n# a new comment\n\n")
    assert output(moved, MARKS) == moved


def test_a_mark_of_another_error_does_not_stand_in_for_this_one() -> None:
    once = output(f"import torch\n{L}\n", MARKS)
    changed = once.replace("torch.optim.Adafactor(p)\n", "torch.optim.Muon(p)\n")
    assert output(changed, MARKS).count("# optconv: ") == 2


def test_a_long_message_is_shortened_in_the_mark() -> None:
    text = f"import torch\ntorch.optim.SGD(p, maximize={'a_long_name + ' * 30}1)\n"
    mark = next(line for line in output(text, MARKS).splitlines() if line.startswith("# optconv: "))
    assert len(mark) <= 210


@pytest.mark.parametrize(("language", "word"), [("en", "has no counterpart"), ("zh", "没有")])
def test_a_mark_is_written_in_the_chosen_language(language: str, word: str) -> None:
    conversion = convert(f"import torch\n{L}\n", Options(language=language))
    assert word in conversion.source.decode()
