"""The generated pages are what the tables and the record say.

``pytest tests/test_pages.py --rewrite-cases`` writes them.
"""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from optconv.cli.reference.further_notes import find_notes
from optconv.cli.reference.pages import FOLDERS, generate_pages
from optconv.mappings import diagnostic_kinds, load_labelled, table_labels

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parent.parent
_MEMBERS = "\n## Methods and attributes\n"
_LINK = re.compile(r"\]\(([^):]+)\)")


@pytest.fixture(scope="module")
def pages() -> Mapping[str, str]:
    return generate_pages()


def _checked_in() -> dict[str, str]:
    paths = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def test_the_pages_are_fresh(pages: Mapping[str, str], request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--rewrite-cases"):
        for name in _checked_in().keys() - pages.keys():
            (ROOT / name).unlink()
        for name, text in pages.items():
            (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / name).write_text(text, encoding="utf-8")
    checked_in = _checked_in()
    stale = {name for name in pages.keys() | checked_in.keys() if pages.get(name) != checked_in.get(name)}
    assert sorted(stale) == [], "write them with: pytest tests/test_pages.py --rewrite-cases"


def _pages_of(pages: Mapping[str, str], target: str) -> dict[str, str]:
    """Return the mapping pages of a target or a flavor."""
    folder = f"docs/mappings/{target}"
    return {name: text for name, text in pages.items() if Path(name).parent.as_posix() == folder}


def test_every_row_and_every_code_has_a_page(pages: Mapping[str, str]) -> None:
    rows = [(target, row.api) for target in table_labels() for row in load_labelled(target).rows()]
    for target, api in rows:
        titled = [name for name, text in _pages_of(pages, target).items() if f"\n# {api} to " in text]
        assert len(titled) == 1, api
        assert api.endswith(Path(titled[0]).stem)
    assert {f"docs/diagnostics/{code}.md" for code in diagnostic_kinds()} <= pages.keys()


def test_every_page_is_there_in_every_language_and_leads_to_the_other(pages: Mapping[str, str]) -> None:
    english = {name.removeprefix("docs/") for name in pages if not name.startswith("docs/zh/")}
    chinese = {name.removeprefix("docs/zh/") for name in pages if name.startswith("docs/zh/")}
    assert english == chinese
    for name in english:
        depth = "../" * name.count("/")
        assert f"]({depth}zh/{name})" in pages[f"docs/{name}"]
        assert f"]({depth}../{name})" in pages[f"docs/zh/{name}"]
        assert re.search("[\u4e00-\u9fff]", pages[f"docs/zh/{name}"].partition("\n# ")[2])


def test_links_lead_to_pages(pages: Mapping[str, str]) -> None:
    for name, text in pages.items():
        for link in _LINK.findall(re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)):
            path = (ROOT / name).parent / link
            assert path.resolve().relative_to(ROOT.resolve()).as_posix() in pages, f"{name}: {link}"


def test_every_parameter_of_a_converted_api_has_a_line_in_its_page(pages: Mapping[str, str]) -> None:
    for target in table_labels():
        tables = load_labelled(target)
        for row in tables.rows():
            text = next(t for t in _pages_of(pages, target).values() if f"\n# {row.api} to " in t)
            for parameter in tables.source_apis[row.api].signatures[0].signature.names if row.cases else ():
                found = re.findall(rf"^\| `{parameter}[=`]", text.partition(_MEMBERS)[0], re.MULTILINE)
                assert len(found) == len(row.cases), f"{row.api}: {parameter}"


def test_every_note_of_a_row_stands_in_its_page(pages: Mapping[str, str]) -> None:
    for target in table_labels():
        for row in load_labelled(target).rows():
            text = next(t for t in _pages_of(pages, target).values() if f"\n# {row.api} to " in t)
            shown = text.replace("\\", "")
            for place, note in find_notes(row):
                assert note.en.replace("\\", "") in shown, f"{row.api}: {place}"


def test_the_code_of_a_workaround_is_python_that_a_person_can_copy(pages: Mapping[str, str]) -> None:
    for name, text in pages.items():
        part = text.partition("## What can be written instead")[2].partition("\n## ")[0]
        for code in re.findall(r"```python\n(.*?)```", part, re.DOTALL):
            ast.parse(code)
            assert not re.search(r"\b(record|observe)\(", code), name
            assert "`backward(step)` is" in part or "backward(" not in code


def test_every_table_has_as_many_cells_in_each_line(pages: Mapping[str, str]) -> None:
    for name, text in pages.items():
        lines = re.sub(r"```.*?```", "", text, flags=re.DOTALL).splitlines()
        for above, below in pairwise(lines):
            if above.startswith("|") and below.startswith("|"):
                cells = [len(re.findall(r"(?<!\\)\|", line)) for line in (above, below)]
                assert cells[0] == cells[1], f"{name}: {below}"
