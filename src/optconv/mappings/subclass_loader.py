"""Loads the part of a row that says how subclasses of the class are written."""

from __future__ import annotations

from optconv.mappings.expressions import read_expression
from optconv.mappings.rule_loader import read_text
from optconv.mappings.schema import KeptSubclass, Subclass
from optconv.mappings.yaml_reader import Located

_WORDS = ("parameter", "annotation", "resume", "computes", "base_rates", "groups")
_TEXTS = ("resumed", "own_rates", "elsewhere")
_KEYS = frozenset({*_WORDS, *_TEXTS, "base_rate", "from_start", "group_rates", "same", "reserved"})
_KEPT_KEYS = frozenset(
    {"computes", "overrides", "resume", "from_start", "same", "reads", "reserved", "resumed"}
)


def load_subclass(located: Located) -> Subclass | KeptSubclass:
    """Load ``subclass``: the class stays where the rates are read as lists, too. Raises `TableError`."""
    return _load_kept(located) if "reads" in located.mapping() else _load_rewritten(located)


def _load_kept(located: Located) -> KeptSubclass:
    located.mapping(allowed=_KEPT_KEYS)
    resume = located.required("resume").text()
    lists = {
        key: frozenset(entry.text() for entry in located.required(key).items())
        for key in ("overrides", "same", "reserved")
    }
    return KeptSubclass(
        computes=located.required("computes").text(),
        resume=resume,
        from_start=read_expression(located.required("from_start"), frozenset({resume})),
        reads={key: read_expression(value, frozenset({"self"})) for key, value in located.required("reads")},
        resumed=read_text(located.required("resumed")),
        **lists,
    )


def _load_rewritten(located: Located) -> Subclass:
    located.mapping(allowed=_KEYS)
    names = frozenset({"self"})
    words = {word: located.required(word).text() for word in _WORDS}
    texts = {text: read_text(located.required(text)) for text in _TEXTS}
    return Subclass(
        parameter=words["parameter"],
        annotation=words["annotation"],
        resume=words["resume"],
        from_start=read_expression(located.required("from_start"), frozenset({words["resume"]})),
        computes=words["computes"],
        base_rates=words["base_rates"],
        groups=words["groups"],
        resumed=texts["resumed"],
        own_rates=texts["own_rates"],
        elsewhere=texts["elsewhere"],
        base_rate=read_expression(located.required("base_rate"), names),
        group_rates={key: read_expression(value, names) for key, value in located.required("group_rates")},
        same=frozenset(entry.text() for entry in located.required("same").items()),
        reserved=frozenset(entry.text() for entry in located.required("reserved").items()),
    )
