"""``--format junit``, held against the schema by which servers read it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
import xmlschema

from optconv.converter import Conversion, Diagnostic, Position, Severity
from optconv.mappings import Text

from .conftest import BEFORE, Run, notebook, write

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SCHEMA = xmlschema.XMLSchema(str(Path(__file__).parent / "schemas" / "junit-10.xsd"))


def suite(text: str) -> Element:
    """Return the one test suite, which must fit the schema and count right."""
    SCHEMA.validate(text)
    document = ElementTree.fromstring(text.encode())  # noqa: S314 - this project wrote it
    (found,) = document
    for attribute, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert found.attrib[attribute] == str(len(found.findall(f"testcase/{element}")))
    assert found.attrib["tests"] == str(len(found))
    assert {name: document.attrib[name] for name in ("tests", "failures", "errors")} == {
        name: found.attrib[name] for name in ("tests", "failures", "errors")
    }
    return found


def outcomes(found: Element) -> dict[str, list[str]]:
    """Return by the name of each test case what is in it."""
    return {case.attrib["name"]: [part.tag for part in case] for case in found}


def text_of(found: Element, path: str) -> str:
    return found.findtext(path) or ""


def test_every_file_is_a_test_case(run: Run, tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a b/训<练>.py": b"torch.optim.Refused\ntorch.optim.Lossy\n",
            "broken.py": b"def broken(",
            "empty.py": b"",
            "noted.py": b"torch.optim.Unclear\n",
        },
    )
    done = run(".", "--format", "junit", command="check")
    assert done.exit_code == 2
    found = suite(done.stdout)
    assert found.attrib["name"] == "optconv check paddle"
    assert {case.attrib["classname"] for case in found} == {"optconv.check.paddle"}
    assert outcomes(found) == {
        "a b/训<练>.py": ["failure", "system-out"],
        "broken.py": ["error"],
        "empty.py": [],
        "noted.py": ["system-out"],
    }


def test_one_element_says_everything_that_fails_and_names_the_worst(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Lossy\n\n  torch.optim.Refused\ntorch.optim.Noted\n"})
    found = suite(run("a.py", "--format", "junit", command="check").stdout)
    (failure,) = found.findall("testcase/failure")
    assert failure.attrib == {"type": "OC302", "message": "OC302 refused: about Refused (and 1 more)"}
    convertible, refused = (failure.text or "").splitlines()
    assert convertible.startswith("a.py:1:1: OC107 [info] convertible: 2 of 3 references to the source")
    assert refused == "a.py:3:3: OC302 [error] refused: about Refused"
    assert text_of(found, "testcase/system-out").splitlines() == [
        "a.py:1:1: OC201 [warning] lossy: about Lossy",
        "a.py:4:1: OC101 [info] noted: about Noted",
    ]


CONTENTS = [b"", b"torch.optim.Noted", b"torch.optim.Unclear", b"torch.optim.Refused", b"def broken("]


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: content.decode() or "nothing")
@pytest.mark.parametrize("fail_on", ["info", "warning", "error", "never"])
@pytest.mark.parametrize(
    ("command", "options"),
    [("check", ()), ("report", ()), ("convert", ()), ("convert", ("--check",)), ("convert", ("--diff",))],
    ids=["check", "report", "convert", "convert --check", "convert --diff"],
)
def test_test_cases_fail_exactly_when_the_run_does(
    run: Run, tmp_path: Path, content: bytes, fail_on: str, command: str, options: tuple[str, ...]
) -> None:
    write(tmp_path, {"a.py": content})
    arguments = ("a.py", *options, "--fail-on", fail_on, "--report", "junit=out.xml")
    if command != "convert":
        arguments = ("a.py", "--fail-on", fail_on, "-o", "out.xml")
    status = run(*arguments, command=command).exit_code
    found = suite((tmp_path / "out.xml").read_text(encoding="utf-8"))
    bad = {0: ("0", "0"), 1: ("1", "0"), 2: ("0", "1")}[status]
    assert (found.attrib["failures"], found.attrib["errors"]) == bad


def test_only_what_is_new_fails(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\n"})
    run("a.py", "-o", "known.json", command="report")
    arguments = ("a.py", "--baseline", "known.json", "--format", "junit")
    known = suite(run(*arguments, command="check").stdout)
    assert outcomes(known) == {"a.py": ["system-out"]}
    write(tmp_path, {"a.py": b"torch.optim.Refused\ntorch.optim.Refused\n"})
    found = suite(run(*arguments, command="check").stdout)
    assert text_of(found, "testcase/failure") == "a.py:2:1: OC302 [error] refused: about Refused"
    assert text_of(found, "testcase/system-out") == "a.py:1:1: OC302 [error] refused: about Refused"


@pytest.mark.parametrize(("language", "reason"), [("en", "a comment in"), ("zh", "文件中的注释")])
def test_a_file_that_asks_to_be_left_alone_is_skipped(
    run_real: Run, tmp_path: Path, language: str, reason: str
) -> None:
    write(tmp_path, {"a.py": b"# optconv: skip-file\nimport torch.optim\n"})
    found = suite(run_real("a.py", "--format", "junit", "--lang", language, command="check").stdout)
    (skipped,) = found.findall("testcase/skipped")
    assert skipped.attrib["message"].startswith(reason)


def test_a_finding_of_a_notebook_names_the_cell(run_real: Run, tmp_path: Path) -> None:
    write(tmp_path, {"lab 1.ipynb": notebook("import torch", "\nopt = torch.optim.SGD(p, maximize=True)")})
    found = suite(run_real(".", "--format", "junit", "--ignore", "OC107", command="check").stdout)
    assert text_of(found, "testcase/failure").startswith("lab 1.ipynb:cell 2:2:7: OC302 [error] ")


def test_what_xml_does_not_allow_is_escaped(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {'a\x1b\n&".py': BEFORE})
    said = "\ud800\x00\ufffe\x1b]]>&<failure/>'\"\n\u202e🙂"
    where = Position(1, 1), Position(1, 2)
    diagnostic = Diagnostic("OC302", "refused", Severity.ERROR, Text(said, ""), *where)
    monkeypatch.setattr(
        "optconv.cli.convert.convert_content", lambda _, source, *__: Conversion(source, (diagnostic,))
    )
    found = suite(run(".", "--format", "junit", command="check").stdout)
    (case,) = found
    shown = "\\ud800\\x00\\ufffe\\x1b]]>&<failure/>'\" \\u202e🙂"
    assert case.attrib["name"] == r'a\x1b\n&".py'
    assert case[0].attrib["message"] == f"OC302 refused: {shown}"
    assert case[0].text == f'a\\x1b\\n&".py:1:1: OC302 [error] refused: {shown}'


def test_every_flavor_is_a_class_of_its_own(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b""})
    done = run("a.py", "--format", "junit", "--flavor", "nn", command="report", to="mindspore")
    assert suite(done.stdout)[0].attrib["classname"] == "optconv.report.mindspore-nn"


def test_without_files_it_is_a_suite_without_cases(run: Run) -> None:
    assert len(suite(run(".", "--format", "junit", command="check").stdout)) == 0
