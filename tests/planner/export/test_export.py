from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pyogrio
import pytest
import rasterio
from typer.testing import CliRunner, Result

from planner import load, optimise
from planner.cli import app
from planner.export.formats import FORMATS, names_of
from planner.runs.folder import write
from tests.support.small_study import write_quick_study


def sansheng(*words: str | Path) -> Result:
    """A command as a planner types it."""
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scenarios of a study, run into one folder."""
    home = tmp_path_factory.mktemp("finished")
    study = write_quick_study(home / "study")
    for scenario in ("base", "loose"):
        write(optimise(load(study, scenario)), home / "out" / scenario)
    return home


@pytest.fixture
def out(finished: Path, tmp_path: Path) -> Path:
    """A copy of the runs."""
    return Path(shutil.copytree(finished, tmp_path / "home")) / "out"


def names(folder: Path) -> set[str]:
    """What a folder holds."""
    return {entry.name for entry in folder.iterdir()}


def test_a_run_is_written_in_every_format(out: Path) -> None:
    """All formats lie beside the run with its certificate; the run itself is untouched."""
    before = {path.name: path.read_bytes() for path in (out / "base").iterdir()}
    result = sansheng("export", out / "base", "--format", "all")
    assert result.exit_code == 0, result.stderr
    assert names(out / "base-all") == {*names_of(FORMATS), "certificate.json", "study.toml"}
    assert "base-all" in result.stdout
    assert {path.name: path.read_bytes() for path in (out / "base").iterdir()} == before


def test_what_is_exported_equals_what_the_run_wrote(out: Path) -> None:
    """Workbook, raster, GeoPackage and project come out byte for byte as the run wrote them."""
    assert sansheng("export", out / "base", "--format", "qgz", "--format", "xlsx").exit_code == 0
    for name in ("plan.xlsx", "plan.gpkg", "plan.qgz", "plan.tif"):
        assert (out / "base-qgz-xlsx" / name).read_bytes() == (out / "base" / name).read_bytes(), name


@pytest.mark.slow
def test_several_runs_are_exported_at_once(out: Path, tmp_path: Path) -> None:
    """The folder of a comparison gives a folder of exports, one for each run inside."""
    result = sansheng("export", out, "--format", "tif", "--out", tmp_path / "rasters")
    assert result.exit_code == 0, result.stderr
    for scenario in ("base", "loose"):
        one, other = out / scenario / "plan.tif", tmp_path / "rasters" / scenario / "plan.tif"
        with rasterio.open(one) as run, rasterio.open(other) as export:
            assert (run.read(1) == export.read(1)).all()
            assert run.crs == export.crs


def test_workbooks_of_several_runs_compare_them(out: Path, tmp_path: Path) -> None:
    """Each workbook of a comparison has a sheet with every scenario."""
    assert sansheng("export", out, "--format", "xlsx", "--out", tmp_path / "books").exit_code == 0
    for scenario in ("base", "loose"):
        page = openpyxl.load_workbook(tmp_path / "books" / scenario / "plan.xlsx")["Scenarios"]
        heads = [cell.value for cell in page[4]]
        assert heads[-2:] == ["base", "loose"]


def test_inputs_in_the_certificate_still_lead_to_the_files(out: Path, tmp_path: Path) -> None:
    """The certificate beside an export names the inputs as they lie from there."""
    place = tmp_path / "deep" / "er"
    assert sansheng("export", out / "base", "--format", "shp", "--out", place).exit_code == 0
    inputs = json.loads((place / "certificate.json").read_text(encoding="utf-8"))["inputs"]
    assert inputs
    assert all((place / path).is_file() for path in inputs)


def test_the_fields_of_the_standard_are_there_on_request(out: Path) -> None:
    """A geodatabase for the territorial-planning database has its fields, and both areas where asked for."""
    words = ("--format", "gdb", "--fields", "standard", "--areas", "both", "--lang", "zh")
    assert sansheng("export", out / "base", *words).exit_code == 0
    fields = set(pyogrio.read_info(out / "base-gdb" / "plan.gdb", layer="TDGHDL")["fields"])
    assert {"BSM", "YSDM", "DLBM", "DLMC", "MJ", "planar_ha", "ellipsoidal_ha"} <= fields


def test_what_is_handed_in_is_checked(out: Path) -> None:
    """The check's table and exit status; its file is part of the export, which verifies."""
    words = ("--format", "shp", "--fields", "standard", "--check")
    result = sansheng("export", out / "base", *words)
    assert result.exit_code == 0, result.stdout
    assert "Quality check of" in result.stdout
    assert "with faults to mend in 0" in result.stdout
    assert sansheng("verify", out / "base-shp").exit_code == 0
    own = sansheng("export", out / "base", "--format", "shp", "--check", "--out", out.parent / "own")
    assert own.exit_code == 2
    assert "JQDLTB, TDGHDL" in own.stdout
    none = sansheng("export", out / "base", "--format", "xlsx", "--check")
    assert none.exit_code == 2
    assert "holds layers of the standard" in none.stderr


def test_the_run_itself_is_never_replaced(out: Path) -> None:
    """Asked to write over the run, the command refuses and nothing changes."""
    result = sansheng("export", out / "base", "--format", "tif", "--out", out / "base")
    assert result.exit_code == 2
    assert "is the folder of a run" in result.stderr


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    """The answer names the folder and what to name instead."""
    result = sansheng("export", tmp_path, "--format", "xlsx")
    assert result.exit_code == 2
    assert "no certificate" in result.stderr
