"""What the text of a file tells of its imports: most files of a project need not be parsed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from optconv.converter.names import joined_name

STAR = "*"
_NAME = rb"[.\w\x80-\xff]+"
_IMPORT = re.compile(
    rb"(?:^|[:;])[ \t]*(?:from[ \t]+(" + _NAME + rb")[ \t]+import[ \t]*"
    rb"(?:\(((?:[^)#]|#[^\n]*)*)\)|((?:[^\r\n#;\\]|\\\r?\n)+))"
    rb"|import[ \t]+((?:[\w., \t\x80-\xff]|\\\r?\n)+))",
    re.MULTILINE,
)
_NAME_AS = re.compile(r"([\w.]+|\*)(?:\s+as\s+(\w+))?")
_ASSIGNED = re.compile(rb"^[ \t]*(\w+)[ \t]*(?::[^=\r\n]*)?=(?!=)", re.MULTILINE)


@dataclass(frozen=True)
class ModuleText:
    """The names that a file imports and assigns, as far as its text tells."""

    imported: Mapping[str, frozenset[str]]  # the name that is bound -> the dotted names; `STAR` of each star
    assigned: frozenset[str]

    @classmethod
    def of(cls, source: bytes) -> ModuleText:
        """Read the text of a file."""
        imported: dict[str, set[str]] = defaultdict(set)
        for name, dotted in _imports_in(source):
            imported[name].add(dotted)
        assigned = frozenset(name.decode("utf-8", "replace") for name in _ASSIGNED.findall(source))
        return cls({name: frozenset(dotted) for name, dotted in imported.items()}, assigned)

    @property
    def dotted_names(self) -> frozenset[str]:
        """Return every dotted name that is imported."""
        return frozenset().union(*self.imported.values())

    @property
    def stars(self) -> frozenset[str]:
        """Return the modules of the star imports."""
        return frozenset(_without_last(dotted) for dotted in self.imported.get(STAR, ()))


def _imports_in(source: bytes) -> Iterator[tuple[str, str]]:
    """Return what a file imports, as its text has it: the name that is bound, and the dotted name."""
    for module, several, one, plain in _IMPORT.findall(source):
        names = _NAME_AS.findall((several or one or plain).decode("utf-8", "replace"))
        for name, alias in names:
            if module:
                yield alias or name, joined_name(module.decode("utf-8", "replace"), name)
            else:
                yield alias or name.partition(".")[0], name


def _without_last(dotted: str) -> str:
    """Return the module of a star: ``pkg`` of ``pkg.*``, ``.`` of ``.*``."""
    module = dotted.removesuffix(STAR)
    return module if not module.strip(".") else module.removesuffix(".")
