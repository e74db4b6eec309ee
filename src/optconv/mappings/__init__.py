"""What is true of the frameworks: YAML tables, and the code that loads, validates and looks them up.

Nothing in this room reads or writes source code, and nothing here imports a framework.
"""

from optconv.mappings.errors import TableError, UnknownTargetError
from optconv.mappings.tables import Tables, Target, diagnostic_kinds, load_tables, target_names
from optconv.mappings.text import LANGUAGES, Text

__all__ = [
    "LANGUAGES",
    "TableError",
    "Tables",
    "Target",
    "Text",
    "UnknownTargetError",
    "diagnostic_kinds",
    "load_tables",
    "target_names",
]
