from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from instances.instance import Instance, read
from instances.layers.read_cache import ReadCache
from instances.layers.study_layers import read_layers
from instances.study.file import load_study, parse_study
from instances.study.findings import Findings, StudyError
from tests.support import small_study
from tests.support.made_files import made_grid, said, square, write_layer, write_raster

ROWS, COLUMNS = 40, 40


def study(folder: Path, slope: np.ndarray, **changed: Any) -> Path:
    """The small study on 40 x 40 cells, with a slope layer of one's own."""
    path = small_study.write_study(folder, changed)
    cover = np.tile(small_study.landcover(), (4, 3))[:ROWS, :COLUMNS]
    small_study.write_raster(folder / "cover.tif", np.ascontiguousarray(cover))
    small_study.write_raster(folder / "slope.tif", slope.astype(np.float32), nodata=None)
    return path


def gentle(*gaps: Any) -> np.ndarray:
    """A slope that grows eastwards, with gaps."""
    slope = np.tile(2.0 * np.arange(COLUMNS), (ROWS, 1))
    for gap in gaps:
        slope[gap] = np.nan
    return slope


def warnings_of(instance: Instance) -> str:
    """Everything said of the layers."""
    return "\n".join(str(finding) for finding in instance.findings if finding.place.startswith("layers."))


def test_what_rests_on_filled_gaps_is_told_with_its_hectares(tmp_path: Path) -> None:
    """Three cells without slope take that of their neighbours; the red line over slopes, the limit and the
    objective that rest on it are named, with the hectares inside the line."""
    path = study(
        tmp_path,
        gentle((3, 5), (3, 30), (20, 39)),
        limits=[
            {"indicator": "area.cropland", "at_least": "80%"},
            {"indicator": "steepness", "at_most": "100%"},
        ],
        indicators={"steepness": {"layer": "slope", "classes": ["cropland"], "unit": "ha"}},
        objective={"minimise": {"net_emissions": 1.0, "distance.slope": 0.1}},
    )
    instance = read(load_study(path))
    text = warnings_of(instance)
    assert "layers.slope: has no value on 3 of 1,600 units (0.19%, 3.00 ha). The gap is small" in text
    told = (
        "red line steep (2.00 ha of them inside), limits (no. 2) (steepness), the objective (distance.slope)"
    )
    assert f"values that were filled from the nearest decide on 3.00 ha: {told}" in text
    assert np.isfinite(instance.layers["slope"]).all()


def test_a_filled_layer_on_which_nothing_rests_is_told_once(tmp_path: Path) -> None:
    """Without a rule over it there is one warning, of the gap itself; without a gap there is none."""
    path = study(tmp_path, gentle((3, 5)), redlines={}, scenarios={})
    assert warnings_of(read(load_study(path))).count("layers.slope") == 1
    path = study(tmp_path, gentle())
    assert warnings_of(read(load_study(path))) == ""


def test_everything_wrong_with_what_is_read_is_told_at_once(tmp_path: Path) -> None:
    """Two layers with real gaps, a slope of a layer that is not there, a red line without its file and a
    division without its field are told together."""
    slope = gentle(np.s_[:9])
    path = study(
        tmp_path,
        slope,
        layers={"slope": "slope.tif", "dem": "dem.tif", "steep": {"from": "dm"}, "none": "no.tif"},
        redlines={"a": {"path": "no.gpkg", "keep": ["cropland"]}},
        districts={"townships": {"path": "townships.gpkg", "name": "NO"}},
        scenarios={},
    )
    small_study.write_raster(tmp_path / "dem.tif", gentle(np.s_[:, :9]).astype(np.float32), nodata=None)
    with pytest.raises(StudyError) as wrong:
        read(load_study(path))
    places = {str(finding.place) for finding in wrong.value.findings}
    assert {"layers.slope", "layers.dem", "layers.steep.from", "layers.none", "redlines.a"} < places
    assert "layers.steep.from: there is no layer `dm`. Did you mean `dem`?" in str(wrong.value)


