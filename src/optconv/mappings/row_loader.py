"""Loads one row file into a `Row` and refuses one that is incomplete or contradicts the catalogues."""

from __future__ import annotations

import ast

from optconv.mappings.case_loader import (
    CASE_KEYS,
    INHERITED_KEYS,
    Catalogues,
    load_cases,
)
from optconv.mappings.combination_loader import combined_parameters, load_combine, load_factors
from optconv.mappings.expressions import Expression, read_expression
from optconv.mappings.group_item_loader import load_group_items
from optconv.mappings.rule_loader import read_flag, read_text
from optconv.mappings.schema import (
    AddsGroup,
    Attach,
    Counted,
    GroupFunctions,
    Member,
    ParityCase,
    Row,
    SourceApi,
    StayingOptions,
    Workaround,
)
from optconv.mappings.signatures import SignatureVersion
from optconv.mappings.subclass_loader import load_subclass
from optconv.mappings.training_step_loader import ROLES, load_scaled_step, load_training_step
from optconv.mappings.yaml_reader import Located

_ROW_KEYS = CASE_KEYS | {
    "api",
    "summary",
    "reference",
    "cases",
    "members",
    "parity",
    "annotation",
    "attach",
    "group_functions",
    "since",
    "inherited",
    "region",
    "single_use",
    "unconvertible",
    "workarounds",
    "group_options_stay",
    "switched",
    "named",
    "subclass",
    "factor",
    "follows",
    "combine",
    "training_step",
    "gradients",
    "scaled_step",
}
_MEMBER_KEYS = frozenset(
    {
        "cases",
        "items",
        "adds_group",
        "unconvertible",
        "of",
        "assignable",
        "unassignable",
        "through",
        "training_step",
        "handed_on",
        "implied",
    }
)
_EXPECTED = ("exact", "close", "lossy")


def load_row(document: Located, catalogues: Catalogues, inherited: Located | None = None) -> Row:
    """Turn a row file into a `Row`; `TableError` with file, line and key when it is wrong.

    Args:
        document: the file.
        catalogues: what is known of both frameworks.
        inherited: the part ``inherited`` of the base class's row, if there is one.
    """
    top = document.mapping(allowed=_ROW_KEYS)
    api = document.required("api")
    source = catalogues.source.get(api.text())
    if source is None:
        raise api.error(f"{api.text()} is not in the catalogue of the source framework")
    mentioned = combined_parameters(top.get("combine"))
    if "gradients" in top:
        mentioned |= {top["gradients"].text()}
    cases = load_cases(document, source.signatures, catalogues, inherited, mentioned)
    if "inherited" in top:
        top["inherited"].mapping(allowed=INHERITED_KEYS)
    if "unconvertible" in top and cases:
        raise top["unconvertible"].error("stands beside a way to write it; a row has one or the other")
    if "follows" in top and top["follows"].text() != "true":
        raise top["follows"].error("expected true; leave the key out otherwise")
    attach = _load_attach(top["attach"]) if "attach" in top else None
    return Row(
        api=source.name,
        summary=read_text(document.required("summary")),
        reference=_read_reference(document),
        origin="" if document.own else f"{document.path}:{document.line}",
        cases=cases,
        members=_load_members(top["members"], source, catalogues) if "members" in top else {},
        parity=_load_parity(top["parity"]) if "parity" in top else (),
        annotation=top["annotation"].text() if "annotation" in top else None,
        attach=attach,
        group_functions=_load_group_functions(top["group_functions"]) if "group_functions" in top else None,
        since=top["since"].text() if "since" in top else None,
        single_use=read_text(top["single_use"]) if "single_use" in top else None,
        region=_load_region(top["region"], source) if "region" in top else None,
        unconvertible=read_text(top["unconvertible"]) if "unconvertible" in top else None,
        workarounds=_load_workarounds(top.get("workarounds"), source, _ruled_names(top.get("inherited"))),
        group_options_stay=_load_staying(top["group_options_stay"]) if "group_options_stay" in top else None,
        switched=read_text(top["switched"]) if "switched" in top else None,
        named=read_text(top["named"]) if "named" in top else None,
        subclass=load_subclass(top["subclass"]) if "subclass" in top else None,
        factors=load_factors(top.get("factor"), source),
        follows="follows" in top,
        combine=load_combine(top.get("combine"), source, catalogues),
        training_step=load_training_step(top["training_step"]) if "training_step" in top else None,
        gradients=top["gradients"].text() if "gradients" in top else "",
        scaled_step=load_scaled_step(top["scaled_step"]) if "scaled_step" in top else None,
    )


def _read_reference(document: Located) -> str:
    """Return the page of the target's API; a team's own class may have none."""
    known = document.own or "reference" in document.mapping()
    return document.required("reference").text() if known else ""


def _load_region(located: Located, source: SourceApi) -> Expression:
    names = {parameter.name for version in source.signatures for parameter in version.signature.parameters}
    return read_expression(located, frozenset(names))


def _ruled_names(inherited: Located | None) -> frozenset[str]:
    """Return the parameters of subclasses that the row of a base class refuses or calls lossy."""
    rules = inherited.mapping() if inherited else {}
    return frozenset(name for key in ("refuse", "lossy") if key in rules for name, _ in rules[key])


