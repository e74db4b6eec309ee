"""Which diagnostics are said in which file, and which files are left out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from optconv.cli.language import said
from optconv.mappings import diagnostic_kinds, message

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_EVERYTHING = "ALL"
_OWN_FAULTS = "OC9"  # what could not be handled at all is always said
# Each further wildcard of a name, and each `**`, multiplies the ways in which a path may match.
_STARS = re.compile(r"\*+")
_MOST_STARS, _MOST_FOLDERS = 4, 3


class UnknownCodeError(ValueError):
    """A selector stands for no diagnostic that can be chosen; the message says why."""


class InvalidPatternError(ValueError):
    """A pattern is none that .gitignore knows; the message says which."""


def check_pattern(pattern: str) -> None:
    """Raise `InvalidPatternError` where a pattern is none, or would take too long to match."""
    parts = [len(_STARS.findall(part)) for part in pattern.split("/") if part.strip("*")]
    folders = pattern.split("/").count("**")
    if sum(stars for stars in parts if stars > 1) > _MOST_STARS or folders > _MOST_FOLDERS:
        raise InvalidPatternError(said(message("usage.slow_pattern", pattern=pattern)))
    try:
        _patterns([pattern])
    except (ValueError, re.error) as error:
        raise InvalidPatternError(said(message("usage.no_pattern", pattern=pattern))) from error


def codes_of(selectors: Iterable[str]) -> frozenset[str]:
    """Return the codes that some selectors stand for.

    Args:
        selectors: codes (``OC302``), their beginnings (``OC3``), names (``numbers-differ``), or ``ALL``.

    Raises:
        UnknownCodeError: one of them stands for no code, or for one of the tool's own faults.
    """
    return frozenset(code for selector in selectors for code in _codes(selector))


def _codes(selector: str) -> list[str]:
    kinds = diagnostic_kinds()
    wanted = selector.strip().upper()
    if wanted.startswith(_OWN_FAULTS):
        raise UnknownCodeError(said(message("usage.own_fault", code=selector, beginning=_OWN_FAULTS)))
    if wanted == _EVERYTHING:
        return list(kinds)
    named = [code for code, kind in kinds.items() if kind.name == selector.strip().lower()]
    begun = [code for code in kinds if wanted.startswith("OC") and code.startswith(wanted)]
    found = named or begun
    if not found:
        raise UnknownCodeError(said(message("usage.unknown_code", code=selector)))
    return found


@dataclass(frozen=True)
class Selection:
    """What a person chose of diagnostics and files. Patterns are those of .gitignore."""

    root: Path = field(default_factory=Path.cwd)  # where ``per_file_ignores`` are meant from
    exclude_root: Path = field(default_factory=Path.cwd)  # and where ``exclude`` is
    select: tuple[str, ...] = (_EVERYTHING,)
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()

    def ignored_in(self, path: Path | None) -> frozenset[str]:
        """Return the codes that are not to be said in a file (None: standard input)."""
        if path is None or not self._per_file:
            return self._ignored
        relative = _relative(path, self.root)
        matching = (codes for patterns, codes in self._per_file if patterns.match_file(relative))
        return self._ignored.union(*matching)

    def excludes(self, path: Path) -> bool:
        """Return whether a file is left out."""
        return bool(self.exclude) and self._excluded.match_file(_relative(path, self.exclude_root))

    @cached_property
    def _ignored(self) -> frozenset[str]:
        if self.select == (_EVERYTHING,) and not self.ignore:
            return frozenset()  # most runs choose nothing, and need not wait for the list of codes
        faults = {code for code in diagnostic_kinds() if code.startswith(_OWN_FAULTS)}
        chosen = codes_of(self.select) - codes_of(self.ignore) | faults
        return frozenset(diagnostic_kinds()) - chosen

    @cached_property
    def _per_file(self) -> list[tuple[GitIgnoreSpec, frozenset[str]]]:
        return [(_patterns([pattern]), codes_of(codes)) for pattern, codes in self.per_file_ignores.items()]

    @cached_property
    def _excluded(self) -> GitIgnoreSpec:
        return _patterns(self.exclude)


def _relative(path: Path, root: Path) -> str:
    """Return a path as seen from ``root``. A link is seen where it stands, its folder where it really is."""
    return Path(os.path.relpath(path.parent.resolve() / path.name, root.resolve())).as_posix()


def _patterns(lines: Iterable[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)
