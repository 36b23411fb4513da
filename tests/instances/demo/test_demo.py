"""The embedded demo county."""

from __future__ import annotations

import hashlib
import tomllib
from collections import defaultdict
from pathlib import Path
from string import Template

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from numpy.typing import NDArray

from instances.demo import write_demo
from instances.demo.county import cell_size, full_relief, lay_out
from instances.demo.noise import draw_out, fractal
from instances.demo.painting import CODES
from instances.instance import read as read_instance
from instances.land.classes import class_table
from instances.study.file import load_study
from instances.study.findings import Severity, StudyError
from instances.study.tables import table_text

RASTERS = ("landcover.tif", "dem.tif", "slope.tif", "town_distance.tif")
FILES = {
    *RASTERS,
    "townships.gpkg",
    "redlines.gpkg",
    "redlines_wider.gpkg",
    "greenways.gpkg",
    "names.gpkg",
    "study.toml",
}
LINES = ("permanent_basic_farmland", "ecological_red_line", "urban_growth_boundary")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county of 200 x 200 cells on disk."""
    return write_demo(tmp_path_factory.mktemp("county"), size=200).parent


def read(path: Path) -> NDArray[np.generic]:
    """The first band of a raster."""
    with rasterio.open(path) as dataset:
        values: NDArray[np.generic] = dataset.read(1)
    return values


def shares(path: Path) -> dict[str, float]:
    """Percentage of the county under each class."""
    cover = read(path)
    return {name: 100 * float((cover == code).mean()) for name, code in CODES.items()}


def hashes(folder: Path) -> dict[str, str]:
    """sha256 of every file of a folder."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.mark.slow
def test_same_seed_same_files(tmp_path: Path) -> None:
    """A seed gives byte for byte the same files, and another seed another county."""
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        write_demo(tmp_path / name, size=24, seed=seed)
    assert hashes(tmp_path / "a") == hashes(tmp_path / "b")
    assert (read(tmp_path / "a" / "landcover.tif") != read(tmp_path / "c" / "landcover.tif")).any()


def test_written_again_over_itself(tmp_path: Path) -> None:
    """Writing the county into its own folder again leaves the same files, no layer twice."""
    write_demo(tmp_path, size=20)
    first = hashes(tmp_path)
    write_demo(tmp_path, size=20)
    assert hashes(tmp_path) == first
    assert set(first) == FILES


@pytest.mark.parametrize("size", [20, 33, 60])
def test_every_raster_shares_one_grid(tmp_path: Path, size: int) -> None:
    """Every raster has the size asked for, the county's cells and CRS, and a value in every cell."""
    write_demo(tmp_path, size=size)
    for name in RASTERS:
        with rasterio.open(tmp_path / name) as dataset:
            assert dataset.shape == (size, size)
            assert dataset.res == (cell_size(size), cell_size(size))
            assert dataset.crs.to_epsg() == 4547
            values = dataset.read(1)
            assert np.isfinite(values).all()
            assert (values != dataset.nodata).all()


@pytest.mark.parametrize("seed", [0, 1, 7, 11])
def test_even_the_smallest_county_has_every_class(tmp_path: Path, seed: int) -> None:
    """Every class that the study speaks of is there at 20 x 20 cells."""
    write_demo(tmp_path, size=20, seed=seed)
    assert set(np.unique(read(tmp_path / "landcover.tif")).tolist()) == set(CODES.values())


def test_classes_are_the_projects(county: Path) -> None:
    """The map uses classes of the project's table and carries their colours."""
    table = class_table()
    assert set(CODES) <= set(table)
    with rasterio.open(county / "landcover.tif") as dataset:
        colours = dataset.colormap(1)
    assert all(colours[code][:3] == table[name].colour for name, code in CODES.items())


@pytest.mark.slow
@pytest.mark.parametrize(("size", "seed"), [(200, 7), (200, 1), (200, 2), (60, 7)])
def test_shares_are_those_of_a_county(tmp_path: Path, size: int, seed: int) -> None:
    """Fields, woods, waters and built land have the shares of a real county between hills and plain."""
    write_demo(tmp_path, size=size, seed=seed)
    share = shares(tmp_path / "landcover.tif")
    built = sum(100 * share[name] / 100 for name in CODES if class_table()[name].built)
    assert 35 <= share["cropland"] <= 50
    assert 20 <= share["forest"] <= 35
    assert 8 <= built <= 15
    assert 3 <= share["water"] <= 7
    assert 2 <= share["orchard_garden"] <= 8
    assert 0.3 <= share["wetland"] <= 3
    assert 1 <= share["rural_residential"] <= 5


