"""What red lines cost, counted again: by hand, and beside what prices them, on any layout at any prices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from formulations.posing import pose
from formulations.sensitivity.opportunity_cost import opportunities
from instances.instance import Instance, read
from instances.study.file import load_study
from planner.recount.bound.proof import weights_of
from planner.recount.bound.released import Released, released
from planner.recount.figures.limit_rows import counted_limits
from planner.recount.figures.recount import Recount
from tests.support.small_study import box, tree, write_polygons, write_study

AIRPORT = {"path": "lines.gpkg", "layer": "airport", "forbid": ["forest"]}
BLOCKS = {"path": "blocks.gpkg", "layer": "blocks", "classes": ["cropland", "bare_unused"]}
LIMITS = [
    {"indicator": "area.cropland", "at_least": "80%", "by": "townships"},
    {"indicator": "blue_green_compactness", "at_least": 1.0},
    {"indicator": "green_share", "at_most": 90, "by": "townships"},
    {"indicator": "changed_area", "at_most": 40},
]
STUDIES: dict[str, dict[str, Any]] = {
    "neighbours and districts": {"limits": LIMITS},
    "two sets": {"objective": {"minimise": {"net_emissions": 1.0}, "maximise": {"built_compactness": 3.0}}},
    "land that goes as one": {"limits": LIMITS, "whole": {"blocks": BLOCKS}},
}


@pytest.fixture(scope="module", params=STUDIES)
def instance(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """The small study with one more red line, read."""
    folder = tmp_path_factory.mktemp("released")
    changed = {"redlines": {**tree()["redlines"], "airport": AIRPORT}, **STUDIES[request.param]}
    path = write_study(folder, changed)
    write_polygons(folder / "lines.gpkg", "airport", {"机场": box(9, 4, 14, 8)})
    write_polygons(folder / "blocks.gpkg", "blocks", {"one": box(0, 5, 3, 8), "two": box(9, 5, 13, 7)})
    return read(load_study(path))


def any_layout(instance: Instance, rng: np.random.Generator) -> np.ndarray:
    """A layout that every unit may have; land that stays whole in one class."""
    kinds = instance.kinds
    value = np.where(kinds.allowed[kinds.of], rng.random((len(instance), len(instance.classes))), -1.0)
    layout = value.argmax(axis=1).astype(np.uint8)
    if instance.wholes is not None and len(instance.wholes):
        inside = instance.wholes.of >= 0
        layout[inside] = instance.today[inside]
        for piece in range(len(instance.wholes)):
            mine = instance.wholes.of == piece
            layout[mine] = np.flatnonzero(kinds.allowed[kinds.of[mine]].all(axis=0))[-1]
    return layout


def gained(found: Released) -> np.ndarray:
    """What counts as a gain."""
    return np.where(found.pays, found.gain, 0.0)


@pytest.mark.parametrize("seed", range(12))
def test_it_is_what_the_engine_prices(instance: Instance, seed: int) -> None:
    """Cost, ceiling and class of every unit and red line, whatever the layout and the prices."""
    rng = np.random.default_rng(seed)
    layout, problem = any_layout(instance, rng), pose(instance)
    count = Recount(instance, layout)
    rows = counted_limits(count, count.indicators(), count.at(instance.today).indicators())
    price = rng.normal(0, 20, len(problem.rows)) * (rng.random(len(problem.rows)) < 0.7)
    priced = list(zip(rows, price.tolist(), strict=True))
    wanted = opportunities(problem, problem.prices(price), layout)
    found = list(released(count, weights_of(count), priced))
    assert [name for name, _ in found] == [each.line for each in wanted]
    for (_, own), each in zip(found, wanted, strict=True):
        sure = ~own.near
        assert gained(own)[sure] == pytest.approx(each.cost[sure], rel=1e-9, abs=1e-8)
        assert own.ceiling == pytest.approx(each.ceiling, rel=1e-9, abs=1e-8)
        pays = own.pays & sure
        assert own.best[pays, each.becomes[pays]].all()


def test_of_a_line_that_bars_what_pays_each_cell_gains_the_difference(instance: Instance) -> None:
    """With no price at all a cell of cropland gains what forest takes up more than it, and its edges."""
    count = Recount(instance, instance.today)
    lines = dict(released(count, {"net_emissions": 1.0}, []))
    found, classes = lines["airport"], instance.classes.names
    rates = np.asarray(instance.emissions.total)
    crop, wood = classes.index("cropland"), classes.index("forest")
    inside = next(line.inside for line in instance.redlines if line.name == "airport")
    cells = np.flatnonzero(inside & (instance.today == crop))
    if instance.wholes is not None and len(instance.wholes):
        cells = cells[instance.wholes.of[cells] < 0]
    row = np.where(np.arange(len(classes)) == wood, np.inf, rates[crop])
    may = instance.kinds.allowed[instance.kinds.of[cells[0]]]
    assert found.gain[cells] == pytest.approx(np.full(len(cells), row[may].min() - rates[crop, wood]))
