"""The order of the changes: equal to the best of all orders on small cases, and a true bound on any."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.core.solution import SolveSettings, Watch
from formulations.linked.schedule import NoOrder, lots_of, schedule_model, solve_order
from formulations.linked.schedule_plan import (
    Ordering,
    Rows,
    broken_by,
    merged,
    ordering_of,
    patches_of,
    polished,
    reasons,
)
from instances.carbon.conversion import EmissionRates
from instances.materials.schedule import Schedule
from instances.study.model_tables import ModelTable
from tests.support.hand_instance import HALVES, hand_instance, planned
from tests.support.made_plans import CROPLAND, FOREST, URBAN

GAP = 1e-9
FAST = SolveSettings(threads=1)


def ordering(
    gain: list[float], area: list[float], years: int, *rows: Rows, once: list[float] | None = None
) -> Ordering:
    """Patches that emit ``gain`` tCO2e a year once they are changed, and ``once`` in their year."""
    left = years - np.arange(years)
    first = np.zeros(len(gain)) if once is None else np.array(once)
    tco2e = np.array(gain)[:, None] * left + first[:, None]
    allowed = np.ones(tco2e.shape, dtype=bool)
    return Ordering(tco2e, allowed, np.array(area), np.zeros(len(gain), dtype=np.int64), rows)


def rows(name: str, amount: list[float], bound: list[float]) -> Rows:
    """Rows of a kind for the whole area; homes and cropland have lower bounds."""
    at_least = name in ("homes", "cropland")
    place = np.zeros(len(amount), dtype=np.int64)
    return Rows(name, np.array(amount, dtype=float), place, np.array([bound], dtype=float), at_least)


def best_of_all(task: Ordering) -> float:
    """The least tCO2e of all orders that keep the rows; infinite where none does."""
    found = np.inf
    for each in product(range(task.tco2e.shape[1]), repeat=len(task)):
        year = np.array(each, dtype=np.int64)
        if task.holds(year):
            found = min(found, task.objective(year))
    return found


figures = st.integers(-6, 9)


@given(
    gain=st.lists(figures, min_size=4, max_size=4),
    cost=st.lists(st.integers(0, 5), min_size=4, max_size=4),
    homes=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    crops=st.lists(st.integers(-3, 3), min_size=4, max_size=4),
    budget=st.integers(3, 9),
    share=st.floats(0.0, 1.0),
)
def test_every_order_of_four_patches_in_three_years_is_no_better(
    gain: list[int], cost: list[int], homes: list[int], crops: list[int], budget: int, share: float
) -> None:
    """With money, homes and cropland the solve finds the best of all 81 orders, its bound is none above it,
    and where no order keeps the rows it says so, with what would do."""
    needed = [share * sum(homes) * (y + 1) / 3 for y in range(3)]
    task = ordering(
        [float(one) for one in gain],
        [1.0, 2.0, 3.0, 4.0],
        3,
        rows("budget", cost, [float(budget)] * 3),
        rows("homes", homes, needed),
        rows("cropland", crops, [min(0.0, float(sum(crops)))] * 3),
    )
    best = best_of_all(task)
    if not np.isfinite(best):
        with pytest.raises(NoOrder) as none:
            solve_order(task, GAP, FAST, Watch())
        assert none.value.proven
        assert none.value.mends
        return
    found = solve_order(task, GAP, FAST, Watch())
    assert task.holds(found.year)
    assert found.objective == pytest.approx(best, abs=1e-6)
    assert found.proven <= found.bound + 1e-9 <= best + 1e-6
    for name in reasons(task, found.year):
        assert name != "free"


def test_without_rows_what_saves_comes_first_and_what_emits_last() -> None:
    """Two patches save, one emits, one does neither: first year, last year, and no matter when."""
    task = ordering([-3.0, 5.0, -0.5, 0.0], [1.0] * 4, 5)
    found = solve_order(task, GAP, FAST, Watch())
    assert found.year[:3].tolist() == [0, 4, 0]
    assert found.objective == pytest.approx(-15.0 + 5.0 - 2.5)
    assert found.bound == pytest.approx(found.objective)
    assert reasons(task, found.year).tolist() == ["early", "late", "early", "equal"]


def test_where_no_year_matters_nothing_is_left_to_decide() -> None:
    """Patches that emit once and nothing a year: what sums of floats leave is no gap."""
    task = ordering([1e-14, -2e-14], [1.0, 1.0], 3, rows("area", [1.0, 1.0], [1.0] * 3), once=[1e4, 3e3])
    found = solve_order(task, GAP, FAST, Watch())
    assert found.scale == 0.0
    assert found.gap == 0.0
    assert reasons(task, found.year).tolist() == ["equal", "equal"]


def test_one_year_holds_every_patch() -> None:
    """A schedule of one year is the plan: its tCO2e are those of all changes together."""
    task = ordering([-3.0, 5.0], [1.0, 2.0], 1, rows("area", [1.0, 2.0], [3.0]))
    found = solve_order(task, GAP, FAST, Watch())
    assert found.year.tolist() == [0, 0]
    assert found.objective == 2.0
    assert found.scale == 0.0
    assert found.gap == 0.0


def test_each_row_is_told_as_the_reason_of_what_it_holds_back() -> None:
    """Money for one of two a year, homes before their time, cropland made before it is built on."""
    task = ordering([-5.0, -4.0], [1.0, 1.0], 2, rows("budget", [3.0, 3.0], [3.0, 3.0]))
    found = solve_order(task, GAP, FAST, Watch())
    assert found.year.tolist() == [0, 1]
    assert reasons(task, found.year).tolist() == ["early", "budget"]
    task = ordering([4.0, 6.0], [1.0, 1.0], 2, rows("homes", [1.0, 1.0], [1.0, 2.0]))
    found = solve_order(task, GAP, FAST, Watch())
    assert found.year.tolist() == [1, 0] or found.objective == pytest.approx(4.0 * 2 + 6.0)
    assert sorted(reasons(task, found.year).tolist()) == ["homes", "late"]
    task = ordering([2.0, -9.0], [1.0, 1.0], 2, rows("cropland", [1.0, -1.0], [0.0, 0.0]))
    found = solve_order(task, GAP, FAST, Watch())
    assert found.year.tolist() == [0, 0]
    assert reasons(task, found.year).tolist() == ["cropland", "early"]


def test_what_would_do_is_the_least_that_does() -> None:
    """Two patches of 3 within 2 a year: half as much again would do. Homes that no year can pay for in time:
    less of them, or more money."""
    with pytest.raises(NoOrder) as none:
        solve_order(
            ordering([-1.0, -1.0], [1.0, 1.0], 2, rows("budget", [3, 3], [2.0, 2.0])), GAP, FAST, Watch()
        )
    (mend,) = none.value.mends
    assert (mend.kind, mend.bound, mend.value) == ("budget", 2.0, 3.0)
    assert mend.share == pytest.approx(0.5)
    assert not none.value.together
    both = (rows("budget", [3, 3], [3.0, 3.0]), rows("homes", [1, 1], [2.0, 2.0]))
    with pytest.raises(NoOrder) as none:
        solve_order(ordering([-1.0, -1.0], [1.0, 1.0], 2, *both), GAP, FAST, Watch())
    assert {each.kind for each in none.value.mends} == {"budget", "homes"}


def test_what_would_do_is_a_share_of_the_bound_and_without_end_where_that_is_nothing() -> None:
    """A patch of 14 in place of 2 is six times the bound more, however large it is; in place of 0, no share
    tells it."""
    for bound, share in ((2.0, 6.0), (0.0, np.inf)):
        with pytest.raises(NoOrder) as none:
            solve_order(ordering([-1.0], [14.0], 1, rows("budget", [14.0], [bound])), GAP, FAST, Watch())
        (mend,) = none.value.mends
        assert mend.share == pytest.approx(share)


def test_prices_prove_a_bound_whatever_they_are() -> None:
    """At no prices, and at any others of 0 or more, the bound is below the best order."""
    task = ordering(
        [-5.0, -4.0, 3.0], [1.0, 2.0, 1.0], 3,
        rows("budget", [3.0, 3.0, 1.0], [4.0, 4.0, 4.0]), rows("homes", [0.0, 0.0, 2.0], [0.0, 2.0, 2.0]),
    )  # fmt: skip
    best, random = best_of_all(task), np.random.default_rng(3)
    for _ in range(50):
        prices = {each.name: random.exponential(2.0, (1, 3)) for each in task.rows}
        assert task.proves(prices) <= best + 1e-9
    assert solve_order(task, GAP, FAST, Watch()).objective == pytest.approx(best)


def test_lots_keep_large_patches_apart_and_small_ones_of_one_kind_together() -> None:
    """Many small patches become few lots of about one size; none mixes kinds; sums stay."""
    random = np.random.default_rng(1)
    area = np.append(random.uniform(0.1, 1.0, 1000), 500.0)
    key = np.append(random.integers(0, 3, 1000), 1)
    task = Ordering(area[:, None] * np.ones(2), np.ones((1001, 2), dtype=bool), area, key, ())
    lot = lots_of(task, most=50)
    joined = merged(task, lot)
    assert len(joined) < 120
    assert joined.area_ha.sum() == pytest.approx(area.sum())
    assert (lot == lot[1000]).sum() == 1
    for number in range(len(joined)):
        assert len(set(key[lot == number])) == 1
    assert lots_of(task).tolist() == list(range(1001))


def test_many_patches_are_ordered_within_a_proven_gap() -> None:
    """Lots bound no order but themselves: what is proven holds for every patch, and the gap is small."""
    random = np.random.default_rng(2)
    count, years = 3200, 3
    area = random.exponential(1.0, count)
    gain = -np.where(np.arange(count) % 2, 3.0, 1.0) * area
    task = ordering(
        gain.tolist(), area.tolist(), years, rows("area", area.tolist(), [0.4 * area.sum()] * years)
    )
    task = Ordering(task.tco2e, task.allowed, area, np.arange(count) % 2, task.rows)
    found = solve_order(task, 1e-3, FAST, Watch())
    assert task.holds(found.year)
    assert found.proven <= found.objective
    assert found.gap < 2e-3


def test_a_move_is_barred_by_the_rows_that_it_breaks_alone() -> None:
    """Counted by hand: no room in the first year, and homes that must stand by the end of the first."""
    upper, lower = rows("area", [1.0, 2.0], [2.0, 2.0]), rows("homes", [1.0, 2.0], [1.0, 3.0])
    year = np.array([0, 1], dtype=np.int64)
    assert broken_by(upper, year, np.array([1, 0])).tolist() == [True, True]
    assert broken_by(lower, year, np.array([1, 0])).tolist() == [True, False]
    assert broken_by(lower, year, year).tolist() == [False, False]


def test_moves_of_single_patches_end_where_none_is_better() -> None:
    """From the worst order to one in which every better year is barred."""
    task = ordering([-2.0, -1.0, 4.0], [1.0] * 3, 3, rows("area", [1.0] * 3, [1.0] * 3))
    year = polished(task, np.array([2, 1, 0]), 100)
    assert task.holds(year)
    assert "free" not in reasons(task, year)


def hand_schedule(**table: object) -> Schedule:
    """What is asked of an order of 2026 to 2028 on the land made by hand."""
    homes = np.array([False, False, False, True])
    crops = np.array([True, False, False, False])
    model = ModelTable.model_validate({"kind": "schedule", "years": [2026, 2028], **table})
    return Schedule("order", model, (2026, 2027, 2028), None, None, homes, crops, None)


def rates(age: float) -> EmissionRates:
    """Annual means over an age: 30 tCO2e/ha built once, forest takes up 5 a year and cropland emits 1."""
    construction = np.zeros((4, 4))
    construction[:3, URBAN] = 30.0 / age
    flow = np.array([1.0, -5.0, 0.0, 7.0])
    total = np.tile(flow, (4, 1)) + construction
    none = np.zeros((4, 4))
    return EmissionRates("hand", flow, none, construction, total, total, (), {"flux: vegetation": total})


def test_patches_and_their_rows_are_those_counted_by_hand() -> None:
    """Cells 0 and 3 (cropland, one below the other) become forest together, cell 2 (forest) is built over:
    two patches, whose tCO2e in each year follow from the rates of their ages."""
    instance = hand_instance()
    layout = planned(c0=FOREST, c3=FOREST, c2=URBAN)
    asked = hand_schedule(homes="on time", cropland="pro rata", area_per_year=2.0)
    patches = patches_of(instance, asked, layout, None)
    assert patches.first.tolist() == [0, 2]
    assert patches.today.tolist() == [CROPLAND, FOREST]
    assert patches.area_ha.tolist() == [2.0, 1.0]
    assert patches.begins(np.array([1, 2]), 3).tolist() == [1, 3, 2, 1, 3, 3]
    task = ordering_of(instance, asked, patches, [rates(age) for age in (1.0, 2.0, 3.0)], (), None)
    assert task.tco2e[0].tolist() == pytest.approx([-36.0, -24.0, -12.0])
    assert task.tco2e[1].tolist() == pytest.approx([66.0, 54.0, 42.0])
    bounds = {each.name: each.bound[0].tolist() for each in task.rows}
    assert bounds["area"] == [2.0, 2.0, 2.0]
    assert bounds["homes"] == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert bounds["cropland"] == pytest.approx([-2 / 3, -4 / 3, -2.0])


def test_stages_bound_the_years_of_their_patches_and_districts_part_them() -> None:
    """A patch of the first stage is done by 2026, one of the second after it; districts part patches."""
    instance = hand_instance()
    layout, stage = planned(c0=FOREST, c3=FOREST, c2=URBAN), np.array([1, 2, 0, 1, 2, 2], dtype=np.uint8)
    asked = hand_schedule()
    patches = patches_of(instance, asked, layout, stage)
    by_age = [rates(age) for age in (1.0, 2.0, 3.0)]
    task = ordering_of(instance, asked, patches, by_age, (2026, 2028), None)
    assert task.allowed.tolist() == [[False, True, True], [True, False, False]]
    layout = planned(c1=URBAN, c2=URBAN)
    parted = Schedule("order", asked.table, asked.years, HALVES, None, asked.homes, asked.cropland, None)
    assert len(patches_of(instance, asked, layout, None)) == 1
    assert patches_of(instance, parted, layout, None).district.tolist() == [0, 1]


def test_every_constraint_has_its_equation() -> None:
    """The model's constraints say what they are, with their units."""
    task = ordering([-1.0], [1.0], 2, rows("area", [1.0], [2.0, 2.0]), rows("homes", [1.0], [0.0, 1.0]))
    model = schedule_model(task)
    for name in ("once", "area", "homes"):
        assert model.component(name).doc
