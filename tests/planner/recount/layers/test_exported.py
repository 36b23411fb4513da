"""Exports are verified as runs are: every layer of every format is counted again from the layout."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyogrio import write_dataframe

from instances.study.findings import StudyError
from planner import export, load, optimise, verify
from planner.runs.folder import fill
from planner.runs.profiles import SWEEP
from tests.support.small_study import COLUMNS, CRS, ROWS, box, landcover, write_quick_study
from tests.support.tampering import forge, told

pytestmark = pytest.mark.slow

Change = Callable[[gpd.GeoDataFrame], object]
PARCELS = {"landcover": {"path": "parcels.gpkg", "field": "code", "id": "pid", "scheme": "CLCD"}}
FORMATS = {"gdb": ("own", "own"), "shp": ("standard", "own"), "parquet": ("standard", "both")}
"""Formats, and the fields and areas with which each is tampered with."""
FILED = {"patches": "TDGHDL", "today": "JQDLTB"}
"""Names of layers in files with the standard's fields."""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan on cells and one on parcels, and an export of either in every format."""
    home = tmp_path_factory.mktemp("exports")
    squares = [box(c, r, c + 1, r + 1) for r in range(ROWS) for c in range(COLUMNS)]
    parcels = gpd.GeoDataFrame(
        {"code": np.ravel(landcover()), "pid": np.arange(len(squares))}, geometry=squares, crs=CRS
    )
    for name, tree in {"cells": {}, "parcels": PARCELS}.items():
        study = write_quick_study(home / name / "study", tree)
        if tree:
            parcels.to_file(study.parent / "parcels.gpkg", layer="parcels", driver="GPKG", engine="pyogrio")
        (home / name / "run").mkdir()
        fill(optimise(load(study)), home / name / "run", SWEEP)
        for one, (fields, areas) in FORMATS.items():
            export(home / name / "run", [one], fields=fields, areas=areas, out=home / name / one)
    return home


def rewritten(folder: Path, layer: str, change: Change) -> None:
    """Change a layer of an export, in whichever format it lies; list and seal are written anew."""
    if (folder / "plan.gdb").exists():
        path, options = folder / "plan.gdb", {"driver": "OpenFileGDB", "layer": layer}
        tables = {name: gpd.read_file(path, layer=name) for name in gpd.list_layers(path)["name"]}
        shutil.rmtree(path)
    else:
        path = folder / "shp" / f"{FILED.get(layer, layer)}.shp"
        options = {"driver": "ESRI Shapefile", "encoding": "UTF-8"}
        tables = {layer: gpd.read_file(path)} if path.exists() else {}
    for name, table in tables.items():
        kept = change(table) if name == layer else None
        table = kept if isinstance(kept, pd.DataFrame) else table
        write_dataframe(table, path, **{**options, "layer": name})
    if not tables:
        path = folder / "parquet" / f"{FILED.get(layer, layer)}.parquet"
        table = gpd.read_parquet(path)
        kept = change(table)
        (kept if isinstance(kept, pd.DataFrame) else table).to_parquet(path, index=False)
    forge(folder)


def _set(column: str, value: object) -> Change:
    def change(table: gpd.GeoDataFrame) -> None:
        table[column] = table[column].astype(object)
        table.loc[0, column] = value
        table[column] = table[column].infer_objects()

    return change


def _outline(table: gpd.GeoDataFrame) -> None:
    table.loc[0, table.geometry.name] = shapely.transform(table.geometry[0], lambda xy: xy + 100.0)


TAMPERED: dict[str, dict[str, tuple[str, str, Change]]] = {
    "gdb": {
        "an outline": ("plan.gdb, outlines of changes", "changes", _outline),
        "an outline of what tells the layout": ("plan.gdb, patches", "patches", _outline),
        "new land of the network": ("network, new_ha", "network", _set("new_ha", 0.5)),
    },
    "shp": {
        "a code of the standard": ("patches, DLBM", "patches", _set("DLBM", "9999")),
        "a change of another class": ("changes, GHDLBM", "changes", _set("GHDLBM", "9999")),
        "an area in square metres": ("shp, today", "today", _set("MJ", 1.0)),
        "a red line that is touched": ("changes, redlines", "changes", _set("BZ", "none of them")),
        "another CRS": ("CRS", "patches", lambda table: table.set_crs("EPSG:4548", allow_override=True)),
    },
    "parquet": {
        "an area on the ellipsoid": ("patches, ellipsoidal_ha", "patches", _set("ellipsoidal_ha", 1.0)),
        "a colour": ("patches, colour", "patches", _set("colour", "#000000")),
        "a row left out": ("parquet, conflicts", "conflicts", lambda table: table.iloc[1:]),
        "another CRS": ("CRS", "changes", lambda table: table.set_crs("EPSG:4548", allow_override=True)),
    },
}


@pytest.mark.parametrize("units", ["cells", "parcels"])
def test_an_untouched_export_holds(places: Path, units: str) -> None:
    """Of cells and of parcels, in every format, with either names of fields and either areas; the figures of
    its certificate are counted again from its own layers."""
    for name in FORMATS:
        outcome = verify(places / units / name)
        assert outcome.differences == ()
        assert outcome.figures > 150


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_forged_in_an_export_is_counted_again(places: Path, tmp_path: Path, name: str) -> None:
    """Whatever figure, outline, colour or place of a layer is changed, it is named though list and seal are
    written anew."""
    shutil.copytree(places / "cells" / "study", tmp_path / "study")
    missed = []
    for kind, (figure, layer, change) in TAMPERED[name].items():
        folder = Path(shutil.copytree(places / "cells" / name, tmp_path / name))
        rewritten(folder, layer, change)
        if figure not in told(folder):
            missed.append((kind, told(folder)))
        shutil.rmtree(folder)
    assert missed == []


def test_a_file_of_an_export_that_was_changed_is_named(places: Path, tmp_path: Path) -> None:
    """Of whichever format, though nobody counts it again; and one that is gone."""
    shutil.copytree(places / "cells" / "study", tmp_path / "study")
    folder = Path(shutil.copytree(places / "cells" / "shp", tmp_path / "shp"))
    (folder / "shp" / "TDGHDL.qml").write_text("mine")
    (folder / "fields.csv").unlink()
    found = told(folder)
    assert "files.shp/TDGHDL.qml" in found
    assert "files.fields.csv" in found


def test_a_workbook_alone_says_that_nothing_was_counted(places: Path, tmp_path: Path) -> None:
    """Without a layout there are no figures to count: what was compared is said, and that it is not all."""
    shutil.copytree(places / "cells" / "study", tmp_path / "study")
    shutil.copytree(places / "cells" / "run", tmp_path / "run")
    folder = export(tmp_path / "run", ["xlsx"]).folder
    outcome = verify(folder)
    assert outcome.holds
    assert any("no figure was counted again" in str(note) for note in outcome.notes)


def test_an_export_is_no_run(places: Path) -> None:
    """What needs a run is told that an export is none."""
    with pytest.raises(StudyError, match="is an export of a run"):
        export(places / "cells" / "shp", ["xlsx"])
