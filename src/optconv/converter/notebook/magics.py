"""What IPython adds to Python: lines and cells that its own commands take, the magics.

A cell is read as Python in which a call of a unique name stands in the place of each such piece.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass

from optconv.converter.result import Position
from optconv.converter.source import ParseError, parse
from optconv.mappings import Text, message

_END = r"(?:\r\n|\r|\n)"
_LINE_END = re.compile(_END)
_CELL_MAGIC = re.compile(rf"(?:[ \t]*{_END})*%%(?P<name>\S*)")
_STATEMENT = re.compile(r"[ \t]*(?P<piece>[%!?,;/])")
_HELP = re.compile(r"[ \t]*(?P<piece>%{0,2}[^\W\d](?:[\w.*]|\[[^\]\r\n]*\])*\?{1,2})[ \t]*(?=[\r\n]|\Z)")
_ASSIGNED = re.compile(r"[ \t]*[^\s=#'\"()%!?][^=#'\"()\r\n]*=[ \t]*(?P<piece>[%!])")
_TO_LINE_END = re.compile(rf"(?:[^\r\n]*\\{_END})*[^\r\n]*")  # a backslash continues a magic, too
_TIME = re.compile(r"%time[ \t]+(?=[^\s%!?-])")  # it runs the statement behind it, once
_MAGIC = re.compile(r"%{1,2}(?P<name>\w+)")
_TOKEN = re.compile(
    r"""(?P<end>\r\n|\r|\n) | (?P<open>[(\[{]) | (?P<close>[)\]}]) | \#[^\r\n]* | \\(?:\r\n|.)
    | \"{3}(?:\\.|[^\\])*?\"{3} | '{3}(?:\\.|[^\\])*?'{3}
    | "(?:\\.|[^"\\\r\n])*" | '(?:\\.|[^'\\\r\n])*' | [^\r\n()\[\]{}\#\\"']+ | .""",
    re.VERBOSE | re.DOTALL,
)
_WORD = re.compile(r"(?<![\w.])[^\W\d]\w*")
_FILLED_IN = re.compile(r"\{([^{}]*)\}|\$(\w+)")

# Cell magics that run the cell as Python, where the other cells run.
_RUNNING_HERE = frozenset({"time", "timeit", "capture", "prun"})
# Those that run it elsewhere, or only write it to a file.
_RUNNING_ELSEWHERE = frozenset({"file", "pypy", "python", "python2", "python3", "writefile"})
# Those whose cell is something else.
_OTHER_LANGUAGES = frozenset(
    {"R", "bash", "bigquery", "cmd", "html", "javascript", "js", "julia", "latex", "markdown", "perl", "ruby"}
    | {"script", "sh", "shell", "sql", "svg", "sx", "system"}
)
_RUNNING_CODE = frozenset({"time", "timeit", "prun", "memit", "mprun", "lprun"})  # line magics


@dataclass(frozen=True)
class Held:
    """A piece of a cell that is not Python, and the call that stands for it."""

    name: str  # of the function that is called
    text: str
    line: int  # of the cell
    words: frozenset[str] = frozenset()  # names of the notebook that it may use
    magic: str = ""  # what takes the code in it, where there may be some
    behind: str = ""  # what stands behind the call: a semicolon, where a statement follows on the line


@dataclass(frozen=True)
class CellCode:
    """A cell as Python."""

    text: str
    tree: ast.Module
    lines: tuple[int, ...]  # for each line of the text, the line of the cell
    held: tuple[Held, ...] = ()
    alone: bool = False  # the whole cell is one piece that is not Python
    problem: ParseError | None = None  # why, where nothing else than a mistake in it can be the reason


def said_of(held: Held) -> Text:
    """Return why the code in a piece was not converted."""
    return message("notebook.up_to_magic", magic=held.magic)


