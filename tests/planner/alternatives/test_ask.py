from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

from formulations.core.solution import SolveSettings
from formulations.sampling.questions import Base
from instances.study.findings import StudyError
from planner import load
from planner.agreement.measure import BANDS
from planner.alternatives.ask import alternatives, read_within
from planner.alternatives.folder import NAMES
from planner.plans.optimise import Loaded
from planner.runs.reopen import reopen, runs_in
from tests.planner.commands.test_cli import names, sansheng
from tests.support.small_study import write_study
from tests.support.sweeping import sweep_over


def found(tmp_path: Path, within: str, count: int, **settings: object):
    """Alternatives of the small study, and its base."""
    loaded: Loaded = load(write_study(tmp_path / "study"))
    base = Base.of(loaded.instance, loaded.problem)
    sweep = sweep_over(base, tmp_path / "solves", **settings)
    return alternatives(sweep, loaded, within, count), base


def test_every_alternative_is_within_the_distance(tmp_path: Path) -> None:
    """Evaluated anew, no objective lies farther from the bound than was asked; limits and red lines hold."""
    plans, base = found(tmp_path, "2%", 4)
    assert len(plans.plans) == 4
    for plan in plans.plans:
        objective = base.problem.objective.evaluate(plan.layout)
        assert objective == plan.objective
        assert objective <= plans.bound + 0.02 * abs(plans.bound)
        assert plan.distance <= 0.02
        assert base.problem.holds(plan.layout)


def test_alternatives_differ_and_the_differences_are_counted(tmp_path: Path) -> None:
    """No two are alike; what is stated of each is what its layout shows, and not more than could be."""
    plans, base = found(tmp_path, "5%", 4)
    matrix = plans.matrix(base.area_ha)
    assert (matrix[~np.eye(4, dtype=bool)] > 0).all()
    assert (matrix == matrix.T).all()
    for number, plan in enumerate(plans.plans):
        assert plan.differs_ha == tuple(matrix[number, :number])
        if number:
            assert sum(plan.differs_ha) <= plan.at_most_ha + 1e-6


def test_a_wider_distance_lets_plans_differ_more(tmp_path: Path) -> None:
    """What one plan can differ from the best grows with what may be given up."""
    near, _ = found(tmp_path, "0.5%", 2)
    far, _ = found(tmp_path, "5%", 2)
    assert far.plans[1].at_most_ha >= near.plans[1].at_most_ha - 1e-6
    assert far.plans[1].differs_ha[0] >= 0.95 * near.plans[1].differs_ha[0]


def test_a_distance_is_a_share_or_an_amount() -> None:
    """1 % of a negative objective is counted from its size."""
    assert read_within("1%", 200.0) == 202.0
    assert read_within("1 %", -200.0) == -198.0
    assert read_within("5.5", 200.0) == 205.5
    for text in ("", "much", "-3", "1e"):
        with pytest.raises(StudyError, match="--within"):
            read_within(text, 0.0)


def test_a_distance_less_than_what_is_proven_is_refused(tmp_path: Path) -> None:
    """Where the best plan itself is not proven to be so near, no other can be."""
    with pytest.raises(StudyError, match="smaller --gap"):
        found(tmp_path, "0.0000000001%", 3, gap=0.3)


def test_the_folder_holds_what_is_declared(tmp_path: Path) -> None:
    """Tables, map, a layer of how often cells keep their class, and every plan, which opens again."""
    study, out = write_study(tmp_path / "study"), tmp_path / "out"
    result = sansheng("alternatives", study, "--within", "5%", "--plans", "3", "--out", out)
    assert result.exit_code == 0, result.output
    assert names(out) == NAMES - {"agreement.gpkg"}
    table = pd.read_csv(out / "alternatives.csv", encoding="utf-8-sig")
    layouts = [reopen(folder).layout for folder in runs_in(out)]
    assert len(table) == len(layouts) == 3
    with rasterio.open(out / "agreement.tif") as raster:
        assert raster.descriptions == tuple(name for name, _ in BANDS)
        keeps = raster.read(1).ravel()
    expected = np.mean([layout == layouts[0] for layout in layouts], axis=0)
    assert (keeps == np.floor(100 * expected + 1e-9)).all()
    tree = json.loads((out / "alternatives.json").read_text(encoding="utf-8"))
    assert sum(tree["land"].values()) == pytest.approx(192.0)
    assert tree["objective_at_most"] >= table["objective"].max()
    result = sansheng("verify", out)
    assert result.exit_code == 0, result.stderr
    assert "all 3 plans" in result.stdout


def test_one_plan_has_no_alternative(tmp_path: Path) -> None:
    """The number of plans is checked before anything is read."""
    result = sansheng("alternatives", write_study(tmp_path / "study"), "--plans", "1")
    assert result.exit_code == 2
    assert "--plans" in result.stderr


def test_settings_are_those_of_the_sweep(tmp_path: Path) -> None:
    """The same question with the same settings is not solved again for the second set."""
    loaded = load(write_study(tmp_path / "study"))
    base = Base.of(loaded.instance, loaded.problem)
    sweep = sweep_over(base, tmp_path / "solves")
    alternatives(sweep, loaded, "5%", 2)
    again = sweep_over(base, tmp_path / "solves")
    alternatives(again, loaded, "5%", 3)
    assert (again.solved, again.found) == (1, 2)
    assert isinstance(again.settings, SolveSettings)
