"""A registry of wrong inputs: each gives its sentence, its exit status, and no half-written folder."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
import tomli_w
from typer.testing import CliRunner, Result

from planner import folder as run_folder
from planner.cli import app
from tests import small_study
from tests.small_study import box, landcover, write_polygons, write_raster

Tree = dict[str, Any]


@dataclass(frozen=True)
class Wrong:
    """A wrong input: what it changes in the study's tree and files, and parts of its sentence."""

    name: str
    says: tuple[str, ...]
    tree: Callable[[Tree], object] = lambda tree: None
    files: Callable[[Path], object] = lambda folder: None
    options: tuple[str, ...] = ()
    status: int = 2


def cover(change: Callable[[np.ndarray], object], dtype: Any = np.uint8) -> Callable[[Path], object]:
    """Rewrite the land cover with some cells changed."""

    def write(folder: Path) -> None:
        cells = landcover().astype(dtype)
        change(cells)
        write_raster(folder / "cover.tif", cells)

    return write


def slope(change: Callable[[np.ndarray], object]) -> Callable[[Path], object]:
    """Rewrite the slope layer with some cells changed."""

    def write(folder: Path) -> None:
        cells = np.full((small_study.ROWS, small_study.COLUMNS), 3.0, dtype=np.float32)
        change(cells)
        write_raster(folder / "slope.tif", cells, nodata=None)

    return write


def lines(layer: str, *polygons: Any, crs: str | None = small_study.CRS) -> Callable[[Path], object]:
    """Rewrite a layer of red lines."""
    named = {f"line {number}": polygon for number, polygon in enumerate(polygons)}
    return lambda folder: write_polygons(folder / "lines.gpkg", layer, named, crs)


def put(*keys: Any, to: Any) -> Callable[[Tree], object]:
    """Set one value of the tree."""

    def change(tree: Tree) -> None:
        for key in keys[:-1]:
            tree = tree[key]
        tree[keys[-1]] = to

    return change


def limit(**table: Any) -> Callable[[Tree], object]:
    """Add a limit."""
    return lambda tree: tree["limits"].append(table)


