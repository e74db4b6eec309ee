"""What the text of a file tells of its imports: most files of a project need not be parsed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

from optconv.converter.names import joined_name

STAR = "*"
_NAME = rb"[.\w\x80-\xff]+"
# Inside of parentheses a comment goes on to the end of its line, and nothing else may begin with its sign:
# else there were many ways to read the same text, and a list that is never closed would take for ever.
_IMPORT = re.compile(
    rb"(?:^|[:;])[ \t]*(?:from[ \t]+(" + _NAME + rb")[ \t]+import[ \t]*"
    rb"(?:\(((?:[\w\s,\\\x80-\xff]|#[^\r\n]*[\r\n])*)\)|((?:[^\r\n#;\\]|\\\r?\n)+))"
    rb"|import[ \t]+((?:[\w., \t\x80-\xff]|\\\r?\n)+))",
    re.MULTILINE,
)
_BEFORE_IMPORT = re.compile(rb"(?:^|[:;])[ \t]*(?:from[ \t]+" + _NAME + rb"[ \t]+)?\Z")
_LONGEST_BEGINNING = 1_000  # of an import statement, up to the word "import": a line may be as long as a file
_NAME_AS = re.compile(r"([\w.]+|\*)(?:\s+as\s+(\w+))?")
_ASSIGNED = re.compile(rb"^[ \t]*(\w+)[ \t]*(?::[^=\r\n]*)?=(?!=)", re.MULTILINE)


class ModuleText:
    """The names that a file imports and assigns, as far as its text tells."""

    def __init__(self, source: bytes) -> None:
        self._source = source

    @cached_property
    def imported(self) -> Mapping[str, frozenset[str]]:
        """Return the dotted names of each name that is bound; `STAR` has those of each star."""
        collected: dict[str, set[str]] = defaultdict(set)
        for name, dotted in imports_in(self._source):
            collected[name].add(dotted)
        return {name: frozenset(dotted) for name, dotted in collected.items()}

    @cached_property
    def assigned(self) -> frozenset[str]:
        """Return the names that are assigned."""
        return frozenset(name.decode("utf-8", "replace") for name in _ASSIGNED.findall(self._source))

    @cached_property
    def code(self) -> bytes:
        """Return the text without its import statements."""
        rest, kept = [], 0
        for match in _import_statements(self._source):
            rest.append(self._source[kept : match.start()])
            kept = match.end()
        return b"".join([*rest, self._source[kept:]])

    def names_for(self, name: str) -> frozenset[str]:
        """Return what the file may call something that it imports: its name, and its aliases."""
        return frozenset({name, *(bound for bound, found in self.imported.items() if _ends_in(found, name))})

    @property
    def stars(self) -> frozenset[str]:
        """Return the modules of the star imports."""
        return frozenset(_without_last(dotted) for dotted in self.imported.get(STAR, ()))


def dotted_names_in(source: bytes) -> frozenset[str]:
    """Return every dotted name that a file imports, as its text has it."""
    return frozenset(dotted for _, dotted in imports_in(source))


def imports_in(source: bytes) -> Iterator[tuple[str, str]]:
    """Return what a file imports, as its text has it: the name that is bound, and the dotted name."""
    for match in _import_statements(source):
        module, several, one, plain = match.groups()
        names = _NAME_AS.findall((several or one or plain).decode("utf-8", "replace"))
        for name, alias in names:
            if module:
                yield alias or name, joined_name(module.decode("utf-8", "replace"), name)
            else:
                yield alias or name.partition(".")[0], name


def _import_statements(source: bytes) -> Iterator[re.Match[bytes]]:
    """Return where a file imports something: looking for the word first is several times faster."""
    end = 0
    place = source.find(b"import")
    while place >= 0:
        near = max(end, place - _LONGEST_BEGINNING)
        begin = max(source.rfind(b"\n", near, place) + 1, near)
        before = _BEFORE_IMPORT.search(source[begin:place])
        if before is not None and (_opens(before) or source[begin - 1 : begin] in (b"", b"\n")):
            match = _IMPORT.match(source, begin + before.start())
            if match is not None:
                yield match
                end = match.end()
        place = source.find(b"import", max(end, place + 1))


def _opens(before: re.Match[bytes]) -> bool:
    """Return whether a statement begins behind a colon or a semicolon, and not where the text was cut off."""
    return before.group().startswith((b":", b";"))


def _ends_in(dotted: frozenset[str], name: str) -> bool:
    return any(imported.rpartition(".")[2] == name for imported in dotted)


def _without_last(dotted: str) -> str:
    """Return the module of a star: ``pkg`` of ``pkg.*``, ``.`` of ``.*``."""
    module = dotted.removesuffix(STAR)
    return module if not module.strip(".") else module.removesuffix(".")
