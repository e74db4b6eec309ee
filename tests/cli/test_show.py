"""``optconv show``: what is printed of a row, in which form, and which names are found."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from optconv.cli.main import main
from optconv.cli.reference.find_api import near_misses
from optconv.cli.reference.lookup import describe_rows
from optconv.cli.reference.render_markdown import render_markdown
from optconv.cli.reference.render_text import render_text, wrap
from optconv.cli.reference.row_document import lay_out_row
from optconv.cli.reference.show_json import as_json
from optconv.cli.reference.workaround_code import explain_names, without_harness
from optconv.mappings import TableError, load_tables, target_names
from optconv.parity.evidence import evidence_path, read_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator


def show(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["show", *arguments, "--to", "paddle"], prog_name="optconv")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@cache
def described(api: str) -> dict[str, Any]:
    found = json.loads(show(api, "--format", "json").stdout)
    assert isinstance(found, dict)
    return found


def line(api: str, parameter: str, form: int = 0) -> dict[str, Any]:
    (found,) = [p for p in described(api)["forms"][form]["parameters"] if p["name"] == parameter]
    assert isinstance(found, dict)
    return found


def becomes(api: str, parameter: str, form: int = 0) -> list[tuple[str, str]]:
    return [(a["name"], a["expression"]) for a in line(api, parameter, form)["becomes"]]


# What is found.


@pytest.mark.parametrize(
    ("name", "api"),
    [
        ("torch.optim.SGD", "torch.optim.SGD"),
        ("torch.optim.sgd.SGD", "torch.optim.SGD"),
        ("optim.SGD", "torch.optim.SGD"),
        ("SGD", "torch.optim.SGD"),
        ("lr_scheduler.StepLR", "torch.optim.lr_scheduler.StepLR"),
        ("StepLR", "torch.optim.lr_scheduler.StepLR"),
        ("_LRScheduler", "torch.optim.lr_scheduler.LRScheduler"),
    ],
)
def test_a_name_is_found_by_any_import_path_and_by_its_end(name: str, api: str) -> None:
    assert described(name)["api"] == api


@pytest.mark.parametrize(
    ("name", "meant"),
    [("sgd", "torch.optim.SGD"), ("StepLr", "lr_scheduler.StepLR"), ("torch.optim.RMSProp", "optim.RMSprop")],
)
def test_a_name_that_is_not_known_gets_those_that_come_near(name: str, meant: str) -> None:
    result = show(name)
    assert (result.exit_code, result.stdout) == (2, "")
    first, _, hint = " ".join(result.stderr.split()).partition("Did you mean ")
    assert f"No API is called {name}." in first
    assert hint.split(" or ")[0].rstrip("?").endswith(meant)


def test_a_name_that_comes_near_to_nothing_gets_no_hint() -> None:
    result = show("\x1b[31mqqqqqqqq")
    assert result.exit_code == 2
    assert result.stderr.rstrip().endswith(r"No API is called \x1b[31mqqqqqqqq.")


def test_the_end_of_several_names_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optconv.cli.commands.show.find_apis", lambda *_: ["torch.a.X", "torch.b.X"])
    result = show("X")
    assert result.exit_code == 2
    assert "X is the end of several names: torch.a.X, torch.b.X." in result.stderr


def test_an_api_without_a_row_is_said_to_be_declined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optconv.cli.commands.show.describe_rows", lambda _: {})
    result = show("Adam")
    assert result.exit_code == 1
    assert result.stdout == (
        "`torch.optim.Adam` is known, and there is no row for it in PaddlePaddle: it is declined (OC301).\n"
    )


def test_a_broken_table_is_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def rows(_: object) -> Iterator[object]:
        raise TableError("SGD.yaml:1: api: a word was expected")

    monkeypatch.setattr("optconv.cli.commands.show.describe_rows", rows)
    result = show("SGD")
    assert (result.exit_code, result.stderr) == (2, "Error: SGD.yaml:1: api: a word was expected\n")


def test_near_misses_are_found_by_the_last_part_of_a_name() -> None:
    assert near_misses("optim.adam", ["torch.optim.Adam", "torch.optim.lr_scheduler.StepLR"]) == [
        "torch.optim.Adam"
    ]


# What becomes of a parameter.


def test_a_renamed_parameter() -> None:
    assert becomes("SGD", "params") == [("parameters", "params")]


def test_a_parameter_that_is_split() -> None:
    assert becomes("Adam", "betas") == [("beta1", "betas[0]"), ("beta2", "betas[1]")]


def test_a_parameter_that_is_computed() -> None:
    assert becomes("RMSprop", "eps") == [("epsilon", "eps ** 2")]


def test_a_default_that_differs_is_pinned_as_the_converter_writes_it() -> None:
    assert [a["pinned"] for a in line("Adagrad", "lr")["becomes"]] == ["0.01"]
    assert [a["pinned"] for a in line("Adagrad", "eps")["becomes"]] == ["1e-10"]
    assert [a["pinned"] for a in line("Adagrad", "weight_decay")["becomes"]] == [None]
    text = " ".join(show("Adagrad", "--format", "markdown").stdout.split())
    assert "`epsilon=1e-10` is written: the target's default is `1e-06`" in text
    assert "`learning_rate=0.01` is written: the target requires it" in text


def test_a_default_that_would_choose_another_form_is_not_pinned() -> None:
    (argument,) = line("SGD", "momentum", form=1)["becomes"]
    assert (argument["name"], argument["default"], argument["pinned"]) == ("momentum", "0.9", None)


def test_parameters_that_are_dropped_refused_lossy_or_decide() -> None:
    fates = {p["name"]: p["fate"] for p in described("SGD")["forms"][0]["parameters"]}
    assert fates["foreach"] == "dropped"
    assert fates["maximize"] == "refused"
    assert fates["momentum"] == "decides"
    assert line("SGD", "dampening", form=1)["fate"] == "lossy"
    assert line("SGD", "dampening", form=1)["rules"][0]["condition"] == "`dampening == 0`"


def test_a_parameter_that_only_some_versions_have() -> None:
    assert line("Adam", "decoupled_weight_decay")["since"] == "2.7"
    assert line("StepLR", "verbose")["until"] is not None
    assert line("StepLR", "gamma")["until"] is None


def test_the_type_that_the_target_insists_on() -> None:
    assert line("StepLR", "step_size")["becomes"][0]["type"] == "int"
    text = show("SGD", "--format", "markdown").stdout
    assert "| `lr=0.001` | `learning_rate` | a float: `1` is written `1.0` |" in text


def test_a_scheduler_says_how_it_comes_to_its_optimizer() -> None:
    text = show("StepLR", "--format", "markdown").stdout
    assert "| `optimizer` | `learning_rate=scheduler` of the optimizer, or `optimizer.set_lr" in text
    assert "| the optimizer's rate | `learning_rate` |" in text


# How it is laid out.


def test_the_forms_are_named_with_their_conditions_in_words() -> None:
    lines = show("SGD").stdout.splitlines()
    assert lines[0] == "torch.optim.SGD to PaddlePaddle"
    assert "When `momentum == 0`: `paddle.optimizer.SGD`" in lines
    assert "Otherwise: `paddle.optimizer.Momentum`" in lines
    assert "- In a parameter group `learning_rate` is written `learning_rate = lr / base_lr`." in lines


def test_the_evidence_is_shown_by_class_and_by_case_with_verbose() -> None:
    evidence = read_evidence(evidence_path(load_tables("paddle").folder))["torch.optim.SGD"]
    few, all_of_it = show("SGD").stdout, show("SGD", "-v").stdout
    assert "torch 2.13.0" in few
    assert "torch.optim.SGD(params, lr=0.1)" not in few
    assert "torch.optim.SGD(params, lr=0.1)" in all_of_it
    for case in evidence.cases:
        assert case.worst in all_of_it
    worst = max((c.worst for c in evidence.cases if c.closeness == "lossy"), key=float)
    assert {"closeness": "lossy", "cases": 2, "worst": worst} in described("SGD")["classes"]


def test_no_line_is_wider_than_the_page() -> None:
    for language in ("en", "zh"):
        for api in ("SGD", "OneCycleLR", "Optimizer"):
            lines = show(api, "--lang", language).stdout.splitlines()
            assert all(len(text) <= 110 for text in lines if not text.startswith("Reference"))


def test_the_words_are_chinese_when_that_is_asked_for() -> None:
    text = show("SGD", "--lang", "zh").stdout
    assert "当 `momentum == 0` 时：`paddle.optimizer.SGD`" in text
    assert "numbers differ" not in text


def test_nothing_is_coloured_where_there_is_no_terminal() -> None:
    assert "\x1b" not in show("SGD").stdout


def test_headings_are_coloured_on_a_terminal_unless_no_color_forbids_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("optconv.cli.terminal.is_terminal", lambda **_: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")

    def coloured() -> bool:
        runner = CliRunner()
        return "\x1b[" in runner.invoke(main, ["show", "SGD", "--to", "paddle"], color=True).stdout

    assert coloured()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured()


def test_all_rows_are_listed_without_an_api() -> None:
    text = show("--format", "markdown").stdout
    for row in load_tables("paddle").rows():
        assert f"| `{row.api.removeprefix('torch.')}` |" in text
    listed = json.loads(show("--format", "json").stdout)
    assert {row["api"] for row in listed} == {row.api for row in load_tables("paddle").rows()}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_row_can_be_shown_in_every_format(language: str) -> None:
    for target in target_names():
        for api, row in describe_rows(load_tables(target)).items():
            document = lay_out_row(row, all_cases=True)
            assert render_text(document, language, 80)[0].startswith(api)
            assert render_markdown(document, language).startswith(f"# {api}")
            assert json.loads(json.dumps(as_json(row, language)))["api"] == api


# The code of workarounds.


def test_a_workaround_is_shown_with_its_code_and_what_was_measured() -> None:
    text = show("Adagrad").stdout
    assert "In place of `lr_decay`. Measured to give the same numbers" in text
    assert "    decay = paddle.optimizer.lr.InverseTimeDecay(learning_rate=0.1, gamma=0.05)" in text
    assert "record()" not in text
    assert "`params` are the model's parameters" in text


def test_what_only_records_is_left_out_and_nothing_else() -> None:
    script = "for step in range(steps):\n    step_once()\n    for rate in rates:\n        observe(rate)\n    record()  # x\nlast()\n"
    assert without_harness(script) == "for step in range(steps):\n    step_once()\nlast()\n"


def test_only_the_names_that_occur_are_explained() -> None:
    assert explain_names("x = 1\n") is None
    found = explain_names("backward(step)\n", "parameters = params\n")
    assert found is not None
    assert found.en == (
        "Here `params` are the model's parameters, `backward(step)` is the forward and the backward pass."
    )


# Breaking lines.


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        pytest.param("one two three", 7, ["one two", "three"], id="at spaces"),
        pytest.param("", 7, [""], id="nothing"),
        pytest.param("abcdefghij", 4, ["abcd", "efgh", "ij"], id="a word that is too long is cut"),
        pytest.param("数值不同，除非", 8, ["数值不", "同，除非"], id="wide characters, not before a comma"),
    ],
)
def test_lines_are_broken(text: str, columns: int, lines: list[str]) -> None:
    assert wrap(text, columns) == lines


# Notes of parts of the table that have no place of their own.


def test_a_note_that_nothing_else_says_is_said_with_its_place_in_the_table() -> None:
    lines = show("LRScheduler").stdout.splitlines()
    first = lines.index("Further notes")
    assert lines[first + 2].startswith("- `attach.single`: paddle holds one scheduler per optimizer")
    assert "Further notes" not in show("SGD").stdout


def test_what_a_parameter_group_cannot_have_stands_below_the_parameters() -> None:
    text = " ".join(show("torch.optim.Rprop").stdout.split())
    assert "In a parameter group `etas` cannot be converted (OC302) unless it is" in text
    (form,) = described("torch.optim.Rprop")["forms"]
    assert list(form["not_in_groups"]) == ["lr", "etas", "step_sizes"]


@pytest.mark.parametrize("name", ["torch.Tensor", "Tensor"])
def test_a_class_of_which_only_members_have_a_meaning_is_shown(name: str) -> None:
    result = CliRunner().invoke(main, ["show", name, "--to", "mindspore", "--lang", "en"])
    assert result.exit_code == 0
    assert result.stdout.startswith("torch.Tensor to MindSpore")