def test_rivers_run_downhill() -> None:
    """Along every river the bed falls, in the relief that is written too."""
    made = lay_out(7, 256)
    waters = made.waters
    for river in range(5):
        bed = waters.bed[waters.river == river]
        assert (np.diff(bed) <= 1e-9).all()
    main = waters.reaches[waters.river == 0]
    height = full_relief(made).height
    ends = [shapely.get_coordinates(line)[0] for line in (main[0], main[-1])]
    head, mouth = (height[int(y * 255.9), int(x * 255.9)] for x, y in ends)
    assert mouth < head


def test_rivers_widen_and_leave_the_county() -> None:
    """The great river grows from reach to reach and ends at the county's edge."""
    waters = lay_out(7, 60).waters
    width = waters.width[waters.river == 0]
    assert (np.diff(width) >= -1e-12).all()
    mouth = shapely.get_coordinates(waters.reaches[waters.river == 0][-1])[-1]
    assert np.minimum(mouth, 1 - mouth).min() == pytest.approx(0, abs=1e-9)


def test_cropland_is_flat_and_forest_steep(county: Path) -> None:
    """Fields lie on flatter land than forests do."""
    cover, slope = read(county / "landcover.tif"), read(county / "slope.tif")
    assert slope[cover == CODES["cropland"]].mean() * 2 < slope[cover == CODES["forest"]].mean()


def test_townships_divide_the_county(county: Path) -> None:
    """Townships cover the county once, each with a code and a Chinese name of its own."""
    towns = gpd.read_file(county / "townships.gpkg")
    with rasterio.open(county / "landcover.tif") as dataset:
        box = shapely.box(*dataset.bounds)
    assert 8 <= len(towns) <= 40
    assert towns["XZQDM"].is_unique
    assert towns["XZQMC"].is_unique
    assert towns.area.sum() == pytest.approx(box.area, rel=1e-4)
    assert towns.union_all().area == pytest.approx(box.area, rel=1e-6)


def test_red_lines_overlap_a_little(county: Path) -> None:
    """The three lines have the standard's fields, are valid, and overlap each other only a little."""
    base = {layer: gpd.read_file(county / "redlines.gpkg", layer=layer) for layer in LINES}
    for lines in base.values():
        assert {"YSDM", "MC", "LX", "MJ"} <= set(lines.columns)
        assert lines.is_valid.all()
        assert lines["MJ"].to_numpy() == pytest.approx(lines.area.to_numpy(), rel=1e-3, abs=1)
    farmland, urban = (base[layer].union_all() for layer in (LINES[0], LINES[2]))
    both = farmland.intersection(urban).area
    assert 0 < both < 0.3 * urban.area


def test_the_alternative_is_wider_and_tighter(county: Path) -> None:
    """The second alternative has a wider ecological red line and a tighter urban growth boundary."""

    def area(name: str, layer: str) -> float:
        return float(gpd.read_file(county / name, layer=layer).area.sum())

    assert area("redlines_wider.gpkg", LINES[1]) > 1.1 * area("redlines.gpkg", LINES[1])
    assert area("redlines_wider.gpkg", LINES[2]) < 0.95 * area("redlines.gpkg", LINES[2])


def test_lines_disagree_with_the_land_in_places(county: Path) -> None:
    """Some permanent basic farmland is no cropland today, as in real data, but most of it is."""
    farmland = gpd.read_file(county / "redlines.gpkg", layer=LINES[0])
    with rasterio.open(county / "landcover.tif") as dataset:
        inside = rasterio.features.rasterize(farmland.geometry, dataset.shape, transform=dataset.transform)
        cropland = dataset.read(1) == CODES["cropland"]
    held = cropland[inside == 1].mean()
    assert 0.75 < held < 0.99
    assert 0.65 < inside[cropland].mean() < 0.9


