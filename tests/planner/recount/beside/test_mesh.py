"""The functional mesh counted again: by hand, and beside the model's on cells, in degrees and on parcels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from formulations.network.functional_mesh import FunctionalMesh
from formulations.network.sources import Sources
from formulations.network.steps import Neighbours
from instances.study.findings import Findings
from instances.study.schema import Study
from instances.units.grid import Edges, Grid, ParcelFrame
from instances.units.gridding import raster_grid
from planner.recount.beside.mesh import Ground, steps_of
from planner.recount.figures.limit_rows import asks_mesh
from tests.support.hand_instance import hand_instance
from tests.support.made_files import made_grid
from tests.support.made_networks import wooded

MEMBER, RESISTANCE = np.array([False, True, False, True]), np.array([7.0, 1.0, 3.0, 1.5])


def ground(
    grid: Grid,
    distance_m: float,
    corners: bool = False,
    member: Any = MEMBER[:2],
    resistance: Any = RESISTANCE[:2],
) -> Ground:
    """The map of a grid with open land and forest, or with other classes."""
    return Ground(grid, *steps_of(grid, corners=corners), member, resistance, distance_m, corners)


def degrees() -> Grid:
    """Cells of a hundredth of a degree, with holes."""
    valid = np.random.default_rng(3).random((9, 11)) < 0.9
    return raster_grid(valid, Affine(0.01, 0, 113, 0, -0.01, 60), CRS.from_epsg(4490), "x", Findings())


def parcels(crs: int, size: float) -> Grid:
    """Strips of several widths in rows, beside those of their row and of the next."""
    boxes = [shapely.box(c, r, c + 1 + (r == 0) * 0.5, r + 1) for r in range(4) for c in range(6)]
    shapes = np.array([shapely.transform(one, lambda xy: 30 + size * xy) for one in boxes], dtype=object)
    number = np.arange(24).reshape(4, 6)
    beside = [(number[:, :-1], number[:, 1:]), (number[:-1], number[1:])]
    first, second = (np.concatenate([pair[k].ravel() for pair in beside]).astype(np.int32) for k in (0, 1))
    edges = Edges(first, second, np.full(len(first), 40.0, dtype=np.float32))
    area = 1.0 + np.arange(24) / 7.0
    return Grid(CRS.from_epsg(crs), area, edges, ParcelFrame(shapes, np.arange(24).astype(object)))


GRIDS = {
    "cells": lambda: made_grid(12, 9, 30.0),
    "a row": lambda: made_grid(1, 40),
    "one cell": lambda: made_grid(1, 1),
    "holes": lambda: made_grid(8, 8, 100.0, [(3, 3), (3, 4), (0, 7)]),
    "degrees": degrees,
    "parcels": lambda: parcels(4547, 120.0),
    "parcels in degrees": lambda: parcels(4490, 0.01),
}


def test_two_woods_in_open_land() -> None:
    """Two cells with two of open land between: 100 m of 7 twice, so 1,400 m. At 1,400 m half of those who set
    out arrive: (1 + 1 + 2 · 0.5) ha² over 4 ha."""
    grid, layout = wooded("#..#")
    assert ground(grid, 1400.0).mesh_ha(layout) == pytest.approx(3.0 / 4.0)


def test_over_a_third_wood_it_is_two_links() -> None:
    """Wood in between is crossed for nothing: 700 m and 700 m, so that the outer two are 1,400 m apart."""
    grid, layout = wooded("#.#.#")
    near = 2.0**-0.5
    assert ground(grid, 1400.0).mesh_ha(layout) == pytest.approx((3 + 4 * near + 2 * 0.5) / 5.0)


def test_at_a_corner_two_woods_are_one_patch_if_corners_count() -> None:
    """By edges they are two, and 700 m apart round the corner."""
    grid, layout = wooded("#. .#")
    assert ground(grid, 700.0, corners=True).mesh_ha(layout) == pytest.approx(4.0 / 4.0)
    assert ground(grid, 700.0).mesh_ha(layout) == pytest.approx((2 + 2 * 0.5) / 4.0)


def test_without_wood_and_all_in_wood() -> None:
    """Nothing reaches nothing; one patch reaches all of itself."""
    grid, layout = wooded(".... ....")
    assert ground(grid, 700.0).mesh_ha(layout) == 0.0
    assert ground(grid, 700.0).mesh_ha(layout + 1) == pytest.approx(8.0)


@pytest.mark.parametrize("sort", GRIDS)
@given(
    seed=st.integers(0, 2**31), distance_m=st.sampled_from([20.0, 150.0, 1000.0, 1e6]), corners=st.booleans()
)
def test_it_is_the_mesh_that_is_planned(sort: str, seed: int, distance_m: float, corners: bool) -> None:
    """Whatever the land, units, neighbours and distance, what is counted again is what was planned with."""
    grid, rng = GRIDS[sort](), np.random.default_rng(seed)
    corners &= grid.is_raster
    layout = rng.choice(4, size=len(grid), p=rng.dirichlet(np.ones(4))).astype(np.uint8)
    way = Neighbours.CORNERS if corners else Neighbours.EDGES
    planned = FunctionalMesh(grid, MEMBER, RESISTANCE, distance_m, way).evaluate(layout)
    counted = ground(grid, distance_m, corners, MEMBER, RESISTANCE).mesh_ha(layout)
    assert counted == pytest.approx(planned, rel=1e-10)


@given(seed=st.integers(0, 2**31), least_ha=st.sampled_from([0.0, 2.0, 30.0]), everywhere=st.booleans())
def test_with_sources_too(seed: int, least_ha: float, everywhere: bool) -> None:
    """Of some classes, on some land, of a least size: what counts is the same in both, and in the ceiling."""
    grid, rng = made_grid(12, 9, 100.0), np.random.default_rng(seed)
    layout = rng.choice(4, size=len(grid), p=rng.dirichlet(np.ones(4))).astype(np.uint8)
    member, land = np.array([False, True, False, False]), rng.random(len(grid)) < 0.7
    sources = Sources(member, None if everywhere else land, least_ha)
    planned = FunctionalMesh(grid, MEMBER, RESISTANCE, 300.0, sources=sources).evaluate(layout)
    own = ground(grid, 300.0, False, MEMBER, RESISTANCE)
    counted = replace(own, sources=(member, land | everywhere, least_ha)).mesh_ha(layout)
    assert counted == pytest.approx(planned, rel=1e-10)


def test_many_patches_are_walked_from_in_several_goes() -> None:
    """With more patches than are walked from at a time nothing is counted twice or left out."""
    grid = made_grid(60, 60)
    layout = (np.random.default_rng(5).random(3600) < 0.3).astype(np.uint8)
    planned = FunctionalMesh(grid, MEMBER[:2], RESISTANCE[:2], 300.0).evaluate(layout)
    assert ground(grid, 300.0).mesh_ha(layout) == pytest.approx(planned, rel=1e-10)


@pytest.mark.parametrize(
    ("tree", "asks"),
    [
        ({}, False),
        ({"objective": {"maximise": {"functional_mesh": 2.0}}}, True),
        ({"objective": {"maximise": {"functional_mesh": 0.0}}}, False),
        ({"limits": [{"indicator": "functional_mesh", "at_least": "100%"}]}, True),
    ],
)
def test_a_study_asks_for_it(tree: dict[str, Any], asks: bool) -> None:
    """By a weight above 0, or by a limit."""
    study: Study = hand_instance(tree).study
    assert asks_mesh(study) is asks
