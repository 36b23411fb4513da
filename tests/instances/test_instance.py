"""A study read from its files."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from pyproj import CRS

from instances.instance import Instance, read
from instances.layers.read_cache import ReadCache
from instances.study.file import StudyFile
from instances.study.findings import StudyError

GAUSS = CRS.from_epsg(4547)
LEFT, TOP = 500_000.0, 2_500_000.0
# cropland forest urban / cropland cropland water
TODAY = [[1, 2, 3], [1, 1, 4]]


def write_raster(path: Path, values: Any, dtype: str) -> None:
    """A GeoTIFF on the cells of the study."""
    image = np.array(values, dtype=dtype)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=2,
        width=3,
        count=1,
        dtype=dtype,
        crs=GAUSS,
        transform=Affine(100, 0, LEFT, 0, -100, TOP),
        nodata=0 if dtype == "uint8" else -9999.0,
    ) as file:
        file.write(image, 1)


def box(left: float, right: float) -> shapely.Polygon:
    """A box over both rows, in metres from the left."""
    return shapely.box(LEFT + left, TOP - 200, LEFT + right, TOP)


def study_of(folder: Path, **changes: Any) -> StudyFile:
    """A small study with every part, its files written into the folder."""
    write_raster(folder / "today.tif", TODAY, "uint8")
    write_raster(folder / "slope.tif", [[0, 30, 5], [10, 26, 0]], "float32")
    gpd.GeoDataFrame({"MC": ["line"]}, geometry=[box(0, 100)], crs=GAUSS).to_file(
        folder / "lines.gpkg", layer="ecology"
    )
    gpd.GeoDataFrame({"XZQMC": ["东", "西"]}, geometry=[box(0, 150), box(150, 300)], crs=GAUSS).to_file(
        folder / "towns.gpkg", layer="towns"
    )
    way = shapely.LineString([(LEFT + 50, TOP - 50), (LEFT + 250, TOP - 50)])
    gpd.GeoDataFrame({"name": ["way"]}, geometry=[way], crs=GAUSS).to_file(folder / "ways.gpkg", layer="ways")
    tree: dict[str, Any] = {
        "title": "small",
        "landcover": {
            "path": "today.tif",
            "classes": {"1": "cropland", "2": "forest", "3": "urban", "4": "water"},
        },
        "layers": {"slope": "slope.tif"},
        "districts": {"towns": {"path": "towns.gpkg", "name": "XZQMC"}},
        "redlines": {
            "ecology": {"path": "lines.gpkg", "allow": ["forest"]},
            "steep": {"where": "slope > 25", "forbid": ["urban"]},
        },
        "transitions": {"default": "any"},
        "indicators": {
            "ways": {"corridors": {"path": "ways.gpkg"}},
            "steepness": {"layer": "slope", "classes": ["cropland"]},
        },
        "limits": [{"indicator": "area.cropland", "at_least": "90%", "by": "towns", "district": "东"}],
        "scenarios": {
            "loose": {"redlines": {"steep": {"enabled": False}}},
            "convert": {"redlines": {"ecology": {"existing": "convert"}}},
        },
    }
    return StudyFile(folder / "study.toml", tree | changes)


def faults(study: StudyFile) -> str:
    """Everything that is wrong with a study, in one text."""
    with pytest.raises(StudyError) as raised:
        read(study)
    return str(raised.value)


def options(instance: Instance) -> list[str]:
    """What each unit may become, by the initials of the classes."""
    allowed = instance.kinds.allowed[instance.kinds.of]
    return [
        "".join(name[0] for name, may in zip(instance.classes.names, row, strict=True) if may)
        for row in allowed
    ]


def test_a_study_is_read_whole(tmp_path: Path) -> None:
    """Units, classes, layers, districts, red lines, corridors, rates and hashes come from one study file."""
    instance = read(study_of(tmp_path))
    assert instance.classes.names == ("cropland", "forest", "urban", "water")
    assert instance.today.tolist() == [0, 1, 2, 0, 0, 3]
    assert instance.today_ha.tolist() == [3.0, 1.0, 1.0, 1.0]
    assert instance.layers["slope"].tolist() == [0, 30, 5, 10, 26, 0]
    assert [line.inside.astype(int).tolist() for line in instance.redlines] == [
        [1, 0, 0, 1, 0, 0],
        [0, 1, 0, 0, 1, 0],
    ]
    assert instance.redlines[0].existing_units == 2
    assert options(instance) == ["cf", "cfw", "cfuw", "cf", "cfw", "cfuw"]
    assert instance.districts["towns"].names == ("东", "西")
    assert instance.corridors["ways"].units.tolist() == [0, 1, 2]
    assert instance.emissions.flux.shape == (4,)
    assert set(instance.inputs) == {"today.tif", "slope.tif", "lines.gpkg", "towns.gpkg", "ways.gpkg"}
    digest = hashlib.sha256((tmp_path / "today.tif").read_bytes()).hexdigest()
    assert instance.inputs["today.tif"] == digest
    assert instance.permits(instance.today).all()


def test_scenarios_change_the_red_lines(tmp_path: Path) -> None:
    """A line left out bars nothing, a line that converts bars what stands there; lifting shows the same."""
    study = study_of(tmp_path)
    base, loose = read(study), read(study, "loose")
    assert options(loose) == ["cf", "cfuw", "cfuw", "cf", "cfuw", "cfuw"]
    assert (base.lifted("steep")[base.kinds.of] == loose.kinds.allowed[loose.kinds.of]).all()
    assert options(read(study, "convert")) == ["f", "cfw", "cfuw", "f", "cfw", "cfuw"]


def test_scenarios_share_what_they_agree_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one cache the second scenario opens no file again, and is the same as read alone."""
    study, cache = study_of(tmp_path), ReadCache()
    base = read(study, cache=cache)
    kept = len(cache)

    def opened(*_: object, **__: object) -> None:
        pytest.fail("a file was opened again")

    with monkeypatch.context() as patch:
        patch.setattr(rasterio, "open", opened)
        convert = read(study, "convert", cache)
    assert len(cache) == kept
    assert convert.grid is base.grid
    assert convert.redlines[0].inside is base.redlines[0].inside
    alone = read(study, "convert")
    assert (alone.kinds.allowed[alone.kinds.of] == convert.kinds.allowed[convert.kinds.of]).all()
    assert alone.inputs == convert.inputs
    assert [str(one) for one in alone.findings] == [str(one) for one in convert.findings]


