"""Growth of new land by age: the stock of its class less what was cleared, on its coefficient's curve."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formulations.staged.growth import growth
from instances.carbon.ages import AT_ONCE, rates_by_age
from tests.support.hand_instance import TODAY, hand_instance, planned
from tests.support.made_plans import CROPLAND, FOREST, URBAN

AGES = (1.0, 10.0, 40.0)
ROWS = """class,kind,pool,value,unit,low,high,gain_years,source
forest,stock,vegetation,100,tC/ha,50,200,20,hand
cropland,stock,vegetation,10,tC/ha,5,20,1,hand
"""


def test_new_forest_gains_its_stock_along_its_curve(tmp_path: Path) -> None:
    """100 tC/ha (50 to 200) x 44/12 x (1 - exp(-age / 20)) on the one cell that is planted; built land, which
    has no stock, gains nothing."""
    (tmp_path / "set.csv").write_text(ROWS, encoding="utf-8")
    instance = hand_instance({"carbon": {"coefficients": "set.csv"}})
    rates = rates_by_age(instance.study, tmp_path, instance.classes, instance.today_ha, (AT_ONCE, *AGES))
    layout = planned(c0=FOREST, c1=URBAN)
    assert TODAY[0] == CROPLAND
    found = growth(instance, layout, AGES, rates[0], rates[1:])
    assert [(each.place, each.hectares) for each in found] == [(FOREST, 1.0)]
    grown = 44 / 12 * (1 - np.exp(-np.array(AGES) / 20))
    assert found[0].value == pytest.approx(100 * grown)
    assert found[0].low == pytest.approx(50 * grown)
    assert found[0].high == pytest.approx(200 * grown)


def test_nothing_planted_grows_nowhere(tmp_path: Path) -> None:
    """Where nothing changes there is no curve."""
    (tmp_path / "set.csv").write_text(ROWS, encoding="utf-8")
    instance = hand_instance({"carbon": {"coefficients": "set.csv"}})
    rates = rates_by_age(instance.study, tmp_path, instance.classes, instance.today_ha, (AT_ONCE, *AGES))
    assert growth(instance, TODAY, AGES, rates[0], rates[1:]) == ()
