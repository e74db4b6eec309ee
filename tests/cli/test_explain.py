"""``optconv explain``: the page of a code."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner, Result

from optconv.cli.main import main
from optconv.cli.reference.diagnostic_document import lay_out_diagnostic
from optconv.cli.reference.lookup import describe_rows
from optconv.cli.reference.pages import generate_pages
from optconv.cli.reference.render_markdown import render_markdown
from optconv.cli.reference.row_description import describe_row
from optconv.mappings import Text, diagnostic_kinds, load_tables
from optconv.mappings.schema import Workaround
from optconv.parity.evidence import ApiEvidence, CaseEvidence


def explain(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", *arguments], prog_name="optconv")


@pytest.mark.parametrize("name", ["OC302", "oc302", "unsupported-argument"])
def test_a_code_is_explained_by_code_or_name(name: str) -> None:
    result = explain(name)
    kind = diagnostic_kinds()["OC302"]
    assert result.exit_code == 0
    assert result.stdout.startswith("OC302 unsupported-argument, error\n")
    assert kind.meaning.en in result.stdout
    assert "maximize" in result.stdout


def test_it_says_what_the_page_says() -> None:
    page = generate_pages()["docs/diagnostics/OC304.md"]
    assert explain("OC304", "--format", "markdown").stdout in page


def test_a_code_that_is_not_known_gets_those_that_come_near() -> None:
    result = explain("OC3022")
    assert result.exit_code == 2
    assert "No diagnostic is called OC3022. Did you mean OC302 or" in " ".join(result.stderr.split())


def test_all_codes_are_listed_without_one() -> None:
    text = explain().stdout
    assert all(code in text for code in diagnostic_kinds())


def test_every_code_is_explained_in_chinese() -> None:
    rows = list(describe_rows(load_tables("paddle")).values())
    for kind in diagnostic_kinds().values():
        assert kind.meaning.zh in render_markdown(lay_out_diagnostic(kind, rows), "zh")
    assert "含义" in explain("OC101", "--lang", "zh").stdout


def test_an_unknown_target_is_a_usage_error() -> None:
    assert explain("OC302", "--to", "tensorflow").exit_code == 2


def test_the_same_reason_in_several_apis_is_one_line() -> None:
    lines = explain("OC302", "--to", "paddle", "--format", "markdown").stdout.splitlines()
    (maximize,) = [line for line in lines if line.startswith("| `maximize` |")]
    assert "`Adam`" in maximize
    assert "`SGD`" in maximize


def test_an_api_without_counterpart_is_named_with_its_verified_workaround() -> None:
    tables = load_tables("paddle")
    row = tables.row("torch.optim.SGD")
    assert row is not None
    title, note = Text("by hand", "手工"), Text("nothing computes it", "没有")
    script = "backward(0)\nrecord()\n"
    row = replace(
        row,
        cases=(),
        unconvertible=note,
        workarounds=(Workaround("", title, script, script),),
    )
    measured = CaseEvidence("by hand", "exact", "3.0e-08", "float64", 40, workaround=True)
    described = describe_row(row, tables, ApiEvidence({"torch": "2.13.0"}, (measured,)))
    document = lay_out_diagnostic(diagnostic_kinds()["OC307"], [described])
    text = render_markdown(document, "en", "docs/diagnostics")
    assert (
        "| the call as a whole | always | [`SGD`](../mappings/paddle/SGD.md) | nothing computes it |" in text
    )
    assert "### [`torch.optim.SGD`](../mappings/paddle/SGD.md)\n\n#### by hand\n" in text
    assert "largest deviation 3.0e-08" in text
    assert "```python\nbackward(0)\n```" in text


def test_options_that_a_parameter_group_cannot_have_are_among_the_reasons() -> None:
    text = explain("OC302", "--to", "paddle", "--format", "markdown").stdout
    (row,) = [line for line in text.splitlines() if line.startswith("| `amsgrad` ")]
    assert "in a parameter group, unless it is what the optimizer itself is given" in row
