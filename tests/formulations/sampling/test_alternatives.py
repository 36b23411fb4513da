from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formulations.core.decided import Deciding
from formulations.core.problem import LayoutProblem, Limit
from formulations.sampling.alternatives import Alternatives, Distance, TooNear, alternatives
from formulations.sampling.oracle import NoLayout
from formulations.sampling.questions import Base
from instances.rules.districts import Districts
from tests.support.oracles import oracle_of, small_base


def found(folder: Path, share: float, count: int) -> tuple[Alternatives, Base]:
    """Alternatives of the small study within a share of its objective, and its base."""
    _, base = small_base(folder)
    return alternatives(oracle_of(base), base, Distance(share=share), count, 1e-6), base


def test_a_distance_counts_from_the_size_of_the_objective() -> None:
    """1 % above -200 is -198; an amount is added as it is."""
    assert Distance(share=0.01).above(-200.0, 300.0) == -197.0
    assert Distance(amount=5.5).above(200.0, 1.0) == 205.5


@pytest.mark.slow
def test_every_alternative_is_within_the_distance(tmp_path: Path) -> None:
    """Evaluated anew, no objective lies farther from the bound than was asked; limits and red lines hold."""
    plans, base = found(tmp_path, 0.02, 4)
    assert len(plans.plans) == 4
    change = Deciding(base.problem).of(plans.plans[0].layout).change
    for plan in plans.plans:
        objective = base.problem.objective.evaluate(plan.layout)
        assert objective == plan.objective
        assert objective <= plans.most
        assert plans.most == pytest.approx(plans.bound + 0.02 * change)
        assert plan.distance <= 0.02
        assert base.problem.holds(plan.layout)


@pytest.mark.slow
def test_alternatives_differ_and_the_differences_are_counted(tmp_path: Path) -> None:
    """No two are alike; what is stated of each is what its layout shows, and not more than could be."""
    plans, base = found(tmp_path, 0.05, 4)
    matrix = plans.matrix(base.area_ha)
    assert (matrix[~np.eye(4, dtype=bool)] > 0).all()
    assert (matrix == matrix.T).all()
    for number, plan in enumerate(plans.plans):
        assert plan.differs_ha == tuple(matrix[number, :number])
        if number:
            assert sum(plan.differs_ha) <= plan.at_most_ha + 1e-6


@pytest.mark.slow
def test_a_wider_distance_lets_plans_differ_more(tmp_path: Path) -> None:
    """What one plan can differ from the best grows with what may be given up."""
    near, _ = found(tmp_path / "near", 0.005, 2)
    far, _ = found(tmp_path / "far", 0.05, 2)
    assert far.plans[1].at_most_ha >= near.plans[1].at_most_ha - 1e-6
    assert far.plans[1].differs_ha[0] >= 0.95 * near.plans[1].differs_ha[0]


def test_what_is_not_proven_so_near_is_refused(tmp_path: Path) -> None:
    """A distance of nothing leaves no room beside the best plan; the refusal tells what is proven."""
    _, base = small_base(tmp_path)
    with pytest.raises(TooNear) as refused:
        alternatives(oracle_of(base), base, Distance(), 2, 1e-6)
    assert refused.value.proven is not None
    assert 0 <= refused.value.proven <= 1.0


def test_without_a_plan_there_is_no_alternative(tmp_path: Path) -> None:
    """The question that no layout answers is handed back."""
    _, base = small_base(tmp_path)
    problem: LayoutProblem = base.problem
    _, indicator = problem.parts[0]
    never = Limit(indicator, Districts.whole(len(problem)), np.array([-np.inf]), np.array([-1e12]))
    asked = replace(base, problem=replace(problem, limits=(*problem.limits, never)))
    with pytest.raises(NoLayout, match="best plan"):
        alternatives(oracle_of(asked), asked, Distance(share=0.1), 2, 1e-6)
