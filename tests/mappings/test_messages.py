"""The file of messages: what may stand in it, that code and file know the same ones, and when it is read."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import TypeGuard, get_args

import pytest

import optconv
from optconv.cli.reference.parameter_table import EXPLAINED_TYPES
from optconv.cli.reference.workaround_code import EXPLAINED_NAMES
from optconv.cli.report.counted import Noun
from optconv.cli.verify.html_construction import GROUPS
from optconv.converter.describe import IN_WORDS
from optconv.converter.result import Outcome, Severity
from optconv.converter.static_values.places import Origin
from optconv.mappings import TableError, Text, diagnostic_kinds, message
from optconv.mappings.messages import load_messages
from optconv.mappings.signatures import BindingError, parse_signature
from optconv.parity.compare import CLOSENESSES
from optconv.parity.verify.result import Verdict

from .conftest import without_path

ROOT = Path(optconv.__file__).parent
FILE = ROOT / "mappings" / "messages.yaml"
MESSAGES = load_messages(FILE)

MODULES = {path.relative_to(ROOT).as_posix(): path for path in sorted(ROOT.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def binding_reasons() -> set[str]:
    """Return the reasons of every error that binding a call can end in."""
    found = set()
    calls: list[tuple[int, list[str]]] = [(2, []), (0, ["b"]), (1, ["a"]), (0, [])]
    for positional, keywords in calls:
        with pytest.raises(BindingError) as caught:
            parse_signature("(a)").bind(positional, keywords)
        found.add(caught.value.reason)
    return found


# What a key can end in that is put together where it is used.
ENDINGS: dict[str, set[str]] = {
    "binding.reason.": binding_reasons(),
    "count.many.": set(get_args(Noun)),
    "count.one.": set(get_args(Noun)),
    "describe.fails.": set(IN_WORDS),
    "describe.holds.": set(IN_WORDS),
    "html.severity.": {severity.value for severity in Severity},
    "reference.closeness.": set(CLOSENESSES),
    "reference.name.": set(EXPLAINED_NAMES),
    "reference.severity.": {kind.severity for kind in diagnostic_kinds().values()},
    "reference.type.": set(EXPLAINED_TYPES),
    "report.outcome.": {outcome.value for outcome in Outcome},
    "verify.claimed.": {outcome.value for outcome in Outcome},
    "verify.origin.": set(get_args(Origin)) - {"set"},
    "verify.verdict.": {verdict.value for verdict in Verdict},
    "report.topic.": {kind.topic for kind in diagnostic_kinds().values()},
    "verify.page.group.": set(GROUPS),
    "verify.page.verdict.": {verdict.value for verdict in Verdict},
}


@dataclass(frozen=True)
class Use:
    """One call of ``message``, for one of the keys that it can be called with."""

    key: str
    place: str
    fields: frozenset[str]


def keys_of(node: ast.expr) -> Iterator[str]:
    """Yield every key that a first argument can be: it is written out, or ends in one of ``ENDINGS``."""
    match node:
        case ast.Constant(value=str(key)):
            yield key
        case ast.IfExp(body=one, orelse=other):
            yield from keys_of(one)
            yield from keys_of(other)
        case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), ast.FormattedValue()]):
            yield from (f"{beginning}{ending}" for ending in ENDINGS[beginning])
        case _:
            raise AssertionError(f"line {node.lineno}: a key must be written out: {ast.unparse(node)}")


def uses() -> Iterator[Use]:
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "message":
                assert len(node.args) == 1, f"{name}:{node.lineno}"
                fields = [keyword.arg for keyword in node.keywords]
                assert None not in fields, f"{name}:{node.lineno}: fields must be written out"
                for key in keys_of(node.args[0]):
                    yield Use(key, f"{name}:{node.lineno}", frozenset(filter(None, fields)))


USES = list(uses())


def fields_of(text: str) -> set[str]:
    """Return the fields of a template; they are plain names, but click quotes some of its own."""
    parts = [part for part in Formatter().parse(text) if part[1] is not None]
    plain = [
        name and name.isidentifier() and not spec and kind in (None, "r") for _, name, spec, kind in parts
    ]
    assert all(plain), text
    return {f"{name}!{kind}" if kind else name for _, name, _, kind in parts if name}


def words_of(text: str) -> str:
    """Return a template without what is no word of a language: its fields, and code in backticks."""
    return re.sub(r"`[^`]*`|\{\w*(!r)?\}", "", text)


def has_letters(text: str) -> bool:
    return any(character.isalpha() for character in text)


def is_chinese(text: str) -> bool:
    return re.search("[\u4e00-\u9fff]", text) is not None


def test_every_message_that_is_asked_for_is_there() -> None:
    assert {use.key: use.place for use in USES if use.key not in MESSAGES} == {}


def topics_asked_for() -> set[str]:
    """Return the topics of which all messages are asked for at once, by ``messages_about``."""
    calls = [node for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = [node for node in calls if isinstance(node.func, ast.Name) and node.func.id == "messages_about"]
    return {ast.literal_eval(node.args[0]) for node in names}


def test_every_message_is_asked_for() -> None:
    unused = set(MESSAGES) - {use.key for use in USES}
    assert {key for key in unused if key.partition(".")[0] not in topics_asked_for()} == set()


def test_each_gets_just_the_fields_that_it_has() -> None:
    wrong = {use.place: use for use in USES if use.fields != fields_of(MESSAGES[use.key].en)}
    assert wrong == {}


def test_message_is_never_handed_on_to_be_called_elsewhere() -> None:
    for name, tree in TREES.items():
        called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
        if any(alias.name == "message" for node in imports for alias in node.names):
            read = (n for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
            names = (node for node in read if node.id == "message")
            assert [node.lineno for node in names if id(node) not in called] == [], name


@pytest.mark.parametrize("key", sorted(MESSAGES))
def test_both_languages_say_it_with_the_same_fields(key: str) -> None:
    text = MESSAGES[key]
    assert re.fullmatch(r"[a-z_]+(\.[a-z_-]+)+", key)
    assert fields_of(text.en) == fields_of(text.zh)
    assert text.en.isascii()
    assert text.en != text.zh, "what is alike in both languages is no message: Text.same"
    assert is_chinese(text.zh) or not has_letters(words_of(text.zh))


def strings_of(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def is_text(node: ast.AST) -> TypeGuard[ast.Call]:
    """Return whether a node makes a `Text`: ``Text(...)`` or ``Text.same(...)``."""
    match node:
        case ast.Call(func=ast.Name(id="Text") | ast.Attribute(value=ast.Name(id="Text"), attr="same")):
            return True
    return False


SHOWN_ERRORS = {
    "BadParameter",
    "BaselineError",
    "ClickException",
    "ConfigurationError",
    "UnknownCodeError",
    "UsageError",
}


def is_shown_error(node: ast.AST) -> TypeGuard[ast.Call]:
    """Return whether a node makes an error whose text stands in the code and is shown to people as it is."""
    match node:
        case ast.Call(
            func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Constant() | ast.JoinedStr(), *_]
        ):
            return name in SHOWN_ERRORS
    return False


def literal_words(tree: ast.Module) -> list[int]:
    """Return the lines in which words for people are written in code; help is, and has a test of its own."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [node for node in ast.walk(tree) if is_text(node) or is_shown_error(node)]
    found = {n.lineno for n in texts for text in strings_of(n) if has_letters(words_of(text))}
    chinese = (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in docstrings)
    return sorted(found | {n.lineno for n in chinese if isinstance(n.value, str) and is_chinese(n.value)})


