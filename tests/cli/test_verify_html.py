"""``optconv verify -o page.html``: what stands in the page, whatever the browser does with it."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest

from optconv.cli.verify.html_report import render_html
from optconv.cli.verify.report import VerifiedFile
from optconv.converter.result import Position
from optconv.converter.static_values.evaluate import UsedValue
from optconv.mappings import Text
from optconv.parity.verify.result import Verdict, Verification

from .test_html_format import text_of
from .verification_values import LR, SOURCE, built, measured, report, verifications

ATTACK = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


def one(found: Verification, source: bytes = SOURCE) -> str:
    """Return the page about one construction."""
    return render_html(report(VerifiedFile("train.py", source, (found,))))


def section(html: str, number: int) -> str:
    """Return one section of the page, from 1."""
    found = re.search(
        rf'<section class="construction[^>]*id="construction-{number}".*?</section>', html, re.DOTALL
    )
    assert found is not None
    return found[0]


def test_the_summary_says_what_was_run_and_what_the_numbers_mean() -> None:
    text = text_of(render_html(report()))
    assert "Verification: PyTorch to PaddlePaddle" in text
    assert "50 %" in text
    assert "as the conversion says: 3 of 6" in text
    assert "Measured on torch 2.13.0, paddle 3.3.1 by optconv" in text
    assert "Nothing of the files was run" in text
    assert "Up to 2e-5 is exact" in text
    assert "up to 1e-3 is close" in text


def test_defects_come_first_with_what_to_do() -> None:
    html = render_html(report())
    text = text_of(html)
    assert text.count("This is a defect of optconv's table for") == 2
    assert html.index('id="defects"') < html.index('id="all"') < html.index('id="each"')
    rows = re.findall(r'<tr data-topics="(\w+)">', html)
    assert rows == ["defect", "defect", "proven", "proven", "proven", "unmeasured", "left"]
    assert "torch.optim.Adagrad" in text_of(section(html, 1))
    assert "paddle: TypeError: x" in text_of(section(html, 2))


def test_a_page_without_defects_speaks_of_none() -> None:
    html = one(verifications()[0])
    assert "defect" not in text_of(html)
    assert 'href="#defects"' not in html


def test_every_row_of_the_table_leads_to_its_section() -> None:
    html = render_html(report())
    links = re.findall(r'<td class="where".*?href="#([^"]+)">([^<]+)</a>', html)
    assert [place for _, place in links][:3] == [
        "src/train.py:14:9",
        "src/train.py:15:9",
        "src/train.py:6:13",
    ]
    for number, (anchor, place) in enumerate(links, start=1):
        assert anchor == f"construction-{number}"
        assert place in section(html, number)


def test_a_section_has_the_lines_the_values_and_both_scripts() -> None:
    html = render_html(report())
    step = text_of(section(html, 4))
    assert "7scheduler = StepLR(8 optimizer,9 step_size=30,10)" in step
    assert "args.lr = 0.1 default of the argument parser, line 7" in step  # of its optimizer
    assert "import torch optimizer = torch.optim.lr_scheduler.StepLR(params)" in step
    assert "import paddle" in step
    warned = section(html, 5)
    assert re.search(
        r'claimed</dt><dd>with a warning <a class="badge warning" href="#code-OC201">OC201</a>', warned
    )


def test_what_is_missing_is_shown_as_the_option_to_give() -> None:
    assert "to measure it, give--set config.lr=VALUE" in text_of(section(render_html(report()), 6))
    length = built("torch.optim.Adam", 12, 11, missing=("len(loader)",))
    html = one(Verification(length, Verdict.NOT_MEASURED, Text.same("not known")))
    assert "--set 'len(loader)=VALUE'" in text_of(html)


def test_an_obstacle_is_said_where_no_value_would_help() -> None:
    obstacle = Text.same("it is a class of the file itself")
    own = built("torch.optim.Adam", 12, 11, missing=("config.lr",), obstacle=obstacle)
    text = text_of(one(Verification(own, Verdict.NOT_MEASURED, obstacle)))
    assert "it is a class of the file itself" in text
    assert "--set" not in text


def test_the_pictures_have_a_text_that_says_what_is_to_be_seen() -> None:
    html = render_html(report())
    labels = [unescape(label) for label in re.findall(r'role="img" aria-label="([^"]*)"', html)]
    assert (
        "Deviation of torch.optim.SGD over 40 steps, on a logarithmic axis: no deviation beyond rounding at any"
        " step. The limits are 2e-5 (exact) and 1e-3 (close)."
    ) in labels
    assert (
        "Learning rate of torch.optim.lr_scheduler.StepLR over 90 steps: the same rate at every step"
        in labels
    )
    assert any("torch.optim.Adagrad" in label and "at most inf" in label for label in labels)
    assert any("torch.optim.Adagrad" in label and "differs by up to" in label for label in labels)


def test_the_numbers_under_the_pointer_are_those_that_were_measured() -> None:
    html = section(render_html(report()), 4)
    deviation, rate = (json.loads(unescape(data)) for data in re.findall(r'data-rates="([^"]*)"', html))
    assert deviation["steps"] == list(range(1, 21))
    assert deviation["after"] is None
    assert deviation["before"][-1] == pytest.approx(10**-10.5, rel=1e-5)
    assert rate["before"] == rate["after"]
    assert rate["before"][:1] == [0.1]


def test_rates_that_are_not_finite_leave_a_gap() -> None:
    rates = ((0.1, math.nan, math.inf, 0.2), (0.1, 0.1, 0.1, 0.2))
    html = one(measured(built("torch.optim.SGD", 6, 13), Verdict.DIVERGED, "lossy", 1.0, rates=rates))
    assert "not finite at some steps" in text_of(html)
    (before,) = re.findall(r'class="before" d="([^"]*)"', html)
    assert before.count("M") == 2
    assert "nan" not in before
    assert "inf" not in before


def test_it_is_one_file_that_loads_nothing() -> None:
    html = render_html(report())
    assert not re.search(r"""(?:src|href)=["'](?!#)""", html)
    assert not re.search(r"url\(|@import|style=", html)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; style-src 'sha256-")


