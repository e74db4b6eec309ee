"""Loads the rules of a case: what is dropped, refused or lossy, what differs, and the notes about it."""

from __future__ import annotations

from collections.abc import Mapping

from optconv.mappings.expressions import parse_expression, read_expression
from optconv.mappings.schema import ArgumentRule, Difference, GroupEntries
from optconv.mappings.text import LANGUAGES, Text, without_gaps
from optconv.mappings.yaml_reader import Located

_RULE_KEYS = frozenset({"unless", "note", "loud"})


def read_text(located: Located) -> Text:
    """Read a note: a mapping with ``en`` and ``zh``, neither of them empty.

    A note of a team's own may have one language only, or be just a sentence, which is shown in both.
    """
    if is_sentence(located):
        sentence = _sentence(located)
        return Text(sentence, sentence)
    entries = located.mapping(allowed=frozenset(LANGUAGES))
    if located.own or not entries:
        return Text(*(_sentence(located.required(language)) for language in LANGUAGES))
    texts = {language: _sentence(entry) for language, entry in entries.items()}
    return Text(*(texts.get(language) or next(iter(texts.values())) for language in LANGUAGES))


def is_sentence(located: Located) -> bool:
    """Return whether a note is just a sentence, as one of a team's own may be."""
    return isinstance(located.value, str) and not located.own


def _sentence(located: Located) -> str:
    text = without_gaps(" ".join(located.text().split()))
    if not text:
        raise located.error("expected a sentence a person can read")
    return text


def load_names(located: Located | None, parameters: Mapping[str, str | None]) -> frozenset[str]:
    """Load ``drop``: names of parameters."""
    names = set()
    for entry in located.items() if located else ():
        if entry.text() not in parameters:
            raise entry.error(f"{entry.text()} is no parameter; expected one of {', '.join(parameters)}")
        names.add(entry.text())
    return frozenset(names)


def load_notes(located: Located | None, parameters: Mapping[str, str | None]) -> dict[str, Text]:
    """Load ``refuse_in_groups``: parameter -> a note."""
    notes = {}
    for parameter, value in located or ():
        if parameter not in parameters:
            raise value.error(f"{parameter} is no parameter; expected one of {', '.join(parameters)}")
        notes[parameter] = read_text(value)
    return notes


def load_group_entries(located: Located | None) -> GroupEntries | None:
    """Load ``group_entries``: the keys that a parameter group can have, and why it can have no others."""
    if located is None:
        return None
    located.mapping(allowed=frozenset({"keys", "otherwise"}))
    keys = {keyword: key.text() for keyword, key in located.required("keys")}
    return GroupEntries(keys, read_text(located.required("otherwise")))


def load_rules(
    located: Located | None,
    names: frozenset[str],
    parameters: Mapping[str, str | None],
    *,
    others: bool = False,
) -> tuple[ArgumentRule, ...]:
    """Load ``refuse`` or ``lossy``: parameter -> a note, or a mapping of ``unless`` and ``note``.

    With ``others``, rules about parameters that are not among ``parameters`` are passed over.
    """
    rules = []
    for parameter, value in located or ():
        if parameter not in parameters and others:
            continue
        if parameter not in parameters:
            raise value.error(f"{parameter} is no parameter; expected one of {', '.join(parameters)}")
        entry = {} if is_sentence(value) else value.mapping()
        if entry.keys() & _RULE_KEYS:
            value.mapping(allowed=_RULE_KEYS)
            note = read_text(value.required("note"))
        else:
            note = read_text(value)
        if "unless" in entry:
            unless = read_expression(entry["unless"], names)
        elif (default := parameters[parameter]) is not None:
            comparison = "is" if default in ("None", "True", "False") else "=="
            unless = parse_expression(f"{parameter} {comparison} {default}")
        else:
            raise value.error(f"{parameter} has no default, so 'unless' must say when it does not matter")
        rules.append(ArgumentRule(parameter, unless, note, loud=read_flag(entry, "loud")))
    return tuple(rules)


def read_flag(mapping: Mapping[str, Located], key: str) -> bool:
    """Return whether a key is there; its only value is true."""
    if key in mapping and mapping[key].text() != "true":
        raise mapping[key].error("expected true; leave the key out otherwise")
    return key in mapping


def load_differences(located: Located | None, names: frozenset[str]) -> tuple[Difference, ...]:
    """Load ``differs``: notes, each with the condition under which it holds."""
    differences = []
    for entry in located.items() if located else ():
        mapping = entry.mapping(allowed=frozenset({"when", "note", "loud", "known"}))
        when = read_expression(mapping["when"], names) if "when" in mapping else None
        loud = read_flag(mapping, "loud")
        known = read_flag(mapping, "known")
        if known and (when is None or loud):
            raise mapping["known"].error("needs a condition, and stands beside no 'loud'")
        differences.append(Difference(when, read_text(entry.required("note")), loud, known))
    return tuple(differences)
