from __future__ import annotations

import numpy as np
import pytest

from instances.carbon.change_ranges import ratio_range, side_range, stated_range, stock_range
from instances.carbon.conversion import rates_of_set
from instances.carbon.draws import Together, draw_sets, key_of, uncertain
from instances.carbon.interval import Interval, change_ha, interval
from instances.study.findings import Findings
from instances.units.grid import FloatArray
from tests.instances.carbon.test_entries import HA, NAMES, rates, some, the_set
from tests.instances.carbon.test_interval import moved


def sides(parts: FloatArray, land: FloatArray) -> tuple[float, float]:
    """Sources and sinks of land by parts (parts, classes today, classes planned)."""
    return float((np.maximum(parts, 0) * land).sum()), float((np.maximum(-parts, 0) * land).sum())


@pytest.fixture(scope="module")
def random_land() -> FloatArray:
    """A plan of many changes."""
    rng = np.random.default_rng(5)
    land = rng.random((len(NAMES), len(NAMES))) * 8
    np.fill_diagonal(land, 0.0)
    np.fill_diagonal(land, HA - land.sum(axis=1))
    return land


@pytest.mark.parametrize("carbon", [{}, {"built_total_tco2e": 20_000.0}, {"demolished": "housed"}])
@pytest.mark.parametrize("name", ["china-default", "china-stock"])
def test_ranges_of_both_sides_hold_a_thousand_draws(
    name: str, carbon: dict[str, object], random_land: FloatArray
) -> None:
    """Of sources, sinks and their balance: no draw of all figures leaves them; sources less sinks are net
    emissions."""
    study, classes = some(carbon)
    found = the_set(name)
    entries = rates_of_set(found, study, classes, HA, Findings()).entries
    assert entries is not None
    today, change = np.diag(random_land.sum(axis=1)), change_ha(random_land)
    told = [
        [side_range(entries, land, sign) for land in (today, random_land, change)] for sign in (1.0, -1.0)
    ]
    net = interval(entries, change)
    assert told[0][2].value - told[1][2].value == pytest.approx(net.value)
    balance = ratio_range(told[1][0], told[0][0], told[1][2], told[0][2], told[0][1])
    rows = uncertain(found, classes, has_total=study.carbon.has_energy)
    keys = {key_of(row) for row in rows}
    for one in draw_sets(found, rows, 1000, Together.ROWS, 3):
        drawn = [one.rows[key_of(row)].value if key_of(row) in keys else row.value for row in entries.rows]
        parts = entries.rates(np.array(drawn))
        values = [sides(parts, land) for land in (today, random_land, change)]
        for side in (0, 1):
            for place, spread in enumerate(told[side]):
                slack = 1e-9 * max(1.0, abs(spread.low), abs(spread.high))
                assert spread.low - slack <= values[place][side] <= spread.high + slack
        if balance is not None:
            ratio = values[1][1] / values[1][0] - values[0][1] / values[0][0]
            assert balance[0] - 1e-9 <= ratio <= balance[1] + 1e-9


def test_where_no_rate_changes_its_side_the_range_is_exact() -> None:
    """Field to town: construction and lost crops are sources whatever they are, so both ends are reached."""
    entries = rates().entries
    assert entries is not None
    change = change_ha(moved({("cropland", "urban"): 2.0}))
    told = side_range(entries, change, 1.0)
    free = [row for row in entries.rows if row.pool not in ("soil", "farming", "vegetation")]
    assert free
    reached = []
    for end in (min, max):
        activity = np.zeros(len(entries.rows))
        value = entries.rates(entries.figures()) > 0
        area = change[entries.today, entries.planned] * value[entries.part, entries.today, entries.planned]
        np.add.at(activity, entries.row, entries.weight * area)
        figures = [
            end((row.low, row.high), key=lambda one, a=amount: a * one)
            for row, amount in zip(entries.rows, activity, strict=True)
        ]
        reached.append(sides(entries.rates(np.array(figures)), change)[0])
    assert told.low <= reached[0] + 1e-9
    assert told.high >= reached[1] - 1e-9
    assert told.high - told.low <= 1.5 * (reached[1] - reached[0])


def test_nothing_that_changes_has_no_range() -> None:
    """Land that stays counts in no range of a change."""
    entries = rates().entries
    assert entries is not None
    for sign in (1.0, -1.0):
        told = side_range(entries, change_ha(moved({})), sign)
        assert (told.value, told.low, told.high) == (0.0, 0.0, 0.0)


def test_stocks_by_hand() -> None:
    """Ten hectares of wood that become ten of field: each figure once; one of two classes by their sum."""
    found = the_set("china-default")
    wood, field = (found.rows[name, "stock", "soil"] for name in ("forest", "cropland"))
    told = stock_range({"soil": [wood, field, None]}, np.array([-10.0, 10.0, 3.0]))
    assert told.value == pytest.approx(10 * (field.value - wood.value))
    assert (told.low, told.high) == pytest.approx(
        (10 * (field.low - wood.high), 10 * (field.high - wood.low))
    )
    same = stock_range({"soil": [wood, wood]}, np.array([-10.0, 10.0]))
    assert (same.low, same.high) == (0.0, 0.0)


def test_stated_figures_by_hand() -> None:
    """100 (80 to 130) people a hectare on 3 ha more, 10 (9 to 12) on 5 ha less; a change that costs 5 (4 to
    8)."""
    value, low, high = (np.tile(row, (2, 1)) for row in ([100.0, 10.0], [80.0, 9.0], [130.0, 12.0]))
    change = np.array([[0.0, 0.0], [3.0, -5.0]])  # plan less today: 3 more of the first, 5 less of the second
    told = stated_range([value, low, high], change, by_class=True)
    assert (told.value, told.low, told.high) == (250.0, 240.0 - 60.0, 390.0 - 45.0)
    costs = [np.array([[0.0, 0.0], [one, 0.0]]) for one in (5.0, 4.0, 8.0)]
    told = stated_range(costs, change, by_class=False)
    assert (told.value, told.low, told.high) == (15.0, 12.0, 24.0)


def test_a_balance_over_what_may_be_nothing_has_no_range() -> None:
    """A ratio is bounded only where what it is divided by is above nothing, whatever the figures."""
    one, none = Interval(10.0, 8.0, 12.0), Interval(1.0, -1.0, 2.0)
    assert ratio_range(one, none, one, one, one) is None
    same = Interval(0.0, 0.0, 0.0)
    assert ratio_range(one, one, same, same, one) == (0.0, 0.0)
