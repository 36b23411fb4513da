from __future__ import annotations

import pytest

from formulations.indicators.emissions import net_emissions
from tests.support.hand_instance import TODAY, URBAN, hand_instance, planned


def test_today_emits_its_fluxes() -> None:
    """Land that stays gives 2 x 1 of cropland, 2 x -5 of forest and 100 of the town: 92 tCO2e/yr."""
    emissions = net_emissions(hand_instance())
    assert (emissions.evaluate(TODAY), emissions.unit) == (pytest.approx(92.0), "tCO2e/yr")


def test_new_built_land_carries_its_stock_change_and_construction() -> None:
    """A hectare of cropland that becomes urban adds 100 - 1 of flux, 3 of stock and 40 of construction."""
    emissions = net_emissions(hand_instance())
    assert emissions.evaluate(planned(c0=URBAN)) == pytest.approx(92.0 + 99.0 + 3.0 + 40.0)
