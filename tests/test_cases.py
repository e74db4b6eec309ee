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

from optconv.mappings import target_names

PAGES = sorted((Path(__file__).parent / "cases").glob("*.md"))
CASES = [case for page in PAGES for case in read_page(page)]


@pytest.mark.parametrize("target", target_names())
@pytest.mark.parametrize("case", CASES, ids=[f"{case.path.stem}: {case.heading}" for case in CASES])
def test_case(case: Case, target: str, request: pytest.FixtureRequest) -> None:
    rewrites = request.config.getoption("--rewrite-cases")
    expected = next((expected for expected in case.expected if expected.target == target), None)
    if expected is None and not rewrites:
        pytest.skip(f"the page expects nothing of {target}")
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


def _difference(expected: str, actual: str, what: str) -> str:
    lines = unified_diff(
        expected.splitlines(), actual.splitlines(), f"{what} on the page", f"{what} now", lineterm="", n=99
    )
    return "".join(f"{line}\n" for line in lines)
