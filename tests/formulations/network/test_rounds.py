"""Plans whose network connects: corridors instead of thicker blocks, near the best of all layouts."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from formulations.connecting import solve_connected
from formulations.core.network_goal import NetworkFound, NetworkGoal
from formulations.core.patch_sizes import Patched, PatchSizes
from formulations.core.problem import LayoutProblem
from formulations.core.solution import Solution, SolveSettings, Termination, Watch
from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.rounds import Means
from formulations.network.rounds import connect as connected
from formulations.network.steps import Neighbours
from formulations.solving import solve
from instances.rules.patches import PatchRule
from tests.support.made_networks import FOREST, blocks_by_lot, counted, planting, wooded

WEIGHT = 10.0
APART = "######.....###### " * 6


def connect(
    problem: LayoutProblem, mesh: FunctionalMesh, weight: float, least_ha: float | None = None
) -> tuple[Solution, NetworkFound]:
    """The solution of a problem with a goal of its network, and what that is told of."""
    goal = NetworkGoal(mesh, weight, () if least_ha is None else (least_ha,))
    found = solve_connected(problem, goal, SolveSettings(), Watch())
    assert found.network is not None
    return found, found.network


@pytest.mark.parametrize("neighbours", list(Neighbours))
def test_five_cells_make_a_corridor(neighbours: Neighbours) -> None:
    """Two blocks of forest five cells apart and five cells to place: they join the blocks."""
    grid, today = wooded(APART)
    mesh = counted(grid, 500.0, neighbours=neighbours)
    problem = planting(grid, today, today == 0, 5.0)
    solution, found = connect(problem, mesh, WEIGHT)
    layout = solution.layout
    assert layout is not None
    assert problem.holds(layout)
    assert len(mesh.network(layout)) == 1
    assert found.plan_ha == pytest.approx(77**2 / 102)
    assert found.plan_ha == pytest.approx(mesh.evaluate(layout))
    assert found.today_ha == pytest.approx(mesh.evaluate(today))
    assert solution.objective == pytest.approx(0.077 - WEIGHT * found.plan_ha)
    # All land could join, but for no more than 77 ha: as one patch, which it is.
    assert (found.most_ha, found.ceiling_ha) == pytest.approx((77.0, found.plan_ha))
    assert solution.bound <= solution.objective


@pytest.mark.slow
def test_enumerated_choices_of_cells() -> None:
    """Of all ways to plant four cells of ten the plan has all but a little of what the best one gains."""
    shares = []
    for seed in range(8):
        grid, today, may = blocks_by_lot(seed)
        mesh = counted(grid, 300.0)
        best, least = 0.0, mesh.evaluate(today)
        for cells in itertools.combinations(np.flatnonzero(may).tolist(), 4):
            layout = today.copy()
            layout[list(cells)] = FOREST
            best = max(best, mesh.evaluate(layout))
        _, found = connect(planting(grid, today, may, 4.0), mesh, WEIGHT)
        assert found.plan_ha <= best + 1e-9 <= found.ceiling_ha + 1e-9
        shares.append((found.plan_ha - least) / (best - least))
    assert np.mean(shares) > 0.97
    assert min(shares) > 0.85


def test_the_bound_is_true_of_every_layout() -> None:
    """No layout has a lower objective than the bound, mesh counted."""
    grid, today, may = blocks_by_lot(3, candidates=6)
    mesh = counted(grid, 300.0)
    problem = planting(grid, today, may, 3.0)
    solution, _ = connect(problem, mesh, 2.0)
    units = np.flatnonzero(may)
    for chosen in itertools.product([0, 1], repeat=len(units)):
        layout = today.copy()
        layout[units] = chosen
        if problem.holds(layout):
            value = problem.objective.evaluate(layout) - 2.0 * mesh.evaluate(layout)
            assert value >= solution.bound - 1e-9


def test_more_weight_comes_nearer_to_the_ceiling() -> None:
    """Where planting costs, a weight of nothing plants nothing and a great one joins the blocks."""
    grid, today = wooded(APART)
    mesh = counted(grid, 500.0)
    problem = planting(grid, today, today == 0, 5.0)
    shares = []
    for weight in (1e-7, 1e-4, 1.0):
        _, found = connect(problem, mesh, weight)
        shares.append(found.plan_ha / found.ceiling_ha)
    assert shares == sorted(shares)
    assert shares[0] < 0.6
    assert shares[-1] == pytest.approx(1.0)


def test_a_limit_is_reached_with_little_more_than_it_takes() -> None:
    """Twenty cells may be planted, each at a cost: where a weight pays for any of them it pays for all, and
    what is too much is taken back: the five that do are left, or few more. Without the limit none is."""
    grid, today = wooded(APART)
    mesh = counted(grid, 500.0)
    problem = planting(grid, today, today == 0, 20.0)
    least = 77**2 / 102
    solution, found = connect(problem, mesh, 0.0, least - 1e-9)
    assert found.plan_ha >= least - 1e-9
    assert 0.077 - 1e-9 <= solution.objective <= 0.079 + 1e-9
    assert solution.bound == pytest.approx(0.072)
    assert found.price == pytest.approx(solution.objective - 0.072)


def test_a_limit_out_of_reach_leaves_what_comes_nearest() -> None:
    """Five cells cannot make more of it than a corridor, and the ceiling says so."""
    grid, today = wooded(APART)
    problem = planting(grid, today, today == 0, 5.0)
    solution, found = connect(problem, counted(grid, 500.0), 0.0, 60.0)
    assert (solution.layout, solution.termination) == (None, Termination.INFEASIBLE)
    assert found.plan_ha == pytest.approx(77**2 / 102)
    assert found.ceiling_ha < 60.0


def test_no_layout_keeps_the_limits() -> None:
    """Where no plan is possible there is none with a network either."""
    grid, today = wooded("##..##")
    problem = planting(grid, today, np.zeros(6, dtype=bool), 5.0, least_ha=1.0)
    goal = NetworkGoal(counted(grid, 300.0), WEIGHT)
    found = solve_connected(problem, goal, SolveSettings(), Watch())
    assert (found.layout, found.network) == (None, None)
    assert found.termination is Termination.INFEASIBLE


def test_stopped_it_leaves_the_best_so_far() -> None:
    """Once the watch is stopped no other round is begun."""
    grid, today = wooded(APART)
    watch = Watch()
    problem = planting(grid, today, today == 0, 5.0)
    heard = []

    def report(step: object) -> None:
        heard.append(step)
        watch.stop.set()

    stopping = Watch(report, watch.stop)
    goal = NetworkGoal(counted(grid, 500.0), WEIGHT)
    found = solve_connected(problem, goal, SolveSettings(), stopping)
    assert found.layout is not None
    assert found.network is not None
    assert found.termination is Termination.INTERRUPTED
    assert len(found.network.rounds) == len(heard) == 1


def test_a_plan_that_sizes_cost_much_is_built_again_by_what_its_units_are_worth() -> None:
    """Where the first plan built gives up the corridor, the next knows what its five cells are worth without
    it; the best is kept, and no further plan is built once sizes cost nothing."""
    grid, today = wooded(APART)
    mesh = counted(grid, 500.0)
    rule = PatchRule("projects", "projects", (FOREST,), 2.0, project=True, within_m=None)
    problem = replace(planting(grid, today, today == 0, 5.0), sizes=PatchSizes((rule,), grid))
    posed, drafts = [], []

    def build(asked: LayoutProblem, draft: Solution, settings: SolveSettings, watch: Watch) -> Solution:
        assert draft.layout is not None
        posed.append(asked)
        drafts.append(draft.layout)
        layout = problem.today if len(posed) == 1 else draft.layout
        return replace(draft, layout=layout, patched=Patched((5.0, 5.0), (0.0, 0.0), 0.0))

    found = connected(problem, mesh, WEIGHT, SolveSettings(), Watch(), Means(solve, build))
    assert len(posed) == 2
    assert found.mesh_ha == pytest.approx(77**2 / 102)
    corridor = np.flatnonzero(drafts[0] != today)
    bare = drafts[0].copy()
    bare[corridor] = today[corridor]
    worth = [each.objective.evaluate(bare) - each.objective.evaluate(drafts[0]) for each in posed]
    assert worth[1] >= worth[0]
