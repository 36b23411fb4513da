from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyogrio
import pytest
from pyproj import CRS

from instances.study.findings import StudyError
from planner.export.formats import ALL, FORMATS, Wanted, formats_of, names_of, write_formats
from tests.support.made_plans import small_parcels, small_plan


def names(folder: Path) -> set[str]:
    """What a folder holds."""
    return {entry.name for entry in folder.iterdir()}


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_makes_the_files_it_names(form: str, tmp_path: Path) -> None:
    """Each format writes exactly what it is declared to."""
    write_formats(small_plan(), tmp_path, Wanted(formats_of([form])))
    assert names(tmp_path) == names_of([form])


def test_all_is_every_format(tmp_path: Path) -> None:
    """``all`` writes everything, for parcels everything but the raster."""
    assert formats_of([ALL]) == set(FORMATS)
    write_formats(small_parcels(), tmp_path, Wanted(formats_of([ALL]), standard_fields=True, both_areas=True))
    assert names(tmp_path) == names_of(FORMATS) - names_of(["tif"])


def test_an_unknown_format_is_told() -> None:
    """A format that there is not is answered with those there are."""
    with pytest.raises(StudyError, match="no format 'pdf'.*xlsx.*all"):
        formats_of(["shp", "pdf"])
    with pytest.raises(StudyError, match="no format is named"):
        formats_of([])


def test_a_raster_of_parcels_is_refused(tmp_path: Path) -> None:
    """A plan of parcels has no raster, and the answer says what to choose."""
    with pytest.raises(StudyError, match="parcels has no raster. Choose gpkg"):
        write_formats(small_parcels(), tmp_path, Wanted(formats_of(["tif"])))


def test_the_language_and_the_fields_reach_every_format(tmp_path: Path) -> None:
    """Chinese asked for is Chinese everywhere, and the standard's fields are in the GeoPackage too."""
    notes = write_formats(
        small_plan("en"), tmp_path, Wanted(formats_of(["gpkg", "shp"]), "zh", standard_fields=True)
    )
    table = pyogrio.read_dataframe(tmp_path / "plan.gpkg", layer="patches")
    assert set(table["DLMC"]) == {"耕地", "林地", "陆地水域", "城镇建设用地"}
    assert table["MJ"].sum() == pytest.approx(11e4)
    assert "耕地 → 林地" in (tmp_path / "shp" / "changes.qml").read_text(encoding="utf-8")
    assert [note.place for note in notes] == ["classes.urban"]


def test_a_city_s_own_grid_has_no_ellipsoidal_areas(tmp_path: Path) -> None:
    """Where coordinates are tied to no place on Earth, only planar areas are stated; the rest is written."""
    city = CRS.from_wkt('LOCAL_CS["City grid",UNIT["metre",1],AXIS["Easting",EAST],AXIS["Northing",NORTH]]')
    plan = small_plan()
    local = replace(plan, instance=replace(plan.instance, grid=replace(plan.instance.grid, crs=city)))
    with pytest.raises(StudyError, match="ellipsoidal areas need a CRS that is tied to the Earth"):
        write_formats(local, tmp_path, Wanted(formats_of(["gpkg"]), both_areas=True))
    assert names(tmp_path) == set()
    write_formats(local, tmp_path, Wanted(formats_of([ALL])))
    assert names(tmp_path) == names_of(FORMATS)


def test_folders_may_have_the_signs_of_addresses_in_their_names(tmp_path: Path) -> None:
    """Every format is written into a folder that is called ``!`` and more."""
    folder = tmp_path / "!方案;v2 #%20"
    folder.mkdir()
    write_formats(small_plan(), folder, Wanted(formats_of([ALL])))
    assert names(folder) == names_of(FORMATS)
    assert names(tmp_path) == {folder.name}
