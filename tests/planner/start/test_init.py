from __future__ import annotations

import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from typer.testing import CliRunner, Result

from planner.cli import app
from tests.support.small_study import box, landcover, write_raster


def init(*words: str | Path) -> Result:
    """``sansheng init`` as a planner types it."""
    return CliRunner().invoke(app, ["init", *(str(word) for word in words)])


@pytest.fixture
def cover(tmp_path: Path) -> Path:
    """A land-cover raster with the codes of CLCD."""
    (tmp_path / "data").mkdir()
    return write_raster(tmp_path / "data" / "my cover.tif", landcover())


def test_the_study_checks_and_runs_as_it_stands(cover: Path, tmp_path: Path) -> None:
    """What ``init`` writes needs no edit to be read and planned."""
    study = tmp_path / "study.toml"
    result = init(cover, "--scheme", "CLCD", "--out", study)
    assert result.exit_code == 0, result.stderr
    for words in (["check", str(study)], ["run", str(study), "--out", str(tmp_path / "out")]):
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.stderr


def test_the_study_says_what_was_found(cover: Path, tmp_path: Path) -> None:
    """Classes, areas and the CRS stand in its comments; the path is relative to the study."""
    study = tmp_path / "studies" / "study.toml"
    assert init(cover, "--scheme", "CLCD", "--out", study).exit_code == 0
    text = study.read_text(encoding="utf-8")
    assert tomllib.loads(text)["landcover"] == {"path": "../data/my cover.tif", "scheme": "CLCD"}
    for word in (
        "192 cells",
        "cropland",
        "130.00 ha",
        "CGCS2000",
        "# [redlines.ecology]",
        'at_least = "98%"',
    ):
        assert word in text


def test_every_suggestion_is_a_study_too(cover: Path, tmp_path: Path) -> None:
    """With its comment signs taken away the suggested part is still TOML with known keys."""
    from instances.study.file import parse_study

    study = tmp_path / "study.toml"
    assert init(cover, "--scheme", "CLCD", "--out", study).exit_code == 0
    lines = study.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("# [layers]"))
    whole = [*lines[:start], *(line.removeprefix("# ") for line in lines[start:])]
    parsed = parse_study(tomllib.loads("\n".join(whole)), "study.toml")
    assert set(parsed.redlines) == {"farmland", "ecology", "urban"}
    assert parsed.scenario_names == ("base", "strict")


def test_codes_that_several_schemes_know_are_asked_about(cover: Path, tmp_path: Path) -> None:
    """Codes 1 to 8 are CLCD's, but MODIS and others have them too: none is taken in silence."""
    result = init(cover, "--out", tmp_path / "study.toml")
    assert result.exit_code == 2
    assert "several class schemes know" in result.stderr
    assert '--scheme "CLCD" or "DynamicWorld" or "ESRI" or "MODIS"' in result.stderr
    assert not (tmp_path / "study.toml").exists()


def test_the_file_s_name_settles_what_its_codes_leave_open(cover: Path, tmp_path: Path) -> None:
    """A file called CLCD_v01_2020.tif with codes of CLCD follows CLCD, and the planner reads why."""
    named = cover.rename(cover.with_name("CLCD_v01_2020.tif"))
    result = init(named, "--out", tmp_path / "study.toml")
    assert result.exit_code == 0, result.stderr
    assert "Scheme CLCD (guessed from its codes and its name)" in result.stdout


def test_a_scheme_asked_for_against_the_file_s_own_word_is_doubted(cover: Path, tmp_path: Path) -> None:
    """Whoever asks for MODIS on a file called CLCD gets it, and reads that its name says otherwise, and every
    code as it was read."""
    named = cover.rename(cover.with_name("CLCD_v01_2020.tif"))
    result = init(named, "--scheme", "MODIS", "--out", tmp_path / "study.toml")
    assert result.exit_code == 0, result.stderr
    assert "Careful: the file's name speaks for CLCD, not for MODIS" in result.stdout
    assert "evergreen needleleaf" in result.stdout
    again = init(named, "--scheme", "CLCD", "--out", tmp_path / "study.toml", "--force", "--lang", "zh")
    assert "注意" not in again.stdout
    assert "不透水面" in again.stdout


