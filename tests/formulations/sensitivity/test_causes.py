from __future__ import annotations

import numpy as np

from formulations.core.rows import Prices
from formulations.posing import pose
from formulations.sensitivity.causes import Causes, causes, price_at
from formulations.sensitivity.reasons import RATES, Side
from instances.instance import Instance
from instances.rules.redlines import RedLine, kinds_of
from instances.study.findings import Findings
from instances.units.grid import Layout
from tests.formulations.sensitivity.test_opportunity_cost import strip
from tests.support.hand_instance import CHOICE, TODAY, hand_instance, planned
from tests.support.made_plans import CROPLAND, FOREST, URBAN

FREE = np.ones((4, 4), dtype=bool)


def fenced() -> Instance:
    """The six cells with a line around the first column inside which nothing becomes forest."""
    inside = np.array([True, False, False, True, False, False])
    bars = np.zeros((4, 4), dtype=bool)
    bars[CROPLAND, FOREST] = True
    line = RedLine("fence", "Fence", inside, bars, np.zeros((4, 4), dtype=bool), 0)
    return hand_instance(CHOICE, redlines=(line,), kinds=kinds_of(TODAY, FREE, (line,)))


def walled() -> Instance:
    """The six cells with a transition table that lets no forest become urban."""
    table = FREE.copy()
    table[FOREST, URBAN] = False
    return hand_instance(CHOICE, transitions=table, kinds=kinds_of(TODAY, table, ()))


def found(here: Instance, there: Instance, one: Layout, other: Layout) -> Causes:
    """The causes of the differences between two layouts."""
    first, second = (
        Side(pose(instance, Findings()), Prices(), layout)
        for instance, layout in ((here, one), (there, other))
    )
    return causes(first, second, here, there)


def test_a_line_that_bars_a_class_is_the_cause_and_units_share_it() -> None:
    """Both cells of the fence are planted where there is none: one cause, told of two units."""
    told = found(fenced(), hand_instance(CHOICE), TODAY, planned(c0=FOREST, c3=FOREST))
    assert told.units.tolist() == [0, 3]
    assert told.of.tolist() == [0, 0]
    (cause,) = told.causes
    assert (cause.first, cause.other, cause.reason) == (CROPLAND, FOREST, None)
    assert cause.in_first.tolist() == [True, False]
    assert not cause.in_other.any()


def test_a_transition_table_bars_as_well() -> None:
    """What the other's table does not allow is told of the other."""
    told = found(hand_instance(CHOICE), walled(), planned(c2=URBAN), TODAY)
    (cause,) = told.causes
    assert cause.in_other.tolist() == [True]
    assert cause.reason is None


def test_where_both_allow_both_classes_a_price_or_its_kin_decides() -> None:
    """With equal problems nothing is barred, and neither rates nor limits move."""
    told = found(hand_instance(CHOICE), hand_instance(CHOICE), TODAY, planned(c0=FOREST))
    (cause,) = told.causes
    assert cause.reason not in (None, RATES)
    assert not cause.in_first.any()


def test_equal_plans_have_no_causes() -> None:
    """Where nothing differs nothing is told."""
    told = found(hand_instance(CHOICE), walled(), TODAY, TODAY)
    assert (len(told.units), len(told.of), told.causes) == (0, 0, ())


def test_the_price_of_a_limit_that_is_not_there_is_nothing() -> None:
    """An alternative without the limit pays nothing for it."""
    problem = strip()
    side = Side(problem, problem.prices(np.array([3.0])), problem.today)
    assert price_at(side, ("area.cropland", ""), 0) == 3.0
    assert price_at(side, ("area.cropland", ""), 1) == 0.0
    assert price_at(side, ("area.forest", ""), 0) == 0.0
