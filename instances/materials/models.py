"""Every model beside the layout that a study states, read by its kind."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from instances.land.classes import Classes
from instances.materials.cycle import Cycle, read_cycles
from instances.materials.services import Services, read_services
from instances.rules.districts import Districts
from instances.study.findings import Findings
from instances.study.schema import Study
from instances.units.grid import Grid, Layout


def read_models(
    study: Study,
    folder: Path,
    area: tuple[Grid, Classes, Layout],
    districts: Mapping[str, Districts],
    findings: Findings,
) -> tuple[dict[str, Cycle], dict[str, Services]]:
    """The cycles of waste and the services of a study, by the names of their models."""
    cycles = read_cycles(study, folder, area, districts, findings)
    return cycles, read_services(study, folder, area[0], districts, findings)
