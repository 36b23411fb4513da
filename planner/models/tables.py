"""A cycle of waste as tables: what flows, and what nitrogen comes back to which village."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from formulations.linked.cycle_plan import CycleFigures, CyclePlan
from instances.materials.cycle import Cycle
from instances.materials.factors import STREAMS, TECHNIQUES
from instances.units.grid import FloatArray
from planner.export.tables import write_csv
from planner.plans.beside import planned_of
from planner.plans.plan import Plan

FLOWS, NUTRIENTS = "flows.csv", "nutrients.csv"
FLOW_COLUMNS = ("village", "stream", "site", "technique", "km", "t_yr", "tco2e_yr")
NUTRIENT_COLUMNS = ("village", "site", "km", "nitrogen_kg_yr", "tco2e_yr")


def write_tables(plan: Plan, folder: Path) -> None:
    """Write ``flows.csv`` and ``nutrients.csv`` of a plan's cycle into a folder, every figure in full."""
    found = planned_of(plan, CycleFigures)
    if found is not None:
        cycle, planned = found[0].cycle, found[0].plan
        write_csv(flow_table(cycle, planned), folder / FLOWS)
        write_csv(nutrient_table(cycle, planned), folder / NUTRIENTS)


def flow_table(cycle: Cycle, plan: CyclePlan) -> pd.DataFrame:
    """A row for every flow: t/yr of a stream from a village to a technique at a site, and what it does to the
    air, plants' own emissions and nitrogen apart. Columns: ``FLOW_COLUMNS``."""
    village, stream, site, technique = plan.flow
    km = cycle.km[village, site]
    return pd.DataFrame(
        {
            "village": _named(cycle.villages.names, village),
            "stream": _named(STREAMS, stream),
            "site": _named(cycle.sites, site),
            "technique": _named(TECHNIQUES, technique),
            "km": km,
            "t_yr": plan.t,
            "tco2e_yr": plan.t * flow_factor(cycle, plan),
        },
        columns=list(FLOW_COLUMNS),
    )


def flow_factor(cycle: Cycle, plan: CyclePlan) -> FloatArray:
    """(flows,) tCO2e of a tonne that flows: leakage and haulage less what is avoided and replaced."""
    village, stream, site, technique = plan.flow
    leakage = np.stack([cycle.by_stream("leakage", name) for name in TECHNIQUES])
    energy = np.nan_to_num(np.stack([cycle.by_stream("energy", name) for name in TECHNIQUES]))
    haulage: FloatArray = cycle.figure("haulage") * cycle.km[village, site]
    saved = energy[technique, stream] + cycle.by_stream("avoided")[stream]
    return leakage[technique, stream] - saved + haulage


def nutrient_table(cycle: Cycle, plan: CyclePlan) -> pd.DataFrame:
    """A row for every site and village whose fields take its nitrogen. Columns: ``NUTRIENT_COLUMNS``."""
    village, site = plan.back
    km = cycle.km[village, site]
    hauled = cycle.figure("haulage") * cycle.figure("carried") * km
    return pd.DataFrame(
        {
            "village": _named(cycle.villages.names, village),
            "site": _named(cycle.sites, site),
            "km": km,
            "nitrogen_kg_yr": plan.kg,
            "tco2e_yr": plan.kg * (hauled - cycle.figure("mineral") * cycle.figure("replaced")),
        },
        columns=list(NUTRIENT_COLUMNS),
    )


def _named(names: tuple[str, ...], positions: np.ndarray) -> np.ndarray:
    return np.array(names, dtype=object)[positions] if len(positions) else np.zeros(0, dtype=object)
