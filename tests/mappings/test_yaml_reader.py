"""What a table file may look like, and what is said of one that may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from optconv.mappings import TableError
from optconv.mappings.yaml_reader import Located, parse_yaml, read_yaml

from .conftest import without_path

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read with PyYAML's parser in C, and with the one that is there where C is not."""
    monkeypatch.setattr("optconv.mappings.yaml_reader._Loader", getattr(yaml, request.param))


def plain(located: Located) -> object:
    """Return the value without its places."""
    if isinstance(located.value, list):
        return [plain(entry) for entry in located.value]
    if isinstance(located.value, dict):
        return {key: plain(entry) for key, entry in located.value.items()}
    return located.value


@pytest.mark.parametrize(
    "scalar",
    [
        "1e-3",
        "2.10",
        "no",
        "yes",
        "on",
        "null",
        "~",
        "0o17",
        "12:30:45",
        "2024-01-01",
        "0x10",
        "True",
        "<<",
        "=",
    ],
)
def test_a_scalar_is_the_text_that_is_written(scalar: str, tmp_path: Path) -> None:
    document = parse_yaml(f"key: {scalar}\nlist: [{scalar}]\n", tmp_path)
    assert plain(document) == {"key": scalar, "list": [scalar]}


def test_a_key_is_the_text_that_is_written(tmp_path: Path) -> None:
    assert plain(parse_yaml("no: 1\n2.10: 2\n", tmp_path)) == {"no": "1", "2.10": "2"}


def test_quotes_and_folding_are_taken_away(tmp_path: Path) -> None:
    text = "a: 'no'\nb: \"\\u00e9\"\nc: >-\n  two\n  lines\nd:\n"
    assert plain(parse_yaml(text, tmp_path)) == {"a": "no", "b": "é", "c": "two lines", "d": ""}


def test_every_value_knows_its_line_and_its_key(tmp_path: Path) -> None:
    document = parse_yaml("a: 1\nb:\n  c:\n    - x\n    - {d: y}\n", tmp_path)
    c = document.required("b").required("c")
    assert (c.line, c.key) == (3, "b.c")
    assert [(entry.line, entry.key) for entry in c.items()] == [(4, "b.c[0]"), (5, "b.c[1]")]
    assert c.items()[1].required("d").key == "b.c[1].d"


def test_a_mapping_gives_its_entries_in_order(tmp_path: Path) -> None:
    assert [key for key, _ in parse_yaml("b: 1\na: 2\n", tmp_path)] == ["b", "a"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("a: 1\nb: 2\na: 3\n", "3: a: this key stands here twice", id="a key stands twice"),
        pytest.param(
            "a:\n  b: 1\n  'b': 2\n", "3: a.b: this key stands here twice", id="an inner key stands twice"
        ),
        pytest.param("{a: 1, a: 2}", "1: a: this key stands here twice", id="a key stands twice on one line"),
        pytest.param("a: 1\n? [b]\n: 2\n", "1: table: a key must be text", id="a key is a list"),
        pytest.param("a:\n  ? {b: 1}\n  : 2\n", "2: a: a key must be text", id="an inner key is a mapping"),
        pytest.param(
            "a: &x 1\nb: 2\n",
            "1: table: anchors and aliases are not allowed",
            id="an anchor without an alias",
        ),
        pytest.param(
            "a: 1\nb: &x [1]\n", "2: table: anchors and aliases are not allowed", id="an anchor on a list"
        ),
        pytest.param(
            "a: 1\nb: *x\n", "2: table: anchors and aliases are not allowed", id="an alias of nothing"
        ),
        pytest.param("a: !mine 1\n", "1: table: the tag !mine is not allowed", id="a tag of one's own"),
        pytest.param("a: ! 1\n", "1: table: the tag ! is not allowed", id="the tag without a name"),
        pytest.param(
            "a: 1\nb: !!str 1\n", "2: table: the tag tag:yaml.org,2002:str is not allowed", id="a tag of YAML"
        ),
        pytest.param(
            "!!python/object/apply:os.abort []\n",
            "1: table: the tag tag:yaml.org,2002:python/object/apply:os.abort is not allowed",
            id="a tag that would run code",
        ),
        pytest.param(
            "a: 1\nb: " + "[" * 41 + "]" * 41, "2: table: nested too deeply", id="nested more than 40 deep"
        ),
        pytest.param("[" * 100_000, "1: table: nested too deeply", id="a hundred thousand brackets"),
        pytest.param("", "1: table: the file is empty", id="empty"),
        pytest.param("# nothing\n", "1: table: the file is empty", id="only a comment"),
    ],
)
@pytest.mark.usefixtures("_loader")
def test_what_tables_must_not_hold_is_refused(text: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "table.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TableError) as caught:
        read_yaml(path)
    assert without_path(caught.value, path) == complaint


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("a: 1\n  b: 2\n", 2, id="an indentation that means nothing"),
        pytest.param("a: [1\n", 2, id="a bracket that is not closed"),
        pytest.param("a: 1\n---\nb: 2\n", 2, id="two documents"),
        pytest.param("a: \x07\n", 1, id="a control character"),
    ],
)
@pytest.mark.usefixtures("_loader")
def test_what_is_not_yaml_is_one_line(text: str, line: int, tmp_path: Path) -> None:
    with pytest.raises(TableError) as caught:
        parse_yaml(text, tmp_path)
    assert without_path(caught.value, tmp_path).startswith(f"{line}: table: not valid YAML: ")


