"""Measures as files: what is done where (``cuts.csv``), and districts with their room as a map layer."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from formulations.linked.measures_plan import MeasuresFigures, MeasuresPlan
from instances.instance import Instance
from instances.materials.measures import Measures
from instances.study.findings import Finding, StudyError
from instances.units.sums import sum_by
from planner.export.geopackage import write_geopackage
from planner.export.layer import Layer
from planner.export.tables import write_csv
from planner.models.reading import positions
from planner.plans.beside import planned_of
from planner.plans.plan import Plan
from planner.plans.record import SideRecord
from words.said import say

CUTS, PACKAGE = "cuts.csv", "cuts.gpkg"
COLUMNS = (
    "line", "measure", "strategy", "district", "amount", "unit", "cut_tco2e_yr", "low", "high", "cost"
)  # fmt: skip
FIELDS = {
    name: f"measures_fields.{name}"
    for name in ("district", "room", "used", "cut_tco2e_yr", "cost", "price_tco2e")
}


def write_cuts(plan: Plan, folder: Path) -> None:
    """Write ``cuts.csv`` of a plan's measures into a folder, every figure in full."""
    found = planned_of(plan, MeasuresFigures)
    if found is not None:
        write_csv(cut_table(found[0]), folder / CUTS)


def cut_table(figures: MeasuresFigures) -> pd.DataFrame:
    """A row for everything done: how much of which line of the study's table (from 1 on), what it cuts and
    costs; ``district`` is empty for what is of the whole area. Columns: ``COLUMNS``."""
    measures, (line, district) = figures.measures, figures.plan.done
    named = [measures.measures[number] for number in line.tolist()]
    places = np.array([*measures.districts.names, ""], dtype=object)
    table = {
        "line": line + 1,
        "measure": np.array([one.name for one in named], dtype=object),
        "strategy": np.array([one.strategy for one in named], dtype=object),
        "district": places[district] if len(district) else np.zeros(0, dtype=object),
        "amount": figures.plan.amount,
        "unit": np.array([one.unit for one in named], dtype=object),
        "cut_tco2e_yr": figures.cut(),
        "low": figures.cut("low"),
        "high": figures.cut("high"),
        "cost": figures.cost,
    }
    return pd.DataFrame(table, columns=list(COLUMNS))


def write_cut_layers(plan: Plan, folder: Path) -> None:
    """Write ``cuts.gpkg`` of a plan's measures into a folder: districts with their room, what is done in them
    and what one more unit of room is worth."""
    found = planned_of(plan, MeasuresFigures)
    if found is not None:
        write_geopackage(plan, folder / PACKAGE, plan.instance.study.lang, cut_layers(*found, plan.instance))


def cut_layers(figures: MeasuresFigures, side: SideRecord, instance: Instance) -> list[Layer]:
    """The layer of ``cuts.gpkg``."""
    measures, count = figures.measures, len(figures.room)
    prices = {link.district: link.price for link in side.links}
    place = figures.plan.done[1]
    table = {
        "district": np.array(measures.districts.names, dtype=object),
        "room": figures.room,
        "used": figures.used,
        "cut_tco2e_yr": sum_by(place, figures.cut(), count),
        "cost": sum_by(place, figures.cost, count),
        "price_tco2e": np.array([prices.get(name, np.nan) for name in measures.districts.names], dtype=float),
    }
    drawn = shapely.points(measures.district_xy)
    frame = gpd.GeoDataFrame(table, geometry=drawn, crs=instance.grid.crs)
    named = {field: FIELDS[field] for field in table}
    return [Layer("districts", frame, "measures_layers.districts", named=named, shape="Point")]


def read_cuts(folder: Path, name: str, measures: Measures) -> MeasuresPlan:
    """Measures from ``cuts.csv``. Raises ``StudyError`` where it cannot be read or names what the study does
    not have."""
    try:
        table = pd.read_csv(
            folder / CUTS, encoding="utf-8-sig", dtype={"district": str}, keep_default_na=False
        )
        names = measures.districts.names
        district = positions(table["district"], (*names, ""))
        line = table["line"].to_numpy(dtype=np.int64) - 1
        if ((line < 0) | (line >= len(measures.measures))).any():
            raise KeyError(CUTS)
        done = line, np.where(district == len(names), -1, district)
        return MeasuresPlan(name, done, table["amount"].to_numpy(dtype=float))
    except (OSError, ValueError, KeyError) as fault:
        finding = Finding(
            f"{folder}: {CUTS}", say("runs_verify.unreadable", fault=fault), say("runs_verify.again")
        )
        raise StudyError([finding]) from None
