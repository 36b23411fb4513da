"""The districts of a plan as a map layer: sources, sinks, balance and stock of carbon, and its cycle."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from formulations.indicators.carbon import BALANCE, SINKS, SOURCES, STOCK
from formulations.indicators.catalogue import indicators
from formulations.indicators.emissions import NET_EMISSIONS
from instances.instance import Instance
from instances.land.colours import Colour
from instances.rules.districts import Districts
from instances.units.grid import FloatArray, Grid
from planner.account.ask import account_of
from planner.account.tables import rests
from planner.export.layer import Layer
from planner.export.polygons import dissolve
from planner.plans.plan import Plan
from planner.styles.layer_styles import Mark, outline_of
from words.catalogue import Words, figure

OF_LAND = {
    "net": NET_EMISSIONS,
    "sources": SOURCES,
    "sinks": SINKS,
    "balance": BALANCE,
    "stock": STOCK,
}
"""How the fields of an indicator begin."""
OF_ACCOUNT = {
    "uptake": "uptake",
    "emitted": "sources.whole",
    "account": "ratio.balance_whole",
    "fossil": "ratio.balance_fossil",
    "cycle": "ratio.cycle",
}
"""How the fields of the account begin, where it is told by these districts."""
WHEN = ("today", "plan", "change")
GRADES: tuple[Colour, ...] = (
    (240, 228, 214),
    (214, 221, 196),
    (168, 200, 160),
    (107, 164, 121),
    (47, 111, 78),
)
"""From the least balance to the greatest."""
NONE = "none"
"""The grade of a district without a balance."""
NOWHERE: Colour = (235, 235, 235)


def division_of(instance: Instance) -> Districts | None:
    """The division that the layer is of: that of the account, else the first of the study that holds land;
    None where there is none."""
    kept = instance.inventory
    asked = None if kept is None else instance.districts.get(kept.by or "")
    first = (each for each in instance.districts.values() if (each.member >= 0).any())
    return asked if asked is not None and (asked.member >= 0).any() else next(first, None)


def balance_layer(plan: Plan, lang: str) -> Layer | None:
    """Every district with units, and the land that lies in none, as one shape each; None without districts.

    Net emissions, sources, sinks (tCO2e/yr), their balance, the carbon stock (tCO2e) today, in the plan and
    the change; net uptake, emissions (tC/yr) and the ratios of the account where it is told by these
    districts. ``grade`` tells how great the balance is in the plan, from 1 to 5.
    """
    division = division_of(plan.instance)
    if division is None:
        return None
    words, instance = Words(lang), plan.instance
    names = [*division.names, ""]
    labels = [*division.names_in(lang), words.text("account_rows.elsewhere")]
    member = np.where(division.member < 0, len(division), division.member).astype(np.int32)
    everywhere = Districts(division.name, tuple(names), member)
    figures = dict(_figures(plan, everywhere))
    held = np.flatnonzero(np.bincount(member, minlength=len(names)))
    shown = "account_plan" if "account_plan" in figures else "balance_plan"
    grade, edges = graded(figures[shown][held])
    table = {
        "district": np.array(names, dtype=object)[held],
        "label": np.array(labels, dtype=object)[held],
        "area_ha": everywhere.total(np.asarray(instance.grid.area_ha, dtype=float))[held],
        "grade": grade,
        **{name: values[held] for name, values in figures.items()},
    }
    shapes = gpd.GeoDataFrame(table, geometry=_shapes(member, held, instance.grid), crs=instance.grid.crs)
    named = {"label": "fields.district_name"}
    about = {"division": division.label(lang)}
    marks = partial(_marks, edges, frozenset(grade))
    return Layer("balance", shapes, "layers.balance", "grade", marks, about=about, named=named)


def _figures(plan: Plan, districts: Districts) -> Iterator[tuple[str, FloatArray]]:
    """Every field with (districts,) figures, land in none of them last."""
    instance, known = plan.instance, indicators(plan.instance)
    for field, name in OF_LAND.items():
        if name in known:
            yield from _told(
                field, *(known[name].evaluate_by(one, districts) for one in (instance.today, plan.layout))
            )
    account = account_of(plan)
    if account is None or instance.inventory is None or instance.inventory.by != districts.name:
        return
    found, count = rests(account), len(districts)
    for field, name in OF_ACCOUNT.items():
        both = found[name][:, 1:] if name.startswith("ratio.") else found[name]
        empty = np.full((2, count - both.shape[1]), np.nan)
        yield from _told(field, *np.column_stack([both, empty]))


def _told(field: str, today: FloatArray, plan: FloatArray) -> Iterator[tuple[str, FloatArray]]:
    yield from zip((f"{field}_{when}" for when in WHEN), (today, plan, plan - today), strict=True)


def _shapes(member: NDArray[np.int32], held: NDArray[np.intp], grid: Grid) -> NDArray[np.object_]:
    """One shape of all pieces of each district that has units."""
    pieces = dissolve(member, grid)
    row = np.searchsorted(held, pieces.value)
    parts, of = shapely.get_parts(pieces.geometry, return_index=True)
    order = np.argsort(row[of], kind="stable")
    made: NDArray[np.object_] = shapely.multipolygons(parts[order], indices=row[of][order])
    return made


def graded(values: FloatArray) -> tuple[NDArray[np.object_], tuple[float, ...]]:
    """(districts,) the grade of each value from 1 to 5, as many values in each as can be, and the six ends of
    the grades; ``none`` where there is no value."""
    known = np.sort(values[~np.isnan(values)])
    names = np.array([*(str(n + 1) for n in range(len(GRADES))), NONE], dtype=object)
    if not len(known):
        return np.full(len(values), NONE, dtype=object), ()
    place = np.arange(len(GRADES)) * len(known) // len(GRADES)
    edges = (*known[np.minimum(place, len(known) - 1)].tolist(), float(known[-1]))
    grade = np.searchsorted(np.array(edges[1:-1]), values, side="right")
    return names[np.where(np.isnan(values), len(GRADES), grade)], edges


def _marks(edges: tuple[float, ...], used: frozenset[str], lang: str) -> tuple[Mark, ...]:
    """One mark for each grade in use, with its ends, and one for districts without a balance."""
    words = Words(lang)
    found = {
        str(n + 1): (words.text("layers.span", low=_percent(low, words), high=_percent(high, words)), colour)
        for n, (colour, low, high) in enumerate(zip(GRADES, edges, edges[1:], strict=False))
    }
    found[NONE] = (words.text("layers.no_balance"), NOWHERE)
    return tuple(Mark(name, *told, outline_of(told[1])) for name, told in found.items() if name in used)


def _percent(value: float, words: Words) -> str:
    return words.per_cent(figure(100 * value)).replace("\u00a0", " ")