REGISTRY = (
    # the study file
    Wrong(
        "no study file", ("study.toml", "there is no such file"), files=lambda f: (f / "study.toml").unlink()
    ),
    Wrong(
        "study is a folder",
        ("is a folder",),
        files=lambda f: ((f / "study.toml").unlink(), (f / "study.toml").mkdir()),
    ),
    Wrong("not TOML", ("study.toml",), files=lambda f: (f / "study.toml").write_text("title = [")),
    Wrong(
        "not UTF-8",
        ("UTF-8",),
        files=lambda f: (f / "study.toml").write_bytes('title = "东莞"'.encode("gbk")),
    ),
    Wrong("empty study", ("landcover", "missing"), files=lambda f: (f / "study.toml").write_text("")),
    Wrong(
        "unknown key",
        ("redlines.farmland", "unknown key", "`keep`"),
        put("redlines", "farmland", "kep", to=["forest"]),
    ),
    Wrong("unknown table", ("unknown key", "`redlines`"), put("redline", to={})),
    Wrong("wrong type", ("limits[1].at_most",), put("limits", 1, "at_most", to=[1])),
    Wrong(
        "one limit without its list", ("limits", "[[two]]"), put("limits", to={"indicator": "changed_area"})
    ),
    Wrong(
        "red line that is no table",
        ("redlines.farmland", "a table"),
        put("redlines", "farmland", to="x.gpkg"),
    ),
    Wrong(
        "class named in Chinese",
        ("redlines.farmland.keep[0]", "lower-case letters", "name_zh"),
        put("redlines", "farmland", "keep", to=["耕地"]),
    ),
    Wrong("unknown scenario", ("strict", "no such scenario", "loose"), options=("--scenario", "strict")),
    Wrong(
        "fault in a scenario",
        ("scenarios.loose", "unknown key"),
        put("scenarios", "loose", to={"limts": []}),
        options=("--scenario", "loose"),
    ),
    # land cover
    Wrong(
        "missing land cover",
        ("landcover", "cover.tif"),
        files=lambda f: (f / "cover.tif").rename(f / "cover2006.tif"),
    ),
    Wrong("unknown scheme", ("landcover.scheme", "CLCD"), put("landcover", "scheme", to="CLCDD")),
    Wrong("unknown code", ("landcover", "77"), files=cover(lambda cells: cells.__setitem__((0, 0), 77))),
    Wrong("all nodata", ("landcover",), files=cover(lambda cells: cells.fill(0))),
    Wrong("not a raster", ("landcover",), files=lambda f: (f / "cover.tif").write_text("no raster")),
    Wrong(
        "no CRS", ("landcover", "CRS"), files=lambda f: write_raster(f / "cover.tif", landcover(), crs=None)
    ),
    Wrong(
        "wrong CRS",
        ("landcover.crs",),
        lambda t: t["landcover"].update(crs="EPSG:99999"),
        files=lambda f: write_raster(f / "cover.tif", landcover(), crs=None),
    ),
    Wrong(
        "land cover cut off",
        ("landcover", "cannot be read as a raster"),
        files=lambda f: (f / "cover.tif").write_bytes((f / "cover.tif").read_bytes()[:100]),
    ),
    Wrong("empty path", ("landcover", "path is empty"), put("landcover", "path", to="")),
    Wrong(
        "endless resolution", ("landcover.resolution", "finite"), put("landcover", "resolution", to=np.inf)
    ),
    Wrong(
        "buffer that is no number",
        ("redlines.farmland.buffer_m", "finite"),
        put("redlines", "farmland", "buffer_m", to=np.nan),
    ),
    Wrong(
        "eastings of another zone",
        ("landcover", "no such place"),
        files=lambda f: write_raster(f / "cover.tif", landcover(), origin=(38_500_000.0, 2_600_000.0)),
    ),
    Wrong("band that is not there", ("landcover", "band"), put("landcover", "band", to=7)),
    Wrong(
        "unknown new class",
        ("landcover.new_classes", "moonland"),
        put("landcover", "new_classes", to=["moonland"]),
    ),
    # layers, districts
    Wrong("missing layer file", ("layers.slope", "slope.tif"), files=lambda f: (f / "slope.tif").unlink()),
    Wrong(
        "layer elsewhere",
        ("layers.slope",),
        files=lambda f: write_raster(f / "slope.tif", np.ones((3, 3), np.float32), origin=(9e5, 3e6)),
    ),
    Wrong("layer with NaN", ("layers.slope",), files=slope(lambda cells: cells.__setitem__((0, 0), np.nan))),
    Wrong(
        "layer with holes",
        ("layers.slope",),
        files=lambda f: write_raster(f / "slope.tif", np.eye(12, 16, dtype=np.float32), nodata=0),
    ),
    Wrong(
        "unknown district field",
        ("districts.townships", "NAME"),
        put("districts", "townships", "name", to="NAME"),
    ),
    Wrong(
        "unknown vector layer", ("redlines.farmland", "farm"), put("redlines", "farmland", "layer", to="farm")
    ),
    # red lines
    Wrong(
        "red line elsewhere",
        ("redlines.farmland",),
        files=lines("farmland", shapely.box(9e5, 3e6, 9.1e5, 3.1e6)),
    ),
    Wrong("empty red line", ("redlines.farmland",), files=lines("farmland", shapely.Polygon())),
    Wrong(
        "red line without CRS",
        ("redlines.farmland", "CRS"),
        files=lines("farmland", box(0, 0, 2, 2), crs=None),
    ),
    Wrong(
        "unknown layer in expression",
        ("redlines.steep.where", "slpe"),
        put("redlines", "steep", "where", to="slpe > 25"),
    ),
    Wrong(
        "syntax error in expression",
        ("redlines.steep.where",),
        put("redlines", "steep", "where", to="slope > > 25"),
    ),
    Wrong(
        "code in expression",
        ("redlines.steep.where",),
        put("redlines", "steep", "where", to="__import__('os')"),
    ),
    Wrong(
        "red line without a rule",
        ("redlines.steep", "no rule"),
        lambda t: t["redlines"]["steep"].pop("forbid"),
    ),
    Wrong(
        "red line without a place", ("redlines.steep", "path"), lambda t: t["redlines"]["steep"].pop("where")
    ),
    Wrong(
        "unknown class in red line",
        ("redlines.farmland.keep", "crop"),
        put("redlines", "farmland", "keep", to=["crop"]),
    ),
    # carbon, indicators, objective, limits
    Wrong(
        "unknown coefficients",
        ("carbon.coefficients", "china-default"),
        put("carbon", to={"coefficients": "china-defalt"}),
    ),
    Wrong(
        "missing coefficient file",
        ("carbon.coefficients", "mine.csv"),
        put("carbon", to={"coefficients": "mine.csv"}),
    ),
    Wrong("negative years", ("carbon.years",), put("carbon", to={"years": -1})),
    Wrong(
        "negative weight",
        ("objective.minimise.net_emissions",),
        put("objective", "minimise", "net_emissions", to=-1.0),
    ),
    Wrong(
        "unknown indicator in objective",
        ("objective", "net_emission"),
        put("objective", "minimise", to={"net_emission": 1.0}),
    ),
    Wrong(
        "unknown indicator in limit",
        ("limits[2]", "area.cropland"),
        limit(indicator="area.croplnd", at_least=1),
    ),
    Wrong("limit without a bound", ("limits[2]", "no bound"), limit(indicator="area.cropland")),
    Wrong(
        "limit of unknown districts",
        ("limits[2].by", "townships"),
        limit(indicator="area.cropland", at_least=1, by="towns"),
    ),
    Wrong(
        "limit of an unknown district",
        ("limits[2].district", "北镇"),
        limit(indicator="area.cropland", at_least=1, by="townships", district="北镇"),
    ),
    Wrong("amount that is none", ("limits[2].at_least",), limit(indicator="area.cropland", at_least="a lot")),
    Wrong(
        "percentage of an absent class",
        ("limits[2].at_least", "absent today"),
        lambda t: (
            t["landcover"].update(new_classes=["wetland"]),
            limit(indicator="area.wetland", at_least="105%")(t),
        ),
    ),
    Wrong(
        "bounds the wrong way round", ("limits[2]",), limit(indicator="area.forest", at_least=30, at_most=10)
    ),
    Wrong(
        "more than there is",
        ("area.forest",),
        limit(indicator="area.forest", at_least=1_000),
        status=3,
    ),
    Wrong(
        "user indicator without its layer",
        ("indicators.view.layer", "sight"),
        put("indicators", to={"view": {"layer": "sight", "classes": ["forest"]}}),
    ),
    # settings
    Wrong("gap out of range", ("--gap",), options=("--gap", "2")),
    Wrong("gap in the study out of range", ("solver.gap",), put("solver", to={"gap": 0})),
    Wrong("no time", ("--time-limit",), options=("--time-limit", "-1")),
    Wrong("no threads", ("--threads",), options=("--threads", "0")),
    Wrong("unknown method", ("--method",), options=("--method", "magic")),
    Wrong("unknown option", ("--gapp",), options=("--gapp", "2")),
    # infeasible
    Wrong(
        "limits that contradict each other",
        ("area.cropland", "area.forest"),
        lambda t: (
            limit(indicator="area.cropland", at_least=120)(t),
            limit(indicator="area.forest", at_least=100)(t),
            t["limits"].pop(1),
        ),
        status=3,
    ),
)


