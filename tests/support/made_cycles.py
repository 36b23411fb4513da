"""Cycles of waste made up for tests: villages and sites on a square, supplies by chance, seeded."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from instances.materials.cycle import Cycle, PlantKind
from instances.materials.factors import STREAMS, read_factors
from instances.rules.districts import Districts
from instances.study.findings import Findings
from instances.study.model_tables import ModelTable
from instances.units.grid import FloatArray

SMALL = (
    PlantKind("compost", "compost", 900.0, 20.0, 90.0),
    PlantKind("biogas", "biogas", 2000.0, 60.0, 300.0),
)
COUNTY = (
    PlantKind("compost_small", "compost", 10e3, 60.0, 900.0),
    PlantKind("compost_large", "compost", 30e3, 140.0, 2200.0),
    PlantKind("biogas_small", "biogas", 20e3, 250.0, 2600.0),
    PlantKind("biogas_large", "biogas", 60e3, 600.0, 6000.0),
)


def made_cycle(
    villages: Districts,
    seed: int,
    sites: int = 2,
    *,
    scale: float = 1.0,
    side_km: float = 6.0,
    plants: tuple[PlantKind, ...] = SMALL,
    budget: float | None = None,
    reach_km: float = 15.0,
    nitrogen_kg_ha: float = 170.0,
) -> Cycle:
    """A cycle of some villages; ``scale`` multiplies what they give off."""
    rng = np.random.default_rng(seed)
    count = len(villages)
    homes, places = rng.random((count, 2)) * side_km, rng.random((sites, 2)) * side_km
    people, pigs = rng.gamma(3, 500, count), rng.gamma(0.6, 1500, count)
    supply = (
        np.stack([np.zeros(count), pigs * 1.1, people * 0.09, people * 0.02, people * 0.02], axis=1) * scale
    )
    assert supply.shape[1] == len(STREAMS)
    table = ModelTable.model_validate(
        {
            "kind": "cycle", "villages": villages.name or "villages", "supplies": "supplies.csv",
            "sites": {"path": "sites.gpkg"}, "reach_km": reach_km, "nitrogen_kg_ha": nitrogen_kg_ha,
            "budget": budget,
        }
    )  # fmt: skip
    km = np.hypot(*(homes[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    factors = read_factors(None, Path(), "", Findings())
    names = tuple(f"site {j + 1}" for j in range(sites))
    land = np.array([False, True, False])
    return Cycle(
        "cycle", table, villages, land, supply, plants, names, places * 1e3, homes * 1e3, km, factors
    )


def some_villages(count: int) -> Districts:
    """Villages with one unit each."""
    return Districts("villages", tuple(f"v{v}" for v in range(count)), np.arange(count, dtype=np.int32))


def county_land(count: int, seed: int) -> FloatArray:
    """(villages,) ha of cropland."""
    return np.random.default_rng(seed).gamma(4, 45, count)
