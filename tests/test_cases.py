"""Every case page holds: what it shows is what the converter does, and no promise is broken.

``pytest tests/test_cases.py -k "SGD and momentum" --rewrite-cases`` writes the present behaviour into the
selected cases. Read the difference before you keep it: a page says what is right, not what happens.
"""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest
from casepages.outcome import run_case, same_source, written_down
from casepages.page import Case, read_page, rewrite_case
from casepages.promises import broken_promises

from optconv.mappings import table_labels, target_names

PAGES = sorted((Path(__file__).parent / "cases").glob("*.md"))
CASES = [case for page in PAGES for case in read_page(page)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every case for the targets that it expects something of; rewriting adds those without a flavor."""
    if {"case", "target"} <= set(metafunc.fixturenames):
        added = target_names() if metafunc.config.getoption("--rewrite-cases") else ()
        pairs = [
            (case, target) for case in CASES for target in table_labels() if _is_run(case, target, added)
        ]
        ids = [f"{case.path.stem}: {case.heading}-{target}" for case, target in pairs]
        metafunc.parametrize(("case", "target"), pairs, ids=ids)


def _is_run(case: Case, target: str, added: tuple[str, ...]) -> bool:
    return target in added or any(expected.target == target for expected in case.expected)


def test_case(case: Case, target: str, request: pytest.FixtureRequest) -> None:
    rewrites = request.config.getoption("--rewrite-cases")
    expected = next((expected for expected in case.expected if expected.target == target), None)
    options = expected.options if expected else ()
    run = run_case(case, target, options)
    actual = written_down(run, target, options)
    if rewrites:
        rewrite_case(case.path, case.heading, actual)
        expected = actual
    assert expected is not None
    problems = [
        _difference(*same_source(expected, run), "source"),
        _difference(expected.report, actual.report, "report"),
    ]
    problems += [f"broken promise: {sentence}\n" for sentence in broken_promises(run)]
    if any(problems):
        pytest.fail("\n".join([f"{case.path.name}: {case.heading}", *filter(None, problems)]), pytrace=False)


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_rewriting_what_is_expected_changes_nothing(page: Path, tmp_path: Path) -> None:
    copy = tmp_path / page.name
    copy.write_bytes(page.read_bytes())
    for case in read_page(copy):
        for expected in case.expected:
            rewrite_case(copy, case.heading, expected)
    assert copy.read_bytes() == page.read_bytes()


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_page_begins_with_title_and_introduction(page: Path) -> None:
    title, empty, introduction = page.read_text(encoding="utf-8").split("\n")[:3]
    assert title.startswith("# ")
    assert not empty
    assert introduction
    assert not introduction.startswith("#")


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        pytest.param("# T\n\n## a\n", "exactly one", id="a case without an input"),
        pytest.param(
            "## a\n```python torch\n```\n## a\n```python torch\n```\n", "twice", id="a heading twice"
        ),
        pytest.param("## a\n```python torch\nx = 1\n", "left open", id="a block that is left open"),
    ],
)
def test_broken_page_is_an_error(page: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(page)
    with pytest.raises(ValueError, match=reason):
        read_page(path)


def _difference(expected: str, actual: str, what: str) -> str:
    lines = unified_diff(
        expected.splitlines(), actual.splitlines(), f"{what} on the page", f"{what} now", lineterm="", n=99
    )
    return "".join(f"{line}\n" for line in lines)