def _load_workarounds(
    located: Located | None, source: SourceApi, inherited: frozenset[str]
) -> tuple[Workaround, ...]:
    """Load ``workarounds``; those of a base class may be for a parameter that only its subclasses have."""
    own = {parameter.name for version in source.signatures for parameter in version.signature.parameters}
    known = own | inherited
    found = []
    for entry in located.items() if located else ():
        mapping = entry.mapping(
            allowed=frozenset({"for", "title", "original", "rewritten", "dense", "since"})
        )
        parameter = mapping["for"].text() if "for" in mapping else ""
        if parameter and parameter not in known:
            raise mapping["for"].error(f"{source.name} has no parameter {parameter!r}")
        if "dense" in mapping and mapping["dense"].text() != "true":
            raise mapping["dense"].error("expected true; leave the key out otherwise")
        found.append(
            Workaround(
                parameter=parameter,
                title=read_text(entry.required("title")),
                original=_read_script(entry.required("original")),
                rewritten=_read_script(entry.required("rewritten")),
                dense="dense" in mapping,
                since=mapping["since"].text() if "since" in mapping else None,
            )
        )
    return tuple(found)


def _read_script(located: Located) -> str:
    """Read a script; one of a team's own may be anything, and is parsed where it is shown."""
    if not located.own:
        try:
            ast.parse(located.text())
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            raise located.error(f"not a Python script: {error}") from error
    return located.text()


def _load_members(located: Located, source: SourceApi, catalogues: Catalogues) -> dict[str, Member]:
    members = {}
    for name, value in located:
        known = _find_member(name, source, catalogues)
        if known is None:
            raise value.error(f"{source.name} has no member {name!r}")
        members[name] = _load_member(name, value, known, catalogues)
    return members


def _load_member(
    name: str, value: Located, known: tuple[SignatureVersion, ...], catalogues: Catalogues
) -> Member:
    mapping = value.mapping(allowed=CASE_KEYS | _MEMBER_KEYS)
    cases = load_cases(value, known, catalogues)
    if "unconvertible" in mapping and cases:
        raise mapping["unconvertible"].error("stands beside a way to write it; a member has one or the other")
    if "assignable" in mapping and mapping["assignable"].text() != "true":
        raise mapping["assignable"].error("expected true; leave the key out otherwise")
    classes = mapping["of"].items() if "of" in mapping else ()
    for entry in classes:
        if entry.text() not in catalogues.target:
            raise entry.error(f"{entry.text()} is not in the target's signatures")
    return Member(
        name,
        cases,
        load_group_items(mapping.get("items"), catalogues),
        unconvertible=read_text(mapping["unconvertible"]) if "unconvertible" in mapping else None,
        of=frozenset(entry.text() for entry in classes),
        assignable="assignable" in mapping,
        unassignable=read_text(mapping["unassignable"]) if "unassignable" in mapping else None,
        through=mapping["through"].text() if "through" in mapping else "",
        adds_group=_load_adds_group(mapping["adds_group"]) if "adds_group" in mapping else None,
        implied=read_flag(mapping, "implied"),
        training_step=mapping["training_step"].one_of(*ROLES) if "training_step" in mapping else "",
        handed_on=read_text(mapping["handed_on"]) if "handed_on" in mapping else None,
    )


def _find_member(name: str, source: SourceApi, catalogues: Catalogues) -> tuple[SignatureVersion, ...] | None:
    api: SourceApi | None = source
    while api is not None:
        if name in api.members:
            return api.members[name].signatures
        api = catalogues.source.get(api.base) if api.base else None
    return None


def _load_adds_group(located: Located) -> AddsGroup:
    located.mapping(allowed=frozenset({"parameter", "otherwise"}))
    return AddsGroup(located.required("parameter").text(), read_text(located.required("otherwise")))


def _load_staying(located: Located) -> StayingOptions:
    located.mapping(allowed=frozenset({"options", "note"}))
    options = frozenset(entry.text() for entry in located.required("options").items())
    return StayingOptions(options, read_text(located.required("note")))


def _load_attach(located: Located) -> Attach:
    located.mapping(allowed=frozenset({"argument", "rate", "read", "set", "single", "counted"}))
    names, mapping = frozenset({"optimizer", "scheduler"}), located.mapping()
    if ("set" in mapping) is ("counted" in mapping):
        raise located.error("expected one of 'set' and 'counted'")
    return Attach(
        argument=located.required("argument").text(),
        rate=located.required("rate").text(),
        read=read_expression(located.required("read"), names),
        set=read_expression(mapping["set"], names) if "set" in mapping else None,
        single=read_text(mapping["single"]) if "single" in mapping else None,
        counted=_load_counted(mapping["counted"]) if "counted" in mapping else None,
    )


def _load_counted(located: Located) -> Counted:
    keys = ("apart", "own_rates", "endless")
    located.mapping(allowed=frozenset(keys))
    return Counted(*(read_text(located.required(key)) for key in keys))


def _load_group_functions(located: Located) -> GroupFunctions:
    located.mapping(allowed=frozenset({"rate", "initial", "each"}))
    return GroupFunctions(
        rate=read_expression(located.required("rate"), frozenset({"group"})),
        initial=read_expression(located.required("initial"), frozenset({"group"})),
        each=read_expression(located.required("each"), frozenset({"function", "optimizer"})),
    )


def _load_parity(located: Located) -> tuple[ParityCase, ...]:
    cases = []
    for expected, entries in located:
        if expected not in _EXPECTED:
            raise entries.error(f"expected one of {', '.join(_EXPECTED)}")
        for entry in entries.items():
            if isinstance(entry.value, str):
                cases.append(ParityCase(entry.text(), expected))
            else:
                mapping = entry.mapping(allowed=frozenset({"code", "step", "since"}))
                step = mapping["step"].text() if "step" in mapping else ""
                since = mapping["since"].text() if "since" in mapping else None
                cases.append(ParityCase(entry.required("code").text(), expected, step, since))
    return tuple(cases)
