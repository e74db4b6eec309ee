"""Makes the navigation of the mapping and diagnostic pages from their indexes: nobody has to list them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

MAPPINGS = "mappings/"
DIAGNOSTICS = "diagnostics/"
CHINESE = "zh/"
_TARGET = re.compile(r"^\|.*\]\((?P<folder>[^)]+)/README\.md\)", re.MULTILINE)
_TITLE = re.compile(r"^# .+ (?:to |到 ?)(?P<name>.+)$", re.MULTILINE)
_ROW = re.compile(r"^\| \[`(?P<api>[^`]+)`\]\((?P<page>[^)]+)\)", re.MULTILINE)
_CODE = re.compile(r"^\| \[(?P<code>\w+)\]\((?P<page>[^)]+)\) \| (?P<name>[\w-]+) \|", re.MULTILINE)
# What an API is, by the module that its name begins with; the first that fits.
_KINDS = (
    ("optim.lr_scheduler.", "schedulers"),
    ("optim.swa_utils.", "around"),
    ("optim.", "optimizers"),
    ("", "around"),
)
_KIND_TITLES = {
    "optimizers": ("Optimizers", "优化器"),
    "schedulers": ("Schedulers", "调度器"),
    "around": ("Around the optimizer", "优化器周边"),
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Replace the entries `mappings/`, `diagnostics/` and their Chinese ones by what those folders hold."""
    made = {f"{root}{MAPPINGS}": _mappings(files, root) for root in ("", CHINESE)}
    made |= {f"{root}{DIAGNOSTICS}": _diagnostics(files, root) for root in ("", CHINESE)}
    config.nav = [_filled(entry, made) for entry in config.nav or []]
    return files


def _filled(entry: Any, made: dict[str, list[Any]]) -> Any:
    """Return an entry, which is ``{title: what it holds}`` or a page, with what was made for it."""
    if not isinstance(entry, dict):
        return entry
    return {title: _held(held, made) for title, held in entry.items()}


def _held(held: Any, made: dict[str, list[Any]]) -> Any:
    if isinstance(held, list):
        return [_filled(entry, made) for entry in held]
    return made.get(held, held)


def _text(files: Files, page: str) -> str:
    file = files.get_file_from_path(page)
    if file is None:
        raise FileNotFoundError(f"{page} is missing: pytest tests/test_pages.py --rewrite-cases writes it")
    text: str = file.content_string
    return text


def _mappings(files: Files, root: str) -> list[Any]:
    """Return one section for each target and flavor, with a section for each kind of API in it."""
    index = f"{root}{MAPPINGS}README.md"
    targets = _TARGET.findall(_text(files, index))
    return [index, *(_target(files, f"{root}{MAPPINGS}{target}") for target in targets)]


def _target(files: Files, folder: str) -> dict[str, list[Any]]:
    text = _text(files, f"{folder}/README.md")
    title = _TITLE.search(text)
    assert title is not None
    kinds: dict[str, list[Any]] = {}
    for row in _ROW.finditer(text):
        kind = next(kind for module, kind in _KINDS if row["api"].startswith(module))
        name = row["api"].removeprefix("optim.").removeprefix("lr_scheduler.").removeprefix("swa_utils.")
        kinds.setdefault(kind, []).append({name: f"{folder}/{row['page']}"})
    chinese = folder.startswith(CHINESE)
    sections = [{_KIND_TITLES[kind][chinese]: pages} for kind, pages in kinds.items()]
    return {title["name"]: [f"{folder}/README.md", *sections]}


def _diagnostics(files: Files, root: str) -> list[Any]:
    index = f"{root}{DIAGNOSTICS}README.md"
    found = _CODE.finditer(_text(files, index))
    return [index, *({f"{row['code']} {row['name']}": f"{root}{DIAGNOSTICS}{row['page']}"} for row in found)]
