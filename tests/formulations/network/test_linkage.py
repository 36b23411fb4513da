"""What a plan links that was not: corridors, bottlenecks, links, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from formulations.network.linkage import linkage
from formulations.network.steps import Neighbours
from tests.support.made_networks import FOREST, OPEN, counted, wooded

APART = "######.....###### " * 6
ROW = 17
GAP = [2 * ROW + column for column in range(6, 11)]


def test_a_corridor_of_five_cells() -> None:
    """Two blocks of 36 ha and five cells between: 500 m long, 100 m wide; without it there is no way over."""
    grid, today = wooded(APART)
    plan = today.copy()
    plan[GAP] = FOREST
    # Open land of resistance 100: 50,000 m across are beyond all that counts at 500 m.
    found = linkage(counted(grid, 500.0, open_resistance=100.0), today, plan)
    assert (found.joining, found.touching) == (1, (0.0, 0.0, 5.0))
    (corridor,) = found.corridors
    assert corridor.units.tolist() == GAP
    assert corridor.way.tolist() == [GAP[0] - 1, *GAP, GAP[-1] + 1]
    assert (corridor.patches, corridor.joined_ha, corridor.area_ha) == (2, (36.0, 36.0), 5.0)
    assert (corridor.length_m, corridor.width_m) == pytest.approx((500.0, 100.0))
    assert corridor.mesh_ha == pytest.approx((77**2 - 2 * 36**2) / 102)
    assert found.mesh_plan_ha - found.mesh_today_ha == pytest.approx(corridor.mesh_ha)
    assert found.won.sum() == 5
    assert found.joins.tolist() == found.won.tolist()
    neck = found.bottlenecks[0]
    assert set(GAP) <= set(neck.units.tolist())
    # Through the middle cell go all pairs of its two sides, and its own.
    assert neck.share == pytest.approx((77**2 - 38**2 - 38**2) / 77**2)


def test_land_beside_a_patch_and_by_itself_is_no_corridor() -> None:
    """One cell beside a block, one between that touches none."""
    grid, today = wooded(APART)
    plan = today.copy()
    plan[[6, 2 * ROW + 8]] = FOREST
    found = linkage(counted(grid, 500.0), today, plan)
    assert (found.joining, found.corridors, found.touching) == (0, (), (1.0, 1.0, 0.0))
    assert not found.joins.any()


def test_links_are_won_kept_and_lost() -> None:
    """Three cells two apart; 200 m of open land cost 1,400 m and a stepping stone halves that."""
    grid, today = wooded("#..#...#")
    mesh = counted(grid, 1500.0)
    links = linkage(mesh, today, today)
    assert (len(links.won_links), len(links.kept_links), len(links.lost_links)) == (0, 1, 0)
    nearer = today.copy()
    nearer[4] = FOREST
    found = linkage(mesh, today, nearer)
    assert (len(found.won_links), len(found.kept_links), len(found.lost_links)) == (1, 1, 0)
    assert found.plan.cost_m[found.won_links] == pytest.approx([1400.0])
    back = linkage(mesh, nearer, today)
    assert (len(back.won_links), len(back.kept_links), len(back.lost_links)) == (0, 1, 1)
    gone = today.copy()
    gone[0] = OPEN
    assert len(linkage(mesh, today, gone).lost_links) == 1


def test_corners_count_where_they_are_asked_for() -> None:
    """A diagonal of cells is a corridor over corners only, a step being as long as a diagonal."""
    picture = "##... ##... ..... ...## ...##"
    grid, today = wooded(picture)
    plan = today.copy()
    plan[12] = FOREST
    edges, corners = (linkage(counted(grid, 500.0, neighbours=each), today, plan) for each in Neighbours)
    assert (edges.joining, corners.joining) == (0, 1)
    assert corners.corridors[0].joined_ha == (4.0, 4.0)
    assert math.isclose(corners.mesh_plan_ha, 81 / 25)


def test_nothing_changes_nothing() -> None:
    """Today's land beside itself has no corridors, and a layout without a network has nothing at all."""
    grid, today = wooded(APART)
    mesh = counted(grid, 500.0)
    same = linkage(mesh, today, today)
    assert (same.joining, same.corridors, same.won.any(), same.lost.any()) == (0, (), False, False)
    bare = np.zeros_like(today)
    none = linkage(mesh, bare, bare)
    assert (none.mesh_plan_ha, none.corridors, none.bottlenecks) == (0.0, (), ())
