"""Short ways to convert a source and to look at what came of it."""

from __future__ import annotations

import ast
import json
from functools import lru_cache
from textwrap import dedent

from optconv.converter import Conversion, Options, convert_content, convert_source
from optconv.converter.scopes import ScopeTree
from optconv.mappings import Tables, load_tables

BARE = Options(annotate=False)


@lru_cache(maxsize=1)
def paddle_tables() -> Tables:
    """Return the tables for paddle, loaded once."""
    return load_tables("paddle")


def convert(text: str, options: Options = BARE) -> Conversion:
    """Convert a source, without marking comments unless the options say otherwise."""
    return convert_source(dedent(text).lstrip("\n").encode(), paddle_tables(), options)


def output(text: str, options: Options = BARE) -> str:
    """Return the converted text; the conversion must not have failed, and must be stable."""
    conversion = convert(text, options)
    assert not conversion.failed, conversion.diagnostics
    again = convert_source(conversion.source, paddle_tables(), options)
    assert again.source == conversion.source, f"a second run gives:\n{again.source.decode()}"
    return conversion.source.decode()


def said(text: str, options: Options = BARE) -> list[str]:
    """Return the diagnostics as ``line:code``."""
    return [f"{found.start.line}:{found.code}" for found in convert(text, options).diagnostics]


def becomes(before: str, after: str, *codes: str, options: Options = BARE) -> None:
    """Assert what a source becomes, and what is said."""
    assert output(before, options) == dedent(after).lstrip("\n")
    assert said(before, options) == list(codes)


def stays(text: str, *codes: str) -> None:
    """Assert that a source is not changed, and what is said."""
    becomes(text, text, *codes)


def of_bytes(source: bytes, name: str = "a.py", options: Options = BARE) -> Conversion:
    """Convert the bytes of any file; a second run must change nothing."""
    tables = load_tables("paddle")
    conversion = convert_content(name, source, tables, options)
    assert convert_content(name, conversion.source, tables, options).source == conversion.source
    return conversion


def kept(conversion: Conversion) -> list[str]:
    """Return what is said, as ``line:code``."""
    return [f"{found.start.line}:{found.code}" for found in conversion.diagnostics]


def ignored(conversion: Conversion) -> list[str]:
    """Return what is ignored, as ``line:code``."""
    return [f"{found.start.line}:{found.code}" for found in conversion.ignored]


def notebook(*cells: str, kind: str = "code") -> bytes:
    """Return a notebook with these cells."""
    written = [
        {"cell_type": kind, "metadata": {}, "source": cell.splitlines(keepends=True)} for cell in cells
    ]
    return json.dumps({"cells": written, "metadata": {}, "nbformat": 4, "nbformat_minor": 2}).encode()


def expression_in(text: str) -> tuple[ast.expr, ScopeTree]:
    """Return the argument of the call of ``look`` in a source, and the scopes around it."""
    scopes = ScopeTree(ast.parse(dedent(text)))
    looks = [c for c in scopes.calls if isinstance(c.func, ast.Name) and c.func.id == "look"]
    return looks[0].args[0], scopes
