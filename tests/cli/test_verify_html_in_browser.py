"""The HTML page of ``optconv verify`` in a real browser."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from optconv.cli.verify.html_report import render_html

from .conftest import Open
from .verification_values import report


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "verify.html"
    path.write_text(render_html(report(unreadable="a_folder_with_a_long_name/" * 5)), encoding="utf-8")
    return path


@pytest.fixture
def open_page(open_page: Open, page_file: Path) -> Open:
    """Open the page about the constructions that are made by hand."""
    return partial(open_page, path=page_file)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1360), ("dark", 390)])
def test_an_accessibility_checker_finds_nothing_and_nothing_is_too_wide(
    open_page: Open, scheme: str, width: int
) -> None:
    page = open_page(width, 844, color_scheme=scheme)
    page.locator("#open-all").click()
    assert page.locator("details.scripts[open]").count() == page.locator("details.scripts").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_table_is_sorted_by_deviation_and_filtered_by_verdict(open_page: Open) -> None:
    page = open_page()
    page.locator("#constructions th:nth-child(5) button").click()
    worst = page.locator("#constructions td:nth-child(5)").all_inner_texts()
    assert worst == ["inf", "3.8e-03", "2.2e-07", "2.0e-07", "", "", ""]
    page.locator('.tools button[data-topic="defect"]').first.click()
    shown = page.locator("#constructions tbody tr:not([hidden]) td:nth-child(2)").all_inner_texts()
    assert [text.split(" ")[0] for text in shown] == ["torch.optim.Adagrad", "torch.optim.Adamax"]


def test_constructions_are_gone_through_with_the_keyboard(open_page: Open) -> None:
    page = open_page()
    for key, expected in (("n", 1), ("n", 2), ("p", 1), ("p", 7)):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == f"construction-{expected}"


def test_a_row_leads_to_its_section(open_page: Open) -> None:
    page = open_page()
    page.locator("#constructions a", has_text="src/train.py:11:10").click()
    assert page.locator(".construction:target h3").inner_text().startswith("torch.optim.RMSprop")


def test_numbers_under_the_pointer_are_read_out(open_page: Open) -> None:
    section = open_page().locator("#construction-4")
    deviation, rate = section.locator("figure").all()
    for figure, expected in ((deviation, r": 0"), (rate, ": 0.1 \u2192 0.1")):
        picture = figure.locator("svg")
        picture.scroll_into_view_if_needed()
        box = picture.bounding_box()
        assert box is not None
        picture.hover(position={"x": box["width"] * 0.19, "y": box["height"] / 2})
        assert figure.locator(".read").inner_text().endswith(expected)


def test_the_two_rates_can_be_told_apart_without_colours(open_page: Open) -> None:
    figure = open_page().locator("#construction-1 figure.rate")
    before, after = (
        figure.locator(f"path.{side}").evaluate("e => getComputedStyle(e).strokeDasharray")
        for side in ("before", "after")
    )
    assert (before, after != "none") == ("none", True)


def test_without_scripts_the_whole_page_can_be_read(open_page: Open) -> None:
    page = open_page(java_script_enabled=False, color_scheme="dark")
    assert page.locator("#constructions tbody tr").count() == 7
    page.locator("details.scripts summary").first.click()
    assert page.locator("details.scripts pre").first.is_visible()
    assert not page.locator(".tools").first.is_visible()
