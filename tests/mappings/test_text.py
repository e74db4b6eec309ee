"""Messages in English and in Chinese."""

from __future__ import annotations

import pytest

from optconv.mappings import LANGUAGES, Text

NOTE = Text("note", "说明")


@pytest.mark.parametrize(("language", "expected"), [("en", "note"), ("zh", "说明"), ("fr", "note")])
def test_an_unknown_language_gives_english(language: str, expected: str) -> None:
    assert NOTE.in_language(language) == expected


def test_the_languages_are_english_and_chinese() -> None:
    assert [NOTE.in_language(language) for language in LANGUAGES] == ["note", "说明"]


def test_a_field_that_is_a_message_is_filled_in_its_language() -> None:
    message = Text("{name}: {note}", "{name}：{note}")
    assert message.format(name="lr", note=NOTE) == Text("lr: note", "lr：说明")


def test_texts_are_joined_in_each_language() -> None:
    parts = [Text.same("lr"), NOTE]
    assert Text(" or ", " 或 ").join(parts) == Text("lr or note", "lr 或 说明")
    assert Text(" or ", " 或 ").join([]) == Text("", "")


def test_braces_in_a_field_stay() -> None:
    assert Text("{x}", "{x}").format(x="{'lr': 1}") == Text("{'lr': 1}", "{'lr': 1}")


def test_chinese_has_no_spaces_between_its_characters() -> None:
    filled = Text("only if {condition} holds", "仅当 {condition} 时").format(
        condition=Text("the two are equal", "两者相等")
    )
    assert filled == Text("only if the two are equal holds", "仅当两者相等时")
    kept = Text("only if {condition}", "仅当 {condition} 时").format(condition="`a == 0`")
    assert kept.zh == "仅当 `a == 0` 时"
