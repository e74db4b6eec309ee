"""``--mappings``: a team's own tables, for `convert`, `show` and `explain`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from optconv.cli.main import main

from .conftest import Spawn

TABLES = """\
version: 1
source:
  acme.optim.Lamb:
    kind: optimizer
    base: torch.optim.Optimizer
    signature: "(params, lr=1e-3, clamp=10.0)"
  acme.optim.Wrap: {kind: optimizer, base: torch.optim.Optimizer, signature: "(inner)"}
paddle:
  signatures:
    acme_paddle.optim.Lamb: {signature: "(learning_rate=0.001, parameters=None)"}
  rows:
    - api: acme.optim.Lamb
      summary: {en: Our Lamb., zh: 我们的 Lamb。}
      reference: https://acme.example/lamb
      to: acme_paddle.optim.Lamb
      with: {learning_rate: lr, parameters: params}
      groups: {learning_rate: lr / base_lr}
      lossy: {clamp: it clamps at 10}
    - {api: acme.optim.Wrap, summary: Nothing like it., unconvertible: unwrap it}
    - api: torch.optim.SGD
      override: true
      summary: Our SGD.
      to: acme_paddle.optim.Lamb
      with: {learning_rate: lr, parameters: params}
      groups: {learning_rate: lr / base_lr}
      drop: [momentum, dampening, weight_decay, nesterov]
mindspore:
  rows:
    - {api: acme.optim.Wrap, summary: Nothing like it., unconvertible: unwrap it}
    - {api: acme.optim.Lamb, summary: Not there yet., unconvertible: wait for it}
"""
SOURCE = "from acme.optim import Lamb\n\noptimizer = Lamb(model.parameters(), lr=0.1)\n"
CONVERTED = "from acme_paddle.optim import Lamb\n\noptimizer = Lamb(parameters=model.parameters(), learning_rate=0.1)\n"


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the tables into the working directory, and return where."""
    monkeypatch.chdir(tmp_path)
    path = Path("acme.yaml")
    path.write_text(TABLES, encoding="utf-8")
    return path


def invoke(*words: str | Path) -> Result:
    result = CliRunner().invoke(main, [*map(str, words)], prog_name="optconv")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


# -- convert -------------------------------------------------------------------------------------------------------


def test_what_the_file_says_is_converted(tables: Path) -> None:
    script = Path("train.py")
    script.write_text(SOURCE)
    result = invoke("convert", script, "--to", "paddle", "--mappings", tables)
    assert result.exit_code == 0
    assert script.read_text() == CONVERTED
    assert "1 note not shown" in result.stderr


def test_a_note_says_that_the_row_was_not_measured(tables: Path) -> None:
    Path("train.py").write_text(SOURCE)
    result = invoke("convert", "train.py", "--to", "paddle", "--mappings", tables, "--check", "-v")
    assert (
        "train.py:3:13: OC108 [info] row-not-measured: acme.optim.Lamb is converted by the row in acme.yaml:12,"
        " which optconv has not measured" in result.stderr
    )


def test_a_folder_is_searched_for_what_the_file_names(tables: Path) -> None:
    Path("src").mkdir()
    Path("src/train.py").write_text(SOURCE)
    assert invoke("convert", "src", "--to", "paddle", "--mappings", tables).exit_code == 0
    assert Path("src/train.py").read_text() == CONVERTED


def test_without_the_file_nothing_is_known_of_it(tables: Path) -> None:
    Path("train.py").write_text(SOURCE)
    assert invoke("convert", "train.py", "--to", "paddle").exit_code == 0
    assert Path("train.py").read_text() == SOURCE
    assert tables.is_file()


def test_several_files_are_added_to_each_other(tables: Path) -> None:
    more = Path("more.yaml")
    more.write_text(
        "version: 1\nsource: {acme.optim.Lamb2: {kind: optimizer, base: acme.optim.Lamb, signature: (params)}}\n"
        "paddle: {rows: [{api: acme.optim.Lamb2, summary: x, unconvertible: use Lamb}]}\n"
    )
    Path("train.py").write_text("import acme.optim\n\na = acme.optim.Lamb2(p)\nb = acme.optim.Lamb(p)\n")
    result = invoke("convert", "train.py", "--to", "paddle", "--mappings", tables, "--mappings", more)
    assert result.exit_code == 1
    assert (
        "OC307 [error] no-counterpart: acme.optim.Lamb2 has no counterpart in PaddlePaddle: use Lamb"
        in result.stderr
    )
    assert "b = acme_paddle.optim.Lamb(parameters=p)" in Path("train.py").read_text()


def test_the_order_of_the_files_counts(tables: Path) -> None:
    more = Path("more.yaml")
    more.write_text(
        "version: 1\nsource: {acme.optim.Lamb2: {kind: optimizer, base: acme.optim.Lamb, signature: (params)}}\n"
    )
    Path("train.py").write_text(SOURCE)
    result = invoke("convert", "train.py", "--to", "paddle", "--mappings", more, "--mappings", tables)
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: more.yaml:2: source.acme.optim.Lamb2.base: acme.optim.Lamb is not in the catalogue above;"
        " a base comes before its subclasses\n"
    )


