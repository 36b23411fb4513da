"""The ledger of the life cycle: figures of one hectare by hand, and stocks that grow with age."""

from __future__ import annotations

import numpy as np
import pytest

from formulations.staged.ledger import PARTS, Changes, LifeCycle, life_cycle
from instances.carbon.ages import AT_ONCE
from instances.carbon.conversion import EmissionRates
from tests.support.hand_instance import HALVES, TODAY, hand_instance, planned
from tests.support.made_plans import CROPLAND, FOREST, URBAN

YEARS = 4
GROWN = {0: 0.0, 1: 10.0, 2: 18.0, 3: 24.0, 4: 28.0}
"""tC-like stock, in tCO2e/ha, that new forest has gained by each age."""
FLOWS = np.array([1.0, -5.0, 0.0, 0.0])


def rates(age: float) -> EmissionRates:
    """Annual means over an age: 100 tCO2e/ha built once, 30 lost at once where forest goes, growth as above,
    energy of 7 a year on urban land."""
    construction, stock = np.zeros((4, 4)), np.zeros((4, 4))
    construction[:3, URBAN] = 100.0 / age
    stock[FOREST, URBAN] = 30.0 / age
    stock[CROPLAND, FOREST] = -GROWN[round(age)] / age
    energy = np.zeros((4, 4))
    energy[:, URBAN] = 7.0
    flows = np.tile(FLOWS, (4, 1))
    parts = {
        "flux: vegetation": flows,
        "flux: energy": energy,
        "stock: vegetation": stock,
        "construction: buildings": construction,
    }
    total = sum(parts.values())
    return EmissionRates("hand", FLOWS + energy[0], stock, construction, total - 1, total + 2, (), parts)


@pytest.fixture(scope="module")
def found() -> LifeCycle:
    """From 2025 until the end of 2028: cell 0 is planted at once, cell 1 built over in 2027."""
    layout = planned(c0=FOREST, c1=URBAN)
    stage = np.full(len(TODAY), 2, dtype=np.uint8)
    stage[0], stage[1] = 0, 1
    changes = Changes((2025, 2027), 2025 + YEARS, layout, stage)
    whole = (np.zeros(len(TODAY), dtype=np.int32), 1)
    by_age = tuple(rates(age) for age in changes.ages)
    return life_cycle(hand_instance(), changes, [whole, (HALVES.member, 3)], rates(AT_ONCE), by_age)


def part(found: LifeCycle, name: str) -> list[float]:
    """A part of the whole area, year by year, rounded off float sums."""
    return [round(value, 6) for value in found.parts[:, 0, PARTS.index(name)].tolist()]


def test_every_part_is_that_counted_by_hand(found: LifeCycle) -> None:
    """Today 2 ha of cropland emit 1 each, 2 ha of forest take up 5 each and 1 ha of urban land uses 7."""
    assert found.years == (2025, 2026, 2027, 2028)
    assert part(found, "construction") == [0.0, 0.0, 100.0, 0.0]
    assert part(found, "clearing") == [0.0, 0.0, 30.0, 0.0]
    assert part(found, "growth") == [-10.0, -8.0, -6.0, -4.0]
    assert part(found, "energy") == [7.0, 7.0, 14.0, 14.0]
    assert part(found, "sources") == [1.0, 1.0, 1.0, 1.0]
    assert part(found, "uptake") == [-15.0, -15.0, -10.0, -10.0]
    assert found.net[:, 0] == pytest.approx([-17.0, -15.0, 129.0, 1.0])
    assert found.peak == 2027


def test_sums_and_ranges_follow_from_the_rates(found: LifeCycle) -> None:
    """Six hectares may emit 1 less or 2 more each in every year; nothing changed, they emit -1 a year."""
    assert found.cumulative[:, 0] == pytest.approx([-17.0, -32.0, 97.0, 98.0])
    assert found.cumulative[:, 0] - found.low[:, 0] == pytest.approx([6.0, 12.0, 18.0, 24.0])
    assert found.high[:, 0] - found.cumulative[:, 0] == pytest.approx([12.0, 24.0, 36.0, 48.0])
    assert found.unchanged[:, 0] == pytest.approx([-1.0, -2.0, -3.0, -4.0])


def test_districts_add_up_to_the_whole(found: LifeCycle) -> None:
    """West and east hold every cell; the sea has none."""
    assert found.parts[:, 1:].sum(axis=1) == pytest.approx(found.parts[:, 0])
    assert not found.parts[:, 3].any()
