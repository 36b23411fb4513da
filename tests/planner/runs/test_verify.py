from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
from typer.testing import CliRunner

from formulations.core.indicator import CellTerm
from instances.study.findings import StudyError
from planner import load, optimise
from planner.cli import app
from planner.recount.figures.amounts import Amounts
from planner.recount.figures.recount import Recount
from planner.runs.folder import write
from planner.runs.verify import verify
from tests.support.small_study import landcover, write_quick_study, write_raster

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study and the folder of its run, in one place."""
    home = tmp_path_factory.mktemp("finished")
    write(optimise(load(write_quick_study(home / "study"))), home / "out")
    return home


@pytest.fixture
def home(finished: Path, tmp_path: Path) -> Path:
    """A copy of both to tamper with."""
    return Path(shutil.copytree(finished, tmp_path / "home"))


def figures(home: Path) -> list[str]:
    """Names of the figures that differ."""
    return [difference.figure for difference in verify(home / "out").differences]


def change_certificate(home: Path, change: Callable[[dict[str, object]], object]) -> None:
    """Edit the certificate."""
    path = home / "out" / "certificate.json"
    tree = json.loads(path.read_text(encoding="utf-8"))
    change(tree)
    path.write_text(json.dumps(tree), encoding="utf-8")


def change_cell(home: Path, code: int) -> None:
    """Change the cell of the last row and column of plan.tif."""
    with rasterio.open(home / "out" / "plan.tif") as raster:
        codes, profile = raster.read(1), raster.profile
    assert codes[-1, -1] != code
    codes[-1, -1] = code
    profile.update(driver="GTiff")
    with rasterio.open(home / "out" / "plan.tif", "w", **profile) as raster:
        raster.write(codes, 1)


def test_a_finished_run_holds(home: Path) -> None:
    """Every figure of an untouched folder agrees."""
    outcome = verify(home / "out")
    assert outcome.holds, [str(difference) for difference in outcome.differences]
    assert outcome.figures > 100


def test_folder_and_inputs_can_move_together(home: Path, tmp_path: Path) -> None:
    """The folder says where its inputs are relative to itself."""
    assert verify(home.rename(tmp_path / "elsewhere") / "out").holds


def test_one_changed_cell_is_noticed(home: Path) -> None:
    """A single cell of plan.tif that carries another class shows in every figure it touches."""
    change_cell(home, 7)
    found = figures(home)
    assert "indicators.area.bare_unused.value" in found
    assert "objective" in found
    assert any(name.startswith("transitions.csv") for name in found)
    assert any(name.startswith("plan.gpkg") for name in found)


def test_a_class_that_a_red_line_bars_is_named_by_line(home: Path) -> None:
    """The red line that the changed plan breaks is named, with the number of units."""
    with rasterio.open(home / "out" / "plan.tif", "r+", IGNORE_COG_LAYOUT_BREAK="YES") as raster:
        codes = raster.read(1)
        codes[0, 15] = 2
        raster.write(codes, 1)
    broken = [one for one in verify(home / "out").differences if one.figure == "redlines.farmland"]
    assert [one.found for one in broken] == ["1 do"]


def test_an_unknown_code_is_noticed(home: Path) -> None:
    """A code that is no class of the study ends the verification there."""
    change_cell(home, 99)
    assert figures(home)[-1] == "plan.tif, class codes"


@pytest.mark.parametrize(
    ("figure", "change"),
    [
        ("objective", lambda tree: tree.update(objective=tree["objective"] - 1e-3)),
        ("gap", lambda tree: tree.update(gap=tree["gap"] / 2 + 1e-6)),
        ("bound", lambda tree: tree.update(bound=tree["objective"] + 1)),
        ("status", lambda tree: tree.update(status="feasible")),
        ("cells", lambda tree: tree.update(cells=191)),
        ("area_ha", lambda tree: tree.update(area_ha=191.0)),
        ("title", lambda tree: tree.update(title="Another study")),
        ("indicators.area.forest.value", lambda tree: tree["indicators"]["area.forest"].update(value=1.0)),
        (
            "indicators.area.forest.baseline",
            lambda tree: tree["indicators"]["area.forest"].update(baseline=1.0),
        ),
        ("indicators.area.forest", lambda tree: tree["indicators"].pop("area.forest")),
        ("limits, area.cropland (东镇), slack", lambda tree: tree["limits"][0].update(slack=5.5)),
        ("limits", lambda tree: tree["limits"].pop()),
        ("objective_weights.net_emissions", lambda tree: tree["objective_weights"].update(net_emissions=2.0)),
        ("marks", lambda tree: tree.update(marks=[])),
        ("inputs.../study/cover.tif", lambda tree: tree["inputs"].update({"../study/cover.tif": "0" * 64})),
    ],
)
def test_a_forged_figure_is_named(
    home: Path, figure: str, change: Callable[[dict[str, object]], object]
) -> None:
    """Whatever figure of the certificate is edited, that figure is named."""
    change_certificate(home, change)
    assert figure in figures(home)


def test_a_changed_input_is_named(home: Path) -> None:
    """An input that is no longer the one the plan was made from is named, as is what it changes."""
    cells = landcover()
    cells[0, 0] = 4
    write_raster(home / "study" / "cover.tif", cells)
    found = figures(home)
    assert "inputs.../study/cover.tif" in found
    assert "indicators.area.grassland.baseline" in found


def test_a_missing_input_is_named(home: Path) -> None:
    """Without an input there is no verification, and the sentence says which is missing."""
    (home / "study" / "slope.tif").unlink()
    with pytest.raises(StudyError, match="slope.tif"):
        verify(home / "out")


def test_an_edited_table_is_named(home: Path) -> None:
    """A figure edited in a CSV differs from the plan."""
    path = home / "out" / "indicators.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace("\nnet_emissions,", "\nnet_emission,"), encoding="utf-8-sig")
    assert any(name.startswith("indicators.csv") for name in figures(home))


def test_an_edited_patch_is_named(home: Path) -> None:
    """A patch of another class in plan.gpkg differs from plan.tif."""
    with sqlite3.connect(home / "out" / "plan.gpkg") as database:
        database.execute("DROP TRIGGER IF EXISTS rtree_patches_geom_update1")
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE patches SET class = 'water', code = 5 WHERE class = 'grassland'")
    database.close()
    found = figures(home)
    assert "plan.gpkg, patches, water" in found
    assert "plan.gpkg, outlines of patches" in found


def test_land_of_today_and_network_are_checked(home: Path) -> None:
    """Areas of today's land and of the blue-green network that were changed in the GeoPackage are found."""
    with closing(sqlite3.connect(home / "out" / "plan.gpkg")) as database, database:
        for layer in ("today", "network"):
            for (name,) in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (layer,)
            ).fetchall():
                database.execute(f'DROP TRIGGER "{name}"')
            database.execute(f"UPDATE {layer} SET area_ha = area_ha + 1 WHERE fid = 1")
    found = figures(home)
    assert {"files.plan.gpkg", "plan.gpkg, today, forest", "plan.gpkg, network"} <= set(found)


