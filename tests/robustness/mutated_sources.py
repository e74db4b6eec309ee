"""Sources that people wrote (the inputs of the case pages, the examples), with something wrong done to them."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from casepages.page import read_page
from hypothesis import strategies as st

_TESTS = Path(__file__).parents[1]
_SCRAPS = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    "=",
    ":=",
    "*",
    "**",
    "lambda: ",
    "yield",
    "await ",
    "not ",
    "\\\n",
]
_SCRAPS += [
    "\n",
    "\r",
    "\r\n",
    "\x0c",
    "\t",
    "    ",
    "#",
    "'",
    '"',
    "'''",
    "\x00",
    "\x1a",
    "\ufeff",
    "é",
    "\u2028",
    ";",
]
_SCRAPS += [
    "global o\n",
    "del o\n",
    "import torch\n",
    "from torch.optim import *\n",
    "if x:\n",
    "for o in x:\n",
    "o",
]
_SCRAPS += [
    " if x else y",
    ".optim",
    ".step()",
    "[0]",
    "@",
    "async ",
    "class A:\n",
    "def f():\n",
    "return\n",
    "...",
]


@cache
def sources() -> Sequence[str]:
    """Return the sources, the short ones first."""
    pages = sorted((_TESTS / "cases").glob("*.md"))
    texts = [case.source for page in pages for case in read_page(page)]
    texts += [file.read_text("utf-8") for file in sorted((_TESTS.parent / "examples").glob("*.py"))]
    texts += [file.read_text("utf-8") for file in sorted((_TESTS / "parity" / "loops").glob("*.py"))]
    return sorted(dict.fromkeys(texts), key=len)


@st.composite
def mutated_sources(draw: st.DrawFn) -> bytes:
    """Return a source after some deletions, duplications, exchanges and insertions."""
    text = draw(st.sampled_from(sources()))
    if draw(st.integers(0, 4)) == 0:  # two files in one
        text += draw(st.sampled_from(sources()))
    for _ in range(draw(st.integers(1, 4))):
        mutate = draw(st.sampled_from([_lines, _tokens, _characters, _truncated, _indented]))
        text = mutate(draw, text)
    newline = draw(st.sampled_from(["\n"] * 6 + ["\r\n", "\r"]))
    encoded = text.replace("\n", newline).encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 9)) == 0 and encoded:
        place = draw(st.integers(0, len(encoded) - 1))
        encoded = encoded[:place] + draw(st.binary(max_size=3)) + encoded[place + 1 :]
    return encoded


def _changed(draw: st.DrawFn, parts: list[str], scraps: Sequence[str]) -> list[str]:
    """Delete, double, exchange or put in some of the parts of a text."""
    if not parts:
        return [draw(st.sampled_from(scraps))]
    place, other = (draw(st.integers(0, len(parts) - 1)) for _ in "ab")
    match draw(st.sampled_from(["delete", "double", "exchange", "insert", "replace"])):
        case "delete":
            del parts[place : place + draw(st.integers(1, 3))]
        case "double":
            parts.insert(place, parts[other])
        case "exchange":
            parts[place], parts[other] = parts[other], parts[place]
        case "insert":
            parts.insert(place, draw(st.sampled_from(scraps)))
        case "replace":
            parts[place] = draw(st.sampled_from(scraps))
    return parts


def _lines(draw: st.DrawFn, text: str) -> str:
    return "".join(_changed(draw, text.splitlines(keepends=True), _SCRAPS))


def _tokens(draw: st.DrawFn, text: str) -> str:
    """Change the tokens and what stands between them."""
    lines = text.splitlines(keepends=True)
    parts: list[str] = []
    row, column = 1, 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            (first, start), (row_behind, behind) = token.start, token.end
            between = lines[row - 1 : first] if row <= len(lines) else []
            parts.append("".join(between)[column : None if first > row else start] if between else "")
            parts.append(token.string)
            row, column = row_behind, behind
    except (tokenize.TokenError, SyntaxError):
        return _characters(draw, text)
    return "".join(_changed(draw, parts, _SCRAPS))


def _characters(draw: st.DrawFn, text: str) -> str:
    return "".join(_changed(draw, list(text), _SCRAPS))


def _truncated(draw: st.DrawFn, text: str) -> str:
    place = draw(st.integers(0, len(text)))
    return text[:place] if draw(st.booleans()) else text[place:]


def _indented(draw: st.DrawFn, text: str) -> str:
    """Put a part of the lines into a block."""
    lines = text.splitlines(keepends=True)
    first = draw(st.integers(0, len(lines)))
    last = draw(st.integers(first, len(lines)))
    headers = [
        "if x:\n",
        "for i in r:\n",
        "def f(o, model):\n",
        "class A(B):\n",
        "try:\n",
        "with a as o:\n",
        "while o:\n",
    ]
    footer = "except E: pass\n" if (header := draw(st.sampled_from(headers))).startswith("try") else ""
    inside = [f"    {line}" for line in lines[first:last]] or ["    pass\n"]
    return "".join([*lines[:first], header, *inside, footer, *lines[last:]])
