"""A layer of a GeoPackage beside the one that it should be: its rows, their fields, their outlines."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from instances.units.grid import FloatArray
from planner.recount.layers.reread import GEOMETRY, read_table
from planner.recount.ledger import RELATIVE, Ledger
from words.said import say

PLACE = 1e-6
"""Share of its extent by which a corner of what is drawn may lie elsewhere."""


def check_layer(path: Path, name: str, wanted: gpd.GeoDataFrame, ledger: Ledger) -> None:
    """Compare a layer, row by row, with one counted and drawn again."""
    fields = tuple(str(field) for field in wanted.columns if field != "geometry")
    table = read_table(path, name, fields, ledger)
    if table is None:
        return
    figure = f"{path.name}, {name}"
    rows = [say("runs_verify.rows", n=len(each)) for each in (table[fields[0]], wanted)]
    ledger.same(figure, rows[1], rows[0], by="the folder")
    if len(table[fields[0]]) != len(wanted):
        return
    for field in fields:
        said, found = table[field], wanted[field].to_numpy()
        if found.dtype == object:
            wrong = int((said.astype(str) != found.astype(str)).sum())
        else:
            one, other = said.astype(float), found.astype(float)
            size = RELATIVE * max(1.0, float(np.nanmax(np.abs(other), initial=0.0)))
            wrong = int((~np.isclose(one, other, rtol=RELATIVE, atol=size, equal_nan=True)).sum())
        ledger.figures += len(found)
        ledger.wrong(f"{figure}, {field}", say("runs_verify.as_in_plan"), wrong)
    drawn = shapely.from_wkb(table[GEOMETRY])
    meant = np.array([_parts(each) for each in wanted["geometry"]], dtype=object)
    left, bottom, right, top = shapely.total_bounds(meant) if len(meant) else np.zeros(4)
    size = PLACE * max(right - left, top - bottom)
    astray = int((~shapely.equals_exact(shapely.normalize(drawn), shapely.normalize(meant), size)).sum())
    place = say("runs_verify.outlines", file=path.name, layer=name)
    ledger.wrong(place, say("runs_verify.as_in_plan"), astray)


def check_sums(
    figure: str, told: NDArray[np.object_], wanted: FloatArray, ledger: Ledger, size: float = 1.0
) -> None:
    """Compare figures of polygons with sums over their units; ``size`` is what these are sums of."""
    close = np.isclose(told.astype(float), wanted, rtol=RELATIVE, atol=RELATIVE * max(1.0, size))
    ledger.figures += len(told)
    ledger.wrong(figure, say("runs_verify.sum_of_units"), int((~close).sum()))


def ranked(rank: FloatArray, value: FloatArray) -> bool:
    """True where ranks go from 1 on, the greatest value first."""
    in_order = value[np.argsort(rank, kind="stable")]
    descending = (np.diff(in_order) <= RELATIVE * np.maximum(1.0, np.abs(in_order[1:]))).all()
    return sorted(rank.tolist()) == list(range(1, len(rank) + 1)) and bool(descending)


def _parts(shape: shapely.Geometry) -> shapely.Geometry:
    """A polygon as a polygon of one part, which is how it is kept."""
    return shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape
