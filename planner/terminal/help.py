"""What ``--help`` shows: commands, arguments and options out of the catalogue, in the reader's language."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from typer.core import TyperCommand, TyperGroup

from planner.terminal.language import first_language
from planner.terminal.speech import console, speak, text, words
from planner.terminal.usage import choices_of, usage_told
from words.visible import visible


class SpokenCommand(TyperCommand):
    """A command whose help stands in the catalogue, under the name of its function."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Show what the command does and what it takes."""
        del formatter  # the console breaks the lines
        _show_usage(ctx, text("help_page.options_sign"), *_arguments(self.params))
        _show_text(words().text(f"help_commands.{self.callback.__name__}"))  # type: ignore[union-attr]
        _show_parameters(self.get_params(ctx), ctx)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """What a shell may go on with: options, each with what it means."""
        return _explained(super().shell_complete(ctx, incomplete))


class SpokenGroup(TyperGroup):
    """All commands: their list, and whatever is wrong on the command line, in the reader's language."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """What is typed, read; from here on the reader's language is spoken."""
        speak(first_language(args))
        with _faults_told():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: Any) -> Any:
        """The command that is named, with its own arguments read."""
        with _faults_told():
            return super().invoke(ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Show what the program is for, its commands, and what stands before them."""
        del formatter
        _show_usage(ctx, text("help_page.options_sign"), text("help_page.command_sign"))
        _show_text(words().text("help_commands.sansheng"))
        _show_rows(text("help_page.commands"), [(name, self._told(name)) for name in self.commands])
        _show_parameters(self.get_params(ctx), ctx)
        _show_text(text("help_page.more"))

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """What a shell may go on with: commands and options, each with what it does."""
        found = super().shell_complete(ctx, incomplete)
        for item in found:
            if item.value in self.commands:
                item.help = self._told(item.value)
        return _explained(found)

    def _told(self, name: str) -> str:
        """What a command does, in its first sentence."""
        told = text(f"help_commands.{self.commands[name].callback.__name__}")  # type: ignore[union-attr]
        return told.strip().partition("\n")[0]


def _explained(items: Any) -> Any:
    """What a shell may go on with, explained in the reader's language."""
    for item in items:
        item.help = words().find(item.help or "") or item.help
    return items


@contextmanager
def _faults_told() -> Iterator[None]:
    """What cannot be read of a command line, as a sentence and its exit status."""
    try:
        yield
    except typer.TyperException as wrong:
        typer.echo(f"sansheng: {usage_told(wrong)}", err=True)
        raise typer.Exit(wrong.exit_code) from None


def _show_usage(ctx: Any, *rest: str) -> None:
    console().print()
    line = text("help_page.usage", program=ctx.command_path, rest=" ".join(rest))
    console().print(Text(line, style="bold"))


def _show_text(told: str) -> None:
    console().print()
    for part in told.strip().split("\n\n"):
        console().print(Padding(Text(part), (0, 1, 1, 1)))


def _arguments(params: list[Any]) -> list[str]:
    return [_value_sign(each) for each in params if each.param_type_name == "argument"]


def _show_parameters(params: list[Any], ctx: Any) -> None:
    """Arguments and options, each with what it takes, what it means, and its default."""
    for kind, title in (("argument", "help_page.arguments"), ("option", "help_page.options")):
        rows = [(_sign(each), _meaning(each, ctx)) for each in params if each.param_type_name == kind]
        if rows:
            _show_rows(text(title), rows)


def _show_rows(title: str, rows: list[tuple[str, str]]) -> None:
    shown = Table.grid(padding=(0, 2))
    shown.add_column(no_wrap=True)
    shown.add_column(overflow="fold")
    for sign, meaning in rows:
        shown.add_row(Text(sign), Text(meaning))
    console().print(Text(title, style="bold"))
    console().print(Padding(shown, (0, 1, 1, 1)))


def _sign(param: Any) -> str:
    if param.param_type_name == "argument":
        return _value_sign(param)
    names = ", ".join(param.opts)
    return names if param.is_flag else f"{names} {_value_sign(param)}"


def _value_sign(param: Any) -> str:
    """What stands for a value: its choices, else its name in the reader's language."""
    choices = choices_of(param)
    if choices:
        return "|".join(choices)
    parts = (
        param.metavar
        or (
            "FILE"
            if isinstance(param.type_descriptor.annotation, type)
            and issubclass(param.type_descriptor.annotation, Path)
            else "NAME"
        )
    ).split("|")
    return "|".join(words().find(f"help_values.{part}") or part for part in parts)


def _meaning(param: Any, ctx: Any) -> str:
    if param.help is None or param.name == "help":
        return text("help.help")
    told = words().find(param.help) or text(f"help.{param.name}")
    if param.required:
        return text("series.space").join((told, text("help_page.required")))
    default = param.get_default(ctx, call=False)
    if default is None or isinstance(default, bool) or default == "":
        return told
    value = default.value if isinstance(default, Enum) else default
    return text("series.space").join((told, text("help_page.default", value=visible(str(value)))))


def show_all(ctx: typer.Context) -> None:
    """Show what there is to a reader who named no command; the exit status says that nothing was done."""
    if ctx.invoked_subcommand is None:
        ctx.get_help()
        sys.stdout.flush()
        raise typer.Exit(2)
