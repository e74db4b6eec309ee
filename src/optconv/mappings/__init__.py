"""What is true of the frameworks: YAML tables, and the code that loads, validates and looks them up.

Nothing in this room reads or writes source code, and nothing here imports a framework.
"""

from optconv.mappings.errors import TableError, UnknownFlavorError, UnknownTargetError
from optconv.mappings.messages import message, messages_about
from optconv.mappings.tables import (
    Tables,
    diagnostic_kinds,
    flavor_names,
    load_labelled,
    load_tables,
    table_labels,
    target_names,
)
from optconv.mappings.target_loader import Flavor, Target
from optconv.mappings.text import LANGUAGES, Text

__all__ = [
    "LANGUAGES",
    "Flavor",
    "TableError",
    "Tables",
    "Target",
    "Text",
    "UnknownFlavorError",
    "UnknownTargetError",
    "diagnostic_kinds",
    "flavor_names",
    "load_labelled",
    "load_tables",
    "message",
    "messages_about",
    "table_labels",
    "target_names",
]
