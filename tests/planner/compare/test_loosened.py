from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formulations.infeasible import Infeasibility, Relaxation
from planner.compare.loosened import loosened, mark, moved
from planner.plans.optimise import load, optimise
from planner.runs.folder import write
from tests.support.made_comparisons import write_alternatives
from tests.support.small_study import write_study

EAST = Relaxation("area.cropland (东镇)", "limits[0]", "limit", 6.5, "ha", 50.0, 43.5)
WHOLE = Relaxation("changed_area", "limits[1]", "limit", 5.0, "ha", 40.0, 45.0)
LINE = Relaxation("ecology", "redlines.ecology", "redline", 3.0, "ha", units=3)


def test_only_the_limits_named_move_and_the_rest_stays(tmp_path: Path) -> None:
    """One township's bound moves to what mends it, the other township and the other limit keep theirs."""
    loaded = load(write_study(tmp_path))
    relaxed = loosened(loaded, Infeasibility((EAST, LINE), ()), "base")
    assert relaxed is not None
    before = {row.label: (row.lower, row.upper) for row in loaded.problem.rows}
    after = {row.label: (row.lower, row.upper) for row in relaxed.problem.rows}
    assert after.keys() == before.keys()
    assert after["area.cropland (东镇)"] == (43.5, np.inf)
    for name in before.keys() - {"area.cropland (东镇)"}:
        assert after[name] == pytest.approx(before[name])


def test_a_ceiling_moves_up(tmp_path: Path) -> None:
    """A limit from above is raised, not lowered."""
    relaxed = loosened(load(write_study(tmp_path)), Infeasibility((WHOLE,), ()), "base")
    assert relaxed is not None
    bounds = {row.label: row.upper for row in relaxed.problem.rows}
    assert bounds["changed_area"] == 45.0


def test_it_can_be_loosened_again(tmp_path: Path) -> None:
    """What is loosened keeps one name, and the marks of every step."""
    once = loosened(load(write_study(tmp_path)), Infeasibility((WHOLE,), ()), "base")
    assert once is not None
    more = Relaxation("changed_area", "limits[1]", "limit", 5.0, "ha", 45.0, 50.0)
    twice = loosened(once, Infeasibility((more,), ()), "base")
    assert twice is not None
    assert twice.scenario == "base (relaxed)"
    assert len(twice.study.marks) == 2


def test_red_lines_alone_loosen_nothing(tmp_path: Path) -> None:
    """Where no limit is named there is nothing to move."""
    assert loosened(load(write_study(tmp_path)), Infeasibility((LINE,), ()), "base") is None


@pytest.mark.slow
def test_its_run_says_so_everywhere(tmp_path: Path) -> None:
    """Name and marks of the certificate, and the study of the run's folder, say that limits were moved."""
    loaded = load(write_alternatives(tmp_path / "study"), "airport")
    relaxed = loosened(loaded, Infeasibility((EAST,), ()), "airport")
    assert relaxed is not None
    plan = optimise(relaxed)
    assert plan.certificate.scenario == "airport (relaxed)"
    assert plan.certificate.marks[0].startswith("Relaxed: scenario airport")
    folder = write(plan, tmp_path / "out")
    assert "Relaxed: scenario airport" in (folder / "study.toml").read_text(encoding="utf-8")
    assert any("Relaxed" in line for line in plan.log)


def test_moves_in_words() -> None:
    """A move names limit, district, both ends and the unit, in both languages."""
    assert moved(EAST, "en") == "Area of cropland (东镇) from 50.00 to 43.50 ha"
    assert moved(WHOLE, "zh") == "用地变化面积由 40.00 调至 45.00 公顷"
    assert moved(LINE, "en") == "ecology: 3.00 ha"
    assert mark(Infeasibility((WHOLE,), ()), "严格", "zh").startswith("已放宽：情景“严格”")
