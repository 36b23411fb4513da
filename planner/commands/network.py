"""``sansheng network``: how well the blue-green land of today, of a plan, of any layout hangs together."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.terminal.options import LangName
from planner.terminal.speech import console, say, speak, text, unit, words
from planner.terminal.summary import plain, table
from words.numbers import nearest

MOST_IMPORTANT = 5


class Neighbours(StrEnum):
    """Which cells are next to one another."""

    EDGES = "4"
    CORNERS = "8"


def network(
    land: Annotated[Path, typer.Argument(metavar="STUDY|DIR", help="help.land")],
    layouts: Annotated[
        list[Path] | None,
        typer.Option(
            "--layout",
            metavar="FILE",
            help="help.layouts",
        ),
    ] = None,
    distances: Annotated[
        list[float] | None,
        typer.Option("--distance", metavar="KM", help="help.distance"),
    ] = None,
    neighbours: Annotated[
        Neighbours,
        typer.Option("--neighbours", help="help.neighbours"),
    ] = Neighbours.EDGES,
    centres: Annotated[bool, typer.Option("--centres", help="help.centres")] = False,
    resistance: Annotated[
        Path | None,
        typer.Option("--resistance", metavar="CSV", help="help.resistance"),
    ] = None,
    table_file: Annotated[Path | None, typer.Option("--table", metavar="FILE", help="help.table")] = None,
    layer_file: Annotated[
        Path | None,
        typer.Option("--layers", metavar="FILE", help="help.layers"),
    ] = None,
    lang: LangName = None,
) -> None:
    """Measure the blue-green network: its patches, how well they are linked over land that is hard or easy to
    cross, and which of them matter most. Solves nothing."""
    result = planner.network(
        land,
        layouts or (),
        **({"distances_km": distances} if distances else {}),
        neighbours=int(neighbours),
        centres=centres,
        resistance=resistance,
        lang=lang,
        table=table_file,
        layers=layer_file,
    )
    speak(result.lang)
    _print(result)
    for path in (table_file, layer_file):
        if path is not None:
            say("terminal.written", path=path)


def _print(result: planner.NetworkResult) -> None:
    say("terminal_network.title", title=result.title)
    say(f"terminal_network.next_{result.convention}")
    say(f"terminal_network.from_{'centres' if result.networks.centres else 'edges'}")
    crossed = [f"{name} {value:g}" for name, value in result.resistances(words().lang).items()]
    say("terminal_network.resistances", classes=text("series.comma").join(crossed))
    console().print()
    today = text("terminal_network.today")
    names = [today, *(plain(each.name) for each in result.measured[1:])]
    shown = table(text("terminal_network.measure"), text("terminal_network.unit"), *names, numbers=names)
    for row in result.rows(words().lang):
        shown.add_row(plain(row.label), unit(row.unit), *(_cell(value, row.unit) for value in row.values))
    console().print(shown)
    say(
        "terminal_network.counted",
        least=f"{100 * result.least_probability:g}",
        most=f"{result.most_missed:.1%}",
    )
    for each, name in zip(result.measured, names, strict=True):
        listed = [
            text("terminal_network.patch", area=nearest(one.area_ha), share=f"{100 * one.share:.1f}")
            for one in each.important[:MOST_IMPORTANT]
        ]
        if listed:
            at = f"{result.networks.important_at_m / 1000:g}"
            say("terminal_network.important", name=name, km=at, patches=text("series.comma").join(listed))


def _cell(value: float | None, unit_name: str) -> str:
    """A figure: counts whole, indices (0 to 1) with four digits behind the point."""
    if value is None:
        return text("terminal_network.unknown")
    if isinstance(value, int):
        return f"{value:,}"
    return nearest(value) if unit_name else f"{value:.4f}"
