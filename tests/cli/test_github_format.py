"""``--format github``: workflow commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from optconv.converter import Conversion, Diagnostic, Position, Severity
from optconv.mappings import Text

from .conftest import BEFORE, Run, notebook, write

if TYPE_CHECKING:
    from pathlib import Path


def commands(run: Run, *arguments: str, command: str = "check") -> list[str]:
    return run(*arguments, "--format", "github", command=command).stdout.splitlines()


def test_an_annotation_has_a_place_a_title_and_a_message(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"lib/a.py": b"  torch.optim.Refused\n"})
    assert commands(run, ".") == [
        "::error file=lib/a.py,line=1,endLine=1,col=3,endColumn=22,title=OC302 refused::about Refused"
    ]


def test_the_most_urgent_come_first_and_of_the_notes_the_one_that_fails(run: Run, tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.py": b"torch.optim.Noted\ntorch.optim.Lossy\n",
            "b.py": b"torch.optim.Noted\ntorch.optim.Unclear\ntorch.optim.Refused\n",
            "c.py": b"def broken(",
        },
    )
    lines = commands(run, ".", "--quiet")
    kinds = [line.partition(" ")[0].strip(":") for line in lines]
    assert kinds == ["error", "error", "warning", "warning", "notice", "notice", "notice", "notice"]
    titles = [line.partition("title=")[2][:5] for line in lines]
    assert titles == ["OC901", "OC302", "OC204", "OC201", "OC107", "OC107", "OC101", "OC101"]


def test_what_means_something_to_github_is_escaped(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"a,b:c 100%25/训 练.py": BEFORE})
    said = "50 %, x: y\n::error::forged\r\x1b[31m \ud800"
    where = Position(1, 1), Position(1, 2)
    found = Diagnostic("OC302", "unsupported-argument", Severity.ERROR, Text(said, ""), *where)
    monkeypatch.setattr(
        "optconv.cli.convert.convert_content", lambda _, source, *__: Conversion(source, (found,))
    )
    (line,) = commands(run, ".")
    assert line == (
        "::error file=a%2Cb%3Ac 100%2525/训 练.py,line=1,endLine=1,col=1,endColumn=2,"
        r"title=OC302 unsupported-argument::50 %25, x: y ::error::forged \x1b[31m \ud800"
    )


def test_a_line_end_in_the_name_of_a_file_forges_no_command(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a\n::error::b.py": b"torch.optim.Refused\n"})
    (line,) = commands(run, ".")
    assert line.startswith("::error file=a%0A%3A%3Aerror%3A%3Ab.py,")


def test_columns_are_left_out_where_several_lines_are_meant(run_real: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"import torch\nopt = torch.optim.SGD(\n    p, maximize=True)\n"})
    (line,) = commands(run_real, "a.py", "--ignore", "OC107", "--lang", "zh")
    assert line.startswith("::error file=a.py,line=2,endLine=3,title=OC302 unsupported-argument::")
    assert "无法转换" in line


def test_an_annotation_of_a_notebook_is_at_the_line_of_its_json(run_real: Run, tmp_path: Path) -> None:
    content = notebook("import torch\n\nopt = torch.optim.SGD(p, maximize=True)")
    write(tmp_path, {"a.ipynb": content})
    (line,) = commands(run_real, ".", command="report")
    number = int(line.partition("line=")[2].partition(",")[0])
    assert "maximize=True" in content.decode().splitlines()[number - 1]
    assert "::cell 1, line 3: maximize=True" in line


def test_only_what_is_new_is_annotated(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\n"})
    run("a.py", "-o", "known.json", command="report")
    assert commands(run, "a.py", "--baseline", "known.json") == []
    write(tmp_path, {"a.py": b"\ntorch.optim.Refused\ntorch.optim.Unclear\n"})
    (line,) = commands(run, "a.py", "--baseline", "known.json")
    assert "OC204" in line


@pytest.mark.parametrize("count", [10, 11])
def test_it_says_when_there_are_more_than_github_shows(run: Run, tmp_path: Path, count: int) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\n" * count + b"torch.optim.Unclear\n"})
    lines = commands(run, "a.py")
    more = [line.rpartition("; ")[2] for line in lines if not line.startswith("::")]
    assert more == ["errors: 11, warnings: 1, notices: 0"] * (count - 10)


def test_standard_input_and_a_file_that_cannot_be_read_have_no_line(run: Run, tmp_path: Path) -> None:
    done = run("-", "--format", "github", stdin=b"torch.optim.Refused\n", command="check")
    assert done.stdout == "::error title=OC302 refused::about Refused\n"
    write(tmp_path, {"a.py": b"raise fault"})
    (line,) = commands(run, "a.py")
    assert line.startswith("::error file=a.py,title=OC905 internal-error::internal error")


def test_where_nothing_is_found_nothing_is_written(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b""})
    done = run(".", "--format", "github", command="check")
    assert (done.exit_code, done.stdout) == (0, "")