def run(study: Path, out: Path, *options: str) -> Result:
    """``sansheng run`` as a planner types it."""
    return CliRunner().invoke(app, ["run", str(study), "--out", str(out), *options])


@pytest.mark.parametrize("wrong", REGISTRY, ids=lambda wrong: wrong.name)
def test_a_wrong_input_gives_its_sentence(wrong: Wrong, tmp_path: Path) -> None:
    """Each wrong input is named with its place, ends with its exit status, and leaves nothing behind."""
    tree = small_study.tree()
    wrong.tree(tree)
    small_study.write_files(tmp_path)
    (tmp_path / "study.toml").write_text(tomli_w.dumps(tree), encoding="utf-8")
    wrong.files(tmp_path)
    before = sorted(tmp_path.iterdir())
    result = run(tmp_path / "study.toml", tmp_path / "out", *wrong.options)
    assert result.exit_code == wrong.status, result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""
    for part in wrong.says:
        assert part in result.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_there_are_thirty_wrong_inputs_and_more() -> None:
    """The registry is what the product promises to answer; no two entries are the same."""
    assert len({wrong.name for wrong in REGISTRY}) == len(REGISTRY) >= 30


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """A planner with three faults in the study reads three lines, not one after the other."""
    tree = small_study.tree()
    tree["redlines"]["steep"]["where"] = "slpe > 25"
    tree["redlines"]["farmland"]["keep"] = ["crop"]
    small_study.write_files(tmp_path)
    (tmp_path / "slope.tif").unlink()
    (tmp_path / "study.toml").write_text(tomli_w.dumps(tree), encoding="utf-8")
    result = run(tmp_path / "study.toml", tmp_path / "out")
    assert result.exit_code == 2
    for place in ("layers.slope", "redlines.steep.where", "redlines.farmland.keep"):
        assert f"sansheng: {place}" in result.stderr


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_disk_that_cannot_be_written_keeps_the_old_result(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk or a missing permission half-way: one sentence, the old result, no draft."""
    study, out = small_study.write_study(tmp_path / "study"), tmp_path / "out"
    assert run(study, out).exit_code == 0
    old = {path.name: path.read_bytes() for path in out.iterdir()}

    def fails(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(run_folder, "write_indicators", fails)
    result = run(study, out)
    assert result.exit_code == 2
    assert os.strerror(number) in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert {path.name: path.read_bytes() for path in out.iterdir()} == old
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["out", "study"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_without_permission_is_told_before_the_solve(tmp_path: Path) -> None:
    """Nobody waits for a plan that cannot be written."""
    study = small_study.write_study(tmp_path / "study")
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    result = run(study, locked / "out")
    assert result.exit_code == 2
    assert "Permission denied" in result.stderr


def test_out_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """A file in the way is named and kept."""
    study = small_study.write_study(tmp_path / "study")
    (tmp_path / "out").write_text("mine")
    result = run(study, tmp_path / "out")
    assert (result.exit_code, (tmp_path / "out").read_text()) == (2, "mine")
    assert "is a file, not a folder" in result.stderr


def test_out_that_holds_other_files_is_refused(tmp_path: Path) -> None:
    """The study's own folder is never replaced by a result."""
    study = small_study.write_study(tmp_path / "study")
    result = run(study, tmp_path / "study")
    assert result.exit_code == 2
    assert "no run wrote" in result.stderr
    assert study.exists()


def test_a_broken_polygon_is_mended_or_told(tmp_path: Path) -> None:
    """A polygon that crosses itself either counts where it lies, with a warning, or stops the run by name."""
    study = small_study.write_study(tmp_path / "study")
    left, top = small_study.LEFT, small_study.TOP
    bow = shapely.Polygon([(left, top), (left + 800, top - 800), (left + 800, top), (left, top - 800)])
    lines("farmland", bow)(study.parent)
    result = run(study, tmp_path / "out")
    assert result.exit_code in {0, 2}
    assert "redlines.farmland" in result.output


def test_parcels_without_their_field_are_told(tmp_path: Path) -> None:
    """A parcel layer whose class field does not exist is answered with the fields that do."""
    study = small_study.write_study(tmp_path / "study")
    write_polygons(
        study.parent / "parcels.gpkg", "parcels", {"0101": box(0, 0, 8, 12), "0301": box(8, 0, 16, 12)}
    )
    tree = {
        **small_study.tree(),
        "landcover": {"path": "parcels.gpkg", "field": "DLBM", "scheme": "GBT21010-2017"},
    }
    study.write_text(tomli_w.dumps(tree), encoding="utf-8")
    result = run(study, tmp_path / "out")
    assert result.exit_code == 2
    assert "landcover" in result.stderr
    assert "MC" in result.stderr


def test_a_fault_of_ours_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What we did not foresee ends with status 1, a sentence, and a file with the details."""
    study = small_study.write_study(tmp_path / "study")

    def fails(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(run_folder, "write_indicators", fails)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = run(study, tmp_path / "out")
    assert result.exit_code == 1
    assert "a fault of ours: ZeroDivisionError: division by zero" in result.stderr
    (kept,) = tmp_path.glob("sansheng-fault-*.log")
    assert "Traceback" in kept.read_text()
    assert not (tmp_path / "out").exists()


def test_the_smallest_study_runs(tmp_path: Path) -> None:
    """What the registry changes is right to begin with: unchanged, it gives a plan."""
    study = small_study.write_study(tmp_path / "study")
    assert run(study, tmp_path / "out").exit_code == 0
