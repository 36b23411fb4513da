"""A cycle of waste as map layers: plants with what they take, flows as lines, villages with what is left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from formulations.linked.cycle_plan import CycleFigures, CyclePlan
from instances.instance import Instance
from instances.materials.cycle import Cycle
from instances.materials.factors import STREAMS
from instances.units.sums import sum_by
from planner.export.geopackage import write_geopackage
from planner.export.layer import Layer
from planner.models.tables import flow_factor
from planner.plans.beside import planned_of
from planner.plans.plan import Plan
from planner.plans.record import SideRecord

PLANTS = "plants.gpkg"
FIELDS = {
    name: f"cycle_fields.{name}"
    for name in (
        "site", "plant", "technique", "capacity_t", "load_t", "nitrogen_kg", "tco2e_yr", "cost", "village",
        "stream", "t_yr", "km", "land_ha", "arises_t", "collected_t", "brought_kg", "own_kg", "excess_kg",
        "most_kg", "price_tco2e_ha", *(f"{stream}_t" for stream in STREAMS),
    )
}  # fmt: skip


def write_layers(plan: Plan, folder: Path) -> None:
    """Write ``plants.gpkg`` of a plan's cycle into a folder: layers plants, flows and villages."""
    found = planned_of(plan, CycleFigures)
    if found is not None:
        layers = cycle_layers(*found, plan.instance)
        write_geopackage(plan, folder / PLANTS, plan.instance.study.lang, layers)


def cycle_layers(figures: CycleFigures, side: SideRecord, instance: Instance) -> Iterator[Layer]:
    """The layers of ``plants.gpkg``."""
    yield _plants(figures, instance)
    yield _flows(figures.cycle, figures.plan, instance)
    yield _villages(figures, instance, side)


def _plants(figures: CycleFigures, instance: Instance) -> Layer:
    cycle, plan = figures.cycle, figures.plan
    built = np.flatnonzero(plan.kind >= 0)
    kinds = [cycle.plants[k] for k in plan.kind[built].tolist()]
    _, stream, site, _ = plan.flow
    count, streams = len(cycle.sites), len(STREAMS)
    by_stream = sum_by(site * streams + stream, plan.t, count * streams).reshape(count, streams)
    flowing = sum_by(site, plan.t * flow_factor(cycle, plan), count)
    table = {
        "site": np.array([cycle.sites[j] for j in built.tolist()], dtype=object),
        "plant": np.array([kind.name for kind in kinds], dtype=object),
        "technique": np.array([kind.technique for kind in kinds], dtype=object),
        "capacity_t": np.array([kind.capacity_t for kind in kinds], dtype=float),
        "load_t": figures.load[built],
        **{f"{name}_t": by_stream[built, s] for s, name in enumerate(STREAMS)},
        "nitrogen_kg": sum_by(plan.back[1], plan.kg, count)[built],
        "tco2e_yr": np.array([kind.fixed_tco2e for kind in kinds], dtype=float) + flowing[built],
        "cost": np.array([kind.cost for kind in kinds], dtype=float),
    }
    return _layer("plants", table, shapely.points(cycle.site_xy[built]), instance, "Point")


def _flows(cycle: Cycle, plan: CyclePlan, instance: Instance) -> Layer:
    village, stream, site, _ = plan.flow
    ends = np.stack([cycle.village_xy[village], cycle.site_xy[site]], axis=1)
    table = {
        "village": np.array([cycle.villages.names[v] for v in village.tolist()], dtype=object),
        "stream": np.array([STREAMS[s] for s in stream.tolist()], dtype=object),
        "site": np.array([cycle.sites[j] for j in site.tolist()], dtype=object),
        "t_yr": plan.t,
        "km": cycle.km[village, site],
    }
    return _layer("flows", table, shapely.linestrings(ends.reshape(-1, 2, 2)), instance, "LineString")


def _villages(figures: CycleFigures, instance: Instance, side: SideRecord) -> Layer:
    cycle = figures.cycle
    prices = {link.district: link.price for link in side.links}
    table = {
        "village": np.array(cycle.villages.names, dtype=object),
        "land_ha": figures.land_ha,
        "arises_t": figures.arises.sum(axis=1),
        "collected_t": figures.collected.sum(axis=1),
        "brought_kg": figures.brought_back,
        "own_kg": figures.own_nitrogen,
        "excess_kg": figures.excess,
        "most_kg": cycle.table.nitrogen_kg_ha * figures.land_ha,
        "price_tco2e_ha": np.array([prices.get(name, np.nan) for name in cycle.villages.names], dtype=float),
    }
    return _layer("villages", table, shapely.points(cycle.village_xy), instance, "Point")


def _layer(
    name: str, table: dict[str, np.ndarray], drawn: np.ndarray, instance: Instance, shape: str
) -> Layer:
    frame = gpd.GeoDataFrame(table, geometry=drawn, crs=instance.grid.crs)
    named = {field: FIELDS[field] for field in table}
    if shape == "Point":
        return Layer(name, frame, f"cycle_layers.{name}", named=named, shape="Point")
    return Layer(name, frame, f"cycle_layers.{name}", named=named, shape="LineString")
