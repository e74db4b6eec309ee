"""Takes files of the repository outside of docs/ into the site, and makes the links to them right there.

The documents link to each other as the repository's own pages do. In the site the README, the change log and
the rules for contributions are pages beside those of docs/, and a source file that is linked is a file of it.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
DOCS = "docs/"
# The documents outside of docs/, and what they are in the site, where a README is the index of its folder.
DOCUMENTS = {"README.md": "reference.md"} | {name: name for name in ("CONTRIBUTING.md", "CHANGELOG.md")}
_DOCUMENT_OF_PAGE = {page: document for document, page in DOCUMENTS.items()}
_FENCED = re.compile(r"^(`{3,}).*?^\1$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[(?P<words>[^\[\]]+)\]\((?P<place>[^)#:\s]+)(?P<anchor>#[^)\s]*)?\)")
_SECOND_WORD_OF_FENCE = re.compile(r"^(`{3,}\w+) \w.*$", re.MULTILINE)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the documents outside of docs/, and the files that any document links to."""
    for document, page in DOCUMENTS.items():
        files.append(File.generated(config, page, content=(ROOT / document).read_text(encoding="utf-8")))
    for file in files.documentation_pages():
        for place in _linked_places(file.content_string, _document(file.src_uri)):
            hidden = any(part.startswith(".") for part in place.split("/"))  # mkdocs leaves such files out
            if (ROOT / place).is_file() and not hidden and files.get_file_from_path(_in_site(place)) is None:
                files.append(File.generated(config, place, abs_src_path=str(ROOT / place)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return the page with links as they are in the site, and with one word where a block of code begins."""
    del config
    document = _document(page.file.src_uri)

    def relink(link: re.Match[str]) -> str:
        path = _in_repository(link["place"], document)
        if files.get_file_from_path(_in_site(path)) is None:
            # What the site cannot have, a folder for one, is only named; of what is missing mkdocs tells.
            return link["words"] if (ROOT / path).exists() else link[0]
        relative = posixpath.relpath(_in_site(path), posixpath.dirname(page.file.src_uri) or ".")
        return f"[{link['words']}]({relative}{link['anchor'] or ''})"

    return _SECOND_WORD_OF_FENCE.sub(r"\1", _outside_of_code(markdown, lambda text: _LINK.sub(relink, text)))


def _document(src_uri: str) -> str:
    """Return the path in the repository of a page of the site."""
    return _DOCUMENT_OF_PAGE.get(src_uri, DOCS + src_uri)


def _in_repository(place: str, document: str) -> str:
    """Return the path in the repository that a link of a document means."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(document), place))


def _in_site(path: str) -> str:
    return DOCUMENTS.get(path, path.removeprefix(DOCS))


def _linked_places(markdown: str, document: str) -> Iterator[str]:
    for link in _LINK.finditer(_FENCED.sub("", markdown)):
        yield _in_repository(link["place"], document)


def _outside_of_code(markdown: str, change: Callable[[str], str]) -> str:
    """Return the text with everything changed that stands outside of fenced code."""
    done, end = "", 0
    for code in _FENCED.finditer(markdown):
        done += change(markdown[end : code.start()]) + code[0]
        end = code.end()
    return done + change(markdown[end:])
