"""Notebooks: JSON files whose code cells are converted as one module, and written back in their places.

Nothing of a notebook is written anew but the ``source`` of cells that changed.
"""

from __future__ import annotations

from optconv.converter.notebook.convert import cell_texts, convert_notebook
from optconv.converter.notebook.file_lines import cell_file_lines

__all__ = ["cell_file_lines", "cell_texts", "convert_notebook"]
