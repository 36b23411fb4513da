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
    stock[CROPLAND, FOREST] = -(GROWN[round(age)] + AT_ONCE * 10.0) / age
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


def ledger(
    begins: tuple[tuple[int, ...], ...],
    stage: dict[int, int],
    layout: np.ndarray,
    relative: np.ndarray | None = None,
) -> LifeCycle:
    """From 2025 until the end of 2028, by the number of the stage of each cell that changes."""
    stages = np.full(len(TODAY), len(begins), dtype=np.uint8)
    stages[list(stage)] = list(stage.values())
    changes = Changes(2025, 2025 + YEARS, begins, layout, stages)
    whole = (np.zeros(len(TODAY), dtype=np.int32), 1)
    by_age = tuple(rates(age) for age in changes.ages)
    falls = np.ones((3, YEARS)) if relative is None else relative
    places = [whole, (HALVES.member, 3)]
    return life_cycle(hand_instance(), changes, places, rates(AT_ONCE), by_age, falls)


@pytest.fixture(scope="module")
def found() -> LifeCycle:
    """Cell 0 is planted at once, cell 1 built over in 2027."""
    return ledger(((2025,), (2027,)), {0: 0, 1: 1}, planned(c0=FOREST, c1=URBAN))


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


def test_growth_is_nothing_that_is_lost_at_once(found: LifeCycle) -> None:
    """Of the cell that is planted nothing is cleared, not even what a thousand-millionth of a year lets
    grow; only the forest that is built over is."""
    cleared = found.parts[:, 0, PARTS.index("clearing")]
    assert np.flatnonzero(cleared).tolist() == [2]


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


def test_energy_falls_by_year(found: LifeCycle) -> None:
    """A unit of energy emits 0.9, 0.8, 0.5 of what it did in 2025, and between 0.7 and 1 of it in 2026."""
    relative = np.array([[1.0, 0.9, 0.8, 0.5], [1.0, 0.7, 0.8, 0.5], [1.0, 1.0, 0.8, 0.5]])
    less = ledger(((2025,), (2027,)), {0: 0, 1: 1}, planned(c0=FOREST, c1=URBAN), relative)
    assert part(less, "energy") == [7.0, 6.3, 11.2, 7.0]
    others = [n for n, name in enumerate(PARTS) if name != "energy"]
    assert less.parts[:, :, others] == pytest.approx(found.parts[:, :, others])
    assert less.unchanged[:, 0] == pytest.approx([-1.0, -2.7, -5.1, -9.6])
    assert np.diff(less.low[:, 0] - found.low[:, 0], prepend=0.0) == pytest.approx([0, -2.1, -2.8, -7.0])
    assert np.diff(less.high[:, 0] - found.high[:, 0], prepend=0.0) == pytest.approx([0, 0.0, -2.8, -7.0])


def test_land_that_changes_in_equal_parts_counts_with_the_mean_of_their_years() -> None:
    """One cell planted half in 2026 and half in 2027 is the mean of two ledgers; 2025 is today's land."""
    layout = planned(c0=FOREST)
    even = ledger(((2026, 2027),), {0: 0}, layout)
    each = [ledger(((year,),), {0: 0}, layout) for year in (2026, 2027)]
    for name in ("parts", "still", "low", "high", "change_low", "change_high"):
        mean = sum(getattr(one, name) for one in each) / 2
        assert getattr(even, name) == pytest.approx(mean), name
    assert part(even, "growth") == [0.0, -5.0, -9.0, -7.0]
    assert even.net[0, 0] == pytest.approx(-1.0)


def test_the_change_is_what_the_plan_adds(found: LifeCycle) -> None:
    """Two cells change: what they add beside land that stays, and its range of 3 a hectare and year."""
    assert found.change == pytest.approx(found.cumulative - found.unchanged)
    assert found.change[:, 0] == pytest.approx([-16.0, -30.0, 100.0, 102.0])
    assert found.change[:, 0] - found.change_low[:, 0] == pytest.approx([3.0, 6.0, 12.0, 18.0])
    assert found.change_high[:, 0] - found.change[:, 0] == pytest.approx([3.0, 6.0, 12.0, 18.0])
    assert found.repaid is None
    assert found.peaks[0] == 2027


def test_what_was_emitted_more_is_repaid_from_the_year_of_less_on() -> None:
    """5 t more in the first year and 3 t less in each of the next two are repaid in the third; a plan that
    never emits more, or does so to the end, repays nothing."""
    nothing, none = np.zeros((3, 1, len(PARTS))), np.zeros((3, 1))
    for each, year in (((5, -3, -3), 2027), ((-5, -3, -3), None), ((5, -3, 0), None)):
        parts = nothing.copy()
        parts[:, 0, 0] = each
        told = LifeCycle((2025, 2026, 2027), parts, nothing, none, none, none, none)
        assert told.repaid == year
