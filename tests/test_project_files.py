"""The files around the code say what is true: commands, numbers, examples, versions, names of modules.

``pytest tests/test_project_files.py --rewrite-cases`` writes the generated parts of the README, which are its
example and its table of what is covered.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from document_blocks import block, hold

import optconv
from optconv.cli.reference.pages import index_table
from optconv.mappings import load_tables, target_names
from optconv.parity.evidence import evidence_path, read_evidence

ROOT = Path(__file__).parent.parent
PACKAGE = Path(optconv.__file__).parent
README = ROOT / "README.md"
CI = ROOT / ".ci" / "run"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")

# What belongs to the place where a file was written, and not to the project. In pieces, so that this file
# does not hold what it forbids.
_FOREIGN = re.compile(
    "|".join(
        [
            r"(?<![\w.])/" + r"(?:work|root|home|tmp|Users)/",
            r"[A-Z]:\\" + r"Users",
            "issues " + "show",
            "work" + "place",
            "helper" + r"-\d",
            r"\b(?:this|last|next|another|previous) " + r"session\b",
            r"\bissue " + r"#?\d",
            r"\b(?:DESIGN|STYLE)" + r"\.md\b",
            r"\bpypi" + r"\.|python" + "hosted",
        ]
    )
)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _commands() -> list[str]:
    """Return the commands of the README that set something up on a fresh machine."""
    return re.findall(r"^python3 -m venv .*$", _read(README), re.MULTILINE)


def test_two_commands_of_the_readme_are_run_as_they_stand_there() -> None:
    main_job, tests = _commands()
    assert "optconv convert examples" in main_job
    assert "pytest" in tests
    run = _read(CI).splitlines()
    assert f"main_job='{main_job}'" in run
    assert f"tests='{tests}'" in run
    assert 'bash -c "$main_job"' in run
    assert 'bash -c "$tests"' in run


@pytest.mark.skipif(os.name == "nt", reason="there are no executable bits")
def test_the_run_of_all_checks_can_be_executed() -> None:
    assert os.access(CI, os.X_OK)
    assert _read(CI).startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in _read(CI)


@pytest.mark.parametrize("target", target_names())
def test_the_example_of_the_readme_is_what_the_tool_does(
    target: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    script = tmp_path / "train.py"
    script.write_text(block(README, "python torch"), encoding="utf-8")
    command = [sys.executable, "-m", "optconv", "convert", script.name, "--to", target]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    hold(README, f"python {target}", _read(script), request)
    hold(README, f"text {target}", done.stderr, request)
    assert done.stdout == ""


@pytest.mark.parametrize("target", target_names())
def test_the_table_of_the_readme_has_every_row_with_what_was_measured(
    target: str, request: pytest.FixtureRequest
) -> None:
    tables = load_tables(target)
    table = index_table(tables)
    lines = _read(README).splitlines()
    first = lines.index(table[0], lines.index(f"### {tables.target.title.en}"))
    last = next(i for i in range(first, len(lines)) if not lines[i].startswith("|"))
    if request.config.getoption("--rewrite-cases"):
        lines[first:last] = table
        README.write_text("\n".join(lines) + "\n", encoding="utf-8")
        last = first + len(table)
    assert lines[first:last] == table


def test_the_readme_names_the_versions_that_were_measured() -> None:
    for target in target_names():
        for api in read_evidence(evidence_path(load_tables(target).folder)).values():
            for framework, version in api.versions.items():
                assert f"{framework} {version}" in _read(README)


def _modules() -> set[str]:
    paths = (path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
    return {path for path in paths if not path.endswith("__init__.py")}


def test_the_architecture_names_every_module_and_no_other() -> None:
    named = set(re.findall(r"`((?:\w+/)*\w+\.py)`", _read(ARCHITECTURE)))
    assert {name for name in named if not name.startswith("tests/")} == _modules()


def test_the_architecture_names_every_word_of_a_table() -> None:
    schema = json.loads(_read(PACKAGE / "mappings" / "row.schema.json"))
    words = set(schema["properties"])
    words |= {word for part in schema["$defs"].values() for word in part.get("properties", {})}
    text = _read(ARCHITECTURE)
    assert [word for word in sorted(words - {"en", "zh"}) if f"`{word}`" not in text] == []


def test_one_version_is_told_everywhere() -> None:
    (project,) = re.findall(r'^version = "(.+)"$', _read(ROOT / "pyproject.toml"), re.MULTILINE)
    newest = re.findall(r"^## \[(.+?)\]", _read(ROOT / "CHANGELOG.md"), re.MULTILINE)[0]
    assert project == newest == optconv.__version__


def _project_files() -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is no checkout of the repository")
    names = {ROOT / os.fsdecode(name) for name in done.stdout.split(b"\0") if name}
    return sorted(path for path in names if path.is_file())


def test_the_project_speaks_of_itself_alone() -> None:
    found = []
    for path in _project_files():
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if _FOREIGN.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert found == []


def test_links_between_the_documents_lead_to_files() -> None:
    documents = [path for path in _project_files() if path.suffix == ".md" and "cases" not in path.parts]
    links = [(path, link) for path in documents for link in _LINK.findall(_read(path))]
    assert [f"{path.name}: {link}" for path, link in links if not (path.parent / link).exists()] == []
