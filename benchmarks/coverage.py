"""Counts what optconv makes of training code, and what a plain text search finds that it does not mention.

    python benchmarks/coverage.py FOLDER... --to paddle [--flavor NAME] [--missed FILE] [--python PYTHON]

Each folder is one repository. The text search knows nothing of names, scopes and kinds: it takes the words
of the catalogue wherever they stand in code (not in strings, comments, imports or definitions), and of words
that other objects have, too (`step`, `state_dict`), those behind a name that looks like an optimizer's. A
word is missed when no reference and no diagnostic is on its line.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from optconv.mappings import load_tables, target_names

_OUTCOMES = ("exact", "warned", "declined", "not-understood")
_LOOKS_LIKE_ONE = re.compile(r"opt|sched|scaler", re.IGNORECASE)
_SHARED = frozenset({"step", "state_dict", "load_state_dict", "state", "update", "scale", "eval", "train"})
_DEFINING = frozenset({"def", "class", "import", "from", "as", "global", "nonlocal"})


@dataclass
class Counts:
    """What was found in one repository."""

    files: int = 0
    changed: int = 0
    failed: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    words: int = 0
    missed: list[str] = field(default_factory=list)


def covered_words(target: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of classes and functions of the catalogue, and those of methods and attributes."""
    tables = load_tables(target)
    classes = {api.name.rpartition(".")[2] for api in tables.source_apis.values()}
    classes -= {"Optimizer", "Module", "Tensor", "save", "load", "autocast", "LRScheduler"}
    return frozenset(classes), frozenset(tables.member_names | tables.telling_names) - {"optim"}


def text_hits(text: str, classes: frozenset[str], members: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Return line and word of everything that looks like one of the names, by tokens alone."""
    tokens = [
        t
        for t in tokenize.generate_tokens(io.StringIO(text).readline)
        if t.type not in (tokenize.COMMENT, tokenize.NL, tokenize.STRING)
    ]
    importing = False
    for i, token in enumerate(tokens):
        if token.type == tokenize.NEWLINE:
            importing = False
        importing = importing or (token.string in ("import", "from") and token.type == tokenize.NAME)
        if token.type != tokenize.NAME or importing or tokens[i - 1].string in _DEFINING:
            continue
        is_class = token.string in classes and "torch" in text
        behind_dot = token.string in members and tokens[i - 1].string == "."
        if is_class or (behind_dot and _is_about_one(tokens, i, token.string)):
            yield token.start[0], token.string


def _is_about_one(tokens: list[tokenize.TokenInfo], i: int, word: str) -> bool:
    """Return whether a word behind a dot is an optimizer's: by itself, or by the name in front of it."""
    before = next((t.string for t in reversed(tokens[max(i - 8, 0) : i - 1]) if t.type == tokenize.NAME), "")
    looks = _LOOKS_LIKE_ONE.search(before) is not None
    return looks if word in _SHARED or len(word) < 9 else looks or word == "zero_grad"


def examine(folder: Path, arguments: argparse.Namespace) -> Counts:
    """Convert one repository in memory, and compare with the text of its files."""
    command = [arguments.python, "-m", "optconv", "convert", str(folder), "--check", "--format", "json"]
    command += ["--to", arguments.to, *(("--flavor", arguments.flavor) if arguments.flavor else ())]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    document = json.loads(done.stdout)
    counts = Counts(files=document["summary"]["files"], changed=document["summary"]["changed"])
    counts.failed = document["summary"]["failed"]
    words = covered_words(arguments.to)
    for file in document["files"]:
        counts.outcomes.update(reference["outcome"] for reference in file["references"])
        said = {reference["line"] for reference in file["references"]}
        said |= {n for d in file["diagnostics"] for n in range(d["line"], d["end_line"] + 1)}
        _compare(Path(file["path"]), said, words, counts)
    return counts


def _compare(
    path: Path, said: set[int], words: tuple[frozenset[str], frozenset[str]], counts: Counts
) -> None:
    if path.suffix != ".py":
        return
    try:
        with tokenize.open(path) as stream:
            text = stream.read()
        hits = list(text_hits(text, *words))
    except (OSError, SyntaxError, UnicodeDecodeError, tokenize.TokenError):
        return  # optconv says so itself
    lines = text.splitlines()
    counts.words += len(hits)
    for line, word in hits:
        if not said & set(range(line - 3, line + 1)):  # a reference begins where its expression does
            counts.missed.append(f"{path}:{line}: {word}: {lines[line - 1].strip()[:100]}")


def main() -> None:
    """Print one line for each repository, and the sum."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--to", required=True, choices=target_names())
    parser.add_argument("--flavor")
    parser.add_argument("--missed", type=Path, help="write what was missed to this file")
    parser.add_argument("--python", default=sys.executable, help="of the optconv that is measured")
    arguments = parser.parse_args()
    columns = ("repository", "files", "changed", "failed", *_OUTCOMES, "words", "missed")
    print(f"| {' | '.join(columns)} |")
    print("|---|" + "---:|" * (len(columns) - 1))
    whole, missed = Counts(), []
    for folder in arguments.folders:
        counts = examine(folder, arguments)
        _show(folder.name, counts)
        for name in ("files", "changed", "failed", "words"):
            setattr(whole, name, getattr(whole, name) + getattr(counts, name))
        whole.outcomes += counts.outcomes
        missed += counts.missed
    whole.missed = missed
    _show("all", whole)
    if arguments.missed:
        arguments.missed.write_text("\n".join(missed) + "\n", encoding="utf-8")


def _show(name: str, counts: Counts) -> None:
    outcomes = " | ".join(str(counts.outcomes[outcome]) for outcome in _OUTCOMES)
    print(
        f"| {name} | {counts.files} | {counts.changed} | {counts.failed} | {outcomes} |"
        f" {counts.words} | {len(counts.missed)} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
