"""The rows of a team's own tables: which of optconv's they replace, and what they must say beyond those."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from optconv.mappings.extra_tables import ExtraTables
from optconv.mappings.row_documents import RowFolder
from optconv.mappings.rule_loader import read_flag
from optconv.mappings.schema import Attach, Case, Row, SourceApi
from optconv.mappings.yaml_reader import Located

_OVERRIDE = "override"


def collect_rows(
    files: Sequence[ExtraTables], label: str, folder: RowFolder, apis: Mapping[str, SourceApi]
) -> dict[str, Located]:
    """Return the rows of a team for one target or flavour, by API.

    Args:
        files: the files of the team, in the order in which they were given.
        label: what the tables of the target or flavour are called.
        folder: the rows of optconv for it.
        apis: the source catalogue.

    Raises:
        TableError: a row is of no known API, or replaces another one without saying so.
    """
    rows: dict[str, Located] = {}
    for file in files:
        for row in file.targets[label].rows if label in file.targets else ():
            name = row.required("api")
            if name.text() not in apis:
                raise name.error(f"{name.text()} is in no catalogue; say under 'source' what it is")
            _check_override(row, rows.get(name.text()) or folder.row(name.text()), apis)
            rows[name.text()] = _without_override(row)
    return rows


def _check_override(row: Located, known: Located | None, apis: Mapping[str, SourceApi]) -> None:
    name, override = row.required("api"), read_flag(row.mapping(), _OVERRIDE)
    if override and known is None:
        raise row.required(_OVERRIDE).error(f"there is no row of {name.text()} that it could replace")
    if known is not None and not override:
        where = "among optconv's own" if known.own else f"in {known.path}:{known.line}"
        raise name.error(f"there is a row of {name.text()} {where}; write 'override: true' to replace it")
    api = apis[name.text()]
    has_subclasses = any(other.base == api.name for other in apis.values())
    if override and api.base is None and (has_subclasses or api.kind in ("model", "tensor")):
        raise name.error(f"the row of {api.name} holds for other classes, too, and cannot be replaced")


def _without_override(row: Located) -> Located:
    return replace(row, value={key: entry for key, entry in row if key != _OVERRIDE})


def is_for_flavors(row: Located, api: SourceApi) -> bool:
    """Return whether a row for a target holds for its flavours, too.

    How an optimizer or a scheduler is written does not: the two must be of one family.
    """
    return api.kind not in ("optimizer", "scheduler") or "unconvertible" in row.mapping()


def check_annotation(document: Located, row: Row, source_names: Collection[str]) -> None:
    """Check that what annotations become is a name, and none of the source: that would be converted again."""
    name = row.annotation
    if name is not None and not all(part.isidentifier() for part in name.split(".")):
        raise document.required("annotation").error(f"{name!r} is not the name of a class")
    if name in source_names:
        raise document.required("annotation").error(f"{row.annotation} is a name of the source")


def check_row(
    document: Located, row: Row, api: SourceApi, attach: Attach | None, first: str, rate: str
) -> None:
    """Check what the converter takes for granted of every optimizer and scheduler that it converts.

    Args:
        document: the row as it stands in the file.
        row: the same, loaded.
        api: what it is about.
        attach: how schedulers and optimizers come together in the target.
        first: what the base class calls its first parameter: the parameters, or the optimizer.
        rate: what optimizers call their learning rate.

    Raises:
        TableError: something is missing.
    """
    if api.kind == "class" and row.cases:
        raise document.error(
            "the objects of a class are not followed: say why it stays under 'unconvertible', or call it"
            " a function, which is converted where it is called"
        )
    if api.kind not in ("optimizer", "scheduler") or not row.cases:
        return
    wanted = (first, rate) if api.kind == "optimizer" else (first,)
    for name in wanted:
        if any(version.signature.parameter(name) is None for version in api.signatures):
            raise document.required("api").error(
                f"{api.name} has no parameter {name!r}, which a converted {api.kind} must have;"
                " say why it stays under 'unconvertible'"
            )
    for case in row.cases:
        if not case.to and (api.kind == "optimizer" or attach is None or attach.counted is None):
            raise document.error(f"the {api.kind} must become a call: write 'to' in every case")
        if api.kind == "optimizer":
            _check_group_rate(document, case, attach, rate)


def _check_group_rate(document: Located, case: Case, attach: Attach | None, rate: str) -> None:
    """Check that a row says how a group's own rate is written; read as another one, it would go unnoticed."""
    if rate in case.refuse_in_groups or case.group_entries is not None:
        return
    written = {keyword for keyword, expression in case.arguments.items() if rate in expression.names}
    ratios = {keyword for keyword, expression in case.groups.items() if "base_lr" in expression.names}
    if attach is not None and not written <= ratios:
        raise document.error(
            f"says nothing about {rate!r} of a parameter group; where the class takes a multiple of its own"
            f" rate there, write 'groups: {{{attach.argument}: {rate} / base_lr}}', else put {rate!r} under"
            " 'refuse_in_groups'"
        )
    if attach is None and not written <= {rate}:
        keyword = min(written - {rate})
        raise document.error(
            f"writes {rate!r} of a parameter group as {keyword!r}; say under 'group_entries' as which keys"
            f" groups have it, or put {rate!r} under 'refuse_in_groups'"
        )
