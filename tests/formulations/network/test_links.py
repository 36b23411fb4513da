"""Patches and links, against hand-drawn maps and against every path there is."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import CRS
from scipy import sparse
from scipy.sparse import csgraph

from formulations.network.links import Network, neighbours_of, network_of
from formulations.network.steps import Neighbours, Steps, steps
from instances.study.findings import Findings
from instances.units.grid import Edges, Grid, ParcelFrame
from instances.units.gridding import raster_grid
from tests.support.made_files import made_grid

FAR = 1e9


def drawn(picture: str) -> NDArray[np.bool_]:
    """(units,) True where a picture has ``#``."""
    return np.array([letter == "#" for letter in "".join(picture.split())])


def of(picture: str, *, neighbours: Neighbours = Neighbours.EDGES, centres: bool = False) -> Network:
    """The network of a picture whose cells of 100 m are all as easy to cross as habitat."""
    rows = picture.split()
    grid = made_grid(len(rows), len(rows[0]))
    member = drawn(picture)
    return network_of(member, np.ones(len(member)), grid, steps(grid, neighbours), FAR, centres=centres)


def test_two_blocks_are_as_far_apart_as_their_edges() -> None:
    """Three cells of 100 m between them; counted between centres it is one cell more."""
    assert of("##...##").cost_m.tolist() == [300.0]
    assert of("##...##", centres=True).cost_m.tolist() == [400.0]
    assert of("##...##").path(0).tolist() == [2, 3, 4]


def test_a_corner_links_by_convention_only() -> None:
    """Over edges two blocks at a corner are two patches, and the way around it crosses a cell; over corners
    they are one patch."""
    picture = "##.. ##.. ..## ..##"
    over_edges = of(picture)
    assert (len(over_edges), over_edges.cost_m.tolist()) == (2, [100.0])
    assert len(of(picture, neighbours=Neighbours.CORNERS)) == 1


def test_diagonal_ways_are_longer() -> None:
    """Over corners a way costs the diagonal of the cells it crosses."""
    found = of("#... .... .... ...#", neighbours=Neighbours.CORNERS)
    assert found.cost_m == pytest.approx([2 * 100 * 2**0.5])
    assert of("#... .... .... ...#").cost_m.tolist() == [500.0]


def test_hard_land_is_gone_around() -> None:
    """A wall of town (20) with a gap: the way through the gap is the cheaper one."""
    grid = made_grid(3, 5)
    member = drawn("#...# ..... .....")
    resistance = np.ones(15)
    resistance[[2, 7]] = 20.0
    found = network_of(member, resistance, grid, steps(grid), FAR)
    path = found.path(0).tolist()
    assert len(path) == 7
    assert {2, 7}.isdisjoint(path)
    assert 12 in path
    assert found.cost_m.tolist() == [700.0]
    near = network_of(member, resistance, grid, steps(grid), 699.0)
    assert len(near.cost_m) == 0


def test_nothing_everything_and_alone() -> None:
    """No patch, one patch that is all, and one patch with nobody to be linked to."""
    for picture, patches in (("...", 0), ("###", 1), (".#.", 1)):
        found = of(picture)
        assert (len(found), len(found.cost_m)) == (patches, 0)
        assert found.area_ha.sum() == picture.count("#")


def test_parcels_are_a_centre_apart() -> None:
    """Four parcels in a row, the outer two wooded; the way is half of each step inside habitat free."""
    boxes = np.array([shapely.box(100 * x, 0, 100 * x + 100, 100) for x in range(4)], dtype=object)
    edges = Edges(np.arange(3, dtype=np.int32), np.arange(1, 4, dtype=np.int32), np.full(3, 100, np.float32))
    grid = Grid(CRS.from_epsg(32649), np.ones(4), edges, ParcelFrame(boxes, np.arange(4).astype(object)))
    assert neighbours_of(grid, Neighbours.CORNERS) is Neighbours.EDGES
    member = np.array([True, False, False, True])
    found = network_of(member, np.array([1.0, 2.0, 4.0, 1.0]), grid, steps(grid, Neighbours.CORNERS), FAR)
    assert found.cost_m == pytest.approx([100.0 * (1 + 3 + 2)])


def test_cells_in_degrees_are_as_wide_as_they_are() -> None:
    """At 60 degrees north a degree of longitude is half as long as one of latitude."""
    valid = np.ones((2, 2), dtype=bool)
    place = Affine(0.01, 0, 110, 0, -0.01, 60.01)
    grid = raster_grid(valid, place, CRS.from_epsg(4326), "landcover", Findings())
    assert grid is not None
    found = steps(grid, Neighbours.CORNERS)
    length = dict(
        zip(zip(found.first.tolist(), found.second.tolist(), strict=True), found.length_m, strict=True)
    )
    assert length[0, 1] == pytest.approx(558, rel=0.01)
    assert length[0, 2] == pytest.approx(1114, rel=0.01)
    assert length[0, 3] == pytest.approx(np.hypot(558, 1114), rel=0.01)


@settings(max_examples=60, deadline=None)
@given(
    member=st.lists(st.booleans(), min_size=30, max_size=30),
    hard=st.lists(st.sampled_from([1.0, 2.0, 7.0, 22.0]), min_size=30, max_size=30),
    corners=st.booleans(),
    centres=st.booleans(),
)
def test_links_are_cheapest_ways_and_the_graph_never_too_near(
    member: list[bool], hard: list[float], corners: bool, centres: bool
) -> None:
    """Against all ways there are: over the graph no two patches are nearer than they are, those next to one
    another exactly as near, and every path is as dear as its link says."""
    grid, inside, resistance = made_grid(5, 6), np.array(member), np.array(hard)
    ways = steps(grid, Neighbours.CORNERS if corners else Neighbours.EDGES)
    found = network_of(inside, resistance, grid, ways, FAR, centres=centres)
    true = all_ways(inside, resistance, ways, found, centres)
    count = len(found)
    shape = (count, count)
    graph = sparse.coo_array((found.cost_m, (found.first, found.second)), shape=shape).tocsr()
    over = csgraph.dijkstra(graph, directed=False)
    assert (over >= true - 1e-6).all()
    if count > 1:
        others = ~np.eye(count, dtype=bool)
        nearest = np.where(others, over, np.inf).min(axis=1)
        assert nearest == pytest.approx(np.where(others, true, np.inf).min(axis=1))
    for link, cost in enumerate(found.cost_m.tolist()):
        path = found.path(link)
        assert (found.patch[path] < 0).all()
        assert corners or centres or cost == pytest.approx(100.0 * resistance[path].sum())


def all_ways(
    inside: NDArray[np.bool_], resistance: NDArray[np.float64], ways: Steps, found: Network, centres: bool
) -> NDArray[np.float64]:
    """(patches, patches) the least cost over every path of units, patches being free to cross."""
    charged = resistance if centres else np.where(inside, 0.0, resistance)
    cost = 0.5 * ways.length_m * (charged[ways.first] + charged[ways.second])
    cost[inside[ways.first] & inside[ways.second]] = 0.0
    whole = np.full((len(inside), len(inside)), np.inf)
    np.minimum.at(whole, (ways.first, ways.second), cost)
    whole = np.minimum(whole, whole.T)
    np.fill_diagonal(whole, 0.0)
    for middle in range(len(inside)):
        whole = np.minimum(whole, whole[:, [middle]] + whole[[middle], :])
    count = len(found)
    least = np.full((count, count), np.inf)
    units = np.flatnonzero(inside)
    np.minimum.at(
        least, (found.patch[units][:, None], found.patch[units][None, :]), whole[np.ix_(units, units)]
    )
    return least
