"""The page about reports says what the tool does.

``pytest tests/test_reports_page.py --rewrite-cases`` writes its examples.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from document_blocks import block, hold

import optconv
from optconv.cli.formats import format_names, format_of_file
from optconv.mappings import diagnostic_kinds

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reports.md"


@pytest.fixture(scope="module")
def text() -> str:
    return PAGE.read_text(encoding="utf-8")


def run(folder: Path, *arguments: str) -> str:
    """Check the example, and return what goes to standard output."""
    source = folder / "src" / "policy.py"
    source.parent.mkdir(exist_ok=True)
    source.write_text(block(PAGE, "python source"), encoding="utf-8")
    command = [sys.executable, "-m", "optconv", "check", "src", "--to", "paddle", "--lang", "en", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert done.returncode == 1
    return done.stdout.decode()


def first_entries(value: Any) -> Any:
    """Return a JSON value with the first entry of every list only."""
    if isinstance(value, list):
        return [first_entries(entry) for entry in value[:1]]
    if isinstance(value, dict):
        return {key: first_entries(entry) for key, entry in value.items()}
    return value


def results(folder: Path) -> list[str]:
    """Return the codes of the results in the log that stands in a folder."""
    log = json.loads((folder / "optconv.sarif").read_text())
    return [result["ruleId"] for result in log["runs"][0]["results"]]


def pretty(value: Any) -> str:
    return json.dumps(value, indent=2) + "\n"


@pytest.mark.parametrize(("info", "name"), [("text github", "github"), ("xml junit", "junit")])
def test_an_example_is_what_is_written(
    tmp_path: Path, request: pytest.FixtureRequest, info: str, name: str
) -> None:
    hold(PAGE, info, run(tmp_path, "--format", name), request)


def test_the_example_of_the_command_is_what_it_shows(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    hold(PAGE, "text check", run(tmp_path), request)


def test_the_example_in_json_is_what_is_written(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    written = json.loads(run(tmp_path, "--format", "json"))
    hold(PAGE, "json json", pretty(first_entries(written)), request)


def test_the_example_in_sarif_is_what_is_written(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    (written,) = json.loads(run(tmp_path, "--format", "sarif"))["runs"]
    hold(PAGE, "json sarif", pretty(first_entries({"results": written["results"]})), request)


def test_the_example_for_gitlab_is_what_is_written(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    written = json.loads(run(tmp_path, "--format", "gitlab"))
    hold(PAGE, "json gitlab", pretty(first_entries(written)), request)


def test_every_format_stands_in_the_table_with_the_ends_of_its_files(text: str) -> None:
    table = text.partition("\n## Formats\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\| \[?`(\w+)`\]?(?:\(#\w+\))? \| [^|]* \| ([^|]*) ?\|$", table, re.MULTILINE)
    assert sorted(name for name, _ in lines) == format_names()
    for name, ends in lines:
        assert {format_of_file(f"optconv{end}") for end in re.findall(r"`([^`]+)`", ends)} <= {name}


def test_every_key_of_the_document_is_explained(text: str) -> None:
    schema = json.loads((Path(optconv.__file__).parent / "cli" / "report.schema.json").read_text("utf-8"))
    parts = [schema, *schema["$defs"].values()]
    keys = {key for part in parts for key in part.get("properties", {})} | {"total", "path"}
    explained = text.partition("\n## json\n")[2].partition("\n## sarif\n")[0].replace("```json json", "")
    prose = re.sub(r"^\{.*?^\}", "", explained, flags=re.DOTALL | re.MULTILINE)
    assert [key for key in sorted(keys) if f"`{key}`" not in prose] == []


def test_the_step_for_code_scanning_leaves_what_is_open(tmp_path: Path, text: str) -> None:
    (workflow,) = (found for found in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "upload" in found)
    (script,) = (step["run"] for step in yaml.safe_load(workflow) if step.get("shell") == "python")
    run(tmp_path, "-o", "known.json")
    known = (tmp_path / "known.json").read_text().replace("OC209", "OC205")  # and no fingerprint is as it was
    (tmp_path / "known.json").write_text(known.replace('"fingerprint": "', '"fingerprint": "0'))
    run(tmp_path, "--ignore", "OC101", "--baseline", "known.json", "-o", "optconv.sarif")
    before = results(tmp_path)
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
    assert {"OC101", "OC205"} <= set(before)
    assert results(tmp_path) == ["OC107", "OC302", "OC209"]


def test_codes_on_the_page_exist(text: str) -> None:
    assert set(re.findall(r"\bOC\d{3}\b", text)) <= set(diagnostic_kinds())
