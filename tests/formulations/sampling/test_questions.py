from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from formulations.core.rows import RowKey
from formulations.core.solution import SolveSettings, Step, Termination, WarmStart, Watch
from formulations.indicators.catalogue import indicators
from formulations.posing import pose
from formulations.sampling.questions import (
    OBJECTIVE,
    QUIET_ROUNDS,
    Base,
    Bound,
    Patience,
    Question,
    answer,
    posed,
    warm_start_from,
)
from instances.carbon.conversion import EmissionRates
from tests.support.hand_instance import CHOICE, TODAY, hand_instance
from tests.support.made_plans import CROPLAND, FOREST

SETTINGS = SolveSettings(gap=1e-6, threads=1)


def hand_base() -> Base:
    """The six cells as the base of questions."""
    instance = hand_instance(CHOICE)
    return Base.of(instance, pose(instance))


def ask(question: Question):
    """The answer to a question of the six cells."""
    return answer(hand_base(), "key", question, WarmStart(), SETTINGS, Watch())


def test_weights_take_the_place_of_the_objective() -> None:
    """The most cropland on six cells is six hectares, all of them."""
    found = ask(Question("most cropland", (("area.cropland", -1.0),)))
    assert found.layout is not None
    assert (found.layout == CROPLAND).all()
    assert found.objective == -6.0


def test_bounds_stand_beside_the_limits_of_the_study() -> None:
    """At most two hectares may change: the two that are worth most."""
    free = ask(Question("free"))
    held = ask(Question("held", bounds=(Bound("changed_area", at_most=2.0),)))
    assert held.layout is not None
    assert free.layout is not None
    assert np.count_nonzero(held.layout != TODAY) <= 2
    assert held.objective >= free.objective
    assert held.prices.keys[-1] == RowKey("changed_area")
    assert held.prices.values[-1] < 0


def test_rates_take_the_place_of_the_study_s() -> None:
    """Where forest emits more than anything else, none is planned."""
    none, flux = np.zeros((4, 4)), np.zeros(4)
    flux[FOREST] = 1.0
    rates = EmissionRates("burns", flux, none, none, none, none)
    found = ask(Question("forest burns", rates=rates))
    assert found.layout is not None
    assert not (found.layout == FOREST).any()
    assert found.objective == 0.0


def test_a_plan_unlike_others_differs_as_far_as_the_objective_lets_it() -> None:
    """Within the distance allowed every cell that can change without loss does."""
    base = hand_base()
    most = base.problem.objective.evaluate(TODAY)
    weights, bounds = (("difference", -1.0),), (Bound(OBJECTIVE, at_most=most),)
    found = ask(Question("other", weights, bounds, unlike=(TODAY,)))
    assert found.layout is not None
    assert base.problem.objective.evaluate(found.layout) <= most + 1e-6
    assert np.count_nonzero(found.layout != TODAY) >= 5


def test_the_posed_problem_knows_every_indicator() -> None:
    """A question names indicators as the catalogue does."""
    base = hand_base()
    assert set(base.indicators) == set(indicators(hand_instance(CHOICE)))
    problem = posed(base, Question("q", (("green_share", -1.0),), (Bound("net_emissions", at_most=5.0),)))
    assert [limit.indicator.name for limit in problem.limits] == ["net_emissions"]
    assert problem.limits[0].place == "q"


def test_a_carry_takes_prices_from_one_and_plans_from_all() -> None:
    """Prices are only handed on where they were asked for; every plan is."""
    found = ask(Question("held", bounds=(Bound("changed_area", at_most=2.0),)))
    warm_start = warm_start_from(None, (found, found))
    assert not warm_start.prices
    assert len(warm_start.layouts) == 2
    assert warm_start_from(found, ()).prices.get(RowKey("changed_area")) == found.prices.values[-1]


def test_patience_ends_what_brings_nothing() -> None:
    """After some rounds without progress the search is told to stop, and the planner did not say so."""
    patience = Patience(Watch())
    for _ in range(QUIET_ROUNDS + 1):
        patience.watch.report(Step("bound", 0.0, 10.0, 9.0))
    assert patience.is_set()
    assert patience.over


def test_patience_lasts_while_the_distance_shrinks() -> None:
    """Rounds that close the distance are not counted, nor are those before there is a plan."""
    patience = Patience(Watch())
    for n in range(50):
        patience.watch.report(Step("bound", 0.0, 10.0, 10.0 - 0.9**n))
        patience.watch.report(Step("bound", 0.0, None, 0.0))
    assert not patience.is_set()


def test_patience_waits_for_a_plan_other_than_the_first() -> None:
    """Where the plan that a search begins with is no answer, no round counts before a better one."""
    patience = Patience(Watch(), further=True)
    for _ in range(5 * QUIET_ROUNDS):
        patience.watch.report(Step("bound", 0.0, 0.0, -9.0))
        patience.watch.report(Step("plan", 0.0, 0.0, -9.0))
    assert not patience.is_set()
    patience.watch.report(Step("plan", 0.0, -8.0, -9.0))
    assert patience.over


def test_a_stop_from_outside_is_no_impatience() -> None:
    """Ctrl-C ends a solve as interrupted, and its answer says so."""
    stop = threading.Event()
    patience = Patience(Watch(stop=stop))
    stop.set()
    assert patience.is_set()
    assert not patience.over


@pytest.mark.parametrize("method", ["exact", "decompose"])
def test_the_same_question_has_the_same_answer(method: str, tmp_path: Path) -> None:
    """Everything but the seconds is the same the second time."""
    settings = SolveSettings(gap=1e-6, threads=1, method=method)
    one, again = (answer(hand_base(), "k", Question("q"), WarmStart(), settings, Watch()) for _ in range(2))
    assert one.layout is not None
    assert again.layout is not None
    assert (one.layout == again.layout).all()
    assert (one.objective, one.bound, one.method) == (again.objective, again.bound, again.method)
    assert one.termination in (Termination.GAP, Termination.EXHAUSTED)
