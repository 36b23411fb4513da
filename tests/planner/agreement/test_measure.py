from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import rasterio

from planner.agreement.measure import NODATA, agreement, write_agreement
from planner.agreement.picture import draw_agreement
from tests.support.made_plans import CROPLAND, FOREST, URBAN, WATER, small_parcels, small_plan

REFERENCE = np.array([0, 1, 2, 3], dtype=np.uint8)
OTHERS = [np.array(row, dtype=np.uint8) for row in ([0, 1, 2, 0], [0, 1, 0, 1], [0, 2, 0, 2])]
TODAY = np.array([0, 0, 0, 0], dtype=np.uint8)


def test_how_often_a_unit_keeps_its_class_is_counted() -> None:
    """By hand: all four plans, three, two, one; and the class that comes most often."""
    found = agreement(REFERENCE, [REFERENCE, *OTHERS], 4)
    assert found.keeps.tolist() == [1.0, 0.75, 0.5, 0.25]
    assert found.most_often.tolist() == [0, 1, 2, 3]
    assert found.classes.tolist() == [1, 2, 2, 4]
    assert found.agree.tolist() == [1.0, 0.75, 0.5, 0.25]


def test_land_stands_in_one_of_four_ways() -> None:
    """Stays, changes alike in all, in two thirds or more, in fewer; the areas add up to the whole."""
    found = agreement(REFERENCE, [REFERENCE, *OTHERS], 4)
    assert found.standing(TODAY).tolist() == [0, 2, 3, 3]
    assert found.standing(REFERENCE + np.uint8(1)).tolist() == [1, 2, 3, 3]
    assert found.areas_ha(TODAY, np.array([1.0, 2.0, 4.0, 8.0])).tolist() == [1.0, 0.0, 2.0, 12.0]


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
