"""Which diagnostics are said in which file, and which files are left out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from optconv.cli.main import main
from optconv.cli.selection import UnknownCodeError, codes_of
from optconv.mappings import diagnostic_kinds

from .conftest import tree, write

if TYPE_CHECKING:
    from pathlib import Path

WARNED = b"import torch\nopt = torch.optim.SGD(p(), 0.1, foreach=True)\n"  # OC101, OC203
REFUSED = b"import torch\nopt = torch.optim.Adafactor(p)\n"  # OC307
CONFIGURED = '[tool.optconv]\ntarget = "paddle"\n'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def found(*words: str | Path) -> dict[str, list[str]]:
    """Return the codes that a check says of each file."""
    document = json.loads(run("check", "--format", "json", *words).stdout)
    return {file["path"]: [said["code"] for said in file["diagnostics"]] for file in document["files"]}


def configure(root: Path, text: str) -> None:
    write(root, {"pyproject.toml": f"{CONFIGURED}{text}".encode()})


# Codes


def test_selectors_are_codes_beginnings_names_or_everything() -> None:
    everything = frozenset(diagnostic_kinds())
    assert codes_of(["ALL"]) == codes_of(["all"]) == codes_of(["OC"]) == everything
    assert codes_of(["OC307"]) == codes_of(["oc307"]) == codes_of([" no-counterpart "]) == {"OC307"}
    assert codes_of(["OC2"]) == {code for code in everything if code.startswith("OC2")}
    assert codes_of(["OC20", "OC30"]) == {code for code in everything if code[:4] in ("OC20", "OC30")}
    assert codes_of([]) == frozenset()


@pytest.mark.parametrize("selector", ["OC4", "OC2011", "counterpart", "", "OC9", "OC90", "oc905", "2"])
def test_what_is_no_selector_is_refused(selector: str) -> None:
    with pytest.raises(UnknownCodeError):
        codes_of([selector])


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        pytest.param([], ["OC107", "OC101", "OC203"], id="everything"),
        pytest.param(["--select", "OC2"], ["OC203"], id="the beginning of codes"),
        pytest.param(["--select", "ALL", "--ignore", "OC1"], ["OC203"], id="all but some"),
        pytest.param(["--select", "OC101,OC203", "--ignore", "OC2"], ["OC101"], id="what is ignored goes first"),
        pytest.param(["--ignore", "argument-dropped", "--ignore", "OC203"], ["OC107"], id="several"),
    ],
)  # fmt: skip
def test_diagnostics_are_chosen(here: Path, words: list[str], codes: list[str]) -> None:
    write(here, {"a.py": WARNED})
    assert found("a.py", "--to", "paddle", *words) == {"a.py": codes}


def test_what_is_typed_replaces_what_is_configured_for_that_key_alone(here: Path) -> None:
    configure(here, 'select = ["OC1"]\nignore = ["OC107"]\n')
    write(here, {"a.py": WARNED})
    assert found("a.py") == {"a.py": ["OC101"]}
    assert found("a.py", "--select", "OC1,OC2") == {"a.py": ["OC101", "OC203"]}
    assert found("a.py", "--ignore", "OC101") == {"a.py": ["OC107"]}


def test_what_could_not_be_handled_is_said_whatever_is_selected(here: Path) -> None:
    write(here, {"a.py": b"import torch.optim\nx = = 1\n"})
    assert found("a.py", "--to", "paddle", "--select", "OC307") == {"a.py": ["OC901"]}


def test_what_is_not_to_be_said_is_counted_and_does_not_fail(here: Path) -> None:
    write(here, {"a.py": REFUSED})
    assert run("check", "a.py", "--to", "paddle").exit_code == 1
    result = run("check", "a.py", "--to", "paddle", "--ignore", "OC307")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 diagnostic ignored by comments or the configuration" in result.stderr
    assert "references: 0 exact, 0 with a warning, 1 declined, 0 not understood" in result.stderr


# Files


def test_per_file_ignores_are_meant_from_the_folder_of_the_file(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(
        here,
        '[tool.optconv.per-file-ignores]\n"old/**" = ["OC203"]\n"/*.py" = ["OC1"]\n"*_test.py" = ["OC2", "OC101"]\n',
    )
    write(here, dict.fromkeys(("a.py", "new/a.py", "old/a.py", "new/a_test.py", "new/old/a.py"), WARNED))
    expected = {
        "a.py": ["OC203"],
        "new/a.py": ["OC107", "OC101", "OC203"],
        "new/a_test.py": ["OC107"],
        "new/old/a.py": ["OC107", "OC101", "OC203"],
        "old/a.py": ["OC107", "OC101"],
    }
    assert found(".") == expected
    monkeypatch.chdir(here / "new")
    assert found("..") == {f"../{name}": codes for name, codes in expected.items()}
    assert found("../old/a.py") == {"../old/a.py": ["OC107", "OC101"]}


def test_a_path_through_a_link_is_seen_where_it_really_is(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(here, 'exclude = ["/new/"]\n[tool.optconv.per-file-ignores]\n"/old/" = ["OC2", "OC101"]\n')
    write(here, {"old/a.py": WARNED, "new/a.py": WARNED, "elsewhere/x": b""})
    (here / "elsewhere/link").symlink_to(here)
    assert found("elsewhere/link/old/a.py") == {"elsewhere/link/old/a.py": ["OC107"]}
    monkeypatch.chdir(here / "elsewhere")
    assert found("link/old", "link/new") == {"link/old/a.py": ["OC107"]}


def test_per_file_ignores_say_nothing_of_standard_input(here: Path) -> None:
    configure(here, '[tool.optconv.per-file-ignores]\n"**" = ["OC203"]\n')
    result = CliRunner().invoke(main, ["check", "-", "--format", "json"], input=WARNED)
    (file,) = json.loads(result.stdout)["files"]
    assert "OC203" in [said["code"] for said in file["diagnostics"]]


FILES = {"a.py": WARNED, "lib/a.py": WARNED, "lib/x/b.py": WARNED, "src/lib/c.py": WARNED, "d.ipynb": b"{}"}


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        pytest.param(["lib/"], ["a.py", "d.ipynb"], id="folders of a name"),
        pytest.param(["/lib/"], ["a.py", "d.ipynb", "src/lib/c.py"], id="one folder"),
        pytest.param(["*.ipynb", "/a.py"], ["lib/a.py", "lib/x/b.py", "src/lib/c.py"], id="files"),
        pytest.param(["lib/*", "!lib/a.py"], ["a.py", "d.ipynb", "lib/a.py", "src/lib/c.py"], id="all but one"),
        pytest.param(["**/x"], ["a.py", "d.ipynb", "lib/a.py", "src/lib/c.py"], id="at any depth"),
    ],
)  # fmt: skip
def test_files_are_left_out(here: Path, patterns: list[str], left: list[str]) -> None:
    write(here, FILES)
    words = [word for pattern in patterns for word in ("--exclude", pattern)]
    assert sorted(found(".", "--to", "paddle", *words)) == left
    configure(here, f"exclude = {patterns}\n")
    assert sorted(found(".")) == left


def test_configured_patterns_are_meant_from_the_file_and_typed_ones_from_the_current_folder(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(here, 'exclude = ["/lib/"]\n')
    write(here, FILES)
    monkeypatch.chdir(here / "src")
    assert sorted(found("..")) == ["../a.py", "../d.ipynb", "../src/lib/c.py"]
    assert sorted(found("..", "--exclude", "/lib/")) == [
        "../a.py",
        "../d.ipynb",
        "../lib/a.py",
        "../lib/x/b.py",
    ]
    assert found(".", "--exclude", "/lib/") == {}


def test_a_file_that_is_named_is_taken_unless_exclusion_is_forced(here: Path) -> None:
    configure(here, 'exclude = ["lib/"]\n')
    write(here, FILES)
    assert sorted(found("a.py", "lib/a.py")) == ["a.py", "lib/a.py"]
    assert sorted(found("a.py", "lib/a.py", "--force-exclude")) == ["a.py"]
    assert found("lib/a.py", "--force-exclude") == {}
    assert run("check", "lib/a.py", "--force-exclude").exit_code == 0


def test_what_is_left_out_is_not_converted(here: Path) -> None:
    configure(here, 'exclude = ["lib/"]\n')
    write(here, FILES)
    assert run("convert", ".", "lib/a.py", "--force-exclude").exit_code == 0
    after = tree(here)
    assert [name for name, content in FILES.items() if after[name] != content] == ["a.py"]
    assert run("convert", ".", "-o", "out", "--exclude", "*.ipynb", "--exclude", "x/").exit_code == 0
    assert sorted(tree(here / "out")) == ["a.py", "lib/a.py", "src/lib/c.py"]


# What else is configured


def test_the_severity_that_fails_is_configured(here: Path) -> None:
    write(here, {"a.py": b"import torch\nopt = torch.optim.SGD(**options)\n"})  # OC204, a warning
    for severity, status in (("error", 0), ("warning", 1), ("never", 0)):
        configure(here, f'fail-on = "{severity}"\n')
        assert run("check", "a.py").exit_code == status
        assert run("report", "a.py").exit_code == status


def test_marking_comments_are_configured(here: Path) -> None:
    write(here, {"a.py": REFUSED, "b.py": REFUSED})
    configure(here, "annotate = false\n")
    run("convert", "a.py")
    assert (here / "a.py").read_bytes() == REFUSED
    run("convert", "b.py", "--annotate")
    assert b"# optconv: OC307" in (here / "b.py").read_bytes()


def test_the_root_of_the_project_is_meant_from_the_folder_of_the_file(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        here,
        {
            "src/pyproject.toml": b"",
            "src/train.py": b"from tools import make\nopt = make()\nopt.zero_grad()\n",
        },
    )
    write(
        here, {"src/lib/tools.py": b"import torch.optim\n\ndef make():\n    return torch.optim.SGD(p, 0.1)\n"}
    )
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    assert found("../src/train.py", "--to", "paddle")["../src/train.py"] == ["OC205"]
    write(here, {"src/tools.py": (here / "src/lib/tools.py").read_bytes()})
    configure(here, 'project-root = "src"\n')
    assert found("../src/train.py")["../src/train.py"] == ["OC107"]


def test_mappings_are_meant_from_the_folder_of_the_file(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(here, 'mappings = ["our/tables"]\n')
    write(here, {"our/tables": b"", "src/a.py": b""})
    monkeypatch.chdir(here / "src")
    value = json.loads(run("config", "--format", "json").stdout)["mappings"]["value"]
    assert value == [str(here / "our/tables")]


# ``optconv config``


def test_the_configuration_is_shown_as_a_table(here: Path) -> None:
    configure(
        here, 'exclude = ["a/", "b"]\nannotate = false\n[tool.optconv.per-file-ignores]\n"a|b" = ["OC2"]\n'
    )
    said = run("config").stdout
    assert "pyproject.toml" in said.splitlines()[0]
    lines = [line.split(maxsplit=1) for line in said.splitlines()[4:]]
    shown = {key: " ".join(rest.split()) for key, rest in lines}
    assert shown["target"] == '"paddle" pyproject.toml:2'
    assert shown["exclude"] == '["a/", "b"] pyproject.toml:3'
    assert shown["annotate"] == "false pyproject.toml:4"
    assert shown["per-file-ignores"] == '{"a|b" = ["OC2"]} pyproject.toml:5'
    assert shown["fail-on"] == '"error" default'
    assert [key for key, _ in lines] == sorted(shown)


def test_the_configuration_is_shown_as_markdown(here: Path) -> None:
    configure(here, 'exclude = ["a|b"]\n')
    lines = run("config", "--format", "markdown").stdout.splitlines()
    assert lines[0] == "Configuration: `pyproject.toml`"
    assert lines[2] == "| key | value | from |"
    assert '| `target` | `"paddle"` | pyproject.toml:2 |' in lines
    assert any(line.startswith("| `exclude` | ") and "a\\|b" in line for line in lines)


def test_without_a_file_it_is_said_that_there_is_none() -> None:
    assert run("config", "--lang", "en").stdout.startswith(
        "There is no configuration file with [tool.optconv]."
    )
    assert run("config", "--lang", "zh").stdout.startswith("没有包含 [tool.optconv] 的配置文件。")
