"""A run of ``optconv verify``: converts the files in memory, and measures what they build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from optconv.cli.problems import UNREADABLE, FileError, internal_error
from optconv.cli.project import Projects
from optconv.cli.reading import STANDARD_INPUT, read_file, read_standard_input
from optconv.cli.terminal import shown_path
from optconv.cli.verify.interpreters import SOURCE
from optconv.cli.verify.report import VerifiedFile
from optconv.converter import Conversion, Options, convert_content
from optconv.mappings import TableError
from optconv.parity.run import WorkerPair
from optconv.parity.verify.measure import verify_conversion
from optconv.parity.workers import FrameworkWorker

if TYPE_CHECKING:
    from optconv.cli.files import FoundFile
    from optconv.mappings import Tables
    from optconv.parity.verify.result import Verification


@dataclass(frozen=True)
class VerifySettings:
    """The choices for one run."""

    values: Mapping[str, str] = field(default_factory=dict)  # what parts of the files come to
    interpreters: Mapping[str, str] = field(default_factory=dict)  # by framework
    steps: int = 40
    target_version: str | None = None
    project_root: str | None = None


class Run:
    """Measures one file after the other with the same two workers, which start when they are needed."""

    def __init__(self, tables: Tables, settings: VerifySettings) -> None:
        self._tables = tables
        self._settings = settings
        self._projects = Projects(tables, settings.project_root)
        names = (SOURCE, tables.target.name)
        torch, target = (FrameworkWorker(name, settings.interpreters.get(name)) for name in names)
        self.workers = WorkerPair(torch, target)

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self.workers.close()

    @property
    def versions(self) -> dict[str, str]:
        """Return the versions of the frameworks that have run."""
        workers = (self.workers.torch, self.workers.target)
        return {worker.framework: worker.version for worker in workers if worker.has_run}

    def open(self, file: FoundFile | None) -> tuple[VerifiedFile, Conversion]:
        """Read and convert a file; what is wrong with it stands in the result."""
        name = STANDARD_INPUT if file is None else shown_path(file.path)
        try:
            source = _read(file)
        except FileError as error:
            return VerifiedFile(name, problem=error.diagnostic), Conversion(b"", failed=True)
        conversion = self._convert(file, name, source)
        problem = conversion.diagnostics[0] if conversion.failed else None
        return VerifiedFile(name, source, problem=problem), conversion

    def measure(self, conversion: Conversion) -> Iterator[Verification]:
        """Measure what a file builds. Raises `FrameworkMissingError`."""
        options = Options(annotate=False, target_version=self._settings.target_version, values={})
        return verify_conversion(conversion, self._tables, self.workers, self._settings.steps, options)

    def _convert(self, file: FoundFile | None, name: str, source: bytes) -> Conversion:
        options = Options(
            annotate=False,
            target_version=self._settings.target_version,
            skim=file is not None and file.root is not None,
            module=None if file is None else partial(self._projects.module_of, file),
            values=self._settings.values,
        )
        try:
            return convert_content(name, source, self._tables, options)
        except TableError:
            raise
        except Exception as error:  # a fault of this tool in one file must not cost the others
            return Conversion(source, (internal_error(error),), failed=True)


def _read(file: FoundFile | None) -> bytes:
    if file is None:
        return read_standard_input()
    if file.problem:
        raise FileError(UNREADABLE, path=shown_path(file.path), reason=file.problem)
    return read_file(file.path)
