from __future__ import annotations

import numpy as np
import pytest

from instances.carbon.coefficients import Kind, Mark
from instances.carbon.conversion import EmissionRates, rates_of_set
from instances.carbon.draws import Together, at_shares, draw_sets, key_of, uncertain
from instances.carbon.interval import GRADES, Recount, change_ha, interval, rests_on, shares
from instances.study.findings import Findings
from instances.units.grid import FloatArray
from tests.instances.carbon.test_entries import HA, NAMES, rates, some, the_set

FELLED = {("forest", "cropland"): 5.0, ("cropland", "forest"): 5.0, ("cropland", "urban"): 2.0}


def moved(changes: dict[tuple[str, str], float]) -> FloatArray:
    """(classes today, classes planned) ha of some changes; of every class the rest of 100 ha stays."""
    land = np.zeros((len(NAMES), len(NAMES)))
    for (today, planned), area in changes.items():
        land[NAMES.index(today), NAMES.index(planned)] = area
    np.fill_diagonal(land, HA - land.sum(axis=1))
    return land


def change(found: EmissionRates, land: FloatArray) -> float:
    """Plan less today, tCO2e/yr."""
    return float((land * (found.total - np.diag(found.total)[:, None])).sum())


@pytest.fixture(scope="module")
def random_land() -> FloatArray:
    """A plan of many changes."""
    rng = np.random.default_rng(4)
    land = rng.random((len(NAMES), len(NAMES))) * 8
    np.fill_diagonal(land, 0.0)
    np.fill_diagonal(land, HA - land.sum(axis=1))
    return land


def test_the_interval_holds_a_thousand_draws_and_is_no_wider(random_land: FloatArray) -> None:
    """No draw of all coefficients leaves it, and the two draws that stretch it reach its ends."""
    study, classes = some({"built_total_tco2e": 20_000.0})
    found = the_set("china-default")
    base = rates_of_set(found, study, classes, HA, Findings())
    assert base.entries is not None
    told = interval(base.entries, change_ha(random_land))
    assert told.value == pytest.approx(change(base, random_land))
    rows = uncertain(found, classes, has_total=True)
    drawn = []
    for number, one in enumerate(draw_sets(found, rows, 1000, Together.ROWS, 7)):
        figures = [one.rows[key_of(row)].value if row.source else row.value for row in base.entries.rows]
        land = base.entries.rates(np.array(figures)).sum(axis=0)
        drawn.append(float((random_land * (land - np.diag(land)[:, None])).sum()))
        if number % 100 == 0:
            again = change(rates_of_set(one, study, classes, HA, Findings()), random_land)
            assert again == pytest.approx(drawn[-1])
    slack = 1e-9 * abs(told.value)
    assert told.low - slack <= min(drawn) < max(drawn) <= told.high + slack
    activity = dict(
        zip(map(key_of, base.entries.rows), base.entries.activity(change_ha(random_land)), strict=True)
    )
    for end, sign in ((told.low, -1), (told.high, 1)):
        ends = {key_of(row): float(sign * activity[key_of(row)] > 0) for row in rows}
        at_end = rates_of_set(at_shares(found, ends, "end"), study, classes, HA, Findings())
        assert change(at_end, random_land) == pytest.approx(end)


def test_the_interval_by_hand() -> None:
    """Five hectares of wood felled and five planted: one figure for both, so soils of field and wood count
    by the difference of loss and gain alone."""
    found = rates()
    assert found.entries is not None
    land = moved({("forest", "cropland"): 5.0, ("cropland", "forest"): 5.0})
    told = interval(found.entries, change_ha(land))
    of_wood, of_soil, of_crops = (1 - np.exp(-20 / years) for years in (30, 80, 1))
    per_year = 5 * 44 / 12 / 20

    def cost(wood: float, crops: float, soil: float, fields: float, growth: float) -> float:
        plants = wood * (1 - of_wood) + crops * (1 - of_crops)
        return per_year * (plants + (soil - fields) * (1 - of_soil)) - 5 * growth * 44 / 12

    assert told.value == pytest.approx(cost(45.8, 3.68, 106.1, 76.83, -0.205))
    assert told.low == pytest.approx(cost(21.6, 0.75, 90.5, 118, 0) + 5 * 0 - 0)
    assert told.high == pytest.approx(cost(90.5, 5, 144.4, 50, -0.89) + 5 * 0.1 * 44 / 12)


def test_trying_every_coefficient_gives_the_same(random_land: FloatArray) -> None:
    """The range counted again without the entries' sums is the same."""
    for carbon in ({}, {"built_total_tco2e": 20_000.0}, {"demolished": "ends"}):
        study, classes = some(carbon)
        found = the_set("china-stock")
        base = rates_of_set(found, study, classes, HA, Findings())
        assert base.entries is not None
        told = interval(base.entries, change_ha(random_land))
        again = Recount(found, study, classes, HA).interval(random_land)
        assert (again.value, again.low, again.high) == pytest.approx(
            (told.value, told.low, told.high), rel=1e-9
        )


def test_nothing_that_changes_has_no_range() -> None:
    """The range of a plan that is today's land is nothing, however unsure the figures are."""
    found = rates()
    assert found.entries is not None
    told = interval(found.entries, change_ha(moved({})))
    assert (told.value, told.low, told.high) == (0.0, 0.0, 0.0)
    assert rests_on(found, moved({})) == {}


def test_what_a_change_rests_on_by_hand() -> None:
    """Wood to field under the default set: soil and plants of one watershed, farming of the country; an
    orchard's growth is from memory."""
    found = rates()
    told = rests_on(found, moved({("forest", "cropland"): 1.0}))
    forest, crop = NAMES.index("forest"), NAMES.index("cropland")
    by_pool: dict[str, float] = {}
    for key, part in found.parts.items():
        pool = key.partition(": ")[2]
        by_pool[pool] = by_pool.get(pool, 0.0) + part[forest, crop] - part[forest, forest]
    whole = sum(map(abs, by_pool.values()))
    assert set(told) == set(GRADES)
    assert sum(told.values()) == pytest.approx(1.0)
    assert told["memory"] == 0.0
    assert rests_on(found, moved({("orchard", "cropland"): 1.0}))["memory"] > 0.0
    of_watershed = abs(by_pool["soil"]) + abs(by_pool["vegetation"])
    assert told["elsewhere"] == pytest.approx(of_watershed / whole)
    assert told["sure"] == pytest.approx(abs(by_pool["farming"]) / whole)
    assert shares(told) == pytest.approx(1 - told["sure"])


def test_what_goes_on_elsewhere_is_no_change() -> None:
    """A village given up leaves its energy as it was: nothing of the change rests on that placeholder."""
    told = rests_on(rates(), moved({("rural", "forest"): 1.0}))
    assert told["placeholder"] == 0.0
    assert told["elsewhere"] + told["assumed"] > 0.9  # soil, and what is built again elsewhere


def test_every_coefficient_in_use_is_drawn() -> None:
    """Of the default set no figure of the classes in use stays fixed, but for what the area's own total
    replaces."""
    study, classes = some({"built_total_tco2e": 20_000.0})
    rows = uncertain(the_set("china-default"), classes, has_total=True)
    base = rates_of_set(the_set("china-default"), study, classes, HA, Findings())
    assert base.entries is not None
    fixed = {row.kind for row in base.entries.rows} - {row.kind for row in rows} if rows else set()
    assert fixed == set()
    left = [row for row in base.entries.rows if key_of(row) not in {key_of(one) for one in rows}]
    assert all(row.kind is Kind.STANDING and row.pool == "energy" and row.mark is Mark.NONE for row in left)
