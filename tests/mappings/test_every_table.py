"""What must hold for every table that is checked in, whatever it says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import optconv
from optconv.mappings import Tables, Text, diagnostic_kinds, load_labelled, table_labels
from optconv.mappings.schema import Case, Row
from optconv.mappings.signatures import version_key
from optconv.mappings.yaml_reader import read_yaml

PACKAGE = Path(optconv.__path__[0])
ROW_FILES = {
    f"{label} {path.stem}": (label, path)
    for label in table_labels()
    for path in sorted(load_labelled(label).folder.glob("*/*.yaml"))
}
KINDS = diagnostic_kinds()
each_row = pytest.mark.parametrize("name", ROW_FILES)
each_target = pytest.mark.parametrize("target", table_labels())
each_code = pytest.mark.parametrize("code", KINDS)


@cache
def tables(target: str) -> Tables:
    return load_labelled(target)


def row_of(name: str) -> Row:
    """Return the row in a file; looked up as the converter does, so its name must fit its content."""
    target, path = ROW_FILES[name]
    row = tables(target).row(read_yaml(path).required("api").text())
    assert row is not None, "the file does not have the name of the class"
    return row


def texts(value: object) -> Iterator[Text]:
    """Return every note within ``value``."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple):
        for entry in value:
            yield from texts(entry)
    elif isinstance(value, Mapping):
        yield from texts(tuple(value.values()))
    elif is_dataclass(value):
        yield from texts(tuple(getattr(value, field.name) for field in fields(value)))


def cases(row: Row) -> Iterator[Case]:
    """Return the cases of a row and of its members."""
    yield from row.cases
    for member in row.members.values():
        yield from member.cases


def test_there_are_rows() -> None:
    assert ROW_FILES
    assert {target for target, _ in ROW_FILES.values()} == set(table_labels())


@each_row
def test_the_file_has_the_name_of_the_class(name: str) -> None:
    _, path = ROW_FILES[name]
    assert f".{row_of(name).api}".endswith(f".{path.stem}")


@each_row
def test_a_row_is_proven_by_a_parity_case_or_by_what_to_write_instead(name: str) -> None:
    row = row_of(name)
    assert row.parity or row.workarounds, "a row that nothing is run for is not finished"
    assert all(case.code.strip() for case in row.parity)
    assert len({workaround.title.en for workaround in row.workarounds}) == len(row.workarounds)


@each_row
def test_a_row_has_a_way_to_write_it_or_says_that_there_is_none(name: str) -> None:
    row = row_of(name)
    assert bool(row.cases) + bool(row.members and not row.cases) + (row.unconvertible is not None) == 1


@each_row
def test_a_row_has_a_summary_and_a_page_to_refer_to(name: str) -> None:
    row = row_of(name)
    assert row.summary.en
    assert row.summary.zh
    assert re.fullmatch(r"https://[\w.-]+/\S+", row.reference)


@each_row
def test_english_notes_are_ascii_because_they_go_into_files_of_any_encoding(name: str) -> None:
    assert [text.en for text in texts(row_of(name)) if not text.en.isascii()] == []


@each_row
def test_a_chinese_note_is_chinese(name: str) -> None:
    assert [text.zh for text in texts(row_of(name)) if not re.search("[\u4e00-\u9fff]", text.zh)] == []


@each_row
def test_what_a_row_says_of_the_target_exists(name: str) -> None:
    row, known = row_of(name), tables(ROW_FILES[name][0])
    if row.annotation is not None:
        assert known.target_api(row.annotation) is not None
    for case in cases(row):
        assert not case.to or known.target_api(case.to) is not None


@each_row
def test_an_argument_that_has_no_effect_is_not_used(name: str) -> None:
    for case in cases(row_of(name)):
        used = frozenset[str]().union(*(expression.names for expression in case.arguments.values()))
        assert not case.drop & used


@each_target
def test_every_class_and_function_of_the_source_has_a_row(target: str) -> None:
    known = tables(target)
    missing = [api.name for api in known.source_apis.values() if known.row(api.name) is None]
    # Tensors have a row where a training step is written in another way, and are none of our business elsewhere.
    assert [name for name in missing if known.source_apis[name].kind != "tensor"] == []


@each_target
def test_every_method_and_attribute_of_the_source_has_a_rule(target: str) -> None:
    known = tables(target)
    silent = [
        f"{api.name}.{name}"
        for api in known.source_apis.values()
        if (row := known.row(api.name)) is not None and row.unconvertible is None
        if api.kind != "model"  # what the tables say nothing of is written as it was
        for name in api.members
        if known.member(api, name) is None
    ]
    assert silent == []


@each_target
def test_no_api_has_two_rows(target: str) -> None:
    counted = Counter(row.api for row in tables(target).rows())
    assert [api for api, count in counted.items() if count > 1] == []
    stems = Counter(path.stem for owner, path in ROW_FILES.values() if owner == target)
    assert len(stems) == len(list(tables(target).folder.glob("*/*.yaml")))


@each_target
def test_a_target_has_its_folder_s_name_and_its_versions_oldest_first(target: str) -> None:
    facts = tables(target).target
    assert facts.name == target.partition("/")[0]
    assert facts.versions
    assert list(facts.versions) == sorted(set(facts.versions), key=version_key)


@each_target
def test_a_flavor_has_its_folder_s_name_and_a_row_for_every_optimizer_and_scheduler(target: str) -> None:
    known = tables(target)
    if known.flavor is None:
        return
    assert known.flavor.name == known.folder.name
    own = {row.api for row in known.rows()}
    apis = [api for api in known.source_apis.values() if api.kind in ("optimizer", "scheduler")]
    rows = [(api.name, known.row(api.name)) for api in apis if api.name not in own]
    assert [name for name, row in rows if row is not None and row.unconvertible is None] == []


@each_target
def test_the_signatures_are_of_the_target(target: str) -> None:
    known = tables(target)
    apis = {case.to for row in known.rows() for case in cases(row) if case.to}
    assert apis
    assert all(api.startswith(f"{known.target.module}.") for api in apis)


@each_code
def test_a_diagnostic_is_told_in_both_languages(code: str) -> None:
    kind = KINDS[code]
    for text in (kind.message, kind.meaning, kind.action):
        assert text.en
        assert text.zh
    assert kind.message.en.isascii()
    assert fields_of(kind.message.en) == fields_of(kind.message.zh)


@each_code
def test_the_name_of_a_diagnostic_is_words_with_hyphens(code: str) -> None:
    assert re.fullmatch("[a-z]+(-[a-z]+)*", KINDS[code].name)


def test_no_two_diagnostics_have_one_name() -> None:
    assert len({kind.name for kind in KINDS.values()}) == len(KINDS)


def test_diagnostics_stand_in_the_order_of_their_codes() -> None:
    assert list(KINDS) == sorted(KINDS)


def test_every_code_that_the_tool_gives_is_described_and_the_other_way_round() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    assert set(re.findall(r'"(OC[0-9]{3})"', sources)) == set(KINDS)


def fields_of(template: str) -> set[str]:
    """Return the names of the fields of a message; a template that is none raises an error."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}
