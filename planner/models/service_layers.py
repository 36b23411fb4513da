"""Services as map layers: sites and whom they serve, ways as lines, units with people and distances."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import shapely

from formulations.linked.services_plan import ServicesFigures
from instances.instance import Instance
from instances.units.sums import sum_by
from planner.export.geopackage import write_geopackage
from planner.export.layer import Layer
from planner.plans.beside import planned_of
from planner.plans.plan import Plan
from planner.plans.record import SideRecord

CENTRES = "centres.gpkg"
FIELDS = {
    name: f"services_fields.{name}"
    for name in (
        "site", "service", "stands", "load", "capacity", "tco2e_yr", "unit", "persons", "km", "people",
        "farthest_km", "elsewhere", "price_tco2e",
    )
}  # fmt: skip


def write_centres(plan: Plan, folder: Path) -> None:
    """Write ``centres.gpkg`` of a plan's services into a folder: layers sites, ways and units."""
    found = planned_of(plan, ServicesFigures)
    if found is not None:
        layers = services_layers(*found, plan.instance)
        write_geopackage(plan, folder / CENTRES, plan.instance.study.lang, layers)


def services_layers(figures: ServicesFigures, side: SideRecord, instance: Instance) -> Iterator[Layer]:
    """The layers of ``centres.gpkg``."""
    yield _sites(figures, instance)
    yield _ways(figures, instance)
    yield _units(figures, instance, side)


def _sites(figures: ServicesFigures, instance: Instance) -> Layer:
    services, plan = figures.services, figures.plan
    kind, site = np.nonzero(plan.open)
    stands = services.stands[kind, site]
    own = np.array([service.tco2e for service in services.services])[kind]
    table = {
        "site": np.array(services.sites, dtype=object)[site],
        "service": np.array([service.name for service in services.services], dtype=object)[kind],
        "stands": stands.astype(np.int64),
        "load": figures.load[kind, site],
        "capacity": np.array([service.capacity for service in services.services], dtype=float)[kind],
        "tco2e_yr": np.where(stands, 0.0, own),
    }
    return _layer("sites", table, shapely.points(services.site_xy[site]), instance, "Point")


def _ways(figures: ServicesFigures, instance: Instance) -> Layer:
    services = figures.services
    some = np.flatnonzero(figures.plan.way[2] >= 0)
    unit, kind, site = (each[some] for each in figures.plan.way)
    ends = np.stack([services.unit_xy[unit], services.site_xy[site]], axis=1).reshape(-1, 2, 2)
    table = {
        "unit": np.array(services.units.names, dtype=object)[unit],
        "service": np.array([service.name for service in services.services], dtype=object)[kind],
        "site": np.array(services.sites, dtype=object)[site],
        "persons": figures.plan.persons[some],
        "km": figures.km[some],
        "tco2e_yr": figures.ways_tco2e()[some],
    }
    return _layer("ways", table, shapely.linestrings(ends), instance, "LineString")


def _units(figures: ServicesFigures, instance: Instance, side: SideRecord) -> Layer:
    services = figures.services
    unit, _, site = figures.plan.way
    prices = {link.district: link.price for link in side.links}
    count = len(services.units)
    table = {
        "unit": np.array(services.units.names, dtype=object),
        "people": figures.people,
        "farthest_km": np.where(figures.people > 0, figures.mean_km.max(axis=1), np.nan),
        "elsewhere": sum_by(np.where(site < 0, unit, -1), figures.plan.persons, count),
        "price_tco2e": np.array([-prices.get(name, np.nan) for name in services.units.names], dtype=float),
    }
    return _layer("units", table, shapely.points(services.unit_xy), instance, "Point")


def _layer(
    name: str,
    table: dict[str, np.ndarray],
    drawn: np.ndarray,
    instance: Instance,
    shape: Literal["Point", "LineString"],
) -> Layer:
    frame = gpd.GeoDataFrame(table, geometry=drawn, crs=instance.grid.crs)
    named = {field: FIELDS[field] for field in table}
    return Layer(name, frame, f"services_layers.{name}", named=named, shape=shape)
