from __future__ import annotations

from pathlib import Path

import pytest

from instances.land.colours import parse_colour
from instances.land.scheme_evidence import Evidence, named_in, told_by_evidence
from instances.land.schemes import find_scheme, get_scheme, scheme_names
from instances.study.tables import table

ONE_TO_NINE = ("CLCD", "ESRI", "MODIS", "CORINE-grid", "MNR-2023")


def palette(scheme: str) -> dict[int | str, tuple[int, int, int]]:
    """The colours of a scheme as a raster holds them."""
    rows = [row for row in table("scheme_colours.csv") if row["scheme"] == scheme]
    return {int(row["code"]): parse_colour(row["colour"]) for row in rows}


@pytest.mark.parametrize(
    ("file", "scheme"),
    [
        ("CLCD_v01_2020_albert", "CLCD"),
        ("U2018_CLC2018_V2020_20u1", "CORINE-grid"),
        ("corine_2012", "CORINE-grid"),
        ("MCD12Q1.A2020001", "MODIS"),
        ("50R_20200101-20210101", "ESRI"),
        ("my map of 2020", None),
    ],
)
def test_a_file_s_name_tells(file: str, scheme: str | None) -> None:
    """Names of downloads are known; a name that says nothing tells nothing."""
    told = told_by_evidence(Evidence(file), ONE_TO_NINE)
    assert told == ({"name": [scheme]} if scheme is not None else {})


def test_the_longest_name_in_a_file_s_name_counts() -> None:
    """A longer alias goes before a shorter one, and among the schemes asked about only."""
    assert named_in("globeland30_n48.tif", ["GlobeLand30", "WorldCover"]) == "GlobeLand30"
    assert named_in("CLCD_v01_2020.tif", ["MODIS"]) is None


@pytest.mark.parametrize("scheme", sorted({row["scheme"] for row in table("scheme_colours.csv")}))
def test_every_palette_tells_its_own_scheme(scheme: str) -> None:
    """The colours of one scheme are never taken for those of another that has the codes too."""
    told = told_by_evidence(Evidence(colours=palette(scheme)), scheme_names())
    assert told == {"colours": [scheme]}


def test_other_colours_tell_nothing() -> None:
    """A palette of one's own speaks for no scheme."""
    colours: dict[int | str, tuple[int, int, int]] = {code: (code, 255 - code, 77) for code in range(1, 10)}
    assert told_by_evidence(Evidence(colours=colours), ONE_TO_NINE) == {}


def test_names_of_a_legend_tell_in_either_language() -> None:
    """Names that agree with what a scheme calls its codes decide, English or Chinese."""
    english: dict[int | str, str] = {1: "Water", 2: "Trees", 5: "Crops", 7: "Built Area", 8: "Bare ground"}
    chinese: dict[int | str, str] = {1: "耕地", 2: "森林", 5: "水体", 8: "不透水面"}
    assert told_by_evidence(Evidence(names=english), ONE_TO_NINE) == {"legend": ["ESRI"]}
    assert told_by_evidence(Evidence(names=chinese), ONE_TO_NINE) == {"legend": ["CLCD"]}


def test_names_of_parcels_tell_the_survey_s_year() -> None:
    """Code 1101 is a river in the survey and a store in the classification of 2023: the name decides."""
    both = ("GB/T 21010-2017", "MNR-2023")
    river, store = ({"0101": "水田", "1101": name} for name in ("河流水面", "物流仓储用地"))
    assert told_by_evidence(Evidence(names=dict(river)), both) == {"legend": ["GB/T 21010-2017"]}
    assert told_by_evidence(Evidence(names=dict(store)), both) == {"legend": ["MNR-2023"]}


def test_fields_and_layers_tell() -> None:
    """CODE_18 is CORINE's; DLBM narrows to the surveys and the layer DLTB to those before 2023."""
    assert told_by_evidence(Evidence(fields=("Code_18",)), ("CORINE", "MNR-2023")) == {"field": ["CORINE"]}
    told = told_by_evidence(Evidence("x", "DLTB", ("DLBM",)), ("MNR-2023", "third-survey", "CNLUCC"))
    assert told == {"field": ["third-survey", "MNR-2023"], "layer": ["third-survey"]}


def test_the_data_name_schemes_and_codes_that_there_are() -> None:
    """Every hint and colour is of a known scheme, every colour of one of its codes."""
    for row in table("scheme_hints.csv"):
        assert all(find_scheme(name) == name for name in row["schemes"].split(";"))
    for row in table("scheme_colours.csv"):
        assert row["code"] in get_scheme(row["scheme"]).classes


def test_real_files_of_the_project_are_told_by_their_names(shared_data: Path) -> None:
    """The real CORINE raster, whose codes alone tell nothing, is known by its name."""
    name = (shared_data / "hannover_clc" / "hannover_clc_25m.tif").stem
    assert "CORINE-grid" in told_by_evidence(Evidence(name), ("CORINE-grid", "MNR-2023"))["name"]