@pytest.mark.parametrize("seed", [7, 18])
def test_greenways_can_be_had(tmp_path: Path, seed: int) -> None:
    """There are greenways, and none runs over built land, which stays."""
    write_demo(tmp_path, size=60, seed=seed)
    ways = gpd.read_file(tmp_path / "greenways.gpkg")
    built = [code for name, code in CODES.items() if class_table()[name].built]
    with rasterio.open(tmp_path / "landcover.tif") as dataset:
        on_way = rasterio.features.rasterize(ways.geometry, dataset.shape, transform=dataset.transform)
        cover = dataset.read(1)
    assert len(ways) >= 1
    assert not np.isin(cover[on_way == 1], built).any()
    assert ways["KM"].to_numpy() == pytest.approx(ways.length.to_numpy() / 1000, rel=0.05)


@pytest.mark.parametrize("size", [20, 60])
def test_every_scenario_parses(tmp_path: Path, size: int) -> None:
    """The study file is a study, and so is each of its red-line alternatives."""
    file = load_study(write_demo(tmp_path, size=size))
    assert file.scenario_names == ("base", "wider_ecology", "compact_towns")
    wider, compact = file.scenario("wider_ecology"), file.scenario("compact_towns")
    assert wider.redlines["ecology"].path == "redlines_wider.gpkg"
    assert wider.redlines["urban"].path == "redlines.gpkg"
    assert compact.redlines["urban"].path == "redlines_wider.gpkg"
    assert len(file.base.limits) >= 8


@pytest.mark.parametrize(("size", "least", "sized"), [(60, 50.0, False), (200, 4.5, True)])
def test_new_land_comes_in_whole_pieces(tmp_path: Path, size: int, least: float, sized: bool) -> None:
    """The study asks for pieces of two cells, or a hectare; where cells are as large as pieces, not."""
    rule = load_study(write_demo(tmp_path, size=size)).base.patches["projects"]
    assert (rule.min_ha, rule.kind, rule.enabled) == (least, "project", sized)


@pytest.mark.slow
@pytest.mark.parametrize(("size", "seed"), [(20, 7), (20, 22), (60, 7), (60, 1)])
def test_every_scenario_reads_and_has_room(tmp_path: Path, size: int, seed: int) -> None:
    """The county reads without an error and with few warnings, and its red lines leave towns room to grow."""
    file = load_study(write_demo(tmp_path, size=size, seed=seed))
    for scenario in file.scenario_names:
        instance = read_instance(file, scenario)
        grave = [finding for finding in instance.findings if finding.severity is Severity.ERROR]
        warned = [finding for finding in instance.findings if finding.severity is Severity.WARNING]
        assert grave == []
        assert len(warned) <= 2
        homes = instance.classes.index("urban_residential")
        may = instance.kinds.allowed[:, homes] & (instance.kinds.today != homes)
        room = instance.grid.area_ha[may[instance.kinds.of]].sum()
        assert room > 0.05 * instance.today_ha[homes]
        assert set(instance.corridors) == {"greenways"}


@pytest.mark.parametrize("size", [0, 19, 5001])
def test_sizes_out_of_bounds_are_refused(tmp_path: Path, size: int) -> None:
    """A county smaller or larger than can be drawn is refused in a sentence, and nothing is written."""
    with pytest.raises(StudyError, match=f"{size} cells a side"):
        write_demo(tmp_path / "county", size=size)
    assert not (tmp_path / "county").exists()


def test_a_finer_map_shows_the_same_county(tmp_path: Path) -> None:
    """At twice the cells a side the hills and waters lie where they did."""
    coarse, fine = (full_relief(lay_out(7, size)).hilliness for size in (60, 120))
    assert np.corrcoef(coarse.ravel(), draw_out(fine, 60).ravel())[0, 1] > 0.97


def test_noise_has_mean_zero_and_deviation_one() -> None:
    """Noise is comparable between features: about mean 0 and deviation 1 however many octaves."""
    values = np.stack([fractal(seed, "check", 128, 12, 5) for seed in range(20)])
    assert abs(values.mean()) < 0.05
    assert values.std() == pytest.approx(1, abs=0.1)


def test_the_study_is_the_same_in_either_language() -> None:
    """The Chinese study file says what the English one says: only title, language and notes differ."""
    figures = defaultdict(lambda: "7")
    english, chinese = (
        tomllib.loads(Template(table_text(f"demo_study.{lang}.toml")).substitute(figures | {"classes": ""}))
        for lang in ("en", "zh")
    )
    assert (english.pop("lang"), chinese.pop("lang")) == ("en", "zh")
    assert chinese == english