def test_every_link_leads_to_a_place_of_the_page() -> None:
    html = render_html(report(unreadable="secret.py"))
    anchors = re.findall(r'\bid="([^"]+)"', html)
    assert len(anchors) == len(set(anchors))
    links = set(re.findall(r'href="#([^"]+)"', html))
    assert {"code-OC201", "code-OC302", "unreadable"} <= links
    assert links <= set(anchors)


def test_every_tag_is_closed() -> None:
    class Balance(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
            if tag not in ("meta", "input", "br", "wbr"):
                self.open.append(tag)

        def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            """Ignore what closes itself."""

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    parser = Balance()
    parser.feed(render_html(report(unreadable="secret.py")))
    assert parser.open == []


def test_files_that_could_not_be_read_are_named() -> None:
    text = text_of(render_html(report(unreadable="secret.py")))
    assert "Files that could not be read" in text
    assert "Permission denied" in text


def test_a_page_about_nothing_says_so() -> None:
    text = text_of(render_html(report(VerifiedFile("empty.py", b"x = 1\n"))))
    assert "no optimizer and no scheduler is built there" in text


def test_hostile_names_values_sources_and_messages_are_shown_as_they_are() -> None:
    source = f"import torch\nopt = torch.optim.SGD(p, lr='{ATTACK}\u202e')  # {{{{ 7 * 7 }}}}\n".encode()
    used = UsedValue(f"args['{ATTACK}\u202e']", ATTACK, "set", 0)
    found = replace(
        measured(built("torch.optim.SGD", 2, 7, used=(used,)), Verdict.SILENT_FAILURE, "lossy", 1.0),
        worst=None,
        reason=Text.same(f"paddle: \x1b[31m{ATTACK}\u202e`x`"),
        original=f"x = '{ATTACK}'  # \u202e\n",
    )
    missing = built("torch.optim.Adam", 9, 9, missing=(f"args['{ATTACK}']",))
    unknown = Verification(missing, Verdict.NOT_MEASURED, Text.same("not known"))
    file = VerifiedFile(f"\"'>{ATTACK}\u202e\x1b[0m.py", source, (found, unknown))
    html = render_html(report(file))
    assert html.count("<script>") == 1
    assert "<img" not in html
    assert not re.search("[\u202e\x1b]", html)
    assert unescape(html).count(ATTACK) >= 8
    assert "\\u202e" in html
    assert "{{ 7 * 7 }}" in unescape(html)


def test_lines_of_a_notebook_are_those_of_its_cell() -> None:
    source = ["%matplotlib inline\n", "opt = torch.optim.SGD(p, lr=0.1)\n"]
    cells: list[object] = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
    ]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    construction = replace(built("torch.optim.SGD", 2, 7), start=Position(2, 7, 1))
    file = VerifiedFile("lab.ipynb", notebook, (measured(construction, Verdict.AS_SAID, "exact", 0.0),))
    html = render_html(report(file))
    assert "lab.ipynb:cell 1:2:7" in text_of(html)
    assert "2opt = torch.optim.SGD(p, lr=0.1)" in text_of(section(html, 1))


def test_it_is_in_chinese_when_asked_for() -> None:
    html = render_html(report(language="zh"))
    assert '<html lang="zh-CN">' in html
    assert "验证报告：PyTorch → 飞桨 PaddlePaddle" in html
    assert "映射表的缺陷" in html
    english = re.findall(
        r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", re.sub(r"<details.*?</details>", "", text_of(html))
    )
    assert [words for words in english if "import" not in words] == []


def test_the_same_report_gives_the_same_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert render_html(report()) == render_html(report())
    assert "2023-11-14 22:13 UTC" in render_html(report())


def test_long_values_and_calls_are_cut() -> None:
    call = "opt = torch.optim.SGD(\n" + "    p,\n" * 50 + ")\n"
    used = replace(LR, value=list(range(5000)))
    found = measured(built("torch.optim.SGD", 1, 7, used=(used,)), Verdict.AS_SAID, "exact", 0.0)
    html = section(one(found, call.encode()), 1)
    assert html.count('class="row single"') == 20
    assert "…" in html
    assert len(html) < 10_000
