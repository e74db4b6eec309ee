"""Help in Chinese: what the file of messages has for the texts in the code, in lines that fit."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from copy import copy
from functools import lru_cache

import click

from optconv.cli.reference.render_text import wrap
from optconv.mappings import messages_about

_NARROWEST = 10  # of what stands beside an option; as click has it


def chinese_help(command: click.Command, ctx: click.Context) -> str:
    """Return the help of a command in Chinese."""
    formatter = _Formatter(width=ctx.terminal_width, max_width=ctx.max_content_width)
    translated = copy(command)
    translated.help = in_chinese(command.help or "")
    translated.params = [_translated(parameter) for parameter in command.get_params(ctx)]
    translated.add_help_option = False  # it is one of the parameters already
    translated.format_help(ctx, formatter)
    return formatter.getvalue().rstrip("\n")


def in_chinese(text: str) -> str:
    """Return a text of the help in Chinese, or as it is where the file has none."""
    english = in_paragraphs(text)
    return _translations().get(english, english)


def in_paragraphs(text: str) -> str:
    """Return a text as the file of messages has it: each paragraph in one line."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


@lru_cache(maxsize=1)
def _translations() -> Mapping[str, str]:
    return {text.en: text.zh for text in messages_about("help").values()}


def _translated(parameter: click.Parameter) -> click.Parameter:
    if not isinstance(parameter, click.Option) or parameter.help is None:
        return parameter
    translated = copy(parameter)
    translated.help = in_chinese(parameter.help)
    return translated


class _Formatter(click.HelpFormatter):
    """Writes help in lines as wide as they are on a terminal, where a Chinese character takes two cells."""

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        indent = " " * self.current_indent
        for number, paragraph in enumerate(text.split("\n\n")):
            if number:
                self.write("\n")
            for line in wrap(paragraph, self.width - self.current_indent):
                self.write(f"{indent}{line}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write names (of options, of commands) with what is said of each beside it."""
        table = list(rows)
        widest = max(len(name) for name, _ in table)
        columns = max(self.width - min(widest, col_max) - col_spacing - 2, _NARROWEST)
        wrapped = [
            (name, "\n".join(("\b", *wrap(text, columns)))) for name, text in table
        ]  # \b: wrapped already
        super().write_dl(wrapped, col_max, col_spacing)