def test_forty_levels_are_not_too_deep(tmp_path: Path) -> None:
    assert isinstance(parse_yaml("[" * 40 + "]" * 40, tmp_path).value, list)


def test_aliases_that_multiply_are_refused_before_they_do(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 60))
    with pytest.raises(TableError, match="anchors and aliases are not allowed"):
        parse_yaml(bomb, tmp_path)


def test_a_file_of_a_million_characters_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "table.yaml"
    path.write_text(f"a: {'x' * 999_997}", encoding="utf-8")
    assert len(read_yaml(path).required("a").text()) == 999_997
    path.write_text(f"a: {'x' * 999_998}", encoding="utf-8")
    with pytest.raises(TableError) as caught:
        read_yaml(path)
    assert without_path(caught.value, path) == "1: table: larger than 1,000,000 characters"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(lambda path: path.write_bytes(b"a: \xff\n"), "'utf-8' codec", id="not UTF-8"),
        pytest.param(lambda path: path.mkdir(), "Is a directory", id="a folder"),
        pytest.param(lambda path: path, "No such file or directory", id="not there"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(make: object, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "table.yaml"
    assert callable(make)
    make(path)
    with pytest.raises(TableError) as caught:
        read_yaml(path)
    complaint = without_path(caught.value, path)
    assert complaint.startswith("1: table: cannot be read: ")
    assert reason in complaint


@pytest.mark.parametrize(
    ("text", "read", "complaint"),
    [
        pytest.param("a: [1]", lambda a: a.text(), "1: a: expected text", id="a list for text"),
        pytest.param("a: {b: 1}", lambda a: a.text(), "1: a: expected text", id="a mapping for text"),
        pytest.param("a: 1", lambda a: a.items(), "1: a: expected a list", id="text for a list"),
        pytest.param("a: 1", lambda a: a.mapping(), "1: a: expected a mapping", id="text for a mapping"),
        pytest.param("a:", lambda a: list(a), "1: a: expected a mapping", id="nothing for a mapping"),
        pytest.param(
            "a: {b: 1}", lambda a: a.required("c"), "1: a: the key 'c' is missing", id="a missing key"
        ),
        pytest.param(
            "a:\n  x: 1\n  c: 2\n",
            lambda a: a.mapping(allowed=frozenset("xy")),
            "3: a.c: unknown key 'c'; expected one of x, y",
            id="a key that nobody knows",
        ),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(text: str, read: object, complaint: str, tmp_path: Path) -> None:
    assert callable(read)
    with pytest.raises(TableError) as caught:
        read(parse_yaml(text, tmp_path).required("a"))
    assert without_path(caught.value, tmp_path) == complaint


def test_an_error_at_the_top_is_about_the_table(tmp_path: Path) -> None:
    with pytest.raises(TableError) as caught:
        parse_yaml("- 1", tmp_path).mapping()
    assert without_path(caught.value, tmp_path) == "1: table: expected a mapping"
