"""The table of a form: one line for each parameter of the source, as in the frameworks' own mapping pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optconv.cli.reference.document import Table, code, joined, same
from optconv.mappings import Text, message

if TYPE_CHECKING:
    from optconv.cli.reference.form_description import Conditional, Form, ParameterLine, TargetArgument
    from optconv.cli.reference.row_description import RowDescription

# Types that have a message of their own, `reference.type`; the others are only named.
EXPLAINED_TYPES = frozenset({"float", "number", "floats", "int", "epoch_function", "iterable"})


def code_link(diagnostic: str) -> Text:
    """Return a diagnostic code as a link to its page."""
    return same(f"[{diagnostic}](diagnostics/{diagnostic}.md)")


def lay_out_parameters(form: Form, row: RowDescription) -> Table:
    """Return the table of a form: parameter, what it becomes, note."""
    lines = [_parameter_row(line, row) for line in form.parameters]
    lines += [_constant_row(argument) for argument in form.constants]
    return Table((same(row.source_title), row.target_title, message("reference.note")), tuple(lines))


def _parameter_row(line: ParameterLine, row: RowDescription) -> tuple[Text, Text, Text]:
    shown = line.name if line.default is None else f"{line.name}={line.default}"
    return code(shown), _becomes(line, row), joined(_notes(line, row))


def _constant_row(argument: TargetArgument) -> tuple[Text, Text, Text]:
    if argument.expression == "base_lr":
        return message("reference.optimizers_rate"), code(argument.name), same("")
    return same("-"), code(f"{argument.name} = {argument.expression}"), message("reference.always_written")


def _becomes(line: ParameterLine, row: RowDescription) -> Text:
    if line.becomes:
        return joined([_argument(argument, line.name) for argument in line.becomes], ", ")
    match line.fate:
        case "dropped" | "decides":
            return message("reference.dropped")
        case "combined":
            return message("reference.combined")
        case "refused":
            return message("reference.refused")
        case "lossy":
            return message("reference.numbers_differ")
        case "expressed":
            return message("reference.expressed")
    if row.attach is None:
        return same("-")
    argument, statement = row.attach
    if not statement:
        return message("reference.argument_of_optimizer", argument=code(f"{argument}=scheduler"))
    return message(
        "reference.argument_of_optimizer_or_set", argument=code(f"{argument}=scheduler"), set=code(statement)
    )


def _argument(argument: TargetArgument, parameter: str) -> Text:
    if argument.expression == parameter:
        return code(argument.name)
    return code(f"{argument.name} = {argument.expression}")


def _notes(line: ParameterLine, row: RowDescription) -> list[Text]:
    notes = []
    if line.fate == "dropped":
        notes.append(message("reference.no_effect", code=code_link("OC101")))
    if line.fate == "decides":
        notes.append(message("reference.decides_form"))
    notes += [_rule(rule, line) for rule in line.rules]
    for argument in line.becomes:
        own = _argument_notes(argument, row)
        if len(line.becomes) > 1:
            own = [message("reference.of_argument", name=code(argument.name), note=note) for note in own]
        notes += own
    if line.since is not None:
        notes.append(message("reference.source_since", source=row.source_module, version=line.since))
    if line.until is not None:
        notes.append(message("reference.source_until", source=row.source_module, version=line.until))
    return notes


def _rule(rule: Conditional, line: ParameterLine) -> Text:
    """Return a rule in words; what the line says already, that it cannot be converted, is not repeated."""
    lossy = line.fate == "lossy"
    link, condition, note = code_link("OC201" if lossy else "OC302"), rule.condition, rule.note
    if condition is None:
        said = message("reference.always_note", code=link, note=note)
    elif not line.becomes:
        said = message("reference.unless_note", code=link, condition=condition, note=note)
    else:
        said = message(
            "reference.differ_unless" if lossy else "reference.cannot_unless",
            code=link,
            condition=condition,
            note=note,
        )
    return joined([said, message("reference.target_refuses_others")], "") if rule.loud else said


def _type(name: str) -> Text:
    if name in EXPLAINED_TYPES:
        return message(f"reference.type.{name}")
    return message("reference.type_other", type=name)


def _argument_notes(argument: TargetArgument, row: RowDescription) -> list[Text]:
    notes = []
    if argument.pinned is not None:
        written = code(f"{argument.name}={argument.pinned}")
        if argument.default is None:
            notes.append(message("reference.pinned_required", written=written))
        else:
            notes.append(message("reference.pinned", written=written, default=code(argument.default)))
    if argument.type is not None:
        notes.append(_type(argument.type))
    if argument.added is not None:
        notes.append(
            message(
                "reference.argument_needs",
                name=code(argument.name),
                target=row.target_title,
                version=argument.added,
            )
        )
    return notes
