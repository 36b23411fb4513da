"""Plans replanned: half carried out, not begun, gone astray, and land that is locked."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import planner
from instances.study.file import load_study
from planner.cli import app
from tests.support.small_study import URBAN, landcover, write_quick_study, write_raster
from tests.support.stored import stored


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with its certified plan in ``run``, and the land with half of it carried out, ``half.tif``."""

    def prepared(home: Path) -> Path:
        plan = planner.run(write_quick_study(home / "study"), out=home / "run").plan
        land, changed = plan.instance.today.copy(), np.flatnonzero(plan.layout != plan.instance.today)
        done = changed[: len(changed) // 2]
        land[done] = plan.layout[done]
        write_raster(home / "half.tif", plan.instance.grid.frame.paint(plan.instance.classes.codes[land], 0))
        return home

    return stored(tmp_path_factory, "replan", prepared)


def test_half_carried_out_nothing_is_lost(place: Path, tmp_path: Path) -> None:
    """With half of the plan done all of it can still be reached, for no less than its bound says; of forty ha
    twenty are left to change."""
    out = tmp_path / "rest"
    result = planner.replan(place / "run", place / "half.tif", year=2030, out=out, lock=("done",))
    old = planner.reopen(place / "run").certificate
    assert old.bound is not None
    assert result.replanned.objective >= old.bound
    assert result.from_best is not None
    assert result.costs <= result.from_best
    assert result.costs == pytest.approx(0.0, abs=0.5)
    assert planner.verify(out).holds
    study = load_study(out / "study.toml").base
    assert {limit.indicator: limit.at_most for limit in study.limits}["changed_area"] == 20.0
    locked = result.plan.instance.today[: len(result.plan.layout)]
    inside = next(line.inside for line in result.plan.instance.redlines if line.name == "locked")
    assert inside.sum() == 20
    assert (result.plan.layout[inside] == locked[inside]).all()
    table = pd.read_csv(out / "replan.csv").set_index("indicator")
    assert table.loc["changed_area", "now"] == 20.0
    assert table.loc["changed_area", "replanned"] <= 40.0
    record = json.loads((out / "replan.json").read_text(encoding="utf-8"))
    assert record["plans"][0]["objective"] == result.plan.certificate.objective


def test_what_was_built_meanwhile_costs_for_good(place: Path, tmp_path: Path) -> None:
    """Twelve ha of town on cropland are locked: what can still be reached is worse by what they cost."""
    cells = landcover()
    cells[9:12, 12:16] = URBAN
    seen = write_raster(tmp_path / "seen.tif", cells)
    words = [
        "replan",
        str(place / "run"),
        "--observed",
        str(seen),
        "--year",
        "2028",
        "--out",
        str(tmp_path / "out"),
    ]
    done = CliRunner().invoke(app, [*words, "--lang", "zh"])
    assert done.exit_code == 0, done.output
    assert "比原方案差" in done.output
    record = json.loads((tmp_path / "out" / "replan.json").read_text(encoding="utf-8"))
    assert record["costs"] > 0
    assert record["locked_ha"] == 24.0
    assert "重新规划" in done.output
    assert "延误的代价" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_an_unknown_lock_is_refused(place: Path, tmp_path: Path) -> None:
    """What may be locked is named."""
    with pytest.raises(planner.StudyError, match="built, done"):
        planner.replan(place / "run", place / "half.tif", year=2030, out=tmp_path / "rest", lock=("all",))
