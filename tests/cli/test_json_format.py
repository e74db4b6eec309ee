"""``--format json``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema

import optconv
import optconv.cli
from optconv.converter import Conversion, Diagnostic, Position, Severity
from optconv.mappings import Text

from .conftest import AFTER, BEFORE, Run, Spawn, write

if TYPE_CHECKING:
    import pytest

SCHEMA = json.loads((Path(optconv.cli.__path__[0]) / "report.schema.json").read_text())


def document(text: str | bytes) -> dict[str, Any]:
    """Return the document, which must be all there is and fit the schema."""
    loaded = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(loaded, SCHEMA)
    assert isinstance(loaded, dict)
    return loaded


def test_the_document_says_everything(run: Run, tmp_path: Path) -> None:
    write(
        tmp_path, {"a.py": b"torch.optim.SGD\n  torch.optim.Refused\n", "b.py": b"def broken(", "c.py": b""}
    )
    result = run(".", "--format", "json")
    found = document(result.stdout)
    assert (result.exit_code, result.stderr) == (2, "")
    assert found["version"] == 1
    assert found["tool"] == {"name": "optconv", "version": optconv.__version__}
    assert found["target"] == "paddle"
    assert found["command"] == "convert"
    assert found["baseline"] is None
    assert found["files"][0] == {
        "path": "a.py",
        "changed": True,
        "failed": False,
        "skipped": False,
        "ignored": [],
        "diagnostics": [
            {
                "code": "OC302",
                "name": "refused",
                "severity": "error",
                "message": "about Refused",
                "api": "torch.optim.Refused",
                "cell": None,
                "line": 2,
                "column": 3,
                "end_line": 2,
                "end_column": 22,
                "fingerprint": found["files"][0]["diagnostics"][0]["fingerprint"],
                "new": True,
            }
        ],
        "references": [
            {"api": "torch.optim.SGD", "cell": None, "line": 1, "column": 1, "outcome": "exact"},
            {"api": "torch.optim.Refused", "cell": None, "line": 2, "column": 3, "outcome": "declined"},
        ],
        "remaining": 0,
    }
    assert [(file["path"], file["changed"], file["failed"]) for file in found["files"][1:]] == [
        ("b.py", False, True),
        ("c.py", False, False),
    ]
    assert found["summary"] == {
        "files": 3,
        "changed": 1,
        "failed": 1,
        "skipped": 0,
        "ignored": 0,
        "references": {"total": 2, "exact": 1, "warned": 0, "declined": 1, "not-understood": 0},
        "remaining": 0,
        "conversion_rate": 0.5,
        "diagnostics": {"info": 0, "warning": 0, "error": 2},
        "exit_status": 2,
    }


def test_notes_are_always_in_it_and_quiet_takes_nothing_away(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Noted"})
    found = document(run("a.py", "--format", "json", "--quiet").stdout)
    assert [said["code"] for said in found["files"][0]["diagnostics"]] == ["OC101"]


def test_without_files_it_is_a_document_without_a_rate(run: Run) -> None:
    found = document(run(".", "--format", "json").stdout)
    assert found["files"] == []
    assert found["summary"]["conversion_rate"] is None


def test_the_difference_is_in_it_when_asked_for(run: Run, tmp_path: Path, file: Path) -> None:
    write(tmp_path, {"plain.py": b""})
    found = document(run(".", "--format", "json", "--diff").stdout)
    assert found["files"][0]["diff"] == ""
    assert found["files"][1]["diff"].splitlines()[2:] == [
        "@@ -1 +1 @@",
        "-" + BEFORE[:-1].decode(),
        "+" + AFTER[:-1].decode(),
    ]
    assert file.read_bytes() == BEFORE


def test_standard_input_is_reported_while_its_conversion_goes_to_a_file(run: Run, tmp_path: Path) -> None:
    found = document(run("-", "--format", "json", "-o", "new.py", stdin=BEFORE).stdout)
    assert found["files"][0]["path"] == "<stdin>"
    assert (tmp_path / "new.py").read_bytes() == AFTER


def test_messages_are_in_the_language_that_was_chosen(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused"})
    found = document(run("a.py", "--format", "json", "--lang", "zh").stdout)
    assert found["files"][0]["diagnostics"][0]["message"] == "关于 Refused"


def test_it_is_ascii_and_valid_whatever_the_locale_and_the_names_are(spawn: Spawn, tmp_path: Path) -> None:
    for name in (b"tr\xffin.py", "训练.py".encode()):
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as stream:  # noqa: PTH118, PTH123
            stream.write(BEFORE)
    done = spawn(".", "--format", "json", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.stdout.isascii()
    assert sorted(file["path"] for file in document(done.stdout)["files"]) == [r"tr\xffin.py", "训练.py"]


def test_half_a_character_in_a_message_is_escaped(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Position(1, 1)
    said = Diagnostic("OC302", "refused", Severity.ERROR, Text("'\ud800'", ""), place, place)
    monkeypatch.setattr(
        "optconv.cli.convert.convert_content", lambda _, source, *__: Conversion(source, (said,))
    )
    found = document(run(file, "--format", "json").stdout)
    assert found["files"][0]["diagnostics"][0]["message"] == r"'\ud800'"
