"""Services made up for tests: units and sites on a square, people by chance, seeded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formulations.core.indicator import Indicator
from formulations.linked.services import ServicesSide, side_of
from instances.materials.factors import read_plain_factors
from instances.materials.services import TRAVEL, Service, Services
from instances.rules.districts import Districts
from instances.study.findings import Findings
from instances.study.model_tables import ModelTable
from instances.units.grid import FloatArray

SCHOOL = Service("school", trips=0.4, capacity=4000.0, tco2e=30.0)


def made_services(
    units: int,
    sites: int,
    seed: int,
    services: tuple[Service, ...] = (SCHOOL,),
    *,
    side_km: float = 6.0,
    stands: NDArray[np.bool_] | None = None,
) -> Services:
    """Services of some units, anywhere on a square; every site may hold all of them."""
    rng = np.random.default_rng(seed)
    homes, places = rng.random((units, 2)) * side_km, rng.random((sites, 2)) * side_km
    table = ModelTable.model_validate(
        {"kind": "services", "units": "units", "people": "population", "services": "services.csv"}
    )
    division = Districts("units", tuple(f"u{u}" for u in range(units)), np.arange(units, dtype=np.int32))
    km = np.hypot(*(homes[:, None] - places[None]).transpose(2, 0, 1))
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    shape = len(services), sites
    none = np.zeros(shape, dtype=bool)
    return Services(
        "centres", table, division, "population", services, tuple(f"site {j + 1}" for j in range(sites)),
        places * 1e3, homes * 1e3, km, apart, ~none, none if stands is None else stands,
        read_plain_factors(TRAVEL, None, Path(), "", Findings()),
    )  # fmt: skip


def made_people(units: int, seed: int) -> FloatArray:
    """(units,) persons."""
    return np.random.default_rng(seed).gamma(2, 1000, units)


def fixed_side(services: Services, people: FloatArray, **bounds: Any) -> ServicesSide:
    """The side model whose units have so many people (units,)."""
    low, high = bounds.get("low", people), bounds.get("high", people)
    return side_of(services, Indicator("people", "person"), low, high)
