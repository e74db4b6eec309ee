"""``--format gitlab``: a Code Quality report."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from optconv.converter import Conversion, Diagnostic, Position, Severity
from optconv.mappings import Text

from .conftest import Run, notebook, write

if TYPE_CHECKING:
    from pathlib import Path


def violations(text: str) -> list[dict[str, Any]]:
    """Return the violations, each of which must have what GitLab requires; no fingerprint comes twice."""
    found = json.loads(text)
    for violation in found:
        assert set(violation) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert violation["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert re.fullmatch("[0-9a-f]{32}", violation["fingerprint"])
        assert violation["location"]["lines"]["begin"] >= 1
    assert len({violation["fingerprint"] for violation in found}) == len(found)
    assert isinstance(found, list)
    return found


def test_a_violation_says_where_and_what(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a b/训%练.py": b"\n  torch.optim.Refused\n"})
    (found,) = violations(run(tmp_path, "--format", "gitlab", command="check").stdout)
    assert found == {
        "description": "OC302 refused: about Refused",
        "check_name": "OC302",
        "fingerprint": found["fingerprint"],
        "severity": "major",
        "location": {"path": "a b/训%练.py", "lines": {"begin": 2}},
    }


def test_severities_follow_how_much_is_left_to_do(run: Run, tmp_path: Path) -> None:
    code = b"torch.optim.Noted\ntorch.optim.Lossy\ntorch.optim.Refused\n"
    write(tmp_path, {"a.py": code, "b.py": b"def broken(", "c.py": b"raise fault"})
    found = violations(run(".", "--format", "gitlab", command="report").stdout)
    assert [(each["check_name"], each["severity"]) for each in found] == [
        ("OC101", "info"),
        ("OC201", "minor"),
        ("OC302", "major"),
        ("OC901", "blocker"),
        ("OC905", "blocker"),
    ]


def test_equal_lines_have_fingerprints_of_their_own_that_stay(run: Run, tmp_path: Path) -> None:
    code = b"torch.optim.Refused\ntorch.optim.Refused; torch.optim.Refused\n" * 2
    write(tmp_path, {"a.py": code, "b.py": code})
    before = violations(run(".", "--format", "gitlab", command="report").stdout)
    assert len(before) == 12
    write(tmp_path, {"a.py": b"import torch\n\n" + code})
    after = violations(run(".", "--format", "gitlab", command="report").stdout)
    assert [each["fingerprint"] for each in after] == [each["fingerprint"] for each in before]


def test_a_baseline_takes_nothing_out_because_gitlab_compares(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\n"})
    whole = run("a.py", "-o", "known.json", "--format", "gitlab", command="report").stdout
    compared = run("a.py", "--baseline", "known.json", "--format", "gitlab", command="report").stdout
    assert violations(compared) == violations(whole) != []


def test_a_place_in_a_notebook_is_a_line_of_its_json(run_real: Run, tmp_path: Path) -> None:
    content = notebook("import torch\n\nopt = torch.optim.SGD(p, maximize=True)")
    write(tmp_path, {"a.ipynb": content})
    (found,) = violations(run_real(".", "--format", "gitlab", "--lang", "zh", command="report").stdout)
    assert "maximize=True" in content.decode().splitlines()[found["location"]["lines"]["begin"] - 1]
    assert found["description"].startswith("OC302 unsupported-argument: 第 1 个单元格第 3 行：")


def test_what_is_no_text_is_escaped(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = Position(1, 1), Position(1, 2)
    found = Diagnostic("OC302", "refused", Severity.ERROR, Text("\ud800\x00\n\u202e", ""), *where)
    monkeypatch.setattr(
        "optconv.cli.convert.convert_content", lambda _, source, *__: Conversion(source, (found,))
    )
    done = run(file, "--format", "gitlab", command="report")
    assert done.stdout.isascii()
    assert violations(done.stdout)[0]["description"] == r"OC302 refused: \ud800\x00 \u202e"


def test_without_findings_it_is_an_empty_list(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b""})
    done = run(".", "--format", "gitlab", command="check")
    assert (done.exit_code, violations(done.stdout)) == (0, [])


def test_a_file_with_the_name_that_gitlab_looks_for_is_such_a_report(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\n"})
    run("a.py", "--report", "gl-code-quality-report.json", "--report", "report.json")
    assert len(violations((tmp_path / "gl-code-quality-report.json").read_text())) == 1
    assert json.loads((tmp_path / "report.json").read_text())["version"] == 1
