"""The HTML report in a real browser: headless Chromium, driven as a person would use the page."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import Page

from optconv.cli.main import main

from .conftest import Open, write

PROJECT = {
    "train.py": b"""\
import torch
from torch.optim.lr_scheduler import ChainedScheduler, CosineAnnealingLR, ExponentialLR, OneCycleLR, StepLR

optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, maximize=True)
other = torch.optim.AdamW(model.parameters(), lr=0.1, fused=True)
scheduler = OneCycleLR(other, max_lr=0.5, total_steps=1000)
third = torch.optim.SGD(model.parameters(), lr=0.1)
steps = StepLR(third, step_size=30, gamma=0.1)
fourth = torch.optim.SGD(model.parameters(), lr=0.1)
chained = ChainedScheduler([CosineAnnealingLR(fourth, 15), ExponentialLR(fourth, 0.95)])
""",
    "gan.py": b"""\
import torch

first = torch.optim.RMSprop(generator.parameters(), lr=0.01)
second = torch.optim.RMSprop(critic.parameters(), lr=0.01)


def train(optimizer, batches):
    for batch in batches:
        optimizer.zero_grad()
        optimizer.step()
""",
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project") / ("a_folder_with_a_long_name" * 3)
    write(folder, PROJECT)
    path = folder / "report.html"
    words = ["report", str(folder), "--to", "paddle", "--isolated", "-o", str(path)]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return path


@pytest.fixture
def open_page(open_page: Open, report: Path) -> Open:
    """Open the report, or another page."""
    return partial(open_page, path=report)


def _column(page: Page, table: str, index: int) -> list[str]:
    cells = page.locator(f"#{table} tbody tr:not([hidden]) td:nth-child({index})")
    return [text.strip() for text in cells.all_inner_texts()]


def test_tables_are_sorted_by_a_click_and_by_the_keyboard(open_page: Open) -> None:
    page = open_page()
    numbers = _column(page, "apis", 3)
    head = page.locator("#apis th:nth-child(3)")
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert [int(n) for n in _column(page, "apis", 3)] == sorted(map(int, numbers), reverse=True)
    head.locator("button").press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert [int(n) for n in _column(page, "apis", 3)] == sorted(map(int, numbers))
    page.locator("#apis th:nth-child(1) button").click()
    names = _column(page, "apis", 1)
    assert names == sorted(names, key=str.lower)
    assert head.get_attribute("aria-sort") is None


def test_tables_are_filtered_by_words_and_by_topics(open_page: Open) -> None:
    page = open_page()
    every = _column(page, "causes", 2)
    tools = page.locator('.tools[data-for="causes"]')
    tools.locator("input").fill("rmsprop epsilon")
    assert _column(page, "causes", 3) == ["optim.RMSprop"]
    assert tools.locator(".count").inner_text() == f"1 / {len(every)}"
    tools.locator("input").fill("")
    declined = tools.locator('button[data-topic="declined"]')
    declined.click()
    assert declined.get_attribute("aria-pressed") == "true"
    assert set(_column(page, "causes", 2)) == {"OC302"}
    declined.click()
    assert _column(page, "causes", 2) == every


def test_a_link_to_a_place_opens_the_file_at_its_line(open_page: Open) -> None:
    page = open_page()
    row = page.locator("#causes tbody tr", has_text="maximize")
    row.locator("summary").click()
    assert page.locator("details.file[open]").count() == 0
    row.locator(".places a").first.click()
    opened = page.locator("details.file[open]")
    assert opened.count() == 1
    line = opened.locator(".row:target")
    assert "maximize=True" in line.inner_text()
    assert line.evaluate(
        "e => { const r = e.getBoundingClientRect(); return r.top > 0 && r.bottom < innerHeight }"
    )


def test_the_two_sides_stand_beside_each_other_and_on_a_phone_below(open_page: Open) -> None:
    def boxes(page: Page) -> tuple[Any, Any]:
        page.locator("#open-all").click()
        row = page.locator(".row.changed").first
        left, right = (row.locator(f"code.{side}").bounding_box() for side in "lr")
        return left, right

    left, right = boxes(open_page())
    assert left["x"] + left["width"] <= right["x"]
    assert left["y"] == right["y"]
    left, right = boxes(open_page(390, 844))
    assert left["x"] == right["x"]
    assert left["y"] < right["y"]


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_page_is_wider_than_its_screen(open_page: Open, width: int) -> None:
    page = open_page(width, 844)
    page.locator("#open-all").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_findings_are_gone_through_with_the_keyboard(open_page: Open) -> None:
    page = open_page()
    page.keyboard.press("n")
    first = page.evaluate("document.activeElement.id")
    assert page.locator(f"#{first}.finding").is_visible()
    page.keyboard.press("n")
    second = page.evaluate("document.activeElement.id")
    assert second != first
    page.keyboard.press("p")
    assert page.evaluate("document.activeElement.id") == first
    page.keyboard.press("/")
    page.keyboard.type("np?t")  # in a field they are letters
    assert page.locator(".tools input").first.input_value() == "np?t"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#help").is_visible()


def test_everything_that_can_be_clicked_can_be_reached_with_tab(open_page: Open) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.tagName"))
    assert {"A", "BUTTON", "INPUT", "SUMMARY"} <= seen


def test_the_theme_follows_the_system_until_it_is_chosen(open_page: Open) -> None:
    def background(page: Page) -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light, dark = open_page(color_scheme="light"), open_page(color_scheme="dark")
    assert background(light) != background(dark)
    chosen = background(dark)
    light.keyboard.press("t")
    assert background(light) == chosen
    light.reload()
    assert background(light) == chosen
    light.locator("#theme").click()
    assert background(light) != chosen


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_an_accessibility_checker_finds_nothing(open_page: Open, scheme: str, width: int) -> None:
    page = open_page(width, 844, color_scheme=scheme)
    page.locator("#open-all").click()
    page.evaluate("document.querySelectorAll('details.more').forEach((d) => { d.open = true; })")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_curves_of_schedules_show_what_differs_first(open_page: Open) -> None:
    page = open_page()
    curves = page.locator(".curve")
    assert [name.strip() for name in page.locator(".curve h3").all_inner_texts()][:1] == [
        "optim.lr_scheduler.ChainedScheduler"
    ]
    assert "apart" in (curves.first.get_attribute("class") or "")
    assert curves.first.locator(".verdict").inner_text().startswith("differs by up to ")
    same = page.locator(".curve.equal", has_text="StepLR")
    assert same.locator(".verdict").inner_text() == "the same rate at every step"
    for curve in curves.all():
        before, after = (curve.locator(f"path.{side}").get_attribute("d") for side in ("before", "after"))
        assert (before == after) == ("equal" in (curve.get_attribute("class") or ""))


def test_the_rates_under_the_pointer_are_read_out(open_page: Open) -> None:
    curve = open_page().locator(".curve.equal", has_text="StepLR")
    curve.scroll_into_view_if_needed()
    picture = curve.locator("svg")
    box = picture.bounding_box()
    assert box is not None
    read = curve.locator(".read")
    for share, expected in ((0.16, ": 0.1 \u2192 0.1"), (0.5, ": 0.001 \u2192 0.001")):
        picture.hover(position={"x": box["width"] * share, "y": box["height"] / 2})
        assert read.inner_text().endswith(expected)
    curve.locator("h3").hover()
    assert read.inner_text() == ""


def test_without_scripts_the_whole_report_can_be_read(open_page: Open) -> None:
    page = open_page(java_script_enabled=False, color_scheme="dark")
    assert page.locator("#causes tbody tr").count() > 2
    page.locator("details.file summary").first.click()
    assert page.locator("details.file .row").first.is_visible()
    assert not page.locator("#theme").is_visible()
    assert not page.locator(".tools").first.is_visible()


def test_a_hostile_source_runs_nothing(open_page: Open, tmp_path: Path) -> None:
    attack = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    write(
        tmp_path,
        {
            "<img src=x onerror=alert(3)>.py": f"import torch\nopt = torch.optim.SGD(p, lr='{attack}')\n".encode()
        },
    )
    path = tmp_path / "report.html"
    words = ["report", str(tmp_path), "--to", "paddle", "--isolated", "-o", str(path)]
    assert CliRunner().invoke(main, words).exit_code == 0
    page = open_page(path=path)
    page.locator("#open-all").click()
    assert attack in page.locator("details.file").inner_text()
    assert page.locator("img").count() == 0
