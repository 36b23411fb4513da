from __future__ import annotations

from pathlib import Path

import pyogrio
import rasterio

from formulations.sampling.agreement import agreement
from planner.agreement.measure import NODATA, write_agreement
from planner.agreement.picture import draw_agreement
from tests.support.made_plans import CROPLAND, FOREST, URBAN, WATER, small_parcels, small_plan


def test_the_layer_of_a_raster_study_lies_on_its_cells(tmp_path: Path) -> None:
    """Percent, class code, number of classes and percent again, no data where there is no unit."""
    plan = small_plan()
    found = agreement(plan.layout, [plan.layout, plan.instance.today], 4)
    path = write_agreement(found, plan.instance, tmp_path, "agreement")
    with rasterio.open(path) as raster:
        keeps, often, classes, agree = raster.read()
        assert raster.nodata == NODATA
        assert raster.crs.to_epsg() == 4547
    assert keeps[0, 3] == NODATA
    assert keeps[0].tolist()[:3] == [50, 50, 100]
    assert often[0, 2] == plan.instance.classes[FOREST].code
    assert classes[0].tolist()[:3] == [2, 2, 1]
    assert agree[0].tolist()[:3] == [50, 50, 100]


def test_the_layer_of_parcels_is_a_geopackage(tmp_path: Path) -> None:
    """One row a parcel; writing it twice gives the same bytes."""
    plan = small_parcels()
    found = agreement(plan.layout, [plan.layout, plan.instance.today], 4)
    path = write_agreement(found, plan.instance, tmp_path, "agreement")
    table = pyogrio.read_dataframe(path, layer="agreement")
    assert table["keeps"].tolist() == [100, 50, 100, 100]
    assert table["class"].tolist() == ["cropland", "forest", "forest", "urban"]
    (tmp_path / "again").mkdir()
    again = write_agreement(found, plan.instance, tmp_path / "again", "agreement")
    assert path.read_bytes() == again.read_bytes()


def test_the_map_is_drawn_in_both_languages(tmp_path: Path) -> None:
    """Raster or parcels, Chinese or English: a sheet comes out."""
    for lang, plan in (("en", small_plan("en")), ("zh", small_parcels("zh"))):
        layouts = [plan.layout, plan.instance.today]
        found = agreement(plan.layout, layouts, len({CROPLAND, FOREST, WATER, URBAN}))
        path = tmp_path / f"{lang}.png"
        draw_agreement(found, plan, len(layouts), path, lang, "line")
        assert path.stat().st_size > 20_000
