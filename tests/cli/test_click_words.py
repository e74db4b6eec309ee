"""Click's own words in Chinese: the catalogue is what the file of messages says, and click finds its words in it.

``pytest tests/cli/test_click_words.py --rewrite-cases`` writes the catalogue.
"""

from __future__ import annotations

import ast
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import click
import pytest

from optconv.cli.catalogue import CATALOGUE, click_catalogue
from optconv.mappings import messages_about

WORDS = messages_about("click")
OTHER_VERSIONS = {"no_such_option_before"}  # of click


def words_of_click() -> set[str]:
    """Return every text that the installed click asks gettext for."""
    found = set()
    for path in Path(click.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="_" | "ngettext"), args=[ast.Constant(value=str(text)), *_]):
                    found.add(text)
    return found


def test_the_catalogue_is_fresh(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--rewrite-cases"):
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        CATALOGUE.write_bytes(click_catalogue())
    command = "pytest tests/cli/test_click_words.py --rewrite-cases"
    assert CATALOGUE.read_bytes() == click_catalogue(), f"write it with: {command}"


def test_every_word_is_one_that_click_has() -> None:
    known = words_of_click()
    stale = {name for name, text in WORDS.items() if text.en not in known}
    assert stale == OTHER_VERSIONS - {name for name in OTHER_VERSIONS if WORDS[name].en in known}


@pytest.mark.parametrize("name", sorted(WORDS))
def test_gettext_finds_it(name: str) -> None:
    text = WORDS[name]
    translations = GNUTranslations(BytesIO(click_catalogue()))
    assert translations.gettext(text.en) == text.zh
    assert [translations.ngettext(text.en, "many", number) for number in (1, 2)] == [text.zh, text.zh]


def test_other_words_stay_as_they_are() -> None:
    assert GNUTranslations(BytesIO(click_catalogue())).gettext("no word of click") == "no word of click"
