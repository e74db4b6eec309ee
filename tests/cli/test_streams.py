"""Standard streams as they are in life: terminals, closed pipes, full disks, odd encodings."""

from __future__ import annotations

import io
import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from optconv.cli.problems import FileError
from optconv.cli.reading import read_standard_input

from .conftest import AFTER, BEFORE, Spawn, write

if TYPE_CHECKING:
    from pathlib import Path


def colourless() -> dict[str, str]:
    """Return the environment without what says something of colours."""
    return {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}


def on_a_terminal(spawn: Spawn, *arguments: str, **environment: str) -> str:
    """Run with both output streams on a terminal and return what it received."""
    ours, theirs = os.openpty()
    spawn(*arguments, stdout=theirs, stderr=theirs, env={**colourless(), "TERM": "xterm", **environment})
    os.close(theirs)
    received = b""
    try:
        while piece := os.read(ours, 4096):
            received += piece
    except OSError:  # Linux says so at the end
        pass
    finally:
        os.close(ours)
    return received.decode()


def test_on_a_terminal_there_is_colour(spawn: Spawn, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\n"})
    said = on_a_terminal(spawn, "a.py")
    assert "\x1b[31m\x1b[1mOC302\x1b[0m" in said
    assert re.sub(r"\x1b\[\d+m", "", said).startswith("a.py:1:1: OC302 [error] refused: about Refused\r\n")


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param({"NO_COLOR": "1"}, id="NO_COLOR"),
        pytest.param({"TERM": "dumb"}, id="a terminal that can do nothing"),
    ],
)
def test_there_is_no_colour_with(spawn: Spawn, tmp_path: Path, environment: dict[str, str]) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\ntorch.optim.SGD"})
    assert "\x1b" not in on_a_terminal(spawn, "a.py", "--diff", **environment)


def test_an_empty_no_color_forbids_nothing(spawn: Spawn, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\n"})
    assert "\x1b" in on_a_terminal(spawn, "a.py", NO_COLOR="")


def test_in_a_pipe_there_is_no_colour(spawn: Spawn, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"torch.optim.Refused\ntorch.optim.SGD"})
    done = spawn("a.py", "--diff", env={**colourless(), "TERM": "xterm"})
    assert b"\x1b" not in done.stdout + done.stderr


def test_a_difference_on_a_terminal_is_coloured_and_escaped(spawn: Spawn, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"# \x1b[2J\n\tx = torch.optim.SGD\r\n"})
    said = on_a_terminal(spawn, "a.py", "--diff")
    assert "\x1b[2J" not in said
    assert r"\x1b[2J" in said
    assert "\x1b[31m\x1b[1m-    x = torch.optim.SGD\\r\x1b[0m" in said
    assert "\x1b[32m\x1b[1m+    x = paddle.optimizer.SGD\\r\x1b[0m" in said


def test_a_reader_who_has_gone_is_no_reason_to_complain(spawn: Spawn, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BEFORE * 1000, "b.py": BEFORE})
    reader, writer = os.pipe()
    os.close(reader)
    done = spawn(".", "--diff", "--quiet", stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_reader_of_both_streams_who_has_gone_is_no_reason_to_complain(spawn: Spawn, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BEFORE})
    reader, writer = os.pipe()
    os.close(reader)
    done = spawn("a.py", "--diff", stdout=writer, stderr=writer)
    os.close(writer)
    assert done.returncode == 141


def test_a_full_disk_behind_standard_output_is_one_message(spawn: Spawn) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = spawn("-", "-q", input=BEFORE, stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (2, b"Error: No space left on device\n")


def test_streams_that_are_closed_do_no_harm(tmp_path: Path, spawn: Spawn) -> None:
    write(tmp_path, {"a.py": BEFORE})
    done = spawn(".", closing="<&- >&- 2>&-")
    assert (done.returncode, (tmp_path / "a.py").read_bytes()) == (0, AFTER)


def test_standard_input_that_is_closed_is_one_diagnostic(spawn: Spawn) -> None:
    done = spawn("-", closing="<&-")
    assert done.returncode == 2
    assert (
        b"<stdin>:1:1: OC903 [error] unreadable-file: <stdin> could not be read: it is closed" in done.stderr
    )


def test_standard_input_that_cannot_be_read_is_one_diagnostic(monkeypatch: pytest.MonkeyPatch) -> None:
    class Torn(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, f"Input/output error after {size} bytes")

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(Torn()))
    with pytest.raises(FileError) as raised:
        read_standard_input()
    assert raised.value.diagnostic.code == "OC903"
    assert "Input/output error" in raised.value.diagnostic.message.en


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_messages_survive_an_encoding_that_cannot_write_them(
    spawn: Spawn, tmp_path: Path, encoding: str
) -> None:
    write(tmp_path, {"训练.py": "x = '中文' + torch.optim.Refused\n".encode()})
    environment = {**os.environ, "PYTHONIOENCODING": f"{encoding}:strict"}
    done = spawn(".", "--lang", "zh", env=environment)
    assert done.returncode == 1
    assert b"OC302" in done.stderr
