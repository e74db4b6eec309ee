"""Notebooks: JSON files whose code cells are converted as one module, and written back in their places.

Nothing of a notebook is written anew but the ``source`` of cells that changed.
"""

from __future__ import annotations

from optconv.converter.notebook.convert import cell_texts, convert_notebook

__all__ = ["cell_texts", "convert_notebook"]
