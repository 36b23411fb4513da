"""The layers of a plan wherever they lie: a GeoPackage, a file geodatabase, shapefiles or GeoParquet.

Each is read back under the names that fields have in a run's GeoPackage. Shapefiles have short names; under
the field names of the territorial-planning database some fields have other names, areas are in m², and the
names of classes stand only where a style needs them, else the codes of the standard.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from instances.layers.ogr import layer_kinds, read_columns
from instances.units.georeference import same_crs
from instances.units.grid import Grid
from planner.recount.layers.reread import GEOMETRY, PACKAGE, rows_in
from planner.recount.ledger import Ledger, lacking, unreadable
from words.said import Said, say

Table = dict[str, NDArray[np.object_]]
GEODATABASE, SHAPEFILES, PARQUET = "plan.gdb", "shp", "parquet"
PLANAR = 1e-6
"""Planar areas agree when they differ by no more than this share of the larger one."""
PLANAR_ROUNDED = 1e-3
"""The same in a file geodatabase, which rounds coordinates to tenths of a millimetre."""
ALIKE = 1e-6
"""Share of its extent by which land may lie elsewhere in a CRS of another name."""
OF_DISTRICTS = ["sources", "sinks", "balance", "stock", "uptake", "emitted", "account", "fossil", "cycle"]
SHORT = {
    "share_percent": "share_pct",
    "ellipsoidal_ha": "ellips_ha",
    "gain_tco2e_yr": "gain_tco2e",
    "otherwise_tco2e_yr": "else_tco2e",
    **{
        f"{kind}_{when}": f"{kind[:3]}_{when}"
        for kind in OF_DISTRICTS
        for when in ("today", "plan", "change")
    },
}
STANDARD = {"id": "TBBH", "district": "XZQMC", "label": "MC", "rule": "BZ", "redlines": "BZ"}
NUMBER, AREA, CODES = "BSM", "MJ", {"class": "DL", "from_class": "JQDL", "to_class": "GHDL"}
"""Fields of the standard: the number of a feature, its area in m², and how those of its class begin."""
ROUNDED_HA = 0.005 / 1e4
"""Ha by which an area may differ that is told in m² with two decimals, as the standard has it."""
FILED = {
    "today": ("JQDLTB",),
    "patches": ("TDGHDL",),
    "districts": ("XZQ",),
    "redlines": ("YJJBNT", "STBHHX", "CZKFBJ", "redlines"),
}
"""Names in the standard of layers that it has a place for; red lines lie in several."""
FAULTS = (DataSourceError, DataLayerError, OSError, ValueError, KeyError, pa.ArrowException, sqlite3.Error)


@dataclass(frozen=True)
class Layered:
    """Where the layers of a plan lie: a file or folder by its ``path``, and whether that holds a file for
    each layer, of which ``ending``."""

    path: Path
    ending: str = ""

    @property
    def planar(self) -> float:
        """Share by which planar areas may differ from those of what was drawn."""
        return PLANAR_ROUNDED if self.path.name == GEODATABASE else PLANAR

    def layers(self) -> set[str]:
        """The layers that are there, by our names."""
        ours = {name: layer for layer, names in FILED.items() for name in names}
        return {ours.get(name, name) for name in self._filed()}

    def _filed(self) -> set[str]:
        """The names of the layers that are there."""
        if self.ending:
            return {path.stem for path in self.path.iterdir() if path.suffix in (self.ending, ".dbf")}
        return set(layer_kinds(self.path))

    def named(self, layer: str) -> Said:
        """A layer for readers."""
        return say("runs_verify.layer", file=self.path.name, layer=layer)

    def table(self, layer: str, fields: tuple[str, ...], grid: Grid, ledger: Ledger) -> Table | None:
        """Fields of a layer, and as ``GEOMETRY`` its polygons (WKB) where there are any. What the standard
        has no field for is left out; the codes of classes (``DLBM``, ``DLMC`` and so on) come along.

        None, with a line in the ledger, where they cannot be read.
        """
        try:
            told, place = self._read(layer)
            rows = len(next(iter(told.values()), ()))
            # the reader goes by a count that a GeoPackage keeps beside its rows
            held = rows_in(self.path, layer) if self.path.name == PACKAGE else rows
        except FAULTS as fault:
            ledger.differ(self.named(layer), say("runs_verify.readable"), unreadable(fault), by="the folder")
            return None
        if rows != held:
            ledger.differ(
                self.named(layer),
                say("runs_verify.rows", n=rows),
                say("runs_verify.rows", n=held),
                self.path.name,
            )
        found = _ours(told, fields)
        missing = [name for name in fields if name not in found and not _has_no_field(name, told)]
        if missing:
            ledger.differ(self.named(layer), *lacking(fields, missing), by="the folder")
            return None
        if GEOMETRY in found and pd.isna(shapely.from_wkb(found[GEOMETRY], on_invalid="ignore")).any():
            why = unreadable(say("runs_verify.no_outline"))
            ledger.differ(self.named(layer), say("runs_verify.readable"), why, by="the folder")
            return None
        if place is not None and not _alike(place, grid):
            figure = say("runs_verify.crs", name=self.named(layer))
            ledger.differ(figure, grid.crs.name, place, by="the study")
        return found

    def _read(self, layer: str) -> tuple[Table, str | None]:
        """Every field of a layer under the name that it has there, its polygons, and its CRS; of several
        layers of the standard that hold it together, one after another."""
        there = self._filed() if layer in FILED and self.path.name != PACKAGE else set()
        names = [name for name in FILED.get(layer, ()) if name in there]
        if layer in there or len(names) < 1:
            names = [*dict.fromkeys([*names, layer])]
        parts = [self._read_one(name) for name in names]
        tables = [table for table, _ in parts]
        whole = {field: np.concatenate([each[field] for each in tables]) for field in tables[0]}
        return whole, parts[0][1]

    def _read_one(self, layer: str) -> tuple[Table, str | None]:
        """One layer by the name that it has there."""
        if self.ending == ".parquet":
            return _parquet(self.path / f"{layer}.parquet")
        path = self.path
        if self.ending:
            path = path / f"{layer}{self.ending}"
            path = path if path.exists() else path.with_suffix(".dbf")
        meta, _, shapes, columns = read_columns(path, layer=layer)
        found = dict(zip(meta["fields"], columns, strict=True))
        if meta["geometry_type"] is None:
            return found, None
        found[GEOMETRY] = shapes
        return found, meta["crs"] or say("runs_verify.none")


def layered_in(folder: Path) -> list[Layered]:
    """Every place in a folder that holds the layers of a plan."""
    every = (
        Layered(folder / PACKAGE),
        Layered(folder / GEODATABASE),
        Layered(folder / SHAPEFILES, ".shp"),
        Layered(folder / PARQUET, ".parquet"),
    )
    return [one for one in every if one.path.exists()]


def is_standard(table: Mapping[str, object]) -> bool:
    """True for a table under the field names of the standard."""
    return NUMBER in table


def _parquet(path: Path) -> tuple[Table, str | None]:
    read = pq.read_table(path)
    frame: pd.DataFrame = read.to_pandas(ignore_metadata=True)
    found = {str(name): frame[name].to_numpy(dtype=object) for name in frame.columns if name != "geometry"}
    about = (read.schema.metadata or {}).get(b"geo")
    if about is None:
        return found, None
    stated = json.loads(about)["columns"]["geometry"].get("crs", "OGC:CRS84")
    found[GEOMETRY] = frame["geometry"].to_numpy(dtype=object)
    return found, json.dumps(stated) if isinstance(stated, dict) else str(stated)


def _ours(told: Table, fields: tuple[str, ...]) -> Table:
    """A table as it was read under our own names of the fields wanted."""
    found: Table = {}
    for name in fields:
        for known in (name, SHORT.get(name), STANDARD.get(name)):
            if known is not None and known in told:
                found[name] = told[known]
                break
        else:
            if name == "area_ha" and AREA in told:
                found[name] = (told[AREA].astype(float) / 1e4).astype(object)
    kept = (
        GEOMETRY,
        NUMBER,
        "planar_ha",
        "ellipsoidal_ha",
        *(f"{of}{end}" for of in CODES.values() for end in ("BM", "MC")),
    )
    found |= {name: told[name] for name in kept if name in told}
    if SHORT["ellipsoidal_ha"] in told:
        found["ellipsoidal_ha"] = told[SHORT["ellipsoidal_ha"]]
    return found


def _has_no_field(name: str, told: Table) -> bool:
    """True for what the standard tells by its codes, or not at all."""
    return is_standard(told) and name in ("class", "from_class", "to_class", "name_zh", "name_en")


def _alike(told: str, grid: Grid) -> bool:
    """True where a CRS that a file states places the land where the plan's own does, whatever its name."""
    try:
        found = CRS.from_user_input(told)
        if same_crs(found, grid.crs):
            return True
        left, bottom, right, top = grid.frame.bounds
        corners = np.array([left, right, right, left]), np.array([bottom, bottom, top, top])
        there = Transformer.from_crs(found, grid.crs, always_xy=True).transform(*corners)
    except (CRSError, ProjError):
        return False
    size = max(right - left, top - bottom)
    return bool(np.allclose(there, corners, rtol=0.0, atol=ALIKE * size))
