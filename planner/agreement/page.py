"""What pages of several plans share: maps side by side, how firm the land is, and what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from formulations.sampling.agreement import Agreement
from instances.instance import Instance
from instances.units.grid import Layout
from planner.agreement.measure import COLOURS, STANDINGS
from planner.pages.map_images import Mapper
from planner.pages.picture_texts import land_told
from planner.pages.rendered import MapPicture
from planner.styles.layer_styles import hexadecimal, near_white
from planner.words.crs_names import crs_label
from planner.words.indicator_names import label
from planner.words.notices import told
from planner.words.scenario_names import scenario_label
from planner.words.solve_names import settings_named
from words.catalogue import Words, difference, figure
from words.numbers import change_of

MOST_MAPS = 8


@dataclass(frozen=True, slots=True)
class PlanTable:
    """A table of the page: its columns, and rows of a name and cells; those of ``strong`` names stand out."""

    key: str
    heading: Markup
    lead: Markup
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    strong: frozenset[str] = frozenset()


def page_of(
    instance: Instance,
    layouts: Mapping[str, Layout],
    firm: tuple[Agreement, int],
    words: Words,
    tree: Mapping[str, Any],
) -> dict[str, Any]:
    """What a page of several plans shows beside its findings and tables; ``firm`` is how far plans agree, and
    how many (or under how many draws) were compared for that."""
    mapper = Mapper(instance)
    lines = mapper.lines()
    pictures = [
        MapPicture(
            "today",
            str(words("maps.today")),
            mapper.layout(instance.today),
            lines,
            "today",
            land_told(instance, instance.today, words),
        )
    ]
    for name, layout in list(layouts.items())[:MOST_MAPS]:
        title = str(words("front.plan", n=name))
        pictures.append(
            MapPicture(
                f"plan-{name}", title, mapper.layout(layout), (), "today", land_told(instance, layout, words)
            )
        )
    standing = mapper.graded(firm[0].standing(instance.today), list(COLOURS))
    pictures.append(MapPicture("firm", str(words("agreement.title")), standing, (), "today"))
    return {
        "title": tree["title"],
        "about": words("page.scenario", name=scenario_label(tree["scenario"], words, instance.study.label)),
        "area": words.amount(instance.grid.total_ha, "ha"),
        "ground": mapper.ground,
        "border": mapper.border(),
        "maps": pictures,
        "shown": (1, len(pictures) - 1),
        "lines": lines,
        "crs": crs_label(instance.grid.crs.name, words),
        "legend": [
            (hexadecimal(each.colour), _edge(each.colour), each.label(words.lang))
            for each in instance.classes
        ],
        "extras": [
            (hexadecimal(colour), _edge(colour), words.text(f"agreement.{key}", n=firm[1]))
            for key, colour in zip(STANDINGS, COLOURS, strict=True)
        ],
        "marks": list(told(instance.emissions.notices, words.lang)),
        "inputs": list(tree["inputs"].items()),
        "versions": list(tree["versions"].items()),
        "settings": settings_named(tree["settings"], words),
    }


def _edge(colour: tuple[int, int, int]) -> str:
    return "#bbbbbb" if near_white(colour) else hexadecimal(colour)


def land_sentences(land: Mapping[str, float], words: Words) -> list[Markup]:
    """How much land is decided whichever plan is taken, and how much is left to choose."""
    return [
        words("several.firm", area=words.amount(land["firm_change_ha"], "ha")),
        words(
            "several.open",
            mostly=words.amount(land["mostly_ha"], "ha"),
            fragile=words.amount(land["fragile_ha"], "ha"),
        ),
    ]


def indicator_table(
    values: Mapping[str, Mapping[str, float]], units: Mapping[str, str], instance: Instance, words: Words
) -> PlanTable:
    """Indicators that differ between plans: the first plan's value, and the difference of every other from
    it; ``values`` are by indicator and plan."""
    rows = []
    for name, of in values.items():
        first, *others = of.values()
        changes = [change_of(value, first) for value in others]
        if any(changes):
            unit = words.unit(units[name]) or "–"
            shown = f"{label(name, words.lang, instance.classes)}"
            rows.append((shown, (unit, figure(first), *(difference(each) for each in changes))))
    plans = list(next(iter(values.values())))
    return PlanTable(
        "differences",
        words("several.indicators"),
        words("several.differences_only", n=plans[0]),
        (
            words.text("indicators.name"),
            words.text("indicators.unit"),
            *(words.text("front.plan", n=plan) for plan in plans),
        ),
        tuple(rows),
    )


def contents(tables: Sequence[PlanTable], words: Words) -> list[tuple[str, Markup]]:
    """The contents of the page."""
    return [
        ("found", words("headings.found")),
        *((table.key, table.heading) for table in tables),
        ("maps", words("front.maps")),
        ("proof", words("headings.proof")),
    ]
