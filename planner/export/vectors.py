"""Layers in the formats of other programs: ESRI file geodatabase, shapefiles, GeoParquet.

None of these holds styles or names of fields for readers: shapefiles have theirs beside them (``.qml``,
``.sld``), every polygon of a land class carries its colour, and ``fields.csv`` says what each field is.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import escape

import geopandas as gpd
import numpy as np
import pandas as pd

from instances.layers.ogr import write_features
from instances.study.findings import Finding, Severity
from instances.units.grid import Grid
from planner.export.fields import cut_texts, short_names
from planner.export.layer import Layer, described
from planner.export.tables import write_csv
from planner.styles.layer_styles import polygon_qml, polygon_sld
from words.said import say

GEODATABASE, SHAPEFILES, PARQUET = "plan.gdb", "shp", "parquet"
FIELDS_TABLE = "fields.csv"
LONGEST_TEXT = 254
"""Bytes of a text in a shapefile."""
_ABOUT = "<metadata><dataIdInfo><idAbs>{}</idAbs></dataIdInfo></metadata>"


def add_to_geodatabase(layer: Layer, path: Path, grid: Grid, lang: str) -> None:
    """Add a layer to an ESRI file geodatabase (a folder ``.gdb``), which is made with the first."""
    polygons = {"geometry_type": "MultiPolygon", "promote_to_multi": True} if layer.has_geometry else {}
    about = _ABOUT.format(escape(described(layer, grid, lang)))
    with _patient():
        write_features(
            _narrow(layer.table),
            path,
            layer=layer.file_name,
            driver="OpenFileGDB",
            append=path.exists(),
            layer_options={"LAYER_ALIAS": layer.title_in(lang), "DOCUMENTATION": about},
            **polygons,
        )


def write_shapefile(layer: Layer, folder: Path, lang: str) -> tuple[Finding, ...]:
    """Write a layer as a shapefile (a table without polygons as ``.dbf``) with its styles beside it; returns
    what to know of texts that are longer than a shapefile holds.

    Text is UTF-8 and the ``.cpg`` says so; names of fields are cut to what a shapefile holds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = _short(layer)
    briefer = {names[name]: texts for name, texts in layer.briefer.items() if name in names}
    table, lost = cut_texts(_narrow(layer.table).rename(columns=names), LONGEST_TEXT, briefer)
    path = folder / f"{layer.file_name}.shp"
    with _patient():
        write_features(table, path, driver="ESRI Shapefile", encoding="UTF-8", **_polygon_type(layer))
    if layer.styled_by is not None:
        field, marks = names[layer.styled_by], layer.marks(lang)
        aliases = {names[name]: alias for name, alias in layer.aliases(lang).items()}
        path.with_suffix(".qml").write_text(polygon_qml(field, marks, aliases), encoding="utf-8")
        path.with_suffix(".sld").write_text(polygon_sld(layer.file_name, field, marks), encoding="utf-8")
    return tuple(
        Finding(
            say("deliverables_export.shapefile", layer=layer.file_name),
            say("deliverables_export.cut", field=field, n=count, most=LONGEST_TEXT),
            say("deliverables_export.cut_remedy"),
            Severity.WARNING,
        )
        for field, count in lost.items()
    )


def write_parquet(layer: Layer, folder: Path) -> None:
    """Write a layer as GeoParquet 1.1 (a table without polygons as plain Parquet)."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{layer.file_name}.parquet"
    if isinstance(layer.table, gpd.GeoDataFrame):
        layer.table.to_parquet(path, index=False, compression="zstd", schema_version="1.1.0")
    else:
        layer.table.to_parquet(path, index=False, compression="zstd")


def write_fields(layers: Iterable[Layer], path: Path, lang: str) -> None:
    """Write ``fields.csv``: layer, its title, field, its name in a shapefile, its name for readers."""
    rows = [
        (layer.file_name, layer.title_in(lang), name, _short(layer)[name], alias)
        for layer in layers
        for name, alias in layer.aliases(lang).items()
    ]
    columns = ["layer", "title", "field", "shapefile_field", "name"]
    write_csv(pd.DataFrame(rows, columns=columns), path)


def _short(layer: Layer) -> dict[str, str]:
    return short_names(str(name) for name in layer.table.columns if name != "geometry")


@contextmanager
def _patient() -> Iterator[None]:
    """Polygons with many holes take these drivers longer to sort out; they say so, and it is no fault."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "organizePolygons", RuntimeWarning)
        yield


def _polygon_type(layer: Layer) -> dict[str, object]:
    return {"geometry_type": "Polygon"} if layer.has_geometry else {}


def _narrow(table: pd.DataFrame) -> pd.DataFrame:
    """A table with whole numbers of 32 bits: these formats store wider ones as fractions."""
    wide = [name for name in table.columns if table[name].dtype == np.int64]
    return table.astype(dict.fromkeys(wide, np.int32)) if wide else table
