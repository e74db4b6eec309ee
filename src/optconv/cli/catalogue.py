"""Click's own words in Chinese, as a catalogue that gettext reads: click asks gettext for all of its words.

Only its content is made here, from the messages ``click.*``; ``pytest tests/cli/test_click_words.py
--rewrite-cases`` writes the file.
"""

from __future__ import annotations

import struct
from itertools import accumulate
from pathlib import Path

from optconv.mappings import messages_about

CATALOGUE = Path(__file__).parent / "locale" / "zh" / "LC_MESSAGES" / "click.mo"

_MAGIC, _REVISION = 0x950412DE, 0
_HEAD = 7 * 4  # bytes
_ENTRY = 2 * 4  # a length and a place
_ABOUT = "Language: zh\nContent-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"


def click_catalogue() -> bytes:
    """Return the catalogue, in the format of GNU gettext's MO files."""
    translations = {"": _ABOUT}
    for text in messages_about("click").values():
        translations[text.en] = text.zh
        translations[f"{text.en}\0{text.en}"] = text.zh  # where click asks for one of two forms
    entries = sorted((key.encode(), value.encode()) for key, value in translations.items())
    keys, values = zip(*entries, strict=True)
    head = _MAGIC, _REVISION, len(entries), _HEAD, _HEAD + _ENTRY * len(entries), 0, 0
    texts = [*keys, *values]
    start = _HEAD + _ENTRY * len(texts)
    places = accumulate((len(text) + 1 for text in texts[:-1]), initial=start)
    table = [number for text, place in zip(texts, places, strict=True) for number in (len(text), place)]
    return struct.pack(f"<7I{len(table)}I", *head, *table) + b"".join(text + b"\0" for text in texts)