# -- what is wrong with a file -------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("convert", "train.py"), ("show", "SGD"), ("explain", "OC302")])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(None, "acme.yaml:1: table: cannot be read: No such file or directory", id="missing"),
        pytest.param(
            b"\x00\xff", "acme.yaml:1: table: cannot be read: 'utf-8' codec can't decode", id="binary"
        ),
        pytest.param(
            b"version: 1\nsource: &a {}\n", "acme.yaml:2: table: anchors and aliases are not", id="an anchor"
        ),
        pytest.param(
            TABLES.replace("acme_paddle.optim.Lamb\n      with", "acme_paddle.Lamb\n      with", 1).encode(),
            "acme.yaml:15: paddle.rows[0].to: acme_paddle.Lamb is not in the target's signatures",
            id="a wrong row",
        ),
    ],
)
def test_it_is_one_line_with_its_place_and_the_status_2(
    tables: Path, command: tuple[str, ...], content: bytes | None, said: str
) -> None:
    Path("train.py").write_text(SOURCE)
    tables.unlink()
    if content is not None:
        tables.write_bytes(content)
    result = invoke(*command, "--to", "paddle", "--mappings", tables)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {said}")
    assert result.stderr.count("\n") == 1
    assert Path("train.py").read_text() == SOURCE


def test_what_a_file_holds_cannot_drive_the_terminal(tables: Path) -> None:
    tables.write_text('version: 1\n"pad\\e[31mdle\\nError": {}\n')
    result = invoke("show", "--to", "paddle", "--mappings", tables)
    assert result.stderr.startswith(r"Error: acme.yaml:2: pad\x1b[31mdle\nError: unknown key")
    assert result.stderr.count("\n") == 1


def test_it_is_no_traceback_in_a_process_of_its_own(tables: Path, spawn: Spawn) -> None:
    tables.write_text("version: 3\n")
    Path("train.py").write_text(SOURCE)
    done = spawn("train.py", "--mappings", "acme.yaml")
    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == ["Error: acme.yaml:1: version: expected one of 1"]


# -- show and explain ----------------------------------------------------------------------------------------------


def test_a_row_is_shown_with_its_file_and_as_not_measured(tables: Path) -> None:
    shown = invoke("show", "Lamb", "--to", "paddle", "--mappings", tables).stdout
    assert "Our Lamb.\n\nNot measured by optconv: this row is from `acme.yaml:12`.\n" in shown
    assert shown.count("Not measured by optconv") == 2
    assert "Reference: https://acme.example/lamb" in shown
    assert "All of them have it" not in shown
    assert "On paddle" not in shown


def test_it_is_shown_in_chinese(tables: Path) -> None:
    shown = invoke("show", "Lamb", "--to", "paddle", "--mappings", tables, "--lang", "zh").stdout
    assert "我们的 Lamb。\n\noptconv 未作实测：该条目来自 `acme.yaml:12`。\n" in shown


def test_a_row_in_place_of_ours_has_none_of_its_evidence(tables: Path) -> None:
    shown = invoke("show", "torch.optim.SGD", "--to", "paddle", "--mappings", tables).stdout
    assert "Our SGD." in shown
    assert "Not measured by optconv: this row is from `acme.yaml:20`." in shown
    assert "worst deviation" not in shown
    assert "worst deviation" in invoke("show", "torch.optim.SGD", "--to", "paddle").stdout


def test_the_list_says_which_rows_are_not_ours(tables: Path) -> None:
    listed = invoke("show", "--to", "paddle", "--mappings", tables, "--format", "markdown").stdout
    lines = [line for line in listed.splitlines() if "acme.yaml" in line]
    assert lines == [
        "| `acme.optim.Lamb` | `acme_paddle.optim.Lamb` | not measured (acme.yaml:12) |  |  | - |",
        "| `acme.optim.Wrap` | no counterpart | not measured (acme.yaml:19) |  |  | - |",
        "| `optim.SGD` | `acme_paddle.optim.Lamb` | not measured (acme.yaml:20) |  |  | - |",
    ]


def test_json_says_where_a_row_stands(tables: Path) -> None:
    found = json.loads(
        invoke("show", "Lamb", "--to", "paddle", "--mappings", tables, "--format", "json").stdout
    )
    assert (found["origin"], found["source_module"], found["cases"]) == ("acme.yaml:12", "acme", [])
    ours = json.loads(invoke("show", "Adam", "--to", "paddle", "--format", "json").stdout)
    assert (ours["origin"], ours["source_module"]) == ("", "torch")


def test_an_optimizer_for_the_target_is_not_shown_for_its_flavor(tables: Path) -> None:
    words = ("--to", "mindspore", "--flavor", "nn", "--mappings", tables)
    assert "unwrap it" in invoke("show", "Wrap", *words).stdout
    tables.write_text(
        TABLES.replace(
            "unconvertible: wait for it", "to: acme_ms.Lamb, with: {x: params}, drop: [lr, clamp]"
        ).replace("mindspore:\n", "mindspore:\n  signatures: {acme_ms.Lamb: {signature: (x)}}\n")
    )
    assert invoke("show", "Lamb", "--to", "mindspore", "--mappings", tables).exit_code == 0
    result = invoke("show", "Lamb", *words)
    assert (result.exit_code, "there is no row for it" in result.stdout) == (1, True)


def test_explain_names_what_the_file_says_of_a_code(tables: Path) -> None:
    shown = invoke("explain", "OC307", "--mappings", tables, "--format", "markdown").stdout
    assert "unwrap it" in shown
    assert "wait for it" in shown
    assert "unwrap it" not in invoke("explain", "OC307", "--format", "markdown").stdout


@pytest.mark.parametrize("command", ["convert", "show", "explain"])
def test_the_help_names_the_option(command: str) -> None:
    assert "--mappings FILE" in invoke(command, "--help").stdout
