from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from formulations.indicators.catalogue import indicators
from formulations.posing import pose
from instances.instance import Instance, read
from instances.study.file import load_study
from instances.study.findings import Findings
from instances.units.gridding import raster_grid
from planner.plans.certify import limit_records
from planner.recount.figures.limit_rows import counted_limits
from planner.recount.figures.recount import Recount, shared_edges
from tests.formulations.indicators.test_sums import STATED, TABLES
from tests.support.hand_instance import HALVES, TODAY, hand_instance, planned
from tests.support.made_plans import CROPLAND, FOREST, URBAN, WATER
from tests.support.small_study import write_study

LIMITS = [
    {"indicator": "area.cropland", "at_least": "50%"},
    {"indicator": "area.cropland", "at_least": 0.0, "by": "halves"},
    {"indicator": "area.forest", "at_most": "200%", "by": "halves"},
    {"indicator": "green_share", "at_least": 10.0, "by": "halves"},
    {"indicator": "blue_green_compactness", "at_least": 0.0, "by": "halves", "district": "west"},
    {"indicator": "greenway", "at_most": 5.0},
    {"indicator": "net_emissions", "at_most": 1e6},
    {"indicator": "area.forest", "at_least": "10% of area", "by": "halves"},
    {"indicator": "green_share", "at_least": "5 ％ of area"},
    {"indicator": "area.urban", "at_most": "＋2 公顷", "by": "halves"},
    {"indicator": "changed_area", "at_most": "1,500 mu"},
    {"indicator": "blue_green_compactness", "at_least": "−900 m"},
    {"indicator": "woods", "at_least": "-1 ha", "at_most": "300%", "by": "halves", "district": "west"},
]
INDICATORS = {
    "harvest": {"layer": "town_distance", "classes": ["cropland"], "unit": "t"},
    "greenway": {"corridors": {"path": "greenway.gpkg"}},
    "woods": {"sum": ["forest", "water"]},
}
layouts = st.lists(st.integers(0, 3), min_size=6, max_size=6).map(lambda cells: np.array(cells, np.uint8))


def agree(instance: Instance, layout: np.ndarray) -> None:
    """Hold every indicator, the objective and every limit of both ways of counting against each other."""
    again = Recount(instance, layout)
    now, today = again.indicators(), Recount(instance, instance.today).indicators()
    modelled = indicators(instance)
    assert now.keys() == modelled.keys()
    for name, indicator in modelled.items():
        assert now[name].total() == pytest.approx(indicator.evaluate(layout), rel=1e-12), name
        assert now[name].measure == indicator.unit
        for division in instance.districts.values():
            expected = indicator.evaluate_by(layout, division)
            assert now[name].by(division.member, len(division)) == pytest.approx(expected, nan_ok=True), name
    problem = pose(instance)
    totals = {name: one.total() for name, one in now.items()}
    assert again.objective(totals) == pytest.approx(problem.objective.evaluate(layout), rel=1e-12)
    rows = limit_records(problem, layout)
    counted = counted_limits(again, now, today)
    assert len(rows) == len(counted)
    for row, own in zip(rows, counted, strict=True):
        assert (row.indicator, row.district, row.by) == (own.indicator, own.district, own.by)
        told = own.told or own
        for said, found in (
            (row.at_least, told.at_least),
            (row.at_most, told.at_most),
            (row.value, told.value),
        ):
            assert (said is None) == (found is None)
            if said is not None and found is not None:
                assert found == pytest.approx(said)


@given(layouts)
def test_two_ways_of_counting_agree(layout: np.ndarray) -> None:
    """Whatever the layout, the recount and the model's own indicators give the same figures."""
    agree(hand_instance({"limits": LIMITS, "indicators": INDICATORS}), layout)


