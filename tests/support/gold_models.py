"""The gold files: one LP file for each constraint and objective of the exact model and of the master.

    green 0 | cropland 1      100 m wide, 1 ha each; class 0 green, 1 cropland, 2 built;
    built 2 | green 3         cell 3 is locked green, cell 2 may not become cropland

Read one beside the constraint's ``doc``. After a meant change of the model:
``python -m tests.support.gold_models``.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pyomo.environ as pyo
from pyomo.repn.plugins.lp_writer import LPWriter

from formulations.column_generation.master import master_model
from formulations.core.indicator import BundleTerm, CellTerm, Indicator, PairTerm
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.unit_types import Rows
from formulations.exact.model import exact_model
from instances.rules.districts import Districts

FOLDER = Path(__file__).resolve().parent / "gold"
AREA = np.ones(4)
TODAY = np.array([0, 1, 2, 0], dtype=np.uint8)
GREEN = np.array([True, False, False])
BUILT = np.array([False, False, True])


def four_cells() -> LayoutProblem:
    """Emissions, wanted green edges and corridor, unwanted built edges; limits by district and on edges."""
    rates = np.array([[-5.0, 1.0, 90.0], [-4.0, 1.0, 95.0], [-1.0, 2.0, 80.0]])
    first, second = np.array([0, 2, 0, 1], dtype=np.int32), np.array([1, 3, 2, 3], dtype=np.int32)
    edges = np.full(4, 0.1)
    start, units = np.array([0, 3], dtype=np.int64), np.array([0, 1, 2], dtype=np.int32)
    emissions = Indicator("net_emissions", "tCO2e/yr", (CellTerm(AREA, TODAY, rates),))
    green = Indicator("blue_green_compactness", "km", pairs=(PairTerm(first, second, edges, GREEN),))
    built = Indicator("built_compactness", "km", pairs=(PairTerm(first, second, edges, BUILT),))
    corridor = Indicator("greenway", "km", bundles=(BundleTerm(start, units, np.array([0.3]), GREEN),))
    cropland = Indicator("area.cropland", "ha", (CellTerm(AREA, TODAY, np.tile([0.0, 1.0, 0.0], (3, 1))),))
    halves = Districts("halves", ("north", "south"), np.array([0, 0, 1, 1], dtype=np.int32))
    none = np.array([-np.inf, -np.inf])
    limits = (
        Limit(cropland, halves, np.array([1.0, -np.inf]), np.array([2.0, np.inf]), "limits[0]"),
        Limit(green, Districts.whole(4), np.array([0.1]), np.array([np.inf]), "limits[1]"),
        Limit(cropland, halves, none, np.array([np.inf, 1.0]), "limits[2]"),
    )
    parts = ((1.0, emissions), (-50.0, green), (20.0, built), (-10.0, corridor))
    allowed = np.array([[1, 1, 1], [1, 1, 1], [1, 0, 1], [1, 0, 0]], dtype=bool)
    options = Options(np.arange(4, dtype=np.int32), allowed)
    return LayoutProblem(options, parts, limits, ("green", "cropland", "built"), TODAY)


def models() -> list[pyo.ConcreteModel]:
    """The exact model in all of its forms."""
    return [exact_model(four_cells()), exact_model(four_cells(), elastic=True)]


def parts(model: pyo.ConcreteModel) -> list[str]:
    """The names of a model's constraints and objectives."""
    return [part.local_name for part in model.component_objects((pyo.Constraint, pyo.Objective))]


def lp_of(model: pyo.ConcreteModel, name: str) -> str:
    """The LP file of a model that is left with one constraint, or with its objective alone."""
    for constraint in model.component_objects(pyo.Constraint):
        constraint.deactivate()
    if model.component(name).ctype is pyo.Constraint:
        model.component(name).activate()
    text = io.StringIO()
    LPWriter().write(model, text, symbolic_solver_labels=True)
    return text.getvalue()


def every_lp() -> dict[str, str]:
    """The LP file of every constraint and objective by name; of what both forms share, the plain form's."""
    exact = {name: lp_of(model, name) for model in reversed(models()) for name in parts(model)}
    master = two_blocks()
    return exact | {f"master_{name}": lp_of(master, name) for name in parts(master)}


def two_blocks() -> pyo.ConcreteModel:
    """The master of column generation: two blocks, one limit from 3 to 5 ha, one layout of 2 ha a block."""
    one = np.zeros(1, np.int32)
    rows = Rows(np.array([3.0]), np.array([5.0]), one, one)
    return master_model(rows, np.array([3.0]), np.array([1e4]), np.array([[7.0, 8.0], [2.0, 2.0]]), 2)


if __name__ == "__main__":
    for old in FOLDER.glob("*.lp"):
        old.unlink()
    for name, text in every_lp().items():
        (FOLDER / f"{name}.lp").write_text(text, encoding="utf-8")
