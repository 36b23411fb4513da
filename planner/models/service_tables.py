"""Services as a table: who goes where for what."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from formulations.linked.services_plan import ServicesFigures
from planner.export.tables import write_csv
from planner.plans.beside import planned_of
from planner.plans.plan import Plan

WAYS = "ways.csv"
COLUMNS = ("unit", "service", "site", "km", "persons", "tco2e_yr")


def write_ways(plan: Plan, folder: Path) -> None:
    """Write ``ways.csv`` of a plan's services into a folder, every figure in full."""
    found = planned_of(plan, ServicesFigures)
    if found is not None:
        write_csv(way_table(found[0]), folder / WAYS)


def way_table(figures: ServicesFigures) -> pd.DataFrame:
    """A row for every unit, service and site: persons, straight km and what their ways emit; ``site`` is
    empty for those whom no site serves. Columns: ``COLUMNS``."""
    services = figures.services
    unit, service, site = figures.plan.way
    kinds = [each.name for each in services.services]
    table = {
        "unit": _named(services.units.names, unit),
        "service": _named(tuple(kinds), service),
        "site": _named((*services.sites, ""), site),  # -1 is the last
        "km": figures.km,
        "persons": figures.plan.persons,
        "tco2e_yr": figures.ways_tco2e(),
    }
    return pd.DataFrame(table, columns=list(COLUMNS))


def _named(names: tuple[str, ...], positions: np.ndarray) -> np.ndarray:
    return np.array(names, dtype=object)[positions] if len(positions) else np.zeros(0, dtype=object)
