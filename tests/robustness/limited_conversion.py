"""Converts one file after the other in a process that may use so much memory and no more."""

from __future__ import annotations

import ast
import contextlib
import gc
import resource
import time
import warnings
from dataclasses import dataclass, field
from functools import cache, partial
from hashlib import sha256
from multiprocessing.connection import Connection
from pathlib import Path

from optconv.cli.files import FoundFile
from optconv.cli.project import Projects
from optconv.converter import Conversion, Options
from optconv.converter.convert import may_concern
from optconv.mappings import Tables, load_labelled

from .properties import broken_properties

_UNIT = 1024  # of ru_maxrss on Linux


@dataclass(frozen=True)
class Limits:
    """What one file may use."""

    seconds: float
    megabytes: int


@dataclass(frozen=True)
class Task:
    """One file for one target."""

    path: str
    label: str  # of the target: "mindspore/nn"
    root: str | None = None  # the folder whose files are its project; None: it is converted by itself
    skim: bool = False  # a file without a telling word is not even parsed


@dataclass(frozen=True)
class Found:
    """What came of one task."""

    task: Task
    lines: int = 0
    changed: bool = False
    references: int = 0
    failed: tuple[str, ...] = ()  # codes of what the file was refused for
    broken: tuple[tuple[str, str], ...] = ()  # kinds and sentences
    parsing: float = 0.0  # CPU seconds that Python's parser takes
    cpu: float = 0.0  # CPU seconds of one conversion
    grown: int = 0  # bytes by which the peak memory of the process has grown
    digest: str = field(default="", repr=False)


@cache
def _tables(label: str) -> Tables:
    return load_labelled(label)


@cache
def _projects(label: str) -> Projects:
    return Projects(_tables(label))


def convert_one(task: Task) -> Found:
    """Convert one file, and look at what came of it."""
    path = Path(task.path)
    source = path.read_bytes()
    options = Options(skim=task.skim)
    if task.root is not None:
        file = FoundFile(path, Path(task.root))
        options = Options(skim=task.skim, module=partial(_projects(task.label).module_of, file))
    _tables(task.label)
    concerns = not task.skim or may_concern(source, _tables(task.label))
    parsing = _parsing_time(source) if path.suffix == ".py" and concerns else 0.0
    if concerns:
        gc.collect()
    before = _peak()
    start = time.process_time()
    conversion, broken = broken_properties(path.name, source, _tables(task.label), options)
    cpu = time.process_time() - start
    if conversion is not None and conversion.source != source:  # it was done three times, and compared
        start = time.process_time()
        broken_properties(path.name, conversion.source, _tables(task.label), options)
        cpu = (cpu - (time.process_time() - start)) / 2
    return Found(
        task,
        source.count(b"\n"),
        conversion is not None and conversion.source != source,
        len(conversion.references) if conversion is not None else 0,
        tuple(d.code for d in conversion.diagnostics) if conversion is not None and conversion.failed else (),
        tuple((each.kind, each.detail) for each in broken),
        parsing,
        cpu,
        _peak() - before,
        _digest(conversion),
    )


def _parsing_time(source: bytes) -> float:
    start = time.process_time()
    with warnings.catch_warnings(), contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        warnings.simplefilter("ignore")
        ast.parse(source)
        return time.process_time() - start
    return 0.0


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


def _digest(conversion: Conversion | None) -> str:
    if conversion is None:
        return ""
    said = [(d.code, d.start.order, d.message.en) for d in conversion.diagnostics]
    return sha256(conversion.source + repr(said).encode("utf-8", "backslashreplace")).hexdigest()


def serve(connection: Connection, megabytes: int) -> None:
    """Answer tasks with what came of them, until there are no more."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    while (task := connection.recv()) is not None:
        try:
            connection.send(convert_one(task))
        except MemoryError:
            connection.send(Found(task, broken=(("memory", f"more than {megabytes} MB"),)))
        except Exception as error:  # a mistake of the checks is to be seen, too
            connection.send(Found(task, broken=(("check failed", f"{type(error).__name__}: {error}"),)))
