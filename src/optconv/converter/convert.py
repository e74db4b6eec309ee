"""The waist of the tool: source bytes and tables in, new bytes and diagnostics out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from optconv.converter.beyond_limits import beyond_limits
from optconv.converter.directive_comments import skips_file
from optconv.converter.result import Conversion, Diagnostic, Position, failed
from optconv.converter.source import ParseError, SourceText, UndecodableError, decode, parse
from optconv.mappings import TableError, Tables

if TYPE_CHECKING:
    from optconv.converter.project_module import ProjectModule
    from optconv.converter.resolved_file import ResolvedFile


@dataclass(frozen=True)
class Options:
    """What the caller may choose about one conversion."""

    annotate: bool = True  # put a marking comment above a statement that could not be converted
    target_version: str | None = None  # "3.0.0"; None: the newest version the tables know
    write: bool = True  # without: what would be said is found, and the converted text is not made
    skim: bool = True  # a file that never mentions the source framework is not parsed at all
    language: str = "en"  # of the marking comments; diagnostics carry every language
    ignored: frozenset[str] = frozenset()  # codes of diagnostics that are not to be said
    module: Callable[[], ProjectModule | None] | None = None  # gives the file as a part of its project
    values: Mapping[str, str] | None = (
        None  # evaluate what objects are built with; what a person says of its parts
    )


_DEFAULTS = Options()


def convert_source(source: bytes, tables: Tables, options: Options = _DEFAULTS) -> Conversion:
    """Convert one file.

    Args:
        source: the bytes of the file.
        tables: what is known of the target.
        options: see `Options`.

    Returns:
        The new bytes with everything that was found and said (without ``options.write`` the old ones, and
        whether there would be new ones). What cannot be decoded or parsed comes back as
        it is, with one diagnostic. No exception is raised for anything that stands in ``source``.

    Raises:
        TableError: a table that the file needs is broken.
    """
    if options.skim and not may_concern(source, tables):
        return Conversion(source)
    if skips_file(source):
        return Conversion(source, skipped=True)
    module = options.module() if options.module is not None else None
    if module is not None and module.holds(source):
        return _guarded(source, lambda: module, tables, options)
    try:
        text = decode(source)
    except UndecodableError as error:
        return failed(source, "OC902", Position(1, 1), str(error))
    return convert_text(text, tables, options)


def convert_text(
    text: SourceText, tables: Tables, options: Options, said: Sequence[Diagnostic] = ()
) -> Conversion:
    """Do what `convert_source` does with a text that is decoded already, whatever it mentions.

    Args:
        text: the text.
        tables: what is known of the target.
        options: see `Options`.
        said: what else is to be said of it, where no comment ignores it.
    """
    source = text.encode(text.text)
    try:
        tree = parse(text.text)
    except ParseError as error:
        return failed(source, "OC901", error.position, error.reason)

    def resolved() -> ResolvedFile:
        from optconv.converter.resolved_file import index_file, resolve_file  # as `plan_file`

        return resolve_file(index_file(text, tree), tables)

    return _guarded(source, resolved, tables, options, said)


def _guarded(
    source: bytes,
    resolved: Callable[[], ResolvedFile],
    tables: Tables,
    options: Options,
    said: Sequence[Diagnostic] = (),
) -> Conversion:
    """Convert a parsed file; whatever goes wrong with it costs this file only."""
    from optconv.converter.plan_file import convert_planned, prepare  # most files of a run do without it

    try:
        return convert_planned(source, prepare(resolved(), tables, options), options, said)
    except TableError:
        raise
    except Exception as error:  # a defect of ours must not cost anybody a file, or the rest of a run
        reason = f"{type(error).__name__}: {error}"
        limit = beyond_limits(source, error)
    if limit is not None:
        return failed(source, "OC901", *limit)
    return failed(source, "OC905", Position(1, 1), reason)


def may_concern(source: bytes, tables: Tables) -> bool:
    """Return whether ``source`` mentions anything that the tables know, judged by its words alone."""
    if not has_telling_letters(source, tables):  # several times faster than a pattern
        return False
    return _whole_words(tables.telling_names | tables.changed_members).search(source) is not None


def has_telling_letters(source: bytes, tables: Tables) -> bool:
    """Return whether the letters of a telling word stand anywhere in ``source``, be it in another word."""
    return any(word.encode() in source for word in tables.telling_names)


@lru_cache(maxsize=8)
def _whole_words(words: frozenset[str]) -> re.Pattern[bytes]:
    """Return a pattern for whole words: ``optimizer`` alone is no mention of ``optim``.

    A letter outside ASCII counts as a boundary here, which can only find too much.
    """
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(words)))})\b".encode())
