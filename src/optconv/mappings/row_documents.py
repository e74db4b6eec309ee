"""Where the row of an API stands: in the files of a flavour, of a target, or of a team."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from optconv.mappings.yaml_reader import Located, read_yaml


@dataclass
class RowFolder:
    """The row files of one folder of tables, read when they are first asked for."""

    folder: Path
    _paths: dict[str, Path] = field(default_factory=dict)
    _read: dict[Path, Located] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._paths = {path.stem: path for path in sorted(self.folder.glob("*/*.yaml"))}

    def row(self, api: str) -> Located | None:
        """Return the row of an API: ``cuda.amp.GradScaler.yaml`` is looked for before ``GradScaler.yaml``."""
        parts = api.split(".")
        stems = (".".join(parts[i:]) for i in range(1, len(parts)))
        path = next((self._paths[stem] for stem in stems if stem in self._paths), None)
        found = self._document(path) if path is not None else None
        return found if found is not None and found.required("api").text() == api else None

    def rows(self) -> Iterator[Located]:
        """Return every row, by file name."""
        return map(self._document, self._paths.values())

    def _document(self, path: Path) -> Located:
        if path not in self._read:
            self._read[path] = read_yaml(path)
        return self._read[path]


@dataclass(frozen=True)
class RowLayer:
    """The rows of one folder, and those of a team beside them, which come first."""

    folder: RowFolder
    extra: Mapping[str, Located] = field(default_factory=dict)

    def row(self, api: str) -> Located | None:
        """Return the row of an API in this layer."""
        return self.extra[api] if api in self.extra else self.folder.row(api)

    def rows(self) -> Iterator[Located]:
        """Return every row of this layer; those of a team come last."""
        for document in self.folder.rows():
            if document.required("api").text() not in self.extra:
                yield document
        yield from self.extra.values()


def find_row(layers: Sequence[RowLayer], api: str) -> Located | None:
    """Return the row of an API in the first layer that has one."""
    found = (layer.row(api) for layer in layers)
    return next((document for document in found if document is not None), None)
