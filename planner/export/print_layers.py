"""Layers of a project that only its print pages show: control lines filled, pale land, changes by colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from xml.etree import ElementTree as Xml

from instances.land.colours import Colour, shade
from planner.export.layer import Layer
from planner.export.layouts import LEGEND_COLUMNS, LINE_BREAK, PrintPage
from planner.export.names import KINDS
from planner.maps.sheet import wrap
from planner.plans.plan import Plan
from planner.styles.change_colours import GROUND, OTHERS, change_legend, changes_of
from planner.styles.layer_styles import Mark, change_value, renderer, single_renderer
from words.catalogue import Words

FILLED, PALE = 0.38, 0.3
"""How much of a filled control line, and of pale land, hides what is below."""
FAINT: Colour = (150, 150, 150)
FAINT_MM = 0.1
"""Borders on the overview: many of them in the ink of the map would make it dark."""


@dataclass(frozen=True)
class Copy:
    """A layer shown once more in another style: its name in the project, and its title."""

    name: str
    title: str
    of: Layer
    style: Xml.Element


def print_copies(plan: Plan, layers: Sequence[Layer], words: Words) -> Iterator[Copy]:
    """The layers for print alone, of those that there are."""
    found = {layer.name: layer for layer in layers}
    lang = words.lang
    if "redlines" in found and found["redlines"].marks(lang):
        lines = found["redlines"]
        marks = [
            replace(mark, fill=mark.outline, hatch=shade(mark.outline, 0.8)) for mark in lines.marks(lang)
        ]
        yield Copy("lines_filled", words.text("print.lines_filled"), lines, _faded(lines, marks, FILLED))
    if "patches" in found:
        land = found["patches"]
        yield Copy("plan_pale", words.text("print.plan_pale"), land, _faded(land, land.marks(lang), PALE))
    if "changes" in found:
        style = renderer(found["changes"].styled_by or "", _changes(plan, words))
        yield Copy("change_colours", words.text("print.change_colours"), found["changes"], style)
    if "today" in found:
        style = single_renderer(Mark("", words.text("print.land"), GROUND, GROUND))
        yield Copy("ground", words.text("print.ground"), found["today"], style)
    if "districts" in found:
        style = single_renderer(Mark("", words.text("print.overview"), None, FAINT, FAINT_MM))
        yield Copy("around", words.text("print.around"), found["districts"], style)


def _faded(layer: Layer, marks: Sequence[Mark], alpha: float) -> Xml.Element:
    """A layer's style, seen through."""
    element = renderer(layer.styled_by or "", marks)
    for symbol in element.findall("symbols/symbol"):
        symbol.set("alpha", f"{alpha:g}")
    return element


def _changes(plan: Plan, words: Words) -> list[Mark]:
    """A mark for each change with much land, and one for all others, as the map series has them."""
    found, classes = changes_of(plan.instance, plan.layout), plan.instance.classes
    told = [
        (fill, LINE_BREAK.join(wrap(name, LEGEND_COLUMNS)))
        for fill, name in change_legend(found, plan.instance, words)
    ]
    marks = [
        Mark(change_value(classes[before], classes[after]), name, fill, fill)
        for (before, after), (fill, name) in zip(found.pairs, told, strict=False)
    ]
    others = [name for fill, name in told[len(marks) :] if fill == OTHERS]
    return [*marks, *(Mark("", name, OTHERS, OTHERS) for name in others)]


def print_pages(names: Sequence[str], costs: tuple[str, ...], words: Words) -> tuple[PrintPage, ...]:
    """The pages that layers of these names make: each from its uppermost layer down; ``costs`` are those of
    what red lines cost."""
    wanted: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("today", ("districts", "today")),
        ("plan", ("districts", "patches")),
        ("lines", ("districts", "lines_filled", "plan_pale")),
        ("change", ("districts", "change_colours", "ground")),
        ("network", ("districts", "network", "ground")),
        ("costs", ("districts", *costs, "ground")),
    )
    renamed = {
        "change": {"ground": words.text("series_pages.unchanged")},
        "network": {"ground": words.text("series_pages.other_land")},
        "costs": {
            "ground": words.text("series_pages.other_land"),
            **dict.fromkeys(costs[:1], words.text("cost_map.signs")),
        },
    }
    return tuple(
        PrintPage(
            key,
            words.text(f"series_titles.{key}"),
            tuple(f"sansheng_{name}" for name in (*KINDS, *shown) if name in names),
            {f"sansheng_{name}": told for name, told in renamed.get(key, {}).items()},
            keys=tuple(
                f"sansheng_{name}" for name in (*KINDS, *shown) if name in names and name not in costs[1:]
            ),
            filtered=key in ("today", "plan", "lines"),
        )
        for key, shown in wanted
        if shown[1] in names and (key != "costs" or costs)
    )
