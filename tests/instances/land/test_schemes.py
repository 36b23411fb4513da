from pathlib import Path

import pytest

from instances.land.scheme_evidence import named_in
from instances.land.scheme_fits import likely_schemes, readings
from instances.land.schemes import find_scheme, get_scheme, match_codes, scheme_names, scheme_title
from instances.study.findings import StudyError

HANNOVER = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 18, 20, 21, 23, 24, 25, 26, 27, 29, 32, 35, 36, 40, 41)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("clcd", "CLCD"),
        ("ESA WorldCover", "WorldCover"),
        ("globeland30", "GlobeLand30"),
        ("clc", "CORINE"),
        ("IGBP", "MODIS"),
        ("gbt21010", "GB/T 21010-2017"),
        ("GB/T 21010-2017", "GB/T 21010-2017"),
        ("mnr-2023", "MNR-2023"),
        ("RESDC", "CNLUCC"),
    ],
)
def test_schemes_go_by_their_usual_names(alias: str, name: str) -> None:
    """A scheme is found by its aliases, upper and lower case alike."""
    assert find_scheme(alias) == name
    assert scheme_title(alias)


def test_an_unknown_scheme_is_named_with_the_nearest() -> None:
    """A misspelt scheme is refused with the scheme that was probably meant."""
    with pytest.raises(StudyError, match=r"landcover.scheme: there is no class scheme `CLDC`. Did you mean"):
        get_scheme("CLDC")


@pytest.mark.parametrize(
    ("scheme", "code", "name"),
    [
        ("CLCD", 8, "urban_residential"),
        ("CLCD", 0, None),
        ("GlobeLand30", 255, None),
        ("WorldCover", 95, "wetland"),
        ("NLCD", 81, "grassland_managed"),
        ("MODIS", 17.0, "water"),
        ("CNLUCC", 111, "cropland"),
        ("CNLUCC", 53, "industrial_production"),
        ("CORINE", 311, "forest"),
        ("CORINE", "122", "transport_infra"),
        ("CORINE", 523, "sea"),
        ("CORINE-grid", 12, "cropland"),
        ("CORINE-grid", 4, "transport_infra"),
        ("CORINE-grid", 44, "sea"),
        ("GB/T 21010-2017", 101, "cropland"),
        ("GB/T 21010-2017", "0201K", "orchard_garden"),
        ("GB/T 21010-2017", "1104a", "pond_canal"),
        ("GB/T 21010-2017", "0603", "industrial_production"),
        ("third-survey", "0603", "wetland"),
        ("third-survey", "08H2", "public_commercial"),
        ("MNR-2023", "0101", "cropland"),
        ("MNR-2023", "080401", "public_commercial"),
        ("MNR-2023", 1704, "pond_canal"),
        ("MNR-2023", 303, "forest"),
    ],
)
def test_codes_stand_for_classes(scheme: str, code: object, name: str | None) -> None:
    """A code gives its class: leading zeros restored, finer codes by their longest known prefix."""
    assert match_codes(scheme, [code]) == {code: name}


@pytest.mark.parametrize(
    ("scheme", "code"),
    [("CLCD", 11), ("GB/T 21010-2017", "0199"), ("CORINE", 611), ("MODIS", "x"), ("CORINE-grid", 45)],
)
def test_unknown_codes_are_left_out(scheme: str, code: object) -> None:
    """A code that a scheme does not know gets no class by guessing."""
    assert match_codes(scheme, [code]) == {}


def test_the_corine_grid_counts_through_the_corine_codes() -> None:
    """Grid codes 1..44 are the 44 classes of CORINE in ascending order of their codes."""
    fine = {code: name for code, name in get_scheme("CORINE").classes.items() if len(code) == 3 and name}
    grid = [get_scheme("CORINE-grid").classes[str(code)] for code in range(1, 45)]
    assert grid == [fine[code] for code in sorted(fine)]


def test_the_survey_standard_is_complete() -> None:
    """GB/T 21010-2017 has 12 classes at its first level and 73 at its second."""
    codes = [code for code in get_scheme("GB").classes if code.isdigit() and code not in ("00", "0508")]
    assert sum(len(code) == 2 for code in codes) == 12
    assert sum(len(code) == 4 for code in codes) == 73


@pytest.mark.parametrize(
    ("codes", "name"),
    [
        ((1, 2, 4, 5, 7, 8), "CLCD"),
        ((10, 20, 30, 40, 50, 60, 80, 95), "WorldCover"),
        ((11, 12, 21, 22, 31, 41, 43, 51, 52, 53), "CNLUCC"),
        (("0101", "0301", "0702", "1104", "0201K"), "GB/T 21010-2017"),
        ((11, 21, 22, 23, 24, 41, 42, 43, 52, 71, 81, 82, 90, 95), "NLCD"),
        ((111, 112, 211, 231, 311, 312, 512), "CORINE"),
        (HANNOVER, "CORINE-grid"),
    ],
)
def test_a_scheme_is_recognised_by_its_codes(codes: tuple, name: str) -> None:
    """The codes of a land cover tell which scheme it probably follows."""
    assert likely_schemes(codes)[0] == (name, 1.0)


def test_schemes_that_read_codes_differently_are_all_named() -> None:
    """Codes 1 to 8 may be CLCD or MODIS; survey codes of 2017 or 2023 unless one lacks some of them."""
    assert {"CLCD", "MODIS", "ESRI", "DynamicWorld"} <= set(readings((1, 2, 4, 5, 7, 8)))
    assert readings((10, 30, 40, 50, 80, 95)) == ["WorldCover"]
    assert set(readings(("0101", "0301", "0702", "1104"))) == {"GB/T 21010-2017", "MNR-2023"}
    assert readings(("0101", "0301", "0701", "1401", "1704")) == ["MNR-2023"]
    assert readings(("A", "B")) == []


def test_a_scheme_is_found_in_a_file_s_name() -> None:
    """The longest name counts, names of two or three letters do not."""
    assert named_in("CLCD_v01_2020_albert.tif", ["MODIS", "CLCD", "CORINE-grid"]) == "CLCD"
    assert named_in("globeland30_n48.tif", ["GlobeLand30", "WorldCover"]) == "GlobeLand30"
    assert named_in("rgb.tif", ["GB/T 21010-2017"]) is None
    assert named_in("CLCD_v01_2020.tif", ["MODIS"]) is None


def test_codes_of_no_scheme_are_not_forced_into_one() -> None:
    """Codes that fit no scheme, and no codes at all, give no guess."""
    assert likely_schemes([]) == []
    assert likely_schemes(["A", "B", 9999]) == []


def test_every_scheme_maps_something() -> None:
    """Every scheme on offer has classes."""
    assert all(any(get_scheme(name).classes.values()) for name in scheme_names())


def test_real_corine_raster_is_recognised(shared_data: Path) -> None:
    """The codes of a real CORINE raster are recognised and every one has a class."""
    import numpy as np
    import rasterio

    with rasterio.open(shared_data / "hannover_clc" / "hannover_clc_25m.tif") as cover:
        codes = np.unique(cover.read(1)).tolist()
    assert likely_schemes(codes)[0] == ("CORINE-grid", 1.0)
    assert set(match_codes("CORINE-grid", codes)) == set(codes)