def test_the_scheme_is_guessed_where_one_alone_knows_all_codes(tmp_path: Path) -> None:
    """Codes that only WorldCover has need no --scheme."""
    cells = np.tile(np.array([10, 30, 40, 50, 80, 95], dtype=np.uint8), (6, 1))
    result = init(write_raster(tmp_path / "cover.tif", cells), "--out", tmp_path / "study.toml")
    assert result.exit_code == 0, result.stderr
    assert "Scheme WorldCover (guessed from its codes)" in result.stdout


@pytest.mark.parametrize(("empty", "dtype"), [(255, np.uint8), (-9999, np.int16), (-9999, np.float32)])
def test_undeclared_nodata_is_recognised_and_written(empty: int, dtype: type, tmp_path: Path) -> None:
    """A code that commonly means no data sways no guess; it is told, and the study says so."""
    cells = landcover().astype(dtype)
    cells[:2] = empty
    cover, study = write_raster(tmp_path / "cover.tif", cells, nodata=None), tmp_path / "study.toml"
    result = init(cover, "--scheme", "CLCD", "--out", study)
    assert result.exit_code == 0, result.stderr
    assert f"Taken as no data: {empty}" in result.stdout
    assert tomllib.loads(study.read_text(encoding="utf-8"))["landcover"]["nodata"] == [empty]
    assert CliRunner().invoke(app, ["check", str(study)]).exit_code == 0


def test_codes_of_one_s_own_are_mapped_on_the_command_line(cover: Path, tmp_path: Path) -> None:
    """Codes of no scheme become a study with a map of classes, which checks as it stands."""
    study, said = tmp_path / "study.toml", "1=cropland, 2=forest, 4=moonland, 5=water, 7=bare_unused, 8=urban"
    wrong = init(cover, "--classes", said, "--out", study)
    assert wrong.exit_code == 2
    assert "there is no land class `moonland`" in wrong.stderr
    result = init(cover, "--classes", said.replace("moonland", "grassland"), "--out", study)
    assert result.exit_code == 0, result.stderr
    table = tomllib.loads(study.read_text(encoding="utf-8"))["landcover"]
    assert table["classes"]["8"] == "urban"
    assert CliRunner().invoke(app, ["check", str(study)]).exit_code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--classes", "1=cropland,2"), "--classes"),
        (("--classes", "1=cropland,2=forest"), "4=CLASS,5=CLASS,7=CLASS,8=CLASS"),
        (("--scheme", "WorldCover"), "1=CLASS,2=CLASS,4=CLASS"),
        (("--scheme", "CLDC"), "`CLCD`"),
    ],
)
def test_codes_left_without_a_class_are_told(
    words: tuple[str, ...], says: str, cover: Path, tmp_path: Path
) -> None:
    """A map with holes, or a scheme that lacks codes, is answered with what to write."""
    result = init(cover, *words, "--out", tmp_path / "study.toml")
    assert result.exit_code == 2
    assert says in result.stderr
    assert not (tmp_path / "study.toml").exists()


def test_a_missing_crs_is_asked_for_as_an_option(tmp_path: Path) -> None:
    """Where there is no study yet, the remedy names the option, not a key; with it the study is written."""
    bare = write_raster(tmp_path / "cover.tif", landcover(), crs=None, origin=(38_500_000.0, 2_600_000.0))
    result = init(bare, "--scheme", "CLCD", "--out", tmp_path / "study.toml")
    assert result.exit_code == 2
    assert '--crs "EPSG:4526"' in result.stderr
    done = init(bare, "--scheme", "CLCD", "--crs", "EPSG:4526", "--out", tmp_path / "study.toml")
    assert done.exit_code == 0, done.stderr


def test_codes_of_no_scheme_are_told(tmp_path: Path) -> None:
    """Codes that no scheme knows end with the schemes' names and nothing written."""
    odd = write_raster(tmp_path / "odd.tif", np.full((4, 4), 77, dtype=np.uint8) + np.eye(4, dtype=np.uint8))
    result = init(odd, "--out", tmp_path / "study.toml")
    assert result.exit_code == 2
    assert "77, 78" in result.stderr
    assert "CLCD" in result.stderr
    assert not (tmp_path / "study.toml").exists()