def read_cell(text: str, names: Iterator[str]) -> CellCode:
    """Read a cell.

    Args:
        text: what stands in it.
        names: names that stand nowhere in the notebook.
    """
    try:
        return CellCode(text, parse(text), _line_numbers(text))
    except ParseError:
        magic = _CELL_MAGIC.match(text)
    if magic and magic["name"] not in _RUNNING_HERE:
        return _alone(_taken(text, magic["name"], next(names)))
    code, lines, held = _without_magics(text, names)
    try:
        return CellCode(code, parse(code), lines, held)
    except ParseError as error:
        place = Position(lines[min(error.position.line, len(lines)) - 1], error.position.column)
        problem = ParseError(error.reason, place)
        return _alone(Held(next(names), text, 1, _words(text)), problem)


def _taken(text: str, magic: str, name: str) -> Held:
    """Return a cell that a magic takes as a whole."""
    if magic in _OTHER_LANGUAGES or magic.startswith("!"):
        return Held(name, text, 1)
    words = frozenset() if magic in _RUNNING_ELSEWHERE else _words(text)
    return Held(name, text, 1, words, f"%%{magic}")


def _alone(held: Held, problem: ParseError | None = None) -> CellCode:
    code = f"{held.name}()"
    return CellCode(code, parse(code), (1,), (held,), alone=True, problem=problem)


def _line_numbers(text: str) -> tuple[int, ...]:
    return tuple(range(1, len(_LINE_END.findall(text)) + 2))


def _without_magics(text: str, names: Iterator[str]) -> tuple[str, tuple[int, ...], tuple[Held, ...]]:
    """Return a cell with calls instead of its magics, the lines that its lines were, and the magics."""
    pieces: list[str] = []
    lines, held = [1], []
    line, position = 1, 0
    for start, end, joined in (*_magics(text), (len(text), len(text), False)):
        plain = text[position:start]
        for _ in _LINE_END.findall(plain):
            line += 1
            lines.append(line)
        pieces.append(plain)
        if start < end:
            held.append(_held(text[start:end], next(names), line, ";" if joined else ""))
            pieces.append(f"{held[-1].name}(){held[-1].behind}")
            line += len(_LINE_END.findall(text, start, end))
        position = end
    return "".join(pieces), tuple(lines), tuple(held)


def _magics(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield where in a cell something stands that IPython takes, and whether a statement follows it."""
    place = 0
    while place < len(text):
        found = _magic_at(text, place)
        if found is not None:
            yield found
            place = found[1]
        place = _next_statement(text, place)


def _magic_at(text: str, place: int) -> tuple[int, int, bool] | None:
    """Return what IPython takes of the line that begins here."""
    asked = _HELP.match(text, place)
    if asked:
        return (*asked.span("piece"), False)
    match = _STATEMENT.match(text, place) or _ASSIGNED.match(text, place)
    if match is None:
        return None
    start = match.start("piece")
    end = _end_of_line(text, start)
    timed = _TIME.match(text, start, end)
    if timed and _is_python(text[timed.end() : end]):
        return start, timed.end(), True
    return start, end, False


def _end_of_line(text: str, place: int) -> int:
    match = _TO_LINE_END.match(text, place)
    return match.end() if match else len(text)


def _is_python(text: str) -> bool:
    try:
        return bool(parse(text).body)
    except ParseError:
        return False


def _next_statement(text: str, place: int) -> int:
    """Return where the next line begins that can begin a statement: not in a string, not in brackets."""
    depth = 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        assert token is not None
        place = token.end()
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth = max(depth - 1, 0)
        elif token["end"] and not depth:
            break
    return place


def _held(text: str, name: str, line: int, behind: str) -> Held:
    magic = _MAGIC.match(text)
    if behind:
        return Held(name, text, line, behind=behind)
    if magic and magic["name"] in _RUNNING_CODE:
        return Held(name, text, line, _words(text[magic.end() :]), magic[0])
    filled_in = " ".join(" ".join(groups) for groups in _FILLED_IN.findall(text))
    return Held(name, text, line, frozenset() if text.startswith("?") else _words(filled_in))


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall(text) if not keyword.iskeyword(word))
