"""A cycle of waste read again from a run's folder: its plants and flows as they were planned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from formulations.linked.cycle_plan import CyclePlan
from instances.layers.ogr import read_features
from instances.materials.cycle import Cycle
from instances.materials.factors import STREAMS, TECHNIQUES
from instances.study.findings import Finding, StudyError
from planner.export.tables import as_written
from planner.models.layers import PLANTS
from planner.models.tables import FLOWS, NUTRIENTS
from words.said import say


def read_cycle(folder: Path, name: str, cycle: Cycle) -> CyclePlan:
    """A cycle: plants from ``plants.gpkg``, flows and nitrogen from their tables. Raises ``StudyError`` where
    a file cannot be read or names what the study does not have."""
    try:
        plants = read_features(folder / PLANTS, layer="plants")
        flows = pd.read_csv(folder / FLOWS, encoding="utf-8-sig", dtype={"site": str})
        back = pd.read_csv(folder / NUTRIENTS, encoding="utf-8-sig", dtype={"site": str})
        kind = np.full(len(cycle.sites), -1, dtype=np.int64)
        named = [plant.name for plant in cycle.plants]
        kind[positions(plants["site"], cycle.sites)] = positions(plants["plant"], tuple(named))
        flow = (
            positions(flows["village"], cycle.villages.names),
            positions(flows["stream"], STREAMS),
            positions(flows["site"], cycle.sites),
            positions(flows["technique"], TECHNIQUES),
        )
        pairs = positions(back["village"], cycle.villages.names), positions(back["site"], cycle.sites)
        t = flows["t_yr"].to_numpy(dtype=float)
        return CyclePlan(name, kind, flow, t, pairs, back["nitrogen_kg_yr"].to_numpy(dtype=float))
    except (OSError, ValueError, KeyError) as fault:
        place = f"{folder}: {PLANTS}, {FLOWS}, {NUTRIENTS}"
        finding = Finding(place, say("runs_verify.unreadable", fault=fault), say("runs_verify.again"))
        raise StudyError([finding]) from None


def positions(column: pd.Series, names: tuple[str, ...]) -> np.ndarray:
    """Where every cell of a column stands among some names; ``KeyError`` for one that is not there."""
    place = {name: number for number, name in enumerate(names)}
    return np.array([place[str(as_written(cell))] for cell in column], dtype=np.int64)
