"""``[tool.optconv]``: where it is found, what is wrong with it, and what it means for a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from optconv.cli.configuration_keys import KEYS as CHECKED_KEYS
from optconv.cli.main import main
from optconv.cli.reading import LIMIT
from optconv.cli.settings import KEYS

from .conftest import write

if TYPE_CHECKING:
    from pathlib import Path

CODE = b"import torch\nopt = torch.optim.SGD(p(), 0.1)\n"  # OC203
ERROR = b"import torch\nopt = torch.optim.Adafactor(p)\n"  # OC307


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder, with English messages."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def configure(root: Path, text: str, name: str = "pyproject.toml") -> None:
    write(root, {name: text.encode()})


def chosen(*words: str | Path) -> dict[str, Any]:
    """Return what ``optconv config`` says: for each key its value and where it comes from."""
    result = run("config", "--format", "json", *words)
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = {
        key: (each["value"], each["from"]) for key, each in json.loads(result.stdout).items()
    }
    return found


def complaint(*words: str | Path) -> str:
    """Return the one line that a run ends with, because the configuration cannot be used."""
    result = run("check", *(words or (".",)))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("Error: ").rstrip("\n")


def codes(*words: str | Path) -> list[str]:
    """Return ``path:code`` for everything that a check says of the files."""
    document = json.loads(run("check", "--format", "json", *words).stdout)
    return [f"{file['path']}:{said['code']}" for file in document["files"] for said in file["diagnostics"]]


# What a key may hold, and what is said of anything else.

RIGHT = {
    "target": ('"paddle"', "paddle"),
    "flavor": ('"nn"', "nn"),
    "target-version": ('"3.0.0"', "3.0.0"),
    "select": ('["OC2", "declined", "ALL"]'.replace("declined", "no-counterpart"), ["OC2", "no-counterpart", "ALL"]),
    "ignore": ('["oc101"]', ["oc101"]),
    "per-file-ignores": ('{"tests/**" = ["OC2"]}', {"tests/**": ["OC2"]}),
    "exclude": ('["third_party/", "*.ipynb"]', ["third_party/", "*.ipynb"]),
    "fail-on": ('"never"', "never"),
    "annotate": ("false", False),
    "lang": ('"zh"', "zh"),
    "mappings": ("[]", []),
    "python": ("{}", {}),
}  # fmt: skip


@pytest.mark.parametrize("key", [*RIGHT])
def test_a_key_holds(here: Path, key: str) -> None:
    text, value = RIGHT[key]
    configure(here, f"[project]\nname = 'x'\n\n[tool.optconv]\n{key} = {text}\n")
    assert chosen()[key] == (value, "pyproject.toml:5")


def test_every_key_is_checked_and_has_a_default() -> None:
    assert set(KEYS) == set(CHECKED_KEYS) == set(chosen()) == {*RIGHT, "project-root"}


WRONG = {
    "an unknown target": ("target", '"tensorflow"', "expected one of mindspore, paddle, not 'tensorflow'"),
    "a target that is a list": ("target", '["paddle"]', "expected one of mindspore, paddle, not ['paddle']"),
    "a flavor that is a number": ("flavor", "1", "expected text, not 1"),
    "a version that is a number": ("target-version", "3.0", "expected text, not 3.0"),
    "codes that are one text": ("select", '"OC2"', "expected a list of texts, not 'OC2'"),
    "codes that are numbers": ("ignore", "[201]", "expected a list of texts, not [201]"),
    "an unknown code": ("select", '["OC2", "OC399"]', "no diagnostic is called OC399; `optconv explain` lists them"),
    "a fault of a file": ("ignore", '["OC901"]', "OC901: codes that begin with OC9 say that a file could not"),
    "the faults of files": ("ignore", '["OC9"]', "OC9: codes that begin with OC9 say that a file could not"),
    "codes by files that are a list": ("per-file-ignores", '["OC2"]', "expected a table of patterns with lists"),
    "an unknown code of files": ("per-file-ignores", '{"a/" = ["OC4"]}', "a/: no diagnostic is called OC4"),
    "codes of files that are one text": ("per-file-ignores", '{"a/" = "OC2"}', "a/: expected a list of texts"),
    "a pattern of files that is none": ("per-file-ignores", '{"!" = ["OC2"]}', "! is no pattern as in .gitignore"),
    "a pattern that is none": ("exclude", '["[z-a]"]', "[z-a] is no pattern as in .gitignore"),
    "patterns that are one text": ("exclude", '"tests/"', "expected a list of texts, not 'tests/'"),
    "an unknown severity": ("fail-on", '"fatal"', "expected one of info, warning, error, never, not 'fatal'"),
    "a flag that is a text": ("annotate", '"no"', "expected true or false, not 'no'"),
    "a flag that is a number": ("annotate", "0", "expected true or false, not 0"),
    "an unknown language": ("lang", '"fr"', "expected one of en, zh, not 'fr'"),
    "mappings that are one text": ("mappings", '"my"', "expected a list of texts, not 'my'"),
    "interpreters that are one text": ("python", '"venv"', "expected a table of frameworks and the Python of each"),
    "an interpreter that is a list": ("python", '{torch = ["a"]}', "expected a table of frameworks and the Python of"),
    "an interpreter of what is no framework": ("python", '{jax = "a"}', "expected one of torch, mindspore, paddle"),
    "a folder that is a list": ("project-root", '["src"]', "expected text, not ['src']"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "text", "said"), [pytest.param(*each, id=name) for name, each in WRONG.items()]
)
def test_what_a_key_may_not_hold_is_said_with_its_place(here: Path, key: str, text: str, said: str) -> None:
    configure(here, f"# a project\n\n[tool.optconv]\n{key} = {text}\n")
    assert complaint().startswith(f"pyproject.toml:4: [tool.optconv] {key}: {said}")


@pytest.mark.parametrize(
    ("key", "said"),
    [
        pytest.param("targets", "there is no such key; did you mean target?", id="a letter too many"),
        pytest.param("failon", "there is no such key; did you mean fail-on?", id="a sign too few"),
        pytest.param("target_version", "there is no such key; did you mean target-version?", id="another sign"),
        pytest.param("zzz", "there is no such key; there are annotate, exclude, fail-on, ", id="nothing near"),
    ],
)  # fmt: skip
def test_an_unknown_key_is_said_with_its_place_and_the_nearest_one(here: Path, key: str, said: str) -> None:
    configure(here, f'[tool.optconv]\ntarget = "paddle"\n{key} = "x"\n')
    assert complaint().startswith(f"pyproject.toml:3: [tool.optconv] {key}: {said}")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param('[ tool . "optconv" ]\n"fail-on" = 1\n', ":2", id="quotes and spaces"),
        pytest.param("[tool.optconv]  # ours\nannotate = true\nfail-on = 1\n", ":3", id="a comment"),
        pytest.param("[tool.optconv]\nselect = [\n  'OC2',\n]\nfail-on = 1\n", ":5", id="behind a list"),
        pytest.param("[tool.optconv]\r\nselect = []\r\nfail-on = 1\r\n", ":3", id="CR LF"),
        pytest.param("[a]\nfail-on = 2\n[tool.optconv]\nfail-on = 1\n", ":4", id="the same key elsewhere"),
        pytest.param("tool.optconv.fail-on = 1\n", "", id="a dotted key"),
        pytest.param("tool = {optconv = {fail-on = 1}}\n", "", id="an inline table"),
    ],
)  # fmt: skip
def test_the_line_is_told_where_it_is_seen(here: Path, text: str, place: str) -> None:
    configure(here, text)
    assert complaint().startswith(f"pyproject.toml{place}: [tool.optconv] fail-on: expected one of")


def test_a_sub_table_has_the_line_of_its_header(here: Path) -> None:
    configure(here, '[tool.optconv]\n\n[tool.optconv.per-file-ignores]\n"a/" = ["OC4"]\n')
    assert complaint().startswith("pyproject.toml:3: [tool.optconv] per-file-ignores: a/: ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"[tool.optconv]\nx = \n", "pyproject.toml:2: not valid TOML: ", id="a value is missing"),
        pytest.param(b"[tool.optconv", "pyproject.toml: not valid TOML: Expected", id="a bracket is missing"),
        pytest.param(b"# optconv\n'\xff'", "pyproject.toml: not UTF-8, as TOML must be", id="no UTF-8"),
        pytest.param(b"optconv = " + b"[" * 100_000, "pyproject.toml: nested too deeply", id="nested"),
        pytest.param(b"[tool]\noptconv = 1\n", "pyproject.toml: [tool.optconv] must be a table", id="a number"),
        pytest.param(b"[[tool.optconv]]\n", "pyproject.toml: [tool.optconv] must be a table", id="a list"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_one_message(here: Path, content: bytes, said: str) -> None:
    write(here, {"pyproject.toml": content})
    assert complaint().startswith(said)


def test_a_file_that_cannot_be_read_is_one_message(here: Path) -> None:
    with (here / "pyproject.toml").open("wb") as stream:
        stream.truncate(LIMIT + 1)
    assert complaint().startswith("pyproject.toml has 50,000,001 bytes; files of more than ")


@pytest.mark.parametrize(
    "content", [b"tool = 1 # optconv", b"[tool]\nx = 'optconv'", b"[tool.optconverter]", b"x = ("]
)
def test_a_file_that_says_nothing_of_this_tool_is_passed_over(here: Path, content: bytes) -> None:
    configure(here, '[tool.optconv]\ntarget = "paddle"\n')
    write(here, {"p/pyproject.toml": content})
    assert chosen("p")["target"] == ("paddle", "pyproject.toml:2")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('target = "paddle"\nflavor = "nn"', "pyproject.toml:3: [tool.optconv] flavor: unknown flavor 'nn' of paddle"),
        ('flavor = "nm"\ntarget = "mindspore"', "pyproject.toml:2: [tool.optconv] flavor: unknown flavor 'nm' of"),
        ('target = "paddle"\ntarget-version = "1.8"', "pyproject.toml:3: [tool.optconv] target-version: nothing is"),
        ('target = "paddle"\ntarget-version = "new"', "pyproject.toml:3: [tool.optconv] target-version: 'new' is not"),
        ('project-root = "gone"\ntarget = "paddle"', "pyproject.toml:2: [tool.optconv] project-root: gone is no fold"),
        ('mappings = ["gone.yaml"]\ntarget = "paddle"', "pyproject.toml:2: [tool.optconv] mappings: gone.yaml is no file"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_target_or_the_disk_is_said_with_its_place(
    here: Path, text: str, said: str
) -> None:
    configure(here, f"[tool.optconv]\n{text}\n")
    assert complaint().startswith(said)


def test_what_is_typed_wrong_is_not_blamed_on_the_file(here: Path) -> None:
    configure(here, '[tool.optconv]\ntarget = "mindspore"\nflavor = "nn"\n')
    result = run("check", ".", "--flavor", "nm")
    assert result.exit_code == 2
    assert "Invalid value for '--flavor': unknown flavor 'nm' of mindspore" in result.stderr


# Where it is found.


def test_it_is_found_from_folders_below(here: Path) -> None:
    configure(here, '[tool.optconv]\ntarget = "paddle"\n')
    write(here, {"src/a/b.py": CODE})
    assert run("check", "src/a/b.py").exit_code == 1
    assert chosen("src/a/b.py")["target"] == ("paddle", "pyproject.toml:2")


def test_it_is_found_from_where_one_stands_in_it(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(here, '[tool.optconv]\ntarget = "paddle"\n')
    write(here, {"src/a/b.py": CODE})
    monkeypatch.chdir(here / "src/a")
    assert chosen()["target"] == chosen("b.py")["target"] == ("paddle", f"{here / 'pyproject.toml'}:2")
    assert run("check", "-").exit_code == 0


def test_the_nearest_one_around_all_paths_is_taken(here: Path) -> None:
    for name, version in (("", "3.0"), ("a/", "3.1"), ("a/b/", "3.2")):
        configure(
            here,
            f'[tool.optconv]\ntarget = "paddle"\ntarget-version = "{version}"\n',
            f"{name}pyproject.toml",
        )
    write(here, {"a/b/x.py": CODE, "a/y.py": CODE, "c/z.py": CODE})
    assert chosen("a/b/x.py")["target-version"] == ("3.2", "a/b/pyproject.toml:3")
    assert chosen("a/b/x.py", "a/y.py")["target-version"] == ("3.1", "a/pyproject.toml:3")
    assert chosen("a/b", "a/b/x.py")["target-version"] == ("3.2", "a/b/pyproject.toml:3")
    assert chosen("a/b", "c/z.py")["target-version"] == ("3.0", "pyproject.toml:3")
    assert chosen("a/../a/b", "a/b/x.py")["target-version"] == ("3.2", "a/b/pyproject.toml:3")
    assert chosen()["target-version"] == ("3.0", "pyproject.toml:3")


def test_config_takes_a_file_of_any_name(here: Path) -> None:
    configure(here, '[tool.optconv]\ntarget = "paddle"\n')
    configure(here, '[tool.optconv]\ntarget = "mindspore"\n', "other/ours.toml")
    assert chosen("--config", "other/ours.toml")["target"] == ("mindspore", "other/ours.toml:2")


def test_config_that_says_nothing_of_this_tool_is_an_error(here: Path) -> None:
    configure(here, "[tool.ruff]\n", "other.toml")
    assert complaint(".", "--config", "other.toml") == "other.toml: there is no [tool.optconv] in it"
    assert "does not exist" in run("check", ".", "--config", "gone.toml").stderr


def test_isolated_takes_none(here: Path) -> None:
    configure(here, '[tool.optconv]\ntarget = "paddle"\n')
    assert chosen("--isolated")["target"] == (None, "default")
    assert "contradict" in run("config", "--isolated", "--config", "pyproject.toml").stderr


def test_without_a_target_it_is_said_how_to_give_one() -> None:
    result = run("check", ".")
    assert result.exit_code == 2
    assert "Missing option '--to'" in result.stderr
    assert "[tool.optconv]" in result.stderr


def test_commands_without_files_take_that_of_the_current_folder(here: Path) -> None:
    configure(here, '[tool.optconv]\ntarget = "paddle"\nlang = "zh"\n')
    assert "paddle.optimizer.SGD" in run("show", "Adam").stdout.replace("Adam", "SGD")
    for words in (["show", "Adam"], ["explain", "OC307"], ["targets"]):
        result = run(*words)
        assert result.exit_code == 0
        assert any("\u4e00" <= letter <= "\u9fff" for letter in result.stdout)


# What is typed goes before what is configured.

EVERYTHING = """
[tool.optconv]
target = "mindspore"
flavor = "nn"
target-version = "2.7.0"
select = ["OC2"]
ignore = ["OC203"]
exclude = ["a.py"]
fail-on = "warning"
annotate = false
lang = "zh"
project-root = "src"
"""


@pytest.mark.parametrize(
    ("words", "key", "value"),
    [
        (["--to", "mindspore"], "target", "mindspore"),
        (["--flavor", "classic"], "flavor", "classic"),
        (["--target-version", "2.8.0"], "target-version", "2.8.0"),
        (["--select", "OC3,OC1", "--select", "no-counterpart"], "select", ["OC3", "OC1", "no-counterpart"]),
        (["--ignore", " OC101 , OC102"], "ignore", ["OC101", "OC102"]),
        (["--exclude", "b.py", "--exclude", "c/"], "exclude", ["b.py", "c/"]),
        (["--fail-on", "never"], "fail-on", "never"),
        (["--annotate"], "annotate", True),
        (["--lang", "en"], "lang", "en"),
        (["--project-root", "."], "project-root", "."),
    ],
)
def test_what_is_typed_goes_before_what_is_configured(
    here: Path, words: list[str], key: str, value: object
) -> None:
    configure(here, EVERYTHING)
    (here / "src").mkdir()
    found = chosen(*words)
    assert found[key] == (value, "command line")
    assert {origin for other, (_, origin) in found.items() if other != key} <= {
        f"pyproject.toml:{line}" for line in range(3, 13)
    } | {"default"}
    assert found["per-file-ignores"] == ({}, "default")


def test_another_target_than_the_configured_one_has_neither_its_version_nor_its_flavor(here: Path) -> None:
    configure(here, EVERYTHING.replace('"src"', '"."'))
    other, same = chosen("--to", "paddle"), chosen("--to", "mindspore")
    for key, value in (("flavor", "nn"), ("target-version", "2.7.0")):
        assert other[key] == (None, "default")
        assert same[key][0] == value
    assert other["fail-on"][0] == "warning", "the rest stays"


def test_a_version_without_a_target_is_that_of_the_target_that_is_typed(here: Path) -> None:
    configure(here, '[tool.optconv]\ntarget-version = "3.0.0"\n')
    assert chosen("--to", "paddle")["target-version"] == ("3.0.0", "pyproject.toml:2")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--select", "OC399"], "Invalid value for '--select': no diagnostic is called OC399"),
        (["--ignore", "OC2,OC9"], "Invalid value for '--ignore': OC9: codes that begin with OC9"),
        (["--exclude", "!"], "Invalid value for '--exclude': ! is no pattern as in .gitignore."),
        (["--fail-on", "fatal"], "Invalid value for '--fail-on': 'fatal' is not one of"),
    ],
)
def test_what_is_typed_is_checked_like_what_is_configured(words: list[str], said: str) -> None:
    result = run("check", ".", "--to", "paddle", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in " ".join(result.stderr.split())