def test_faults_of_all_parts_are_told_at_once(tmp_path: Path) -> None:
    """One reading tells of the missing layer, the wrong condition, the unknown class, division and field."""
    said = faults(
        study_of(
            tmp_path,
            layers={"slope": "slope.tif", "dem": "dem.tif"},
            redlines={
                "ecology": {"path": "lines.gpkg", "allow": ["forrest"]},
                "steep": {"where": "slop > 25", "forbid": ["urban"]},
            },
            limits=[{"indicator": "area.cropland", "at_least": 1, "by": "town"}],
            indicators={
                "ways": {"corridors": {"path": "ways.gpkg"}, "value": "worth"},
                "steepness": {"layer": "slpe", "classes": ["croplnd"]},
            },
        )
    )
    for words in (
        "layers.dem: there is no file dem.tif",
        "there is no land class `forrest`. Did you mean `forest`?",
        "redlines.steep.where: names `slop`",
        "limits (no. 1).by: there is no table districts.town. Did you mean `towns`?",
        "indicators.ways.value: there is no field `worth`",
        "indicators.steepness.layer: there is no layer `slpe`. Did you mean `slope`?",
        "indicators.steepness.classes: there is no land class `croplnd`",
    ):
        assert words in said, said


def test_without_land_cover_the_other_files_and_names_are_checked_all_the_same(tmp_path: Path) -> None:
    """A missing land cover does not hide a missing red line, a wrong condition or an unknown division."""
    said = faults(
        study_of(
            tmp_path,
            landcover={"path": "nowhere.tif", "scheme": "CLCD"},
            redlines={
                "ecology": {"path": "line.gpkg", "allow": ["forest"]},
                "steep": {"where": "slope", "forbid": ["urban"]},
            },
            limits=[{"indicator": "area.cropland", "at_least": 1, "by": "town"}],
        )
    )
    for words in (
        "nowhere.tif",
        "redlines.ecology: there is no file line.gpkg",
        "redlines.steep.where",
        "limits (no. 1).by",
    ):
        assert words in said, said


def test_a_limit_for_an_unknown_district_is_told_with_the_nearest(tmp_path: Path) -> None:
    """A district that its division lacks is an error at the limit."""
    limits = [{"indicator": "area.cropland", "at_least": 1, "by": "towns", "district": "南"}]
    assert "limits (no. 1).district: districts.towns has no district `南`" in faults(
        study_of(tmp_path, limits=limits)
    )


def test_what_stands_against_a_rule_is_noted(tmp_path: Path) -> None:
    """The reader is told how many units stand against a red line and what becomes of them."""
    study = study_of(tmp_path)
    notes = "\n".join(str(finding) for finding in read(study).findings)
    assert (
        "redlines.ecology: 2 of 2 units inside are of a class that its rule does not want; they may stay"
        in notes
    )
    notes = "\n".join(str(finding) for finding in read(study, "convert").findings)
    assert "they are to be converted" in notes
