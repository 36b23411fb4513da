from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given

from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.model import solve_exact
from formulations.sensitivity.difference import (
    Certified,
    Interval,
    Nested,
    Planned,
    contained,
    cost_between,
    cost_known,
    cost_of_rule,
    known_bound,
    nesting,
    same_objective,
    shared,
)
from formulations.sensitivity.opportunity_cost import without
from tests.formulations.sensitivity.test_opportunity_cost import strip
from tests.support.enumeration import enumerate_best
from tests.support.made_lines import lined_problems


def test_the_interval_comes_from_both_certificates() -> None:
    """Plan 100 over bound 99 against plan 110 over bound 108: between 8 and 11 dearer."""
    known = cost_between(Certified(100.0, 99.0), Certified(110.0, 108.0))
    assert known == Interval(8.0, 11.0)
    assert known.certain


def test_a_difference_within_the_gaps_is_none() -> None:
    """Plans that differ by 1 with gaps of 2 each are not told apart."""
    assert not cost_between(Certified(100.0, 98.0), Certified(101.0, 99.0)).certain


def test_without_a_bound_one_side_is_open() -> None:
    """Where an alternative has no bound, how much cheaper it may be is not known."""
    assert known_bound(None) == -math.inf
    known = cost_between(Certified(100.0, 98.0), Certified(105.0, known_bound(None)))
    assert known == Interval(-math.inf, 7.0)


def test_a_rule_never_costs_less_than_nothing() -> None:
    """Lifting a rule cannot worsen the best layout, whatever the gaps say."""
    assert cost_of_rule(Certified(100.0, 95.0), Certified(101.0, 99.5)) == Interval(0.0, 0.5)


@given(lined_problems())
def test_the_true_cost_lies_in_the_interval(problem: LayoutProblem) -> None:
    """On enumerated problems the true cost of a line, solved roughly, lies in the interval told."""
    free = without(problem, "farmland")
    rough = SolveSettings(gap=0.3)
    solved = [solve_exact(each, rough, Watch()) for each in (problem, free)]
    assume(all(each.layout is not None for each in solved))
    ruled, freed = (Certified(each.objective, each.bound) for each in solved)
    true = enumerate_best(problem).objective - enumerate_best(free).objective
    for known in (cost_between(freed, ruled), cost_of_rule(ruled, freed)):
        slack = 1e-6 * (1.0 + abs(ruled.objective) + abs(freed.objective))
        assert known.low - slack <= true <= known.high + slack


def test_objectives_compare_where_they_value_every_layout_alike() -> None:
    """The same weights on the same terms compare; another weight, indicator or coefficient does not."""
    one, other = strip(reward=2.0), strip(reward=2.0)
    assert same_objective(one, other)
    assert same_objective(one, replace(other, parts=other.parts[::-1]))
    assert not same_objective(one, strip(reward=2.5))
    assert not same_objective(one, strip())
    (weight, emissions), *rest = other.parts
    dearer = replace(emissions, cells=(replace(emissions.cells[0], scale=np.full(4, 2.0)),))
    assert not same_objective(one, replace(other, parts=((weight, dearer), *rest)))
    shared = replace(emissions, per=np.ones(4))
    assert not same_objective(one, replace(other, parts=((weight, shared), *rest)))


def test_limits_and_options_do_not_matter_to_the_objective() -> None:
    """Alternatives differ in their limits and red lines and compare all the same."""
    assert same_objective(strip(at_least=1.0), without(strip(at_least=3.0), "farmland"))
    assert known_bound(3.0) == pytest.approx(3.0)


def test_nesting_closes_an_open_side() -> None:
    """A plan 100 over 98, one stricter 101 over 99: not below 0, at most 3; one wider not above."""
    first, other = Certified(100.0, 98.0), Certified(101.0, 99.0)
    assert cost_known(first, other, Nested()) == Interval(-1.0, 3.0)
    assert cost_known(first, other, Nested(other_in_first=True)) == Interval(0.0, 3.0)
    assert cost_known(first, other, Nested(first_in_other=True)) == Interval(-1.0, 0.0)
    assert cost_known(first, other, Nested(True, True)) == Interval(0.0, 0.0)


def test_limits_nest_by_what_they_bound() -> None:
    """At least 3 is within at least 1, not the reverse; a limit that the inner lacks is not implied."""
    loose, strict = strip(at_least=1.0), strip(at_least=3.0)
    assert contained(strict, loose)
    assert not contained(loose, strict)
    assert contained(strict, replace(loose, limits=()))
    assert not contained(replace(strict, limits=()), loose)
    assert nesting(loose, strict) == Nested(other_in_first=True)


@given(lined_problems(), lined_problems())
def test_what_is_said_to_be_contained_is(one: LayoutProblem, other: LayoutProblem) -> None:
    """Over all layouts: none that keeps to the inner problem breaks the outer, for lines and limits lifted
    and for problems that have nothing to do with each other."""
    pairs = [(one, without(one, "farmland")), (one, replace(one, limits=one.limits[1:])), (one, other)]
    assert contained(*pairs[0])
    assert contained(*pairs[1])
    for inner, outer in (*pairs, *((b, a) for a, b in pairs)):
        if not contained(inner, outer):
            continue
        for classes in itertools.product(range(inner.options.classes), repeat=len(inner)):
            layout = np.array(classes, dtype=np.uint8)
            assert not inner.holds(layout, 0.0) or outer.holds(layout)


@given(lined_problems())
def test_what_alternatives_share_keeps_the_true_cost_and_never_widens(problem: LayoutProblem) -> None:
    """Solved roughly: with plans and bounds exchanged the interval is no wider and holds the true cost."""
    free = without(problem, "farmland")
    solved = [solve_exact(each, SolveSettings(gap=0.3), Watch()) for each in (free, problem)]
    assume(all(each.layout is not None for each in solved))
    first, other = (
        Planned(of, each.layout, Certified(each.objective, each.bound))
        for of, each in zip((free, problem), solved, strict=True)
        if each.layout is not None
    )
    nested = nesting(free, problem)
    assert nested.other_in_first
    known = cost_known(*shared(first, other, nested), nested)
    plain = cost_between(first.certified, other.certified)
    true = enumerate_best(problem).objective - enumerate_best(free).objective
    slack = 1e-6 * (1.0 + abs(first.certified.objective) + abs(other.certified.objective))
    assert known.low - slack <= true <= known.high + slack
    assert known.width <= plain.width + slack
