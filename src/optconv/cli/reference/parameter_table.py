"""The table of a form: one line for each parameter of the source, as in the frameworks' own mapping pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optconv.cli.reference import words
from optconv.cli.reference.document import Table, code, joined, same
from optconv.mappings import Text

if TYPE_CHECKING:
    from optconv.cli.reference.form_description import Conditional, Form, ParameterLine, TargetArgument
    from optconv.cli.reference.row_description import RowDescription


def code_link(diagnostic: str) -> Text:
    """Return a diagnostic code as a link to its page."""
    return same(f"[{diagnostic}](diagnostics/{diagnostic}.md)")


def lay_out_parameters(form: Form, row: RowDescription) -> Table:
    """Return the table of a form: parameter, what it becomes, note."""
    lines = [_parameter_row(line, row) for line in form.parameters]
    lines += [_constant_row(argument) for argument in form.constants]
    return Table((same(row.source_title), row.target_title, words.NOTE), tuple(lines))


def _parameter_row(line: ParameterLine, row: RowDescription) -> tuple[Text, Text, Text]:
    shown = line.name if line.default is None else f"{line.name}={line.default}"
    return code(shown), _becomes(line, row), joined(_notes(line, row))


def _constant_row(argument: TargetArgument) -> tuple[Text, Text, Text]:
    if argument.expression == "base_lr":
        return words.OPTIMIZERS_RATE, code(argument.name), same("")
    return words.NOTHING, code(f"{argument.name} = {argument.expression}"), words.CONSTANT


def _becomes(line: ParameterLine, row: RowDescription) -> Text:
    if line.becomes:
        return joined([_argument(argument, line.name) for argument in line.becomes], ", ")
    match line.fate:
        case "dropped" | "decides":
            return words.DROPPED
        case "combined":
            return words.COMBINED
        case "refused":
            return words.REFUSED
        case "lossy":
            return words.NUMBERS_DIFFER
        case "expressed":
            return words.EXPRESSED
    if row.attach is None:
        return words.NOTHING
    argument, statement = row.attach
    if not statement:
        return words.GIVEN.format(argument=code(f"{argument}=scheduler"))
    return words.ATTACHED.format(argument=code(f"{argument}=scheduler"), set=code(statement))


def _argument(argument: TargetArgument, parameter: str) -> Text:
    if argument.expression == parameter:
        return code(argument.name)
    return code(f"{argument.name} = {argument.expression}")


def _notes(line: ParameterLine, row: RowDescription) -> list[Text]:
    notes = []
    if line.fate == "dropped":
        notes.append(words.NO_EFFECT.format(code=code_link("OC101")))
    if line.fate == "decides":
        notes.append(words.DECIDES)
    notes += [_rule(rule, line) for rule in line.rules]
    for argument in line.becomes:
        own = _argument_notes(argument, row)
        if len(line.becomes) > 1:
            own = [words.OF_ARGUMENT.format(name=code(argument.name), note=note) for note in own]
        notes += own
    if line.since is not None:
        notes.append(words.SOURCE_SINCE.format(source=row.source_module, version=line.since))
    if line.until is not None:
        notes.append(words.SOURCE_UNTIL.format(source=row.source_module, version=line.until))
    return notes


def _rule(rule: Conditional, line: ParameterLine) -> Text:
    """Return a rule in words; what the line says already, that it cannot be converted, is not repeated."""
    text, diagnostic = words.CANNOT_UNLESS, "OC302"
    if line.fate == "lossy":
        text, diagnostic = words.DIFFER_UNLESS, "OC201"
    if not line.becomes:
        text = words.UNLESS_NOTE
    if rule.condition is None:
        text = words.ALWAYS_NOTE
    said = text.format(code=code_link(diagnostic), condition=rule.condition or "", note=rule.note)
    return joined([said, words.LOUD], "") if rule.loud else said


def _argument_notes(argument: TargetArgument, row: RowDescription) -> list[Text]:
    notes = []
    if argument.pinned is not None:
        written = code(f"{argument.name}={argument.pinned}")
        if argument.default is None:
            notes.append(words.PINNED_REQUIRED.format(written=written))
        else:
            notes.append(words.PINNED.format(written=written, default=code(argument.default)))
    if argument.type is not None:
        notes.append(words.TYPES.get(argument.type, words.TYPE.format(type=argument.type)))
    if argument.added is not None:
        notes.append(
            words.ADDED.format(name=code(argument.name), target=row.target_title, version=argument.added)
        )
    return notes
