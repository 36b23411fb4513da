"""Legends of rasters: the names and colours that a file, or the files beside it, give to its codes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
from pyogrio.errors import DataSourceError
from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader

from instances.layers.ogr import read_features

MOST_BYTES = 5_000_000
"""A legend is small; larger files beside a raster are something else."""
NAME, VALUE = "2", ("5", "3")
"""What GDAL's attribute tables call a column of names and one of codes (exact, or the least of a range)."""


def raster_names(path: Path, band: int = 1) -> Mapping[int | str, str]:
    """What the files beside a raster call its codes: ``.aux.xml`` of GDAL (categories or an attribute table)
    or ``.vat.dbf`` of ArcGIS. Empty where there are none that can be read."""
    named: dict[int | str, str] = {}
    return named | (_of_gdal(Path(f"{path}.aux.xml"), band) or _of_arcgis(path))


def raster_colours(source: DatasetReader, band: int = 1) -> Mapping[int | str, tuple[int, int, int]]:
    """The colour of every code of a paletted band; empty where it has no palette, or a plain ramp of grey."""
    if source.colorinterp[band - 1] is not ColorInterp.palette:
        return {}
    found = {code: colour[:3] for code, colour in source.colormap(band).items()}
    return {} if all(red == green == blue for red, green, blue in found.values()) else found


def _of_gdal(path: Path, band: int) -> dict[str, str]:
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        return {}
    try:
        tree = ElementTree.fromstring(path.read_bytes())
    except (ElementTree.ParseError, OSError, ValueError, LookupError):  # the last two: odd encodings
        return {}
    bands = [found for found in tree.iter("PAMRasterBand") if found.get("band", "1") == str(band)]
    for found in bands:
        categories = [item.text or "" for item in found.iterfind("CategoryNames/Category")]
        named = {str(code): text for code, text in enumerate(categories) if text.strip()}
        if named := named or _of_table(found.find("GDALRasterAttributeTable")):
            return named
    return {}


def _of_table(table: ElementTree.Element | None) -> dict[str, str]:
    """The names of an attribute table of GDAL by code."""
    if table is None:
        return {}
    columns = [
        [part.findtext(key, "") for key in ("Name", "Type", "Usage")] for part in table.iterfind("FieldDefn")
    ]
    values = [at for at, (name, _, use) in enumerate(columns) if use in VALUE or name.lower() == "value"]
    texts = [at for at, (_, kind, _) in enumerate(columns) if kind == "2"]
    named = [at for at in texts if columns[at][2] == NAME] or _likely(texts, [name for name, *_ in columns])
    if not values or not named:
        return {}
    rows = [[cell.text or "" for cell in row.iterfind("F")] for row in table.iterfind("Row")]
    least = max(values[0], named[0])
    return {row[values[0]].strip(): row[named[0]] for row in rows if len(row) > least}


def _of_arcgis(path: Path) -> dict[str, str]:
    beside = [Path(f"{path}{end}") for end in (".vat.dbf", ".VAT.DBF")]
    found = next((part for part in beside if part.is_file() and part.stat().st_size <= MOST_BYTES), None)
    if found is None:
        return {}
    try:
        table = read_features(found, read_geometry=False)
    except (DataSourceError, OSError, ValueError):
        return {}
    names = [str(name) for name in table.columns]
    values = [at for at, name in enumerate(names) if name.lower() == "value"]
    texts = [at for at in range(len(names)) if not pd.api.types.is_numeric_dtype(table.dtypes.iloc[at])]
    named = _likely(texts, names)
    if not values or not named:
        return {}
    pairs = zip(table.iloc[:, values[0]], table.iloc[:, named[0]], strict=True)
    return {str(code): str(name) for code, name in pairs}


def _likely(texts: Sequence[int], names: Sequence[str]) -> list[int]:
    """Which of the columns of text holds the names, likeliest first."""
    usual = r"name|label|class|legend|desc|land"
    return sorted(texts, key=lambda at: not re.search(usual, names[at].lower()))
