"""``--format sarif``, held against the schema of SARIF."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest

import optconv
from optconv.cli.formats.sarif_rules import first_sentence
from optconv.converter import Conversion, Diagnostic, Position, Severity
from optconv.mappings import Text, diagnostic_kinds

from .conftest import Run, Spawn, notebook, write

if TYPE_CHECKING:
    from collections.abc import Iterable

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-schema-2.1.0.json").read_text())
MAXIMIZE = "opt = torch.optim.SGD(p, 0.1, maximize=True)"


def sarif_run(text: str | bytes) -> dict[str, Any]:
    """Return the one run of a log, which must fit the schema and refer to what is there."""
    log = json.loads(text)
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.Draft7Validator(SCHEMA).validate(log)
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    for notification in run["invocations"][0]["toolExecutionNotifications"]:
        descriptor = notification["descriptor"]
        assert driver["notifications"][descriptor["index"]]["id"] == descriptor["id"]
    described = [rule["id"] for rule in driver["rules"]]
    assert described == sorted({result["ruleId"] for result in run["results"]})
    assert isinstance(run, dict)
    return run


def fingerprints(results: Iterable[dict[str, Any]]) -> list[str]:
    return [result["partialFingerprints"]["optconv/v1"] for result in results]


def place(result: dict[str, Any]) -> dict[str, Any]:
    (location,) = result["locations"]
    physical = location["physicalLocation"]
    assert isinstance(physical, dict)
    return physical


def test_a_result_says_where_what_and_how_to_know_it_again(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.SGD\n  torch.optim.Refused\n"})
    done = run(".", "--format", "sarif", command="check")
    found = sarif_run(done.stdout)
    assert done.exit_code == 1
    convertible, refused = found["results"]
    assert refused == {
        "ruleId": "OC302",
        "ruleIndex": 1,
        "level": "error",
        "message": {"text": "about Refused"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "a.py", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 22},
                }
            }
        ],
        "partialFingerprints": {"optconv/v1": refused["partialFingerprints"]["optconv/v1"]},
        "properties": {"api": "torch.optim.Refused"},
        "suppressions": [],
    }
    assert (convertible["ruleId"], convertible["level"]) == ("OC107", "note")
    assert found["columnKind"] == "unicodeCodePoints"
    assert found["automationDetails"] == {"id": "optconv/paddle/"}
    assert found["invocations"] == [
        {"executionSuccessful": True, "exitCode": 1, "toolExecutionNotifications": []}
    ]
    driver = found["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("optconv", optconv.__version__)


def test_every_flavor_is_a_category_of_its_own(run: Run) -> None:
    done = run(".", "--format", "sarif", "--flavor", "nn", command="report", to="mindspore")
    assert sarif_run(done.stdout)["automationDetails"] == {"id": "optconv/mindspore/nn/"}


@pytest.mark.parametrize(("language", "tag"), [("en", "en-US"), ("zh", "zh-CN")])
def test_a_rule_says_what_explain_says(run: Run, tmp_path: Path, language: str, tag: str) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Unclear\ntorch.optim.Refused\ntorch.optim.Unclear\n"})
    found = sarif_run(run("a.py", "--format", "sarif", "--lang", language, command="report").stdout)
    driver = found["tool"]["driver"]
    assert (found["language"], driver["language"]) == (tag, tag)
    assert [rule["id"] for rule in driver["rules"]] == ["OC204", "OC302"]
    kind, rule = diagnostic_kinds()["OC302"], driver["rules"][1]
    assert rule["name"] == "UnsupportedArgument"
    assert rule["fullDescription"]["text"] == kind.meaning.in_language(language)
    assert rule["fullDescription"]["text"].startswith(rule["shortDescription"]["text"])
    for part in (kind.meaning, kind.action):
        assert part.in_language(language) in rule["help"]["text"]
        assert part.in_language(language) in rule["help"]["markdown"]
    assert rule["helpUri"].endswith("/diagnostics/OC302/")
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["properties"]["topic"] == kind.topic
    expected = Text("about Refused", "关于 Refused").in_language(language)
    assert found["results"][1]["message"]["text"] == expected


def test_every_meaning_begins_with_a_sentence_that_can_be_a_title() -> None:
    for kind in diagnostic_kinds().values():
        assert first_sentence(kind.meaning.en).endswith("."), kind.code
        assert first_sentence(kind.meaning.zh).endswith("。"), kind.code
        assert max(len(first_sentence(kind.meaning.in_language(lang))) for lang in ("en", "zh")) < 330
    assert first_sentence("In torch.optim it is 0.5. Then more.") == "In torch.optim it is 0.5."
    assert first_sentence("一句。第二句。") == "一句。"


def test_paths_are_relative_uris_and_no_folder_of_the_machine_is_named(run: Run, tmp_path: Path) -> None:
    names = ["a b/100% 训练.py", "c:d#?.py", "e/f.py"]
    write(tmp_path, dict.fromkeys(names, b"torch.optim.Refused\n"))
    for typed in (".", str(tmp_path)):
        text = run(typed, "--format", "sarif", command="report").stdout
        located = [place(result)["artifactLocation"] for result in sarif_run(text)["results"]]
        assert [where["uri"] for where in located] == [
            "a%20b/100%25%20%E8%AE%AD%E7%BB%83.py",
            "c%3Ad%23%3F.py",
            "e/f.py",
        ]
        assert {where["uriBaseId"] for where in located} == {"%SRCROOT%"}
        assert str(tmp_path) not in text


def test_a_file_elsewhere_keeps_its_whole_path(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"a b.py": b"torch.optim.Refused\n", "here/c.py": b""})
    monkeypatch.chdir(tmp_path / "here")
    (whole,) = sarif_run(run(tmp_path / "a b.py", "--format", "sarif", command="report").stdout)["results"]
    assert place(whole)["artifactLocation"] == {"uri": f"file://{tmp_path.as_posix()}/a%20b.py"}
    (above,) = sarif_run(run("../a b.py", "--format", "sarif", command="report").stdout)["results"]
    assert place(above)["artifactLocation"]["uri"] == "../a%20b.py"


def test_a_name_that_is_no_text_is_the_bytes_it_is(spawn: Spawn, tmp_path: Path) -> None:
    name = b"tr\xffin.py"
    with open(os.path.join(os.fsencode(tmp_path), name), "wb") as stream:  # noqa: PTH118, PTH123
        stream.write(b"torch.optim.Refused\n")
    done = spawn(".", "--check", "--format", "sarif", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    (result,) = sarif_run(done.stdout)["results"]
    assert unquote_to_bytes(place(result)["artifactLocation"]["uri"]) == name


def test_fingerprints_stay_when_lines_come_above_and_however_the_file_is_named(
    run: Run, tmp_path: Path
) -> None:
    code = b"torch.optim.Refused\ntorch.optim.Lossy\ntorch.optim.Lossy\n"
    write(tmp_path, {"a.py": code})
    before = sarif_run(run(".", "--format", "sarif", command="check").stdout)["results"]
    write(tmp_path, {"a.py": b"# one\n\nx = 1\n" + code})
    after = sarif_run(run(tmp_path / "a.py", "--format", "sarif", command="check").stdout)["results"]
    assert fingerprints(after) == fingerprints(before)
    assert len(set(fingerprints(after))) == 4
    assert [place(result)["region"]["startLine"] for result in after] == [5, 4, 5, 6]


def test_with_a_baseline_every_result_says_what_became_of_it(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\ntorch.optim.Lossy\n", "b.py": b"def broken("})
    run(".", "-o", "known.json", command="report")
    write(tmp_path, {"a.py": b"torch.optim.Refused\ntorch.optim.Unclear\n", "b.py": b""})
    done = run("a.py", "b.py", "--baseline", "known.json", "--format", "sarif", command="check")
    found = {result["ruleId"]: result for result in sarif_run(done.stdout)["results"]}
    states = {code: result["baselineState"] for code, result in found.items()}
    assert states == {"OC302": "unchanged", "OC204": "new", "OC201": "absent", "OC107": "absent"}
    gone = found["OC201"]
    assert (gone["message"], gone["level"]) == ({"text": "about Lossy"}, "warning")
    assert place(gone) == {
        "artifactLocation": {"uri": "a.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 2, "endLine": 2},
    }


def test_without_a_baseline_no_result_says_that_it_is_new(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\n"})
    found = sarif_run(run("a.py", "--format", "sarif", command="check").stdout)
    assert "baselineState" not in found["results"][0]


def test_what_a_newer_version_reported_is_absent_without_a_rule(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\n", "b.ipynb": b""})
    run("a.py", "-o", "known.json", command="report")
    known = (tmp_path / "known.json").read_text()
    write(tmp_path, {"a.py": b"", "known.json": known.replace("OC302", "OC399").encode()})
    log = run("a.py", "--baseline", "known.json", "--format", "sarif", command="check").stdout
    jsonschema.Draft7Validator(SCHEMA).validate(json.loads(log))
    (gone,) = json.loads(log)["runs"][0]["results"]
    assert (gone["ruleId"], gone["level"], "ruleIndex" in gone) == ("OC399", "none", False)


def test_what_is_ignored_is_suppressed_and_says_by_what(run_real: Run, tmp_path: Path) -> None:
    code = f"import torch\n{MAXIMIZE}  # optconv: ignore[OC302]\nadam = torch.optim.Adam(net.parameters(), foreach=True)\n"
    write(tmp_path, {"a.py": code.encode()})
    done = run_real("a.py", "--ignore", "OC101,OC107", "--format", "sarif", command="check")
    found = {result["ruleId"]: result for result in sarif_run(done.stdout)["results"]}
    assert {code: result["suppressions"] for code, result in found.items()} == {
        "OC101": [{"kind": "external"}],
        "OC302": [{"kind": "inSource"}],
    }


def test_what_is_ignored_now_is_not_gone(run_real: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": f"import torch\n{MAXIMIZE}\n".encode()})
    run_real("a.py", "-o", "known.json", command="report")
    arguments = ("a.py", "--baseline", "known.json", "--ignore", "OC302", "--format", "sarif")
    found = sarif_run(run_real(*arguments, command="report").stdout)
    assert [(result["baselineState"], result["suppressions"]) for result in found["results"]] == [
        ("unchanged", [{"kind": "external"}])
    ]


def test_of_equal_lines_the_ignored_one_has_a_fingerprint_of_its_own(run_real: Run, tmp_path: Path) -> None:
    code = f"import torch\n# optconv: ignore[OC302]\n{MAXIMIZE}\n{MAXIMIZE}\n"
    write(tmp_path, {"a.py": code.encode()})
    results = sarif_run(run_real("a.py", "--format", "sarif", command="report").stdout)["results"]
    assert [result["suppressions"] for result in results] == [[], [{"kind": "inSource"}]]
    assert len(set(fingerprints(results))) == 2


def test_a_file_that_failed_is_a_notification_and_no_result(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\n", "b.py": b"def broken(", "c d.py": b"raise fault"})
    done = run(".", "--format", "sarif", command="check")
    found = sarif_run(done.stdout)
    assert done.exit_code == 2
    assert [result["ruleId"] for result in found["results"]] == ["OC302"]
    (invocation,) = found["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    broken, fault = invocation["toolExecutionNotifications"]
    assert (broken["descriptor"]["id"], broken["level"]) == ("OC901", "error")
    assert place(fault) == {"artifactLocation": {"uri": "c%20d.py", "uriBaseId": "%SRCROOT%"}}
    assert r"\x1b[31m" in fault["message"]["text"]
    assert [kind["id"] for kind in found["tool"]["driver"]["notifications"]] == ["OC901", "OC905"]


def test_a_place_in_a_notebook_is_the_lines_of_its_json(run_real: Run, tmp_path: Path) -> None:
    content = notebook("# torch.optim", "import torch", f"\nx = 1\n{MAXIMIZE}\n")
    write(tmp_path, {"my lab.ipynb": content})
    found = sarif_run(run_real(".", "--format", "sarif", command="report").stdout)
    (result,) = found["results"]
    assert result["message"]["text"].startswith("cell 3, line 3: maximize=True")
    assert result["locations"][0]["logicalLocations"] == [{"name": "cell 3", "kind": "cell"}]
    assert result["properties"] == {"api": "torch.optim.SGD", "cell": 3, "line": 3, "column": 7}
    region = place(result)["region"]
    assert set(region) == {"startLine", "endLine"}
    assert MAXIMIZE in content.decode().splitlines()[region["startLine"] - 1]


def test_a_finding_of_a_notebook_that_is_gone_has_no_line(run_real: Run, tmp_path: Path) -> None:
    write(tmp_path, {"lab.ipynb": notebook("import torch", MAXIMIZE)})
    run_real(".", "-o", "known.json", command="report")
    write(tmp_path, {"lab.ipynb": notebook("import torch")})
    done = run_real(".", "--baseline", "known.json", "--format", "sarif", command="report")
    (gone,) = sarif_run(done.stdout)["results"]
    assert gone["baselineState"] == "absent"
    assert place(gone) == {"artifactLocation": {"uri": "lab.ipynb", "uriBaseId": "%SRCROOT%"}}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("see [here](javascript:x) now", r"see \[here](javascript:x) now"),
        ("betas[0] and [x] (y)", "betas[0] and [x] (y)"),
        ("half \ud800 of\x1b[0m it\u202e", r"half \ud800 of\x1b[0m it\u202e"),
        ("two\r\n  lines", "two lines"),
    ],
    ids=["no link", "brackets stay", "what is no text", "one line"],
)
def test_a_message_from_a_hostile_file_does_nothing(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch, said: str, expected: str
) -> None:
    where = Position(1, 1), Position(1, 2)
    found = Diagnostic("OC302", "unsupported-argument", Severity.ERROR, Text(said, ""), *where)
    monkeypatch.setattr(
        "optconv.cli.convert.convert_content", lambda _, source, *__: Conversion(source, (found,))
    )
    done = run(file, "--format", "sarif", command="report")
    assert done.stdout.isascii()
    assert sarif_run(done.stdout)["results"][0]["message"]["text"] == expected


def test_a_hostile_baseline_does_nothing(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\n"})
    run("a.py", "-o", "known.json", command="report")
    known = (tmp_path / "known.json").read_text().replace('"a.py"', r'"a\ud800\u0000.py"')
    write(tmp_path, {"a.py": b"", "known.json": known.replace("about", r"\u001b[0m\udfff").encode()})
    done = run("a.py", "--baseline", "known.json", "--format", "sarif", command="report")
    (gone,) = sarif_run(done.stdout)["results"]
    assert gone["message"]["text"] == r"\x1b[0m\udfff Refused"
    assert place(gone)["artifactLocation"]["uri"] == "a%5Cud800%5Cx00.py"


@pytest.mark.parametrize("key", ["path", "code", "line", "message", "api"])
def test_a_baseline_with_something_else_in_it_is_refused(run: Run, tmp_path: Path, key: str) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\n"})
    run("a.py", "-o", "known.json", command="report")
    document = json.loads((tmp_path / "known.json").read_text())
    (document["files"][0] if key == "path" else document["files"][0]["diagnostics"][0])[key] = ["x"]
    write(tmp_path, {"known.json": json.dumps(document).encode()})
    done = run("a.py", "--baseline", "known.json", command="check")
    assert done.exit_code == 2
    assert "known.json: not a report that" in done.stderr


def test_without_files_it_is_a_run_without_results(run: Run) -> None:
    done = run(".", "--format", "sarif", command="check")
    assert done.exit_code == 0
    found = sarif_run(done.stdout)
    assert (found["results"], found["tool"]["driver"]["rules"]) == ([], [])


@pytest.mark.parametrize("name", ["out.sarif", "out.sarif.json", "OUT.SARIF"])
def test_the_end_of_a_name_says_that_it_is_sarif(run: Run, tmp_path: Path, name: str) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\n"})
    assert run("a.py", "--report", name).exit_code == 1
    assert len(sarif_run((tmp_path / name).read_text())["results"]) == 1