def test_a_study_that_is_there_is_not_overwritten(cover: Path, tmp_path: Path) -> None:
    """The planner's work is only replaced where that is said."""
    study = tmp_path / "study.toml"
    study.write_text("mine")
    refused = init(cover, "--scheme", "CLCD", "--out", study)
    assert (refused.exit_code, study.read_text()) == (2, "mine")
    assert "--force" in refused.stderr
    assert init(cover, "--scheme", "CLCD", "--out", study, "--force").exit_code == 0
    assert tomllib.loads(study.read_text(encoding="utf-8"))["landcover"]["scheme"] == "CLCD"


@pytest.mark.parametrize("name", ["missing.tif", "text.tif"])
def test_a_file_that_is_no_land_cover_is_told(tmp_path: Path, name: str) -> None:
    """A missing or unreadable file is named, without a traceback."""
    (tmp_path / "text.tif").write_text("no raster")
    result = init(tmp_path / name, "--scheme", "CLCD", "--out", tmp_path / "study.toml")
    assert result.exit_code == 2
    assert name in result.stderr


class TestParcels:
    """Parcels need a field of class codes."""

    @pytest.fixture
    def parcels(self, tmp_path: Path) -> Path:
        """Four parcels with codes of the land survey."""
        boxes: list[shapely.Polygon] = [
            box(0, 0, 8, 6),
            box(8, 0, 16, 6),
            box(0, 6, 8, 12),
            box(8, 6, 16, 12),
        ]
        table = gpd.GeoDataFrame({"DLBM": ["0101", "0301", "0101", "1101"]}, geometry=boxes, crs="EPSG:4547")
        path = tmp_path / "parcels.gpkg"
        table.to_file(path, driver="GPKG", engine="pyogrio")
        return path

    def test_the_survey_s_field_is_known(self, parcels: Path, tmp_path: Path) -> None:
        """DLBM is taken without asking, and the study runs as it stands."""
        study = tmp_path / "study.toml"
        result = init(parcels, "--scheme", "GB/T 21010-2017", "--out", study)
        assert result.exit_code == 0, result.stderr
        done = CliRunner().invoke(app, ["run", str(study), "--out", str(tmp_path / "out")])
        assert done.exit_code == 0, done.stderr
        written = {path.name for path in (tmp_path / "out").iterdir()}
        assert {"plan.gpkg", "certificate.json", "indicators.csv", "map.png", "study.toml"} <= written
        assert "plan.tif" not in written
        assert CliRunner().invoke(app, ["verify", str(tmp_path / "out")]).exit_code == 0

    def test_a_field_that_is_not_there_is_told(self, parcels: Path, tmp_path: Path) -> None:
        """The fields that there are are listed."""
        result = init(parcels, "--field", "CODE", "--out", tmp_path / "study.toml")
        assert result.exit_code == 2
        assert "DLBM" in result.stderr

    def test_a_layer_is_chosen_from_a_survey_database(self, parcels: Path, tmp_path: Path) -> None:
        """A database with several layers is answered with their names, and --layer chooses one."""
        gpd.read_file(parcels).to_file(parcels, layer="XZQ", driver="GPKG", engine="pyogrio")
        study = tmp_path / "study.toml"
        result = init(parcels, "--scheme", "GB/T 21010-2017", "--out", study)
        assert result.exit_code == 2
        assert "parcels, XZQ" in result.stderr
        assert "--layer" in result.stderr
        done = init(parcels, "--scheme", "GB/T 21010-2017", "--layer", "parcels", "--out", study)
        assert done.exit_code == 0, done.stderr
        assert tomllib.loads(study.read_text(encoding="utf-8"))["landcover"]["layer"] == "parcels"

    def test_field_names_of_a_gbk_shapefile_are_read(self, parcels: Path, tmp_path: Path) -> None:
        """A shapefile from a Chinese desktop, without .cpg, is known by its field 地类编码."""
        shapefile = tmp_path / "parcels.shp"
        renamed = gpd.read_file(parcels).rename(columns={"DLBM": "地类编码"})
        renamed.to_file(shapefile, encoding="GBK", engine="pyogrio")
        shapefile.with_suffix(".cpg").unlink()
        result = init(shapefile, "--scheme", "GB/T 21010-2017", "--out", tmp_path / "study.toml")
        assert result.exit_code == 0, result.stderr
        assert "地类编码" in (tmp_path / "study.toml").read_text(encoding="utf-8")
