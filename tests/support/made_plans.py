"""Plans made by hand, without files or a solver: what exports and maps are tested on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS

from formulations.core.problem import LayoutProblem, Options
from formulations.core.solution import Solution, Termination
from instances.carbon.conversion import EmissionRates
from instances.instance import Instance
from instances.land.classes import Classes, LandClass, Space
from instances.rules.redlines import RedLine, kinds_of
from instances.study.schema import Study
from instances.units.grid import Edges, Grid, ParcelFrame, RasterFrame
from planner.plans.plan import Certificate, IndicatorRecord, Plan

CROPLAND, FOREST, WATER, URBAN = range(4)
"""Class indices of every plan made here."""
CLASSES = Classes(
    (
        LandClass(
            "cropland", 1, "耕地", "Cropland", Space.PRODUCTION, False, False, (245, 248, 220), "cropland"
        ),
        LandClass("forest", 4, "林地", "Forest", Space.ECOLOGICAL, True, False, (104, 177, 103), "forest"),
        LandClass("water", 2, "陆地水域", "Water", Space.ECOLOGICAL, True, False, (51, 142, 192), "water"),
        LandClass(
            "urban",
            9,
            "城镇建设用地",
            "Urban land",
            Space.LIVING,
            False,
            True,
            (255, 255, 45),
            "urban_residential",
        ),
    )
)


def raster_grid(
    valid: NDArray[np.bool_],
    cell_m: float = 100.0,
    crs: CRS | None = None,
    origin: tuple[float, float] = (5e5, 2.5e6),
) -> Grid:
    """A grid of square cells where ``valid`` (rows, columns)."""
    number = np.full(valid.shape, -1, dtype=np.int32)
    number[valid] = np.arange(np.count_nonzero(valid), dtype=np.int32)
    first = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    second = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    both = (first >= 0) & (second >= 0)
    edges = Edges(first[both], second[both], np.full(np.count_nonzero(both), cell_m, dtype=np.float32))
    cells = np.flatnonzero(valid).astype(np.int32)
    transform = Affine(cell_m, 0.0, origin[0], 0.0, -cell_m, origin[1])
    area = np.full(len(cells), cell_m**2 / 1e4)
    return Grid(crs or CRS.from_epsg(4547), area, edges, RasterFrame(valid.shape, transform, cells))


def parcel_grid(boxes: list[tuple[float, float, float, float]], first: list[int], second: list[int]) -> Grid:
    """A grid of rectangular parcels (left, bottom, right, top in metres) and their neighbours."""
    geometry = np.array([shapely.box(*box) for box in boxes], dtype=object)
    lengths = shapely.length(shapely.intersection(geometry[first], geometry[second])).astype(np.float32)
    edges = Edges(np.array(first, dtype=np.int32), np.array(second, dtype=np.int32), lengths)
    ids = np.array([f"P{number}" for number in range(len(boxes))], dtype=object)
    return Grid(CRS.from_epsg(32650), shapely.area(geometry) / 1e4, edges, ParcelFrame(geometry, ids))


def made_plan(
    grid: Grid,
    today: NDArray[np.uint8],
    layout: NDArray[np.uint8],
    *,
    lines: dict[str, NDArray[np.bool_]] | None = None,
    lang: str = "en",
    classes: Classes = CLASSES,
) -> Plan:
    """A plan whose red lines ``lines`` (by label) keep cropland; class k emits k tCO2e/ha/yr."""
    tables = {
        f"line{number}": {"path": "lines.gpkg", "keep": ["cropland"]} for number in range(len(lines or {}))
    }
    study = Study.model_validate(
        {"title": "三生 test", "lang": lang, "landcover": {"path": "cover.tif"}, "redlines": tables}
    )
    count = len(classes)
    bars = np.zeros((count, count), dtype=bool)
    redlines = tuple(
        RedLine(name, label, inside, bars, bars, 0)
        for name, (label, inside) in zip(tables, (lines or {}).items(), strict=True)
    )
    rates = EmissionRates(
        "made", np.arange(count, dtype=float), *(np.zeros((count, count)) for _ in range(4)), False
    )
    everything = np.ones((count, count), dtype=bool)
    kinds = kinds_of(today, everything, redlines)
    instance = Instance(study, "base", grid, classes, today, everything, redlines, kinds, rates, {}, {}, {})
    problem = LayoutProblem(Options(kinds.of, kinds.allowed), (), (), classes.names, today)
    solution = Solution(Termination.GAP, "exact", layout, 10.0, 9.99, 1.0)
    return Plan(instance, problem, layout, solution, certificate(instance, layout))


def certificate(instance: Instance, layout: NDArray[np.uint8]) -> Certificate:
    """A certificate with net emissions and the areas of the classes."""
    area = np.bincount(layout, weights=instance.grid.area_ha, minlength=len(instance.classes))
    rates = instance.emissions.flux
    records = {
        "net_emissions": IndicatorRecord(
            value=float(area @ rates), baseline=float(instance.today_ha @ rates), unit="tCO2e/yr"
        )
    }
    for k, item in enumerate(instance.classes):
        records[f"area.{item.name}"] = IndicatorRecord(
            value=float(area[k]), baseline=float(instance.today_ha[k]), unit="ha"
        )
    return Certificate(
        title=instance.study.title,
        scenario=instance.scenario,
        status="optimal",
        method="exact",
        objective=10.0,
        bound=9.99,
        gap=0.001,
        seconds=1.0,
        cells=len(layout),
        area_ha=instance.grid.total_ha,
        indicators=records,
        limits=(),
        classes=(),
        objective_weights={"net_emissions": 1.0},
        marks=(),
        inputs={},
        versions={},
        settings={},
    )


def small_plan(lang: str = "en") -> Plan:
    """3 x 4 cells of 1 ha, one without data; two cropland cells become forest and touch, one becomes urban.

    today    C C F .      plan    F F F .
             C C W W              C C W W
             U U W C              U U W U
    """
    c, f, w, u = CROPLAND, FOREST, WATER, URBAN
    valid = np.ones((3, 4), dtype=bool)
    valid[0, 3] = False
    grid = raster_grid(valid)
    today = np.array([c, c, f, c, c, w, w, u, u, w, c], dtype=np.uint8)
    layout = np.array([f, f, f, c, c, w, w, u, u, w, u], dtype=np.uint8)
    north = np.arange(11) < 3
    west = np.array([1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], dtype=bool)
    return made_plan(grid, today, layout, lines={"North line": north, "West line": west}, lang=lang)


def small_parcels(lang: str = "en") -> Plan:
    """Three parcels in a row sharing edges (1, 1 and 2 ha) and one apart (1 ha); the second gets forest."""
    boxes = [(0, 0, 100, 100), (100, 0, 200, 100), (200, 0, 400, 100), (500, 0, 600, 100)]
    grid = parcel_grid([(x + 5e5, y + 3.5e6, r + 5e5, t + 3.5e6) for x, y, r, t in boxes], [0, 1], [1, 2])
    today = np.array([CROPLAND, CROPLAND, FOREST, URBAN], dtype=np.uint8)
    layout = np.array([CROPLAND, FOREST, FOREST, URBAN], dtype=np.uint8)
    return made_plan(grid, today, layout, lang=lang)


def with_layout(plan: Plan, layout: NDArray[np.uint8]) -> Plan:
    """The same study with another layout."""
    return replace(plan, layout=layout, certificate=certificate(plan.instance, layout))