@pytest.mark.parametrize("name", sorted(MODULES))
def test_no_words_for_people_stand_in_the_code(name: str) -> None:
    assert literal_words(TREES[name]) == []


def test_a_message_is_filled_in_in_each_language() -> None:
    filled = message("reading.more_than", limit=Text("a {few}", "几个"))
    assert filled == Text("more than a {few}", "超过几个")


def test_an_unknown_key_is_an_error_that_names_it() -> None:
    with pytest.raises(KeyError, match=r"messages\.yaml has no message 'reading\.nothing'"):
        message("reading.nothing")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a.b: {en: one, zh: 一}\na.b: {en: two, zh: 二}\n", "2: a.b: this key stands here twice"),
        ("a.b: {en: one}\n", "1: a.b: the key 'zh' is missing"),
        ("a.b:\n  en: one\n  zh: ' '\n", "3: a.b.zh: expected words a person can read"),
        ("a.b: {en: one, zh: 一, fr: un}\n", "1: a.b.fr: unknown key 'fr'; expected one of en, zh"),
        ("a.b: one\n", "1: a.b: expected a mapping"),
        ("a:\n  b: {en: one, zh: 一}\n", "2: a.b: unknown key 'b'; expected one of en, zh"),
    ],
)
def test_a_broken_file_is_an_error_with_its_line(text: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "messages.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TableError) as caught:
        load_messages(path)
    assert without_path(caught.value, path) == complaint


def test_spaces_of_words_between_other_words_stay(tmp_path: Path) -> None:
    path = tmp_path / "messages.yaml"
    path.write_text('a.and: {en: " and ", zh: " 且 "}\n', encoding="utf-8")
    assert load_messages(path) == {"a.and": Text(" and ", " 且 ")}


CONVERT = """
from optconv.converter import Options, convert_source
from optconv.mappings import load_tables
convert_source({source!r}, load_tables("paddle"), Options(skim={skim}))
"""
HELP = """
from optconv.cli.main import main
main({arguments}, standalone_mode=False)
"""
ENGLISH, CHINESE = "C.UTF-8", "zh_CN.UTF-8"


def reads_messages(program: str, locale: str = ENGLISH) -> bool:
    """Return whether a fresh interpreter opens the file of messages while it runs ``program``."""
    watching = (
        "import sys\nopened = []\n"
        "sys.addaudithook(lambda event, found: opened.append(str(found[0])) if event == 'open' else None)\n"
        f"{program}\nprint(any(name.endswith('messages.yaml') for name in opened))"
    )
    done = subprocess.run(
        [sys.executable, "-c", watching],
        capture_output=True,
        check=True,
        env={**os.environ, "LC_ALL": locale, "PYTHONIOENCODING": "utf-8"},
        encoding="utf-8",
    )
    return done.stdout.splitlines()[-1] == "True"


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("import optconv.cli.main", id="loading the command line"),
        pytest.param(HELP.format(arguments=["--help"]), id="help"),
        pytest.param(HELP.format(arguments=["convert", "--help"]), id="help of a command"),
        pytest.param(CONVERT.format(source=b"x = 1\n", skim=True), id="a file without optimizers"),
        pytest.param(
            CONVERT.format(source=b"import torch\nx = torch.ones(2)\n", skim=False),
            id="a file with the framework and without optimizers",
        ),
        pytest.param(
            CONVERT.format(
                source=b"import torch\no = torch.optim.SGD(p, lr=0.1)\n"
                b"s = torch.optim.lr_scheduler.StepLR(o, 3)\no.step()\ns.step()\n",
                skim=True,
            ),
            id="a file that is converted and has nothing said of it",
        ),
    ],
)
def test_the_messages_are_not_read_by(program: str) -> None:
    assert not reads_messages(program)


def test_the_messages_are_read_for_help_in_chinese() -> None:
    assert reads_messages(HELP.format(arguments=["--help"]), CHINESE)


def test_the_messages_are_read_when_one_is_given() -> None:
    unclear = b"import torch\nbuild(torch.optim.SGD)\n"
    assert reads_messages(CONVERT.format(source=unclear, skim=True))
