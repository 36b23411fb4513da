"""Services read again from a run's folder: their sites and ways as they were planned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from formulations.linked.services_plan import ServicesPlan
from instances.layers.ogr import read_features
from instances.materials.services import Services
from instances.study.findings import Finding, StudyError
from planner.models.reading import positions
from planner.models.service_layers import CENTRES
from planner.models.service_tables import WAYS
from words.said import say


def read_services_plan(folder: Path, name: str, services: Services) -> ServicesPlan:
    """Services: sites from ``centres.gpkg``, ways from their table. Raises ``StudyError`` where a file cannot
    be read or names what the study does not have."""
    try:
        sites = read_features(folder / CENTRES, layer="sites")
        ways = pd.read_csv(
            folder / WAYS, encoding="utf-8-sig", dtype={"site": str, "unit": str, "service": str},
            keep_default_na=False,
        )  # fmt: skip
        kinds = tuple(service.name for service in services.services)
        is_open = np.zeros(services.holds.shape, dtype=bool)
        is_open[positions(sites["service"], kinds), positions(sites["site"], services.sites)] = True
        way = (
            positions(ways["unit"], services.units.names),
            positions(ways["service"], kinds),
            positions(ways["site"], (*services.sites, "")),
        )
        gone = np.where(way[2] == len(services.sites), -1, way[2])
        persons = ways["persons"].to_numpy(dtype=float)
        return ServicesPlan(name, is_open, (way[0], way[1], gone), persons)
    except (OSError, ValueError, KeyError) as fault:
        place = f"{folder}: {CENTRES}, {WAYS}"
        finding = Finding(place, say("runs_verify.unreadable", fault=fault), say("runs_verify.again"))
        raise StudyError([finding]) from None
