"""Measures of networks, by hand, by plain formulas over dense tables, and by drawing lots."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse import csgraph

from formulations.network.links import Network, network_of
from formulations.network.measures import (
    LEAST_PROBABILITY,
    importance_of,
    link_importance_of,
    longest_link_m,
    reach_of,
    shape_of,
)
from formulations.network.reach import graph_of, probable_area
from formulations.network.steps import steps
from instances.units.grid import Grid
from tests.support.made_files import made_grid


def of(picture: str) -> tuple[Network, Grid]:
    """The network of a picture of cells of 100 m, easy to cross."""
    rows = picture.split()
    grid = made_grid(len(rows), len(rows[0]))
    member = np.array([letter == "#" for letter in "".join(rows)])
    return network_of(member, np.ones(len(member)), grid, steps(grid), 1e9), grid


def test_two_blocks_by_hand() -> None:
    """Two and three ha 200 m apart on 7 ha; half of those who set out get 200 m far."""
    net, grid = of("##..###")
    found = reach_of(net, 200.0, grid.total_ha)
    q = 4 + 9 + 2 * 6 * 0.5
    assert found.eca_ha == pytest.approx(math.sqrt(q))
    assert found.eca_most_ha == pytest.approx(math.sqrt(q))
    assert found.pc == pytest.approx(q / 49)
    assert found.iic == pytest.approx((4 + 9 + 2 * 6 / 2) / 49)
    assert (found.links, found.components, found.largest_component_ha) == (1, 1, 5.0)
    assert found.mesh_ha == pytest.approx(25 / 7)
    near = reach_of(net, 199.0, grid.total_ha)
    assert (near.links, near.components, near.largest_component_ha) == (0, 2, 3.0)
    assert near.iic == pytest.approx(13 / 49)
    shape = shape_of(net, np.ones(7, dtype=bool), grid)
    assert (shape.area_ha, shape.patches, shape.largest_ha, shape.lost_ha) == (5.0, 2, 3.0, 2.0)
    assert shape.mesh_ha == pytest.approx(13 / 7)


def test_a_bridge_is_worth_more_than_a_thicker_block() -> None:
    """Five more cells between two blocks make one of them; along a block they make little."""
    apart = "######.....###### " * 6
    bridge = apart.split()
    bridge[2] = "#" * 17
    thicker = "######.....###### " + "#######....###### " * 5
    today, corridor, strip = (reach_of(*_measured(each)) for each in (apart, " ".join(bridge), thicker))
    assert corridor.eca_ha == pytest.approx(77.0)
    assert today.eca_ha < strip.eca_ha < corridor.eca_ha


def _measured(picture: str) -> tuple[Network, float, float]:
    net, grid = of(picture)
    return net, 500.0, grid.total_ha


def test_the_core_is_farther_than_one_cell_from_other_land() -> None:
    """Of a block of 5 x 5 in open land the inner 3 x 3; at the edge of the map nothing is core."""
    net, grid = of("....... .#####. .#####. .#####. .#####. .#####. .......")
    assert shape_of(net, net.patch >= 0, grid).core_ha == 9.0
    whole, grid = of("### ### ###")
    assert shape_of(whole, whole.patch >= 0, grid).core_ha == 1.0


def test_nothing_is_nothing() -> None:
    """Land without any patch has measures of 0, and no importance."""
    net, grid = of("...")
    found = reach_of(net, 100.0, grid.total_ha)
    assert (found.eca_ha, found.pc, found.iic, found.components, found.mesh_ha) == (0.0, 0.0, 0.0, 0, 0.0)
    assert importance_of(net, 100.0) == ()


def test_a_stepping_stone_matters_for_what_it_joins() -> None:
    """By hand: without the stone in the middle and its links the two blocks stand alone."""
    net, _ = of("####.#.####")
    found = {each.patch: each.share for each in importance_of(net, 100.0)}
    stone = int(net.area_ha.argmin())
    with_it = 16 + 16 + 1 + 2 * (4 * 0.5 + 4 * 0.5 + 16 * 0.25)
    without = 16 + 16
    assert found[stone] == pytest.approx(1 - without / with_it)


def test_a_link_matters_for_what_goes_over_it() -> None:
    """By hand: without the link between the left block and the stone the right block still has the stone."""
    net, _ = of("####.#.####")
    left = int(net.patch[0])
    link = int(np.flatnonzero((net.first == left) | (net.second == left))[0])
    over = (np.arange(len(net.cost_m)) == link).astype(float)
    found = link_importance_of(net, over, 100.0, most=1)
    with_it = 16 + 16 + 1 + 2 * (4 * 0.5 + 4 * 0.5 + 16 * 0.25)
    assert found == {link: pytest.approx(1 - (16 + 16 + 1 + 2 * 4 * 0.5) / with_it)}


def test_what_some_patches_reach_is_what_they_reach_among_all() -> None:
    """Walks from some patches alone find the same as walks from all, and nothing of the others."""
    inside = np.random.default_rng(7).random(400) < 0.4
    grid = made_grid(20, 20)
    net = network_of(inside, np.where(inside, 1.0, 3.0), grid, steps(grid), 1e9)
    some = np.arange(0, len(net), 3)
    every = probable_area(graph_of(net), net.area_ha, 0.002, 2000.0)
    found = probable_area(graph_of(net), net.area_ha, 0.002, 2000.0, some)
    for part, whole in zip(found, every, strict=True):
        assert part[some].tolist() == whole[some].tolist()
        assert np.delete(part, some).max() == 0.0


@settings(max_examples=60, deadline=None)
@given(
    member=st.lists(st.booleans(), min_size=48, max_size=48),
    distance=st.sampled_from([20.0, 100.0, 350.0, 5000.0]),
)
def test_measures_are_those_of_dense_tables(member: list[bool], distance: float) -> None:
    """ECA within what is told of it, IIC and components, by formulas over all pairs."""
    grid, inside = made_grid(6, 8), np.array(member)
    net = network_of(inside, np.where(inside, 1.0, 7.0), grid, steps(grid), 1e9)
    found = reach_of(net, distance, grid.total_ha)
    shape = (len(net), len(net))
    graph = sparse.coo_array((net.cost_m, (net.first, net.second)), shape=shape).tocsr()
    least = csgraph.dijkstra(graph, directed=False)
    pairs = np.outer(net.area_ha, net.area_ha)
    probable = np.exp(-math.log(2) / distance * least)
    q = float((pairs * probable).sum())
    assert found.eca_ha - 1e-9 <= math.sqrt(q) <= found.eca_most_ha + 1e-9
    counted = float((pairs * probable)[least <= longest_link_m(distance)].sum())
    assert found.eca_ha == pytest.approx(math.sqrt(counted))
    graph.data = np.where(graph.data <= distance, 1.0, 0.0)
    graph.eliminate_zeros()
    links = csgraph.shortest_path(graph, directed=False, unweighted=True)
    assert found.iic == pytest.approx(float((pairs / (1 + links)).sum()) / grid.total_ha**2)
    assert found.components == csgraph.connected_components(graph, directed=False)[0]


def test_eca_is_what_lots_say() -> None:
    """Pairs of places drawn at random: those who set out from one and reach the other, as PC is defined."""
    rng = np.random.default_rng(3)
    inside = rng.random(400) < 0.4
    grid = made_grid(20, 20)
    net = network_of(inside, np.where(inside, 1.0, 3.0), grid, steps(grid), 1e9)
    found = reach_of(net, 400.0, grid.total_ha)
    shape = (len(net), len(net))
    graph = sparse.coo_array((net.cost_m, (net.first, net.second)), shape=shape).tocsr()
    least = csgraph.dijkstra(graph, directed=False)
    draws = 400_000
    one, other = rng.integers(0, 400, draws), rng.integers(0, 400, draws)
    both = inside[one] & inside[other]
    far = least[net.patch[one[both]], net.patch[other[both]]]
    spread = rng.exponential(400.0 / math.log(2), both.sum())
    share = float((spread >= far).sum()) / draws
    assert found.pc == pytest.approx(share, rel=0.03)
    assert found.pc <= share * 1.03
    assert LEAST_PROBABILITY < 0.01