OWN = [
    {"indicator": "balance", "at_least": 0.5, "at_most": "150%", "by": "halves"},
    {"indicator": "balance", "at_least": 3, "by": "halves", "where_possible": True},
    {"indicator": "spare", "at_least": 0, "by": "halves"},
    {"indicator": "area.forest", "at_least": 9, "where_possible": True},
    {"indicator": "carbon_balance", "at_least": "90%"},
    {"indicator": "carbon_stock", "at_least": "98%", "by": "halves"},
    {"indicator": "floor_area", "at_most": 30_000},
    {"indicator": "native_planted", "at_least": 1},
    {"indicator": "planted", "at_most": 3, "by": "halves"},
]


@given(layouts)
def test_they_agree_on_what_planners_state(layout: np.ndarray) -> None:
    """Figures by class, sums, ratios and their limits, also where possible, come to the same in both ways."""
    classes = {"urban": {"floor_ratio": 1.2}, "forest": {"native": True}, "water": {"native": False}}
    tree = {"limits": OWN, "indicators": TABLES, "classes": classes}
    stocks = {"soil": np.array([80.0, 100.0, np.nan, 40.0]), "above": np.array([3.0, 50.0, 0.0, 0.0])}
    agree(hand_instance(tree, stated=STATED, stocks=stocks), layout)


def test_they_agree_on_files(tmp_path: Path) -> None:
    """On a study read from files too: areas, edges and districts of a real grid."""
    instance = read(load_study(write_study(tmp_path)))
    agree(instance, instance.today)
    made = np.random.default_rng(1)
    agree(instance, made.integers(len(instance.classes), size=len(instance)).astype(np.uint8))


def test_they_agree_in_degrees_and_with_holes() -> None:
    """Cells of degrees have edges of another length in every row; a hole has none."""
    valid = np.array([[True, True, False], [True, True, True], [False, True, False]])
    transform = Affine(0.01, 0, 113.0, 0, -0.01, 23.0)
    grid = raster_grid(valid, transform, CRS.from_epsg(4490), "landcover", Findings())
    assert grid is not None
    agree(hand_instance(grid=grid), planned(c0=FOREST))


def test_figures_counted_on_paper() -> None:
    """Six cells of one hectare, the fourth turned into town: what anybody can count."""
    instance = hand_instance()
    layout = planned(c3=URBAN)
    found = Recount(instance, layout).indicators()
    assert found["area.urban"].total() == 2.0
    assert found["area.cropland"].total() == 1.0
    assert found["changed_area"].total() == 1.0
    assert found["blue_green_lost"].total() == 0.0
    assert found["green_share"].total() == pytest.approx(50.0)
    assert found["blue_green_compactness"].total() == pytest.approx(0.2)
    assert found["built_compactness"].total() == 0.0
    assert found["net_emissions"].total() == pytest.approx(1.0 - 10.0 + 2 * 100.0 + 3.0 + 40.0)
    assert found["greenway"].total() == 1.5
    west = found["blue_green_compactness"].by(HALVES.member, 3)
    assert west == pytest.approx(np.array([0.1, 0.0, 0.0]))
    units, area = Recount(instance, layout).transitions()
    assert units[CROPLAND].tolist() == [1 if k in (CROPLAND, URBAN) else 0 for k in range(4)]
    assert area.sum() == 6.0
    assert units[FOREST, FOREST] == 2
    assert units[WATER, WATER] == 1
    assert math.isnan(found["green_share"].by(HALVES.member, 3)[2])


def test_edges_are_found_on_the_map() -> None:
    """A raster of two rows and three columns has four edges beside and three above one another."""
    pairs, length_km = shared_edges(hand_instance().grid)
    assert sorted(map(tuple, pairs.tolist())) == [(0, 1), (0, 3), (1, 2), (1, 4), (2, 5), (3, 4), (4, 5)]
    assert length_km == pytest.approx(np.full(7, 0.1))
    assert len(TODAY) == 6


def test_the_recount_loads_nothing_that_it_checks() -> None:
    """Neither the model's indicators nor a solver are loaded by the recount."""
    code = "import sys, planner.recount.figures.recount; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "planner.recount.figures.recount" in loaded.split()
    assert not [name for name in loaded.split() if name.startswith(("pyomo", "highspy"))]
