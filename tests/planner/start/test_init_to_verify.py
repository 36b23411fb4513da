from __future__ import annotations

import csv
import re
import tomllib
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import rasterio

import planner
from tests.support.made_covers import COVERS, Made, cells, metres, raster

GEOD = pyproj.Geod(ellps="WGS84")


def classes_of(scheme: str) -> dict[str, str]:
    """A scheme's classes by code, read from the table by code that shares nothing with the product."""
    text = files("instances").joinpath("data", "schemes.csv").read_text(encoding="utf-8")
    return {row["code"]: row["class"] for row in csv.DictReader(text.splitlines()) if row["scheme"] == scheme}


def class_of(code: object, classes: dict[str, str]) -> str:
    """The class of a code: as written, with leading zeros or without, or its first four digits."""
    text = re.sub(r"\.0$", "", str(code))
    forms = (text, text.zfill(4), text.lstrip("0") or "0", text[:4])
    return next((classes[form] for form in forms if form in classes), "")


def counted(made: Made) -> dict[str, float]:
    """Ha by class of a file, counted cell by cell or polygon by polygon: planar in a projected CRS, on the
    ellipsoid in degrees."""
    classes, area = classes_of(made.scheme), defaultdict(float)
    if made.path.suffix != ".tif":
        frame = gpd.read_file(made.path)
        field = next(name for name in frame.columns if name in ("DLBM", "地类编码", "Code_18"))
        for code, shape in zip(frame[field], frame.geometry, strict=True):
            true = abs(GEOD.geometry_area_perimeter(shape)[0]) if frame.crs.is_geographic else shape.area
            area[class_of(code, classes)] += true / 1e4
        return dict(area)
    with rasterio.open(made.path) as source:
        values, masked, place = source.read(1), source.read_masks(1) == 0, source.transform
        crs = pyproj.CRS.from_wkt(source.crs.to_wkt())
    for row, column in np.argwhere(~masked & np.isfinite(values)):
        name = class_of(values[row, column].item(), classes)
        if not name:
            continue
        top, bottom = place.f + place.e * row, place.f + place.e * (row + 1)
        if crs.is_geographic:
            left, right = place.c, place.c + place.a
            steps = np.linspace(left, right, 60)
            xs, ys = [*steps, *steps[::-1]], [top] * 60 + [bottom] * 60
            area[name] += abs(GEOD.polygon_area_perimeter(xs, ys)[0]) / 1e4
        else:
            area[name] += abs(place.a * place.e) * crs.axis_info[0].unit_conversion_factor ** 2 / 1e4
    return dict(area)


@pytest.mark.slow
@pytest.mark.parametrize("name", COVERS)
def test_a_file_goes_from_init_to_verify_with_the_right_areas(name: str, tmp_path: Path) -> None:
    """Whatever scheme, CRS, type and format a file has: ``init`` reads it by the right scheme, ``check`` and
    the certificate tell the areas that an independent count finds, and ``verify`` agrees."""
    made = COVERS[name](tmp_path)
    study = tmp_path / "study.toml"
    written = planner.init(made.path, study, lang="zh", **made.options)
    assert tomllib.loads(study.read_text(encoding="utf-8"))["landcover"]["scheme"] == made.scheme
    expected = counted(made)
    assert written.areas_ha == pytest.approx(expected, rel=1e-6)
    found = planner.check(study)
    today = {row.item.name: row.today_ha for row in found.classes if row.today_ha}
    assert today == pytest.approx(expected, rel=1e-6)
    told: dict[str, float] = defaultdict(float)
    for code in found.codes("zh"):
        told[code.read_as] += code.area_ha
    assert {read_as: ha for read_as, ha in told.items() if read_as} == pytest.approx(expected, rel=1e-6)
    assert made.warns in " ".join(str(finding) for finding in found.findings)
    result = planner.run(study, out=tmp_path / "out")
    assert result.plan.certificate.area_ha == pytest.approx(sum(expected.values()), rel=1e-6)
    assert planner.verify(tmp_path / "out").holds


def test_a_rotated_raster_is_refused_with_the_remedy(tmp_path: Path) -> None:
    """Rows that do not run along the axes are no cells of a plan: one sentence says what to do."""
    turned = metres(30, 5e5, 3.6e6) @ rasterio.Affine.rotation(12)
    path = raster(tmp_path / "turned.tif", cells((1, 2, 5)), "EPSG:4547", turned, 0)
    with pytest.raises(planner.StudyError, match=r"rotated or sheared .* Warp it upright first: gdalwarp"):
        planner.init(path, tmp_path / "study.toml", scheme="CLCD")
    assert not (tmp_path / "study.toml").exists()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_dense_list_of_codes_is_asked_about(lang: str, tmp_path: Path) -> None:
    """44 codes in a row are all known to CORINE's grid, and to nobody else: they are still not taken for it,
    and the answer says so in the language asked for."""
    path = raster(tmp_path / "mine.tif", cells(range(1, 45)), "EPSG:4547", metres(30, 5e5, 3.6e6))
    with pytest.raises(planner.StudyError) as refused:
        planner.init(path, tmp_path / "study.toml", lang=lang)
    assert '--scheme "CORINE-grid"' in refused.value.told(lang)
    assert {"en": "too plain to tell", "zh": "不足以判断"}[lang] in refused.value.told(lang)
    assert not (tmp_path / "study.toml").exists()
