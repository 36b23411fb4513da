"""The life cycle of a plan of one target year, from study to folder and back: ledger and energy factors."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.plans.life_cycle import ledger_of
from planner.replan.study import _later, _not_begun
from planner.runs.reopen import reopen
from planner.runs.run import run
from planner.runs.verify import verify
from tests.support.small_study import write_quick_study
from tests.support.stored import stored
from tests.support.tampering import forge

YEARS = {"base_year": 2025, "target_year": 2030, "last_year": 2040}
FACTORS = "carrier,year,value,source\ngrid,2025,0.5,the grid\ngrid,2035,0.3,the grid\n"


def _make(home: Path) -> None:
    own: dict[str, Any] = {"energy_factors": "factors.csv", "energy_shares": {"grid": 1.0}}
    rates = {
        "rates": {
            "used": {"layer": "slope", "classes": ["urban_residential"], "pool": "energy", "kind": "standing"}
        }
    }
    study = write_quick_study(home / "study", {"life_cycle": YEARS | own, **rates})
    (home / "study" / "factors.csv").write_text(FACTORS, encoding="utf-8")
    run(study, out=home / "out")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study and its folder, made once for all workers."""
    return stored(tmp_path_factory, "life cycle", _make)


@pytest.mark.slow  # a plan is solved and written
def test_the_ledger_of_one_target_year_is_counted_again(home: Path) -> None:
    """Every figure by year holds; today's land stands in 2025, all changes from 2030 on, and energy follows
    the grid: three fifths of it from 2035 on, a layer of local energy too."""
    found = verify(home / "out")
    assert found.holds, found.differences
    _, ledger = ledger_of(reopen(home / "out"))
    assert ledger.years == tuple(range(2025, 2041))
    assert ledger.change[0, 0] == 0.0
    energy = ledger.still[:, 0].sum(axis=1) - ledger.still[0, 0].sum()
    factors = pd.read_csv(home / "out" / "energy_factors.csv", encoding="utf-8-sig")
    whole = factors[factors["carrier"] == "all"]["value"].to_numpy()
    assert whole[[0, 5, 10, 15]] == pytest.approx([1.0, 0.8, 0.6, 0.6])
    assert energy == pytest.approx(energy[-1] * (1.0 - whole) / 0.4)
    growth = np.diff(ledger.parts[:, 0, 5])
    assert (growth[:5] <= 0).all()
    assert (growth[5:] >= 0).all()


@pytest.mark.slow  # beside the plan above
@pytest.mark.parametrize(
    ("name", "column"),
    [("ledger.csv", "change_high_tco2e"), ("ledger.csv", "energy_tco2e"), ("energy_factors.csv", "value")],
)
def test_a_figure_that_is_altered_is_found(home: Path, tmp_path: Path, name: str, column: str) -> None:
    """One figure of one year, changed in its table, list and seal forged."""
    shutil.copytree(home, tmp_path / "home")
    path = tmp_path / "home" / "out" / name
    table = pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False)
    table.loc[7, column] += 1.0
    table.to_csv(path, index=False)
    forge(tmp_path / "home" / "out")
    told = [one.figure for one in verify(tmp_path / "home" / "out").differences]
    assert any(name in figure and column in figure for figure in told)


def test_a_study_that_goes_on_has_the_years_that_are_left() -> None:
    """Followed up before its target year, the land of then is the base; after it no years are left."""
    assert _later({**YEARS, "energy": "assumed"}, 2028) == {**YEARS, "energy": "assumed", "base_year": 2028}
    assert _later({**YEARS, "energy": "assumed"}, 2030) == {"energy": "assumed"}
    assert _later({"energy": "assumed"}, 2028) == {"energy": "assumed"}


def test_an_order_that_has_begun_is_left_out_of_a_study_that_goes_on() -> None:
    """Its first year is over; one that is still ahead stays, and so do models that are no order."""
    models = {"cycle": {"kind": "cycle"}, "order": {"kind": "schedule", "years": [2026, 2029]}}
    assert _not_begun(models, 2025) == models
    assert list(_not_begun(models, 2026)) == ["cycle"]
