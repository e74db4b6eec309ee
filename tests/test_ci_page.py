"""The recipes of ``docs/ci.md``: what they run exists, and what they hand to the servers is written."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

import optconv

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parent.parent / "docs" / "ci.md"
PROJECT = {
    "pyproject.toml": b'[tool.optconv]\ntarget = "paddle"\nlang = "en"\n',
    "src/train.py": b"import torch\n\nopt = torch.optim.SGD(model.parameters(), lr=0.1)\n",
    "src/known.py": b"import torch\n\nopt = torch.optim.Adafactor(p)  # optconv: ignore[OC307]\n",
}


def write(root: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(content)


def block(name: str) -> str:
    """Return the text of the one block whose first line ends so."""
    (found,) = re.findall(rf"```\w+ {name}\n(.*?)```\n", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


def values_of(value: Any, keys: frozenset[str]) -> Iterator[str]:
    """Return every text that stands under one of some keys of a YAML document, alone or in a list."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key in keys:
                yield from [each] if isinstance(each, str) else each
            else:
                yield from values_of(each, keys)
    elif isinstance(value, list):
        for each in value:
            yield from values_of(each, keys)


def scripts(name: str) -> list[str]:
    """Return the lines that a recipe gives to a shell."""
    text = block(name)
    if name == "jenkins":
        return re.findall(r"^\s*sh '(.*)'$", text, re.MULTILINE)
    found = values_of(yaml.safe_load(text), frozenset({"run", "script"}))
    return [line.strip() for each in found for line in each.splitlines()]


def commands(name: str) -> list[list[str]]:
    """Return the words of every call of optconv in a recipe, without what the shell does with its output."""
    found = []
    for line in scripts(name):
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words: list[str] = []
        for word in [*lexer, ";"]:
            if not set(word) <= set("();<>|&"):
                words.append(word)
                continue
            if words and Path(words[0]).name == "optconv":
                found.append(words[1:])
            words = []
    return found


def outputs(words: list[str]) -> list[str]:
    return [words[at + 1] for at, word in enumerate(words) if word == "-o"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with what the recipes find in it: its files, and the report of the main branch."""
    write(tmp_path, PROJECT)
    (tmp_path / "baseline").mkdir()
    run(tmp_path, ["report", ".", "-o", "baseline/optconv.json"])
    return tmp_path


def run(folder: Path, words: list[str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-X", "utf8", "-m", "optconv", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "number"), [("github", 3), ("gitlab", 1), ("jenkins", 1)], ids=["github", "gitlab", "jenkins"]
)
def test_every_command_of_a_recipe_runs_and_writes_what_it_names(
    project: Path, name: str, number: int
) -> None:
    found = commands(name)
    assert len(found) == number, "every call is found"
    for words in found:
        done = run(project, words)
        assert done.returncode in (0, 1), f"{words}\n{done.stderr}"
        assert [path for path in outputs(words) if not (project / path).stat().st_size] == []


def test_a_check_fails_without_the_baseline_and_passes_with_it(project: Path) -> None:
    report, with_baseline, without = commands("github")
    assert (report[0], with_baseline[0], without[0]) == ("report", "check", "check")
    summary = run(project, report)
    assert (summary.returncode, summary.stdout[:18]) == (0, "# Migration report")
    assert run(project, with_baseline).returncode == 0
    assert run(project, without).returncode == 1
    write(project, {"src/new.py": PROJECT["src/train.py"]})
    done = run(project, with_baseline)
    assert done.returncode == 1
    assert [line.split(",")[0] for line in done.stdout.splitlines()] == ["::notice file=src/new.py"]


def test_what_is_uploaded_is_written(project: Path) -> None:
    for name in ("github", "gitlab", "jenkins"):
        for words in commands(name):
            run(project, words)
    github = yaml.safe_load(block("github"))["jobs"]["optconv"]["steps"]
    uploaded = [step["with"] for step in github if "upload" in step.get("uses", "")]
    gitlab = yaml.safe_load(block("gitlab"))["optconv"]["artifacts"]
    jenkins = re.findall(r"junit '(.+?)'|pattern: '(.+?)'|artifacts: '(.+?)'", block("jenkins"))
    names = [
        *uploaded[0]["path"].split(),
        *gitlab["paths"],
        *gitlab["reports"].values(),
        *(part for match in jenkins for part in "".join(match).split(", ")),
    ]
    assert len(names) == 9
    assert [name for name in names if not (project / name).is_file()] == []
    assert uploaded[1] == {"sarif_file": "optconv.sarif"}


def test_the_filter_for_code_scanning_leaves_out_what_is_ignored(project: Path) -> None:
    run(project, commands("github")[0])
    before = results(project)
    (program,) = [
        step["run"]
        for step in yaml.safe_load(block("github"))["jobs"]["optconv"]["steps"]
        if step.get("shell") == "python"
    ]
    subprocess.run([sys.executable, "-c", program], cwd=project, check=True)
    assert "OC307" in before
    assert results(project) == [code for code in before if code != "OC307"]


def results(folder: Path) -> list[str]:
    log = json.loads((folder / "optconv.sarif").read_text(encoding="utf-8"))
    return [result["ruleId"] for result in log["runs"][0]["results"]]


@pytest.mark.parametrize(("name", "schema"), [("github", "github-workflows"), ("gitlab", "gitlab-ci")])
def test_a_recipe_fits_the_published_schema(tmp_path: Path, name: str, schema: str) -> None:
    path = tmp_path / f"{name}.yml"
    path.write_text(block(name), encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(path)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_pre_commit_takes_the_recipe(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(block("pre-commit"), encoding="utf-8")
    command = [sys.executable, "-m", "pre_commit", "validate-config", str(path)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stdout) == (0, "")
    (repository,) = yaml.safe_load(block("pre-commit"))["repos"]
    hooks = yaml.safe_load((PAGE.parent.parent / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in repository["hooks"]} <= {hook["id"] for hook in hooks}
    assert repository["rev"] == f"v{optconv.__version__}"


def test_the_pipeline_of_jenkins_is_balanced() -> None:
    text = re.sub(r"'[^'\n]*'", "", block("jenkins"))
    assert "'" not in text
    for opening, closing in ("{}", "()", "[]"):
        assert text.count(opening) == text.count(closing)
