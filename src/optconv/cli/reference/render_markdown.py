"""Renders a document as Markdown (the dialect of GitHub)."""

from __future__ import annotations

import posixpath
import re

from optconv.cli.reference.document import Block, Bullets, Code, Document, Heading, Paragraph, Table
from optconv.cli.terminal import escape
from optconv.mappings import Text

INLINE = re.compile(r"(?P<code>`[^`]+`)|\[(?P<words>[^\]\[]*)\]\((?P<place>[^)\s]+)\)")
_SPECIAL = re.compile(r"[\\*<>`]|(?<!\w)_")  # an underscore that only closes opens nothing
_FENCE = re.compile(r"`{3,}")


def render_markdown(document: Document, language: str, folder: str | None = None, root: str = "docs") -> str:
    """Return the document as Markdown.

    Args:
        document: what to render.
        language: "en" or "zh".
        folder: the folder of the project that the page is in, for its links; None: without links.
        root: the folder of the project that the places of links are in.
    """
    parts = [_render(block, language, folder, root) for block in document.blocks]
    return "\n\n".join(parts) + "\n"


def _render(block: Block, language: str, folder: str | None, root: str) -> str:
    def inline(text: Text) -> str:
        # What comes from a source file or a baseline can neither end a line nor drive a terminal.
        return _inline(escape(text.in_language(language)), folder, root)

    match block:
        case Heading(level=level, text=text):
            return f"{'#' * level} {inline(text)}"
        case Paragraph(text=text):
            return inline(text)
        case Bullets(items=items):
            return "\n".join(f"- {inline(item)}" for item in items)
        case Code(language=info, text=text):
            fence = max(("```", *(f"{found}`" for found in _FENCE.findall(text))), key=len)
            lines = [escape(line) for line in text.rstrip().split("\n")]
            return "\n".join([f"{fence}{info}", *lines, fence])
        case Table(head=head, rows=rows):
            cells = [[_cell(inline(cell)) for cell in row] for row in (head, *rows)]
            lines = [f"| {' | '.join(row)} |" for row in cells]
            return "\n".join([lines[0], "|---" * len(head) + "|", *lines[1:]])


def _inline(text: str, folder: str | None, root: str) -> str:
    shown, end = "", 0
    for found in INLINE.finditer(text):
        shown += _escape(text[end : found.start()])
        end = found.end()
        if found["code"]:
            shown += found["code"]
        elif folder is None:
            shown += _inline(found["words"], None, root)
        else:
            place = posixpath.relpath(f"{root}/{found['place']}", folder)
            shown += f"[{_inline(found['words'], None, root)}]({place})"
    return shown + _escape(text[end:])


def _cell(text: str) -> str:
    """Return text as a table takes it: a backslash in front of a bar would let it end the cell after all."""
    return re.sub(r"(\\*)\|", lambda found: f"{found[1] * 2}\\|", text)


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)
