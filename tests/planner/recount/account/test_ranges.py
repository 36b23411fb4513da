from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.carbon.change_ranges import calibrated_range
from instances.land.stated import Stated
from planner import load, optimise
from planner.plans.certify import indicator_records
from planner.plans.plan import Plan
from planner.plans.ranges import range_records
from planner.plans.record import RangeRecord
from planner.recount.account.ranges import check_ranges
from planner.recount.account.spans import calibrated
from planner.recount.figures.recount import Recount
from planner.recount.ledger import Ledger
from tests.support.hand_instance import hand_instance, planned
from tests.support.made_plans import FOREST, URBAN
from tests.support.small_study import write_quick_study


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """A plan of the small study."""
    tree = {"carbon": CARBON, "indicators": OF_CARBON}
    return optimise(load(write_quick_study(tmp_path_factory.mktemp("ranges") / "study", tree)))


OF_CARBON = {
    "back": {"sum": {"sources": 1.0, "sinks": -1.0}},
    "gone": {"sum": {"back": 1.0, "net_emissions": -1.0}},
    "west": {
        "sum": {"net_emissions": 1.0, "carbon_stock": 0.05},
        "by": "townships",
        "district": "西镇",
        "unit": "x",
    },
    "mostly": {"sum": {"sources": 1.0, "sinks": -0.25, "west": 1.0}, "unit": "x"},
    "a_hectare": {"ratio": ["sources", "area.urban_residential"]},
}
CARBON = {"coefficients": "china-default", "built_total_tco2e": 400.0}


def wrong(plan: Plan, **changed: RangeRecord) -> list[str]:
    """What the recount finds wrong in a certificate whose ranges are changed."""
    certificate = plan.certificate
    certificate = certificate.model_copy(update={"ranges": {**certificate.ranges, **changed}})
    ledger = Ledger()
    check_ranges(certificate, plan.instance, plan.layout, certificate.indicators, ledger)
    return [each.figure for each in ledger.differences]


def test_the_recount_finds_the_same_ranges_and_what_was_changed(plan: Plan) -> None:
    """Of net emissions, both sides, their balance and the stock; an end moved, one more, one left out."""
    told = plan.certificate.ranges
    assert {"net_emissions", "sources", "sinks", "carbon_balance", "carbon_stock"} <= set(told)
    carbon = plan.certificate.carbon
    assert carbon is not None
    assert (told["net_emissions"].low, told["net_emissions"].high) == pytest.approx((carbon.low, carbon.high))
    assert (told["back"].low, told["back"].high) == pytest.approx((carbon.low, carbon.high))
    assert "gone" not in told
    assert {"west", "mostly", "a_hectare"} <= set(told)
    assert wrong(plan) == []
    for name, one in told.items():
        span = one.high - one.low
        moved = RangeRecord(low=one.low + 0.1 * span, high=one.high)
        assert wrong(plan, **{name: moved}) == [f"ranges.{name}.low"]
    assert wrong(plan, mine=RangeRecord(low=0.0, high=1.0))


def stated(*figures: list[float]) -> Stated:
    """Value, low and high of each class."""
    value, low, high = (np.tile(row, (4, 1)) for row in figures)
    return Stated(value, low, high, file="people.csv")


def costs() -> Stated:
    """Felling a field for a wood costs 5 (4 to 8)."""
    ends = [np.zeros((4, 4)) for _ in range(3)]
    for one, value in zip(ends, (5.0, 4.0, 8.0), strict=True):
        one[0, FOREST] = value
    return Stated(ends[0], ends[1], ends[2], by_class=False, file="costs.csv")


TABLES = {
    "people": {"per_class": "people.csv", "unit": "person"},
    "census": {"per_class": "people.csv", "calibrate": 100.0, "unit": "person"},
    "sure": {"per_class": {"urban": 1}},
    "costs": {"per_change": "costs.csv", "unit": "yuan"},
    "again": {"sum": {"people": 1.0, "heads": -1.0}, "unit": "person"},
    "heads": {"sum": {"people": 0.5}, "unit": "person"},
    "all": {"sum": {"people": 2.0, "costs": -1.0, "sure": 7.0}, "unit": "x"},
    "each": {"ratio": ["people", "sure"]},
}


def test_stated_figures_and_their_sums_have_their_ranges(plan: Plan) -> None:
    """50 (40 to 80) people a hectare of town and 10 (5 to 20) of wood, costs by change; a figure counts once
    in a sum, however often its parts count it; figures without a range have none."""
    people = stated([0.0, 10, 0, 50], [0.0, 5, 0, 40], [0.0, 20, 0, 80])
    sure = stated(*([0.0, 0, 0, 1],) * 3)
    known = {"people": people, "census": people, "costs": costs(), "sure": sure}
    instance = hand_instance({"indicators": TABLES}, stated=known)
    layout = planned(c3=URBAN, c0=FOREST)
    records = indicator_records(instance, layout)
    told = range_records(instance, layout, records)
    assert "sure" not in told
    moved = Recount(instance, layout).transitions()[1]
    gained = (moved.sum(axis=0) - moved.sum(axis=1))[[FOREST, URBAN]]
    ends = np.sort(gained[:, None] * np.array([[5, 20], [40, 80]]), axis=1).sum(axis=0)
    paid = moved[0, FOREST] * np.array([8, 4])
    for name, expected in (
        ("people", ends),
        ("again", ends / 2),
        ("all", 2 * ends - paid + 7 * gained[1]),
        ("costs", paid[::-1]),
    ):
        assert (told[name].low, told[name].high) == pytest.approx(tuple(expected)), name
    ledger = Ledger()
    check_ranges(plan.certificate.model_copy(update={"ranges": told}), instance, layout, records, ledger)
    assert [each.figure for each in ledger.differences] == []


@given(
    st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9), st.floats(0, 9)), min_size=4, max_size=4),
    st.integers(0, 99),
)
def test_calibrated_figures_stay_in_their_range(figures: list[tuple[float, float, float]], seed: int) -> None:
    """Scaled to today's count whatever is drawn: no draw leaves the range, and a vertex reaches each end."""
    low, value, high = np.sort(np.array(figures), axis=1).T + 0.1
    rng = np.random.default_rng(seed)
    today, change = rng.integers(0, 3, 4) + np.eye(4)[0], rng.integers(-2, 3, 4).astype(float)
    one = stated(value.tolist(), low.tolist(), high.tolist())
    told = calibrated_range(one, change, today, 100.0)
    again = calibrated(one, change, today, 100.0)
    assert again == pytest.approx((told.value, told.low, told.high))
    vertices = [np.where(pick, high, low) for pick in itertools.product((True, False), repeat=4)]
    tried = [100 * (each @ change) / (each @ today) for each in vertices]
    assert (min(tried), max(tried)) == pytest.approx((told.low, told.high))
    for share in rng.random((20, 4)):
        each = low + share * (high - low)
        assert told.low - 1e-9 <= 100 * (each @ change) / (each @ today) <= told.high + 1e-9


def test_today_has_no_ranges(tmp_path: Path, plan: Plan) -> None:
    """A plan that changes nothing rests on nothing."""
    today = plan.instance.today
    assert range_records(plan.instance, today, indicator_records(plan.instance, today)) == {}
