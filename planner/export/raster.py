"""The plan as a raster: class codes with colours, names and an attribute table.

``plan.tif`` is a cloud-optimised GeoTIFF (8 bits, 0 = no data) that carries the colours and, as tags of its
band, the names. GIS programs read names from two small files beside it: ``plan.tif.aux.xml`` (GDAL, ArcGIS)
and ``plan.qml`` (QGIS).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree as Xml

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.crs import CRS as RasterCRS
from rasterio.errors import RasterioIOError
from rasterio.io import DatasetWriter, MemoryFile
from rasterio.shutil import copy

from instances.land.classes import Classes
from instances.units.grid import Layout, RasterFrame
from planner.plans.plan import Plan
from planner.styles.layer_styles import raster_qml

NODATA = 0
_INTEGER, _REAL, _STRING = "0", "1", "2"
_GENERIC, _COUNT, _NAME, _VALUE, _RED, _GREEN, _BLUE = "0", "1", "2", "5", "6", "7", "8"
"""Types and usages of the columns of GDAL's raster attribute tables."""


def write_plan_raster(plan: Plan, path: Path, lang: str | None = None) -> tuple[Path, ...]:
    """Write the layout of a raster study as ``path`` (.tif); returns the files written, ``path`` first.

    ``lang`` (zh or en; default: the study's) is the language of names in the files beside it.
    """
    lang = lang or plan.instance.study.lang
    frame = plan.instance.grid.frame
    if not isinstance(frame, RasterFrame):
        raise TypeError("the plan of a parcel study has no raster")
    codes = layout_codes(plan.layout, plan.instance.classes, frame)
    _write_cog(path, codes, frame, plan.instance.grid.crs, plan.instance.classes, title=_title(plan))
    table, style = Path(f"{path}.aux.xml"), path.with_suffix(".qml")
    table.write_text(attribute_table(codes, plan, lang), encoding="utf-8")
    style.write_text(raster_qml(plan.instance.classes, lang), encoding="utf-8")
    return path, table, style


def layout_codes(layout: Layout, classes: Classes, frame: RasterFrame) -> NDArray[np.uint8]:
    """(rows, columns) the raster code of a layout's classes, ``NODATA`` where there is no unit."""
    codes: NDArray[np.uint8] = frame.paint(classes.codes[layout], NODATA)
    return codes


def attribute_table(codes: NDArray[np.uint8], plan: Plan, lang: str) -> str:
    """The text of ``plan.tif.aux.xml``: category names and GDAL's raster attribute table.

    Columns: Value, Count (cells), Class, Name, NameZh, NameEn, Space, Area_ha, Red, Green, Blue.
    """
    classes, grid = plan.instance.classes, plan.instance.grid
    area = np.bincount(plan.layout, weights=grid.area_ha, minlength=len(classes))
    count = np.bincount(codes.ravel(), minlength=256)
    root = Xml.Element("PAMDataset")
    band = Xml.SubElement(root, "PAMRasterBand", band="1")
    names = Xml.SubElement(band, "CategoryNames")
    by_code = {item.code: item.label(lang) for item in classes}
    for code in range(max(by_code) + 1):
        Xml.SubElement(names, "Category").text = by_code.get(code, "")
    table = Xml.SubElement(band, "GDALRasterAttributeTable", tableType="thematic")
    _columns(table)
    for row, item in enumerate(sorted(classes, key=lambda item: item.code)):
        element = Xml.SubElement(table, "Row", index=str(row))
        values = (item.code, count[item.code], item.name, item.label(lang), item.name_zh, item.name_en)
        for value in (*values, item.space, f"{area[classes.index(item.name)]:.4f}", *item.colour):
            Xml.SubElement(element, "F").text = str(value)
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode") + "\n"


def _columns(table: Xml.Element) -> None:
    columns = (
        ("Value", _INTEGER, _VALUE),
        ("Count", _INTEGER, _COUNT),
        ("Class", _STRING, _GENERIC),
        ("Name", _STRING, _NAME),
        ("NameZh", _STRING, _GENERIC),
        ("NameEn", _STRING, _GENERIC),
        ("Space", _STRING, _GENERIC),
        ("Area_ha", _REAL, _GENERIC),
        ("Red", _INTEGER, _RED),
        ("Green", _INTEGER, _GREEN),
        ("Blue", _INTEGER, _BLUE),
    )
    for index, (name, kind, usage) in enumerate(columns):
        column = Xml.SubElement(table, "FieldDefn", index=str(index))
        Xml.SubElement(column, "Name").text = name
        Xml.SubElement(column, "Type").text = kind
        Xml.SubElement(column, "Usage").text = usage


@contextmanager
def cloud_optimised(
    path: Path,
    frame: RasterFrame,
    crs: CRS,
    *,
    bands: int,
    nodata: int,
    resampling: str,
    dtype: str = "uint8",
) -> Iterator[DatasetWriter]:
    """A raster of bands (8 bits, or as ``dtype`` says) to write into, then copied to ``path``: the driver of
    cloud-optimised GeoTIFFs only copies. ``resampling`` makes its overviews."""
    rows, columns = frame.shape
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff",
            height=rows,
            width=columns,
            count=bands,
            dtype=dtype,
            nodata=nodata,
            crs=RasterCRS.from_wkt(crs.to_wkt()),
            transform=frame.transform,
        ) as raster:
            yield raster
        with memory.open() as raster:
            try:
                copy(raster, path, driver="COG", compress="DEFLATE", level=9, overview_resampling=resampling)
            except Exception as fault:  # GDAL's own errors come through here, of a type that is not public
                raise RasterioIOError(str(fault)) from fault


def _write_cog(
    path: Path, codes: NDArray[np.uint8], frame: RasterFrame, crs: CRS, classes: Classes, title: str
) -> None:
    """Write class codes as a cloud-optimised GeoTIFF."""
    with cloud_optimised(path, frame, crs, bands=1, nodata=NODATA, resampling="MODE") as raster:
        raster.write(codes, 1)
        raster.write_colormap(1, {NODATA: (0, 0, 0, 0)} | {one.code: (*one.colour, 255) for one in classes})
        raster.set_band_description(1, "land class")
        raster.update_tags(TITLE=title)
        raster.update_tags(
            1, **{f"CLASS_{one.code}": _words(one.name, one.name_zh, one.name_en) for one in classes}
        )


def _title(plan: Plan) -> str:
    return f"{plan.certificate.title} ({plan.certificate.scenario})"


def _words(*words: str) -> str:
    return " | ".join(words)
