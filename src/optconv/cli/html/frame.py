"""What every HTML page of this tool is made with: its frame, style and script, and how it shows text.

A page is one file that loads nothing: its policy lets nothing run but the script that stands in it.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from datetime import datetime, timezone
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from markupsafe import escape as escape_html

from optconv import __version__
from optconv.mappings import message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optconv.mappings import Text

_HERE = "optconv.cli.html"
_LANGUAGE_TAGS = {"en": "en", "zh": "zh-CN"}
_CODE = re.compile(r"`([^`]+)`")


def render(
    template: str,
    title: Text,
    language: str,
    values: Mapping[str, Any],
    package: str = _HERE,
    style: str = "",
) -> str:
    """Return a page.

    Args:
        template: the name of a template that extends ``page.html.jinja``.
        title: of the page.
        language: of the page.
        values: what the template needs beside the frame. ``say`` holds its words by their names, and ``keys``
            what `keys` returns; both are put into the language of the page.
        package: where the template is.
        style: the name of a style sheet there that is put behind the common one.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(name, ".") for name in dict.fromkeys((package, _HERE))]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inline"] = _inline
    environment.filters["dotted"] = _dotted
    sheet = _resource(_HERE, "report.css") + (_resource(package, style) if style else "")
    filled = {**_frame(title, language, sheet), **values}
    filled["keys"] = [(key, text.in_language(language)) for key, text in values["keys"]]
    filled["say"] = {key: text.in_language(language) for key, text in {**_words(), **values["say"]}.items()}
    return environment.get_template(template).render(filled)


def keys(following: Text, preceding: Text, opening: Text) -> list[tuple[str, Text]]:
    """Return what the keys of a page do; the parameters say it of n, p and e."""
    return [
        ("/", message("html.key.filter")),
        ("n", following),
        ("p", preceding),
        ("e", opening),
        ("t", message("html.key.theme")),
        ("?", message("html.key.keys")),
    ]


def _inline(text: str) -> Markup:
    """Return a message with its code between backticks set as code; everything else is escaped."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape_html(text))))  # noqa: S704 - escaped


def _dotted(name: str) -> Markup:
    """Return a dotted name that may be broken behind its dots."""
    return Markup(str(escape_html(name)).replace(".", ".<wbr>"))  # noqa: S704 - escaped


@cache
def _resource(package: str, name: str) -> str:
    return (files(package) / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return what a Content-Security-Policy calls a text that may run: nothing else in the page may."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _date() -> str:
    """Return the date, or that of SOURCE_DATE_EPOCH, which makes a build reproducible."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = (
        datetime.fromtimestamp(int(epoch), timezone.utc) if epoch.isdecimal() else datetime.now(timezone.utc)
    )
    return now.strftime("%Y-%m-%d %H:%M UTC")


def _frame(title: Text, language: str, style: str) -> dict[str, Any]:
    script = _resource(_HERE, "report.js")
    return {
        "language_tag": _LANGUAGE_TAGS.get(language, language),
        "version": __version__,
        "title": title.in_language(language),
        "made": f"{_date()} · optconv {__version__}",
        "style": Markup(style),  # noqa: S704 - our own file
        "script": Markup(script),  # noqa: S704 - our own file
        "style_hash": _hash(style),
        "script_hash": _hash(script),
    }


def _words() -> dict[str, Text]:
    """Return the words of the frame, by the names that the templates have for them."""
    return {
        "skip": message("html.skip"),
        "contents": message("html.contents"),
        "keyboard": message("html.keyboard"),
        "theme": message("html.theme"),
        "summary": message("html.summary"),
        "filter": message("html.filter"),
        "close": message("html.close"),
        "codes": message("html.codes"),
        "open_all": message("html.open_all"),
        "before": message("html.before"),
        "after": message("html.after"),
    }
