from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from instances.land.stated import Stated
from planner import load, optimise
from planner.plans.certify import indicator_records
from planner.plans.plan import Plan
from planner.plans.ranges import range_records
from planner.plans.record import RangeRecord
from planner.recount.account.ranges import check_ranges
from planner.recount.ledger import Ledger
from tests.support.hand_instance import hand_instance, planned
from tests.support.made_plans import FOREST, URBAN
from tests.support.small_study import write_quick_study


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """A plan of the small study."""
    return optimise(load(write_quick_study(tmp_path_factory.mktemp("ranges") / "study", {"carbon": CARBON})))


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
    assert wrong(plan) == []
    for name, one in told.items():
        span = one.high - one.low
        moved = RangeRecord(low=one.low + 0.1 * span, high=one.high)
        assert wrong(plan, **{name: moved}) == [f"ranges.{name}.low"]
    assert wrong(plan, mine=RangeRecord(low=0.0, high=1.0))


def test_stated_figures_have_their_ranges() -> None:
    """People calibrated to a census, costs by change; figures without a range have none."""
    people = [np.tile(row, (4, 1)) for row in ([0.0, 0, 0, 50], [0.0, 0, 0, 40], [0.0, 0, 0, 80])]
    costs = [np.zeros((4, 4)) for _ in range(3)]
    for one, value in zip(costs, (5.0, 4.0, 8.0), strict=True):
        one[0, FOREST] = value
    tree = {
        "indicators": {
            "people": {"per_class": {"urban": 50}, "calibrate": 100.0, "unit": "person"},
            "sure": {"per_class": {"urban": 1}},
            "costs": {"per_change": "costs.csv", "unit": "yuan"},
        }
    }
    sure = np.tile([0.0, 0, 0, 1], (4, 1))
    stated = {"people": Stated(*people), "costs": Stated(*costs), "sure": Stated(sure, sure, sure)}
    instance = hand_instance(tree, stated=stated)
    layout = planned(c3=URBAN, c0=FOREST)
    records = indicator_records(instance, layout)
    told = range_records(instance, layout, records)
    assert "sure" not in told
    assert "costs" in told
    change = records["people"].value - records["people"].baseline
    ends = (told["people"].low, told["people"].high)
    assert ends == pytest.approx(tuple(sorted((change * 40 / 50, change * 80 / 50))))
    change = records["costs"].value
    assert (told["costs"].low, told["costs"].high) == pytest.approx((change * 4 / 5, change * 8 / 5))


def test_today_has_no_ranges(tmp_path: Path, plan: Plan) -> None:
    """A plan that changes nothing rests on nothing."""
    today = plan.instance.today
    assert range_records(plan.instance, today, indicator_records(plan.instance, today)) == {}
