"""The messages for people that stand in no mapping table and are not the one of a code: `messages.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from optconv.mappings.text import Text
from optconv.mappings.yaml_reader import read_yaml

_FILE = Path(__file__).parent / "messages.yaml"
_LANGUAGES = frozenset({"en", "zh"})


def message(key: str, /, **fields: str | Text) -> Text:
    """Return a message in both languages, with its ``{fields}`` filled in.

    The file of the messages is read when the first one is asked for, so a run that has nothing to say does
    not wait for it.

    Args:
        key: what the message is called, for instance ``schedulers.no_statement``.
        fields: what is filled in; a field that is itself a `Text` is taken in the same language.

    Raises:
        KeyError: there is no such message, or it has a field that is not given.
        TableError: the file is broken.
    """
    messages = _messages()
    if key not in messages:
        raise KeyError(f"{_FILE.name} has no message {key!r}")
    return messages[key].format(**fields)


def messages_about(topic: str) -> dict[str, Text]:
    """Return the messages whose keys begin with a topic, for instance ``help``, by the rest of their keys.

    Raises:
        TableError: the file is broken.
    """
    found = ((key.partition("."), text) for key, text in _messages().items())
    return {rest: text for (first, _, rest), text in found if first == topic}


def load_messages(path: Path) -> dict[str, Text]:
    """Return every message of a file by its key, with its fields in braces.

    Other than in the notes of the tables, every space counts: some messages are words between other words.

    Raises:
        TableError: the file is broken; a key stands there twice; a language is missing or empty.
    """
    messages = {}
    for key, entry in read_yaml(path):
        languages = entry.mapping(allowed=_LANGUAGES)
        texts = {language: entry.required(language).text() for language in sorted(_LANGUAGES)}
        for language, text in texts.items():
            if not text.strip():
                raise languages[language].error("expected words a person can read")
        messages[key] = Text(**texts)
    return messages


@lru_cache(maxsize=1)
def _messages() -> Mapping[str, Text]:
    return load_messages(_FILE)