def test_a_folder_of_no_run_is_refused(tmp_path: Path) -> None:
    """A folder without a certificate, or with one that is none, is told as such."""
    with pytest.raises(StudyError, match="no certificate"):
        verify(tmp_path)
    (tmp_path / "certificate.json").write_text("{}")
    with pytest.raises(StudyError, match="is no certificate"):
        verify(tmp_path)


def test_the_command_says_yes_or_no(home: Path) -> None:
    """Exit status 0 and a yes; after a change 2 and the figures by name."""
    yes = CliRunner().invoke(app, ["verify", str(home / "out")])
    assert (yes.exit_code, yes.stdout[:3]) == (0, "Yes")
    change_cell(home, 7)
    no = CliRunner().invoke(app, ["verify", str(home / "out")])
    assert no.exit_code == 2
    assert "the certificate says" in no.stderr


@pytest.mark.slow
def test_no_solver_is_loaded(home: Path) -> None:
    """A whole verification runs without Pyomo and HiGHS."""
    code = (
        "import sys; from planner.cli import app; app(['verify', sys.argv[1]], standalone_mode=False); "
        "print([name for name in ('pyomo', 'highspy') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(home / "out")], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_raster_holds_the_layout(home: Path) -> None:
    """What verify reads is what was planned: the classes add up to the certificate's areas."""
    certificate = json.loads((home / "out" / "certificate.json").read_text(encoding="utf-8"))
    with rasterio.open(home / "out" / "plan.tif") as raster:
        codes = raster.read(1)
    for record in certificate["classes"]:
        said = certificate["indicators"][f"area.{record['name']}"]["value"]
        assert np.count_nonzero(codes == record["code"]) == pytest.approx(said)


def test_a_fault_of_the_model_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the model counts cells wrong, in certificate and tables alike, the verification says no."""
    counted = CellTerm.of
    with monkeypatch.context() as wrong:
        wrong.setattr(CellTerm, "of", lambda term, layout: 1.01 * counted(term, layout))
        write(optimise(load(write_quick_study(tmp_path / "study"))), tmp_path / "out")
    found = [difference.figure for difference in verify(tmp_path / "out").differences]
    assert "indicators.area.cropland.value" in found
    assert "objective" in found
    assert "indicators.blue_green_compactness.value" not in found


@pytest.mark.parametrize("counting", ["_cells", "_edges"])
def test_a_fault_of_the_verification_is_noticed(
    counting: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the verification counts wrong, an untouched folder does not hold: no side covers the other."""
    counted = getattr(Recount, counting)

    def wrong(self: Recount, *given: object) -> Amounts:
        right = counted(self, *given)
        return replace(right, value=1.01 * right.value)

    monkeypatch.setattr(Recount, counting, wrong)
    assert not verify(home / "out").holds
