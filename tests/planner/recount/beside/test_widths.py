"""The width of corridors counted again: beside the model's, and where a wrong one is told."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.network.limits import check_limits
from formulations.network.linkage import linkage
from formulations.network.steps import Neighbours
from instances.rules.sources import check_corridor_width
from instances.study.findings import Findings, Severity
from instances.study.schema import Study
from instances.units.grid import Edges, Grid, Layout, ParcelFrame
from planner.recount.beside.mesh import Ground, steps_of
from planner.recount.beside.widths import Told, check_widths
from planner.recount.ledger import Ledger
from tests.support.made_networks import counted, wooded

MEMBER, RESISTANCE = np.array([False, True]), np.array([7.0, 1.0])


def named(grid: Grid, today: Layout, plan: Layout, told: Told, corners: bool = False) -> list[str]:
    """The figures that differ where corridors are told with these widths."""
    ground = Ground(grid, *steps_of(grid, corners=corners), MEMBER, RESISTANCE, 300.0, corners)
    ledger = Ledger()
    check_widths(ground, today, plan, told, "corridors", ledger)
    return [each.figure for each in ledger.differences]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(list(Neighbours)))
def test_widths_are_those_that_pass(seed: int, neighbours: Neighbours) -> None:
    """On land by lot every corridor is as wide as the model says, and no wider or narrower."""
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(4, 11, 2)
    grid, _ = wooded(" ".join(["." * columns] * rows))
    today = (rng.random(rows * columns) < 0.5).astype(np.uint8)
    plan = np.where(rng.random(rows * columns) < 0.6, 1, today).astype(np.uint8)
    found = linkage(counted(grid, 300.0, neighbours=neighbours), today, plan).corridors
    corners = neighbours is Neighbours.CORNERS
    told = [(each.units, each.width_m) for each in found]
    assert named(grid, today, plan, told, corners) == []
    for metres in (-100.0, 50.0, 100.0):
        wrong = [(units, width_m + metres) for units, width_m in told]
        places = [f"corridors, {number}, width_m" for number in range(1, len(told) + 1)]
        assert named(grid, today, plan, wrong, corners) == places


def parcels() -> Grid:
    """Four parcels: from 0 to 3 over 1, edges of 40 and 10 m, or over 2, edges of 30 and 20 m."""
    land, _ = wooded("....")
    ends = np.array([0, 1, 0, 2], dtype=np.int32), np.array([1, 3, 2, 3], dtype=np.int32)
    edges = Edges(*ends, np.array([40.0, 10.0, 30.0, 20.0], dtype=np.float32))
    shapes = np.array([shapely.box(each, 0, each + 1, 1) for each in range(4)], dtype=object)
    return Grid(land.crs, land.area_ha, edges, ParcelFrame(shapes, np.arange(4).astype(object)))


def test_parcels_pass_over_the_edges_they_share() -> None:
    """The better of two ways is 20 m wide where it is narrowest."""
    today, plan = np.array([1, 0, 0, 1], np.uint8), np.ones(4, np.uint8)
    (one, two) = linkage(counted(parcels(), 300.0), today, plan).corridors
    assert sorted((one.width_m, two.width_m)) == pytest.approx([10.0, 20.0])
    told = [(each.units, each.width_m) for each in (one, two)]
    assert named(parcels(), today, plan, told) == []
    assert named(parcels(), today, plan, [(one.units, 15.0)]) == ["corridors, 1, width_m"]


def test_a_width_is_asked_of_cells_only() -> None:
    """Parcels are as wide as they are: one sentence says so."""
    study = Study.model_validate(
        {"title": "t", "landcover": {"path": "a.gpkg"}, "network": {"corridor_width_m": 60}}
    )
    findings = Findings()
    check_corridor_width(study, parcels(), findings)
    assert [each.place for each in findings] == ["network.corridor_width_m"]
    raster, none = wooded(".... ....")[0], Findings()
    check_corridor_width(study, raster, none)
    assert list(none) == []


def test_no_corridor_is_wider_than_the_area() -> None:
    """Across two rows of cells of 100 m nothing is 201 m wide; and a width without corridors is told."""
    grid, found = wooded(".... ....")[0], []
    for width in (200, 201):
        study = Study.model_validate(
            {"title": "t", "landcover": {"path": "a.tif"}, "network": {"corridor_width_m": width}}
        )
        findings = Findings()
        check_corridor_width(study, grid, findings)
        found.append(len(findings.errors))
    assert found == [0, 1]
    idle = Findings()
    check_limits(study, idle)
    assert [(each.place, each.severity) for each in idle] == [("network.corridor_width_m", Severity.WARNING)]
