"""Loads what a row says of schedulers made of other schedulers: ``factor``, ``follows`` and ``combine``."""

from __future__ import annotations

from collections.abc import Mapping

from optconv.mappings.case_loader import Catalogues, load_arguments
from optconv.mappings.expressions import read_expression
from optconv.mappings.rule_loader import load_differences, read_text
from optconv.mappings.schema import Case, Combine, Factor, SourceApi, Warmup
from optconv.mappings.yaml_reader import Located

_ROLES = ("sequence", "product")
_PLACES = frozenset({"first", "until", "own_rates", "repeatable"})
"""``first``: the scheduler is the first of a sequence, or one of a product; ``until``: for how many epochs it
acts, where that is known."""


def load_factors(located: Located | None, source: SourceApi) -> tuple[Factor, ...]:
    """Load ``factor``: the ways to write the rate as a multiple of the base rate, the first that holds."""
    parameters = _parameters(source)
    factors = []
    for entry in located.items() if located else ():
        keys = entry.mapping(allowed=frozenset({"in", "when", "is", "differs"}))
        role = keys["in"].text() if "in" in keys else None
        if role is not None and role not in _ROLES:
            raise keys["in"].error(f"expected one of {', '.join(_ROLES)}")
        names = parameters | {"base_lr"}
        factors.append(
            Factor(
                role=role,
                when=read_expression(keys["when"], names | _PLACES) if "when" in keys else None,
                expression=read_expression(entry.required("is"), names | {"epoch"}),
                differs=load_differences(keys.get("differs"), names | _PLACES),
            )
        )
    return tuple(factors)


def load_combine(located: Located | None, source: SourceApi, catalogues: Catalogues) -> Combine | None:
    """Load ``combine``: which parameters hold the schedulers and the milestones."""
    if located is None:
        return None
    keys = located.mapping(allowed=frozenset({"by", "schedulers", "resume", "milestones", "warmup"}))
    role = located.required("by")
    if role.text() not in _ROLES:
        raise role.error(f"expected one of {', '.join(_ROLES)}")
    for key in ("schedulers", "milestones"):
        if key in keys and keys[key].text() not in _parameters(source):
            raise keys[key].error(f"{source.name} has no parameter {keys[key].text()!r}")
    if ("milestones" in keys) != (role.text() == "sequence"):
        raise role.error("a sequence has milestones, a product has none")
    return Combine(
        role=role.text(),
        schedulers=located.required("schedulers").text(),
        resume=located.required("resume").text(),
        milestones=keys["milestones"].text() if "milestones" in keys else None,
        warmup=_load_warmup(keys["warmup"], catalogues) if "warmup" in keys else None,
    )


def combined_parameters(located: Located | None) -> frozenset[str]:
    """Return the parameters that ``combine`` speaks of, for the check that none is forgotten."""
    keys: Mapping[str, Located] = located.mapping() if located else {}
    return frozenset(keys[key].text() for key in ("schedulers", "milestones") if key in keys)


def _load_warmup(located: Located, catalogues: Catalogues) -> Warmup:
    located.mapping(allowed=frozenset({"first", "when", "length", "assumes", "assume", "to", "with"}))
    first = catalogues.source.get(located.required("first").text())
    if first is None:
        raise located.required("first").error("not in the catalogue of the source framework")
    target = catalogues.target.get(located.required("to").text())
    if target is None:
        raise located.required("to").error("not in the target's signatures")
    names = _parameters(first)
    arguments = load_arguments(located.required("with"), names | {"base_lr", "rest"}, target)
    return Warmup(
        first=first.name,
        when=read_expression(located.required("when"), names),
        length=read_expression(located.required("length"), names),
        assumes=read_expression(located.required("assumes"), names),
        assume=read_text(located.required("assume")),
        case=Case(None, None, target.name, arguments, {}, frozenset(), (), (), ()),
    )


def _parameters(source: SourceApi) -> frozenset[str]:
    return frozenset(name for version in source.signatures for name in version.signature.names)
