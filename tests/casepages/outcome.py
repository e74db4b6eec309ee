"""Runs the input of a case through the converter and writes down what came of it, as a page shows it."""

from __future__ import annotations

import io
import tokenize
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from optconv.converter import Conversion, Diagnostic, Options, Outcome, convert_source
from optconv.mappings import Tables, load_labelled

from .page import Expected, from_page, to_page

if TYPE_CHECKING:
    from .page import Case


@dataclass(frozen=True)
class Run:
    """One input, one target, and what the converter made of it."""

    source: bytes
    encoding: str
    conversion: Conversion
    again: Conversion  # the output, converted once more
    looked: Conversion  # the input, when nothing is written,
    bare: Conversion  # and when it is written without comments

    @property
    def before(self) -> str:
        """Return the input as text."""
        return self.source.decode(self.encoding)

    @property
    def after(self) -> str:
        """Return the output as text."""
        return self.conversion.source.decode(self.encoding)


def run_case(case: Case, target: str, options: tuple[str, ...]) -> Run:
    """Run the input of a case."""
    source = case.source.encode()
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    encoding = encoding.removesuffix("-sig")
    return run_source(case.source.encode(encoding), encoding, load_labelled(target), _options(options))


def run_source(source: bytes, encoding: str, tables: Tables, options: Options) -> Run:
    """Convert a source, convert the output once more, and look at the source without writing, as checks do."""
    conversion = convert_source(source, tables, options)
    bare = replace(options, annotate=False)
    return Run(
        source,
        encoding,
        conversion,
        again=convert_source(conversion.source, tables, options),
        looked=convert_source(source, tables, replace(bare, write=False)),
        bare=conversion if options == bare else convert_source(source, tables, bare),
    )


def written_down(run: Run, target: str, options: tuple[str, ...]) -> Expected:
    """Return what a page would have to say for its case to pass."""
    changed = run.conversion.source != run.source
    return Expected(
        target, options, to_page(run.after) if changed else None, _report(run.conversion, changed)
    )


def same_source(expected: Expected, run: Run) -> tuple[str, str]:
    """Return the expected and the actual source, as text that can be compared."""
    wanted = run.before if expected.source is None else from_page(expected.source)
    return wanted, run.after


def _report(conversion: Conversion, changed: bool) -> str:
    lines = [] if changed else ["the source is unchanged"]
    lines += [_shown(diagnostic) for diagnostic in conversion.diagnostics] or ["no diagnostics"]
    counted = [(outcome.value, conversion.count(outcome)) for outcome in Outcome]
    lines.append(", ".join(f"{name} {count}" for name, count in counted if count) or "nothing to count")
    return "".join(f"{line}\n" for line in lines)


def _shown(found: Diagnostic) -> str:
    place = f"{found.start.line}:{found.start.column}"
    return f"{place}: {found.code} [{found.severity.value}] {found.name}: {found.message.en}"


def _options(words: tuple[str, ...]) -> Options:
    """Read the options that a page gives behind the target."""
    match words:
        case ():
            return Options()
        case ("--target-version", version):
            return Options(target_version=version)
        case ("--no-annotate",):
            return Options(annotate=False)
    raise ValueError(f"options that no page may give: {' '.join(words)}")
