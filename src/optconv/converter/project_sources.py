"""What stands in the files of a project: their bytes, and what their text tells of imports.

A project may be larger than memory: what was read last is kept, the rest is read again when it is asked for.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from optconv.converter.module_files import ProjectFiles
from optconv.converter.project_text import ModuleText

_MOST_BYTES = 16_000_000  # of files
_MOST_TEXTS = 512  # files whose imports are remembered


@dataclass
class ProjectSources:
    """The content of the files of a project, as it was before the run."""

    files: ProjectFiles
    _kept: OrderedDict[PurePosixPath, bytes | None] = field(default_factory=OrderedDict)
    _size: int = 0  # of what is kept, in bytes
    _texts: OrderedDict[PurePosixPath, ModuleText] = field(default_factory=OrderedDict)

    def forget(self) -> None:
        """Let go of what was read."""
        self._kept.clear()
        self._size = 0
        self._texts.clear()

    def of(self, path: PurePosixPath) -> bytes | None:
        """Return the bytes of a file, None when they cannot be read."""
        if path in self._kept:
            self._kept.move_to_end(path)
            return self._kept[path]
        source = self.files.read(path)
        self._kept[path] = source
        self._size += len(source or b"")
        while self._size > _MOST_BYTES and len(self._kept) > 1:
            self._size -= len(self._kept.popitem(last=False)[1] or b"")
        return source

    def text_of(self, path: PurePosixPath) -> ModuleText:
        """Return what the text of a file tells of its imports."""
        if path in self._texts:
            self._texts.move_to_end(path)
            return self._texts[path]
        text = self._texts[path] = ModuleText(self.of(path) or b"")
        if len(self._texts) > _MOST_TEXTS:
            self._texts.popitem(last=False)
        return text
