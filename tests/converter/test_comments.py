"""The comments that a scan of the text finds are those that Python's tokenizer finds."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from optconv.converter.comments import comments_of_module, find_comments
from optconv.converter.source import SourceText

TEXTS = [
    pytest.param("x = 1  # one\n# two\n", id="behind code and alone"),
    pytest.param("x = '# none'  # one\ny = \"#\" '#'\n", id="signs in strings"),
    pytest.param('\'\'\'#\n"#\n\'\'\'  # one\n"""\'\'\'#\\"""#""" # two\n', id="long strings"),
    pytest.param("x = r'\\d' # one\n", id="raw strings"),
    pytest.param("x = 'a\\\n# b'  # one\n", id="a line that goes on in a string"),
    pytest.param("x = b'#' rb'\\#' u'#' # one\n", id="prefixes"),
    pytest.param("x = f'{a} # {b}' # one\n", id="a formatted string"),
    pytest.param("x = f'{{' # one\ny = f'}}#' # two\n", id="braces that are none"),
    pytest.param("x = (1,  # one\r\n     2)  # two\r\n", id="other line ends"),
    pytest.param("x = 1  # one\ry = '#'  # two\r", id="old line ends"),
]
if sys.version_info >= (3, 12):
    TEXTS += [
        pytest.param('x = f"{d["#"]}" # one\n', id="a string in a formatted one"),
        pytest.param("x = f'''{\n    1  # in it\n}'''  # one\n", id="a comment in a formatted string"),
    ]


@pytest.mark.parametrize("text", TEXTS)
def test_a_scan_finds_what_the_tokenizer_finds(text: str) -> None:
    source = SourceText(text, "utf-8")
    assert comments_of_module(source) == find_comments(source)
    assert comments_of_module(source)


def test_in_every_file_of_this_project() -> None:
    root = Path(__file__).parents[2]
    for path in root.glob("src/**/*.py"):
        source = SourceText(path.read_text("utf-8"), "utf-8")
        assert comments_of_module(source) == find_comments(source), path
