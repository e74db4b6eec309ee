"""``--baseline``: what an earlier report knows does not fail; what is new does; what is gone is told."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from optconv.cli.main import main

from .conftest import write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CODE = b"""\
import torch

opt = torch.optim.SGD(p(), 0.1)
no = torch.optim.Adafactor(p)
"""  # OC107, OC203, OC307
RUN = ("--to", "paddle", "--lang", "en")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"src/a.py": CODE})
    return tmp_path


def run(command: str, *words: str | Path) -> Result:
    return CliRunner().invoke(main, [command, *map(str, words), *RUN], catch_exceptions=False)


def compared(result: Result) -> tuple[int, int, int]:
    """Return how many findings are new, known and gone, as the summary says."""
    found = re.search(r"compared with \S+: (\d+) new, (\d+) known, (\d+) gone\n", result.stderr)
    assert found is not None, result.stderr
    return int(found[1]), int(found[2]), int(found[3])


@pytest.fixture(params=["check", "report", "convert"])
def known(request: pytest.FixtureRequest) -> None:
    """Write a report with each command that can write one."""
    if request.param == "convert":
        run("convert", "src", "--diff", "--report", "known.json")
    else:
        run(request.param, "src", "-o", "known.json")


@pytest.mark.usefixtures("known")
def test_the_same_code_has_nothing_new() -> None:
    result = run("check", "src", "--baseline", "known.json")
    assert (result.exit_code, result.stdout, compared(result)) == (0, "", (0, 3, 0))


@pytest.mark.usefixtures("known")
def test_lines_that_come_above_change_nothing(here: Path) -> None:
    write(
        here,
        {
            "src/a.py": b'"""New."""\n\n\n'
            + CODE.replace(b"\nopt", b"\n# new\nopt").replace(b"no =", b"  \nno =")
        },
    )
    result = run("check", "src", "--baseline", "known.json")
    assert (result.exit_code, compared(result)) == (0, (0, 3, 0))


@pytest.mark.usefixtures("known")
def test_the_same_files_named_otherwise_change_nothing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("./src", here / "src", "src/a.py", "src/../src"):
        assert run("check", path, "--baseline", "known.json").exit_code == 0
    monkeypatch.chdir(here / "src")
    assert run("check", ".", "--baseline", "../known.json").exit_code == 1, (
        "a path is seen from the current folder"
    )


@pytest.mark.usefixtures("known")
def test_what_is_new_fails_and_is_all_that_is_shown(here: Path) -> None:
    write(here, {"src/a.py": CODE + b"new = torch.optim.Muon(p)\n"})
    result = run("check", "src", "--baseline", "known.json")
    assert (result.exit_code, compared(result)) == (1, (1, 3, 0))
    assert re.findall(r"OC\d{3}", result.stdout) == ["OC307"]
    assert "src/a.py:5:7" in result.stdout
    assert "would convert" not in result.stdout


@pytest.mark.usefixtures("known")
def test_a_second_finding_like_a_known_one_is_new(here: Path) -> None:
    write(here, {"src/a.py": CODE + b"no = torch.optim.Adafactor(p)\n"})
    assert compared(run("check", "src", "--baseline", "known.json")) == (1, 3, 0)


@pytest.mark.usefixtures("known")
def test_another_file_with_something_to_convert_is_new(here: Path) -> None:
    write(here, {"src/b.py": b"import torch\nopt = torch.optim.SGD(m.parameters(), 0.1)\n"})
    result = run("check", "src", "--baseline", "known.json")
    assert (result.exit_code, compared(result)) == (1, (1, 3, 0))
    assert result.stdout == "would convert src/b.py\n"


@pytest.mark.usefixtures("known")
def test_what_is_gone_is_counted_and_told(here: Path) -> None:
    write(here, {"src/a.py": b"import torch\nopt = torch.optim.SGD(m.parameters(), 0.1)\n"})
    result = run("check", "src", "--baseline", "known.json", "--format", "json")
    assert result.exit_code == 0
    baseline = json.loads(result.stdout)["baseline"]
    assert (baseline["report"], baseline["new"], baseline["known"]) == ("known.json", 0, 1)
    assert [(each["path"], each["code"], each["line"]) for each in baseline["gone"]] == [
        ("src/a.py", "OC203", 3),
        ("src/a.py", "OC307", 4),
    ]


def test_a_converted_file_has_nothing_to_convert_any_more(here: Path) -> None:
    run("report", "src", "-o", "known.json")
    write(here, {"src/a.py": b"import paddle\n"})
    result = run("check", "src", "--baseline", "known.json", "--format", "json")
    gone = json.loads(result.stdout)["baseline"]["gone"]
    assert (gone[0]["code"], gone[0]["line"]) == ("OC107", 3)
    assert gone[0]["message"].startswith("1 of 2 references")


def test_a_report_compared_with_a_check_does_not_miss_what_only_a_check_says() -> None:
    run("check", "src", "-o", "known.json")
    result = run("report", "src", "--baseline", "known.json", "--format", "json")
    baseline = json.loads(result.stdout)["baseline"]
    assert (baseline["new"], baseline["known"], baseline["gone"]) == (0, 2, [])


def test_what_is_known_does_not_fail_a_report_either() -> None:
    run("report", "src", "-o", "known.json")
    assert run("report", "src", "--fail-on", "warning").exit_code == 1
    assert run("report", "src", "--fail-on", "warning", "--baseline", "known.json").exit_code == 0


def test_a_file_that_cannot_be_handled_fails_although_it_is_known(here: Path) -> None:
    write(here, {"src/a.py": b"import torch.optim\nx = = 1\n"})
    run("check", "src", "-o", "known.json")
    result = run("check", "src", "--baseline", "known.json")
    assert (result.exit_code, compared(result)) == (2, (0, 1, 0))


def _other_target(document: Any) -> None:
    document["target"] = "mindspore"


def _other_flavor(document: Any) -> None:
    document["target"], document["flavor"] = "paddle", "nn"


def _newer(document: Any) -> None:
    document["version"] = 2


def _of_another_tool(document: Any) -> None:
    document["tool"]["name"] = "ruff"


def _without_files(document: Any) -> None:
    del document["files"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_other_target, "known.json: a report about mindspore, not about paddle"),
        (_other_flavor, "known.json: a report about paddle/nn, not about paddle"),
        (_newer, "known.json: not a report of this version of optconv"),
        (_of_another_tool, "known.json: not a report of this version of optconv"),
        (_without_files, "known.json: not a report that `optconv report --format json` wrote"),
    ],
)
def test_a_report_about_something_else_is_refused(
    here: Path, change: Callable[[Any], None], message: str
) -> None:
    run("check", "src", "-o", "known.json")
    document = json.loads((here / "known.json").read_text(encoding="utf-8"))
    change(document)
    write(here, {"known.json": json.dumps(document).encode()})
    result = run("check", "src", "--baseline", "known.json")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {message}\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "known.json: not JSON: ", id="empty"),
        pytest.param(b'{"version": 1', "known.json: not JSON: ", id="cut off"),
        pytest.param(b"[" * 100_000, "known.json: not JSON: ", id="nested too deeply"),
        pytest.param(b"\xff\xfe", "known.json: not JSON: ", id="no text"),
        pytest.param(b"[]", "known.json: not a report that", id="a list"),
        pytest.param(b"null", "known.json: not a report that", id="nothing"),
        pytest.param(b'{"version": 1, "tool": {"name": "optconv"}}', "known.json: not a report that", id="little"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused(here: Path, content: bytes, message: str) -> None:
    write(here, {"known.json": content})
    result = run("check", "src", "--baseline", "known.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: {message}")
    assert result.stderr.count("\n") == 1


def test_a_report_that_is_missing_is_a_usage_error() -> None:
    result = run("check", "src", "--baseline", "gone.json")
    assert result.exit_code == 2
    assert "File 'gone.json' does not exist." in " ".join(result.stderr.split())
