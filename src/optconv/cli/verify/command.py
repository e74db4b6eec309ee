"""What ``optconv verify`` does with its options: reads, measures, shows, writes reports."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optconv.cli.language import said
from optconv.cli.outputs import OutputChoice, open_output
from optconv.cli.plan import plan_tasks
from optconv.cli.problems import FileError
from optconv.cli.settings import settings_for
from optconv.cli.terminal import escape, one_line, say
from optconv.cli.verify.interpreters import SOURCE, interpreter_of, read_interpreters
from optconv.cli.verify.json_report import render_json
from optconv.cli.verify.report import VerificationReport
from optconv.cli.verify.rows import measured_row, named_row
from optconv.cli.verify.run import Run, VerifySettings
from optconv.cli.verify.text_report import construction_lines, problem_lines, summary_lines
from optconv.mappings import message, target_names
from optconv.parity.workers import FrameworkMissingError

if TYPE_CHECKING:
    from optconv.cli.configuration import Configuration
    from optconv.cli.plan import Task
    from optconv.cli.settings import Chosen
    from optconv.mappings import Tables

_TEXT, _JSON, _HTML = "text", "json", "html"
_ENDS = {".txt": _TEXT, ".json": _JSON, ".html": _HTML, ".htm": _HTML}


class ReportError(click.ClickException):
    """A report could not be written."""

    exit_code = 2


class FrameworkNeededError(click.ClickException):
    """A framework cannot be imported; the message says how to install it, or how to name another Python."""

    exit_code = 2


def verify(
    paths: Sequence[str],
    tables: Tables,
    chosen: Mapping[str, Chosen],
    configuration: Configuration,
    values: Mapping[str, str],
    typed: Mapping[str, Any],
) -> int:
    """Measure what files build, or a row; show it, and return the exit status.

    Args:
        paths: as typed.
        tables: of the target.
        chosen: what holds for each key of the configuration.
        configuration: that of the project.
        values: what parts of the files come to.
        typed: the other parameters of the command, by their names.

    Raises:
        UsageError: a path does not exist, or a report cannot be written in the format that is asked for.
        FrameworkNeededError: a framework is missing.
        ReportError: a report could not be written.
        TableError: a table is broken.
    """
    outputs = _outputs(typed["how"], typed["files"])
    settings = VerifySettings(
        values,
        {
            **{name: interpreter_of(path) for name, path in chosen["python"].value.items()},
            **read_interpreters(typed["interpreters"], (SOURCE, *target_names())),
        },
        typed["steps"],
        chosen["target-version"].value,
        chosen["project-root"].value,
    )
    language = chosen["lang"].value
    row = named_row(paths, tables)
    tasks = [] if row is not None else plan_tasks(paths, settings_for("check", chosen, configuration))
    try:
        with Run(tables, settings) as run:
            if row is not None:
                return measured_row(row, tables, run.workers, language)
            report = VerificationReport(tables, language, target_version=settings.target_version)
            report = _measure(run, tasks, report, outputs, verbose=typed["verbose"])
    except FrameworkMissingError as error:
        raise FrameworkNeededError(_missing(error)) from error
    return _write(report, outputs)


def _measure(
    run: Run,
    tasks: Sequence[Task],
    report: VerificationReport,
    outputs: Sequence[OutputChoice],
    *,
    verbose: bool,
) -> VerificationReport:
    """Measure all files; text on standard output is shown at once."""
    shown, language = OutputChoice(_TEXT) in outputs, report.language
    for task in tasks:
        opened, conversion = run.open(task.source)
        if opened.problem is not None and (shown or opened.problem.code):
            for line in problem_lines(opened, language):
                say(line, err=not shown)
        for found in run.measure(conversion):
            opened = replace(opened, verifications=(*opened.verifications, found))
            if shown:
                for line in construction_lines(
                    opened.name, found, language, verbose=verbose, blocks=_has_blocks()
                ):
                    say(line)
        report = replace(report, files=(*report.files, opened), versions=run.versions)
    if shown:
        for line in summary_lines(report):
            say(line, err=True)
    return report


def _write(report: VerificationReport, outputs: Sequence[OutputChoice]) -> int:
    for choice in outputs:
        if choice == OutputChoice(_TEXT):
            continue
        output = open_output(choice)
        output.write(_rendered(report, choice.format))
        try:
            output.close()
        except FileError as error:
            raise ReportError(one_line(said(error.diagnostic.message))) from error
    return report.status


def _rendered(report: VerificationReport, format_: str) -> str:
    if format_ == _JSON:
        return render_json(report)
    if format_ == _HTML:
        from optconv.cli.verify.html_report import render_html

        return render_html(report)
    lines = [
        line
        for file in report.files
        for found in file.verifications
        for line in construction_lines(file.name, found, report.language, verbose=True, blocks=True)
    ]
    return "".join(f"{click.unstyle(line)}\n" for line in [*lines, *summary_lines(report)])


def _outputs(how: str | None, files: Sequence[str]) -> tuple[OutputChoice, ...]:
    """Return the reports to write; text is shown unless standard output has another one."""
    choices = [_choice(how, name) for name in files]
    if how in (_JSON, _HTML) and not files:
        return (OutputChoice(how),)
    if any(choice.path is None for choice in choices):
        return tuple(choices)
    return (OutputChoice(_TEXT), *choices)


def _choice(how: str | None, name: str) -> OutputChoice:
    format_, equals, path = name.partition("=")
    if not equals or format_ not in _ENDS.values():
        format_, path = _ENDS.get(Path(name).suffix.lower(), how or ""), name
    if not format_:
        known = ", ".join(dict.fromkeys(_ENDS.values()))
        raise click.UsageError(said(message("usage.unknown_format", path=escape(name), formats=known)))
    return OutputChoice(format_, None if path == "-" else path)


def _has_blocks() -> bool:
    """Return whether the encoding of standard output has block characters."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        "▁█".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _missing(error: FrameworkMissingError) -> str:
    missing = message(
        "verify.framework_missing",
        framework=error.framework,
        python=error.python,
        reason=error.reason,
        requirement=error.requirement,
    )
    return escape_lines(said(missing))


def escape_lines(text: str) -> str:
    """Return a text of several lines in which everything else is escaped that might drive a display."""
    return "\n".join(map(escape, text.split("\n")))
