"""How source text becomes other source text: resolve names, bind arguments, plan edits, apply them.

`convert_source` is the narrow waist of the tool: bytes and tables in, bytes and diagnostics out. It reads
no file, prints nothing and imports no framework. What is true of the frameworks stands in the tables of
``optconv.mappings``; no name of a framework's API stands in this room.
"""

from optconv.converter.convert import Options, convert_source
from optconv.converter.file_types import SUFFIXES, cells_of, convert_content, file_lines_of_cells
from optconv.converter.result import Conversion, Diagnostic, Outcome, Position, Reference, Severity
from optconv.converter.schedule import Schedule

__all__ = [
    "SUFFIXES",
    "Conversion",
    "Diagnostic",
    "Options",
    "Outcome",
    "Position",
    "Reference",
    "Schedule",
    "Severity",
    "cells_of",
    "convert_content",
    "convert_source",
    "file_lines_of_cells",
]
