"""Says of each page which language it is in: screen readers, browsers and search engines ask for that."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

CHINESE = "zh/"


def on_startup(**_: object) -> None:
    """Silence jieba, which splits Chinese text for the search and tells of each table that it reads."""
    logging.getLogger("jieba").setLevel(logging.WARNING)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Return the page with Chinese as its language if it stands in the Chinese folder."""
    del config
    if page.file.src_uri.startswith(CHINESE):
        return output.replace('<html lang="en"', '<html lang="zh"', 1)
    return output