def test_a_layer_may_be_the_slope_of_another(tmp_path: Path) -> None:
    """`slope = { from = "dem" }` is the slope of the heights in degrees, and counts in red lines, in
    indicators with its unit, and in the inputs with the one file."""
    heights = np.tile(100.0 * np.arange(COLUMNS), (ROWS, 1))
    path = study(
        tmp_path,
        heights,
        layers={"dem": "slope.tif", "slope": {"from": "dem"}},
        redlines={"steep": {"where": "slope > 44.9", "forbid": ["cropland"]}},
        scenarios={},
    )
    instance = read(load_study(path))
    assert instance.layers["slope"] == pytest.approx(np.full(ROWS * COLUMNS, 45.0))
    assert instance.layers["dem"].tolist() == heights.ravel().tolist()
    assert instance.redlines[0].inside.all()
    assert instance.study.layers["slope"].unit == "\N{DEGREE SIGN}"
    assert list(instance.inputs).count("slope.tif") == 1


LAYERS: dict[str, Any] = {
    "dem": "dem.tif",
    "feet": {"path": "dem.tif", "unit": "ft"},
    "kinds": {"path": "dem.tif", "kind": "category"},
    "polygons": "a.gpkg",
    "slope": {"from": "dem"},
}


@pytest.mark.parametrize(
    ("of", "sentence"),
    [
        ("slope2", "there is no layer `slope2`. Did you mean `slope`?"),
        ("q", "there is no layer `q`. Name a layer of [layers] that holds heights"),
        ("slope", "`slope` is computed itself, and has no slope. Name the layer of heights"),
        ("self", "`self` is computed itself"),
        ("feet", "`feet` is in ft, and a slope is computed of heights in metres. Convert the heights"),
        ("kinds", "`kinds` holds categories, and a slope is computed of heights"),
        ("polygons", "`polygons` is a vector layer (a.gpkg), and a slope is computed of a raster of heights"),
    ],
)
def test_a_slope_of_what_has_none_is_told(tmp_path: Path, of: str, sentence: str) -> None:
    """Each layer that a slope cannot be computed of is a sentence at `from`."""
    write_raster(tmp_path / "dem.tif", np.ones((3, 3), np.float32))
    write_layer(tmp_path / "a.gpkg", [square(0, 0)])
    tree = {"title": "made", "landcover": {"path": "a.tif"}, "layers": {**LAYERS, "self": {"from": of}}}
    findings = Findings()
    found = read_layers(parse_study(tree, "study.toml"), tmp_path, made_grid(3, 3), ReadCache(), findings)
    assert f"error layers.self.from: {sentence}" in said(findings)
    assert len(findings.errors) == 1
    assert set(found) == set(LAYERS)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"from": "dem", "path": "a.tif"}, "layers.x: says not just one of `path` and `from`"),
        ({"unit": "m"}, "layers.x: says not just one of `path` and `from`"),
        ({"from": "dem", "band": 2}, "layers.x: takes `band` from the layer that it is computed of"),
        ({"from": "dem", "kind": "category"}, "layers.x: is a slope, so it is no category"),
        ({"form": "dem"}, "layers.x.form: unknown key. Did you mean `from`?"),
    ],
)
def test_a_layer_is_a_file_or_a_slope(table: dict[str, Any], sentence: str) -> None:
    """Both, neither, and keys that only a file has are sentences of the study file."""
    tree = {"title": "made", "landcover": {"path": "a.tif"}, "layers": {"dem": "dem.tif", "x": table}}
    with pytest.raises(StudyError) as wrong:
        parse_study(tree, "study.toml")
    assert sentence in str(wrong.value)


def test_a_slope_has_its_own_fill_and_resampling(tmp_path: Path) -> None:
    """What the slope's own table says holds for it, and the heights' file and band come from theirs."""
    heights = np.full((2, 4, 4), 5.0, np.float32)
    heights[1] = 100.0 * np.arange(4)
    heights[1, :2] = np.nan
    write_raster(tmp_path / "dem.tif", heights)
    layers = {
        "dem": {"path": "dem.tif", "band": 2, "fill": 0},
        "slope": {"from": "dem", "fill": 1, "unit": "d"},
    }
    study = parse_study({"title": "made", "landcover": {"path": "a.tif"}, "layers": layers}, "study.toml")
    found = read_layers(study, tmp_path, made_grid(4, 4), ReadCache(), Findings())
    assert found["slope"].values.tolist() == pytest.approx([1.0] * 8 + [math.degrees(math.atan(1))] * 8)
    assert study.layers["slope"].unit == "d"
